"""The office's looks at personal data are in the journal, once an hour and never of one's own."""

from __future__ import annotations

from datetime import timedelta

from liaison.accesses import note_access, note_listing
from liaison.models import JournalEntry
from tests.conftest import AT, Cast

HOUR = timedelta(hours=1)


def noted() -> list[tuple[str, str, int | None]]:
    entries = JournalEntry.objects.filter(kind="liaison.personal_data_seen").order_by("pk")
    return list(entries.values_list("subject", "key", "by"))


def test_a_look_is_noted_with_whose_and_whom(cast: Cast) -> None:
    assert note_access(cast.importer, by=cast.officer, at=AT) is True
    assert note_access(cast.importer_firm, by=cast.officer, at=AT) is True
    assert noted() == [
        ("person", str(cast.importer.pk), cast.officer.pk),
        ("organization", str(cast.importer_firm.pk), cast.officer.pk),
    ]


def test_looking_again_within_the_hour_is_the_same_look(cast: Cast) -> None:
    looks = [note_access(cast.importer, by=cast.officer, at=AT + part * HOUR) for part in (0, 0.5, 0.99, 1, 1.5)]
    assert looks == [True, False, False, True, False]
    assert note_access(cast.agent, by=cast.officer, at=AT) is True


def test_ones_own_and_a_traders_look_are_not_noted(cast: Cast) -> None:
    assert note_access(cast.officer, by=cast.officer, at=AT) is False
    for part in ("importer", "desk", "official"):
        assert note_access(cast.stranger, by=cast.people()[part], at=AT) is False
    assert noted() == []


def test_a_list_is_one_entry_with_whose_contacts_it_showed(cast: Cast) -> None:
    shown = [cast.stranger_firm.pk, cast.agent_firm.pk]
    assert [note_listing(shown, by=cast.officer, at=AT) for _ in range(2)] == [True, True]
    assert note_listing([], by=cast.officer, at=AT) is False
    assert note_listing(shown, by=cast.importer, at=AT) is False
    assert noted() == [("directory", "list", cast.officer.pk)] * 2
    assert JournalEntry.objects.latest("pk").data == {"organizations": sorted(shown)}
