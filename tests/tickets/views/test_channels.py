"""The doors through which providers hand in mails, texts, sessions of the menu, and what became of ours."""

from __future__ import annotations

import hashlib
import hmac

import pytest
from django.test import Client
from pytest_django import Settings

from notify.correspondents import has_stopped
from notify.letters import write_letter
from notify.models import Correspondent, Letter, Report, Tally, Template
from tests.conftest import AT
from tests.tickets.letters.mails import mail
from tests.tickets.talk.test_webhook import body, text
from tickets.models import Mail, Talk

DOOR = "/channels/email/inbound/open-sesame/"


@pytest.fixture(autouse=True)
def _door(settings: Settings) -> None:
    settings.EMAIL_INBOUND_SECRET = "open-sesame"


def hand_in(raw: bytes, door: str = DOOR) -> tuple[int, object]:
    answer = Client(enforce_csrf_checks=True).post(door, raw, content_type="message/rfc822")
    return answer.status_code, answer.json() if answer["Content-Type"] == "application/json" else None


@pytest.mark.django_db
def test_a_mail_is_stored_before_it_is_read_and_once() -> None:
    raw = mail().as_bytes()
    first, again = hand_in(raw), hand_in(raw)
    stored = Mail.objects.get()
    assert (first, again) == (
        (202, {"id": stored.pk, "state": "stored"}),
        (202, {"id": stored.pk, "state": "duplicate"}),
    )
    assert (bytes(stored.raw), stored.state) == (raw, "stored")


@pytest.mark.django_db
def test_the_door_is_shut_to_who_does_not_know_the_secret(settings: Settings) -> None:
    assert hand_in(b"x", "/channels/email/inbound/sesame/")[0] == 404
    assert hand_in(b"x", "/channels/email/inbound/é/")[0] == 404
    assert Client().get(DOOR).status_code == 405
    settings.EMAIL_INBOUND_SECRET = ""
    assert hand_in(b"x")[0] == 404
    assert not Mail.objects.exists()


@pytest.mark.django_db
def test_nothing_and_too_much_are_refused_with_a_reason(settings: Settings) -> None:
    settings.DATA_UPLOAD_MAX_MEMORY_SIZE = 100
    assert hand_in(b" \r\n") == (400, {"state": "refused", "reason": "empty"})
    assert hand_in(b"x" * 101) == (413, {"state": "refused", "reason": "too_large"})
    assert list(Tally.objects.values_list("what", "count")) == [("large_mail", 1)]
    assert not Mail.objects.exists()


def handed(path: str, **form: str) -> tuple[int, object]:
    answer = Client(enforce_csrf_checks=True).post(path, form)
    return answer.status_code, answer.json() if answer["Content-Type"] == "application/json" else answer.content


SMS = "/channels/sms/inbound/demo-sms/"
REPORT = "/channels/sms/report/demo-sms/"
USSD = "/channels/ussd/demo-ussd/"
WHATSAPP = "/channels/whatsapp/"
NUMBER = "+250788123456"


@pytest.mark.django_db
def test_an_sms_is_stored_before_it_is_answered_and_once() -> None:
    form = {"id": "ATPid_9", "from": "250788123456 ", "to": "7272", "text": "HELP\x00", "linkId": "L", "date": "2026"}
    first, again = handed(SMS, **form), handed(SMS, **form)
    stored = Talk.objects.get()
    assert (first, again) == (
        (200, {"id": stored.pk, "state": "stored"}),
        (200, {"id": stored.pk, "state": "duplicate"}),
    )
    assert (stored.address, stored.text, stored.state, stored.raw["to"]) == (NUMBER, "HELP", "stored", "7272")
    assert handed(SMS, text="HELP") == (400, {"state": "refused", "reason": "empty"})
    assert handed(SMS, **{"from": "MTN"}, text="Win!") == (200, {"id": stored.pk + 1, "state": "stored"})
    assert Talk.objects.get(address="MTN").reason == "silent"
    assert handed(SMS, senderId="KPA", phoneNumber=NUMBER) == (200, {"state": "stopped"})
    assert has_stopped(channel="sms", address=NUMBER)


