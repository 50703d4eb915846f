"""A benchmark's own database: beside the portal's, never the portal's, and left as it was found."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from django.db import OperationalError, connection

from demo.own_database import PREFIX, drop, exists, name_of, using

NAME = name_of(3)


@pytest.fixture
def own(transactional_db: None) -> Iterator[str]:
    """An empty database of a benchmark."""
    drop(NAME)
    with connection.cursor() as cursor:
        cursor.execute(f'CREATE DATABASE "{NAME}"')
    yield NAME
    drop(NAME)


def current() -> str:
    with connection.cursor() as cursor:
        cursor.execute("SELECT current_database()")
        return str(cursor.fetchone()[0])


def test_it_is_named_by_its_size_and_kept_apart_from_others() -> None:
    assert name_of(10_000) == f"{PREFIX}10000"
    assert len({name_of(size) for size in (1, 10, 100)}) == 3


@pytest.mark.parametrize("name", ["portal", "postgres", "template1", "", "my_portal_bench_1", "PORTAL_BENCH_1"])
def test_no_other_database_is_ever_dropped(name: str) -> None:
    with pytest.raises(ValueError, match="is not a benchmark's database"):
        drop(name)


def test_the_portal_s_own_is_not_dropped(db: None) -> None:
    with pytest.raises(ValueError, match="is not a benchmark's database"):
        drop(current())


def test_it_is_there_until_it_is_dropped(own: str) -> None:
    assert (exists(own), exists(name_of(4_000_000))) == (True, False)
    drop(own)
    assert exists(own) is False
    drop(own)


def test_what_is_asked_meanwhile_goes_to_it_and_afterwards_to_the_portal_s(own: str) -> None:
    before = current()
    with using(own):
        assert current() == own
    assert (current(), before == own) == (before, False)


def test_the_portal_s_is_asked_again_also_after_a_failure(own: str) -> None:
    before = current()
    with pytest.raises(RuntimeError, match="failed"), using(own):
        raise RuntimeError("failed")
    assert current() == before


def test_what_is_written_there_is_not_in_the_portal_s(own: str) -> None:
    with using(own), connection.cursor() as cursor:
        cursor.execute("CREATE TABLE mine (n int)")
    with connection.cursor() as cursor:
        cursor.execute("SELECT to_regclass('mine')")
        assert cursor.fetchone() == (None,)


def test_it_goes_although_somebody_is_still_connected(own: str) -> None:
    with using(own):
        current()
    drop(own)
    assert exists(own) is False


@pytest.mark.parametrize("name", [f"{PREFIX}x", "x; DROP TABLE y", "%", "portal_bench_%"])
def test_a_name_is_looked_for_as_it_is(own: str, name: str) -> None:
    assert exists(name) is False


def test_one_within_another_leads_back_to_the_first(own: str) -> None:
    before = current()
    with using(own):
        with using(before):
            assert current() == before
        assert current() == own
    assert current() == before


def test_a_database_that_is_not_there_is_an_error_and_the_portal_s_is_asked_again(own: str) -> None:
    before = current()
    with pytest.raises(OperationalError, match="does not exist"), using(f"{PREFIX}none"):
        current()
    assert current() == before
