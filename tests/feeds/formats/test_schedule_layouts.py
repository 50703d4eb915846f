"""Vessel lists as ports, agents and spreadsheets lay them out: the ship, her times and her berth in each of them."""

from __future__ import annotations

import time as clock
from datetime import date, datetime

import pytest

from feeds.facts import CallTiming, Reading
from feeds.formats.schedule import read

RECEIVED = {"received_at": "2026-11-20T08:00:00+03:00"}
ETA = datetime(2026, 11, 25, 6)  # noqa: DTZ001


def listed(text: str, **settings: str) -> Reading:
    return read(text.encode(), RECEIVED | settings)


def ships(found: Reading) -> list[str]:
    return [fact.vessel for fact in found.of(CallTiming)]


def troubles(found: Reading) -> list[tuple[str, int]]:
    return [(fault.code, fault.line) for fault in found.faults]


@pytest.mark.parametrize(
    ("written", "name"),
    [
        ("X-PRESS NILGIRI", "X-PRESS NILGIRI"),
        ("EXPRESS ROME", "EXPRESS ROME"),
        ("OUR LADY OF MT CARMEL", "OUR LADY OF MT CARMEL"),
        ("MV X-PRESS NILGIRI", "X-PRESS NILGIRI"),
        ("M.V. KAGERA", "KAGERA"),
        ("S/S ROOSEVELT", "ROOSEVELT"),
        ("MV/MT RUVU", "RUVU"),
        ("MT", "MT"),
    ],
)
def test_the_kind_of_a_ship_is_taken_from_before_her_name_alone(written: str, name: str) -> None:
    assert ships(listed(f"VESSEL,ETA\n{written},25/11/2026 0600")) == [name]


@pytest.mark.parametrize(
    "name", ["GRAND PIONEER", "HIGH FIDELITY", "LOW COUNTRY", "KEY BORA", "LEGEND OF TIME", "TIME"]
)
def test_a_ship_whose_name_begins_like_a_note_is_a_ship_where_she_has_a_time(name: str) -> None:
    found = listed(f"VESSEL,AGENT,ETA\n{name},STS,25/11/2026 0600")
    assert (ships(found), found.faults) == ([name], ())


@pytest.mark.parametrize("words", ["GRAND TOTAL", "TOTAL SHIPS", "SUBTOTAL", "HIGH TIDE", "LOW WATER", "TIDES"])
def test_sums_and_tides_are_no_ships_even_beside_a_date(words: str) -> None:
    found = listed(f"VESSEL,AGENT,ETA\n{words},3,25/11/2026 0600\nKAGERA,STS,25/11/2026")
    assert (ships(found), found.faults) == (["KAGERA"], ())


@pytest.mark.parametrize("name", ["TBA", "TBN", "N/A", "-", ""])
def test_a_ship_that_nobody_has_named_yet_is_set_aside_and_makes_no_ship(name: str) -> None:
    found = listed(f"VESSEL,AGENT,ETA\n{name},STS,25/11/2026 0600\nKAGERA,STS,25/11/2026")
    assert (ships(found), troubles(found)) == (["KAGERA"], [("no_vessel", 2)])


def test_a_ship_without_a_name_is_known_by_her_number() -> None:
    found = listed("VESSEL,IMO NO,ETA\nTBN,IMO 9321483,25/11/2026 0600\n,9365843.0,25/11/2026 0600")
    assert [(fact.vessel, fact.vessel_imo, fact.flags) for fact in found.of(CallTiming)] == [
        ("", "9321483", ()),
        ("", "9365843", ()),
    ]
    assert found.faults == ()


def test_what_is_not_known_yet_is_left_empty_and_spoils_nothing() -> None:
    found = listed("VESSEL,IMO,MMSI,CALL SIGN,VCN,VOYAGE,BERTH,AGENT,ETA\nKAGERA,TBA,N/A,-,NIL,TBN,TBA,n/a,25/11/2026")
    (fact,) = found.of(CallTiming)
    assert (fact.vessel_imo, fact.mmsi, fact.call_sign, fact.call, fact.voyage, fact.berth, fact.agent) == ("",) * 7
    assert (fact.place.unlocode, fact.place.name, fact.flags) == ("KEMBA", "", ())