@pytest.mark.django_db
def test_reports_are_taken_in_any_order_and_for_ids_that_nobody_knows(settings: Settings) -> None:
    letter = write_letter(channel="sms", address=NUMBER, subject="", body="x", at=AT)
    Letter.objects.filter(pk=letter.pk).update(provider_id="ATXid_1")
    said = [("ATXid_1", "Success"), ("ATXid_1", "Sent"), ("ATXid_1", "Failed"), ("ATXid_2", "Buffered"), ("", "Sent")]
    answers = [handed(REPORT, id=id, status=status, phoneNumber=NUMBER) for id, status in said]
    assert answers == [
        *([(200, {"state": "known"})] * 3),
        (200, {"state": "unknown"}),
        (200, {"state": "not_understood"}),
    ]
    assert list(Report.objects.order_by("pk").values_list("provider_id", "state")) == [
        ("ATXid_1", "delivered"),
        ("ATXid_2", "on_way"),
    ]
    assert dict(Tally.objects.values_list("what", "count")) == {"unknown_report": 1, "odd_report": 1}
    handed(REPORT, id="ATXid_3", status="Failed", failureReason="UserInBlackList", phoneNumber=NUMBER)
    assert Correspondent.objects.get(address=NUMBER).stopped_by == "provider"


@pytest.mark.django_db
def test_the_menu_always_answers_in_plain_text(monkeypatch: pytest.MonkeyPatch) -> None:
    answer = Client().post(USSD, {"sessionId": "s", "phoneNumber": NUMBER, "text": ""})
    assert (answer.status_code, answer["Content-Type"]) == (200, "text/plain; charset=utf-8")
    assert answer.content.startswith(b"CON KPA Liaison Office Kigali\n1 Kinyarwanda")
    assert handed(USSD)[0] == 200
    # Without the categories no ticket can be opened.
    broken = handed(USSD, sessionId="s", phoneNumber=NUMBER, text="2*3*9*1*It is stuck")
    assert broken == (200, b"END This does not work just now. Please try again later, or call the office.")


def hook(body: bytes, secret: str = "demo-whatsapp") -> tuple[int, object]:
    signature = "sha256=" + hmac.new(secret.encode(), body, hashlib.sha256).hexdigest()
    headers = {"X-Hub-Signature-256": signature}
    answer = Client(enforce_csrf_checks=True).post(WHATSAPP, body, content_type="application/json", headers=headers)
    return answer.status_code, answer.json()


@pytest.mark.django_db
def test_whatsapp_is_believed_by_its_signature_alone(settings: Settings) -> None:
    statuses = [{"id": "wamid.9", "status": "read"}, {"id": "wamid.9", "status": "sent"}]
    raw = body(
        {"messages": [text("HELP"), text("STOP", "wamid.2")], "statuses": statuses}, {"messages": [text("HELP")]}
    )
    assert hook(raw, "other") == (403, {"state": "refused", "reason": "signature"})
    assert (Talk.objects.count(), Tally.objects.get().what) == (0, "forged_whatsapp")
    assert hook(raw) == (200, {"state": "taken", "messages": 2, "duplicates": 1, "statuses": 2})
    assert hook(raw)[1] == {"state": "taken", "messages": 0, "duplicates": 3, "statuses": 2}
    assert list(Talk.objects.order_by("pk").values_list("provider_id", "text")) == [
        ("wamid.1", "HELP"),
        ("wamid.2", "STOP"),
    ]
    assert Report.objects.get().state == "read"
    about = {"message_template_name": "portal_news", "message_template_language": "fr"}
    hook(body({**about, "event": "APPROVED"}, name="message_template_status_update"))
    hook(body({**about, "new_category": "MARKETING"}, name="template_category_update"))
    template = Template.objects.get()
    assert (template.status, template.category, template.may_be_sent) == ("APPROVED", "MARKETING", False)
    assert hook(b"[]") == (200, {"state": "not_understood"})
    settings.WHATSAPP_APP_SECRET = ""
    assert hook(raw, "")[0] == 403


@pytest.mark.django_db
def test_whatsapp_s_challenge_is_echoed_to_who_knows_the_token() -> None:
    asked = {"hub.mode": "subscribe", "hub.verify_token": "demo-whatsapp", "hub.challenge": "11587<b>"}
    answer = Client().get(WHATSAPP, asked)
    assert (answer.status_code, answer.content, answer["Content-Type"]) == (
        *(200, b"11587<b>", "text/plain; charset=utf-8"),
    )
    wrong = [{**asked, "hub.verify_token": "é"}, {**asked, "hub.mode": "x"}, {}]
    assert [Client().get(WHATSAPP, each).status_code for each in wrong] == [403] * 3


@pytest.mark.django_db
@pytest.mark.parametrize("path", [SMS, REPORT, USSD])
def test_no_door_opens_without_its_secret(path: str, settings: Settings) -> None:
    assert handed(path.replace("demo-", "dem-"), id="1")[0] == 404
    assert Client().get(path).status_code == 405
    settings.SMS_INBOUND_SECRET = settings.USSD_SECRET = ""
    assert handed(path, id="1")[0] == 404
    assert (Talk.objects.count(), Tally.objects.get().what, Tally.objects.get().count) == (0, "wrong_secret", 2)
