"""What notices say, as plain facts: the same from the rows, from the journal and back, with the zone of the places."""

from __future__ import annotations

import json

import pytest

from corridor.advisories import correct_advisory, publish_advisory
from corridor.facts import LANGUAGES, SEVERITIES, ZONE, Facts, facts_from, facts_of, moment_of, zone_of
from corridor.models import Advisory, Condition, Node
from liaison.models import JournalEntry
from tests.conftest import AT, Cast
from tests.corridor.notices import DAY, HOUR, draft, published

MALABA, BUSIA, KIGALI = "xx-border-malaba", "xx-border-busia", "rw-city-kigali"


def names(*slugs: str) -> list[str]:
    return [Node.objects.get(slug=slug).name for slug in slugs]


def test_every_fact_of_a_version(cast: Cast) -> None:
    advisory = draft(cast.officer, MALABA, BUSIA, systems=["iCMS"])
    assert facts_of(advisory) == Facts(
        ref=advisory.reference,
        version=1,
        kind="border_queue",
        severity="severe",
        nodes=[MALABA, BUSIA],
        places=names(MALABA, BUSIA),
        systems=["iCMS"],
        since=(AT + DAY).isoformat(),
        until=(AT + 2 * DAY).isoformat(),
        zone="Africa/Nairobi",
        texts={"en": "Bring water.", "fr": "Apportez de l’eau."},
    )


def test_what_is_not_said_is_left_out_and_has_no_end(cast: Cast) -> None:
    facts = facts_of(draft(cast.officer, until=None, texts={"en": "", "rw": "Muraho"}))
    assert (facts.nodes, facts.places, facts.systems, facts.until) == ([], [], [], None)
    assert (facts.texts, facts.zone) == ({"rw": "Muraho"}, ZONE)


def test_facts_are_plain_data_and_come_back(cast: Cast) -> None:
    facts = facts_of(draft(cast.officer, MALABA))
    assert facts_from(json.loads(json.dumps(facts.as_data()))) == facts


def test_the_journal_carries_what_was_published_whatever_is_corrected_later(cast: Cast) -> None:
    advisory = published(cast.officer, MALABA)
    told = JournalEntry.objects.get(kind="corridor.advisory_published").data["advisory"]
    assert facts_from(told) == facts_of(advisory)
    correction = correct_advisory(advisory=advisory, by=cast.officer, at=AT + HOUR)
    Advisory.objects.filter(pk=correction.pk).update(severity="shut", text_en="Stay at home.")
    publish_advisory(advisory=Advisory.objects.get(pk=correction.pk), by=cast.officer, at=AT + HOUR)
    corrected = JournalEntry.objects.get(kind="corridor.advisory_corrected").data["advisory"]
    assert (corrected["version"], corrected["severity"], corrected["texts"]["en"]) == (2, "shut", "Stay at home.")
    assert JournalEntry.objects.get(kind="corridor.advisory_published").data["advisory"] == told


@pytest.mark.parametrize(
    ("zones", "zone"),
    [
        ([], "Africa/Kigali"),
        (["Africa/Nairobi"], "Africa/Nairobi"),
        (["Africa/Nairobi", "Africa/Nairobi"], "Africa/Nairobi"),
        (["Africa/Nairobi", "Africa/Kampala"], "Africa/Kigali"),
        (["Africa/Kigali", "Africa/Nairobi"], "Africa/Kigali"),
    ],
)
def test_times_are_told_in_the_zone_that_all_places_share(zones: list[str], zone: str) -> None:
    assert zone_of(Node(time_zone=each) for each in zones) == zone


def test_the_severities_are_those_of_conditions_from_the_best_to_the_worst() -> None:
    assert list(SEVERITIES) == list(Condition.Severity.values) == ["normal", "slow", "severe", "shut"]


def test_a_notice_can_be_written_in_every_language_of_the_portal() -> None:
    assert [hasattr(Advisory, f"text_{language}") for language in LANGUAGES] == [True] * 4


@pytest.mark.parametrize("offset", ["+00:00", "+03:00", "-11:30"])
def test_a_time_of_the_facts_is_a_moment(offset: str) -> None:
    moment = moment_of(f"2026-11-20T06:00:00{offset}")
    assert (moment.isoformat(), moment.utcoffset() is not None) == (f"2026-11-20T06:00:00{offset}", True)
