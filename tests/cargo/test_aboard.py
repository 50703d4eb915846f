"""Which goods come with a call: by ship and voyage however they are written, and no others."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

import pytest
from django.contrib.auth.models import AnonymousUser
from pytest_django import DjangoAssertNumQueries

from cargo.aboard import MOST_LINES, counted, listed
from cargo.registration import Particulars, register
from corridor.models import Node, Vessel, VesselCall
from corridor.onboard import Aboard, aboard, lines
from tests.conftest import AT, Cast, source_of


@pytest.fixture
def call(cast: Cast) -> VesselCall:
    return a_call(1, "ABACUS", "411E")


def a_call(pk: int, name: str, voyage: str) -> VesselCall:
    vessel, _is_new = Vessel.objects.get_or_create(name=name)
    port = Node.objects.get(slug="ke-port-mombasa")
    source = source_of(f"s{pk}", "schedule")
    return VesselCall.objects.create(
        id=pk,
        vessel=vessel,
        port=port,
        voyage=voyage,
        state="unknown",
        source=source,
        heard_at=AT,
        position="4",
        updated_at=AT,
    )


def goods(cast: Cast, number: int, vessel: str, voyage: str, **more: Any) -> str:
    particulars = Particulars(
        consignee=cast.importer_firm,
        bill_of_lading=f"BL{number}",
        vessel=vessel,
        voyage=voyage,
        weight_t=Decimal("12.5"),
        **more,
    )
    return register(particulars=particulars, by=None, at=AT).ref


def test_the_ship_and_the_voyage_are_meant_however_they_are_written(cast: Cast, call: VesselCall) -> None:
    refs = [goods(cast, 1, "MV Abacus", "411E"), goods(cast, 2, "ABACUS", "411e", containers=["TSTU0000001"])]
    for number, (vessel, voyage) in enumerate((("ABACUS", "412E"), ("ABACUS TWO", "411E"), ("ABACUS", "")), 3):
        goods(cast, number, vessel, voyage)
    assert counted([call]) == {1: Aboard(2, 1, Decimal("25.000"))}
    assert [line.ref for line in listed(call, cast.importer)] == refs[::-1]
    assert [line.url for line in listed(call, cast.officer)] == [f"/consignments/{ref}/" for ref in refs[::-1]]
    for viewer in (cast.stranger, cast.desk, cast.official, AnonymousUser()):
        assert listed(call, viewer) == []


def test_without_a_voyage_nobody_can_tell(cast: Cast) -> None:
    goods(cast, 1, "ABACUS", "")
    call = a_call(1, "ABACUS", "")
    assert (counted([call]), listed(call, cast.officer)) == ({}, [])


def test_many_calls_are_counted_with_one_query(
    cast: Cast, call: VesselCall, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    goods(cast, 1, "ABACUS", "411E")
    goods(cast, 2, "LEDGER", "5W")
    calls = [call, a_call(2, "LEDGER", "5W"), a_call(3, "NOBODY", "7")]
    for each in calls:
        assert each.vessel.name
    with django_assert_num_queries(1):
        found = aboard(calls)
    assert {pk: each.consignments for pk, each in found.items()} == {1: 1, 2: 1}
    with django_assert_num_queries(0):
        assert aboard([]) == {}
    assert [line.goods for line in lines(call, cast.importer)] == [""]


def test_two_calls_of_one_voyage_show_the_same_goods_in_number_and_in_the_list(cast: Cast, call: VesselCall) -> None:
    again = a_call(2, "ABACUS", "411-E")
    refs = [goods(cast, number, "ABACUS", written) for number, written in ((1, "411E"), (2, "411e"))]
    assert counted([call, again]) == dict.fromkeys((1, 2), Aboard(2, 0, Decimal("25.000")))
    assert [line.ref for line in listed(call, cast.officer)] == refs[::-1]
    assert [line.ref for line in listed(again, cast.officer)] == refs[::-1]


@pytest.mark.parametrize(
    ("vessel", "voyage", "is_aboard"),
    [
        ("ABACUS", "411E", True),
        ("abacus", "411E", True),
        ("M/V ABACUS", "411e", True),
        ("MV  Abacus", "411E", True),
        ("ABACUS", "411", False),
        ("ABACUS", "1411E", False),
        ("ABACUS II", "411E", False),
        ("THE ABACUS", "411E", False),
        ("ABACU_", "411E", False),
        ("%", "411E", False),
        ("", "411E", False),
    ],
)
def test_what_is_aboard_is_counted_exactly_where_it_is_listed(
    cast: Cast, call: VesselCall, vessel: str, voyage: str, is_aboard: bool
) -> None:
    ref = goods(cast, 1, vessel, voyage)
    assert [line.ref for line in listed(call, cast.officer)] == ([ref] if is_aboard else [])
    assert {pk: each.consignments for pk, each in counted([call]).items()} == ({1: 1} if is_aboard else {})


def test_what_somebody_may_not_see_is_counted_for_all_and_named_to_nobody_else(cast: Cast, call: VesselCall) -> None:
    goods(cast, 1, "ABACUS", "411E")
    theirs = Particulars(consignee=cast.stranger_firm, bill_of_lading="T1", vessel="ABACUS", voyage="411E")
    ref = register(particulars=theirs, by=None, at=AT).ref
    assert counted([call])[1].consignments == 2
    assert [line.ref for line in listed(call, cast.stranger)] == [ref]
    assert ref not in [line.ref for line in listed(call, cast.importer)]


def test_weights_that_nobody_gave_count_as_none_and_boxes_are_counted_once(cast: Cast, call: VesselCall) -> None:
    for number, boxes in enumerate((["TSTU0000001", "TSTU0000017"], ["TSTU0000022"], [])):
        bill = f"W{number}"
        some = Particulars(
            consignee=cast.importer_firm, bill_of_lading=bill, vessel="ABACUS", voyage="411E", containers=boxes
        )
        register(particulars=some, by=None, at=AT)
    assert counted([call]) == {1: Aboard(3, 3, Decimal(0))}
    goods(cast, 9, "ABACUS", "411E")
    assert counted([call]) == {1: Aboard(4, 3, Decimal("12.500"))}


def test_a_long_list_is_cut_at_the_newest(cast: Cast, call: VesselCall) -> None:
    refs = [goods(cast, number, "ABACUS", "411E") for number in range(MOST_LINES + 3)]
    assert [line.ref for line in listed(call, cast.officer)] == refs[: -MOST_LINES - 1 : -1]
    assert counted([call])[1].consignments == MOST_LINES + 3
