"""What is reckoned from events is the same in whatever order they come and however often; nothing counts twice."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from itertools import pairwise
from typing import Any
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cargo.delays import APART, PARTS, by_part, spans
from cargo.lots import STAGES, LotLine, compared, reckon
from cargo.meaning import Spot, milestone_of
from cargo.milestones import (
    EXPORT_RAIL,
    GENERAL_RAIL,
    HOLDERS,
    ORDER,
    RAILS,
    Happening,
    next_step,
    progress,
    rail_of,
    stage_of,
    standing,
    withdrawn,
)
from cargo.models import Consignment, Lot, Measure, Milestone, Status
from cargo.trips import last_move, slowest, times_of

DAY0 = datetime(2026, 3, 1, tzinfo=UTC)
MOMBASA = Spot("ke-port-mombasa", "port", "KE")
MALABA = Spot("xx-border-malaba", "border", "KE")
GATUNA = Spot("xx-border-gatuna", "border", "RW")
KIGALI = Spot("rw-city-kigali", "city", "RW")
# An export as its events come, in the order of its way: what, where, and which milestone that is.
EXPORT = [
    ("rra_released", None, "export_released"),
    ("loaded", KIGALI, "export_loaded"),
    ("border_in", GATUNA, "export_border2_in"),
    ("border_out", GATUNA, "export_border2_out"),
    ("border_in", MALABA, "export_border1_in"),
    ("border_out", MALABA, "export_border1_out"),
    ("gate_in", MOMBASA, "export_at_port"),
    ("loaded", MOMBASA, "export_aboard"),
    ("vessel_departed", MOMBASA, "export_departed"),
]
RAIL_NAMES = [("container", "import"), ("liquid_bulk", "import"), ("roro", "import"), ("container", "export")]
rails = st.sampled_from(RAIL_NAMES)


def happening(number: int, kind: str, spot: Spot | None, hours: float, **more: Any) -> Happening:
    values: dict[str, Any] = {
        "id": number,
        "key": UUID(int=number),
        "source": 1,
        "rank": 100,
        "kind": kind,
        "classifier": "ACT",
        "goods": "TGHU3054380",
        "spot": spot,
        "is_elsewhere": False,
        "occurred_at": DAY0 + timedelta(hours=hours),
        "is_day": False,
        "issued_at": None,
        "document": "",
        "function": "original",
        "corrects": None,
        "unit": None,
    }
    return Happening(**{**values, **more})


def export_events(count: int = len(EXPORT)) -> list[Happening]:
    rows = enumerate(EXPORT[:count], 1)
    return [happening(n, kind, spot, 10 * n, direction="export") for n, (kind, spot, _code) in rows]


@given(st.integers(0, len(EXPORT)), st.data())
def test_an_export_stands_where_its_last_event_says_whatever_their_order(count: int, data: st.DataObject) -> None:
    events = export_events(count)
    again = data.draw(st.lists(st.sampled_from(events), max_size=4)) if events else []
    found = standing(data.draw(st.permutations([*events, *again])))
    assert sorted(found.milestones, key=ORDER.__getitem__) == EXPORT_RAIL[:count]
    assert next_step(EXPORT_RAIL, found.milestones) == ([*EXPORT_RAIL, ""])[count]
    assert found.last == (events[-1] if events else None)
    assert not found.is_held


@pytest.mark.parametrize(("kind", "spot", "code"), EXPORT)
def test_the_same_word_means_another_milestone_the_other_way(kind: str, spot: Spot | None, code: str) -> None:
    outward = milestone_of(kind, spot, is_elsewhere=False, direction="export")
    inward = milestone_of(kind, spot, is_elsewhere=False)
    assert (outward, inward in EXPORT_RAIL, inward == outward) == (code, False, False)
    assert milestone_of(kind, spot, is_elsewhere=True, direction="export") == ""


@given(st.sets(st.integers(0, len(EXPORT) - 1)), st.integers(0, len(EXPORT) - 1), st.data())
def test_what_is_cancelled_is_as_if_it_had_not_been(kept: set[int], gone: int, data: st.DataObject) -> None:
    events = [event for n, event in enumerate(export_events()) if n in kept | {gone}]
    kind, spot, _code = EXPORT[gone]
    undone = happening(
        99, kind, spot, 10 * (gone + 1), direction="export", function="cancel", corrects=UUID(int=gone + 1)
    )
    shuffled = data.draw(st.permutations([*events, undone, undone]))
    left = [event for event in events if event.key != UUID(int=gone + 1)]
    assert standing(shuffled) == standing(left)
    assert withdrawn(shuffled) == {UUID(int=gone + 1): undone.key}


@given(st.lists(st.tuples(st.integers(1, 3), st.integers(0, 48), st.sampled_from([50, 100])), min_size=1, max_size=8), st.data())  # fmt: skip
def test_the_most_trusted_source_s_earliest_word_counts(said: list[tuple[int, int, int]], data: st.DataObject) -> None:
    events = [
        happening(n, "gate_out", MOMBASA, hours, source=source, rank=rank)
        for n, (source, hours, rank) in enumerate(said, 1)
    ]
    reached = standing(data.draw(st.permutations(events))).milestones["gate_out"]
    best = min(rank for _source, _hours, rank in said)
    assert reached.event.rank == best
    assert reached.event.occurred_at == min(event.occurred_at for event in events if event.rank == best)
    far = [
        event
        for event in events
        if event.source != reached.event.source
        and abs(event.occurred_at - reached.event.occurred_at) > timedelta(hours=1)
    ]
    assert (reached.is_actual, reached.is_contested) == (True, bool(far))


@given(rails, st.data())
def test_progress_never_falls_back_when_more_is_done(rail: tuple[str, str], data: st.DataObject) -> None:
    codes = rail_of(*rail)
    done = data.draw(st.lists(st.sampled_from(codes)))
    more = [*done, data.draw(st.sampled_from(codes))]
    before, after = progress(done), progress(more)
    assert after[0] >= before[0]
    assert progress(done[::-1]) == progress(dict.fromkeys(done)) == before
    assert {before[1], after[1]} <= set(Status.State.values)


@given(rails, st.data())
def test_the_next_step_is_never_one_that_is_done_or_overtaken(rail: tuple[str, str], data: st.DataObject) -> None:
    codes = rail_of(*rail)
    done = set(data.draw(st.lists(st.sampled_from(codes))))
    step = next_step(codes, done)
    stage = progress(done)[0]
    assert step not in done
    if step:
        assert stage_of(step) >= stage
        assert all(code in done or stage_of(code) < stage for code in codes[: codes.index(step)])
    else:
        assert all(code in done or stage_of(code) < stage for code in codes)


@pytest.mark.parametrize("rail", RAIL_NAMES)
def test_who_goes_along_a_rail_step_by_step_comes_to_its_end(rail: tuple[str, str]) -> None:
    done: list[str] = []
    while step := next_step(rail_of(*rail), done):
        assert step not in done
        done.append(step)
    assert done == rail_of(*rail)
    assert progress(done)[1] in Status.DONE


def test_every_milestone_has_its_place_its_stage_and_its_holder() -> None:
    every = {code for rail in [*RAILS.values(), GENERAL_RAIL, EXPORT_RAIL] for code in rail}
    assert (every - set(ORDER), every - set(HOLDERS), [code for code in every if stage_of(code) < 0]) == (
        set(),
        set(),
        [],
    )
    for kind in Consignment.CargoKind.values:
        for direction in Consignment.Direction.values:
            codes = rail_of(kind, direction)
            assert [ORDER[code] for code in codes] == sorted(ORDER[code] for code in codes)


reached = st.dictionaries(st.sampled_from(list(ORDER)), st.floats(0, 1000), max_size=14)


@given(reached, st.floats(0, 1200), st.sampled_from([*RAILS, "roro"]))
def test_every_hour_of_a_trip_is_booked_once(trip: dict[str, float], at: float, kind: str) -> None:
    now = DAY0 + timedelta(hours=at)
    found = spans({code: DAY0 + timedelta(hours=hours) for code, hours in trip.items()}, kind, at=now)
    assert [span.is_open for span in found[:-1]] == [False] * (len(found) - 1 if found else 0)
    assert all(one.ended_at == other.began_at for one, other in pairwise(found))
    assert all(span.lasted >= timedelta(0) for span in found)
    booked = by_part(found)
    assert list(booked) == [part for part in (*PARTS, APART) if part in booked]
    whole = found[-1].ended_at - found[0].began_at if found else timedelta(0)
    assert sum(booked.values(), timedelta(0)) == whole


@given(reached, st.floats(0, 1000), st.floats(0, 500), st.sampled_from([*RAILS, "roro"]))
def test_what_lies_ahead_changes_nothing_of_what_has_been(
    trip: dict[str, float], at: float, more: float, kind: str
) -> None:
    now = DAY0 + timedelta(hours=at)
    known = {code: DAY0 + timedelta(hours=hours) for code, hours in trip.items() if hours <= at}
    later = {code: DAY0 + timedelta(hours=at + more + 1) for code in ORDER if code not in trip}
    ended = [span for span in spans(known, kind, at=now) if not span.is_open]
    assert [span for span in spans({**known, **later}, kind, at=now) if not span.is_open] == ended


def milestone(code: str, unit: int | None, hours: float) -> Milestone:
    return Milestone(code=code, unit_id=unit, actual_at=DAY0 + timedelta(hours=hours))


told = st.lists(
    st.tuples(st.sampled_from(list(ORDER)), st.sampled_from([None, 1, 2, 3]), st.integers(0, 99)),
    unique_by=lambda each: each[:2],
    max_size=12,
)


def facts(trip: Sequence[Milestone]) -> set[tuple[str, int | None, datetime | None]]:
    return {(each.code, each.unit_id, each.actual_at) for each in trip}


@given(told, st.data())
def test_the_trip_that_speaks_is_the_same_in_any_order(
    said: list[tuple[str, int | None, int]], data: st.DataObject
) -> None:
    rows = [milestone(*each) for each in said]
    shuffled = data.draw(st.permutations(rows))
    one, other = slowest(rows), slowest(shuffled)
    assert facts(one) == facts(other)
    assert times_of(one) == times_of(other)
    moves = [last_move(trip) for trip in (one, other)]
    assert [move and move.code for move in moves] == [moves[0] and moves[0].code] * 2
    if rows:
        assert {each.unit_id for each in one} <= {each.unit_id for each in rows}
        assert {each.code for each in rows if each.unit_id == one[0].unit_id} == {each.code for each in one}


def measure(stage: str, litres: int, density: str | None, *, is_back: bool = False) -> Measure:
    return Measure(
        stage=stage,
        litres=Decimal(litres),
        density=None if density is None else Decimal(density),
        taken_back_at=DAY0 if is_back else None,
    )


parts = st.lists(
    st.builds(
        measure,
        st.sampled_from(STAGES),
        st.integers(1, 10**11),
        st.sampled_from([None, "0.4000", "0.8350", "2.0000"]),
        is_back=st.booleans(),
    ),
    max_size=14,
)


@given(parts, st.data())
def test_losses_are_the_same_in_any_order_and_add_up(said: list[Measure], data: st.DataObject) -> None:
    stages = reckon(said)
    assert reckon(data.draw(st.permutations(said))) == stages
    counting = [each for each in said if each.taken_back_at is None]
    assert [each.stage for each in stages] == [stage for stage in STAGES if stage in {each.stage for each in counting}]
    assert sum(each.parts for each in stages) == len(counting)
    assert sum(each.litres for each in stages) == sum(each.litres for each in counting)
    for one, other in pairwise(stages):
        assert (other.before, other.loss) == (one.stage, one.litres - other.litres)
    if stages:
        first = stages[0]
        assert (first.before, first.loss, first.percent, first.allowed, first.is_over) == ("", None, None, None, None)
        assert sum(each.loss or 0 for each in stages) == first.litres - stages[-1].litres


@given(parts)
def test_the_whole_is_what_was_lost_between_and_nothing_twice(said: list[Measure]) -> None:
    line = LotLine(Lot(), reckon(said), said)
    if len(line.stages) < 2:
        assert line.whole is None
        return
    assert line.whole is not None
    assert line.whole.loss == sum(each.loss or 0 for each in line.stages)
    assert (line.whole.before, line.whole.stage) == (line.stages[0].stage, line.stages[-1].stage)
    assert line.whole == compared(line.stages[-1], line.stages[0])


@given(parts, parts)
def test_what_was_taken_back_counts_for_nothing(said: list[Measure], back: list[Measure]) -> None:
    for each in back:
        each.taken_back_at = DAY0
    assert reckon([*back, *said]) == reckon(said)


@given(st.lists(st.integers(1, 10**9), min_size=1, max_size=8), st.integers(1, 10**10))
def test_a_stage_in_parts_is_as_one_whole(litres: list[int], before: int) -> None:
    tanker = measure("tanker", before, "0.8000")
    in_parts = reckon([tanker, *(measure("ashore", each, "0.5000") for each in litres)])[1]
    as_one = reckon([tanker, measure("ashore", sum(litres), "0.5000")])[1]
    names = ("litres", "loss", "percent", "allowed", "is_over", "before")
    assert [getattr(in_parts, name) for name in names] == [getattr(as_one, name) for name in names]
    assert in_parts.tonnes is not None
    assert as_one.tonnes is not None
    # Each part is rounded to the kilogram.
    assert abs(in_parts.tonnes - as_one.tonnes) <= Decimal("0.0005") * (len(litres) + 1)


@given(parts)
def test_tonnes_are_known_where_every_density_is(said: list[Measure]) -> None:
    for stage in reckon(said):
        of_stage = [each for each in said if each.stage == stage.stage and each.taken_back_at is None]
        is_known = all(each.density is not None for each in of_stage)
        assert (stage.tonnes is not None) == is_known
        if is_known:
            assert stage.tonnes == sum(each.tonnes or 0 for each in of_stage)


@given(st.integers(1, 10**9), st.integers(0, 10**9))
def test_more_than_is_assumed_to_be_allowed_is_over(left: int, lost: int) -> None:
    arrived = left - lost
    if arrived <= 0:
        return
    stage = reckon([measure("tanker", left, None), measure("ashore", arrived, None)])[1]
    assert stage.allowed is not None
    assert abs(stage.allowed - Decimal(left) * 5 / 1000) <= Decimal("0.5")
    assert (stage.loss, stage.is_over) == (Decimal(lost), lost > stage.allowed)
