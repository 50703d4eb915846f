"""The tickets' pages as each of the cast sees them."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone
from pytest_django import Settings

from cargo.models import Consignment
from cargo.registration import Particulars, register
from liaison.models import Organization, Person
from tests.conftest import AT, Cast, somebody
from tests.liaison.papers import PDF
from tests.tickets.conftest import opened
from tests.tickets.letters.mails import HOST, mail
from tests.tickets.test_inbound import OUTSIDE, come, write
from tickets.conversation import Saying, say
from tickets.handling import assign, snooze
from tickets.handovers import hand_over
from tickets.merging import merge
from tickets.models import Attachment, Message, Ticket, Watch
from tickets.resolving import confirm, resolve

As = Callable[[Person | None], Client]
NOW = timezone.now()


def page(client: Client, url: str, status: int = 200) -> str:
    answer = client.get(url)
    assert answer.status_code == status
    return answer.content.decode()


def said(ticket: Ticket, by: Person, text: str, kind: str = "reply") -> None:
    say(ticket=ticket, saying=Saying(text=text, kind=kind), by=by, at=timezone.now())


def test_the_list_shows_who_holds_each_ticket(ticket: Ticket, cast: Cast, as_person: As) -> None:
    importer = page(as_person(cast.importer), "/tickets/")
    assert ("The liaison office has it and will reply." in importer, "Report a problem" in importer) == (True, True)
    assert "Umucyo Traders" not in importer.split("<main")[1]
    assert "Umucyo Traders" in page(as_person(cast.officer), "/tickets/")
    assert "There is no ticket yet." in page(as_person(cast.stranger), "/tickets/")
    assert "Report a problem" not in page(as_person(cast.desk), "/tickets/")


def test_only_who_can_confirm_is_asked_whether_it_is_solved(ticket: Ticket, cast: Cast, as_person: As) -> None:
    resolve(ticket=ticket, cause="port", words="x", by=cast.officer, at=timezone.now())
    people = (cast.importer, somebody(cast.importer_firm, "readonly"), cast.officer)
    assert ["Tell us whether it is." in page(as_person(person), "/tickets/") for person in people] == [
        True, False, False,
    ]  # fmt: skip


def test_what_was_merged_says_as_what_it_goes_on_by_one_query_for_all(
    ticket: Ticket, cast: Cast, as_person: As
) -> None:
    client = as_person(cast.importer)
    client.get("/tickets/")
    asked = []
    for number in range(3):
        merge(ticket=opened(cast, title=f"T{number}"), into=ticket, by=cast.officer, at=timezone.now())
        with CaptureQueriesContext(connection) as queries:
            rows = client.get("/tickets/").context["rows"]
        asked.append(len(queries))
        assert sum(row["words"] == f"It goes on as {ticket.ref}." for row in rows) == number + 1
    assert len(set(asked)) == 1


@pytest.mark.parametrize("query", ["?q=box", "?state=unsolved", "?category=PORT_DELAY", "?state=nonsense", "?q=%00"])
def test_the_list_is_narrowed_by_its_query(ticket: Ticket, cast: Cast, as_person: As, query: str) -> None:
    assert ticket.ref in page(as_person(cast.importer), f"/tickets/{query.replace('%00', '')}")


def test_what_fits_nothing_says_so(ticket: Ticket, cast: Cast, as_person: As) -> None:
    found = page(as_person(cast.importer), "/tickets/?q=unheard")
    assert ("Nothing fits what you are looking for." in found, ticket.ref in found) == (True, False)


def test_the_second_page_goes_on_after_the_first(cast: Cast, categories: None, as_person: As) -> None:
    refs = [opened(cast, title=f"T{number}").ref for number in range(32)]
    client = as_person(cast.importer)
    first = client.get("/tickets/")
    following = first.context["page"].next_url
    shown = [row["ticket"].ref for url in ("/tickets/", following) for row in client.get(url).context["rows"]]
    assert shown == refs[::-1]


def test_a_problem_is_reported_in_two_steps(
    cast: Cast, categories: None, consignment: Consignment, as_person: As
) -> None:
    client = as_person(cast.importer)
    first = page(client, f"/tickets/new/?consignment={consignment.ref}")
    assert f"?category=ESEAL&amp;consignment={consignment.ref}" in first
    second = page(client, f"/tickets/new/?category=ESEAL&consignment={consignment.ref}")
    assert ("Plates of the truck and the trailer" in second, "KRA RECTS centre" in second) == (True, True)
    assert ("Who calls?" in second, "Who calls?" in page(as_person(cast.officer), "/tickets/new/?category=ESEAL")) == (
        False,
        True,
    )
    sent = {"category": "ESEAL", "consignments": consignment.ref, "title": "No seal", "answer_plate": "KDA 1X"}
    assert client.post("/tickets/new/", sent).status_code == 302
    ticket = Ticket.objects.get()
    assert (ticket.answers, ticket.concerned.get().consignment) == ({"plate": "KDA 1X"}, consignment)


def test_a_wrong_report_says_what_is_wrong_and_keeps_what_was_written(
    cast: Cast, categories: None, consignment: Consignment, as_person: As
) -> None:
    sent = {"category": "ESEAL", "consignments": consignment.ref, "title": "My words", "answer_plate": "x"}
    answer = as_person(cast.stranger).post("/tickets/new/", sent)
    assert answer.status_code == 422
    assert f"You have no consignment {consignment.ref}." in answer.content.decode()
    assert "My words" in answer.content.decode()
    other = register(particulars=Particulars(consignee=cast.stranger_firm, bill_of_lading="X"), by=None, at=AT)
    both = {**sent, "consignments": f"{consignment.ref} {other.ref}"}
    answer = as_person(cast.officer).post("/tickets/new/", both)
    assert (answer.status_code, "several firms" in answer.content.decode()) == (422, True)
    assert not Ticket.objects.exists()


@pytest.mark.parametrize("query", ["?category=%00", "?category=info", "?category=WEATHER", "?consignment=%00", ""])
def test_without_a_category_that_there_is_one_is_asked_for(
    cast: Cast, categories: None, as_person: As, query: str
) -> None:
    shown = page(as_person(cast.importer), f"/tickets/new/{query}")
    assert ('name="title"' in shown, "?category=ESEAL" in shown) == (False, True)
    assert as_person(cast.importer).post("/tickets/new/", {"category": "\x00", "title": "x"}).status_code == 200
    assert not Ticket.objects.exists()


def test_a_reader_of_a_firm_reports_nothing(cast: Cast, categories: None, as_person: As) -> None:
    reader = as_person(somebody(cast.importer_firm, "readonly"))
    assert reader.get("/tickets/new/").status_code == 403
    assert "Report a problem" not in page(reader, "/tickets/")


def test_each_side_finds_what_it_can_do(ticket: Ticket, cast: Cast, kpa: Organization, as_person: As) -> None:
    url = f"/tickets/{ticket.ref}/"
    hand_over(ticket=ticket, agency=kpa, words="For the agency alone", by=cast.officer, at=timezone.now())
    said(ticket, cast.officer, "Between us", "note")
    importer, officer, desk = (page(as_person(each), url) for each in (cast.importer, cast.officer, cast.desk))
    for text, seen in {
        "Between us": (False, True, False),
        "For the agency alone": (False, True, True),
        "?act=hand_over": (False, True, False),
        "?act=accept": (False, True, True),
        "Put it in": (False, True, False),
        "A day more costs": (False, True, False),
        "KPA has it and has not accepted it yet.": (True, True, True),
        "TGHU3054380": (True, True, True),
        "First reply": (True, True, True),
    }.items():
        assert (text in importer, text in officer, text in desk) == seen, text
    assert f'href="/consignments/{ticket.concerned.get().consignment.ref}/"' not in desk


def test_one_action_is_shown_at_a_time_and_one_that_does_not_fit_is_not(
    ticket: Ticket, cast: Cast, as_person: As
) -> None:
    officer = as_person(cast.officer)
    shown = page(officer, f"/tickets/{ticket.ref}/?act=pause")
    assert ('name="waiting_on"' in shown, "?act=assign" in shown) == (True, False)
    assert 'name="reason"' not in page(officer, f"/tickets/{ticket.ref}/?act=resume")
    assert 'name="waiting_on"' not in page(as_person(cast.importer), f"/tickets/{ticket.ref}/?act=pause")


def test_a_ready_answer_is_put_in_in_the_openers_language(ticket: Ticket, cast: Cast, as_person: As) -> None:
    Person.objects.filter(pk=cast.importer.pk).update(language="fr")
    shown = page(as_person(cast.officer), f"/tickets/{ticket.ref}/?canned=received")
    assert f"nous avons reçu votre signalement {ticket.ref}" in shown


def test_what_came_by_mail_says_so_and_the_office_sees_what_is_behind_it(
    ticket: Ticket, cast: Cast, as_person: As, settings: Settings
) -> None:
    settings.EMAIL_TRUSTED_HOST = HOST
    said = "Here is a film.\n\nOn 26 Nov 2026, Office <help@liaison.example> wrote:\n> Where is it?"
    signed = f"{HOST}; spf=pass smtp.mailfrom=portal.example; dkim=none"
    message = mail(said, From=cast.importer.email, Subject=f"[{ticket.ref}]", Authentication_Results=signed)
    message.add_attachment(b"MZ", maintype="video", subtype="mp4", filename="film.mp4")
    come(message)
    url = f"/tickets/{ticket.ref}/"
    shown = {viewer: page(as_person(viewer), url) for viewer in (cast.officer, cast.importer)}
    assert ["E-mail ·" in shown[viewer] for viewer in shown] == [True, True]
    behind = ("sender confirmed by the mail server", "SPF pass DKIM none", "Not kept: film.mp4 (a program)")
    assert [words in shown[cast.officer] for words in (*behind, "Where is it?", "/raw/")] == [True] * 5
    assert [words in shown[cast.importer] for words in (*behind, "Where is it?", "/raw/")] == [False] * 5
    # Also the mail from which a ticket was opened.
    opened_by_mail = write(OUTSIDE, "Whole.\n-- \nEve's signature").ticket
    assert opened_by_mail
    assert "Eve&#x27;s signature" in page(as_person(cast.officer), f"/tickets/{opened_by_mail.ref}/")


def test_a_resolved_ticket_asks_for_one_tap(ticket: Ticket, cast: Cast, as_person: As) -> None:
    resolve(ticket=ticket, cause="port", words="Loaded", by=cast.officer, at=timezone.now())
    url = f"/tickets/{ticket.ref}/"
    importer = as_person(cast.importer)
    assert ("Is it solved?" in page(importer, url), "Is it solved?" in page(as_person(cast.officer), url)) == (
        True,
        False,
    )
    confirm(ticket=ticket, rating=5, by=cast.importer, at=timezone.now())
    assert ("Is it solved?" in page(importer, url), "5/5" in page(importer, url)) == (False, True)


def test_a_merged_ticket_is_read_in_the_other(
    ticket: Ticket, cast: Cast, consignment: Consignment, as_person: As
) -> None:
    second = register(particulars=Particulars(consignee=cast.importer_firm, bill_of_lading="B2"), by=None, at=AT)
    other = opened(cast, consignment, second, title="The same")
    said(other, cast.importer, "Said in the other")
    merge(ticket=other, into=ticket, by=cast.officer, at=timezone.now())
    importer = as_person(cast.importer)
    living = page(importer, f"/tickets/{ticket.ref}/")
    assert [words in living for words in ("Said in the other", second.ref)] == [True, True]
    gone = page(importer, f"/tickets/{other.ref}/")
    assert f'href="/tickets/{ticket.ref}/"' in gone
    # What was promised, and what is to be said, is in the other alone.
    shown = [words in gone for words in ("What was promised", "Your words")]
    assert (shown, "What was promised" in living) == ([False, False], True)


@pytest.mark.parametrize("ref", ["T26-999999", "nonsense", "new%00"])
def test_an_unknown_ticket_is_not_found(cast: Cast, categories: None, as_person: As, ref: str) -> None:
    assert as_person(cast.officer).get(f"/tickets/{ref}/").status_code == 404


def test_an_agent_of_one_consignment_learns_nothing_of_the_others(ticket: Ticket, cast: Cast, as_person: As) -> None:
    second = register(particulars=Particulars(consignee=cast.importer_firm, bill_of_lading="B2"), by=None, at=AT)
    both = opened(cast, ticket.concerned.get().consignment, second, title="Both")
    shown = page(as_person(cast.agent), f"/tickets/{both.ref}/")
    assert (second.ref in shown, second.ref in page(as_person(cast.importer), f"/tickets/{both.ref}/")) == (False, True)


def test_the_consignments_page_is_told_of_its_tickets(
    ticket: Ticket, cast: Cast, consignment: Consignment, as_person: As
) -> None:
    url = f"/tickets/about/{consignment.ref}/"
    importer = page(as_person(cast.importer), url)
    assert (ticket.ref in importer, f"/tickets/new/?consignment={consignment.ref}" in importer) == (True, True)
    assert "<html" not in importer
    other = register(particulars=Particulars(consignee=cast.importer_firm, bill_of_lading="B2"), by=None, at=AT)
    assert "Nobody has reported a problem" in page(as_person(cast.importer), f"/tickets/about/{other.ref}/")
    assert as_person(cast.stranger).get(url).status_code == 404


# The board


def test_the_board_shows_a_queue_and_what_is_put_off_not_at_all(
    ticket: Ticket, cast: Cast, kpa: Organization, as_person: As
) -> None:
    handed, slept = opened(cast, title="Handed"), opened(cast, title="Slept")
    hand_over(ticket=handed, agency=kpa, words="x", by=cast.officer, at=NOW)
    snooze(ticket=slept, until=timezone.now() + (AT - AT.replace(hour=5)), by=cast.officer, at=NOW)
    assign(ticket=ticket, to=cast.officer, by=cast.officer, at=NOW)
    officer = as_person(cast.officer)

    def shown(query: str) -> list[str]:
        return sorted(row["title"] for row in officer.get(f"/tickets/board/{query}").context["rows"])

    assert shown("") == ["Box not loaded", "Handed"]
    assert (shown("?queue=mine"), shown("?queue=nobody")) == (["Box not loaded"], ["Handed"])
    assert (shown(f"?queue=agency-{kpa.pk}"), shown("?queue=importer")) == (["Handed"], [])
    assert "Nothing waits in this queue." in page(officer, "/tickets/board/?queue=importer")
    labels = [
        (row["label"], row.get("n"), row["is_current"]) for row in officer.get("/tickets/board/").context["queues"]
    ]
    assert labels == [
        ("All", 2, True), ("Mine", None, False), ("Nobody's", None, False), ("the liaison office", 1, False),
        ("the importer", 0, False), ("somebody outside", 0, False), ("KPA", 1, False),
    ]  # fmt: skip


def test_a_long_board_says_that_there_is_more(
    ticket: Ticket, cast: Cast, as_person: As, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("tickets.views.board.MOST_ROWS", 1)
    officer = as_person(cast.officer)
    assert "Show all open tickets" not in page(officer, "/tickets/board/")
    opened(cast)
    shown = officer.get("/tickets/board/")
    assert (len(shown.context["rows"]), "Show all open tickets" in shown.content.decode()) == (1, True)


def test_the_board_tells_a_broken_promise_and_what_a_day_costs(ticket: Ticket, cast: Cast, as_person: As) -> None:
    Ticket.objects.update(next_breach_at=AT, usd_at_risk="1234.50", risk_at=AT)
    shown = page(as_person(cast.officer), "/tickets/board/")
    assert ("promise broken" in shown, "1 promise is broken." in shown) == (True, True)
    assert "USD 1,234.50" in shown
    Ticket.objects.update(next_breach_at=None, usd_at_risk=None)
    shown = page(as_person(cast.officer), "/tickets/board/")
    assert ("no clock runs" in shown, "cost unknown" in shown) == (True, True)


# What is sent from the page


def post(client: Client, ticket: Ticket, path: str, **data: object) -> int:
    return client.post(f"/tickets/{ticket.ref}/{path}/", data).status_code


def test_a_message_comes_with_its_papers(ticket: Ticket, cast: Cast, as_person: As) -> None:
    paper = SimpleUploadedFile("invoice.pdf", PDF)
    importer = as_person(cast.importer)
    assert post(importer, ticket, "messages", kind="reply", text="See", papers=paper) == 302
    kept = Attachment.objects.get()
    answer = importer.get(f"/tickets/attachments/{kept.pk}/")
    assert (answer.content, answer["Content-Type"], answer["Content-Security-Policy"]) == (
        PDF,
        "application/pdf",
        "default-src 'none'; sandbox",
    )
    assert 'filename="invoice.pdf"' in answer["Content-Disposition"]
    assert as_person(cast.stranger).get(f"/tickets/attachments/{kept.pk}/").status_code == 404


def test_what_cannot_be_sent_is_shown_again_with_its_reason(ticket: Ticket, cast: Cast, as_person: As) -> None:
    macro = SimpleUploadedFile("invoice.docm", b"PK\x03\x04")
    data = {"kind": "reply", "text": "My words", "papers": macro}
    answer = as_person(cast.importer).post(f"/tickets/{ticket.ref}/messages/", data)
    shown = answer.content.decode()
    assert (answer.status_code, "Only PDF, PNG and JPEG can be taken." in shown, "My words" in shown) == (
        422,
        True,
        True,
    )
    assert not Message.objects.exists()


def test_a_stale_page_is_answered_with_what_was_done(ticket: Ticket, cast: Cast, as_person: As) -> None:
    said(ticket, cast.importer, "Meanwhile")
    data = {"action": "resolve", "cause": "port", "words": "My words", "version": "2"}
    answer = as_person(cast.officer).post(f"/tickets/{ticket.ref}/actions/", data)
    shown = answer.content.decode()
    assert answer.status_code == 422
    assert ("Importer wrote." in shown, "My words" in shown, Ticket.objects.get().state) == (True, True, "new")


def test_nobody_does_what_is_not_hers(ticket: Ticket, cast: Cast, kpa: Organization, as_person: As) -> None:
    importer, officer = as_person(cast.importer), as_person(cast.officer)
    reader = as_person(somebody(cast.importer_firm, "readonly"))
    assert [post(importer, ticket, "actions", action=action) for action in ("assign", "accept", "explode")] == [
        403,
        403,
        404,
    ]
    assert post(officer, ticket, "actions", action="confirm") == 403
    assert post(importer, ticket, "messages", kind="note", text="x") == 422
    assert (post(reader, ticket, "messages", kind="reply", text="x"), post(reader, ticket, "follow")) == (403, 302)
    hand_over(ticket=ticket, agency=kpa, words="x", by=cast.officer, at=NOW)
    desk = as_person(cast.desk)
    assert [post(desk, ticket, "actions", action=action) for action in ("resolve", "accept")] == [403, 302]
    assert as_person(cast.officer).get(f"/tickets/{ticket.ref}/messages/").status_code == 405


def test_following_is_switched_on_and_off(ticket: Ticket, cast: Cast, as_person: As) -> None:
    importer, url = as_person(cast.importer), f"/tickets/{ticket.ref}/"
    assert "Tell me of news" in page(importer, url)
    assert post(importer, ticket, "follow", follow="yes") == 302
    assert ("Tell me no more" in page(importer, url), Watch.objects.count()) == (True, 1)
    post(importer, ticket, "follow", follow="no")
    assert Watch.objects.count() == 0


def test_a_ticket_costs_the_same_to_show_whatever_was_said_in_it(
    ticket: Ticket, cast: Cast, kpa: Organization, as_person: As
) -> None:
    hand_over(ticket=ticket, agency=kpa, words="Look", by=cast.officer, at=timezone.now())
    clients = [as_person(person) for person in (cast.importer, cast.officer, cast.desk)]

    def costs() -> list[int]:
        found = []
        for client in clients:
            with CaptureQueriesContext(connection) as queries:
                page(client, f"/tickets/{ticket.ref}/")
            found.append(len(queries))
        return found

    said(ticket, cast.officer, "We look")
    costs()
    few = costs()
    for number in range(5):
        for by in (cast.importer, cast.officer):
            papers = [(f"{number}.pdf", PDF + str(number).encode())]
            say(ticket=ticket, saying=Saying(text=f"{number}", papers=papers), by=by, at=timezone.now())
    assert (costs(), max(few) <= 20) == (few, True)
