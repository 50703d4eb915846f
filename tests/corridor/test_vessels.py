"""Which ship is meant: numbers before names, no ship twice, and nothing of one given to another."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pytest_django import DjangoAssertNumQueries

from corridor.models import Vessel
from corridor.vessels import Fleet, plain_name

NOW = datetime(2026, 11, 20, 12, tzinfo=UTC)
DAY = timedelta(days=1)
IMO, OTHER_IMO, MMSI, OTHER_MMSI = "9321483", "9365843", "371798000", "249190000"
Named = tuple[str, str, str]
quick = settings(deadline=None, derandomize=True, max_examples=60)


def get(imo: str = "", mmsi: str = "", name: str = "", call_sign: str = "", at: datetime | None = None) -> Vessel:
    """The ship in a batch of her own."""
    return Fleet([(imo, mmsi, name)]).get(imo=imo, mmsi=mmsi, name=name, call_sign=call_sign, at=at)


def kept() -> list[Named]:
    return list(Vessel.objects.order_by("pk").values_list("imo", "mmsi", "name"))


@pytest.mark.parametrize(
    ("written", "plain"),
    [
        ("", ""),
        ("   ", ""),
        ("M.V. ORYX", "ORYX"),
        ("M/V ORYX", "ORYX"),
        ("mt oryx", "ORYX"),
        ("MSV Al  Noor\t2", "AL NOOR 2"),
        ("MV MT ORYX", "MT ORYX"),
        ("MVORYX", "MVORYX"),
        ("MSC ANNA", "MSC ANNA"),
        ("M V ORYX", "M V ORYX"),
        ("MV", "MV"),
        ("X" * 70, "X" * 60),
    ],
)
def test_a_name_is_compared_without_the_prefix_of_its_kind(written: str, plain: str) -> None:
    assert plain_name(written) == plain


@quick
@given(st.text(max_size=90))
def test_a_plain_name_fits_its_column_and_has_single_blanks(written: str) -> None:
    plain = plain_name(written)
    assert len(plain) <= 60
    assert "  " not in plain
    assert plain == plain.lstrip()


def test_a_new_ship_is_made_once_in_a_batch(db: None) -> None:
    fleet = Fleet([(IMO, "", "MV Oryx"), (IMO, MMSI, "ORYX")])
    first = fleet.get(imo=IMO, mmsi="", name="MV Oryx")
    second = fleet.get(imo=IMO, mmsi=MMSI, name="ORYX")
    assert first == second
    assert kept() == [(IMO, MMSI, "ORYX")]


def test_the_ships_of_a_batch_cost_one_query_where_all_is_known(
    db: None, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    names = [(f"93{n:05d}", "", f"SHIP {n}") for n in range(4)]
    for imo, mmsi, name in names:
        get(imo, mmsi, name)
    with django_assert_num_queries(1):
        fleet = Fleet(names)
        found = [fleet.get(imo=imo, mmsi=mmsi, name=name).name for imo, mmsi, name in names]
    assert found == ["SHIP 0", "SHIP 1", "SHIP 2", "SHIP 3"]


@pytest.mark.parametrize(
    ("before", "said", "after"),
    [
        pytest.param((IMO, "", "ORYX"), (IMO, "", "KUDU"), [(IMO, "", "ORYX")], id="the number and not the name"),
        pytest.param(("", "", "ORYX"), (IMO, "", "ORYX"), [(IMO, "", "ORYX")], id="the name learns its number"),
        pytest.param((IMO, "", "ORYX"), ("", "", "M/V Oryx"), [(IMO, "", "ORYX")], id="a name alone is hers"),
        pytest.param(("", MMSI, ""), (IMO, MMSI, ""), [(IMO, MMSI, "")], id="the MMSI learns the IMO number"),
        pytest.param((IMO, "", ""), (IMO, "", "ORYX"), [(IMO, "", "ORYX")], id="the number learns its name"),
        pytest.param(
            (IMO, "", "ORYX"),
            (OTHER_IMO, "", "ORYX"),
            [(IMO, "", "ORYX"), (OTHER_IMO, "", "ORYX")],
            id="a namesake with another IMO number is another",
        ),
        pytest.param(
            ("", MMSI, "ORYX"),
            ("", OTHER_MMSI, "ORYX"),
            [("", MMSI, "ORYX"), ("", OTHER_MMSI, "ORYX")],
            id="a namesake with another MMSI is another",
        ),
        pytest.param((IMO, MMSI, "ORYX"), (IMO, OTHER_MMSI, "ORYX"), [(IMO, MMSI, "ORYX")], id="an MMSI is kept"),
        pytest.param(
            (IMO, MMSI, "ORYX"),
            (OTHER_IMO, MMSI, "KUDU"),
            [(IMO, "", "ORYX"), (OTHER_IMO, MMSI, "KUDU")],
            id="an MMSI goes with its bearer",
        ),
    ],
)
def test_who_is_meant(db: None, before: Named, said: Named, after: list[Named]) -> None:
    get(*before)
    get(*said)
    assert kept() == after


def test_of_two_namesakes_that_with_a_number_is_meant(db: None) -> None:
    Vessel.objects.create(name="ORYX")
    numbered = Vessel.objects.create(name="ORYX", imo=IMO)
    assert get(name="ORYX") == numbered
    assert get(imo=OTHER_IMO, name="ORYX").pk not in (None, numbered.pk)


def test_of_two_namesakes_with_numbers_the_first_is_meant_each_time(db: None) -> None:
    first = get(IMO, "", "ORYX")
    get(OTHER_IMO, "", "ORYX")
    assert [get(name="ORYX").pk for _ in range(2)] == [first.pk, first.pk]


def test_what_she_says_herself_later_counts_and_what_others_say_does_not(db: None) -> None:
    said = [("FIRST", NOW), ("LATER", NOW + DAY), ("EARLIER", NOW - DAY), ("HEARSAY", None), ("", NOW + 2 * DAY)]
    names = [get(mmsi=MMSI, name=name, at=at).name for name, at in said]
    assert names == ["FIRST", "LATER", "LATER", "LATER", "LATER"]
    assert Vessel.objects.get().named_at == NOW + DAY


def test_her_own_word_takes_the_place_of_hearsay_of_any_day(db: None) -> None:
    get(mmsi=MMSI, name="HEARSAY")
    get(mmsi=MMSI, name="OWN", at=NOW - 30 * DAY)
    assert Vessel.objects.values_list("name", "named_at").get() == ("OWN", NOW - 30 * DAY)


def test_a_call_sign_is_kept_as_first_heard_and_cut_to_its_column(db: None) -> None:
    get(IMO, call_sign="ABCDEFGHIJKL")
    get(IMO, call_sign="D5VL9")
    assert Vessel.objects.values_list("call_sign", flat=True).get() == "ABCDEFGHIJ"


def test_two_rows_of_one_ship_become_one_within_a_batch_and_the_fleet_knows_it(db: None) -> None:
    get(IMO, "", "ORYX")
    get("", MMSI, "")
    fleet = Fleet([(IMO, MMSI, "ORYX")])
    joined = fleet.get(imo=IMO, mmsi=MMSI, name="ORYX")
    assert kept() == [(IMO, MMSI, "ORYX")]
    assert fleet.get(imo="", mmsi=MMSI, name="") == joined
    assert Vessel.objects.count() == 1


@pytest.mark.django_db
def test_saying_the_same_again_changes_nothing() -> None:
    for said in [(IMO, MMSI, "ORYX"), (IMO, "", ""), ("", MMSI, ""), ("", "", "ORYX")]:
        get(*said)
    before = list(Vessel.objects.order_by("pk").values())
    get(IMO, MMSI, "M/V ORYX")
    assert list(Vessel.objects.order_by("pk").values()) == before
    assert len(before) == 1
