"""The journal: written with the change, read by each reader once, never altered."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.db import DataError, IntegrityError, transaction
from django.db.models import ProtectedError

from liaison.bulk import next_ids
from liaison.journal import News, mark, record, record_many, unmarked
from liaison.models import JournalEntry, JournalMark
from tests.conftest import AT, Cast

KIND = "test.happened"


def write(key: str, kind: str = KIND) -> JournalEntry:
    return record(kind=kind, subject="test", key=key, by=None, at=AT)


def keys(reader: str, *kinds: str) -> list[str]:
    return [entry.key for entry in unmarked(reader=reader, kinds=kinds or [KIND])]


def test_an_entry_says_what_happened_to_what_by_whom_and_when(cast: Cast) -> None:
    at = AT + timedelta(hours=3)
    entry = record(kind=KIND, subject="ticket", key="T-1", by=cast.officer, at=at, n=3, words="Umuhanda é 道")
    found = JournalEntry.objects.get(pk=entry.pk)
    assert (found.kind, found.subject, found.key, found.by, found.at) == (KIND, "ticket", "T-1", cast.officer, at)
    assert found.data == {"n": 3, "words": "Umuhanda é 道"}
    assert found.recorded_at is not None


def test_many_entries_are_written_in_their_order(cast: Cast) -> None:
    news = [News(kind=KIND, subject="test", key=str(n), data={"n": n, "list": [1, None, "é"]}) for n in range(50)]
    ids = record_many(news, by=cast.desk, at=AT)
    assert ids == sorted(set(ids))
    rows = JournalEntry.objects.filter(pk__in=ids).order_by("pk").values_list("pk", "key", "by", "at", "data")
    assert list(rows) == [(ids[n], str(n), cast.desk.pk, AT, news[n].data) for n in range(50)]
    assert record_many([], by=None, at=AT) == []
    assert next(iter(record_many(news[:1], by=None, at=AT))) > ids[-1]


def test_each_reader_meets_each_entry_once_oldest_first(db: None) -> None:
    first, second = write("1"), write("2")
    write("3", kind="test.other")
    assert (keys("a"), keys("b"), keys("a", "test.other")) == (["1", "2"], ["1", "2"], ["3"])
    mark([first], reader="a")
    assert (keys("a"), keys("b")) == (["2"], ["1", "2"])
    mark([first, second], reader="a")
    mark([first, second], reader="a")
    assert (keys("a"), keys("b"), keys("a", KIND, "test.other")) == ([], ["1", "2"], ["3"])
    assert JournalMark.objects.filter(reader="a").count() == 2


def test_an_entry_that_commits_late_is_not_passed_over(db: None) -> None:
    (reserved,) = next_ids("liaison_journalentry", 1)
    late = write("2")
    mark(unmarked(reader="a", kinds=[KIND]), reader="a")
    JournalEntry.objects.create(pk=reserved, kind=KIND, subject="test", key="1", at=AT)
    assert keys("a") == ["1"]
    assert late.pk > reserved


def test_no_entries_and_no_kinds(db: None) -> None:
    write("1")
    mark([], reader="a")
    assert list(unmarked(reader="a", kinds=[])) == []
    assert JournalMark.objects.count() == 0


def test_it_goes_with_a_change_that_is_rolled_back(db: None) -> None:
    with transaction.atomic():
        write("1")
        record_many([News(kind=KIND, subject="test", key="2")], by=None, at=AT)
        transaction.set_rollback(True)
    assert keys("a") == []


def test_marking_and_reading_alter_no_entry(cast: Cast) -> None:
    write("1")
    before = list(JournalEntry.objects.order_by("pk").values())
    mark(unmarked(reader="a", kinds=[KIND]), reader="a")
    write("2")
    assert list(JournalEntry.objects.order_by("pk").values())[: len(before)] == before


def test_who_wrote_an_entry_cannot_be_deleted(cast: Cast) -> None:
    record(kind=KIND, subject="test", key="1", by=cast.officer, at=AT)
    cast.officer.membership_set.all().delete()
    with pytest.raises(ProtectedError):
        cast.officer.delete()


def test_the_database_refuses_a_nameless_entry_and_a_second_mark(db: None) -> None:
    entry = write("1")
    with pytest.raises(IntegrityError, match="journal_has_kind"), transaction.atomic():
        write("2", kind="")
    with pytest.raises(DataError), transaction.atomic():
        record_many([News(kind=KIND, subject="test", key="k" * 81)], by=None, at=AT)
    mark([entry], reader="a")
    with pytest.raises(IntegrityError, match="journal_mark_once"), transaction.atomic():
        JournalMark.objects.create(entry=entry, reader="a")
