"""Ships, calls, conditions and trackers as the database keeps them: what must never be false is refused there."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID, uuid4
from zoneinfo import ZoneInfo

import pytest
from django.db import IntegrityError, models, transaction
from django.db.models import ProtectedError

from corridor.models import CallTiming, Condition, Fence, Leg, Node, Position, Tracker, Vessel
from feeds.models import Delivery, Source
from tests.conftest import source_of

AT = datetime(2026, 11, 20, 6, 0, tzinfo=UTC)
KEY = UUID(int=7)


@pytest.fixture
def delivery(gate: Source) -> Delivery:
    return Delivery.objects.create(source=gate, received_at=AT, raw=b"x", size=1, content_key="k")


def refused(constraint: str, model: type[models.Model], **values: Any) -> None:
    with pytest.raises(IntegrityError, match=constraint), transaction.atomic():
        model._default_manager.create(**values)


def timing(delivery: Delivery, **more: Any) -> dict[str, Any]:
    """A time of a call that can be kept, but for what is said otherwise."""
    vessel = Vessel.objects.get_or_create(name="ORYX", imo="", mmsi="")[0]
    kept = {"key": KEY, "vessel": vessel, "zone": "Africa/Nairobi", "timing": "port_arrival", "classifier": "EST"}
    times = {"occurs_at": AT, "received_at": AT, "source": delivery.source, "delivery": delivery}
    return {**kept, **times, **more}


def condition(delivery: Delivery, **more: Any) -> dict[str, Any]:
    """A condition that can be kept, but for what is said otherwise."""
    kept = {"key": KEY, "reference": "Q1", "kind": "border", "severity": "slow", "since": AT, "received_at": AT}
    return {**kept, "source": delivery.source, "delivery": delivery, **more}


def test_a_fence_says_where_it_is_from_and_a_node_has_one(network: None) -> None:
    node = Node.objects.get(slug="rw-city-kigali")
    Fence.objects.filter(node=node).delete()
    refused("fence_has_source", Fence, node=node, ring=[[30.0, -2.0], [30.1, -2.0], [30.0, -1.9]], source="")
    fence = Fence.objects.create(node=node, ring=[], source="A survey")
    assert str(fence) == f"fence of {node.pk}"
    refused("corridor_fence_pkey", Fence, node=node, ring=[], source="Another survey")


def test_a_place_s_clock_is_that_of_its_country(network: None) -> None:
    zones = {node.zone for node in Node.objects.filter(country="RW")}
    assert zones == {ZoneInfo("Africa/Kigali")}
    assert Node.objects.get(slug="ke-port-mombasa").zone == ZoneInfo("Africa/Nairobi")


@pytest.mark.parametrize(
    ("first", "second", "constraint"),
    [
        ({"imo": "9321483", "name": "ONE"}, {"imo": "9321483", "name": "TWO"}, "vessel_imo_once"),
        ({"mmsi": "371798000"}, {"mmsi": "371798000", "imo": "9321483"}, "vessel_mmsi_once"),
        ({"name": "ORYX"}, {"name": "ORYX"}, "vessel_name_once"),
        ({"name": "ORYX"}, {}, "vessel_is_named"),
        ({"name": "ORYX"}, {"call_sign": "D5VL9"}, "vessel_is_named"),
    ],
)
def test_no_two_ships_have_one_number_and_none_is_nameless(
    db: None, first: dict[str, str], second: dict[str, str], constraint: str
) -> None:
    Vessel.objects.create(**first)
    refused(constraint, Vessel, **second)
    assert Vessel.objects.count() == 1


@pytest.mark.parametrize(
    "second", [{"name": "ORYX", "imo": "9321483"}, {"name": "ORYX", "mmsi": "371798000"}, {"name": "KUDU"}]
)
def test_ships_may_share_a_name_where_a_number_tells_them_apart(db: None, second: dict[str, str]) -> None:
    Vessel.objects.create(name="ORYX")
    Vessel.objects.create(**second)
    assert Vessel.objects.count() == 2


def test_two_ships_without_a_number_of_a_kind_are_no_doubles(db: None) -> None:
    Vessel.objects.create(imo="9321483")
    Vessel.objects.create(imo="9365843")
    Vessel.objects.create(mmsi="371798000")
    assert list(Vessel.objects.order_by("pk").values_list("imo", "mmsi")) == [
        ("9321483", ""),
        ("9365843", ""),
        ("", "371798000"),
    ]


@pytest.mark.parametrize(
    ("ship", "called"),
    [
        ({"name": "ORYX", "imo": "9321483", "mmsi": "371798000"}, "ORYX"),
        ({"imo": "9321483", "mmsi": "371798000"}, "9321483"),
        ({"mmsi": "371798000"}, "371798000"),
    ],
)
def test_a_ship_is_called_by_the_best_that_is_known(ship: dict[str, str], called: str) -> None:
    assert str(Vessel(**ship)) == called


@pytest.mark.parametrize(
    ("change", "constraint"),
    [
        ({"classifier": "XXX"}, "call_timing_classifier_known"),
        ({"classifier": ""}, "call_timing_classifier_known"),
        ({"classifier": "act"}, "call_timing_classifier_known"),
        ({"timing": ""}, "call_timing_says_what"),
    ],
)
def test_a_call_s_time_says_what_it_is_and_how_sure(
    delivery: Delivery, change: dict[str, str], constraint: str
) -> None:
    refused(constraint, CallTiming, **timing(delivery, **change))
    assert CallTiming.objects.count() == 0


@pytest.mark.parametrize("classifier", ["ACT", "EST", "PLN", "REQ"])
def test_each_classifier_of_the_trade_is_kept_once(delivery: Delivery, classifier: str) -> None:
    kept = CallTiming.objects.create(**timing(delivery, classifier=classifier))
    assert str(kept) == f"port_arrival {classifier} of {kept.vessel_id}"
    assert (kept.node, kept.is_day, kept.function, kept.flags) == (None, False, "original", [])
    refused("corridor_calltiming_key", CallTiming, **timing(delivery, classifier=classifier))


def test_a_ship_with_a_call_and_a_delivery_with_a_word_stay(delivery: Delivery) -> None:
    kept = CallTiming.objects.create(**timing(delivery))
    for row in (kept.vessel, delivery):
        with pytest.raises(ProtectedError), transaction.atomic():
            row.delete()
    assert (Vessel.objects.count(), Delivery.objects.count()) == (1, 1)


@pytest.mark.parametrize(
    ("change", "constraint"),
    [
        ({"kind": "pub"}, "condition_kind_known"),
        ({"kind": ""}, "condition_kind_known"),
        ({"severity": "awful"}, "condition_severity_known"),
        ({"severity": ""}, "condition_severity_known"),
        ({"until": AT - timedelta(microseconds=1)}, "condition_ends_after_it_began"),
        ({"reference": ""}, "condition_has_reference"),
    ],
)
def test_a_condition_is_known_and_does_not_end_before_it_began(
    delivery: Delivery, change: dict[str, Any], constraint: str
) -> None:
    refused(constraint, Condition, **condition(delivery, **change))
    assert Condition.objects.count() == 0


@pytest.mark.parametrize("until", [None, AT, AT + timedelta(days=3)])
def test_a_condition_may_last_a_moment_or_nobody_knows_how_long(delivery: Delivery, until: datetime | None) -> None:
    kept = Condition.objects.create(**condition(delivery, until=until))
    assert (kept.until, str(kept)) == (until, "border slow: Q1")
    refused("corridor_condition_key", Condition, **condition(delivery, reference="Q2"))
    Condition.objects.create(**condition(delivery, key=uuid4()))
    assert Condition.objects.filter(reference="Q1").count() == 2


@pytest.mark.parametrize("severity", Condition.Severity.values)
def test_every_severity_that_is_offered_can_be_kept(delivery: Delivery, severity: str) -> None:
    assert Condition.objects.create(**condition(delivery, severity=severity)).severity == severity


@pytest.mark.parametrize(
    ("change", "constraint"),
    [
        ({"carrier": "mule"}, "tracker_carrier_known"),
        ({"carrier": ""}, "tracker_carrier_known"),
        ({"fixed_at": AT}, "tracker_on_earth"),
        ({"fixed_at": AT, "lat": 0.0}, "tracker_on_earth"),
        ({"fixed_at": AT, "lon": 0.0}, "tracker_on_earth"),
        ({"fixed_at": AT, "lat": 90.1, "lon": 0.0}, "tracker_on_earth"),
        ({"fixed_at": AT, "lat": -90.1, "lon": 0.0}, "tracker_on_earth"),
        ({"fixed_at": AT, "lat": 0.0, "lon": 180.1}, "tracker_on_earth"),
        ({"fixed_at": AT, "lat": 0.0, "lon": -180.1}, "tracker_on_earth"),
    ],
)
def test_a_tracker_rides_on_something_known_and_is_on_earth(
    gate: Source, change: dict[str, Any], constraint: str
) -> None:
    refused(constraint, Tracker, **{"source": gate, "number": "T1", "carrier": "truck", "heard_at": AT, **change})


def test_a_number_is_one_tracker_of_its_source_and_another_of_another(gate: Source) -> None:
    kept = {"number": "T1", "carrier": "truck", "heard_at": AT}
    Tracker.objects.create(source=gate, **kept)
    refused("tracker_once", Tracker, source=gate, **{**kept, "carrier": "vessel"})
    Tracker.objects.create(source=source_of("other", "csv_events"), **kept)
    assert Tracker.objects.count() == 2


@pytest.mark.parametrize(("lat", "lon"), [(90.0, 180.0), (-90.0, -180.0), (0.0, 0.0)])
def test_the_poles_and_the_date_line_are_on_earth(gate: Source, lat: float, lon: float) -> None:
    kept = Tracker.objects.create(
        source=gate, number="T1", carrier="vessel", heard_at=AT, fixed_at=AT, lat=lat, lon=lon
    )
    assert (kept.lat, kept.lon, str(kept)) == (lat, lon, "T1")
    kept.name = "MV ORYX"
    assert str(kept) == "MV ORYX"


def test_a_tracker_whose_node_goes_is_nowhere(gate: Source) -> None:
    node = Node.objects.create(
        slug="ke-yard", name="Yard", kind="cfs", country="KE", lat=-4, lon=39, time_zone="Africa/Nairobi"
    )
    kept = Tracker.objects.create(source=gate, number="T1", carrier="truck", heard_at=AT, node=node)
    node.delete()
    kept.refresh_from_db()
    assert kept.node is None


def test_they_say_what_they_are() -> None:
    said = [
        str(row)
        for row in (
            Node(name="Malaba"),
            Leg(origin_id=3, destination_id=4, mode="rail"),
            CallTiming(timing="berth_arrival", classifier="ACT", vessel_id=5),
            Condition(kind="port", severity="shut", reference="N7"),
            Position(tracker_id=6, fixed_at=AT),
        )
    ]
    assert said == [
        "Malaba",
        "3 - 4 (rail)",
        "berth_arrival ACT of 5",
        "port shut: N7",
        "6 at 2026-11-20 06:00:00",
    ]


@pytest.mark.parametrize(
    ("model", "column"), [(Node, "kind"), (Leg, "mode"), (Condition, "kind"), (Condition, "severity")]
)
def test_every_choice_fits_its_column(model: type[models.Model], column: str) -> None:
    field = model._meta.get_field(column)
    assert isinstance(field, models.CharField)
    assert field.max_length is not None
    assert [value for value, _label in field.flatchoices if len(value) > field.max_length] == []
