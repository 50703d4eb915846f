"""Exports: from Kigali to the sea, with milestones of their own, and nothing of what is counted of imports."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from django.test import Client
from django.utils import timezone

from cargo.arrival_log import event_log, standing_log
from cargo.forecasting import forecast_consignments
from cargo.meaning import Spot, milestone_of
from cargo.milestones import EXPORT_RAIL, HOLDERS, next_step, progress, rail_of
from cargo.models import Consignment, Forecast, Status
from cargo.registration import Particulars, register
from cargo.words import KINDS, STEPS
from feeds.models import Source
from liaison.models import Person
from tests.cargo.test_reading import BOX, csv, row, take_in
from tests.conftest import Cast

As = Callable[[Person | None], Client]
KIGALI = Spot("rw-port-klp", "dry_port", "RW")
GATUNA, MALABA = Spot("xx-border-gatuna", "border", "RW"), Spot("xx-border-malaba", "border", "KE")
MOMBASA, NAIROBI = Spot("ke-port-mombasa", "port", "KE"), Spot("ke-icd-nairobi", "icd", "KE")


@pytest.mark.parametrize(
    ("kind", "spot", "code"),
    [
        ("rra_released", KIGALI, "export_released"),
        ("loaded", KIGALI, "export_loaded"),
        ("stuffed", KIGALI, "export_loaded"),
        ("border_in", GATUNA, "export_border2_in"),
        ("border_out", GATUNA, "export_border2_out"),
        ("border_in", MALABA, "export_border1_in"),
        ("border_out", MALABA, "export_border1_out"),
        ("border_in", KIGALI, ""),
        ("gate_in", MOMBASA, "export_at_port"),
        ("truck_in", MOMBASA, "export_at_port"),
        ("gate_in", NAIROBI, ""),
        ("loaded", MOMBASA, "export_aboard"),
        ("vessel_departed", MOMBASA, "export_departed"),
        ("vessel_departed", None, "export_departed"),
        ("discharged", MOMBASA, ""),
        ("arrived_kigali", KIGALI, ""),
        ("weighed", NAIROBI, ""),
    ],
)
def test_the_same_places_mean_other_milestones_the_other_way(kind: str, spot: Spot | None, code: str) -> None:
    assert milestone_of(kind, spot, is_elsewhere=False, direction="export") == code
    assert milestone_of(kind, None, is_elsewhere=True, direction="export") == ""


def test_the_rail_goes_from_rwanda_to_the_sea() -> None:
    assert rail_of("container", "export") == rail_of("roro", "export") == EXPORT_RAIL
    assert not set(EXPORT_RAIL) & set(rail_of("container"))
    states = [progress(EXPORT_RAIL[: n + 1])[1] for n in range(len(EXPORT_RAIL))]
    assert states == [
        "registered", "on_road", "at_border", "on_road", "at_border", "on_road", "at_port", "at_port", "closed",
    ]  # fmt: skip
    assert [next_step(EXPORT_RAIL, EXPORT_RAIL[:n]) for n in range(len(EXPORT_RAIL) + 1)] == [*EXPORT_RAIL, ""]
    assert next_step(EXPORT_RAIL, ["export_border1_in"]) == "export_border1_out"
    for words in (KINDS, STEPS, HOLDERS):
        assert [code for code in EXPORT_RAIL if code not in words] == []


def test_an_export_from_its_registration_to_the_ship(cast: Cast, clerk: Source, as_person: As) -> None:
    said = Particulars(
        consignee=cast.importer_firm, containers=[BOX], direction="export", goods="Coffee", bill_of_lading="E1"
    )
    export = register(particulars=said, by=cast.importer, at=timezone.now())
    assert Status.objects.get().next_step == "export_released"
    rows = [
        row("loaded", 90, node="rw-city-kigali"),
        row("border_in", 80, node="xx-border-gatuna"),
        row("border_out", 78, node="xx-border-gatuna"),
        row("border_in", 60, node="xx-border-malaba"),
    ]
    take_in(clerk, csv(*rows))
    status = Status.objects.get()
    assert (status.state, status.next_step, status.held_by) == ("at_border", "export_border1_out", "URA, KRA")
    take_in(clerk, csv(row("border_out", 55, node="xx-border-malaba"), row("gate_in", 20)))
    text = as_person(cast.importer).get(f"/consignments/{export.ref}/").content.decode()
    for words in (
        "The way to the sea",
        "Into Kenya",
        "Arrived at the port",
        "KPA has to load the cargo aboard",
        "Export",
    ):
        assert words in text
    assert "The way to Kigali" not in text
    take_in(clerk, csv(row("loaded", 8), row("vessel_departed", 1)))
    assert (Status.objects.get().state, Consignment.objects.open().count()) == ("closed", 0)
    assert sorted(export.milestones.values_list("code", flat=True)) == sorted(EXPORT_RAIL[1:])


def test_nobody_forecasts_when_an_export_reaches_kigali(cast: Cast, clerk: Source) -> None:
    said = Particulars(consignee=cast.importer_firm, containers=[BOX], direction="export")
    export = register(particulars=said, by=None, at=timezone.now())
    take_in(clerk, csv(row("loaded", 90, node="rw-city-kigali")))
    now = timezone.now()
    assert (standing_log([export.pk], at=now)[0], event_log(until=now)[0]) == ([], [])
    assert forecast_consignments([export.pk], at=now) == 0
    assert Forecast.objects.count() == 0