def test_a_vacant_berth_is_no_ship() -> None:
    page = (
        "<table><tr><th rowspan=2>Berth</th><th rowspan=2>Vessel</th><th colspan=2>Arrival</th></tr>"
        "<tr><th>Date</th><th>Time</th></tr><tr><td>16</td><td colspan=3>VACANT</td></tr>"
        "<tr><td>17</td><td>KAGERA</td><td>25/11/2026</td><td>0600</td></tr></table>"
    )
    found = listed(page)
    assert [(fact.vessel, fact.when.value, fact.place.facility) for fact in found.of(CallTiming)] == [
        ("KAGERA", ETA, "MCT")
    ]
    assert found.faults == ()


@pytest.mark.parametrize("header", ["REMARKS", "STATUS", "Call status", "Statut"])
@pytest.mark.parametrize("words", ["OMITTED", "Call cancelled", "vessel omits"])
def test_a_call_that_is_taken_back_in_any_column_of_remarks_is_omitted(header: str, words: str) -> None:
    (fact,) = listed(f"VESSEL,ETA,{header}\nKAGERA,25/11/2026 0600,{words}").of(CallTiming)
    assert (fact.timing, fact.classifier, fact.when.value, fact.remark) == ("omitted", "EST", ETA, words)


@pytest.mark.parametrize(
    ("name", "remark", "is_omitted"),
    [
        *(("KAGERA (CANCELLED)", "", True), ("KAGERA - OMITTED", "Priority", True), ("KAGERA", "Blank sailing", True)),
        *(("KAGERA", "Vessel has cancelled Mombasa call", True), ("KAGERA", "Skipped - diverted to Dar", True)),
        *(
            ("KAGERA", "will omit", True),
            ("KAGERA", "Call cancelled: congestion", True),
            ("KAGERA", "Omits Dar", False),
        ),
        *(("KAGERA", "Berthing cancelled", False), ("KAGERA", "not cancelled", False), ("KAGERA", "", False)),
        *(("KAGERA", "cancelled call at Lamu", False), ("KAGERA", "Skipper changed", False)),
    ],
)
def test_words_that_take_a_call_back(name: str, remark: str, is_omitted: bool) -> None:
    (fact,) = listed(f"VESSEL;ETA;REMARKS\n{name};25/11/2026 0600;{remark}").of(CallTiming)
    assert (fact.vessel, fact.timing) == ("KAGERA", "omitted" if is_omitted else "port_arrival")
    assert remark in fact.remark


def test_a_number_behind_a_name_is_the_ship_s_where_no_column_has_it() -> None:
    (fact,) = listed("Ship name (IMO);ETA\nKAGERA (9321483);25/11/2026").of(CallTiming)
    assert (fact.vessel, fact.vessel_imo) == ("KAGERA", "9321483")
    (fact,) = listed("Ship;IMO;ETA\nKAGERA (9321483);9365843;25/11/2026").of(CallTiming)
    assert (fact.vessel, fact.vessel_imo) == ("KAGERA", "9365843")


@pytest.mark.parametrize("header", ["Line", "Shipping Line", "OPERATOR", "Carrier", "Armateur", "LINE/AGENT"])
def test_the_line_stands_for_its_agent(header: str) -> None:
    (fact,) = listed(f"VESSEL;{header};ETA\nKAGERA;EMC;25/11/2026").of(CallTiming)
    assert fact.agent == "EMC"


def test_a_list_of_sections_with_the_date_s_hour_in_a_second_line_of_the_header() -> None:
    found = listed(
        "KENYA PORTS AUTHORITY,,,\nVESSELS EXPECTED AS AT 20TH NOVEMBER 2026,,,\nCONTAINER VESSELS,,,\n"
        "VSL NAME,VOY IN/OUT,ETA,,REMARKS\n,,DATE,HRS,\nKAGERA,FJ645A/FJ646R,25/11/26,0600,\n"
        "CONVENTIONAL VESSELS\nNYABARONGO,V1,26-Nov,TBA,BULK\nHIGH TIDE,0430,3.2\n"
    )
    assert [
        (fact.vessel, fact.voyage, fact.voyage_out, fact.when.value, fact.trade, fact.line)
        for fact in found.of(CallTiming)
    ] == [
        ("KAGERA", "FJ645A", "FJ646R", ETA, "container", 6),
        ("NYABARONGO", "V1", "", date(2026, 11, 26), "conventional", 8),
    ]
    assert found.faults == ()


