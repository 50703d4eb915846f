"""Who hears of a notice or of a changed condition: exactly those whom it concerns, and of a correction the same again."""

from __future__ import annotations

from itertools import combinations

import pytest
from django.utils import timezone
from pytest_django import DjangoAssertNumQueries

from cargo.models import Consignment
from corridor.advisories import correct_advisory, publish_advisory, withdraw_advisory
from corridor.audiences import audiences, concerned, receivers_of, told_before, told_people
from corridor.facts import SEVERITIES
from corridor.models import Advisory, Subscription
from corridor.subscriptions import end_subscription
from corridor.telling import tell_subscribers
from liaison.models import Person
from notify.models import Letter
from tests.conftest import AT, Cast
from tests.corridor.notices import DAY, HOUR, changed, draft, published, subscriber

MALABA, BUSIA, GATUNA = "xx-border-malaba", "xx-border-busia", "xx-border-gatuna"


def addresses(nodes: tuple[str, ...], severity: str) -> list[str]:
    return [subscription.address for subscription in concerned(nodes, severity, AT)]


@pytest.fixture
def everybody(network: None) -> list[str]:
    """One subscription for each least severity and each of three choices of places."""
    made = []
    for least in SEVERITIES:
        for name, nodes in (("all", ()), ("malaba", (MALABA,)), ("both", (MALABA, BUSIA))):
            made.append(subscriber(f"{name}-{least}@firm.example", *nodes, least=least).address)
    return made


@pytest.mark.parametrize("severity", SEVERITIES)
@pytest.mark.parametrize("nodes", [(), (MALABA,), (BUSIA,), (GATUNA,), (GATUNA, BUSIA), (MALABA, BUSIA)], ids=str)
def test_it_concerns_who_wants_one_of_its_places_and_no_worse_than_it_is(
    everybody: list[str], nodes: tuple[str, ...], severity: str
) -> None:
    wanted = {"all": set(), "malaba": {MALABA}, "both": {MALABA, BUSIA}}

    def is_concerned(address: str) -> bool:
        name, _dash, least = address.partition("@")[0].partition("-")
        is_there = not nodes or not wanted[name] or bool(wanted[name] & set(nodes))
        return is_there and SEVERITIES.index(least) <= SEVERITIES.index(severity)

    assert addresses(nodes, severity) == [address for address in everybody if is_concerned(address)]


def test_each_subscription_once_however_many_of_its_places_are_meant(network: None) -> None:
    subscriber("keza@firm.example", MALABA, BUSIA, GATUNA)
    for nodes in combinations((MALABA, BUSIA, GATUNA), 2):
        assert addresses(nodes, "slow") == ["keza@firm.example"]


@pytest.mark.parametrize(("confirmed", "is_told"), [(-HOUR, True), (0 * HOUR, True), (HOUR, False)], ids=str)
def test_what_happened_before_somebody_subscribed_is_not_told(network: None, confirmed: object, is_told: bool) -> None:
    mine = subscriber()
    Subscription.objects.filter(pk=mine.pk).update(confirmed_at=AT + confirmed)  # type: ignore[operator]
    assert bool(addresses((), "shut")) is is_told


def test_who_has_not_confirmed_is_nobody(network: None) -> None:
    subscriber(is_confirmed=False)
    assert addresses((), "shut") == []


def test_an_unknown_severity_is_refused_rather_than_told_to_all(network: None) -> None:
    with pytest.raises(ValueError, match="tuple"):
        concerned((), "unknown", AT)


def test_it_costs_one_query(everybody: list[str], django_assert_num_queries: DjangoAssertNumQueries) -> None:
    with django_assert_num_queries(1):
        assert len(concerned((MALABA, BUSIA), "shut", AT)) == len(everybody)


def test_the_apps_above_bring_their_audiences(db: None) -> None:
    found = audiences()
    assert [audience.name for audience in found][:1] == ["consignments"]
    assert len({audience.name for audience in found}) == len(found)
    assert [audience for audience in found if not str(audience.label)] == []


