"""What heads a column, with its units, its accents and its points; and what heads nothing."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from feeds.columns import FIELDS, TIMES, columns_of, header_at, plain
from feeds.grids import Row


@pytest.mark.parametrize(
    ("header", "name"),
    [
        *(
            ("E.T.A.", "eta"),
            ("ETA (LT)", "eta"),
            ("Arrivée prévue", "eta"),
            ("LOA (m)", "loa"),
            ("Draft [mtrs]", "draft"),
        ),
        *(
            ("Date/Time of arrival", "eta"),
            ("DISCHARGE (TEUS)", "discharge"),
            ("Vessel's Name", "vessel"),
            ("ATB date", "atb"),
        ),
        *(("Exp. Arrival", "eta"), ("Est. Arrival", "eta"), ("Arr.", "eta"), ("ETA MSA", "eta"), ("ETA KEMBA", "eta")),
        *(("ETA UTC", "eta"), ("ETA prévue", "eta"), ("ETD prévue", "etd"), ("ETB Mombasa", "etb"), ("Dep.", "etd")),
        *(("Act. Arrival", "ata"), ("Name of the vessel", "vessel"), ("Vessel/Ship Name", "vessel")),
        *(("Exp. Departure", "etd"), ("Est. Sailing", "etd"), ("Arr. Date (LT)", "eta"), ("Port of call", "port")),
        *(("Ship Agent", "agent"), ("Poste à quai", "berth"), ("ETA DATE & TIME", "eta"), ("ETA HRS", "eta")),
    ],
)
def test_what_a_header_heads(header: str, name: str) -> None:
    assert dict(columns_of([header], {}).places) == {name: 0}


@pytest.mark.parametrize(
    "header",
    [
        "",
        "S/N",
        "Flag",
        "Height of the tide",
        "x" * 70,
        "TIME",
        "date",
        "Ω",
        "ETA/ATA",
        "ETA Dar",
        "ETA next port",
        "Last port",
        "Original ETA",
        "Agent name",
        "Mombasa",
        "eta of the ship that was here before it came",
    ],
)
def test_what_heads_nothing(header: str) -> None:
    assert columns_of([header], {}).places == {}


@given(st.permutations(sorted(FIELDS)), st.integers(1, 12))
def test_every_known_header_is_found_in_its_place(headers: list[str], count: int) -> None:
    chosen = headers[:count]
    found = columns_of([header.upper() for header in chosen], {})
    first = {FIELDS[header]: n for n, header in reversed([*enumerate(chosen)])}
    for name, field in (("vessel_voyage", "vessel"), ("name", "vessel"), ("revised_eta", "eta")):
        if name in first:
            first.setdefault(field, first[name])
    assert dict(found.places) == first
    assert found.is_list == ("vessel" in first and not first.keys().isdisjoint(TIMES))


@pytest.mark.parametrize(
    ("headers", "vessel", "is_both"),
    [
        (["ETA", "Vessel/Voyage"], 1, True),
        (["Vessel/Voyage", "Vessel", "ETA"], 1, False),
        (["Vessel", "ETA"], 0, False),
    ],
)
def test_a_column_of_names_with_voyages_stands_for_that_of_names(
    headers: list[str], vessel: int, is_both: bool
) -> None:
    found = columns_of(headers, {})
    assert (found.places["vessel"], found.has_voyage_with_vessel, found.is_list) == (vessel, is_both, True)


def test_of_two_columns_of_one_name_the_first_counts_unless_the_sender_named_another() -> None:
    assert columns_of(["ETA", "Vessel", "Expected"], {}).places == {"eta": 0, "vessel": 1}
    assert columns_of(["ETA", "Vessel", "Expected"], {"eta": "EXPECTED"}).places == {"vessel": 1, "eta": 2}


@pytest.mark.parametrize(
    ("upper", "lower", "places"),
    [
        (
            ["VESSEL", "VOY", "JEBEL ALI", "JEBEL ALI", "MOMBASA", "MOMBASA", "DAR", "DAR"],
            ["VESSEL", "VOY", "ETA", "ETD", "ETA", "ETD", "ETA", "ETD"],
            {"vessel": 0, "voyage": 1, "eta": 4, "etd": 5},
        ),
        (
            ["VESSEL", "VOY", "JEBEL ALI", "", "MOMBASA", "", "DAR", ""],
            ["", "", "ETA", "ETD", "ETA", "ETD", "ETA", "ETD"],
            {"vessel": 0, "voyage": 1, "eta": 4, "etd": 5},
        ),
        (
            ["VESSEL", "VOY", "ETD", "ETA", "ETA"],
            ["", "", "MUNDRA", "DAR", "MOMBASA"],
            {"vessel": 0, "voyage": 1, "eta": 4},
        ),
        (["VESSEL", "VOY", "JEBEL ALI", "", "DAR"], ["", "", "ETA", "ETD", "ETA"], {}),
        (["VESSEL", "VOY", "CALL", ""], ["", "", "ETA", "ETD"], {"vessel": 0, "voyage": 1, "eta": 2, "etd": 3}),
    ],
)
def test_of_the_times_of_several_ports_those_of_the_list_s_own_count(
    upper: list[str], lower: list[str], places: dict[str, int]
) -> None:
    columns, _taken = header_at([Row(1, tuple(upper)), Row(2, tuple(lower))], 0, {})
    assert (dict(columns.places) if columns.is_list else {}) == places


def test_of_a_time_that_comes_again_nobody_knows_whose_it_is() -> None:
    assert columns_of(["Vessel", "ETA", "ETD", "ETA", "ETD"], {}).places == {"vessel": 0}
    assert columns_of(["Vessel", "ETA", "ETA", "ETD"], {}).places == {"vessel": 0, "eta": 1, "etd": 3}
    beside = columns_of(["Vessel", "ETA", "", "Vessel", "ETA"], {})
    assert beside.places == {"vessel": 0, "eta": 1}


def test_a_name_alone_is_the_vessel_s_where_no_column_says_so() -> None:
    found = columns_of(["S/N", "Name", "ETA"], {})
    assert (found.places, found.is_list, found.is_vague) == ({"name": 1, "vessel": 1, "eta": 2}, True, True)
    found = columns_of(["Name", "Vessel", "ETA"], {})
    assert (found.places["vessel"], found.is_vague) == (1, False)


def test_hours_belong_to_the_date_before_them_or_stand_for_it() -> None:
    found = columns_of(["Vessel", "ETA", "Time", "ETD", "Hrs"], {})
    row = Row(1, ("X", "24/11", "0600", "25/11", "0700"))
    assert [(found.said(row, name), found.hour(row, name)) for name in ("eta", "etd", "ata")] == [
        *(("24/11", "0600"), ("25/11", "0700"), ("", "")),
    ]
    assert columns_of(["Vessel", "Arrival time"], {}).places == {"vessel": 0, "eta": 1}


def test_a_header_of_two_rows_only_where_the_second_adds_to_it() -> None:
    split = [Row(1, ("Vessel", "ETA", "")), Row(2, ("", "Date", "Time")), Row(3, ("X", "24/11", "0600"))]
    columns, taken = header_at(split, 0, {})
    assert (columns.places, columns.hours, taken) == ({"vessel": 0, "eta": 1}, {"eta": 2}, 2)
    titled = [Row(1, ("Containers",)), Row(2, ("Vessel", "ETA"))]
    assert [header_at(titled, at, {})[0].is_list for at in (0, 1)] == [False, True]
    assert header_at([Row(1, ("Vessel", "ETA"))], 0, {})[1] == 1


@given(st.text(max_size=40))
def test_any_text_has_a_plain_form_that_stays(text: str) -> None:
    assert plain(plain(text)) == plain(text)
    assert plain(text).isascii()
