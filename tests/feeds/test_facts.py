"""Facts: plain values that say what a sender said, and the kinds of event that the portal promises to know."""

from __future__ import annotations

from dataclasses import FrozenInstanceError, asdict, fields, replace
from datetime import UTC, date, datetime, timedelta, timezone
from typing import Any, get_args

import pytest
from hypothesis import given
from hypothesis import strategies as st

from feeds.facts import (
    FIRST_YEAR,
    KINDS,
    LAST_YEAR,
    MOST_FAULTS,
    Classifier,
    Fault,
    Findings,
    Moment,
    Movement,
    Place,
    Reading,
    moment_of,
)

WHEN = Moment(value=datetime(2026, 11, 20, 8, 45, tzinfo=timezone(timedelta(hours=3))), words="20.11.2026 08:45")
FACT = Movement(kind="gate_out", classifier="ACT", when=WHEN)

# What partners may send as ``kind``, each an event of the corridor's procedure in lower case.
PROMISED = """
    discharged do_issued kra_cleared sealed gate_out border_in border_out weighed vessel_departed vessel_arrived
    vessel_berthed held hold_released discharged_kot pipeline_in at_depot loaded arrived_kigali delivered
""".split()


@pytest.mark.parametrize("kind", PROMISED)
def test_every_kind_that_is_promised_is_known(kind: str) -> None:
    assert kind in KINDS


def test_kinds_are_lower_case_words_that_fit_their_column() -> None:
    assert [kind for kind in KINDS if not kind.replace("_", "").isalpha() or kind != kind.lower()] == []
    assert max(map(len, KINDS)) <= 20


def test_an_event_has_happened_is_expected_or_is_planned() -> None:
    assert get_args(Classifier) == ("ACT", "EST", "PLN")


@pytest.mark.parametrize("fact", [FACT, WHEN, Place(node="rw-city-kigali"), Fault(code="html"), Reading(facts=(FACT,))])
def test_a_fact_never_changes_and_equals_its_like(fact: Any) -> None:
    first = fields(fact)[0].name
    with pytest.raises(FrozenInstanceError):
        setattr(fact, first, "other")
    assert (replace(fact), {fact, replace(fact)}) == (fact, {fact})


def test_what_a_sender_does_not_say_is_empty_and_nothing_is_made_up() -> None:
    said = {"kind", "classifier", "when"}
    unsaid = {name: value for name, value in asdict(FACT).items() if name not in said and value}
    assert unsaid == {"place": asdict(Place()), "function": "original"}
    assert (FACT.is_empty, FACT.weight_kg, FACT.issued) == (None, None, None)


def test_a_fact_is_written_by_name_so_that_no_two_numbers_change_places() -> None:
    with pytest.raises(TypeError):
        Movement("gate_out", "ACT", WHEN)  # type: ignore[call-arg]


@given(value=st.datetimes(timezones=st.none() | st.just(UTC)) | st.dates(), words=st.text(max_size=10))
def test_a_moment_is_kept_as_it_was_written_or_not_at_all(value: date, words: str) -> None:
    expected = Moment(value=value, words=words) if FIRST_YEAR <= value.year <= LAST_YEAR else None
    assert moment_of(value, words) == expected


@given(value=st.datetimes(datetime(FIRST_YEAR, 1, 1), datetime(LAST_YEAR, 12, 31)), hours=st.integers(-12, 14))  # noqa: DTZ001
def test_every_moment_has_an_instant_in_every_zone(value: datetime, hours: int) -> None:
    found = moment_of(value, "")
    assert found is not None
    assert isinstance(found.value, datetime)
    assert found.value.replace(tzinfo=timezone(timedelta(hours=hours))).astimezone(UTC).tzinfo is UTC


def test_a_day_is_a_day_and_never_a_midnight() -> None:
    day = moment_of(date(2026, 11, 20), "20261120")
    assert day is not None
    assert type(day.value) is date
    assert day != moment_of(datetime(2026, 11, 20), "20261120")  # noqa: DTZ001


def test_a_reading_keeps_the_first_faults_and_counts_the_others() -> None:
    faults = tuple(Fault(code="bad_row", line=line) for line in range(MOST_FAULTS + 3))
    found = Reading(faults=faults, more_faults=4)
    assert (found.faults, found.more_faults) == (faults[:MOST_FAULTS], 7)
    assert Reading(faults=faults[:MOST_FAULTS]).more_faults == 0


def test_findings_become_a_reading() -> None:
    found = Findings()
    fact = Movement(kind="held", classifier="ACT", when=WHEN)
    for part in (fact, "no_envelope", "check_digit", Fault(code="empty", line=1)):
        found.add(part)
    for line in range(2, MOST_FAULTS + 2):
        found.fault("bad_row", line=line)
    found.add(Fault(code="bad_row"))
    found.whole("too_large", line=9)
    read = found.reading()
    assert (read.facts, read.flags, read.more_faults) == ((fact,), ("check_digit", "no_envelope"), 3)
    assert read.faults[:2] == (Fault(code="too_large", line=9), Fault(code="empty", line=1))
    assert (len(read.faults), found.size) == (MOST_FAULTS, MOST_FAULTS + 4)
