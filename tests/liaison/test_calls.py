"""Notes of calls: what is kept, the last contact that only moves forward, and what the journal learns."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from django.core.exceptions import ValidationError
from django.db import connections

from liaison.calls import OLDEST, TOLERANCE, note_call
from liaison.models import CallNote, JournalEntry, Organization
from tests.conftest import AT, Cast

DAY = timedelta(days=1)


def note(cast: Cast, called_at: datetime = AT, **said: str) -> CallNote:
    words = {"spoken_to": "Keza", "about": "Seals", "text": "None to be had.", **said}
    return note_call(organization=cast.agent_firm, called_at=called_at, by=cast.officer, at=AT, **words)


def last_contact(cast: Cast) -> datetime | None:
    return Organization.objects.get(pk=cast.agent_firm.pk).last_contact_at


def test_it_is_kept_and_is_the_last_contact(cast: Cast) -> None:
    note(cast, AT - DAY)
    kept = CallNote.objects.values_list("organization", "by", "at", "spoken_to", "about", "text").get()
    assert kept == (cast.agent_firm.pk, cast.officer.pk, AT - DAY, "Keza", "Seals", "None to be had.")
    assert last_contact(cast) == AT - DAY
    assert Organization.objects.exclude(pk=cast.agent_firm.pk).exclude(last_contact_at=None).count() == 0


def test_an_older_call_noted_later_does_not_turn_it_back(cast: Cast) -> None:
    seen = []
    for days in (3, 1, 2):
        note(cast, AT - days * DAY)
        seen.append(last_contact(cast))
    assert seen == [AT - 3 * DAY, AT - DAY, AT - DAY]


def test_the_journal_learns_that_and_when_and_not_with_whom(cast: Cast) -> None:
    kept = note(cast)
    entry = JournalEntry.objects.latest("pk")
    assert (entry.kind, entry.subject, entry.key, entry.by) == (
        "liaison.call_noted", "organization", str(cast.agent_firm.pk), cast.officer,
    )  # fmt: skip
    assert entry.data == {"note": kept.pk, "called_at": AT.isoformat()}


@pytest.mark.parametrize("early", [TOLERANCE + timedelta(seconds=1), DAY])
def test_a_call_to_come_is_none_but_a_clock_may_differ(cast: Cast, early: timedelta) -> None:
    with pytest.raises(ValidationError) as refusal:
        note(cast, AT + early)
    assert list(refusal.value.message_dict) == ["called_at"]
    assert (CallNote.objects.count(), last_contact(cast)) == (0, None)
    note(cast, AT + TOLERANCE)
    assert CallNote.objects.count() == 1


@pytest.mark.parametrize("wrong", [{"text": ""}, {"spoken_to": "x" * 121}, {"about": "x" * 121}])
def test_what_cannot_be_kept_is_refused(cast: Cast, wrong: dict[str, Any]) -> None:
    with pytest.raises(ValidationError):
        note(cast, **wrong)
    assert (CallNote.objects.count(), JournalEntry.objects.filter(kind="liaison.call_noted").count()) == (0, 0)


@pytest.mark.parametrize("early", [OLDEST + timedelta(seconds=1), AT - datetime(1, 1, 1, tzinfo=UTC)])
def test_a_slip_in_the_year_is_said_and_not_kept(cast: Cast, early: timedelta) -> None:
    with pytest.raises(ValidationError) as refusal:
        note(cast, AT - early)
    assert refusal.value.message_dict == {"called_at": ["This is more than ten years ago. Check the year."]}
    assert CallNote.objects.count() == 0
    assert note(cast, AT - OLDEST).at == AT - OLDEST


@pytest.mark.parametrize("changed", [{"spoken_to": "Kalisa"}, {"about": "Fees"}, {"text": "Found one."}])
def test_the_button_pressed_twice_is_one_call_and_another_word_is_another(cast: Cast, changed: dict[str, str]) -> None:
    first, again = note(cast), note(cast)
    assert (again.pk, CallNote.objects.count()) == (first.pk, 1)
    assert JournalEntry.objects.filter(kind="liaison.call_noted").count() == 1
    assert note(cast, AT, **changed).pk != first.pk
    assert note(cast, AT - DAY).pk != first.pk
    assert CallNote.objects.count() == 3


@pytest.mark.django_db(transaction=True)
def test_two_presses_at_once_are_one_call(cast: Cast) -> None:
    def press(_n: int) -> int:
        try:
            return note(cast).pk
        finally:
            connections.close_all()

    with ThreadPoolExecutor(4) as pool:
        kept = set(pool.map(press, range(4)))
    assert (len(kept), CallNote.objects.count()) == (1, 1)
