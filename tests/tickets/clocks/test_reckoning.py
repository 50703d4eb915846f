"""The clocks of a ticket: the ten ways in which those of other systems went wrong in public, and what always holds."""

from __future__ import annotations

import random
import time
from datetime import datetime, timedelta
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.tickets.clocks.given import (
    OFFICE,
    PORT,
    PROMISES,
    at,
    clocks,
    hours,
    it,
    next_breach,
    opened,
    worked_hours,
)
from tickets.clocks.calendars import NEVER, due, worked
from tickets.clocks.happenings import Happening
from tickets.clocks.reckoning import Clock, Promise, clocks_of, escalations, next_step

ASKED = [opened(at(1, 9)), it("replied", at(1, 10))]


def steps(clock: Clock, when: datetime) -> list[tuple[int, datetime]]:
    return [(step.percent, step.reached_at) for step in escalations(clock, when)]


# 1. A pause that runs on.


@pytest.mark.parametrize("end", [it("resumed", at(2, 9)), it("said", at(2, 9), "them")], ids=["resumed", "said"])
def test_a_pause_ends_when_it_is_resumed_or_the_customer_speaks_and_does_not_run_on(end: Happening) -> None:
    log = [*ASKED, it("paused", at(1, 11), waiting_on="importer", reason="the invoice is missing")]
    still = clocks(log, at(1, 16))["resolve"]
    assert (still.is_paused, still.waiting_on, still.due_at, worked_hours(still)) == (True, "importer", None, 2)
    assert clocks(log, at(30))["resolve"].remaining == hours(14)
    again = clocks([*log, end], at(2, 11))["resolve"]
    assert (again.is_paused, again.waiting_on, worked_hours(again)) == (False, "", 4)
    assert (again.paused_for, again.remaining, again.due_at) == (hours(6), hours(12), at(3, 16))


def test_a_pause_ends_with_the_case_and_is_not_there_when_it_is_opened_again() -> None:
    log = [*ASKED, it("paused", at(1, 11)), it("resolved", at(1, 14)), it("reopened", at(1, 15), "them")]
    found = [clock for clock in clocks_of(log, PROMISES, at(1, 16)) if clock.kind == "resolve"]
    assert [(worked_hours(clock), clock.is_paused) for clock in found] == [(2, False), (1, False)]


# 2. A pause lost on a policy change.


def test_a_pause_and_the_time_worked_outlive_a_change_of_policy() -> None:
    log = [*ASKED, it("paused", at(1, 11), waiting_on="importer"), it("policy_changed", at(1, 14), policy="urgent")]
    still = clocks(log, at(1, 20))["resolve"]
    assert (still.is_paused, worked_hours(still), still.remaining, still.due_at) == (True, 2, hours(4), None)
    # Two hours of the office's calendar were paused, then nine of the port's.
    assert still.paused_for == hours(2) + hours(6)
    again = clocks([*log, it("resumed", at(1, 20))], at(1, 21))["resolve"]
    assert (worked_hours(again), again.remaining, again.due_at) == (3, hours(3), at(2, 0))


def test_a_ticket_that_is_sorted_later_has_been_promised_from_the_beginning() -> None:
    log = [opened(at(1, 9), policy=""), it("policy_changed", at(1, 11), policy="usual")]
    assert clocks(log, at(1, 10)) == {}
    first = clocks(log, at(1, 11))["first_reply"]
    assert (first.started_at, worked_hours(first), first.due_at) == (at(1, 9), 2, at(1, 14))


def test_what_is_no_longer_promised_has_ended_and_breaks_nothing() -> None:
    log = [opened(at(1, 9)), it("policy_changed", at(1, 10), policy="of nobody")]
    first = clocks(log, at(5, 9))["first_reply"]
    assert (first.ended_at, first.met_at, first.breached, worked_hours(first)) == (at(1, 10), None, False, 1)
    back = clocks([*log, it("policy_changed", at(1, 11), policy="usual")], at(1, 11))["first_reply"]
    assert (back.ended_at, worked_hours(back)) == (None, 2)


