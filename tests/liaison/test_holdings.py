"""What is held of a person: all of it, as plain JSON, and nothing of anybody else."""

from __future__ import annotations

import json

import pytest
from django.utils.module_loading import import_string
from pytest_django import Settings

from cargo.models import Consignment
from liaison.holdings import Holding, counts_of, hand_out, held_of, holdings
from liaison.models import JournalEntry, Person
from tests.conftest import AT, Cast
from tests.liaison.traces import ADDRESS, WORDS, leave_traces

SECTIONS = [
    "profile", "memberships", "invitations", "consents", "addresses", "factors", "sessions", "focal_points",
    "registrations", "calls", "work", "done", "done_to", "notices", "letters", "messaging", "correspondents", "browsers", "told", "wishes",
    "stances", "bounces", "subscriptions", "consignments",
    "nominations", "papers", "notes", "links", "looks", "claims", "decided_claims", "uploads", "measures", "filters",
    "tickets", "ticket_messages", "ticket_papers", "ticket_acts", "ticket_watches", "ticket_teams", "ticket_mails",
    "days_off", "talks",
    "access_tokens", "webhooks", "reports",
]  # fmt: skip


@pytest.fixture
def traced(cast: Cast) -> Person:
    """A colleague of the importer's; the stranger has left the same traces under another name."""
    leave_traces(cast.stranger, cast.stranger_firm, address="other@firm.example", words="Somebody Else")
    return leave_traces(cast.agent, cast.importer_firm)


def test_every_app_contributes_under_a_name_of_its_own(settings: Settings) -> None:
    assert [holding.name for holding in holdings()] == SECTIONS
    assert all(isinstance(holding, Holding) for name in settings.HOLDINGS for holding in import_string(name))


def test_all_of_it_is_given(traced: Person) -> None:
    held = held_of(traced)
    counts = {name: len(rows) for name, rows in held.items()}
    assert counts == dict.fromkeys(SECTIONS, 1) | {
        "memberships": 2, "work": 3, "done_to": 2, "notices": 2, "consignments": 0, "nominations": 0,
        "webhooks": 0, "reports": 0, "messaging": 0, "correspondents": 0, "browsers": 0, "told": 0, "wishes": 0, "stances": 0, "bounces": 0,
        "claims": 0, "decided_claims": 0, "uploads": 0, "measures": 0, "papers": 0, "notes": 0, "links": 0, "looks": 0, "filters": 0,
        **dict.fromkeys([name for name in SECTIONS if name.startswith("ticket")], 0), "days_off": 0,
    }  # fmt: skip
    assert held["profile"] == [
        {
            "email": ADDRESS, "name": WORDS, "phone": "+250788123456", "language": "en", "time_zone": "Africa/Kigali",
            "joined_at": held["profile"][0]["joined_at"], "last_login": "2026-11-20T06:00:00Z", "acting_for__name": None,
        }
    ]  # fmt: skip
    assert [row["organization__name"] for row in held["memberships"]] == ["Inzira Clearing", "Umucyo Traders"]
    assert held["consents"] == [
        {"purpose": "survey", "version": 1, "language": "en", "given_at": "2026-11-20T06:00:00Z", "withdrawn_at": None}
    ]
    assert [(row["did"], row["what"]) for row in held["work"]] == [
        ("sheet", "f"), ("document", "tax.pdf"), ("call_note", ""),
    ]  # fmt: skip
    assert held["calls"] == [{"organization__name": "Umucyo Traders", "at": "2026-11-20T06:00:00Z"}]
    assert sorted((row["channel"], row["entry__key"]) for row in held["notices"]) == [
        ("email", "RW26-000042"),
        ("inbox", "RW26-000042"),
    ]


def test_nothing_of_others_and_no_secret_is_in_it(traced: Person, cast: Cast) -> None:
    text = json.dumps(held_of(traced))
    for foreign in (
        "other@firm.example", "Somebody Else", "officer@portal.example", "importer@portal.example",
        "What others said", "998877", "hidden", "Ikirere Imports", traced.password,
    ):  # fmt: skip
        assert foreign not in text, foreign


def test_what_she_did_to_others_is_told_by_number_and_what_was_done_to_her_without_who(cast: Cast) -> None:
    JournalEntry.objects.create(
        kind="test.noted", subject="person", key=str(cast.stranger.pk), by=cast.agent, at=AT, data={"words": "secret"}
    )
    JournalEntry.objects.create(
        kind="test.looked", subject="person", key=str(cast.agent.pk), by=cast.officer, at=AT, data={"words": "secret"}
    )
    held = held_of(cast.agent)
    assert held["done"] == [
        {"kind": "test.noted", "subject": "person", "key": str(cast.stranger.pk), "at": "2026-11-20T06:00:00Z",
         "origin": None}
    ]  # fmt: skip
    assert held["done_to"][-1] == {"kind": "test.looked", "at": "2026-11-20T06:00:00Z"}


def test_what_she_registered_and_nominated_is_told(cast: Cast, consignment: Consignment) -> None:
    assert [row["ref"] for row in held_of(cast.importer)["consignments"]] == [consignment.ref]
    assert held_of(cast.agent)["consignments"] == []
    consignment.nominations.update(nominated_by=cast.importer)
    nomination = consignment.nominations.get()
    assert [row["pk"] for row in held_of(cast.importer)["nominations"]] == [nomination.pk]


def test_the_counts_are_those_of_the_rows(traced: Person) -> None:
    assert [count for _label, count in counts_of(traced)] == [len(rows) for rows in held_of(traced).values()]


def test_handing_out_is_noted(traced: Person) -> None:
    copy = hand_out(person=traced, by=traced, at=AT)
    assert (copy.pop("made_at"), sorted(copy)) == (AT.isoformat(), sorted(SECTIONS))
    entry = JournalEntry.objects.latest("pk")
    assert (entry.kind, entry.subject, entry.key, entry.by, entry.data) == (
        "liaison.data_handed_out", "person", str(traced.pk), traced, {},
    )  # fmt: skip
