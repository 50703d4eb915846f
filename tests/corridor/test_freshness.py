"""Whether the public page has anything new: told by everything that it shows, by nothing else, and nearly for free."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime, timedelta

import pytest
from django.core.cache import cache
from django.utils import timezone
from pytest_django import DjangoAssertNumQueries

from corridor.advisories import withdraw_advisory
from corridor.days import keep_day
from corridor.freshness import state_tag
from corridor.models import Advisory, Condition, Standing
from corridor.settling import settle_standings
from corridor.verdicts import judge
from corridor.waits import keep_waits
from feeds.models import Source
from liaison.journal import record
from tests.cargo.test_reading import take_in
from tests.conftest import Cast, source_of
from tests.corridor.notices import draft, published, subscriber
from tests.corridor.test_settling import said
from tests.corridor.test_waits import measured

AT = datetime(2026, 11, 25, 12, 0, 30, tzinfo=UTC)
MALABA = "xx-border-malaba"


@pytest.fixture
def ura(network: None) -> Source:
    return source_of("ura", "status")


@pytest.fixture
def office(cast: Cast, ura: Source) -> Advisory:
    """A condition in force and a notice that was published, so that each can change."""
    take_in(ura, said("slow"))
    return published(cast.officer, MALABA, until=None)


def fresh_tag() -> str:
    """The tag, worked out anew."""
    cache.delete("corridor-state")
    return state_tag(AT)


def test_nothing_new_is_the_same_tag_within_a_minute_and_another_with_the_next(network: None) -> None:
    tag = fresh_tag()
    assert (fresh_tag(), state_tag(AT + timedelta(seconds=29))) == (tag, tag)
    later = state_tag(AT + timedelta(seconds=30))
    assert later != tag
    assert later.partition("-")[2] == tag.partition("-")[2]


def test_a_day_later_the_same_minute_is_another_tag(network: None) -> None:
    assert len({state_tag(AT + timedelta(days=days)) for days in (0, 1, 31, 365)}) == 4


def worse(cast: Cast, ura: Source, notice: Advisory) -> None:
    take_in(ura, said("shut"))


def other_words(cast: Cast, ura: Source, notice: Advisory) -> None:
    take_in(ura, said("slow", text="A queue of 9 km"))


def withdrawn_word(cast: Cast, ura: Source, notice: Advisory) -> None:
    take_in(ura, said("slow", cancelled=True))


def announced(cast: Cast, ura: Source, notice: Advisory) -> None:
    take_in(ura, said("shut", "PLAN", since_h=30, until_h=40))


def announced_again(cast: Cast, ura: Source, notice: Advisory) -> None:
    take_in(ura, said("shut", "PLAN", since_h=30, until_h=50, node="xx-border-busia"))


def judged(cast: Cast, ura: Source, notice: Advisory) -> None:
    judge(condition=Condition.objects.get(), says="refuted", evidence="Called", by=cast.officer, at=timezone.now())


def confirmed(cast: Cast, ura: Source, notice: Advisory) -> None:
    judge(condition=Condition.objects.get(), says="confirmed", evidence="Called", by=cast.officer, at=timezone.now())


def stale(cast: Cast, ura: Source, notice: Advisory) -> None:
    settle_standings(at=timezone.now() + timedelta(days=9))


def waited(cast: Cast, ura: Source, notice: Advisory) -> None:
    keep_waits([measured(now_n=1)], at=timezone.now())


def ship_due(cast: Cast, ura: Source, notice: Advisory) -> None:
    eta = timezone.now() + timedelta(days=3)
    raw = f"VESSEL,VOYAGE,ETA\nPEMBA QUILL,12W,{eta:%Y-%m-%d %H:%M}\n".encode()
    take_in(source_of("port", "schedule", node="ke-port-mombasa"), raw)


def noticed(cast: Cast, ura: Source, notice: Advisory) -> None:
    published(cast.officer, "xx-border-busia", at=timezone.now(), until=None)


def notice_gone(cast: Cast, ura: Source, notice: Advisory) -> None:
    withdraw_advisory(advisory=notice, reason="Wrong", by=cast.officer, at=timezone.now())


SHOWN = [
    worse,
    other_words,
    withdrawn_word,
    announced,
    announced_again,
    judged,
    confirmed,
    stale,
    waited,
    ship_due,
    noticed,
    notice_gone,
]


@pytest.mark.parametrize("change", SHOWN)
def test_each_thing_that_the_page_shows_changes_the_tag(
    cast: Cast, ura: Source, office: Advisory, change: Callable[[Cast, Source, Advisory], None]
) -> None:
    before = fresh_tag()
    change(cast, ura, office)
    assert fresh_tag() != before


def drafted(cast: Cast, ura: Source) -> None:
    draft(cast.officer, "xx-border-busia")


def subscribed(cast: Cast, ura: Source) -> None:
    subscriber()


def noted(cast: Cast, ura: Source) -> None:
    record(kind="corridor.condition_judged", subject="condition", key="x", by=None, at=timezone.now())


def settled_again(cast: Cast, ura: Source) -> None:
    settle_standings(at=timezone.now())


def kept_day(cast: Cast, ura: Source) -> None:
    keep_day(at=timezone.now())


def said_again(cast: Cast, ura: Source) -> None:
    take_in(ura, said("slow") + b"\n")


@pytest.mark.parametrize("change", [drafted, subscribed, noted, settled_again, kept_day, said_again])
def test_what_the_page_does_not_show_leaves_the_tag(
    cast: Cast, ura: Source, office: Advisory, change: Callable[[Cast, Source], None]
) -> None:
    before = fresh_tag()
    change(cast, ura)
    assert fresh_tag() == before


def test_one_answer_serves_everybody_for_a_second(
    ura: Source, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    cache.delete("corridor-state")
    with django_assert_num_queries(1):
        tag = state_tag(AT, is_asked_again=True)
    take_in(ura, said("shut"))
    with django_assert_num_queries(0):
        assert [state_tag(AT, is_asked_again=True) for _reader in range(3)] == [tag] * 3
    assert Standing.objects.count() == 1
    assert fresh_tag() != tag


def test_the_answer_is_kept_no_longer(network: None) -> None:
    fresh_tag()
    client = cache._cache.get_client(None, write=False)  # type: ignore[attr-defined]
    assert 0 < client.pttl(cache.make_key("corridor-state")) <= 1000
