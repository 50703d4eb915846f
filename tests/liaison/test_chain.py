"""The journal's chain: every entry is linked once, and no change of a byte goes unnoticed."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import contextmanager

import pytest
from django.core.management import CommandError, call_command
from django.db import ProgrammingError, connection, transaction

from liaison.bulk import next_ids
from liaison.chain import extend, link, verify
from liaison.journal import News, record_many
from liaison.models import JournalEntry, JournalLink
from liaison.tasks import extend_chain
from tests.conftest import AT, Cast


def write(count: int = 3) -> list[int]:
    return record_many(
        [
            News(kind="test.done", subject="test", key=str(n), data={"n": n, "words": "Umuhanda é"})
            for n in range(count)
        ],
        by=None,
        at=AT,
    )


@contextmanager
def unguarded() -> Iterator[None]:
    """What somebody with the database's own password could do: the triggers are off."""
    with connection.cursor() as cursor:
        cursor.execute("SET LOCAL session_replication_role = replica")
        yield
        cursor.execute("SET LOCAL session_replication_role = origin")


def tamper(sql: str, *values: int) -> None:
    with unguarded(), connection.cursor() as cursor:
        cursor.execute(sql, values)


def test_each_entry_gets_one_link_in_its_order(db: None) -> None:
    ids = write(5)
    assert extend() >= 5
    links = JournalLink.objects.filter(entry__in=ids).order_by("number")
    assert list(links.values_list("entry_id", flat=True)) == ids
    assert extend() == 0
    assert verify().faults == []
    assert verify().links == JournalEntry.objects.count()


def test_an_empty_journal_holds(db: None) -> None:
    assert JournalEntry.objects.count() == 0
    assert (extend(), verify().links, verify().faults) == (0, 0, [])


def test_an_entry_that_commits_late_is_linked_late(db: None) -> None:
    (reserved,) = next_ids("liaison_journalentry", 1)
    write(2)
    extend()
    JournalEntry.objects.create(pk=reserved, kind="test.late", subject="test", key="1", at=AT)
    assert extend() == 1
    assert JournalLink.objects.latest("number").entry_id == reserved
    assert verify().faults == []


def test_a_link_covers_the_one_before() -> None:
    assert link(b"", "a") != link(b"x", "a")
    assert link(b"", "a") != link(b"", "b")
    assert len(link(b"", "a")) == 32


@pytest.mark.parametrize(
    "change",
    [
        "kind = 'test.dong'", "subject = 'tesT'", "key = key || ' '", "at = at + interval '1 microsecond'",
        "recorded_at = recorded_at + interval '1 microsecond'", "origin = '10.0.0.1'", "by_id = %s",
        """data = '{"n": 1, "words": "Umuhanda è"}'""", """data = '{"n": 1.0, "words": "Umuhanda é"}'""",
    ],
)  # fmt: skip
def test_one_changed_byte_is_found(cast: Cast, change: str) -> None:
    ids = write()
    extend()
    number = JournalLink.objects.get(entry=ids[1]).number
    values = [cast.officer.pk, ids[1]] if "%s" in change else [ids[1]]
    tamper(f"UPDATE liaison_journalentry SET {change} WHERE id = %s", *values)
    assert verify().faults == [f"entry of link {number} has been altered"]


def test_a_removed_entry_is_found(db: None) -> None:
    ids = write()
    extend()
    number = JournalLink.objects.get(entry=ids[1]).number
    tamper("DELETE FROM liaison_journalentry WHERE id = %s", ids[1])
    faults = verify().faults
    tamper("DELETE FROM liaison_journallink WHERE number = %s", number)
    assert faults == [f"link {number}: no entry"]


def test_a_removed_link_is_found(db: None) -> None:
    write()
    extend()
    tamper("DELETE FROM liaison_journallink WHERE number = 2")
    assert verify().faults == ["links 2 to 2 are missing", "entry of link 3 has been altered"]


def test_a_chain_forged_anew_is_found_by_a_head_noted_before(db: None) -> None:
    ids = write()
    extend()
    before = verify()
    noted = [(before.links, before.head)]
    assert verify(expected=noted).faults == []
    tamper("UPDATE liaison_journalentry SET key = 'other' WHERE id = %s", ids[0])
    tamper("DELETE FROM liaison_journallink")
    assert verify(expected=noted).faults == [f"link {before.links}, which was noted, is missing"]
    extend(everything=True)
    assert verify().faults == []
    assert verify(expected=noted).faults == [f"link {before.links} is not the one that was noted"]


def test_the_command_says_so(db: None, capsys: pytest.CaptureFixture[str]) -> None:
    ids = write()
    call_command("journal_verify")
    head = verify().head
    assert capsys.readouterr().out == f"3 links hold; note this head: 3:{head}\n"
    call_command("journal_verify", f"3:{head.upper()}")
    tamper("UPDATE liaison_journalentry SET key = 'other' WHERE id = %s", ids[0])
    with pytest.raises(CommandError, match="entry of link 1 has been altered"):
        call_command("journal_verify")


def test_the_timetable_extends_it(db: None) -> None:
    write()
    extend_chain()
    assert JournalLink.objects.count() == 3


@pytest.mark.parametrize("table", ["liaison_journalentry", "liaison_journallink"])
@pytest.mark.parametrize("verb", ["UPDATE {} SET id = id", "DELETE FROM {}"])
def test_the_database_refuses_to_change_or_delete(db: None, table: str, verb: str) -> None:
    write()
    extend()
    sql = verb.format(table).replace("id = id", "entry_id = entry_id" if table.endswith("link") else "id = id")
    with pytest.raises(ProgrammingError, match="is append-only"), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(sql)
    assert verify().faults == []


def test_the_orm_is_refused_too(db: None) -> None:
    write()
    with pytest.raises(ProgrammingError, match="append-only"), transaction.atomic():
        JournalEntry.objects.update(kind="test.other")
    with pytest.raises(ProgrammingError, match="append-only"), transaction.atomic():
        JournalEntry.objects.all().delete()


@pytest.mark.django_db(transaction=True)
def test_two_at_once_make_one_chain() -> None:
    write(200)

    def work() -> None:
        extend()
        connection.close()

    threads = [threading.Thread(target=work) for _ in range(3)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert (verify().links, verify().faults) == (200, [])
