"""What the passages of trackers mean for goods, and how they find the container that they ride with."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from datetime import timedelta

import pytest

from cargo.models import Consignment, Event, EventMatch, Milestone
from cargo.registration import Particulars, rebuild, register_many
from cargo.tracking import kind_of
from corridor.models import Node
from feeds.models import Source
from liaison.models import Person
from tests.cargo.test_reading import BOX, NOW, OTHER_BOX, csv, take_in
from tests.conftest import Cast, source_of

PORT, ROAD, MALABA, KIGALI = (-4.06, 39.68), (-3.5, 39.0), (0.636, 34.276), (-1.9509, 30.0615)

MUTE: Mapping[str, str] = {}


@pytest.fixture
def traccar(network: None) -> Source:
    return source_of("traccar", "gps")


def pings(*places: tuple[float, float], hours_ago: float = 20, device: Mapping[str, str] = MUTE) -> bytes:
    """A ping an hour."""
    lines = []
    for number, (lat, lon) in enumerate(places):
        at = NOW - timedelta(hours=hours_ago - number)
        position = {"fixTime": at.isoformat(), "latitude": lat, "longitude": lon, "valid": True, "outdated": False}
        lines.append(json.dumps({"position": position, "device": {"uniqueId": "86730001", **device}}))
    return "\n".join(lines).encode()


def gate_out(source: Source, *, box: str = BOX, hours_ago: float = 21, seal: str = "", plate: str = "") -> None:
    at = NOW - timedelta(hours=hours_ago)
    segments = [
        "UNH+1+CODECO:D:95B:UN",
        "BGM+36+1+9",
        f"EQD+CN+{box}+22G1",
        f"DTM+7:{at + timedelta(hours=3):%Y%m%d%H%M}:203",
        "LOC+165+KEMBA",
        *([f"SEL+{seal}+CU"] if seal else []),
        *([f"TDT+1++3+++++{plate}"] if plate else []),
    ]
    take_in(source, ("'".join([*segments, f"UNT+{len(segments) + 1}+1"]) + "'").encode())


def found() -> list[tuple[str, str | None, str | None]]:
    """The kind and node of each event by position, and the box of its match."""
    rows = Event.objects.filter(flags__contains=["by_position"]).order_by("occurred_at", "kind")
    return [
        (
            event.kind,
            event.node.slug if event.node else None,
            next((match.unit.container for match in event.matches.all() if match.unit), None),
        )
        for event in rows.select_related("node").prefetch_related("matches__unit")
    ]


@pytest.mark.parametrize(
    ("slug", "reached", "left"),
    [
        ("ke-port-mombasa", "truck_in", "gate_out"),
        ("ke-term-ct1", "reached", "left"),
        ("ke-wb-gilgil", "reached", "left"),
        ("ke-icd-naivasha", "reached", "gate_out"),
        ("xx-border-malaba", "border_in", "border_out"),
        ("xx-border-gatuna", "border_in", "border_out"),
        ("ug-city-kampala", "reached", "left"),
        ("rw-city-kigali", "arrived_kigali", "left"),
        ("rw-port-klp", "arrived_kigali", "left"),
        ("rw-wh-magerwa", "arrived_kigali", "left"),
        ("tz-port-dar", "reached", "left"),
    ],
)
def test_what_a_passage_means_depends_on_what_stands_there(network: None, slug: str, reached: str, left: str) -> None:
    node = Node.objects.get(slug=slug)
    assert (kind_of("reached", node), kind_of("left", node)) == (reached, left)


def test_a_tracker_that_names_its_container_moves_the_consignment(traccar: Source, consignment: Consignment) -> None:
    outcome = take_in(
        traccar, pings(PORT, PORT, ROAD, ROAD, MALABA, MALABA, ROAD, ROAD, KIGALI, KIGALI, device={"name": BOX})
    )
    assert (outcome.facts, outcome.events, outcome.unmatched, outcome.quarantined) == (10, 15, 0, 0)
    assert found() == [
        ("truck_in", "ke-port-mombasa", BOX),
        ("gate_out", "ke-port-mombasa", BOX),
        ("border_in", "xx-border-malaba", BOX),
        ("border_out", "xx-border-malaba", BOX),
        ("arrived_kigali", "rw-city-kigali", BOX),
    ]
    codes = set(Milestone.objects.filter(actual_at__isnull=False).values_list("code", flat=True))
    assert codes == {"truck_in", "gate_out", "border1_in", "border1_out", "arrived_kigali"}


ORDERS: list[Sequence[str]] = [
    ("gate", "pings", "register"),
    ("pings", "gate", "register"),
    ("register", "gate", "pings"),
    ("register", "pings", "gate"),
    ("pings", "register", "gate"),
]


@pytest.mark.parametrize("named", ["seal", "plate"])
@pytest.mark.parametrize("order", ORDERS, ids="-".join)
def test_a_seal_or_a_truck_finds_the_container_in_whatever_order_it_is_said(
    traccar: Source, gate: Source, cast: Cast, order: Sequence[str], named: str
) -> None:
    device = {"uniqueId": "ke 8673"} if named == "seal" else {"uniqueId": "99", "name": "RAD 123 B"}
    for step in order:
        if step == "gate":
            gate_out(gate, seal="KE8673" if named == "seal" else "", plate="RAD 123B" if named == "plate" else "")
        elif step == "pings":
            take_in(traccar, pings(ROAD, MALABA, MALABA, device=device))
        else:
            items = [Particulars(consignee=cast.importer_firm, containers=[BOX])]
            register_many(items, by=None, at=NOW - timedelta(days=9))
    assert found() == [("border_in", "xx-border-malaba", BOX)]
    assert Event.objects.filter(is_matched=False).count() == 0
    before = sorted(EventMatch.objects.values_list("event", "consignment", "unit"))
    rebuild()
    assert sorted(EventMatch.objects.values_list("event", "consignment", "unit")) == before


def test_a_truck_that_has_delivered_goes_home_alone(
    traccar: Source, gate: Source, clerk: Source, consignment: Consignment
) -> None:
    gate_out(gate, hours_ago=60, plate="RAD123B")
    device = {"uniqueId": "99", "name": "RAD 123 B"}
    take_in(traccar, pings(ROAD, KIGALI, KIGALI, hours_ago=30, device=device))
    take_in(traccar, pings(MALABA, MALABA, hours_ago=10, device=device))
    assert [box for _kind, _slug, box in found()] == [BOX, BOX, BOX]
    at = NOW - timedelta(hours=20)
    take_in(clerk, csv(f",{BOX},,delivered,ACT,rw-city-kigali,{at.isoformat()},"))
    assert found() == [
        ("arrived_kigali", "rw-city-kigali", BOX),
        ("border_in", "xx-border-malaba", None),
        ("left", "rw-city-kigali", None),
    ]


def test_a_truck_with_another_container_is_on_another_journey(
    traccar: Source, gate: Source, consignment: Consignment
) -> None:
    gate_out(gate, hours_ago=60, plate="RAD123B")
    gate_out(gate, hours_ago=15, plate="RAD123B", box=OTHER_BOX)
    take_in(traccar, pings(ROAD, MALABA, MALABA, hours_ago=40, device={"uniqueId": "9", "name": "RAD 123 B"}))
    take_in(traccar, pings(KIGALI, KIGALI, hours_ago=5, device={"uniqueId": "9", "name": "RAD 123 B"}))
    assert [(kind, box) for kind, _slug, box in found()] == [
        ("border_in", BOX),
        ("arrived_kigali", OTHER_BOX),
        ("border_out", OTHER_BOX),
    ]


def test_what_trackers_say_is_seen_by_nobody_whose_goods_they_do_not_carry(
    traccar: Source, gate: Source, consignment: Consignment, cast: Cast
) -> None:
    gate_out(gate, plate="RAD123B")
    take_in(traccar, pings(ROAD, MALABA, MALABA, device={"uniqueId": "9", "name": "RAD 123 B"}))

    def seen(person: Person) -> int:
        return Event.objects.visible_to(person).filter(kind="border_in").count()

    assert (seen(cast.importer), seen(cast.stranger), seen(cast.officer)) == (1, 0, 1)


def test_a_passage_that_is_taken_back_and_found_again_counts_again(traccar: Source, consignment: Consignment) -> None:
    def ping(minute: int, place: tuple[float, float]) -> None:
        take_in(traccar, pings(place, hours_ago=20 - minute / 60, device={"name": BOX}))

    def is_out() -> bool:
        return Milestone.objects.filter(code="gate_out", actual_at__isnull=False).exists()

    seen = []
    for minute, place in ((0, PORT), (1, PORT), (20, ROAD), (30, ROAD), (25, PORT), (22, ROAD), (21, PORT)):
        ping(minute, place)
        seen.append(is_out())
    assert seen == [False, False, False, True, False, True, False]
