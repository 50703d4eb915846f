"""Who is told that the free days end, when, and how often."""

from __future__ import annotations

import re
from datetime import timedelta
from decimal import Decimal

import pytest

from cargo.burning import AHEAD, BEHIND, BURNS, tell_burning
from cargo.models import Consignment, Exposure, Nomination
from liaison.models import JournalEntry, Person
from notify.models import Notice
from notify.wording import word
from tests.conftest import AT, Cast

SECOND = timedelta(seconds=1)


def exposed(consignment: Consignment, after: timedelta) -> None:
    given = {"burns_at": AT + after, "accrued": Decimal("0.00"), "tomorrow": Decimal("12.50"), "reckoned_at": AT}
    Exposure.objects.update_or_create(consignment=consignment, defaults=given)


def told() -> list[tuple[str, str, bool]]:
    rows = Notice.objects.filter(entry__kind=BURNS).order_by("pk")
    return list(rows.values_list("person__email", "channel", "is_urgent"))


def test_the_parties_are_told_before_it_costs_and_when_it_does_each_once(cast: Cast, consignment: Consignment) -> None:
    exposed(consignment, AHEAD)
    assert [tell_burning(at=AT), tell_burning(at=AT)] == [2, 0]
    assert set(told()) == {(cast.importer.email, channel, True) for channel in ("email", "inbox")}
    assert [tell_burning(at=AT + AHEAD), tell_burning(at=AT + AHEAD + SECOND)] == [2, 0]
    said = JournalEntry.objects.filter(kind=BURNS).order_by("pk").values_list("data", flat=True)
    assert [(data["has_begun"], data["tomorrow"], data["last_free_on"]) for data in said] == [
        (False, "12.50", "2026-11-21"),
        (True, "12.50", "2026-11-21"),
    ]


def test_an_agent_is_told_of_money_only_where_she_may_see_it(cast: Cast, consignment: Consignment) -> None:
    Nomination.objects.update(accepted_at=AT, nominated_at=AT, starts_on=AT.date())
    exposed(consignment, AHEAD)
    tell_burning(at=AT)
    assert {email for email, _channel, _urgent in told()} == {cast.importer.email}
    Nomination.objects.update(may_see_money=True)
    tell_burning(at=AT + AHEAD)
    assert {email for email, _channel, _urgent in told()} == {cast.importer.email, cast.agent.email}


WHOLE = ("100.00", "12.50")


@pytest.mark.parametrize(
    ("amounts", "says"),
    [
        (WHOLE, "Owed so far: USD 100.00. Tomorrow adds USD 12.50."),
        (("0.00", None), "Owed so far: USD 0.00. What tomorrow adds is unknown."),
        ((None, "12.50"), "What is owed so far is unknown. Tomorrow adds USD 12.50."),
        ((None, None), "What it costs is not known."),
    ],
)
def test_what_is_unknown_is_said_with_its_reason(
    cast: Cast, consignment: Consignment, amounts: tuple[str | None, str | None], says: str
) -> None:
    exposed(consignment, AHEAD)
    Exposure.objects.update(accrued=amounts[0], tomorrow=amounts[1])
    tell_burning(at=AT)
    told = JournalEntry.objects.get(kind=BURNS)
    assert told.data["lacks"] == LACKS
    bodies = {}
    for language in ("en", "fr", "rw", "sw"):
        Person.objects.filter(pk=cast.importer.pk).update(language=language)
        notice = Notice.objects.filter(entry=told, channel="email").with_words().get()
        bodies[language] = word(notice).body
    assert says in bodies["en"].splitlines()
    assert "KPA: what starts the clock was not reported: Discharged." in bodies["en"].splitlines()
    assert len(set(bodies.values())) == len(bodies)
    assert not any(re.search(r"USD ?[.\n]", body) for body in bodies.values())


LACKS = [
    ["not_started", "KPA", "discharged"],
    ["not_started", "KRA", "vessel_arrived"],
    ["not_started", "shipping line", "discharged"],
]


@pytest.mark.parametrize("after", [AHEAD + SECOND, -BEHIND])
def test_what_is_far_off_or_long_past_is_no_news(cast: Cast, consignment: Consignment, after: timedelta) -> None:
    exposed(consignment, after)
    assert tell_burning(at=AT) == 0


def test_a_new_last_day_is_news_again(cast: Cast, consignment: Consignment) -> None:
    exposed(consignment, timedelta(hours=3))
    tell_burning(at=AT)
    exposed(consignment, timedelta(hours=30))
    assert tell_burning(at=AT) == 2