def test_a_draft_counts_subscriptions_by_channel_each_also_where_there_is_none(cast: Cast) -> None:
    subscriber("keza@firm.example", MALABA)
    subscriber("other@firm.example", BUSIA)
    advisory = draft(cast.officer, MALABA)
    assert receivers_of(advisory, at=AT).subscriptions == {"email": 1, "sms": 0, "push": 0}
    subscriber("+250788123456")
    subscriber("+254700000001", least="shut")
    assert receivers_of(advisory, at=AT).subscriptions == {"email": 1, "sms": 1, "push": 0}


def test_everybody_is_counted_once_over_all_audiences(cast: Cast) -> None:
    found = receivers_of(draft(cast.officer, MALABA), at=AT)
    assert found.people == set().union(*(people for _label, people in found.audiences))
    assert [label for label, _people in found.audiences] == [audience.label for audience in audiences()]


def corrected(advisory: Advisory, by: Person) -> Advisory:
    correction = correct_advisory(advisory=advisory, by=by, at=AT + HOUR)
    assert publish_advisory(advisory=correction, by=by, at=AT + HOUR)
    return correction


def test_those_who_got_it_before_are_those_with_a_letter_of_any_version(cast: Cast) -> None:
    mine = subscriber("mine@firm.example", MALABA)
    subscriber("busia@firm.example", BUSIA)
    advisory = published(cast.officer, MALABA)
    assert told_before(advisory.reference) == []
    tell_subscribers(at=AT)
    assert told_before(advisory.reference) == [mine]
    late = subscriber("late@firm.example", at=AT)
    corrected(advisory, cast.officer)
    tell_subscribers(at=AT + HOUR)
    assert told_before(advisory.reference) == [mine]
    assert late not in told_before(advisory.reference)


def test_the_letters_of_another_notice_and_of_conditions_and_of_other_kinds_are_none_of_this(cast: Cast) -> None:
    subscriber("mine@firm.example", MALABA)
    first = published(cast.officer, BUSIA)
    second = published(cast.officer, MALABA)
    changed()
    tell_subscribers(at=AT)
    assert Letter.objects.filter(is_news=True).count() == 2
    assert told_before(first.reference) == []
    assert [one.address for one in told_before(second.reference)] == ["mine@firm.example"]
    assert told_before("NC26-9999") == []


def test_who_has_ended_is_told_no_correction(cast: Cast) -> None:
    mine, gone = subscriber("mine@firm.example"), subscriber("gone@firm.example")
    advisory = published(cast.officer, MALABA)
    tell_subscribers(at=AT)
    end_subscription(subscription=gone, at=AT)
    assert told_before(advisory.reference) == [mine]
    withdraw_advisory(advisory=advisory, reason="Wrong", by=cast.officer, at=AT + HOUR)
    assert tell_subscribers(at=AT + DAY) == 1


def test_the_people_of_a_notice_are_those_told_and_active(cast: Cast, consignment: Consignment) -> None:
    parties = {cast.importer.pk, cast.agent.pk}
    at = timezone.now()
    assert receivers_of(draft(cast.officer, MALABA), at=at).people == parties
    # Before the agent's nomination began.
    assert receivers_of(draft(cast.officer, MALABA), at=at - DAY).people == {cast.importer.pk}
    advisory = published(cast.officer, MALABA, at=at, until=None)
    assert told_people(advisory.reference) == parties
    assert told_people("NC26-9999") == set()
    Person.objects.filter(pk=cast.importer.pk).update(is_active=False)
    assert told_people(advisory.reference) == {cast.agent.pk}


def test_a_correction_would_go_to_those_who_got_the_notice_and_to_no_audience(cast: Cast) -> None:
    subscriber("mine@firm.example", MALABA)
    advisory = published(cast.officer, MALABA)
    tell_subscribers(at=AT)
    subscriber("new@firm.example")
    correction = correct_advisory(advisory=advisory, by=cast.officer, at=AT + HOUR)
    found = receivers_of(correction, at=AT + HOUR)
    assert [str(label) for label, _people in found.audiences] == ["Those who got the notice before"]
    assert found.people == told_people(advisory.reference)
    assert found.subscriptions == {"email": 1, "sms": 0, "push": 0}
