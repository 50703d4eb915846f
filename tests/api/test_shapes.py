"""Consignments, events, milestones and forecasts as JSON: every field, unknown as null, times with their offset."""

from __future__ import annotations

import json
from datetime import timedelta
from decimal import Decimal
from typing import Any

import pytest
from django.utils import translation

from api.shapes import at_shape, consignment_shape, event_shape, forecast_shape, milestone_shapes
from cargo.charges.reckoning import Money
from cargo.milestones import EXPORT_RAIL, rail_of
from cargo.models import Consignment, Event, Forecast, Milestone, Status
from cargo.registration import Particulars, register
from cargo.rows import Row, whole_rows
from feeds.models import Source
from tests.cargo.test_reading import BOX, NOW, OTHER_BOX, csv, row, take_in
from tests.conftest import AT, Cast

MALABA = "xx-border-malaba"


def the_one() -> Row:
    found: Any = whole_rows().get()
    return Row._make(found)


def latest() -> Event:
    return Event.objects.select_related("node", "source").latest("pk")


def rows(consignment: Consignment) -> list[Milestone]:
    return list(consignment.milestones.select_related("event__node", "event__source", "unit").order_by("pk"))


def test_before_anything_is_heard_all_that_is_unknown_is_null(consignment: Consignment) -> None:
    shape = consignment_shape(the_one(), [BOX, OTHER_BOX], None, at=AT)
    moved = Status.objects.get().moved_at
    assert shape == {
        "ref": consignment.ref,
        "bill_of_lading": "UMUC2611001",
        "consignee": "Umucyo Traders",
        "cargo_kind": "container",
        "goods": "Rice",
        "own_reference": "",
        "direction": "import",
        "hs_code": "",
        "weight_t": None,
        "containers": [BOX, OTHER_BOX],
        "vessel": "",
        "voyage": "",
        "state": "registered",
        "is_held": False,
        "at": None,
        "held_by": "line",
        "next_step": "vessel_departed",
        "arrival": None,
        "money": None,
        "merged_into": None,
        "updated_at": (moved + timedelta(hours=2)).replace(tzinfo=None).isoformat() + "+02:00",
    }


@pytest.mark.parametrize(
    ("weight", "number"), [(None, None), ("24.500", 24.5), ("0.001", 0.001), ("99999.999", 99999.999)]
)
def test_a_weight_is_a_number(consignment: Consignment, weight: str | None, number: float | None) -> None:
    Consignment.objects.update(weight_t=weight and Decimal(weight))
    found = json.loads(json.dumps(consignment_shape(the_one(), [], None, at=AT)))["weight_t"]
    assert (found, type(found)) == (number, type(number))


def test_no_money_is_nothing_and_not_naught(consignment: Consignment) -> None:
    assert consignment_shape(the_one(), [], None, at=AT)["money"] is None
    found = consignment_shape(the_one(), [], Money(AT.date(), ()), at=AT)["money"]
    assert (found["currency"], found["clocks"].text) == ("USD", "[]")


@pytest.mark.parametrize(
    ("node", "offset"),
    [("ke-port-mombasa", "+03:00"), (MALABA, "+03:00"), ("rw-city-kigali", "+02:00"), ("xx-border-gatuna", "+02:00")],
)
def test_times_are_those_of_the_place(clerk: Source, consignment: Consignment, node: str, offset: str) -> None:
    kind = "border_in" if "border" in node else "gate_out"
    take_in(clerk, csv(row(kind, 3, node=node)))
    event, at = latest(), at_shape(the_one())
    assert at is not None
    assert (at["node"], at["source"]) == (node, "Clerk")
    shaped = event_shape(event)
    for said in (at["since"], at["received_at"], shaped["occurred_at"], shaped["received_at"]):
        assert said.endswith(offset)
    assert at["since"] == shaped["occurred_at"]
    assert at["place"] == shaped["place"] == (event.node and event.node.name)


def test_an_event_says_what_its_source_said(clerk: Source, consignment: Consignment) -> None:
    take_in(clerk, csv(row("gate_out", 1) + "by the <b>gate</b>"))
    event = latest()
    shape = event_shape(event)
    assert {name: shape[name] for name in shape if name not in ("occurred_at", "received_at", "place")} == {
        "id": str(event.key),
        "kind": "gate_out",
        "classifier": "ACT",
        "node": "ke-port-mombasa",
        "source": "Clerk",
        "source_words": event.words,
        "remark": "by the <b>gate</b>",
        "container": BOX,
        "function": "original",
        "corrects": None,
        "delivery": event.delivery_id,
        "flags": [],
    }
    json.dumps(shape)


def test_a_place_that_is_not_known_is_told_in_the_senders_words(clerk: Source, consignment: Consignment) -> None:
    take_in(clerk, csv(row("weighed", 1)))
    Event.objects.update(node=None, place="Somewhere on the hill", flags=["unknown_place"])
    shape = event_shape(latest())
    assert (shape["node"], shape["place"], shape["flags"]) == (None, "Somewhere on the hill", ["unknown_place"])


