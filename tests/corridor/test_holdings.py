"""What subscriptions hold of a person: by her address, forgotten with her, and briefly where unconfirmed."""

from __future__ import annotations

from datetime import timedelta

from corridor.holdings import HELD, RULES, forget
from corridor.models import Subscription
from liaison.models import Person
from tests.conftest import AT, Cast
from tests.corridor.notices import subscriber

NUMBER = "+250788123456"


def held(person: Person) -> list[str]:
    return [str(row["address"]) for row in HELD[0].of_person(person)]


def left() -> list[str]:
    return sorted(Subscription.objects.values_list("address", flat=True))


def traced(cast: Cast) -> Person:
    """The importer, who says that a number is hers; she, that number and two others are subscribed."""
    cast.importer.phone = NUMBER
    cast.importer.save()
    for address in (cast.importer.email, NUMBER, cast.stranger.email, "+254700000001"):
        subscriber(address)
    return cast.importer


def test_her_own_address_is_held_and_nobody_elses_nor_a_number_that_she_only_claims(cast: Cast) -> None:
    importer = traced(cast)
    assert held(importer) == [importer.email]
    assert held(cast.stranger) == [cast.stranger.email]
    assert held(cast.agent) == []
    assert "code" not in next(iter(HELD[0].of_person(importer)))


def test_forgetting_her_leaves_the_others(cast: Cast) -> None:
    forget(person=traced(cast), at=AT)
    assert left() == sorted([NUMBER, "+254700000001", cast.stranger.email])


def test_what_was_never_confirmed_goes_after_48_hours(db: None) -> None:
    (rule,) = RULES
    subscriber("old@firm.example", at=AT - timedelta(hours=49), is_confirmed=False)
    subscriber("new@firm.example", at=AT - timedelta(hours=47), is_confirmed=False)
    subscriber("yes@firm.example", at=AT - timedelta(days=400))
    assert rule.remove(AT - rule.period, AT) == 1
    assert left() == ["new@firm.example", "yes@firm.example"]
