"""Which ship a source means: by number, by name, and how ships that were two become one."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

import pytest
from django.db import connection, transaction
from hypothesis import given
from hypothesis import strategies as st

from corridor.models import Vessel
from corridor.vessels import Fleet, lock_vessels, plain_name

IMO, OTHER_IMO, MMSI, OTHER_MMSI = "9321483", "9365843", "371798000", "249190000"

pytestmark = pytest.mark.django_db


def meet(imo: str = "", mmsi: str = "", name: str = "", **more: Any) -> Vessel:
    """The ship of a batch that names this one alone."""
    return Fleet([(imo, mmsi, name)]).get(imo=imo, mmsi=mmsi, name=name, **more)


def known() -> list[tuple[str, str, str]]:
    return list(Vessel.objects.order_by("pk").values_list("imo", "mmsi", "name"))


@pytest.mark.parametrize(
    "said", [{"imo": IMO}, {"mmsi": MMSI}, {"name": "M/V Kagera"}, {"imo": IMO, "mmsi": MMSI, "name": "KAGERA"}]
)
def test_a_ship_is_made_once_and_met_again(said: dict[str, str]) -> None:
    first = meet(**said)
    assert (meet(**said).pk, len(known())) == (first.pk, 1)


def test_a_ship_of_a_name_takes_the_numbers_that_she_is_told_with_later() -> None:
    first = meet(name="KAGERA")
    assert meet(imo=IMO, name="mv kagera").pk == first.pk
    assert meet(mmsi=MMSI, name="KAGERA").pk == first.pk
    assert known() == [(IMO, MMSI, "KAGERA")]


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ({"imo": IMO, "name": "KAGERA"}, {"imo": OTHER_IMO, "name": "KAGERA"}),
        ({"mmsi": MMSI, "name": "KAGERA"}, {"mmsi": OTHER_MMSI, "name": "KAGERA"}),
        ({"name": "KAGERA"}, {"name": "KAGERA II"}),
    ],
    ids=["imo", "mmsi", "name"],
)
def test_two_ships_stay_two(one: dict[str, str], other: dict[str, str]) -> None:
    assert meet(**one).pk != meet(**other).pk
    assert len(known()) == 2


def test_the_number_of_her_hull_counts_before_the_one_of_her_radio_and_her_name() -> None:
    first = meet(imo=IMO, mmsi=MMSI, name="KAGERA")
    other = meet(imo=OTHER_IMO, mmsi=OTHER_MMSI, name="RUSIZI")
    fleet = Fleet([(IMO, OTHER_MMSI, "RUSIZI")])
    assert fleet.get(imo=IMO, mmsi=OTHER_MMSI, name="RUSIZI").pk == first.pk != other.pk
    assert known() == [(IMO, MMSI, "KAGERA"), (OTHER_IMO, OTHER_MMSI, "RUSIZI")]


def test_of_two_of_one_name_that_with_a_number_is_meant() -> None:
    bare = Vessel.objects.create(name="KAGERA")
    numbered = Vessel.objects.create(imo=IMO, name="KAGERA")
    assert meet(name="KAGERA").pk == numbered.pk != bare.pk


def test_a_name_is_changed_by_her_own_newer_word_alone() -> None:
    meet(mmsi=MMSI, name="OLD", at=datetime(2026, 11, 1, tzinfo=UTC))
    assert meet(mmsi=MMSI, name="HEARSAY").name == "OLD"
    assert meet(mmsi=MMSI, name="OLDER", at=datetime(2026, 10, 1, tzinfo=UTC)).name == "OLD"
    assert meet(mmsi=MMSI, name="NEW", at=datetime(2026, 11, 2, tzinfo=UTC)).name == "NEW"


def test_a_ship_that_was_known_by_radio_alone_is_one_with_the_hull_that_bears_it() -> None:
    hull = meet(imo=IMO, name="KAGERA")
    meet(mmsi=MMSI)
    fleet = Fleet([(IMO, MMSI, "")])
    assert fleet.get(imo=IMO, mmsi=MMSI, name="", call_sign="5HAB7 AND MORE").pk == hull.pk
    assert known() == [(IMO, MMSI, "KAGERA")]
    assert Vessel.objects.get().call_sign == "5HAB7 AND "


def test_a_fleet_asks_once_however_many_ships_are_named(django_assert_num_queries: Any) -> None:
    for number in range(5):
        Vessel.objects.create(name=f"SHIP {number}")
    with django_assert_num_queries(1):
        fleet = Fleet([("", "", f"MV Ship {number}") for number in range(5)])
        assert [fleet.get(imo="", mmsi="", name=f"Ship {number}").name for number in range(5)] == [
            f"SHIP {number}" for number in range(5)
        ]


def test_ships_are_locked_until_the_transaction_ends() -> None:
    def held() -> int:
        with connection.cursor() as cursor:
            cursor.execute("SELECT count(*) FROM pg_locks WHERE locktype = 'advisory' AND pid = pg_backend_pid()")
            return int(cursor.fetchone()[0])

    before = held()
    with transaction.atomic():
        lock_vessels()
        assert held() == before + 1


@given(st.text(alphabet="MVTS./ kK\t-", max_size=80))
def test_a_plain_name_is_plain_already_but_for_a_second_prefix(name: str) -> None:
    plain = plain_name(name)
    assert plain == " ".join(plain.upper().split())
    assert len(plain) <= 60
