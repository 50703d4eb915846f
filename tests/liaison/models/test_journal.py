"""The journal, its links and the retention's reports as rows: who sees them, and what the database refuses."""

from __future__ import annotations

import pytest
from django.db import DatabaseError, transaction
from django.db.models import Model

from liaison.journal import record
from liaison.models import JournalEntry, JournalLink, JournalMark, Person, RetentionRun
from tests.conftest import AT, Cast
from tests.liaison.models.conftest import Seers, refused


@pytest.fixture
def entry(db: None) -> JournalEntry:
    return record(kind="test.happened", subject="test", key="1", by=None, at=AT)


def test_the_journal_and_the_reports_are_for_the_heads_of_the_office(entry: JournalEntry, seers: Seers) -> None:
    RetentionRun.objects.create(ran_at=AT)
    assert seers(JournalEntry.objects.visible_to) == {"supervisor", "administrator"}
    assert seers(RetentionRun.objects.visible_to) == {"supervisor", "administrator"}


def test_a_head_who_is_closed_or_acts_for_a_firm_sees_none_of_it(entry: JournalEntry, cast: Cast) -> None:
    head = Person.objects.get(pk=cast.officer.pk)
    head.membership_set.update(role="supervisor")
    assert JournalEntry.objects.visible_to(Person.objects.get(pk=head.pk)).exists()
    head.membership_set.create(organization=cast.importer_firm, role="owner")
    Person.objects.filter(pk=head.pk).update(acting_for=cast.importer_firm)
    assert not JournalEntry.objects.visible_to(Person.objects.get(pk=head.pk)).exists()
    Person.objects.filter(pk=head.pk).update(acting_for=None, is_active=False)
    assert not JournalEntry.objects.visible_to(Person.objects.get(pk=head.pk)).exists()


def test_links_are_counted_from_one_and_an_entry_has_one(entry: JournalEntry) -> None:
    for number in (0, -1):
        refused("journal_link_from_one", JournalLink, number=number, entry=entry, digest=b"d" * 32)
    link = JournalLink.objects.create(number=1, entry=entry, digest=b"d" * 32)
    assert str(link) == f"1: entry {entry.pk}"
    refused("journallink_entry_id", JournalLink, number=2, entry=entry, digest=b"d" * 32)
    assert JournalLink.objects.count() == 1


@pytest.mark.parametrize(("model", "change"), [(JournalEntry, {"key": "2"}), (JournalLink, {"digest": b"e" * 32})])
def test_what_is_written_is_neither_altered_nor_deleted(
    entry: JournalEntry, model: type[Model], change: dict[str, object]
) -> None:
    JournalLink.objects.create(number=1, entry=entry, digest=b"d" * 32)
    rows = model._default_manager
    with pytest.raises(DatabaseError), transaction.atomic():
        rows.update(**change)
    with pytest.raises(DatabaseError), transaction.atomic():
        rows.all()._raw_delete(rows.db)
    assert rows.count() == 1
    entry.refresh_from_db()
    assert (entry.key, bytes(entry.link.digest)) == ("1", b"d" * 32)


def test_they_say_what_they_are() -> None:
    rows = [
        RetentionRun(ran_at=AT),
        JournalMark(entry_id=7, reader="r"),
        JournalEntry(kind="a.b", subject="c", key="d"),
    ]
    assert [str(row) for row in rows] == ["2026-11-20", "r 7", "a.b c d"]