# 3. The customer's web reply that restarts nothing.


@pytest.mark.parametrize("channel", ["web", "mail", "sms", "call"])
def test_whatever_way_the_customer_speaks_the_next_reply_is_owed_anew(channel: str) -> None:
    log = [*ASKED, it("said", at(1, 15), "them", reason=channel)]
    owed = clocks(log, at(1, 16))["next_reply"]
    assert (owed.started_at, owed.due_at, owed.met_at) == (at(1, 15), at(1, 17), None)
    answered = clocks([*log, it("replied", at(1, 16))], at(2, 9))["next_reply"]
    assert (answered.met_at, worked_hours(answered), answered.breached) == (at(1, 16), 1, False)
    twice = [*log, it("replied", at(1, 16)), it("said", at(2, 9), "them", reason=channel)]
    assert clocks(twice, at(2, 10))["next_reply"].due_at == at(2, 11)


def test_who_writes_again_is_not_put_off() -> None:
    log = [*ASKED, it("said", at(1, 15), "them"), it("said", at(1, 16), "them"), it("said", at(1, 16.5), "them")]
    assert clocks(log, at(1, 16.5))["next_reply"].due_at == at(1, 17)


def test_before_the_first_reply_none_is_the_next() -> None:
    assert "next_reply" not in clocks([opened(at(1, 9)), it("said", at(1, 10), "them")], at(1, 11))


# 4. Escalation that fires at once.


def test_a_ticket_of_the_weekend_escalates_when_the_office_has_worked_on_it_and_not_at_once() -> None:
    first = clocks([opened(at(6, 9))], at(6, 9))["first_reply"]
    assert (steps(first, at(8, 8)), first.due_at) == ([], at(8, 12))
    assert steps(first, at(8, 11)) == [(75, at(8, 11))]
    assert steps(first, at(8, 12)) == [(75, at(8, 11)), (90, at(8, 11.6)), (100, at(8, 12))]


def test_a_shorter_promise_reaches_its_steps_when_it_is_made_and_not_before() -> None:
    log = [opened(at(1, 9)), it("policy_changed", at(1, 11), policy="urgent")]
    found = clocks(log, at(1, 11))
    assert (found["first_reply"].due_at, found["first_reply"].breached) == (at(1, 9.5), True)
    assert steps(found["first_reply"], at(1, 11)) == [(75, at(1, 11)), (90, at(1, 11)), (100, at(1, 11))]
    assert steps(found["first_reply"], at(1, 10.9)) == []
    assert (found["resolve"].due_at, steps(found["resolve"], at(1, 14))) == (at(1, 15), [(75, at(1, 13.5))])


def test_a_clock_that_stands_still_or_was_met_reaches_no_further_step() -> None:
    paused = [opened(at(1, 8)), it("paused", at(1, 11.5))]
    assert steps(clocks(paused, at(9))["first_reply"], at(9)) == [(75, at(1, 11))]
    met = [opened(at(1, 8)), it("replied", at(1, 12))]
    assert steps(clocks(met, at(9))["first_reply"], at(9)) == [(75, at(1, 11)), (90, at(1, 11.6))]
    late = [opened(at(1, 8)), it("replied", at(1, 14))]
    assert steps(clocks(late, at(9))["first_reply"], at(9))[-1] == (100, at(1, 12))


def test_the_next_breach_and_the_next_step_are_the_earliest_of_those_that_run() -> None:
    log = [*ASKED, it("said", at(1, 15), "them"), it("handed_over", at(1, 15), agency="KPA")]
    found = clocks_of(log, PROMISES, at(1, 15))
    # In Nairobi, an hour ahead, the desk closes at once.
    assert (next_breach(found), next_step(found, at(1, 15))) == (at(1, 17), at(1, 16.5))
    assert next_step(found, at(1, 17)) == at(2, 9.5)
    paused = clocks_of([*log, it("paused", at(1, 16), waiting_on="importer")], PROMISES, at(1, 16))
    assert (next_breach(paused), next_step(paused, at(1, 16))) == (None, None)
    broken = clocks_of(log, PROMISES, at(1, 17))
    assert next_breach(broken) == at(2, 10)
    assert (next_breach([]), next_step([], at(1))) == (None, None)