def test_a_day_alone_is_a_date(clerk: Source, consignment: Consignment) -> None:
    take_in(clerk, csv(row("gate_out", 30)))
    Event.objects.update(is_day=True)
    Milestone.objects.update(is_day=True)
    day = (NOW - timedelta(hours=27)).date().isoformat()
    (found,) = [each for each in milestone_shapes(consignment, rows(consignment)) if each["state"] == "done"]
    assert (event_shape(latest())["occurred_at"], found["actual_at"], found["expected_at"]) == (day, day, None)


@pytest.mark.parametrize("kind", Consignment.CargoKind.values)
@pytest.mark.parametrize("direction", Consignment.Direction.values)
def test_the_rail_is_whole_and_in_its_order(cast: Cast, kind: str, direction: str) -> None:
    said = Particulars(consignee=cast.importer_firm, bill_of_lading="B1", cargo_kind=kind, direction=direction)
    made = register(particulars=said, by=None, at=AT)
    shapes = milestone_shapes(made, [])
    assert [each["code"] for each in shapes] == rail_of(kind, direction)
    assert (shapes[0]["code"] == EXPORT_RAIL[0]) == (direction == "export")
    assert {each["state"] for each in shapes} == {"unknown"}
    assert {value for each in shapes for name, value in each.items() if name not in ("code", "label", "state")} == {
        None,
        False,
    }
    assert [each["code"] for each in shapes if not each["label"] or each["label"] == each["code"]] == []


def test_units_that_part_ways_have_a_line_each(clerk: Source, consignment: Consignment) -> None:
    moves = [row("discharged", 30), row("discharged", 29, box=OTHER_BOX), row("gate_out", 5)]
    take_in(clerk, csv(*moves, row("arrived_kigali", -40, node="rw-city-kigali", classifier="EST")))
    shapes = milestone_shapes(consignment, rows(consignment))
    told = {(each["code"], each["container"], each["state"]) for each in shapes if each["state"] != "unknown"}
    assert told == {
        ("discharged", BOX, "done"),
        ("discharged", OTHER_BOX, "done"),
        ("gate_out", BOX, "done"),
        ("arrived_kigali", BOX, "expected"),
    }
    expected = next(each for each in shapes if each["code"] == "arrived_kigali")
    assert (expected["actual_at"], expected["expected_at"][-6:]) == (None, "+02:00")
    assert len(shapes) == len(rail_of("container")) + 1
    # Each has the same names, so that a program need not ask first.
    assert {tuple(sorted(each)) for each in shapes} == {tuple(sorted(shapes[0]))}


def test_what_is_on_no_rail_of_this_cargo_is_left_out(clerk: Source, consignment: Consignment) -> None:
    take_in(clerk, csv(row("gate_out", 5)))
    Consignment.objects.update(cargo_kind="liquid_bulk")
    held = Consignment.objects.get()
    assert [each["code"] for each in milestone_shapes(held, rows(held)) if each["state"] == "done"] == []


def test_labels_speak_the_readers_language_and_codes_do_not(consignment: Consignment) -> None:
    english = milestone_shapes(consignment, [])
    with translation.override("fr"):
        french = milestone_shapes(consignment, [])
    assert [each["code"] for each in english] == [each["code"] for each in french]
    assert [one["label"] for one, other in zip(english, french, strict=True) if one["label"] == other["label"]] == []


def forecast(consignment: Consignment, **more: Any) -> Forecast:
    day = timedelta(days=1)
    values: dict[str, Any] = {
        "consignment": consignment,
        "made_at": AT,
        "p10": AT + day,
        "p50": AT + 2 * day,
        "p90": AT + 4 * day,
        "days_out": "1-3",
        "trips": 40,
        "fingerprint": "f",
        "reason": "few",
    }
    return Forecast.objects.create(**{**values, **more})


def test_a_forecast_is_told_as_it_was_made(consignment: Consignment) -> None:
    assert forecast_shape(forecast(consignment)) == {
        "p10": "2026-11-21T08:00:00+02:00",
        "p50": "2026-11-22T08:00:00+02:00",
        "p90": "2026-11-24T08:00:00+02:00",
        "made_at": "2026-11-20T08:00:00+02:00",
        "hit_rate": None,
        "n": 0,
        "reason": "Few trips of like cargo are known, so the window is wide.",
        "days_out": "1-3",
        "moved_h": None,
        "trips": 40,
        "is_current": True,
        "arrived_at": None,
        "is_hit": None,
    }


def test_how_it_did_is_told_also_when_that_is_bad(consignment: Consignment) -> None:
    late = AT + timedelta(days=9)
    made = forecast(consignment, hits=2, hits_n=7, moved_h=-1.5, arrived_at=late, is_hit=False, is_current=False)
    shape = forecast_shape(made)
    names = ("hit_rate", "n", "moved_h", "is_current", "arrived_at", "is_hit")
    assert [shape[name] for name in names] == [0.286, 7, -1.5, False, "2026-11-29T08:00:00+02:00", False]
    assert consignment_shape(the_one(), [], None, at=AT)["arrival"] is None
