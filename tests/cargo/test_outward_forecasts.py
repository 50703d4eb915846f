"""Exports are forecast to the port of Mombasa from trips of their own, judged stalled, priced, and counted apart."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta

import pytest
from django.test import Client
from django.utils import timezone

from cargo.arrival_log import event_log
from cargo.drifts import FRESH, tell_drifts
from cargo.exposures import reckon_costing
from cargo.forecast_keeping import STALLED
from cargo.forecasting import ENOUGH_SAID, forecast_consignments, forecast_open, hit_rates
from cargo.models import Consignment, Exposure, Forecast, ForecastScore
from cargo.registration import Particulars, register, register_many
from cargo.scoring import score_forecasts
from cargo.tariffs import load_tariff
from cargo.worklists import BY_SLUG
from feeds.models import Source
from liaison.models import JournalEntry, Person
from observatory.board import arrivals
from observatory.counting import count_forecasts
from observatory.models import Reading
from tests.cargo.test_forecasting import GATUNA, MALABA, box, current, days
from tests.cargo.test_reading import BOX, csv, row, take_in
from tests.conftest import Cast
from tickets.categories import load_categories
from tickets.models import Ticket
from tickets.stalls import open_stalled

As = Callable[[Person | None], Client]
_STEPS = (
    ("rra_released", 0, "rw-city-kigali"), ("loaded", 20, "rw-city-kigali"), ("border_in", 24, GATUNA),
    ("border_out", 27, GATUNA), ("border_in", 60, MALABA), ("border_out", 66, MALABA),
    ("gate_in", 110, "ke-port-mombasa"), ("loaded", 200, "ke-port-mombasa"),
)  # fmt: skip


def outward(number: int, ago: float) -> list[str]:
    """A trip that was released so many hours ago, took some five days to the port, and sailed four days later."""
    return [row(kind, ago - later - number % 7, box=box(number), node=node) for kind, later, node in _STEPS]


@pytest.fixture
def export(cast: Cast, clerk: Source) -> Consignment:
    """One that was loaded in Kigali two hours ago, after 32 that have sailed."""
    at, numbers = timezone.now() - timedelta(days=90), range(32)
    register_many(
        [Particulars(consignee=cast.stranger_firm, containers=[box(number)], direction="export") for number in numbers],
        by=None,
        at=at,
    )
    told = [line for number in numbers for line in outward(number, 900 - 22 * number)]
    take_in(clerk, csv(*told), is_history=True)
    mine = Particulars(consignee=cast.importer_firm, containers=[BOX], direction="export")
    made = register(particulars=mine, by=None, at=timezone.now() - timedelta(days=3))
    take_in(clerk, csv(row("rra_released", 22, node="rw-city-kigali"), row("loaded", 2, node="rw-city-kigali")))
    return made


def words(client: Client, path: str) -> str:
    return " ".join(client.get(path).content.decode().split())


def test_an_export_is_forecast_to_the_port_and_aboard_by_its_own_trips_and_is_no_arrival_in_kigali(
    cast: Cast, export: Consignment, clerk: Source, as_person: As
) -> None:
    load_tariff(at=timezone.now())
    hers, path = as_person(cast.importer), f"/consignments/{export.ref}/"
    assert forecast_consignments([export.pk], at=timezone.now()) == 1
    made = current(export)
    assert (made.reason, made.trips, made.stands, made.empty_p50) == ("trips", 32, "export_loaded", None)
    # Some 90 hours from the loading to the gate, then 90 more until the ship has it.
    assert made.gate_p50 is not None
    assert (made.gate_p50 - made.made_at) / timedelta(days=1) == pytest.approx(3.7, abs=0.5)
    assert days(made)[1] == pytest.approx(7.4, abs=0.8)
    page, listed = words(hers, path), words(hers, "/consignments/")
    assert [said in page for said in ("When it reaches Mombasa", "; reaches Mombasa ", "reaches Kigali")] == [
        True,
        True,
        False,
    ]
    assert ("In Mombasa: <time" in listed, "In Kigali:" in listed) == (True, False)
    # Nothing that speaks of Kigali counts it.
    Forecast.objects.update(moved_h=99)
    assert tell_drifts(since=timezone.now() - FRESH, at=timezone.now()) == 0
    assert BY_SLUG["arriving"].rows(Consignment.objects.all(), timezone.now()).count() == 0
    assert [n for _first, _last, n in arrivals(timezone.now(), least=0)] == [0, 0, 0]
    assert event_log(until=timezone.now())[0] == []
    # In the port it waits for its ship, and the port's clock runs until then.
    take_in(clerk, csv(row("gate_in", 1, node="ke-port-mombasa")))
    assert forecast_consignments([export.pk], at=timezone.now()) == 1
    made = current(export)
    assert (made.stands, made.gate_p50) == ("export_at_port", None)
    assert days(made)[1] == pytest.approx(3.7, abs=0.5)
    page, listed = words(hers, path), words(hers, "/consignments/")
    assert [said in page for said in ("When it goes aboard a ship", "; goes aboard a ship ", "Mombasa</h2>")] == [
        True,
        True,
        False,
    ]
    assert "Aboard a ship: <time" in listed
    reckon_costing(at=timezone.now())
    exposure = Exposure.objects.get(consignment=export)
    assert (exposure.clock, (exposure.miss_chance or 1) < 0.1) == ("port_storage", True)


def test_an_export_that_waits_too_long_is_stalled_and_one_aboard_is_scored_apart(
    cast: Cast, export: Consignment, clerk: Source, as_person: As
) -> None:
    load_categories()
    at = timezone.now()
    late = at + timedelta(days=9)
    assert (forecast_open(at=at), forecast_open(at=late, is_snapshot=False)) == (1, 1)
    assert (current(export).reason, export in BY_SLUG["stalled"].rows(Consignment.objects.all(), late)) == (
        "late",
        True,
    )
    entry = JournalEntry.objects.get(kind=STALLED, key=export.ref)
    assert (entry.data["stands"], entry.data["trips"]) == ("export_loaded", 32)
    assert open_stalled(at=late) == 1
    assert Ticket.objects.get(stalled=export).category.code == "BORDER_QUEUE"
    Forecast.objects.filter(consignment=export).exclude(is_snapshot=True).delete()
    take_in(clerk, csv(row("gate_in", 9, node="ke-port-mombasa"), row("loaded", 1, node="ke-port-mombasa")))
    assert forecast_consignments([export.pk], at=timezone.now()) == 0
    over = {name: at - timedelta(days=days) for name, days in (("made_at", 9), ("p10", 8), ("p50", 7))}
    Forecast.objects.update(**over, p90=at - timedelta(minutes=1), gate_p10=None, gate_p50=None, gate_p90=None)
    assert score_forecasts(at=timezone.now()) == 1
    days_out = Forecast.objects.get(consignment=export).days_out
    counted = ForecastScore.objects.filter(method="C").order_by("days_out")
    rows = list(counted.values_list("basis", "days_out", "n", "hits"))
    assert rows == [("exports", days_out, 1, 1), ("exports", "all", 1, 1)]
    count_forecasts(at=timezone.now())
    assert Reading.objects.filter(indicator__startswith="forecast").count() == 0
    page = words(as_person(None), "/forecasts/")
    assert ("As said of exports, until they are aboard" in page, "As said</h2>" in page) == (True, False)
    ForecastScore.objects.filter(days_out="all").update(n=ENOUGH_SAID, hits=40)
    assert hit_rates() == {(True, "all"): (40, ENOUGH_SAID)}