# 5. A hold on a holiday that moves the deadline.


def test_a_hold_while_the_office_is_closed_moves_nothing() -> None:
    log = [opened(at(3, 16, month=7))]
    held = [*log, it("paused", at(5, 9, month=7)), it("resumed", at(6, 18, month=7))]
    lunch = [*log, it("paused", at(7, 12, month=7)), it("resumed", at(7, 13, month=7))]
    for told in (log, held, lunch):
        clock = clocks(told, at(7, 13.5, month=7))["resolve"]
        assert (clock.due_at, clock.paused_for, worked_hours(clock)) == (at(8, 16, month=7), hours(0), 5.5)


def test_a_hold_over_a_holiday_moves_the_deadline_by_its_open_hours_alone() -> None:
    held = [opened(at(3, 8, month=7)), it("paused", at(3, 16, month=7)), it("resumed", at(7, 9, month=7))]
    clock = clocks(held, at(7, 9, month=7))["resolve"]
    assert (clock.paused_for, clock.due_at) == (hours(2), at(8, 9, month=7) + hours(1))


# 6. Reports of first replies that are wrong.


def test_the_first_public_reply_of_ours_meets_the_first_reply_once() -> None:
    notes = [it("said", at(1, 9.5)), it("replied", at(1, 9.1), "portal"), it("said", at(1, 9.2), "them")]
    assert clocks([opened(at(1, 9)), *notes], at(1, 10))["first_reply"].met_at is None
    log = [opened(at(1, 9)), *notes, it("replied", at(1, 11)), it("replied", at(2, 9)), it("reopened", at(3), "them")]
    found = [clock for clock in clocks_of(log, PROMISES, at(5)) if clock.kind == "first_reply"]
    assert [(clock.met_at, worked_hours(clock), clock.breached) for clock in found] == [(at(1, 11), 2, False)]


def test_an_answer_of_the_agency_to_the_customer_is_one_too_and_his_own_is_not() -> None:
    theirs = [opened(at(1, 9)), it("replied", at(1, 10), "agency", agency="KPA")]
    assert clocks(theirs, at(1, 11))["first_reply"].met_at == at(1, 10)
    his = [opened(at(1, 9)), it("replied", at(1, 10), "them")]
    assert clocks(his, at(1, 11))["first_reply"].met_at is None


def test_a_reply_on_the_stroke_is_in_time_and_a_later_one_late_even_while_the_office_is_closed() -> None:
    for hour, is_late in ((12, False), (12.01, True), (12.5, True)):
        first = clocks([opened(at(1, 8)), it("replied", at(1, hour))], at(3))["first_reply"]
        assert (first.breached, first.due_at) == (is_late, at(1, 12))
    assert [clocks([opened(at(1, 8))], at(1, hour))["first_reply"].breached for hour in (11.99, 12)] == [False, True]


def test_a_resolution_answers_and_the_portal_s_own_does_not() -> None:
    by_us = clocks([opened(at(1, 9)), it("resolved", at(1, 10))], at(1, 11))
    assert [by_us[kind].met_at for kind in ("first_reply", "resolve")] == [at(1, 10)] * 2
    for cleared in (it("resolved", at(1, 10), "portal"), it("confirmed", at(1, 10), "them")):
        found = clocks([opened(at(1, 9), by="portal"), cleared], at(5))
        first = found["first_reply"]
        assert (first.met_at, first.ended_at, first.breached) == (None, at(1, 10), False)
        assert found["resolve"].met_at == at(1, 10)


# 7. Lunch counted.


def test_lunch_is_not_counted() -> None:
    clock = clocks([opened(at(1, 11))], at(1, 14))["first_reply"]
    assert (worked_hours(clock), clock.remaining, clock.due_at) == (2, hours(2), at(1, 16))


