"""Which goods come with a call: by ship and voyage however they are written, and no others."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

import pytest
from django.contrib.auth.models import AnonymousUser
from pytest_django import DjangoAssertNumQueries

from cargo.aboard import counted, listed
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
