"""A consignment shaped for its page: where it is, who says so, what is done, expected, contested and withdrawn."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from django.utils import translation

from cargo import presenting
from cargo.deriving import events_of
from cargo.milestones import rail_of, withdrawn
from cargo.models import Consignment, Event, Milestone, Status, Unit
from cargo.presenting import EventLine, StatusLine, Step
from cargo.registration import Particulars, register
from cargo.usual import NOTHING, Figures, Usual
from feeds.models import Source
from tests.cargo.test_deriving import carrier, gate_out, said_by_carrier
from tests.cargo.test_reading import BOX, NOW, OTHER_BOX, csv, row, take_in
from tests.conftest import Cast

__all__ = ["carrier"]
NAIROBI, KIGALI = ZoneInfo("Africa/Nairobi"), ZoneInfo("Africa/Kigali")


def standing() -> StatusLine:
    return presenting.status_line(Status.objects.select_related("event__node", "event__source").get())


def milestones() -> list[Milestone]:
    return list(Milestone.objects.select_related("event__node", "event__source").order_by("pk"))


def rail(figures: Figures = NOTHING) -> dict[str, Step]:
    consignment = Consignment.objects.select_related("status").get()
    units = list(consignment.units.order_by("pk"))
    steps = presenting.rail_steps(consignment, milestones(), units, figures=figures, at=NOW)
    assert [step.code for step in steps] == rail_of(consignment.cargo_kind)
    return {step.code: step for step in steps}


def states() -> dict[str, str]:
    """The state of each step that is not unknown."""
    return {code: step.state for code, step in rail().items() if step.state != "unknown"}


def lines() -> list[EventLine]:
    events = Event.objects.select_related("node", "source").order_by("-occurred_at", "-pk")
    return presenting.event_lines(
        events, withdrawn(happening for _pk, happening, _at in events_of([Consignment.objects.get().pk]))
    )


def test_before_anything_is_heard(consignment: Consignment) -> None:
    line = standing()
    assert line.headline == "Nothing has been heard of this consignment yet"
    assert (line.since, line.received_at, line.source_name, line.node_name) == (None, None, "", "")
    assert (line.held_by, line.next_step) == ("the shipping line", "The ship has to sail")
    assert states() == {}


def test_the_status_says_where_since_when_who_says_so_and_who_is_next(clerk: Source, consignment: Consignment) -> None:
    take_in(clerk, csv(row("gate_out", 3)))
    event = Event.objects.get()
    assert standing() == StatusLine(
        state="on_road",
        state_label="On the road",
        headline="Out of the gate, Port of Mombasa",
        node_name="Port of Mombasa",
        node_zone="Africa/Nairobi",
        since=(NOW - timedelta(hours=3)).astimezone(NAIROBI),
        source_name="Clerk",
        received_at=event.received_at,
        held_by="the transporter",
        next_step="The truck has to reach the Kenya–Uganda border",
        is_held=False,
    )


def test_a_hold_is_the_headline(clerk: Source, consignment: Consignment) -> None:
    take_in(clerk, csv(row("discharged", 3), row("held", 2)))
    assert (standing().headline, standing().is_held) == ("On hold, Port of Mombasa", True)


def test_a_step_is_done_when_every_box_has_done_it(clerk: Source, consignment: Consignment) -> None:
    take_in(clerk, csv(row("gate_out", 3), row("vessel_arrived", -80, classifier="EST")))
    assert states() == {"gate_out": "partly", "vessel_arrived": "expected"}
    take_in(clerk, csv(row("gate_out", 1, box=OTHER_BOX)))
    step = rail()["gate_out"]
    assert (step.state, step.done_units, step.units, step.is_now) == ("done", 2, 2, False)
    assert step.at == (NOW - timedelta(hours=1)).astimezone(NAIROBI)
    assert (step.label, step.place, step.source, step.zone) == (
        "Out of the gate",
        "Port of Mombasa",
        "Clerk",
        "Africa/Nairobi",
    )


def test_an_expectation_shows_its_own_time_and_an_unknown_step_none(clerk: Source, consignment: Consignment) -> None:
    take_in(clerk, csv(row("vessel_arrived", -80, classifier="EST")))
    assert rail()["vessel_arrived"].at == (NOW + timedelta(hours=80)).astimezone(NAIROBI)
    unknown = rail()["discharged"]
    assert (unknown.at, unknown.place, unknown.source, unknown.received_at) == (None, "", "", None)


@pytest.mark.parametrize(
    "said",
    [
        [],
        [row("gate_out", 3)],
        [row("gate_out", 3), row("discharged", 9, box=OTHER_BOX)],
        [row("discharged", 9), row("discharged", 9, box=OTHER_BOX), row("gate_out", 3)],
        [row("rra_released", 90), row("vessel_departed", 99, node="")],
    ],
)
def test_the_rail_marks_the_step_that_the_status_waits_for(
    clerk: Source, consignment: Consignment, said: list[str]
) -> None:
    take_in(clerk, csv(*said, row("weighed", 1, box="MSCU1234566")))
    assert [step.code for step in rail().values() if step.is_now] == [Consignment.objects.get().status.next_step]


def test_a_step_is_late_once_its_time_is_past_and_nothing_was_heard(clerk: Source, consignment: Consignment) -> None:
    take_in(clerk, csv(row("vessel_arrived", 2, classifier="EST"), row("discharged", -2, classifier="EST")))
    assert states() == {"vessel_arrived": "late", "discharged": "expected"}
    assert rail()["vessel_arrived"].late == "The time at which it was expected is past, and nothing has been heard."
    # What something later has overtaken is only not told.
    take_in(clerk, csv(row("discharged", 1)))
    assert (states()["vessel_arrived"], states()["discharged"], rail()["discharged"].late) == ("expected", "partly", "")


def test_the_next_step_is_late_when_nine_in_ten_were_quicker(clerk: Source, consignment: Consignment) -> None:
    take_in(clerk, csv(row("border_in", 9, node="xx-border-malaba")))
    usual = Usual(timedelta(hours=6), timedelta(hours=8), 30)
    late = {("container", "border1_out"): usual, ("container", "border1_in"): usual, ("roro", "border1_out"): usual}
    found = rail(Figures({}, late, {}))
    assert {code: step.late for code, step in found.items() if step.late} == {
        "border1_out": "It takes longer than with nine in ten of like cargo."
    }
    assert (found["border1_out"].state, found["border1_out"].is_now) == ("late", True)
    few = {("container", "border1_out"): replace(usual, n=29)}
    assert {step.late for step in rail(Figures({}, few, {})).values()} == {""}


def test_units_that_part_ways_are_named(clerk: Source, consignment: Consignment) -> None:
    take_in(clerk, csv(row("gate_out", 3)))
    step = rail()["gate_out"]
    assert (step.boxes, step.others) == ((BOX,), (OTHER_BOX,))
    take_in(clerk, csv(row("gate_out", 1, box=OTHER_BOX)))
    assert (rail()["gate_out"].boxes, rail()["gate_out"].others) == ((), ())


def test_at_the_end_of_the_rail_nothing_is_next(clerk: Source, consignment: Consignment) -> None:
    take_in(clerk, csv(*(row("empty_returned", 3, box=box) for box in (BOX, OTHER_BOX))))
    assert (standing().next_step, standing().held_by) == ("", "")
    assert not any(step.is_now for step in rail().values())


def test_an_event_comes_with_its_source_s_own_words(clerk: Source, consignment: Consignment) -> None:
    at = NOW - timedelta(hours=3)
    said = f",{BOX},,arrived_kigali,ACT,rw-city-kigali,{at.isoformat()},Gate 2"
    take_in(clerk, csv(said))
    assert lines() == [
        EventLine(
            kind_label="Arrived in Kigali",
            classifier="ACT",
            classifier_label="happened",
            place="Kigali",
            at=at.astimezone(KIGALI),
            zone="Africa/Kigali",
            source="Clerk",
            received_at=Event.objects.get().received_at,
            words=said,
            remark="Gate 2",
            flags=[],
            corrects=False,
            is_withdrawn=False,
            container=BOX,
        )
    ]


def test_a_day_is_shown_as_a_day_at_its_place(clerk: Source, consignment: Consignment) -> None:
    take_in(clerk, csv(f",{BOX},,gate_out,ACT,ke-port-mombasa,2026-11-01,"))
    assert (lines()[0].at, type(standing().since)) == (date(2026, 11, 1), date)
    assert not isinstance(rail()["gate_out"].at, datetime)


def test_a_place_of_none_of_ours_is_shown_in_the_sender_s_words(carrier: Source, consignment: Consignment) -> None:
    elsewhere = {"UNLocationCode": "LKCMB", "modeOfTransport": "VESSEL"}
    take_in(carrier, said_by_carrier("e1", "DISC", 9, made=8, transportCall=elsewhere))
    (line,) = lines()
    assert (line.place, line.zone) == ("LKCMB", "Asia/Colombo")
    assert line.flags == ["The place is not one of the corridor's nodes."]


def test_a_withdrawn_event_and_its_correction_are_told_apart(gate: Source, consignment: Consignment) -> None:
    take_in(gate, gate_out("D1", 5, made=4))
    take_in(gate, gate_out("D1", 3, function="5", made=2))
    assert [(line.is_withdrawn, line.corrects) for line in lines()] == [(False, True), (True, False)]


def test_what_sources_disagree_on_is_said_once_with_the_one_in_use(
    gate: Source, clerk: Source, carrier: Source, consignment: Consignment
) -> None:
    take_in(clerk, csv(row("discharged", 30), row("gate_out", 5)))
    take_in(gate, gate_out("D1", 5.5, made=4))
    assert presenting.conflicts(milestones()) == []
    take_in(carrier, said_by_carrier("e1", "DISC", 27, made=26))
    (conflict,) = presenting.conflicts(milestones())
    assert conflict.sentence == "Discharged: sources give different times. Shown is that of Carrier."
    assert (conflict.source, conflict.received_at) == ("Carrier", carrier.delivery_set.get().received_at)


def test_each_box_says_how_far_it_has_come(clerk: Source, consignment: Consignment) -> None:
    take_in(clerk, csv(row("gate_out", 3), row("vessel_arrived", -80, classifier="EST", box=OTHER_BOX)))
    units = list(Unit.objects.order_by("pk"))
    lines = presenting.unit_lines(units, milestones())
    assert [(line.container, line.headline, line.source, line.received_at is None) for line in lines] == [
        (BOX, "On the road", "Clerk", False),
        (OTHER_BOX, "Nothing heard yet", "", True),
    ]


@pytest.mark.parametrize(
    ("names", "text"), [([], ""), (["A"], "A"), (["A", "B"], "A, B"), (["A", "B", "C", "D"], "A and 3 more")]
)
def test_boxes_in_a_few_words(names: list[str], text: str) -> None:
    assert presenting.unit_text([Unit(container=name) for name in names]) == text


def test_goods_without_a_box_pass_their_own_rail(cast: Cast, clerk: Source) -> None:
    fuel = Particulars(consignee=cast.importer_firm, bill_of_lading="F1", cargo_kind="liquid_bulk")
    register(particulars=fuel, by=None, at=NOW)
    take_in(clerk, csv(f",,F1,pipeline_in,ACT,,{(NOW - timedelta(hours=2)).isoformat()},"))
    step = rail()["pipeline_in"]
    assert (step.state, step.done_units, step.units) == ("done", 1, 1)


def test_it_is_said_in_the_reader_s_language(clerk: Source, consignment: Consignment) -> None:
    take_in(clerk, csv(row("gate_out", 3)))
    english = standing()
    with translation.override("fr"):
        french = standing()
    assert french.headline != english.headline
    assert french.state_label != english.state_label
    assert (french.node_name, french.source_name) == (english.node_name, english.source_name)


@pytest.mark.parametrize(
    ("state", "is_held", "tone"),
    [
        ("registered", False, ""), ("at_port", False, "soon"), ("at_border", False, "soon"), ("delivered", False, "good"),
        ("closed", False, "good"), ("at_port", True, "bad"), ("delivered", True, "bad"),
    ],
)  # fmt: skip
def test_a_colour_means_the_same_everywhere(state: str, is_held: bool, tone: str) -> None:
    assert presenting.status_line(Status(state=state, is_held=is_held)).tone == tone