def test_every_time_of_a_ship_has_its_own_meaning() -> None:
    found = listed(
        "VESSEL\tETA\tATA\tETB\tATB\tETC\tETD\tATD\nKAGERA\t25/11/2026\t25/11/2026 06:00\t25/11/2026 10:00"
        "\t25/11/2026 11:00\t26/11/2026\t26/11/2026 12:00\tN/A"
    )
    assert [(fact.timing, fact.classifier) for fact in found.of(CallTiming)] == [
        ("port_arrival", "EST"),
        ("port_arrival", "ACT"),
        ("berth_arrival", "EST"),
        ("berth_arrival", "ACT"),
        ("port_departure", "EST"),
        ("work_end", "EST"),
    ]


def test_one_time_that_cannot_be_read_leaves_the_others_of_the_ship() -> None:
    found = listed("VESSEL,ETA,ETB\nKAGERA,25/11/2026 0600,after MSC ANNA")
    assert [(fact.timing, fact.when.value) for fact in found.of(CallTiming)] == [("port_arrival", ETA)]
    assert [(fault.code, fault.line, fault.detail) for fault in found.faults] == [("no_time", 2, "after MSC ANNA")]


def test_a_port_of_its_own_is_told_by_the_source() -> None:
    (fact,) = listed("VESSEL,ETA,BERTH\nKAGERA,25/11/2026,19", unlocode="tzdar").of(CallTiming)
    assert (fact.place.unlocode, fact.place.facility, fact.place.name) == ("TZDAR", "", "19")


@pytest.mark.parametrize("header", ["Vessel/Voyage", "VESSEL NAME / VOYAGE", "Vessel & Voy."])
@pytest.mark.parametrize(
    ("written", "told"),
    [
        ("KAGERA / 411E", ("KAGERA", "411E", "")),
        ("MV KAGERA 411E/412W", ("KAGERA", "411E", "412W")),
        ("KAGERA V.411E", ("KAGERA", "411E", "")),
        ("X-PRESS NILGIRI - 26003S", ("X-PRESS NILGIRI", "26003S", "")),
        ("KAGERA II", ("KAGERA II", "", "")),
        ("TBA", None),
    ],
)
def test_a_name_with_its_voyage_in_one_column_is_parted(
    header: str, written: str, told: tuple[str, str, str] | None
) -> None:
    found = listed(f"{header},AGENT,ETA\n{written},STS,25/11/2026 0600")
    assert [(fact.vessel, fact.voyage, fact.voyage_out) for fact in found.of(CallTiming)] == ([told] if told else [])
    assert troubles(found) == ([] if told else [("no_vessel", 2)])


def test_a_name_that_stands_alone_is_never_parted() -> None:
    (fact,) = listed("VESSEL,VOYAGE,ETA\nSEA STAR 7,411E,25/11/2026 0600").of(CallTiming)
    assert (fact.vessel, fact.voyage) == ("SEA STAR 7", "411E")


@pytest.mark.parametrize("header", ["VESSEL;ETA", "NAME OF;\nVESSEL;ETA", "Navire;Arrivée prévue"])
def test_a_header_is_found_however_far_down_it_stands(header: str) -> None:
    above = "gate pass 4711;12\n" * 3000
    found = read(f"{above}{header}\nKAGERA;2026-11-24 06:00\n".encode(), {})
    assert [(fact.vessel, fact.timing) for fact in found.of(CallTiming)] == [("KAGERA", "port_arrival")]
    assert found.faults == ()


def test_a_list_without_a_header_is_told_in_time_however_wide_it_is() -> None:
    row = ";".join(f"vessel {number}" for number in range(100))
    raw = "\n".join(f"{row};{number}" for number in range(3000)).encode()
    began = clock.monotonic()
    assert [fault.code for fault in read(raw, {}).faults][:1] == ["bad_header"]
    assert clock.monotonic() - began < 10
