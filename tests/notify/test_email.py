"""Mail over a real SMTP server that answers well, later, never, or not at all."""

from __future__ import annotations

import pytest
from pytest_django import Settings

from cargo.nominations import Terms, nominate
from liaison.invitations import invite
from liaison.models import Organization
from liaison.roles import Role
from notify.channels import PassingFailure, PermanentFailure
from notify.channels.email import EmailChannel, compose
from notify.message_ids import message_id
from notify.models import Letter, Notice
from tests.conftest import AT, Cast
from tests.journeys.test_names import ARABIC, CHINESE
from tests.notify.conftest import DROP, PostOffice, Tell, free_port

IMPORTER = "importer@portal.example"


@pytest.fixture
def notice(cast: Cast, tell: Tell) -> Notice:
    tell(cast.importer)
    return Notice.objects.select_related("person", "entry").get(channel="email")


def test_a_mail_as_it_arrives(post: PostOffice, notice: Notice, settings: Settings) -> None:
    settings.PORTAL_URL = "https://portal.office.example"
    with EmailChannel() as channel:
        channel.send(notice)
    (mail,) = post.mails
    assert {
        name: str(mail[name]) for name in ("From", "To", "Subject", "Message-ID", "Auto-Submitted", "X-Liaison-Portal")
    } == {
        "From": "The Office <portal@office.example>",
        "To": IMPORTER,
        "Subject": "RW26-000042: Out of the gate, Port of Mombasa",
        "Message-ID": message_id(notice),
        "Auto-Submitted": "auto-generated",
        "X-Liaison-Portal": "1",
    }
    lines = mail.get_content().splitlines()
    assert lines[0] == "Hello Importer,"
    assert "- Out of the gate · TGHU3054380" in lines
    assert "  20 Nov 2026, 08:30 (EAT) · Port of Mombasa · says Gate" in lines
    assert "See the consignment: https://portal.office.example/consignments/RW26-000042/" in lines


def test_answers_come_to_the_offices_address_where_mail_is_handed_in(notice: Notice, settings: Settings) -> None:
    settings.OFFICE_EMAIL, settings.EMAIL_INBOUND_SECRET = "help@office.example", ""
    assert "Reply-To" not in compose(notice).message()
    settings.EMAIL_INBOUND_SECRET = "open-sesame"
    assert compose(notice).message()["Reply-To"] == "help@office.example"


@pytest.mark.parametrize(("name", "shown"), [(ARABIC, f"\u2068{ARABIC}\u2069"), (CHINESE, CHINESE)])
def test_names_of_any_script_arrive_and_do_not_turn_the_line_around(
    post: PostOffice, cast: Cast, name: str, shown: str
) -> None:
    Organization.objects.filter(pk=cast.importer_firm.pk).update(name=name)
    firm = Organization.objects.get(pk=cast.importer_firm.pk)
    nominate(principal=firm, nominee=cast.stranger_firm, terms=Terms(may_act=True), by=cast.importer, at=AT)
    with EmailChannel() as channel:
        for row in Notice.objects.filter(channel="email").select_related("person", "entry"):
            channel.send(row)
    (mail,) = post.mails
    assert str(mail["Subject"]).strip() == f"{shown} nominates {cast.stranger_firm}"
    assert f"\n{shown} nominates {cast.stranger_firm}. " in mail.get_content()


def test_letters_name_a_firm_of_any_script_in_the_line(cast: Cast) -> None:
    Organization.objects.filter(pk=cast.importer_firm.pk).update(name=ARABIC)
    firm = Organization.objects.get(pk=cast.importer_firm.pk)
    invite(organization=firm, email="new@firm.example", role=Role.MEMBER, language="en", by=cast.importer, at=AT)
    letter = Letter.objects.get()
    assert letter.subject == f"You are invited into \u2068{ARABIC}\u2069"
    assert f"invites you into \u2068{ARABIC}\u2069 in the portal" in letter.body


@pytest.mark.parametrize(
    ("answer", "failure"),
    [
        ("450 4.2.0 Come again", PassingFailure),
        ("421 4.3.2 Closing", PassingFailure),
        ("452 4.2.2 Mailbox full", PassingFailure),
        (DROP, PassingFailure),
        ("550 5.1.1 No such mailbox", PermanentFailure),
        ("553 5.1.3 Bad address", PermanentFailure),
    ],
)
@pytest.mark.parametrize("stage", ["answers", "data_answers"])
def test_what_the_server_answers_is_for_now_or_for_good(
    post: PostOffice, notice: Notice, stage: str, answer: str, failure: type[Exception]
) -> None:
    getattr(post, stage)[IMPORTER] = answer
    with EmailChannel() as channel, pytest.raises(failure) as failed:
        channel.send(notice)
    if answer != DROP:
        assert answer[4:] in str(failed.value)


def test_a_refused_sender_speaks_of_the_portal_and_not_of_the_message(post: PostOffice, notice: Notice) -> None:
    post.sender_answer = "550 5.7.1 We do not relay for you"
    with EmailChannel() as channel, pytest.raises(PassingFailure, match="We do not relay for you"):
        channel.send(notice)


def test_no_server_is_a_passing_failure(post: PostOffice, notice: Notice, settings: Settings) -> None:
    settings.EMAIL_PORT = free_port()
    with EmailChannel() as channel, pytest.raises(PassingFailure, match="ConnectionRefusedError"):
        channel.send(notice)


def test_a_batch_shares_a_connection_that_is_opened_again_after_a_failure(
    post: PostOffice, cast: Cast, tell: Tell
) -> None:
    people = [cast.importer, cast.agent, cast.stranger, cast.officer]
    tell(*people)
    post.answers[cast.agent.email] = DROP
    failed = []
    with EmailChannel() as channel:
        for notice in Notice.objects.filter(channel="email").order_by("person_id"):
            try:
                channel.send(notice)
            except PassingFailure:
                failed.append(notice.person.email)
    assert failed == [cast.agent.email]
    assert post.sent_to() == [cast.importer.email, cast.stranger.email, cast.officer.email]
    assert len(post.connections) == 2


@pytest.mark.parametrize("evil", ["Rice\r\nBcc: thief@evil.example", "Rice\nSubject: x", "Rice\x0b\x85\u2028Bcc: y"])
def test_no_name_writes_a_header(post: PostOffice, cast: Cast, tell: Tell, evil: str) -> None:
    cast.importer.name = evil
    cast.importer.save()
    tell(cast.importer, ref=evil.replace("/", ""), moves=[])
    Notice.objects.filter(channel="email").update()
    notice = Notice.objects.get(channel="email")
    notice.entry.data |= {"ref": "RW26-000042", "moves": [{"code": "x", "place": evil, "is_withdrawn": False, **_WHEN}]}
    with EmailChannel() as channel:
        channel.send(notice)
    (mail,) = post.mails
    assert post.asked == [IMPORTER]
    assert mail["Bcc"] is None
    assert mail.get_all("Subject") == [" ".join(str(mail["Subject"]).split())]
    assert str(mail["Subject"]).endswith(" ".join(evil.split()))


def test_an_address_with_a_line_break_is_never_written_into_a_header(notice: Notice) -> None:
    notice.person.email = "importer@portal.example\nBcc: thief@evil.example"
    with pytest.raises(ValueError, match="newlines"):
        compose(notice).message()


_WHEN = {"at": "2026-11-20T05:30:00+00:00", "is_day": True, "zone": "Africa/Kigali", "container": "", "source": "Gate"}
