"""What somebody told the office by telephone: taken down, read at once, shown with its goods, and never twice."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import date, datetime, timedelta
from threading import Barrier
from typing import Any

import pytest
from django.db import connections
from django.test import Client
from django.utils import timezone

from cargo.models import Consignment, Event, Milestone
from cargo.phoned import NAME, RANK, SLUG, Told, as_csv, column_of, take_down
from cargo.reading import read_delivery
from cargo.registration import Particulars, rebuild, register
from corridor.models import Node
from feeds.models import Delivery, Source
from feeds.sources import own_source
from liaison.models import Person
from tests.cargo.test_reading import BOX, OTHER_BOX, csv, take_in
from tests.conftest import AT, Cast
from tests.feeds.views.test_sources import page, shown

As = Callable[[Person | None], Client]
URL = "/sources/phoned/"
CALL = {
    "kind": "border_in",
    "classifier": "ACT",
    "node": "xx-border-malaba",
    "day": "2026-11-20",
    "hour": "09:30",
    "goods": BOX,
    "caller": "Jane Akinyi",
    "agency": "KRA Malaba",
    "phone": "+254 700 000 000",
    "remark": "in the queue",
}


@pytest.fixture
def officer(cast: Cast, as_person: As) -> Client:
    return as_person(cast.officer)


def post(client: Client, **changes: str) -> Any:
    return client.post(URL, CALL | changes)


def test_what_was_told_stands_with_its_consignment_at_once(
    cast: Cast, officer: Client, consignment: Consignment, as_person: As
) -> None:
    answer = post(officer)
    assert answer["Location"] == f"/consignments/{consignment.ref}/"
    assert "Taken down. It stands with its consignment now." in page(officer, answer["Location"])
    event = Event.objects.get()
    assert (event.kind, event.node and event.node.slug, event.zone) == (
        "border_in",
        "xx-border-malaba",
        "Africa/Nairobi",
    )
    assert (event.occurred_at.isoformat(), event.is_day) == ("2026-11-20T06:30:00+00:00", False)
    assert (event.source.name, event.remark) == ("Told to the office", "Jane Akinyi, KRA Malaba: in the queue")
    delivery = Delivery.objects.get()
    assert (delivery.by, delivery.note) == (cast.officer, "Jane Akinyi, KRA Malaba, +254 700 000 000")
    seen = page(as_person(cast.importer), f"/consignments/{consignment.ref}/")
    assert ("says Told to the office" in seen, "Jane Akinyi" in seen, "+254" in seen) == (True, True, False)
    assert "Brought by Officer Note for the office Jane Akinyi" in page(officer, f"/deliveries/{delivery.pk}/")


def test_the_very_same_again_adds_nothing_and_says_so(officer: Client, consignment: Consignment) -> None:
    answers = [post(officer), post(officer)]
    assert "The very same had been taken down before; nothing was added." in page(officer, answers[1]["Location"])
    assert (Event.objects.count(), Delivery.objects.count(), Source.objects.filter(slug="office").count()) == (1, 1, 1)


def expect(client: Client, day: int, **changes: str) -> str:
    """What the page says after this day of December was told as the one on which the box is expected in Kigali."""
    told = {"kind": "arrived_kigali", "classifier": "EST", "node": "rw-city-kigali", "day": f"2026-12-{day:02}"}
    return page(client, post(client, **told | changes)["Location"])


def expected_on(code: str = "arrived_kigali") -> int:
    at = Milestone.objects.get(code=code, unit__container=BOX).expected_at
    assert at
    return at.day


@pytest.mark.parametrize("changes", [{}, {"caller": "Grace"}, {"hour": ""}, {"kind": "gate_in"}])
def test_an_expectation_that_is_back_where_it_was_counts_and_the_same_again_does_not(
    officer: Client, consignment: Consignment, changes: dict[str, str]
) -> None:
    days = [expected_on() for day in (4, 9, 4, 9, 9, 4) if expect(officer, day, **changes)]
    assert days == [4, 9, 4, 9, 9, 4]
    assert (Event.objects.count(), Delivery.objects.count()) == (5, 5)
    assert "The very same had been taken down before; nothing was added." in expect(officer, 4, **changes)
    delivery = Delivery.objects.latest("pk")
    assert read_delivery(delivery.pk, again=True).events == 0
    rebuild()
    assert (expected_on(), Event.objects.count(), Delivery.objects.count()) == (4, 5, 5)


def test_what_was_told_counts_again_after_another_word_on_these_goods_alone(
    officer: Client, clerk: Source, consignment: Consignment
) -> None:
    expect(officer, 4)
    for box, kind in (("MSCU6639870", "arrived_kigali"), (BOX, "gate_out")):
        take_in(clerk, csv(f",{box},,{kind},EST,,2026-12-09T08:00:00Z,"))
    assert "The very same had been taken down before; nothing was added." in expect(officer, 4)
    take_in(clerk, csv(f",{BOX},,arrived_kigali,EST,rw-city-kigali,2026-12-09T08:00:00Z,"))
    assert expected_on() == 9
    assert "Taken down. It stands with its consignment now." in expect(officer, 4)
    assert expected_on() == 4


def test_another_box_or_another_border_overtakes_nothing(officer: Client, consignment: Consignment) -> None:
    borders: list[dict[str, str]] = [
        {"kind": "border_in", "node": f"xx-border-{name}"} for name in ("malaba", "gatuna")
    ]
    expect(officer, 4)
    expect(officer, 2, **borders[0])
    expect(officer, 9, goods=OTHER_BOX)
    expect(officer, 3, **borders[1])
    for day, changes in ((4, {}), (2, borders[0]), (3, borders[1])):
        assert "nothing was added" in expect(officer, day, **changes)
    assert Event.objects.count() == 4


def test_another_word_for_the_same_step_overtakes(officer: Client, clerk: Source, consignment: Consignment) -> None:
    at_port = {"kind": "vessel_arrived", "node": "ke-port-mombasa"}
    expect(officer, 4, **at_port)
    take_in(clerk, csv(f",{BOX},,arrived_port,EST,ke-term-ct1,2026-12-09T08:00:00Z,"))
    days = [expected_on("vessel_arrived"), expect(officer, 4, **at_port) and expected_on("vessel_arrived")]
    assert days == [9, 4]


def test_of_goods_that_are_registered_later_the_latest_word_counts(officer: Client, clerk: Source, cast: Cast) -> None:
    expect(officer, 4)
    take_in(clerk, csv(",MSCU6639870,,arrived_kigali,EST,,2026-12-09T08:00:00Z,"))
    assert "nothing was added" in expect(officer, 4)
    take_in(clerk, csv(f",{BOX},,arrived_kigali,EST,,2026-12-09T08:00:00Z,"))
    assert "It belongs to no registered consignment yet" in expect(officer, 4)
    register(particulars=Particulars(consignee=cast.importer_firm, containers=[BOX]), by=None, at=timezone.now())
    assert (expected_on(), Event.objects.count()) == (4, 4)


@pytest.mark.django_db(transaction=True)
def test_two_who_take_down_the_same_expectation_at_once_add_it_once(cast: Cast, consignment: Consignment) -> None:
    node = Node.objects.get(slug="rw-city-kigali")
    told = Told(
        kind="arrived_kigali", classifier="EST", node=node, when=date(2026, 12, 4), goods=BOX, caller="A", agency="B"
    )
    together = Barrier(4)

    def take(_n: int) -> bool:
        try:
            together.wait()
            return take_down(told=told, by=cast.officer, at=timezone.now()).is_duplicate
        finally:
            connections.close_all()

    with ThreadPoolExecutor(4) as pool:
        assert sorted(pool.map(take, range(4))) == [False, True, True, True]
    assert (Event.objects.count(), Delivery.objects.count()) == (1, 1)


def test_what_has_happened_is_told_once_whatever_came_between(officer: Client, consignment: Consignment) -> None:
    post(officer)
    post(officer, hour="10:00")
    assert "nothing was added" in page(officer, post(officer)["Location"])
    assert Event.objects.count() == 2


def test_only_the_day_may_be_known(officer: Client, consignment: Consignment) -> None:
    post(officer, hour="", goods=consignment.ref.lower())
    event = Event.objects.get()
    assert (event.is_day, event.reference, event.is_matched) == (True, consignment.ref, True)


def test_what_belongs_to_no_consignment_is_kept(officer: Client) -> None:
    answer = post(officer, goods="unknown 77")
    assert answer["Location"] == f"/deliveries/{Delivery.objects.get().pk}/"
    assert "It belongs to no registered consignment yet" in page(officer, answer["Location"])
    assert Event.objects.get().bill_of_lading == "UNKNOWN77"


def test_what_is_expected_may_lie_ahead_and_what_happened_may_not(officer: Client) -> None:
    ahead = (timezone.now() + timedelta(days=3)).date().isoformat()
    refused = post(officer, day=ahead)
    assert (refused.status_code, "This lies in the future." in shown(refused)) == (422, True)
    assert (post(officer, day=ahead, hour="").status_code, Delivery.objects.count()) == (422, 0)
    assert (post(officer, day=ahead, classifier="EST").status_code, Event.objects.count()) == (302, 1)


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"kind": "teleported"}, "Select a valid choice."),
        ({"node": "ke-nowhere"}, "Select a valid choice."),
        ({"day": "2026-02-30"}, "Enter a valid date."),
        ({"hour": "25:00"}, "Enter a valid time."),
        ({"goods": ""}, "This field is required."),
        ({"goods": "TGHU3054381"}, "Did you mean TGHU3054380?"),
        ({"caller": ""}, "This field is required."),
        ({"agency": "\x00"}, "Null characters are not allowed."),
        ({"classifier": "PLN"}, "Select a valid choice."),
    ],
)
def test_what_is_not_clear_is_said_beside_the_field(officer: Client, changes: dict[str, str], words: str) -> None:
    answer = post(officer, **changes)
    assert (answer.status_code, words in shown(answer), Delivery.objects.count()) == (422, True, 0)


@pytest.mark.parametrize("part", ["importer", "agent", "stranger", "desk", "official"])
def test_only_the_office_takes_down(cast: Cast, as_person: As, part: str) -> None:
    assert (post(as_person(cast.people()[part])).status_code, Delivery.objects.count()) == (403, 0)


@pytest.mark.parametrize(
    ("goods", "column"),
    [
        ("TGHU3054380", "container"),
        ("RW26-000123", "reference"),
        ("UMUC2611001", "bill_of_lading"),
        ("HBL-7", "bill_of_lading"),
    ],
)
def test_a_number_says_what_it_is(goods: str, column: str) -> None:
    assert column_of(goods) == column


@pytest.mark.parametrize("when", [date(2026, 11, 20), datetime(2026, 11, 20, 9, 30)])  # noqa: DTZ001
def test_the_row_is_the_documented_csv_whatever_is_said(network: None, when: date) -> None:
    node = Node.objects.get(slug="xx-border-malaba")
    told = Told(
        kind="border_in",
        classifier="ACT",
        node=node,
        when=when,
        goods=BOX,
        caller='A "B", C',
        agency="D\nE",
        remark="x\r\ny",
    )
    header, line = as_csv(told).decode().split("\n", 1)
    assert header == "reference,container,bill_of_lading,kind,classifier,node,occurred_at,remark"
    assert "x y" in line
    header, line = as_csv(told, issued_at=AT).decode().split("\n", 1)
    assert (header.split(",")[-1], line.split(",")[-1]) == ("issued_at", "2026-11-20T06:00:00+00:00\n")
    assert office() == office()


def office() -> Source:
    return own_source(slug=SLUG, format="csv_events", name=NAME, rank=RANK, at=AT)


@pytest.mark.django_db(transaction=True)
def test_the_office_s_source_is_made_once_however_many_need_it_first(network: None) -> None:
    def first(_n: int) -> int:
        try:
            return office().pk
        finally:
            connections.close_all()

    with ThreadPoolExecutor(4) as pool:
        made = set(pool.map(first, range(4)))
    assert made == {Source.objects.get(slug="office").pk}
