"""Milestones are a pure function of the set of events."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from uuid import UUID

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from cargo.meaning import Spot
from cargo.milestones import GENERAL_RAIL, RAILS, Happening, next_step, progress, standing, withdrawn
from tests.choices import any_of

DAY0 = datetime(2026, 3, 1, tzinfo=UTC)
MOMBASA = Spot("ke-port-mombasa", "port", "KE")
MALABA = Spot("xx-border-malaba", "border", "KE")
GATUNA = Spot("xx-border-gatuna", "border", "RW")
KIGALI = Spot("rw-port-klp", "dry_port", "RW")


def happening(
    number: int,
    kind: str,
    *,
    hours: float = 0,
    spot: Spot | None = None,
    classifier: str = "ACT",
    source: int = 1,
    rank: int = 100,
    function: str = "original",
    corrects: int | None = None,
    document: str = "",
    issued_hours: float | None = None,
    is_elsewhere: bool = False,
    restated_hours: float | None = None,
    series: int | None = None,
    document_type: str = "",
) -> Happening:
    return Happening(
        document_type=document_type,
        id=number,
        key=UUID(int=number),
        source=source,
        rank=rank,
        kind=kind,
        classifier=classifier,
        goods="TGHU3054380",
        spot=spot,
        is_elsewhere=is_elsewhere,
        occurred_at=DAY0 + timedelta(hours=hours),
        is_day=False,
        issued_at=None if issued_hours is None else DAY0 + timedelta(hours=issued_hours),
        document=document,
        function=function,
        corrects=None if corrects is None else UUID(int=corrects),
        unit=None,
        restated_at=None if restated_hours is None else DAY0 + timedelta(hours=restated_hours),
        series=None if series is None else UUID(int=series),
    )


def actuals(*events: Happening) -> dict[str, datetime]:
    return {
        code: reached.event.occurred_at for code, reached in standing(events).milestones.items() if reached.is_actual
    }


def test_a_trip_reaches_its_milestones_in_order() -> None:
    events = [
        happening(1, "discharged", hours=1, spot=MOMBASA),
        happening(2, "gate_out", hours=80, spot=MOMBASA),
        happening(3, "border_in", hours=140, spot=MALABA),
        happening(4, "border_out", hours=148, spot=MALABA),
        happening(5, "border_in", hours=200, spot=GATUNA),
        happening(6, "border_out", hours=202, spot=GATUNA),
        happening(7, "arrived_kigali", hours=206, spot=KIGALI),
    ]
    assert actuals(*events) == {
        "discharged": DAY0 + timedelta(hours=1),
        "gate_out": DAY0 + timedelta(hours=80),
        "border1_in": DAY0 + timedelta(hours=140),
        "border1_out": DAY0 + timedelta(hours=148),
        "border2_in": DAY0 + timedelta(hours=200),
        "border2_out": DAY0 + timedelta(hours=202),
        "arrived_kigali": DAY0 + timedelta(hours=206),
    }
    assert standing(events).last == events[-1]


def test_a_discharge_at_a_transhipment_port_is_not_the_discharge_at_mombasa() -> None:
    assert actuals(happening(1, "discharged", is_elsewhere=True)) == {}


def test_a_border_without_a_known_post_is_no_milestone() -> None:
    assert actuals(happening(1, "border_in")) == {}


def test_the_first_actual_counts_among_equals_and_the_trusted_source_before_that() -> None:
    early = happening(1, "gate_out", hours=10, spot=MOMBASA, source=1)
    late = happening(2, "gate_out", hours=15, spot=MOMBASA, source=2)
    assert standing([early, late]).milestones["gate_out"].event == early
    assert standing([early, late]).milestones["gate_out"].is_contested is True
    trusted = replace(late, rank=10)
    assert standing([early, trusted]).milestones["gate_out"].event == trusted


def test_two_sources_that_agree_within_the_hour_do_not_contest() -> None:
    one = happening(1, "gate_out", hours=10, spot=MOMBASA, source=1)
    other = happening(2, "gate_out", hours=10.5, spot=MOMBASA, source=2)
    assert standing([one, other]).milestones["gate_out"].is_contested is False


def test_an_expectation_gives_way_to_the_actual_and_to_one_issued_later() -> None:
    first = happening(1, "vessel_arrived", hours=50, spot=MOMBASA, classifier="EST", issued_hours=1)
    second = happening(2, "vessel_arrived", hours=60, spot=MOMBASA, classifier="EST", issued_hours=2)
    reached = standing([second, first]).milestones["vessel_arrived"]
    assert (reached.event, reached.is_actual) == (second, False)
    actual = happening(3, "vessel_arrived", hours=55, spot=MOMBASA)
    reached = standing([actual, second, first]).milestones["vessel_arrived"]
    assert (reached.event, reached.is_actual) == (actual, True)


def test_a_cancellation_withdraws_the_event_that_it_names() -> None:
    original = happening(1, "gate_out", hours=10, spot=MOMBASA)
    cancel = happening(2, "gate_out", hours=10, spot=MOMBASA, function="cancel", corrects=1)
    assert withdrawn([original, cancel]) == {original.key: cancel.key}
    assert actuals(original, cancel) == {}
    assert actuals(original) == {"gate_out": DAY0 + timedelta(hours=10)}


def test_a_cancellation_of_another_source_withdraws_nothing() -> None:
    original = happening(1, "gate_out", hours=10, spot=MOMBASA, source=1)
    cancel = happening(2, "gate_out", hours=10, spot=MOMBASA, source=2, function="cancel", corrects=1)
    assert withdrawn([original, cancel]) == {}


def test_a_replacement_takes_the_place_of_the_document_it_replaces() -> None:
    original = happening(1, "gate_out", hours=10, spot=MOMBASA, document="D1", issued_hours=11)
    better = happening(2, "gate_out", hours=12, spot=MOMBASA, document="D1", issued_hours=13, function="replace")
    assert actuals(original, better) == {"gate_out": DAY0 + timedelta(hours=12)}


def test_of_many_that_are_replaced_without_a_document_only_the_last_is() -> None:
    events = [happening(n, "gate_out", hours=n, spot=MOMBASA, issued_hours=n) for n in (1, 2, 3)]
    better = happening(9, "gate_out", hours=9, spot=MOMBASA, issued_hours=2.5, function="replace", corrects=99)
    assert withdrawn([*events, better]) == {events[1].key: better.key}
    # Where it is not said which node, or it names the one that it replaces, it is no other.
    assert withdrawn([*events, replace(better, spot=None)]) == {}
    assert withdrawn([*events, replace(better, spot=GATUNA)]) == {}
    assert withdrawn([*events, replace(better, classifier="EST")]) == {}
    assert withdrawn([*events, replace(better, corrects=events[0].key)]) == {events[0].key: better.key}
    gone = happening(8, "gate_out", hours=2, spot=MOMBASA, issued_hours=2.2, function="cancel", corrects=2)
    assert withdrawn([*events, better, gone]) == {events[1].key: better.key}


def test_a_hold_lasts_until_it_is_released() -> None:
    held = happening(1, "held", hours=5, spot=MOMBASA)
    released = happening(2, "hold_released", hours=9, spot=MOMBASA)
    assert standing([held]).is_held is True
    assert standing([released, held]).is_held is False


@pytest.mark.parametrize(
    ("held", "ends"),
    [
        ("CUS", {"hold_released CUS", "hold_released", "kra_cleared"}),
        ("SRM", {"hold_released SRM", "hold_released", "do_issued"}),
        ("TRD", {"hold_released TRD", "hold_released"}),
        ("", {"hold_released CUS", "hold_released"}),
    ],
)
def test_a_hold_is_lifted_by_what_was_held_alone(held: str, ends: set[str]) -> None:
    kinds = ["kra_cleared", "do_issued", "rra_released", "document"]
    words = [*kinds, "hold_released", *(f"hold_released {name}" for name in ("CUS", "SRM", "TRD"))]
    hold = happening(1, "held", hours=5, document_type=held)
    lifted = set()
    for word in words:
        kind, _blank, of = word.partition(" ")
        before, after = (happening(key, kind, hours=hours, document_type=of) for key, hours in ((2, 4), (3, 6)))
        assert standing([hold, before]).hold == hold
        assert standing([after, hold]).hold in (hold, after)
        lifted |= {word} if not standing([after, hold]).is_held else set()
    assert lifted == ends


def test_of_two_holds_each_has_to_be_lifted() -> None:
    line, customs = (happening(key, "held", hours=key, document_type=of) for key, of in ((1, "SRM"), (2, "CUS")))
    cleared, order = happening(3, "kra_cleared", hours=5), happening(4, "do_issued", hours=6)
    words = [
        standing(said).hold for said in ([line, customs], [line, customs, cleared], [order, line, customs, cleared])
    ]
    assert words == [customs, line, order]
    assert standing([cleared, order]).hold is None


@pytest.mark.parametrize(
    ("kind", "spot"),
    [
        *[(kind, KIGALI) for kind in ("duty_paid", "rra_released", "bond_debited", "bond_cancelled", "declared")],
        *[(kind, None) for kind in ("rra_released", "do_issued", "kra_cleared", "held", "hold_released")],
    ],
)
def test_what_is_done_at_a_desk_moves_no_goods(kind: str, spot: Spot | None) -> None:
    there, paper = happening(1, "border_in", spot=MALABA), happening(2, kind, hours=5, spot=spot)
    assert standing([there, paper]).last == there
    # Where nothing else was heard it is the last word.
    assert standing([paper]).last == paper
    assert standing([there, paper]).is_held is (kind == "held")


@pytest.mark.parametrize(
    ("kind", "spot"), [("held", MOMBASA), ("kra_cleared", MOMBASA), ("weighed", None), ("border_out", None)]
)
def test_what_is_done_to_the_goods_tells_where_they_are_or_that_it_is_not_known(kind: str, spot: Spot | None) -> None:
    there, later = happening(1, "border_in", spot=MALABA), happening(2, kind, hours=5, spot=spot)
    assert standing([there, later]).last == later


@pytest.mark.parametrize(
    ("done", "state", "step"),
    [
        ([], "registered", "vessel_departed"),
        (["rra_released"], "registered", "vessel_departed"),
        (["vessel_departed"], "at_sea", "vessel_arrived"),
        (["discharged"], "at_port", "rra_released"),
        (["discharged", "rra_released", "do_issued"], "at_port", "kra_cleared"),
        (["gate_out"], "on_road", "border1_in"),
        (["gate_out", "border1_in"], "at_border", "border1_out"),
        (["border2_out"], "on_road", "arrived_kigali"),
        (["arrived_kigali"], "in_kigali", "released_kigali"),
        (["delivered"], "delivered", "empty_returned"),
        (["delivered", "empty_returned"], "closed", ""),
    ],
)
def test_progress_and_next_step(done: list[str], state: str, step: str) -> None:
    assert progress(done)[1] == state
    assert next_step(RAILS["container"], done) == step


_ANY = any_of(
    kind="discharged gate_out border_in border_out arrived_kigali delivered held hold_released".split(),
    hours=range(41),
    spot=[None, MOMBASA, MALABA, GATUNA, KIGALI],
    classifier=["ACT", "ACT", "EST", "PLN"],
    source=[1, 2],
    rank=[50, 100],
    document=["", "D1", "D2"],
)
_ANY_CHANGE = any_of(
    function=["original", "original", "original", "replace", "cancel"],
    issued_hours=[*[None] * 6, *range(6)],
    corrects=[*[None] * 12, *range(1, 13)],
    restated_hours=[*[None] * 6, *range(6, 9)],
    series=[None, None, 1, 2],
)
_HOW_MANY = st.integers(1, 12)


@st.composite
def _event_sets(draw: st.DrawFn) -> list[Happening]:
    count = draw(_HOW_MANY)
    found = [{**draw(_ANY), **draw(_ANY_CHANGE)} for _ in range(count)]
    for values in found:
        # Of those that are there.
        values["corrects"] = values["corrects"] and (values["corrects"] - 1) % count + 1
    return [happening(number, **values) for number, values in enumerate(found, 1)]


@settings(max_examples=300, deadline=None)
@given(events=_event_sets(), data=st.data())
def test_any_order_and_any_duplicates_give_the_same_answer(events: list[Happening], data: st.DataObject) -> None:
    shuffled = data.draw(st.permutations(events))
    doubled = shuffled + data.draw(st.lists(st.sampled_from(events), max_size=5))
    assert standing(doubled) == standing(events)
    assert withdrawn(shuffled) == withdrawn(events)


def test_every_rail_names_each_milestone_once() -> None:
    for rail in [*RAILS.values(), GENERAL_RAIL]:
        assert len(rail) == len(set(rail))