# 8. Two calendars and zones.


def test_each_promise_counts_by_its_own_calendar_and_zone() -> None:
    # On Saturday the office is closed; the desk in Nairobi closes at 15:00 of Kigali.
    log = [*ASKED, it("handed_over", at(5, 17), agency="KRA")]
    found = clocks(log, at(6, 12))
    assert (found["KRA resolve"].due_at, worked_hours(found["KRA resolve"])) == (at(6, 15), 4)
    assert (found["resolve"].due_at, worked_hours(found["resolve"])) == (at(3, 9), 39)
    assert (found["KRA resolve"].contract, found["resolve"].contract) == ("agency", "ours")


def test_a_policy_in_another_calendar_keeps_what_was_worked_by_the_first() -> None:
    log = [opened(at(5, 16)), it("policy_changed", at(6, 12), policy="urgent")]
    clock = clocks(log, at(6, 14))["resolve"]
    assert (worked_hours(clock), clock.due_at) == (3, at(6, 17))
    assert [stretch.calendar.name for stretch in clock.stretches] == ["office", "port"]


# 9. Cycles of reopening.


def test_reopening_starts_a_new_cycle_and_keeps_the_old_ones() -> None:
    log = [*ASKED, it("resolved", at(2, 9)), it("reopened", at(8, 9), "them"), it("resolved", at(8, 11))]
    log += [it("reopened", at(9, 9)), it("resolved", at(9, 10)), it("confirmed", at(9, 11), "them")]
    found = [clock for clock in clocks_of(log, PROMISES, at(20)) if clock.kind == "resolve"]
    assert [(clock.started_at, clock.met_at, worked_hours(clock), clock.span) for clock in found] == [
        (at(1, 9), at(2, 9), 8, hours(16)),
        (at(8, 9), at(8, 11), 2, hours(16)),
        (at(9, 9), at(9, 10), 1, hours(16)),
    ]


def test_who_reopens_a_case_is_owed_a_reply_and_who_thanks_is_not() -> None:
    closed = [*ASKED, it("resolved", at(1, 11))]
    thanked = [*closed, it("said", at(1, 13), "them")]
    assert "next_reply" not in clocks(thanked, at(1, 14))
    for reopened in (it("reopened", at(1, 14), "them"), it("reopened", at(1, 14), "us")):
        assert clocks([*thanked, reopened], at(1, 15))["next_reply"].started_at == at(1, 14)
    assert "next_reply" not in clocks([*closed, it("reopened", at(1, 14), "us")], at(1, 15))


# 10. Two clocks merged.


def other(log: list[Happening], name: str = "T-2") -> list[Happening]:
    return [Happening(e.kind, e.at, e.by, e.waiting_on, e.reason, e.agency, e.policy, name) for e in log]


def test_a_merge_takes_the_earlier_start_and_does_not_add_both() -> None:
    mine = [opened(at(2, 9)), it("merged", at(2, 15), of="T-2")]
    found = clocks([*mine, *other([opened(at(1, 9))])], at(2, 16))
    assert {kind: (clock.started_at, worked_hours(clock)) for kind, clock in found.items()} == {
        "first_reply": (at(1, 9), 14),
        "resolve": (at(1, 9), 14),
    }
    earlier = [opened(at(1, 9)), it("merged", at(2, 15), of="T-2"), *other([opened(at(2, 9))])]
    assert worked_hours(clocks(earlier, at(2, 16))["resolve"]) == 14


def test_of_two_tickets_both_have_to_wait_until_they_are_one() -> None:
    waited = [opened(at(1, 8)), it("paused", at(1, 9)), it("merged", at(2, 9), of="T-2")]
    worked_on = other([opened(at(1, 8)), it("paused", at(1, 11)), it("resumed", at(2, 8))])
    # Both waited on Monday from 11 to 17; once merged, the wait of the one that is left counts alone.
    clock = clocks([*waited, *worked_on], at(2, 12))["resolve"]
    assert (worked_hours(clock), clock.is_paused) == (3 + 1, True)


