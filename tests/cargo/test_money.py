"""What consignments owe, by their milestones and the tariff; and who may see it."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from decimal import Decimal

import pytest
from django.contrib.auth.models import AnonymousUser
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from cargo.charge_lines import money_field
from cargo.charges.reckoning import Money
from cargo.exposures import burns_at
from cargo.models import Consignment, ExchangeRate, Nomination, TariffRow, Unit, Waiver
from cargo.money import TARIFF, exchange_rates, money_here, money_of
from cargo.registration import Particulars, register, register_many
from cargo.remembered import forgotten
from cargo.tariffs import approve, load_tariff, propose
from feeds.models import Source
from liaison.models import Person
from tests.cargo.test_reading import BOX, HEADER, OTHER_BOX, take_in
from tests.conftest import AT, Cast, somebody

ON = datetime(2026, 11, 24, 9, tzinfo=UTC)
ARRIVED, DISCHARGED = "2026-11-01T08:00:00+03:00", "2026-11-03T10:00:00+03:00"


@pytest.fixture(autouse=True)
def _tariff(db: None) -> None:
    load_tariff(at=AT)


def events(source: Source, *rows: tuple[str, str, str, str]) -> None:
    """Rows of (container, kind, node, time)."""
    lines = [f",{box},,{kind},ACT,{node},{at}," for box, kind, node, at in rows]
    take_in(source, (HEADER + "\n".join(lines) + "\n").encode())


def discharged(source: Source, *boxes: str) -> None:
    for box in boxes:
        events(
            source,
            (box, "vessel_arrived", "ke-port-mombasa", ARRIVED),
            (box, "discharged", "ke-port-mombasa", DISCHARGED),
        )


def sized(**size_types: str) -> None:
    for container, size_type in size_types.items():
        Unit.objects.filter(container=container).update(size_type=size_type)


def money(consignment: Consignment, viewer: Person, at: datetime = ON) -> Money:
    return money_of([consignment], viewer=viewer, at=at)[consignment.pk]


def test_boxes_owe_by_their_sizes_and_their_own_milestones(clerk: Source, consignment: Consignment, cast: Cast) -> None:
    discharged(clerk, BOX, OTHER_BOX)
    events(clerk, (OTHER_BOX, "gate_out", "ke-port-mombasa", "2026-11-19T10:00:00+03:00"))
    sized(**{BOX: "22G1", OTHER_BOX: "45G1"})
    found = money(consignment, cast.importer)
    assert found.accrued.amount() == (6 * 30 + 55) + 2 * 60
    assert found.tomorrow.amount() == 55
    assert [(c.clock.name, c.clock.quantity, c.clock.last_free_on) for c in found.charges if c.is_binding] == [
        ("port_storage", 1, date(2026, 11, 17))
    ]


def test_like_boxes_are_counted_together(clerk: Source, consignment: Consignment, cast: Cast) -> None:
    discharged(clerk, BOX, OTHER_BOX)
    sized(**{BOX: "22G1", OTHER_BOX: "22G1"})
    found = money(consignment, cast.importer)
    assert [(c.clock.name, c.clock.quantity) for c in found.charges] == [
        ("port_storage", 2),
        ("customs_warehouse", 2),
        ("line_container", 2),
    ]
    assert found.accrued.amount() == 2 * 235


def test_without_a_size_the_free_time_is_known_and_the_price_is_not(
    clerk: Source, consignment: Consignment, cast: Cast
) -> None:
    discharged(clerk, BOX, OTHER_BOX)
    found = money(consignment, cast.importer)
    assert found.binding is not None
    assert found.binding.clock.last_free_on == date(2026, 11, 17)
    assert [found.accrued.amount(), found.tomorrow.amount()] == [None, None]
    (port,) = (clock for clock in money_field(found)["clocks"] if clock["name"] == "port_storage")
    assert port["unknown"] == ["KPA: the price depends on the container's size, which was not reported."]


def test_the_day_is_that_of_the_place(clerk: Source, consignment: Consignment, cast: Cast) -> None:
    events(clerk, (BOX, "discharged", "ke-port-mombasa", "2026-11-10T23:30:00+02:00"))
    starts = {charge.clock.starts_on for charge in money(consignment, cast.importer).charges}
    assert starts == {date(2026, 11, 11), None}


@pytest.mark.parametrize(
    ("at", "left", "owed", "others"),
    [
        ("2026-11-27T20:59Z", 0, Decimal(0), date(2026, 11, 27)),
        ("2026-11-27T21:30Z", 0, Decimal(0), date(2026, 11, 28)),
        ("2026-11-27T22:00Z", -1, None, date(2026, 11, 28)),
    ],
)
def test_days_at_magerwa_are_those_of_kigali(
    clerk: Source, consignment: Consignment, cast: Cast, at: str, left: int, owed: Decimal | None, others: date
) -> None:
    Unit.objects.filter(container=OTHER_BOX).delete()
    discharged(clerk, BOX)
    events(clerk, (BOX, "arrived_kigali", "rw-wh-magerwa", "2026-11-21T00:10:00+02:00"))
    found = money(consignment, cast.importer, datetime.fromisoformat(at))
    charges = {charge.clock.name: charge for charge in found.charges}
    there = charges.pop("kigali_warehouse")
    assert (there.clock.last_free_on, there.days_left, there.accrued.amount()) == (date(2026, 11, 27), left, owed)
    assert {charge.today for charge in charges.values()} == {found.today} == {others}
    assert there.is_binding
    assert burns_at(found) == datetime(2026, 11, 27, 22, tzinfo=UTC)


def test_a_waiver_granted_to_a_consignment_is_its_own_and_a_campaign_is_not_deducted(
    clerk: Source, consignment: Consignment, cast: Cast
) -> None:
    other = register(
        particulars=Particulars(consignee=cast.importer_firm, containers=["MSKU1234565"]), by=cast.importer, at=AT
    )
    discharged(clerk, BOX, "MSKU1234565")
    sized(**{BOX: "22G1", "MSKU1234565": "22G1"})
    Unit.objects.filter(container=OTHER_BOX).delete()
    waiver = Waiver(name="Half", payee="KPA", percent=Decimal(50), starts_on=date(2026, 11, 1), source="Letter 1")
    waiver.consignment = consignment
    waiver.save()
    Waiver.objects.create(
        name="All", payee="KPA", percent=100, starts_on=date(2026, 11, 1), on_application=True, source="Notice"
    )
    found = money_of([consignment, other], viewer=cast.importer, at=ON)
    assert [found[each.pk].accrued.amount() for each in (consignment, other)] == [Decimal("117.5"), 235]


def test_goods_of_maersk_s_bill_of_lading_are_priced_by_its_list(clerk: Source, cast: Cast) -> None:
    particulars = Particulars(consignee=cast.importer_firm, bill_of_lading="MAEU123", containers=[BOX])
    goods = register(particulars=particulars, by=cast.importer, at=AT)
    discharged(clerk, BOX)
    events(clerk, (BOX, "gate_out", "ke-port-mombasa", "2026-11-10T10:00:00+03:00"))
    sized(**{BOX: "22G1"})
    found = money(goods, cast.importer, datetime(2026, 12, 15, 9, tzinfo=UTC))
    assert [found.accrued.amount(), found.tomorrow.amount()] == [7 * 20 + 35, 35]


def test_a_free_time_that_the_office_enters_for_a_line_is_counted_for_its_goods_alone(
    clerk: Source, cast: Cast
) -> None:
    ours, other = (
        register(
            particulars=Particulars(consignee=cast.importer_firm, bill_of_lading=number, containers=[box]),
            by=cast.importer,
            at=AT,
        )
        for number, box in (("MAEU123", BOX), ("HLCU123", OTHER_BOX))
    )
    discharged(clerk, BOX, OTHER_BOX)
    sized(**{BOX: "45G1", OTHER_BOX: "45G1"})
    office = cast.officer.membership_set.get().organization
    heads = [somebody(office, role, f"{role}@x.example") for role in ("supervisor", "administrator")]
    says = {
        "payee": "Maersk", "charge_group": "line_free_time", "item": "Contract", "regime": "transit_import",
        "place": "", "destination": "RW", "goods": "", "container": "20/40", "unit": "day", "counts_from": "",
        "day_from": None, "day_to": None, "rate": Decimal(45), "currency": "day",
        "effective_from": date(2026, 1, 1), "effective_to": None, "source_url": "https://example.org",
        "confidence": "confirmed", "note": "",
    }  # fmt: skip
    row = propose(says=says, replaces=None, by=heads[0], at=AT)

    def free(goods: Consignment) -> tuple[int | None, date | None, Decimal | None]:
        found = money(goods, cast.importer, datetime(2026, 12, 15, 9, tzinfo=UTC))
        line = next(charge for charge in found.charges if charge.clock.name == "line_container")
        return line.clock.free_days, line.clock.last_free_on, line.accrued.amount()

    published: tuple[int | None, date | None] = 35, date(2026, 12, 7)
    assert [free(goods) for goods in (ours, other)] == [(*published, Decimal(350)), (*published, Decimal(160))]
    assert approve(proposal=row, by=heads[1], at=AT)
    assert [free(goods) for goods in (ours, other)] == [
        (45, date(2026, 12, 17), Decimal(0)),
        (*published, Decimal(160)),
    ]


def test_only_who_may_see_money_sees_it(clerk: Source, consignment: Consignment, cast: Cast) -> None:
    discharged(clerk, BOX)

    def seen() -> list[str]:
        at = timezone.now()
        return [part for part, person in cast.people().items() if money_of([consignment], viewer=person, at=at)]

    assert seen() == ["importer", "officer"]
    Nomination.objects.update(may_see_money=True)
    assert seen() == ["importer", "agent", "officer"]
    Nomination.objects.update(ended_at=timezone.now())
    assert seen() == ["importer", "officer"]


def test_money_at_hand_is_withheld_from_who_may_not_see_it(consignment: Consignment, cast: Cast) -> None:
    assert money_here(consignment, [], [], viewer=cast.agent, at=ON) is None
    assert money_here(consignment, [], [], viewer=cast.importer, at=ON) is not None


def test_many_cost_no_more_queries_than_one(cast: Cast, clerk: Source) -> None:
    boxes = ["TGHU3054380", "CSQU3054383", "MSKU1234565"]
    goods = register_many(
        [Particulars(consignee=cast.importer_firm, containers=[box]) for box in boxes], by=cast.importer, at=AT
    )
    discharged(clerk, *boxes)
    assert cast.officer.roles

    def queries(some: list[Consignment]) -> int:
        with CaptureQueriesContext(connection) as found:
            assert len(money_of(some, viewer=cast.officer, at=ON)) == len(some)
        return len(found)

    # The tariff is read once.
    assert [queries(goods[:1]), queries(goods)] == [4, 3]
    with_units = list(Consignment.objects.prefetch_related("units"))
    assert queries(with_units) == 2


def test_the_programming_interface_has_decimal_strings(clerk: Source, consignment: Consignment, cast: Cast) -> None:
    discharged(clerk, BOX, OTHER_BOX)
    sized(**{BOX: "22G1", OTHER_BOX: "22G1"})
    found = money_field(money(consignment, cast.importer))
    assert (found["currency"], found["accrued"], found["tomorrow"]) == ("USD", "470.00", "110.00")
    clocks = {clock["name"]: clock for clock in found["clocks"]}
    assert clocks["port_storage"] == {
        "name": "port_storage",
        "payee": "KPA",
        "starts_on": "2026-11-03",
        "free_days": 15,
        "last_free_on": "2026-11-17",
        "stops_on": None,
        "containers": 2,
        "binding": True,
        "accrued": "470.00",
        "tomorrow": "110.00",
        "confidence": "estimate",
        "basis": "15 free days counted from “Discharged”, that day included. Row: Mombasa.",
        "chance": None,
        "unknown": [],
    }
    assert (clocks["customs_warehouse"]["accrued"], clocks["customs_warehouse"]["unknown"]) == (
        None,
        ["KRA: what the days after the free ones cost is not in the tariff known to us."],
    )


def test_rates_of_exchange_by_their_day() -> None:
    for days in (0, 3):
        on = date(2026, 11, 20) - timedelta(days=days)
        ExchangeRate.objects.create(currency="KES", per_usd=Decimal(129), on=on, source="CBK")
    assert [rate.on for rate in exchange_rates()] == [date(2026, 11, 17), date(2026, 11, 20)]


def test_at_naivasha_the_depot_s_free_days_run_and_the_port_s_clock_has_stopped(
    clerk: Source, consignment: Consignment, cast: Cast
) -> None:
    discharged(clerk, BOX)
    events(clerk, (BOX, "railed_to_icd", "ke-icd-naivasha", "2026-11-08T10:00:00+03:00"))
    Unit.objects.filter(container=OTHER_BOX).delete()
    sized(**{BOX: "22G1"})
    found = {charge.clock.name: charge for charge in money(consignment, cast.importer).charges}
    assert [(name, charge.clock.last_free_on, charge.clock.stops_on) for name, charge in found.items()] == [
        ("customs_warehouse", date(2026, 11, 21), None),
        ("depot_storage", date(2026, 12, 7), None),
        ("line_container", date(2026, 12, 7), None),
        ("port_storage", date(2026, 11, 17), date(2026, 11, 8)),
    ]
    assert found["port_storage"].accrued.amount() == 0


@pytest.mark.parametrize(
    ("node", "binding", "port", "depot"),
    [
        ("ke-icd-naivasha", "customs_warehouse", date(2026, 11, 8), date(2026, 12, 7)),
        ("ke-cfs-mombasa", "customs_warehouse", date(2026, 11, 8), None),
        ("ke-term-ct1", "port_storage", None, None),
    ],
)
def test_moved_by_order_goods_cost_nothing_more_in_the_port(
    clerk: Source, consignment: Consignment, cast: Cast, node: str, binding: str, port: date | None, depot: date | None
) -> None:
    """Whatever comes first, and however often; on the page as in the list."""
    moved = (BOX, "relocated", node, "2026-11-08T10:00:00+03:00")
    events(clerk, moved, moved)
    discharged(clerk, BOX)
    Unit.objects.filter(container=OTHER_BOX).delete()
    sized(**{BOX: "22G1"})
    units, milestones = list(consignment.units.all()), list(consignment.milestones.select_related("event__node"))
    here = money_here(consignment, units, milestones, viewer=cast.importer, at=ON)
    assert here is not None
    for found in (money(consignment, cast.importer), here[0]):
        charges = {charge.clock.name: charge for charge in found.charges}
        assert found.binding is not None
        assert (found.binding.clock.name, charges["port_storage"].clock.stops_on) == (binding, port)
        assert (("depot_storage" in charges and charges["depot_storage"].clock.last_free_on) or None) == depot
        assert charges["port_storage"].accrued.amount() == (0 if port else 235)


def test_an_expected_discharge_gives_an_expected_day(clerk: Source, consignment: Consignment, cast: Cast) -> None:
    at = "2026-12-01T10:00:00+03:00"
    take_in(clerk, (HEADER + f",{BOX},,discharged,EST,ke-port-mombasa,{at},\n").encode())
    Unit.objects.filter(container=OTHER_BOX).delete()
    binding = money(consignment, cast.importer).binding
    assert binding is not None
    assert (binding.clock.is_expected, binding.clock.last_free_on) == (True, date(2026, 12, 15))
    discharged(clerk, BOX)
    binding = money(consignment, cast.importer, datetime(2026, 11, 10, 9, tzinfo=UTC)).binding
    assert binding is not None
    assert (binding.clock.is_expected, binding.days_left) == (False, 7)


def test_goods_without_containers_are_one(cast: Cast, clerk: Source) -> None:
    particulars = Particulars(consignee=cast.importer_firm, bill_of_lading="BULK1", cargo_kind="dry_bulk")
    goods = register(particulars=particulars, by=cast.importer, at=AT)
    take_in(clerk, (HEADER + f",,BULK1,vessel_arrived,ACT,ke-port-mombasa,{ARRIVED},\n").encode())
    found = money(goods, cast.importer)
    assert [(charge.clock.name, charge.clock.last_free_on) for charge in found.charges] == [
        ("customs_warehouse", date(2026, 11, 21)),
        ("port_storage", None),
    ]
    assert {lack.code for lack in found.accrued.lacks} == {"no_rate", "containers_only"}


def test_a_row_that_was_ended_or_is_only_proposed_prices_nothing(
    clerk: Source, consignment: Consignment, cast: Cast
) -> None:
    discharged(clerk, BOX, OTHER_BOX)
    sized(**{BOX: "22G1", OTHER_BOX: "22G1"})
    band = TariffRow.objects.get(
        item="container storage band 2", container="20", effective_from="2025-12-22", regime="transit_import"
    )
    TariffRow.objects.filter(pk=band.pk).update(ended_at=AT)
    band.pk, band.key, band.rate, band.approved_at, band.proposed_by = None, "", Decimal(1), None, cast.officer
    band.save(force_insert=True)
    found = money(consignment, cast.importer)
    assert [found.accrued.amount(), found.tomorrow.amount()] == [2 * 6 * 30, None]


def test_a_row_that_staff_confirmed_makes_the_figure_more_than_an_estimate(
    clerk: Source, consignment: Consignment, cast: Cast
) -> None:
    discharged(clerk, BOX, OTHER_BOX)
    assert {charge.is_confirmed for charge in money(consignment, cast.importer).charges} == {False}
    TariffRow.objects.update(confidence="confirmed")
    forgotten(TARIFF)
    assert {charge.is_confirmed for charge in money(consignment, cast.importer).charges} == {True}


def test_who_may_see_money_is_the_same_by_rows_and_at_hand(cast: Cast, consignment: Consignment) -> None:
    """Asked of the database or of consignments that have been fetched, whatever the nomination says."""
    others = register_many(
        [Particulars(consignee=firm) for firm in (cast.importer_firm, cast.stranger_firm)], by=cast.officer, at=AT
    )
    every = [consignment, *others]

    def agree() -> dict[str, list[int]]:
        rows = Consignment.objects
        by_rows = {part: set(rows.money_visible_to(viewer)) for part, viewer in cast.people().items()}
        at_hand = {part: rows.money_visible_among(viewer, every) for part, viewer in cast.people().items()}
        assert {part: {each.pk for each in seen} for part, seen in by_rows.items()} == at_hand
        return {part: [number for number, each in enumerate(every) if each.pk in at_hand[part]] for part in at_hand}

    own = {"importer": [0, 1], "stranger": [2], "officer": [0, 1, 2], "desk": [], "official": []}
    assert agree() == {**own, "agent": []}
    Nomination.objects.update(may_see_money=True)
    assert agree() == {**own, "agent": [0]}
    Nomination.objects.update(consignment=None)
    assert agree() == {**own, "agent": [0, 1]}
    Nomination.objects.update(starts_on=date(2099, 1, 1))
    assert agree() == {**own, "agent": []}
    assert Consignment.objects.money_visible_among(AnonymousUser(), every) == set()
