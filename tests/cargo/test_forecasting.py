"""Forecasts that are kept: of what moved, every morning, one current each, still windows, and who has come to a stop."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

import pytest
from django.db import IntegrityError, transaction
from django.test import Client
from django.utils import timezone
from stdnum import iso6346

from cargo import forecasting
from cargo.forecast_keeping import STALLED
from cargo.forecasting import forecast_consignments, forecast_open
from cargo.models import Consignment, Forecast, ForecastScore
from cargo.registration import Particulars, register_many
from feeds.models import Source
from liaison.models import JournalEntry, Person
from tests.cargo.test_reading import csv, row, take_in
from tests.conftest import Cast

As = Callable[[Person | None], Client]
MALABA, GATUNA = "xx-border-malaba", "xx-border-gatuna"


def box(number: int) -> str:
    body = f"TSTU{number:06d}"
    return body + str(iso6346.calc_check_digit(body))


def way(number: int, ago: float) -> list[str]:
    """A trip that left the gate so many hours ago and took some six days to Kigali."""
    after = [("gate_out", 0, "ke-port-mombasa"), ("border_in", 60 + number, MALABA), ("border_out", 68 + number, MALABA),
             ("border_in", 130 + number, GATUNA), ("border_out", 134 + number, GATUNA),
             ("arrived_kigali", 142 + number, "rw-city-kigali")]  # fmt: skip
    return [row(kind, ago - later, box=box(number), node=node) for kind, later, node in after]


def past(cast: Cast, clerk: Source, trips: int) -> None:
    numbers = range(trips)
    register_many(
        [Particulars(consignee=cast.stranger_firm, containers=[box(number)]) for number in numbers],
        by=None,
        at=timezone.now() - timedelta(days=90),
    )
    take_in(clerk, csv(*(line for number in numbers for line in way(number, 1500 - 20 * number))), is_history=True)


def current(consignment: Consignment) -> Forecast:
    return consignment.forecasts.current().get()


def days(forecast: Forecast) -> list[float]:
    return [(moment - forecast.made_at) / timedelta(days=1) for moment in (forecast.p10, forecast.p50, forecast.p90)]


def test_without_history_the_window_is_wide_and_says_why(consignment: Consignment, clerk: Source) -> None:
    take_in(clerk, csv(row("gate_out", 5)))
    assert forecast_consignments([consignment.pk], at=timezone.now()) == 1
    made = current(consignment)
    assert (made.reason, made.trips, made.stands, made.hits_n) == ("none", 0, "gate_out", 0)
    low, middle, high = days(made)
    assert 1 < low < middle < high
    assert high - low > 0.8 * middle


def test_past_trips_make_the_window(cast: Cast, consignment: Consignment, clerk: Source) -> None:
    past(cast, clerk, 25)
    take_in(clerk, csv(row("gate_out", 5)))
    forecast_consignments([consignment.pk], at=timezone.now())
    made = current(consignment)
    assert (made.reason, made.trips) == ("trips", 25)
    assert 4.5 < made.hits_n + days(made)[1] < 8
    few = Forecast(reason=Forecast.Reason.FEW)
    assert few.get_reason_display() == "Few trips of like cargo are known, so the window is wide."


def test_what_moves_is_forecast_anew_and_the_window_says_by_how_much(
    cast: Cast, consignment: Consignment, clerk: Source
) -> None:
    past(cast, clerk, 25)
    take_in(clerk, csv(row("gate_out", 60)))
    forecast_consignments([consignment.pk], at=timezone.now())
    before = current(consignment)
    take_in(clerk, csv(row("border_out", 1, node=GATUNA)))
    assert forecast_consignments([consignment.pk], at=timezone.now()) == 1
    after = current(consignment)
    assert (after.stands, consignment.forecasts.count()) == ("border2_out", 2)
    assert after.moved_h == pytest.approx((after.p50 - before.p50) / timedelta(hours=1), abs=0.06)
    assert (after.moved_h or 0) < -24


def test_a_window_does_not_flap_but_every_morning_keeps_one(consignment: Consignment, clerk: Source) -> None:
    take_in(clerk, csv(row("gate_out", 5)))
    at = timezone.now()
    assert forecast_consignments([consignment.pk], at=at) == 1
    assert forecast_consignments([consignment.pk], at=at + timedelta(minutes=5)) == 0
    assert forecast_open(at=at + timedelta(minutes=10), is_snapshot=False) == 0
    assert forecast_open(at=at + timedelta(minutes=15)) == 1
    assert list(consignment.forecasts.order_by("pk").values_list("is_current", "is_snapshot")) == [
        (False, False),
        (True, True),
    ]
    assert current(consignment).simple_p50 is not None


def test_what_has_arrived_is_forecast_no_more(consignment: Consignment, clerk: Source) -> None:
    take_in(clerk, csv(row("gate_out", 50)))
    forecast_consignments([consignment.pk], at=timezone.now())
    take_in(clerk, csv(*(row("arrived_kigali", 1, box=number, node="rw-city-kigali") for number in BOXES)))
    assert forecast_consignments([consignment.pk], at=timezone.now()) == 0
    assert list(consignment.forecasts.values_list("is_current", flat=True)) == [False]


BOXES = ("TGHU3054380", "CSQU3054383")


def test_a_forecast_from_before_replaces_none_made_since(consignment: Consignment, clerk: Source) -> None:
    take_in(clerk, csv(row("gate_out", 5)))
    at = timezone.now()
    forecast_consignments([consignment.pk], at=at)
    assert forecast_consignments([consignment.pk], at=at - timedelta(hours=1)) == 0


def test_who_waits_too_long_is_told_of_once_with_the_evidence(
    cast: Cast, consignment: Consignment, clerk: Source
) -> None:
    past(cast, clerk, 60)
    take_in(clerk, csv(row("border_in", 200, node=MALABA)))
    for later in range(3):
        forecast_consignments([consignment.pk], at=timezone.now() + timedelta(hours=later))
    assert current(consignment).reason == "late"
    entry = JournalEntry.objects.get(kind=STALLED)
    assert (entry.subject, entry.key, entry.data["stands"], entry.data["trips"]) == (
        "consignment", consignment.ref, "border1_in", 60,
    )  # fmt: skip
    assert entry.data["waited_h"] == pytest.approx(200, abs=1)
    assert 5 < entry.data["usual_p95_h"] < 100
    assert 95 <= entry.data["percentile"] <= 99


def test_the_hit_rate_is_as_said_where_that_is_enough(db: None) -> None:
    def score(basis: str, days_out: str, hits: int, n: int) -> None:
        at = timezone.now()
        ForecastScore.objects.create(
            basis=basis, method="C", days_out=days_out, hits=hits, n=n, since=at - timedelta(days=1), until=at
        )

    score("replayed", "1-3", 70, 100)
    score("replayed", "3-7", 75, 100)
    score("said", "1-3", 40, 60)
    score("said", "3-7", 3, 4)
    assert forecasting.hit_rates() == {(False, "1-3"): (40, 60), (False, "3-7"): (75, 100)}


def bad(consignment: Consignment, **more: object) -> None:
    at = timezone.now()
    given: dict[str, object] = {
        "consignment": consignment, "made_at": at, "p10": at, "p50": at, "p90": at, "days_out": "0-1", "trips": 1,
        "fingerprint": "x", "reason": "trips",
    }  # fmt: skip
    with pytest.raises(IntegrityError), transaction.atomic():
        Forecast.objects.create(**{**given, **more})


def test_the_database_refuses_what_must_not_be(consignment: Consignment) -> None:
    at = timezone.now()
    bad(consignment, p10=at + timedelta(days=1))
    bad(consignment, p10=at - timedelta(days=1))
    bad(consignment, days_out="9-9")
    bad(consignment, reason="luck")
    bad(consignment, hits=2, hits_n=1)
    bad(consignment, is_hit=True)


def test_one_is_current(consignment: Consignment, clerk: Source) -> None:
    forecast_consignments([consignment.pk], at=timezone.now())
    bad(consignment, is_current=True)


def test_a_delivery_that_tells_of_many_is_learnt_from_at_once(
    cast: Cast, consignment: Consignment, clerk: Source
) -> None:
    """The history of the corridor comes when a model without any is being served."""
    take_in(clerk, csv(row("gate_out", 5)))
    forecast_consignments([consignment.pk], at=timezone.now())
    assert current(consignment).reason == "none"
    past(cast, clerk, 60)
    told = list(Consignment.objects.values_list("pk", flat=True))
    assert len(told) > forecasting.MANY
    assert forecast_consignments(told, at=timezone.now()) == 1
    assert (current(consignment).reason, current(consignment).trips) == ("trips", 60)


def test_a_delivery_that_tells_of_few_among_many_trips_has_only_those_forecast_anew(
    cast: Cast, consignment: Consignment, clerk: Source, monkeypatch: pytest.MonkeyPatch
) -> None:
    past(cast, clerk, 60)
    forecast_open(at=timezone.now())
    monkeypatch.setattr(forecasting, "MANY", 1)
    opened: list[Any] = []

    def all_of_them(**asked: Any) -> int:
        opened.append(asked)
        return 1

    monkeypatch.setattr(forecasting, "forecast_open", all_of_them)
    assert (forecast_consignments([consignment.pk], at=timezone.now()), opened) == (0, [])
    monkeypatch.setattr(forecasting, "_NEWS_SHARE", 0.0)
    assert (forecast_consignments([consignment.pk], at=timezone.now()), len(opened)) == (1, 1)


def test_a_stranger_sees_no_forecast_of_it(cast: Cast, consignment: Consignment) -> None:
    forecast_consignments([consignment.pk], at=timezone.now())
    seen_by = {part: Forecast.objects.visible_to(person).count() for part, person in cast.people().items()}
    assert seen_by == {"importer": 1, "agent": 1, "stranger": 0, "officer": 1, "desk": 0, "official": 0}


def test_the_page_and_the_list_say_the_window(
    cast: Cast, consignment: Consignment, clerk: Source, as_person: As
) -> None:
    client = as_person(cast.importer)
    assert "When it reaches Kigali" not in client.get(f"/consignments/{consignment.ref}/").content.decode()
    take_in(clerk, csv(row("gate_out", 5)))
    forecast_consignments([consignment.pk], at=timezone.now())
    page = client.get(f"/consignments/{consignment.ref}/").content.decode()
    assert "When it reaches Kigali" in page
    assert "the window rests on published figures" in page
    assert "How often such windows hold the arrival is not known yet." in page
    assert "In Kigali:" in client.get("/consignments/").content.decode()


def test_a_window_that_is_over_says_so(cast: Cast, consignment: Consignment, clerk: Source, as_person: As) -> None:
    take_in(clerk, csv(row("gate_out", 5)))
    forecast_consignments([consignment.pk], at=timezone.now())
    long_ago = timezone.now() - timedelta(days=30)
    Forecast.objects.update(made_at=long_ago, p10=long_ago, p50=long_ago, p90=_later(long_ago))
    page = as_person(cast.importer).get(f"/consignments/{consignment.ref}/").content.decode()
    assert "It was expected by" in page


def _later(at: datetime) -> datetime:
    return at + timedelta(hours=5)