def test_what_was_answered_before_the_merge_stays_answered() -> None:
    mine = [opened(at(2, 9)), it("merged", at(2, 12), of="T-2")]
    found = clocks([*mine, *other([opened(at(1, 9)), it("replied", at(1, 10))])], at(2, 12))
    assert (found["first_reply"].met_at, found["next_reply"].started_at) == (at(1, 10), at(2, 9))


def test_the_whole_is_resolved_with_the_last_of_its_tickets() -> None:
    mine = [opened(at(1, 9)), it("merged", at(3, 9), of="T-2"), it("resolved", at(3, 10))]
    solved = other([opened(at(1, 8)), it("resolved", at(1, 11))])
    (clock,) = [clock for clock in clocks_of([*mine, *solved], PROMISES, at(4)) if clock.kind == "resolve"]
    assert (clock.started_at, clock.met_at) == (at(1, 8), at(3, 10))
    before = [opened(at(2, 9), by="them"), it("merged", at(3, 9), of="T-2"), *solved]
    cycles = [clock.started_at for clock in clocks_of(before, PROMISES, at(4)) if clock.kind == "resolve"]
    assert cycles == [at(1, 8), at(2, 9)]
    assert clocks(before, at(4))["next_reply"].started_at == at(2, 9)


def test_entries_of_a_ticket_that_was_not_merged_are_not_counted() -> None:
    assert clocks([opened(at(2, 9)), *other([opened(at(1, 9))])], at(2, 10))["resolve"].started_at == at(2, 9)


# Hand-over.


def test_a_hand_over_starts_the_agency_s_clocks_and_handing_back_ends_them() -> None:
    log = [*ASKED, it("handed_over", at(1, 10), agency="KPA")]
    running = clocks(log, at(1, 11))
    assert [(running[f"KPA {kind}"].due_at, running[f"KPA {kind}"].agency) for kind in ("first_reply", "resolve")] == [
        (at(1, 12), "KPA"),
        (at(2, 10), "KPA"),
    ]
    accepted = [*log, it("accepted", at(1, 11), "agency", agency="KPA")]
    assert clocks(accepted, at(1, 12))["KPA first_reply"].met_at == at(1, 11)
    back = clocks([*accepted, it("handed_over", at(2, 9), "agency")], at(9))["KPA resolve"]
    assert (back.met_at, worked_hours(back), back.breached) == (at(2, 9), 6, False)
    taken = clocks([*accepted, it("handed_over", at(2, 9), "us")], at(9))["KPA resolve"]
    assert (taken.met_at, taken.ended_at, taken.breached) == (None, at(2, 9), False)


def test_each_hand_over_has_clocks_of_its_own_and_a_policy_where_it_names_one() -> None:
    log = [
        *ASKED,
        it("handed_over", at(1, 10), agency="KPA"),
        it("handed_over", at(1, 11), agency="MSC", policy="urgent"),
    ]
    found = clocks([*log, it("handed_over", at(1, 11.5), agency="MSC")], at(1, 12))
    assert sorted(found) == ["KPA first_reply", "KPA resolve", "MSC resolve", "first_reply", "resolve"]
    assert (found["MSC resolve"].contract, found["MSC resolve"].due_at) == ("outside", at(2, 11))
    assert found["KPA resolve"].ended_at == at(1, 11)
    told = [*log, it("policy_changed", at(1, 12), agency="MSC", policy="usual")]
    resolving = [c for c in clocks_of(told, PROMISES, at(1, 13)) if c.agency == "MSC" and c.kind == "resolve"]
    assert [(c.contract, c.ended_at) for c in resolving] == [("agency", None), ("outside", at(1, 12))]
    of_another = [*log, it("policy_changed", at(1, 12), agency="KPA", policy="usual")]
    assert clocks(of_another, at(1, 13))["MSC resolve"].contract == "outside"


