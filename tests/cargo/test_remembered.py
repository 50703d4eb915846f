"""What is remembered for a while, what is counted, and that all goes on without Redis."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta

import pytest
from django.core.cache import caches
from django.test import Client, TestCase
from pytest_django import Settings

from cargo.models import Consignment
from cargo.remembered import count_up, counted, forgotten, remembered
from cargo.sharing import share, token_of
from tests.cargo.test_reading import NOW
from tests.conftest import Cast

MINUTE = timedelta(minutes=1)


@pytest.fixture
def _no_redis(settings: Settings) -> Iterator[None]:
    """A cache whose server does not answer."""
    nowhere = {"BACKEND": "django.core.cache.backends.redis.RedisCache", "LOCATION": "redis://127.0.0.1:1/0"}
    settings.CACHES = {"default": nowhere}
    yield
    caches.close_all()


class Maker:
    """Counts how often it was asked."""

    def __init__(self) -> None:
        self.asked = 0

    def __call__(self) -> list[int]:
        """Another list each time."""
        self.asked += 1
        return [self.asked]


def test_it_is_made_once_until_it_is_forgotten(db: None) -> None:
    make = Maker()
    assert [remembered("k", MINUTE, make) for _time in range(3)] == [[1]] * 3
    assert remembered("other", MINUTE, make) == [2]
    forgotten("k")
    assert remembered("k", MINUTE, make) == [3]
    forgotten("never-was")


def test_what_is_forgotten_while_it_is_made_is_made_anew(db: None) -> None:
    make = Maker()

    def interrupted() -> list[int]:
        forgotten("k")
        return make()

    assert [remembered("k", MINUTE, interrupted), remembered("k", MINUTE, make)] == [[1], [2]]


def test_what_is_forgotten_before_it_is_written_is_forgotten_again_then(db: None) -> None:
    make = Maker()
    with TestCase.captureOnCommitCallbacks(execute=True):
        forgotten("k")
        # Somebody reads it before the transaction ends.
        assert remembered("k", MINUTE, make) == [1]
    assert remembered("k", MINUTE, make) == [2]


def test_that_there_is_nothing_is_remembered_too() -> None:
    make = Maker()
    assert remembered("k", MINUTE, lambda: None) is None
    assert remembered("k", MINUTE, make) is None
    assert make.asked == 0


def test_counting_begins_at_one() -> None:
    assert counted("c") == 0
    for _time in range(3):
        count_up("c", MINUTE)
    count_up("d")
    assert (counted("c"), counted("d"), counted("e")) == (3, 1, 0)


@pytest.mark.usefixtures("_no_redis")
def test_without_redis_everything_is_asked_for_anew_and_nothing_is_counted(db: None) -> None:
    make = Maker()
    assert [remembered("k", MINUTE, make) for _time in range(2)] == [[1], [2]]
    count_up("c", MINUTE)
    forgotten("k")
    assert counted("c") == 0


@pytest.mark.usefixtures("_no_redis")
def test_without_redis_a_link_leads_where_it_did(cast: Cast, consignment: Consignment) -> None:
    link = share(consignment=consignment, purpose="driver", days=7, by=cast.importer, at=NOW)
    assert Client().get(f"/t/{token_of(link)}/").status_code == 200
    assert Client().get("/t/never-was/").status_code == 404
