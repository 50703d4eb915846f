"""A merger that was undone: the clocks of both are what they would have been."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import settings as tries
from hypothesis import strategies as st

from tests.tickets.clocks.given import PROMISES, at, clocks, it, opened, worked_hours
from tests.tickets.clocks.test_reckoning import KINDS
from tickets.clocks.happenings import By, Happening, Kind
from tickets.clocks.partings import lived, settled
from tickets.clocks.reckoning import clocks_of

OWN = [opened(at(1, 9))]


def together(own: list[Happening], theirs: list[Happening], since: float = 11, until: float = 15) -> list[Happening]:
    return [*own, *lived(own, theirs, at(1, since), at(1, until))]


def test_who_was_answered_in_the_other_ticket_was_answered() -> None:
    theirs = [it("replied", at(1, 10)), it("replied", at(1, 12), of=""), it("replied", at(1, 16))]
    found = clocks(together(OWN, theirs), at(2, 12))
    assert (found["first_reply"].met_at, found["resolve"].paused_for) == (at(1, 12), timedelta(0))


def test_what_the_other_waited_for_was_waited_for_until_they_were_parted() -> None:
    theirs = [opened(at(1, 8)), it("paused", at(1, 9), waiting_on="importer")]
    found = clocks(together(OWN, theirs), at(2, 8))["resolve"]
    # From nine to eleven, and from three to five; lunch lies in what was waited.
    assert (worked_hours(found), found.is_paused, found.paused_for) == (4, False, timedelta(hours=3))
    for ends in (it("resumed", at(1, 10)), it("said", at(1, 10), "them"), it("handed_over", at(1, 10), agency="KPA")):
        assert worked_hours(clocks(together(OWN, [*theirs, ends]), at(2, 8))["resolve"]) == 7
    handed = [*theirs, it("handed_over", at(1, 14), agency="KPA")]
    assert worked_hours(clocks(together(OWN, handed), at(2, 8))["resolve"]) == 5


def test_its_own_wait_ended_with_the_merger_and_its_agency_begins_anew() -> None:
    own = [*OWN, it("handed_over", at(1, 9), agency="KPA", policy="usual"), it("paused", at(1, 10))]
    found = clocks(together(own, []), at(1, 16))
    assert (found["resolve"].is_paused, worked_hours(found["resolve"])) == (False, 1 + 1 + 3)
    agency = [clock for clock in clocks_of(together(own, []), PROMISES, at(1, 16)) if clock.agency == "KPA"]
    assert [(clock.kind, clock.started_at, clock.ended_at) for clock in agency] == [
        ("first_reply", at(1, 9), at(1, 11)),
        ("resolve", at(1, 9), at(1, 11)),
        ("first_reply", at(1, 15), None),
        ("resolve", at(1, 15), None),
    ]
    back = [*own, it("handed_over", at(1, 10.5), "agency")]
    assert {clock.started_at for clock in clocks_of(together(back, []), PROMISES, at(1, 16)) if clock.agency} == {
        at(1, 9)
    }


def test_merged_again_it_is_merged() -> None:
    log = [
        *OWN,
        it("merged", at(1, 10), of="T-2"),
        it("parted", at(1, 11), of="T-2"),
        it("merged", at(1, 12), of="T-2"),
    ]
    assert settled(log) == [OWN[0], log[3]]
    assert settled([*log, it("parted", at(1, 12), of="T-3"), it("parted", at(1, 12), of="T-2")]) == OWN


moments = st.integers(0, 3 * 24 * 4).map(lambda quarter: at(1, quarter / 4))
parties = st.sampled_from(["us", "them", "agency", "portal"])
happenings = st.builds(
    Happening,
    st.sampled_from(KINDS),
    moments,
    parties,
    agency=st.sampled_from(["", "KPA"]),
    policy=st.sampled_from(["usual", "urgent"]),
)
logs = st.lists(happenings, max_size=8).map(lambda log: [opened(at(1, 8)), *log])


@tries(max_examples=40)
@given(logs, logs, moments, moments)
def test_undone_at_once_or_later_it_leaves_no_trace_on_the_one_that_goes_on(
    own: list[Happening], others: list[Happening], one: datetime, other: datetime
) -> None:
    since, until = sorted((one, other))
    theirs = [replace(each, of="T-2") for each in others]
    log = [*own, it("merged", since, of="T-2"), *theirs, it("parted", until, of="T-2")]
    assert clocks_of(settled(log), PROMISES, at(5)) == clocks_of(own, PROMISES, at(5))
    assert settled(own) == own


@tries(max_examples=40)
@given(logs, logs, moments, moments)
def test_of_the_one_that_was_parted_all_time_is_worked_or_waited(
    own: list[Happening], others: list[Happening], one: datetime, other: datetime
) -> None:
    since, until = sorted((one, other))
    log = [*own, *lived(own, others, since, until)]
    for clock in clocks_of(log, PROMISES, at(5)):
        assert min(clock.worked, clock.paused_for, clock.remaining) >= timedelta(0)
        assert clock.worked + clock.paused_for <= (clock.ended_at or at(5)) - clock.started_at
    assert clocks_of(log[::-1], PROMISES, at(5)) == clocks_of(log, PROMISES, at(5))


def test_what_happened_at_the_very_moment_of_merging_is_shared_and_of_parting_is_not() -> None:
    theirs = [it("replied", at(1, 11)), it("said", at(1, 15), "them"), it("replied", at(1, 15))]
    found = lived(OWN, theirs, at(1, 11), at(1, 15))
    assert [(each.kind, each.at) for each in found] == [
        ("handed_over", at(1, 11)), ("replied", at(1, 11)), ("resumed", at(1, 15)),
    ]  # fmt: skip


def test_merged_and_parted_in_one_moment_it_took_nothing() -> None:
    theirs = [it("paused", at(1, 9), waiting_on="importer"), it("replied", at(1, 11))]
    kinds = [each.kind for each in lived(OWN, theirs, at(1, 11), at(1, 11))]
    assert kinds == ["handed_over", "resumed"]
    found = clocks([*OWN, *lived(OWN, theirs, at(1, 11), at(1, 11))], at(1, 16))["resolve"]
    assert (found.is_paused, found.paused_for, worked_hours(found)) == (False, timedelta(0), 6)


@pytest.mark.parametrize(
    ("kind", "by", "is_over"),
    [
        ("resumed", "us", True), ("handed_over", "us", True), ("resolved", "us", True), ("confirmed", "them", True),
        ("said", "them", True), ("replied", "them", True), ("said", "us", False), ("replied", "us", False),
        ("said", "agency", False), ("accepted", "agency", False), ("policy_changed", "us", False),
    ],
)  # fmt: skip
def test_what_ends_a_wait_that_had_begun_before_the_merger(kind: Kind, by: By, is_over: bool) -> None:
    theirs = [it("paused", at(1, 9), waiting_on="importer", of="T-2"), it(kind, at(1, 10), by)]
    waits = [each for each in lived(OWN, theirs, at(1, 11), at(1, 15)) if each.kind == "paused"]
    # It waits from the merger on, not from when the other began to.
    assert waits == ([] if is_over else [it("paused", at(1, 11), waiting_on="importer")])


@pytest.mark.parametrize("kind", ["accepted", "policy_changed", "merged", "parted", "opened"])
def test_what_is_the_other_s_own_affair_stays_there(kind: Kind) -> None:
    found = lived(OWN, [it(kind, at(1, 12), agency="KPA", policy="urgent", of="T-3")], at(1, 11), at(1, 15))
    assert found == [it("handed_over", at(1, 11)), it("resumed", at(1, 15))]


def test_the_agency_that_had_it_last_before_the_merger_has_it_again_and_no_later_one() -> None:
    handed = [
        it("handed_over", at(1, 8.5), agency="KRA"), it("handed_over", at(1, 11), agency="KPA", of="T-9"),
        it("handed_over", at(1, 12), agency="RRA"),
    ]  # fmt: skip
    last = lived([*OWN, *handed[::-1]], [], at(1, 11), at(1, 15))[-1]
    assert last == it("handed_over", at(1, 15), agency="KPA")
    back = it("handed_over", at(1, 10))
    assert lived([*OWN, handed[0], back], [], at(1, 11), at(1, 15))[-1].kind == "resumed"


def test_of_several_that_were_merged_those_that_were_not_undone_stay() -> None:
    merged = [it("merged", at(1, hour), of=f"T-{hour}") for hour in (10, 11, 12)]
    log = [*OWN, *merged, it("parted", at(1, 13), of="T-11")]
    assert settled(log) == [*OWN, merged[0], merged[2]]
    assert settled(reversed(log)) == [merged[2], merged[0], *OWN]
    assert settled([]) == []