def test_the_agency_that_is_waited_for_does_not_stand_still_and_its_word_ends_the_wait() -> None:
    log = [*ASKED, it("handed_over", at(1, 10), agency="KPA"), it("paused", at(1, 11), waiting_on="KPA")]
    found = clocks(log, at(1, 14))
    assert (found["resolve"].is_paused, found["KPA resolve"].is_paused) == (True, False)
    assert worked_hours(found["KPA resolve"]) == 4
    said = clocks([*log, it("said", at(1, 14), "agency", agency="KPA")], at(1, 15))
    assert (said["resolve"].is_paused, said["KPA first_reply"].met_at) == (False, at(1, 14))
    stranger = clocks([*log, it("said", at(1, 14), "agency", agency="KRA")], at(1, 15))
    assert (stranger["resolve"].is_paused, stranger["KPA first_reply"].met_at) == (True, None)
    importer = [*ASKED, it("handed_over", at(1, 10), agency="KPA"), it("paused", at(1, 11), waiting_on="importer")]
    assert clocks(importer, at(1, 14))["KPA resolve"].is_paused


def test_the_agency_owes_an_answer_to_what_it_is_asked() -> None:
    log = [*ASKED, it("handed_over", at(1, 10), agency="KPA"), it("accepted", at(1, 10), "agency")]
    asked = [*log, it("said", at(1, 12), agency="KPA")]
    assert "KPA next_reply" not in clocks([*log, it("said", at(1, 12))], at(1, 13))
    assert clocks(asked, at(1, 13))["KPA next_reply"].due_at == at(1, 13)
    answered = clocks([*asked, it("said", at(1, 12.5), "agency")], at(1, 13))
    assert answered["KPA next_reply"].met_at == at(1, 12.5)


# What always holds.


def test_without_an_opening_there_is_no_clock() -> None:
    assert clocks_of([it("said", at(1), "them"), it("paused", at(1)), it("resolved", at(2))], PROMISES, at(3)) == []
    assert clocks_of([opened(at(2))], PROMISES, at(1)) == []


def test_a_promise_of_no_time_has_run_out_as_it_starts() -> None:
    promises = {"now": [Promise("ours", "resolve", hours(0), PORT)]}
    (clock,) = clocks_of([opened(at(1, 9), "now")], promises, at(1, 10))
    assert (clock.due_at, clock.breached, clock.remaining) == (at(1, 9), True, hours(0))


KINDS = [
    "opened",
    "replied",
    "said",
    "paused",
    "resumed",
    "handed_over",
    "accepted",
    "resolved",
    "confirmed",
    "reopened",
]
moments = st.integers(0, 4 * 24 * 14).map(lambda quarter: at(1, quarter / 4))
entries = st.builds(
    Happening,
    st.sampled_from([*KINDS, "policy_changed", "merged"]),
    moments,
    st.sampled_from(["us", "them", "agency", "portal"]),
    waiting_on=st.sampled_from(["importer", "KPA", ""]),
    agency=st.sampled_from(["", "", "KPA", "MSC"]),
    policy=st.sampled_from(["", "usual", "urgent"]),
    of=st.sampled_from(["", "", "", "T-2"]),
)
logs = st.lists(entries, max_size=14).map(lambda log: [opened(at(2, 10)), *log])


@settings(max_examples=200)
@given(logs, moments)
def test_all_open_time_was_worked_or_waited_and_none_is_negative(log: list[Happening], now: datetime) -> None:
    for clock in clocks_of(log, PROMISES, now):
        end = clock.ended_at or now
        assert min(clock.worked, clock.paused_for, clock.remaining) >= timedelta(0)
        assert clock.worked + clock.paused_for <= end - clock.started_at
        calendars = {stretch.calendar.name: stretch.calendar for stretch in clock.stretches}
        if len(calendars) == 1:
            (calendar,) = calendars.values()
            assert clock.worked + clock.paused_for == worked(calendar, clock.started_at, end)
            if clock.due_at is not None and clock.due_at > end:
                assert clock.due_at == due(calendar, clock.started_at, clock.span + clock.paused_for)
        assert not clock.met_at or clock.met_at == clock.ended_at


