"""The whole way over sockets: a text comes in, the answer goes out, its report comes back; and many at once."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor

import pytest
from django.db import connection
from django.test import Client
from django.utils import timezone
from pytest_django import Settings

from notify.models import Letter, Report
from notify.tasks import send_due
from tests.fakes.africastalking import KEY, USER, AfricasTalking
from tests.fakes.serving import serving
from tests.fakes.whatsapp import PHONE_ID, TOKEN, WhatsApp
from tests.tickets.talk.conftest import STRANGE
from tests.tickets.talk.test_webhook import body, text
from tests.tickets.views.test_channels import REPORT, SMS, hook
from tickets.categories import load_categories
from tickets.models import Talk, Ticket
from tickets.talk.conversations import answer_talk
from tickets.talk.log import talk_rows
from tickets.talk.ussd import serve
from tickets.tasks import answer_stored_talks


def fate() -> str:
    """What the office's log says of the answer of the only text."""
    return str(talk_rows(list(Talk.objects.select_related("letter")))[0]["fate"])


def test_an_sms_is_answered_and_its_report_is_shown(db: None, settings: Settings) -> None:
    with serving(AfricasTalking()) as provider:
        settings.AFRICASTALKING_URL = provider.url
        settings.AFRICASTALKING_USERNAME, settings.AFRICASTALKING_API_KEY = USER, KEY
        Client().post(SMS, {"id": "ATPid_1", "from": STRANGE, "to": "7272", "text": "MSAADA"})
        answer_stored_talks()
        assert fate() == "waits to be sent"
        send_due(channel="sms")
        assert [asked["to"] for asked in provider.asked] == [STRANGE]
        assert provider.asked[0]["message"].startswith("FUATILIA na nambari: mzigo ulipo.")
        assert (fate(), Letter.objects.get().body) == ("taken by the provider", "")
        number = Letter.objects.get().provider_id
        for status in ("Success", "Sent"):
            answer = Client().post(REPORT, {"id": number, "status": status, "phoneNumber": STRANGE})
            assert answer.json() == {"state": "known"}
    assert fate() == "on the telephone"


def test_a_whatsapp_message_is_answered_in_its_window(db: None, settings: Settings) -> None:
    with serving(WhatsApp()) as meta:
        settings.WHATSAPP_URL, settings.WHATSAPP_TOKEN, settings.WHATSAPP_PHONE_NUMBER_ID = meta.url, TOKEN, PHONE_ID
        meta.open.add("250788123456")
        hook(body({"messages": [text("HELP")]}))
        answer_stored_talks()
        send_due(channel="whatsapp")
        sent = meta.taken[0]
        assert (sent["to"], sent["text"]["body"][:12]) == ("250788123456", "TRACK number")
        ours = {"id": "wamid.1", "status": "read", "biz_opaque_callback_data": sent["biz_opaque_callback_data"]}
        hook(body({"statuses": [ours]}))
    assert (fate(), Report.objects.get().outgoing) == ("read", f"letter-{Letter.objects.get().pk}")


def test_an_answer_that_is_refused_is_said_so(db: None, settings: Settings) -> None:
    with serving(AfricasTalking()) as provider:
        settings.AFRICASTALKING_URL = provider.url
        settings.AFRICASTALKING_USERNAME, settings.AFRICASTALKING_API_KEY = USER, KEY
        provider.codes[STRANGE] = 404
        Client().post(SMS, {"id": "ATPid_1", "from": STRANGE, "text": "HELP"})
        answer_stored_talks()
        send_due(channel="sms")
    assert fate() == "refused"


@pytest.mark.django_db(transaction=True)
def test_of_four_at_the_same_moment_one_does_it() -> None:
    load_categories()
    form = {"id": "ATPid_1", "from": STRANGE, "text": "REPORT The truck is in a ditch"}
    inputs = "2*3*9*4*The truck is in a ditch"

    def take(_number: int) -> int:
        try:
            return int(Client().post(SMS, form).json()["id"])
        finally:
            connection.close()

    def answer(number: int) -> bool:
        try:
            return answer_talk(talk_id=number, at=timezone.now()) is not None
        finally:
            connection.close()

    def dial(_number: int) -> str:
        try:
            return serve(session="s", number=STRANGE, text=inputs, at=timezone.now())
        finally:
            connection.close()

    with ThreadPoolExecutor(4) as pool:
        taken = set(pool.map(take, range(4)))
        assert len(taken) == 1
        assert sum(pool.map(answer, [*taken] * 4)) == 1
        assert (Ticket.objects.count(), Letter.objects.count()) == (1, 1)
        assert len(set(pool.map(dial, range(4)))) == 1
    assert Ticket.objects.count() == 2
