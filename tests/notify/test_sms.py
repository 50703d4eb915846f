"""SMS over the provider's own protocol: what was taken, what may go later, what never will."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterator
from datetime import timedelta
from decimal import Decimal

import pytest
from django.contrib.messages import get_messages
from django.test import Client
from django.utils import timezone
from pytest_django import Settings

from liaison.models import Person
from notify.channels import PassingFailure, PermanentFailure
from notify.channels.sms import STOP_SAID, SmsChannel, compose
from notify.correspondents import has_stopped, owner_of, start, stop
from notify.gsm import SINGLE
from notify.keys import notice_key
from notify.letters import write_letter
from notify.models import ChannelTally, Letter, Notice, Phone, Wish
from notify.samples import sample
from notify.sending import LEASE, claim, send
from notify.tasks import send_due
from tests.conftest import AT, Cast
from tests.fakes.africastalking import KEY, STATUSES, USER, AfricasTalking
from tests.fakes.serving import serving
from tests.notify.conftest import PostOffice, Tell, free_port

NUMBER = "+250788123456"


@pytest.fixture
def provider(settings: Settings) -> Iterator[AfricasTalking]:
    """The provider, with our account at it."""
    with serving(AfricasTalking()) as fake:
        settings.AFRICASTALKING_URL = fake.url
        settings.AFRICASTALKING_USERNAME, settings.AFRICASTALKING_API_KEY = USER, KEY
        settings.AFRICASTALKING_SENDER = ""
        yield fake


def letter(number: str = NUMBER, body: str = "Malaba: shut") -> Letter:
    return write_letter(channel="sms", address=number, subject="Malaba", body=body, at=AT)


def deliver(*letters: Letter | Notice) -> list[str]:
    """What became of each, sent over one channel."""
    found = []
    with SmsChannel() as channel:
        for row in letters:
            try:
                channel.send(row)
                found.append("sent")
            except (PassingFailure, PermanentFailure) as failure:
                found.append(type(failure).__name__)
    return found


def test_a_letter_reaches_its_number_as_it_was_written(provider: AfricasTalking, db: None) -> None:
    assert deliver(letter(body="Malaba: fermé – n’y allez pas")) == ["sent"]
    assert provider.asked == [
        {"username": USER, "to": NUMBER, "message": "Malaba: fermé - n'y allez pas", "enqueue": "1"}
    ]


def test_a_sender_of_our_own_is_named_where_there_is_one(
    provider: AfricasTalking, db: None, settings: Settings
) -> None:
    settings.AFRICASTALKING_SENDER = "KPA-KIGALI"
    deliver(letter())
    assert provider.asked[0]["from"] == "KPA-KIGALI"


@pytest.mark.parametrize("code", list(STATUSES))
def test_the_code_of_the_number_says_what_became_of_it(provider: AfricasTalking, db: None, code: int) -> None:
    provider.codes[NUMBER] = code
    never = {403, 404, 406}
    wanted = "sent" if code < 400 else "PermanentFailure" if code in never else "PassingFailure"
    assert deliver(letter(), letter("+254700000001")) == [wanted, "sent"]


@pytest.mark.parametrize(
    "answer",
    [
        (401, b"The supplied authentication is invalid"),
        (429, b"slow down"),
        (500, b"<html>"),
        (503, b""),
        (200, b"{}"),
    ],
)
def test_an_account_in_trouble_ends_the_batch_and_refuses_nothing_for_good(
    provider: AfricasTalking, db: None, answer: tuple[int, bytes]
) -> None:
    provider.answers.append(answer)
    assert deliver(letter(), letter("+254700000001")) == ["PassingFailure", "PassingFailure"]
    assert len(provider.asked) == 1


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"null",
        b"[]",
        b'"yes"',
        b"\xff\xfe",
        b'{"SMSMessageData": null}',
        b'{"SMSMessageData": {"Message": "InvalidSenderId", "Recipients": []}}',
        b'{"SMSMessageData": {"Message": "x", "Recipients": [{}]}}',
        b'{"SMSMessageData": {"Message": "x", "Recipients": [{"statusCode": "odd", "status": "x"}]}}',
    ],
)
def test_an_answer_that_cannot_be_read_is_a_passing_failure_of_that_one(
    provider: AfricasTalking, db: None, body: bytes
) -> None:
    provider.answers.append((201, body))
    assert deliver(letter(), letter("+254700000001")) == ["PassingFailure", "sent"]


def test_a_provider_that_is_not_there_holds_up_a_batch_once(
    provider: AfricasTalking, db: None, settings: Settings
) -> None:
    settings.AFRICASTALKING_URL = f"http://127.0.0.1:{free_port()}"
    assert deliver(letter(), letter(), letter()) == ["PassingFailure"] * 3


def test_the_outbox_sends_by_both_channels_and_a_dead_one_delays_no_other(
    provider: AfricasTalking, post: PostOffice, db: None, settings: Settings
) -> None:
    settings.AFRICASTALKING_URL = f"http://127.0.0.1:{free_port()}"
    letter()
    write_letter(address="keza@firm.example", subject="Your code", body="X", at=AT)
    assert send(claim(Letter, at=AT), at=AT) == 1
    assert post.sent_to() == ["keza@firm.example"]
    settings.AFRICASTALKING_URL = provider.url
    assert send(claim(Letter, at=AT + LEASE), at=AT + LEASE) == 1
    assert list(Letter.objects.values_list("state", "body").distinct()) == [("sent", "")]
    assert [asked["message"] for asked in provider.asked] == ["Malaba: shut"]


def test_a_number_that_opted_out_is_refused_for_good_and_its_words_forgotten(
    provider: AfricasTalking, db: None
) -> None:
    provider.codes[NUMBER] = 406
    letter()
    send_due()
    refused = Letter.objects.get()
    assert (refused.state, refused.body, refused.error) == ("refused", "", "406 UserInBlacklist")


def test_what_waits_for_a_telephone_that_said_stop_is_refused_as_that(
    provider: AfricasTalking, cast: Cast, tell: Tell, settings: Settings
) -> None:
    settings.PERSONAL_CHANNELS = ["email", "sms"]
    Phone.objects.create(person=cast.importer, number=NUMBER, asked_at=AT, verified_at=AT)
    tell(cast.importer, topic="money")
    stop(channel="sms", address=NUMBER, stopped_by="user", at=AT)
    with SmsChannel() as channel, pytest.raises(PermanentFailure, match=r"^Said STOP$"):
        channel.send(Notice.objects.with_words().get(channel="sms"))
    assert provider.asked == []


def test_a_notice_is_its_subject_and_its_page_in_one_message(cast: Cast, tell: Tell, settings: Settings) -> None:
    settings.AFRICASTALKING_SENDER = ""
    tell(cast.importer, ref="RW26-000042", moves=[{**_MOVE, "place": "Mombasa " * 40}])
    Phone.objects.create(person=cast.importer, number=NUMBER, asked_at=AT, verified_at=AT)
    notice = Notice.objects.select_related("person", "entry").get(channel="email")
    number, text = compose(notice)
    assert (number, len(text) <= SINGLE) == (NUMBER, True)
    assert text.startswith("RW26-000042: Out of the gate")
    assert "... Reply STOP to end" in text
    assert text.endswith(f" {settings.PORTAL_URL}/n/{notice_key(notice.pk)}/")
    settings.AFRICASTALKING_SENDER = "KPA-KIGALI"
    assert "STOP" not in compose(notice)[1]


def test_how_to_end_them_is_said_again_after_a_month(cast: Cast, tell: Tell, settings: Settings) -> None:
    settings.PERSONAL_CHANNELS, settings.AFRICASTALKING_SENDER = ["email", "sms"], "20880"
    Phone.objects.create(person=cast.importer, number=NUMBER, asked_at=AT, verified_at=AT)
    for _time in range(2):
        tell(cast.importer, kind="cargo.money_burns", **sample("cargo.money_burns"))
    first, second = Notice.objects.filter(channel="sms").with_words().order_by("pk")
    assert "STOP" in compose(first)[1]
    for age, says in ((timedelta(0), False), (STOP_SAID, True)):
        at = timezone.now() - age
        Notice.objects.filter(pk=first.pk).update(state="sent", sent_at=at, written_at=at)
        assert ("STOP" in compose(second)[1]) is says


def test_its_page_says_why_and_ends_the_topic_by_sms_or_leads_on_who_is_signed_in(
    cast: Cast, as_person: Callable[[Person | None], Client], tell: Tell, settings: Settings
) -> None:
    settings.PERSONAL_CHANNELS = ["email", "sms"]
    Phone.objects.create(person=cast.importer, number=NUMBER, asked_at=AT, verified_at=AT)
    tell(cast.importer, kind="cargo.money_burns", **sample("cargo.money_burns"))
    notice, why = Notice.objects.get(channel="sms"), "to be told of “Free days end, charges begin”"
    path, ref = f"/n/{notice_key(notice.pk)}/", "/consignments/RW26-000042/"
    for person in (None, cast.stranger):
        page = as_person(person).get(path).content.decode()
        assert (why in page, f'href="{ref}"' in page, "STOP" in page) == (True, True, True)
    (end,) = re.findall(r'action="(/notifications/end/[^"]+)"', page)
    assert "Send you no more messages of this kind about" in as_person(None).get(end).content.decode()
    assert "are sent to you" in as_person(None).post(end).content.decode()
    assert list(Wish.objects.values_list("person", "topic", "channel", "is_wanted")) == [
        (cast.importer.pk, "money", "sms", False)
    ]
    mine = as_person(cast.importer).get(path)
    assert (mine["Location"], why in str(next(iter(get_messages(mine.wsgi_request))))) == (ref, True)
    Notice.objects.filter(pk=notice.pk).update(is_bundled=True)
    assert as_person(cast.importer).get(path)["Location"] == "/inbox/"
    Person.objects.filter(pk=cast.importer.pk).update(is_active=False)
    assert [as_person(None).get(each).status_code for each in (path, f"{path[:-2]}/")] == [404, 404]


_MOVE = {
    "code": "gate_out",
    "container": "",
    "is_withdrawn": False,
    "at": "2026-11-20T05:30:00+00:00",
    "is_day": False,
    "zone": "Africa/Nairobi",
    "source": "Gate",
}


def test_who_said_stop_is_sent_nothing_but_answers(provider: AfricasTalking, db: None) -> None:
    stop(channel="sms", address=NUMBER, stopped_by="user", at=AT)
    answer = write_letter(channel="sms", address=NUMBER, subject="", body="You asked", at=AT, is_answer=True)
    assert deliver(letter(), answer, letter("+254700000001")) == ["PermanentFailure", "sent", "sent"]
    assert [asked["message"] for asked in provider.asked] == ["You asked", "Malaba: shut"]
    start(channel="sms", address=NUMBER, at=AT)
    assert deliver(letter()) == ["sent"]


def test_without_a_telephone_of_hers_nothing_is_asked_of_the_provider(
    provider: AfricasTalking, cast: Cast, tell: Tell
) -> None:
    entry = tell(cast.importer)
    notice = Notice.objects.create(person=cast.importer, entry=entry, channel="sms")
    # Held back for the night, and the number was forgotten since: it holds up nobody else.
    assert deliver(notice, letter()) == ["PermanentFailure", "sent"]
    assert [asked["to"] for asked in provider.asked] == [NUMBER]


def test_the_provider_s_no_is_remembered(provider: AfricasTalking, cast: Cast) -> None:
    Phone.objects.create(person=cast.importer, number=NUMBER, asked_at=AT, verified_at=AT)
    provider.codes[NUMBER] = 404
    assert deliver(letter()) == ["PermanentFailure"]
    assert owner_of(NUMBER, at=AT) == cast.importer
    provider.codes[NUMBER] = 403
    assert deliver(letter()) == ["PermanentFailure"]
    assert (owner_of(NUMBER, at=AT), has_stopped(channel="sms", address=NUMBER)) == (None, False)
    provider.codes[NUMBER] = 406
    assert deliver(letter()) == ["PermanentFailure"]
    assert has_stopped(channel="sms", address=NUMBER)
    provider.codes.clear()
    assert deliver(letter()) == ["PermanentFailure"]
    assert len(provider.asked) == 3


@pytest.mark.parametrize(
    ("cost", "kept"),
    [
        ("RWF 9.0000", (Decimal(9), "RWF")),
        ("KES 0.8", (Decimal("0.8"), "KES")),
        ("RWF 0", (Decimal(0), "RWF")),
        ("RWF -1", (None, "")),
        ("RWF NaN", (None, "")),
        ("RWF Infinity", (None, "")),
        ("RWF 100000", (None, "")),
        ("Rwandan 9", (None, "")),
        ("9.0000", (None, "")),
        ("", (None, "")),
        (None, (None, "")),
        (0, (None, "")),
    ],
)
def test_a_price_is_kept_where_it_is_one_and_the_message_is_taken_all_the_same(
    provider: AfricasTalking, db: None, cost: object, kept: tuple[Decimal | None, str]
) -> None:
    recipient = {"statusCode": 101, "status": "Success", "messageId": "ATXid_1", "cost": cost}
    said = {"SMSMessageData": {"Message": "x", "Recipients": [recipient]}}
    provider.answers.append((201, json.dumps(said).encode()))
    with SmsChannel() as channel:
        receipt = channel.send(letter())
    assert (receipt.number, (receipt.cost, receipt.currency)) == ("ATXid_1", kept)


def test_what_is_billed_in_another_currency_is_kept_and_counts_for_no_budget(
    provider: AfricasTalking, db: None, settings: Settings
) -> None:
    settings.SMS_CURRENCY = "KES"
    letter()
    assert send(claim(Letter, at=AT), at=AT) == 1
    assert Letter.objects.values_list("cost", "currency").get() == (Decimal(9), "RWF")
    assert ChannelTally.objects.values_list("channel", "sent", "cost").get() == ("sms", 1, Decimal(0))


def test_the_price_of_a_bundle_is_paid_once(provider: AfricasTalking, cast: Cast, tell: Tell) -> None:
    Phone.objects.create(person=cast.importer, number=NUMBER, asked_at=AT, verified_at=AT)
    for _ in range(3):
        tell(cast.importer)
    Notice.objects.filter(channel="email").update(channel="sms", is_bundled=True)
    assert send(claim(Notice, at=AT, channel="sms"), at=AT) == 3
    rows = Notice.objects.filter(channel="sms").order_by("pk").values_list("cost", "currency", "provider_id")
    name = f"ATXid_{NUMBER[1:]}"
    assert list(rows) == [(Decimal(9), "RWF", name), (None, "", name), (None, "", name)]
    assert [len(asked["message"]) <= SINGLE for asked in provider.asked] == [True]
    assert ChannelTally.objects.values_list("sent", "cost").get() == (3, Decimal(9))
