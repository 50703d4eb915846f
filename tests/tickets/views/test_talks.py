"""The office's log of texts: what came, what was answered, what became of it, and what was kept nowhere."""

from __future__ import annotations

from collections.abc import Callable

from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from liaison.models import Person
from notify.models import Letter
from notify.reports import Said, report
from notify.tallies import count
from notify.templates import judge
from tests.conftest import AT, Cast
from tests.tickets.talk.conftest import HERS, STRANGE, proven, text
from tickets.holdings import RULES, forget
from tickets.models import Talk
from tickets.talk.log import KINDS
from tickets.talk.menu import CHOICES
from tickets.talk.requests import _RESPONSES

As = Callable[[Person | None], Client]


def shown(client: Client, query: str = "") -> str:
    return " ".join(client.get(f"/channels/{query}").content.decode().split())


def test_every_request_and_screen_has_its_words() -> None:
    assert {*_RESPONSES, *CHOICES.values(), "menu"} - KINDS.keys() == set()


def test_the_office_sees_what_came_and_what_became_of_the_answer(cast: Cast, categories: None, as_person: As) -> None:
    proven(cast.importer)
    text("HELP <b>me</b>", HERS)
    told = text("REPORT The truck is in a ditch")
    text("HELP", "RW.77", channel="whatsapp")
    assert told.ticket is not None
    Letter.objects.filter(address=HERS).update(provider_id="ATXid_7", state="sent", sent_at=AT, body="")
    report(Said(channel="sms", provider_id="ATXid_7", state="failed", reason="UserInactive"), at=AT)
    count("forged_whatsapp", at=timezone.now(), times=3)
    judge(name="portal_news", language="fr", status="REJECTED", reason="INVALID_FORMAT", at=AT)
    officer = as_person(cast.officer)
    page = shown(officer)
    for words in (
        "HELP &lt;b&gt;me&lt;/b&gt;",
        "· Importer",
        "failed: UserInactive",
        "waits to be sent",
        f'href="/tickets/{told.ticket.ref}/"',
        "3 × WhatsApp calls without Meta’s signature",
        "The template portal_news (fr) is not sent: REJECTED INVALID_FORMAT",
    ):
        assert words in page, words
    found = [
        ("me&lt;" in page, "ditch" in page, "RW.77" in page)
        for page in (shown(officer, f"?q={q}") for q in (HERS[4:], told.ticket.ref, "DITCH", "88"))
    ]
    assert found == [(True, False, False), (False, True, False), (False, True, False), (False, False, False)]
    assert "RW.77" in shown(officer, "?channel=whatsapp")
    assert STRANGE not in shown(officer, "?channel=whatsapp")
    assert as_person(cast.importer).get("/channels/").status_code == 403


def test_raw_texts_go_with_their_person_and_with_time(cast: Cast) -> None:
    proven(cast.importer)
    text("HELP", HERS)
    kept = text("HELP")
    forget(person=cast.importer, at=timezone.now())
    assert list(Talk.objects.all()) == [kept]
    rule = RULES[0]
    assert rule.remove(timezone.now() - rule.period, timezone.now()) == 0
    assert rule.remove(timezone.now(), timezone.now()) == 1


def test_the_list_costs_the_same_with_one_and_with_many(cast: Cast, categories: None, as_person: As) -> None:
    officer = as_person(cast.officer)

    def asked() -> int:
        with CaptureQueriesContext(connection) as queries:
            assert officer.get("/channels/").status_code == 200
        return len(queries)

    proven(cast.importer)
    text("REPORT The truck is in a ditch", HERS)
    judge(name="portal_news", language="fr", status="REJECTED", at=AT)
    asked()
    few = asked()
    for number in range(12):
        text(f"REPORT The truck {number} is in a ditch", f"+25078811{number:04d}")
        count(f"x{number}", at=timezone.now())
    assert asked() == few <= 12
