"""What SMS cost in a month of Kigali's calendar, and when nothing is left."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from decimal import Decimal

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pytest_django import Settings

from notify.board import budget_left, standings
from notify.budget import KIGALI, forget_spent, is_spent, month_of, spent
from notify.health import Outcome, note_outcome
from notify.models import ChannelTally
from notify.readers import reachable_now
from notify.rules import Reader
from tests.conftest import AT

# November ends in Kigali two hours before it does in UTC.
DECEMBER = datetime(2026, 11, 30, 22, 0, tzinfo=UTC)
SECOND = timedelta(seconds=1)


def paid(at: datetime, cost: int, channel: str = "sms") -> None:
    ChannelTally.objects.create(channel=channel, starts_at=at, sent=1, cost=cost)


@settings(max_examples=40, deadline=None)
@given(st.integers(0, 5 * 365 * 24 * 60))
def test_a_month_begins_at_midnight_of_its_first_day_in_kigali(minutes: int) -> None:
    at = datetime(2026, 1, 1, tzinfo=UTC) + timedelta(minutes=minutes)
    begin = month_of(at)
    local = at.astimezone(KIGALI)
    assert (begin.day, begin.hour, begin.minute, begin.second, begin.microsecond) == (1, 0, 0, 0, 0)
    assert (begin.year, begin.month) == (local.year, local.month)
    assert timedelta(0) <= at - begin < timedelta(days=31)
    assert month_of(begin) == begin


@pytest.mark.parametrize(
    ("at", "cost"),
    [(DECEMBER - SECOND, 5), (DECEMBER, 7), (DECEMBER + timedelta(days=30), 7), (DECEMBER + timedelta(days=31), 0)],
)
def test_the_month_ends_by_kigalis_clock_for_the_rule_and_for_the_board_alike(
    db: None, settings: Settings, at: datetime, cost: int
) -> None:
    settings.SMS_MONTHLY_BUDGET = Decimal(100)
    paid(DECEMBER - timedelta(minutes=5), 5)
    if at >= DECEMBER:
        paid(DECEMBER, 7)
    sms = next(each for each in standings(at=at) if each.channel == "sms")
    assert (spent(at=at), sms.cost_month, budget_left(sms)) == (Decimal(cost), Decimal(cost), Decimal(100 - cost))


def test_only_sms_cost_and_a_month_without_any_cost_nothing(db: None) -> None:
    assert spent(at=AT) == 0
    paid(AT, 50, "whatsapp")
    assert spent(at=AT) == 0


@pytest.mark.parametrize(("cost", "is_over"), [(0, False), (99, False), (100, True), (101, True)])
def test_the_budget_is_spent_once_all_of_it_is(db: None, settings: Settings, cost: int, is_over: bool) -> None:
    settings.SMS_MONTHLY_BUDGET = Decimal(100)
    paid(AT, cost)
    assert is_spent(at=AT) is is_over


def test_no_budget_is_spent_from_the_start(db: None, settings: Settings) -> None:
    settings.SMS_MONTHLY_BUDGET = Decimal(0)
    assert is_spent(at=AT)


def test_the_answer_is_kept_for_its_own_month_and_forgotten_once_something_is_paid(
    db: None, settings: Settings
) -> None:
    settings.SMS_MONTHLY_BUDGET = Decimal(9)
    assert not is_spent(at=AT)
    paid(AT - timedelta(hours=1), 9)
    assert not is_spent(at=AT)
    forget_spent(at=AT)
    assert (is_spent(at=AT), is_spent(at=DECEMBER)) == (True, False)
    note_outcome("sms", Outcome(sent=1, cost=Decimal(9)), at=DECEMBER, is_down=False)
    assert (is_spent(at=DECEMBER), is_spent(at=DECEMBER - SECOND)) == (True, True)


@pytest.mark.parametrize(
    ("reachable", "is_urgent", "left"),
    [
        ({"email", "sms"}, False, {"email"}),
        ({"email", "sms"}, True, {"email", "sms"}),
        ({"sms"}, False, set()),
        ({"email", "whatsapp"}, False, {"email", "whatsapp"}),
        (set(), False, set()),
    ],
)
def test_beyond_it_sms_carry_only_what_is_urgent(
    db: None, settings: Settings, reachable: set[str], is_urgent: bool, left: set[str]
) -> None:
    settings.SMS_MONTHLY_BUDGET = Decimal(9)
    paid(AT, 9)
    reader = Reader(reachable=frozenset(reachable))
    assert reachable_now(reader, is_urgent=is_urgent, at=AT).reachable == left
