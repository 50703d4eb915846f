"""The words of a notice, in its reader's language."""

from __future__ import annotations

from pathlib import Path

import pytest
from django.conf import settings as portal_settings
from django.utils import translation
from django.utils.translation import gettext

from cargo.telling import MOVED
from cargo.words import kind_label
from corridor.settling import CHANGED
from corridor.telling import KINDS as CORRIDOR_KINDS
from notify.kinds import KINDS
from notify.models import Notice
from notify.wording import Words, word
from tests.conftest import Cast
from tests.notify.conftest import MOVE, Tell


def worded(language: str = "en") -> Words:
    notice = Notice.objects.select_related("person", "entry").get(channel="inbox")
    notice.person.language = language
    return word(notice)


@pytest.mark.parametrize("language", ["en", "fr", "rw", "sw"])
def test_it_speaks_the_persons_language_and_not_that_of_who_sends(cast: Cast, tell: Tell, language: str) -> None:
    tell(cast.importer)
    with translation.override("sw" if language == "fr" else "fr"):
        words = worded(language)
    with translation.override(language):
        hello = gettext("Hello %(name)s,") % {"name": "Importer"}
        why = gettext("You get this because your organisation is a party to this consignment.")
        what = kind_label("gate_out")
    assert words.subject == f"RW26-000042: {what}, Port of Mombasa"
    assert (words.body.splitlines()[0], words.body.splitlines()[-1]) == (hello, why)
    assert f"- {what} · TGHU3054380" in words.body.splitlines()
    assert words.body.endswith(f"{why}\n")


def test_it_links_to_the_portal(cast: Cast, tell: Tell) -> None:
    tell(cast.importer)
    assert worded().url == f"{portal_settings.PORTAL_URL}/consignments/RW26-000042/"


@pytest.mark.parametrize(
    ("zone", "is_day", "time"),
    [
        ("Africa/Nairobi", False, "20 Nov 2026, 08:30 (EAT)"),
        ("Africa/Kigali", False, "20 Nov 2026, 07:30 (CAT)"),
        ("UTC", False, "20 Nov 2026, 05:30 (UTC)"),
        ("Africa/Nairobi", True, "20 Nov 2026"),
    ],
)
def test_a_time_is_that_of_its_place_and_a_day_has_no_hour(
    cast: Cast, tell: Tell, zone: str, is_day: bool, time: str
) -> None:
    tell(cast.importer, moves=[{**MOVE, "zone": zone, "is_day": is_day}])
    assert f"  {time} · Port of Mombasa · says Gate" in worded().body.splitlines()


def test_many_moves_are_one_piece_of_news(cast: Cast, tell: Tell) -> None:
    tell(cast.importer, moves=[MOVE, {**MOVE, "code": "sealed", "is_withdrawn": True, "place": ""}], more=3)
    lines = worded().body.splitlines()
    assert f"- WITHDRAWN: {kind_label('sealed')} · TGHU3054380" in lines
    assert "  20 Nov 2026, 08:30 (EAT) · says Gate" in lines
    assert "and 3 more" in lines


def test_a_withdrawal_says_so_in_the_subject(cast: Cast, tell: Tell) -> None:
    tell(cast.importer, moves=[{**MOVE, "is_withdrawn": True}])
    assert worded().subject == "RW26-000042: withdrawn: Out of the gate, Port of Mombasa"


def test_plain_text_is_not_escaped(cast: Cast, tell: Tell) -> None:
    cast.importer.name = "O'Brien & <Sons>"
    cast.importer.save()
    tell(cast.importer, goods='Tea "fine" & <black>')
    body = worded().body
    assert body.splitlines()[0] == "Hello O'Brien & <Sons>,"
    assert 'Tea "fine" & <black>' in body


def test_every_kind_of_news_that_is_told_has_its_three_templates() -> None:
    folder = Path(portal_settings.BASE_DIR) / "templates" / "notify"
    nominations = [f"cargo.{what}" for what in ("nominated", "nomination_accepted", "nomination_ended")]
    claims = [f"cargo.{what}" for what in ("claim_granted", "claim_refused", "consignment_given_over")]
    tickets = [
        f"tickets.{what}"
        for what in (
            *("opened", "assigned", "handed_over", "accepted", "given_back", "said", "replied", "noted", "mentioned"),
            *("resolved", "confirmed", "reopened", "escalated", "disruption"),
        )
    ]
    mine = (
        "api.webhook_paused",
        "cargo.message_written",
        "cargo.arrival_drifted",
        "cargo.money_burns",
        "notify.address_bounced",
    )
    kinds = (MOVED, *nominations, *claims, *CORRIDOR_KINDS, *tickets, *mine)
    assert set(KINDS) == set(kinds) - {CHANGED}
    assert {file.name for file in folder.glob("*.txt")} == {
        f"{kind}.{part}.txt" for kind in kinds for part in ("subject", "body", "url")
    }