@given(logs, st.randoms(use_true_random=False), moments)
def test_neither_order_nor_duplicates_change_anything(
    log: list[Happening], chance: random.Random, now: datetime
) -> None:
    told = clocks_of(log, PROMISES, now)
    again = [*log, *chance.sample(log, chance.randint(0, len(log)))]
    chance.shuffle(again)
    assert clocks_of(again, PROMISES, now) == told


@given(logs, moments, moments)
def test_what_will_happen_changes_nothing_yet(log: list[Happening], one: datetime, other_one: datetime) -> None:
    now, later = sorted((one, other_one))
    past = [entry for entry in log if entry.at <= now]
    assert clocks_of(log, PROMISES, now) == clocks_of(past, PROMISES, now)
    before = {(c.kind, c.contract, c.agency, c.started_at): c for c in clocks_of(past, PROMISES, now)}
    after = {(c.kind, c.contract, c.agency, c.started_at): c for c in clocks_of(past, PROMISES, later)}
    assert before.keys() == after.keys()
    assert all(before[key].worked <= after[key].worked for key in before)


@given(logs, moments)
def test_steps_come_in_their_order_and_the_last_with_the_breach(log: list[Happening], now: datetime) -> None:
    for clock in clocks_of(log, PROMISES, now):
        found = escalations(clock, now)
        assert [step.percent for step in found] == [75, 90, 100][: len(found)]
        assert found == sorted(found, key=lambda step: step.reached_at)
        assert all(clock.started_at <= step.reached_at <= now for step in found)
        if clock.ended_at is None:
            assert clock.breached == (100 in [step.percent for step in found])
            assert clock.breached or clock.due_at is None or now < clock.due_at <= NEVER


QUARTER = hours(0.25)
ways = st.sampled_from(["paused", "resumed", "said", "replied"])
turns = st.lists(st.tuples(ways, st.integers(1, 4 * 24 * 6)), max_size=8)


@settings(max_examples=60)
@given(turns, st.sampled_from(["usual", "urgent"]), st.integers(0, 4 * 24 * 7))
def test_a_clock_counts_what_a_clerk_would_count_by_the_quarter(
    told: list[tuple[Any, int]], policy: str, age: int
) -> None:
    start = at(2, 10)
    log = [opened(start, policy)]
    log += [it(way, start + when * QUARTER, "them" if way == "said" else "us") for way, when in told]
    calendar = {"usual": OFFICE, "urgent": PORT}[policy]
    counted, stood, is_paused = 0, 0, False
    for quarter in range(age):
        now = start + quarter * QUARTER
        # Of what happens in one instant a pause comes last.
        for way in sorted(way for way, when in told if start + when * QUARTER == now):
            is_paused = is_paused if way in ("replied", "paused") else False
        is_paused = is_paused or ("paused", quarter) in told
        is_open = worked(calendar, now, now + QUARTER) == QUARTER
        counted, stood = counted + (is_open and not is_paused), stood + (is_open and is_paused)
    clock = clocks(log, start + age * QUARTER)["resolve"]
    assert (clock.worked, clock.paused_for) == (counted * QUARTER, stood * QUARTER)


def test_a_ticket_of_eight_entries_takes_less_than_a_millisecond_or_two() -> None:
    many = []
    for number in range(1000):
        start = at(1) + timedelta(minutes=17 * number)
        said = [
            it("said", start + hours(30), "them"),
            it("replied", start + hours(33)),
            it("accepted", start + hours(28)),
        ]
        waited = [it("paused", start + hours(40)), it("resumed", start + hours(60))]
        many.append(
            [
                opened(start),
                it("replied", start + hours(2)),
                it("handed_over", start + hours(26), agency="KPA"),
                *said,
                *waited,
            ]
        )
    began = time.perf_counter()
    found = [clocks_of(log, PROMISES, at(28)) for log in many]
    assert {len(clocks) for clocks in found} == {5}
    # Measured: 0.5 ms, on a machine that has other things to do.
    assert (time.perf_counter() - began) / len(many) < 0.005
