"""Vessel lists by their headers: whatever their order, words, lines, sections, dates and files."""

from __future__ import annotations

import io
import json
from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, date, datetime, time
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import openpyxl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from feeds.facts import CallTiming, Moment, Place, Reading
from feeds.formats.schedule import read

MOMBASA = ZoneInfo("Africa/Nairobi")
HEADER = (
    "VESSEL NAME,CALL SIGN,ROTATION,VOYAGE IN,VOYAGE OUT,ETA,TIME,LOA,DRAFT,AGENT,DATE RECEIVED,DISCHARGE,LOAD,"
    "BERTH,IMO NO,REMARKS"
)
FIRST = (
    "MV UMUGABE,5HAB7,UMGB-2026-0411,411E,412W,24/11/2026,0600,294,12.4,Umuganda Shipping,10/11/2026,D.300F,"
    "L.250F/400MTS,20-22,9321483,Priority"
)
ROWS = (
    FIRST,
    "IMPALA,5HAB8,IMP-2,1E,1W,25/11/2026,1830,,,,,D.90F,,BERTH 18,,",
    "NILE STAR,,,,,26/11/2026,0015,,,,,,,5,,",
)
LIST = "\r\n".join(
    [
        "KENYA PORTS AUTHORITY",
        "14 DAYS LIST OF VESSELS EXPECTED AS AT 23/11/2026 0800HRS",
        "TIDE TABLE",
        "DATE,TIME,HEIGHT",
        "24/11/2026,0345,3.2",
        "",
        HEADER,
        "CONTAINER VESSELS",
        *ROWS[:2],
        "CONVENTIONAL CARGO VESSELS",
        ROWS[2],
        "OIL TANKERS (1),",
        "M/T RUVU SPIRIT,,,,,27/11,600HRS,,,,,,,KOT 2,,",
        "TOTAL VESSELS,4",
        "",
    ]
).encode()
FACT = CallTiming(
    timing="port_arrival",
    classifier="EST",
    when=Moment(value=datetime(2026, 11, 24, 6), words="24/11/2026 0600"),  # noqa: DTZ001
    place=Place(unlocode="KEMBA", facility="KCT"),
    vessel="UMUGABE",
    vessel_imo="9321483",
    call_sign="5HAB7",
    voyage="411E",
    voyage_out="412W",
    call="UMGB-2026-0411",
    berth="20-22",
    trade="container",
    agent="Umuganda Shipping",
    discharge="D.300F",
    load="L.250F/400MTS",
    words=FIRST.replace(",", " | "),
    remark="Priority",
    line=9,
)


def at(*parts: int) -> datetime:
    return datetime(*parts)  # type: ignore[arg-type]  # noqa: DTZ001


def table(*rows: Sequence[str], **settings: str) -> Reading:
    return read("\n".join("\t".join(row) for row in rows).encode(), settings)


def one(*rows: Sequence[str], **settings: str) -> CallTiming:
    found = table(*rows, **settings)
    assert found.faults == ()
    (fact,) = found.of(CallTiming)
    return fact


def faults(found: Reading) -> list[tuple[str, int, str]]:
    return [(fault.code, fault.line, fault.detail) for fault in found.faults]


def test_every_word_of_a_row() -> None:
    assert read(LIST, {}).facts[0] == FACT


def test_sections_titles_tides_and_sums_of_a_list() -> None:
    found = read(LIST, {})
    assert found.faults == ()
    assert [(f.vessel, f.trade, f.when.value, f.place, f.line) for f in found.of(CallTiming)] == [
        ("UMUGABE", "container", at(2026, 11, 24, 6), Place(unlocode="KEMBA", facility="KCT"), 9),
        ("IMPALA", "container", at(2026, 11, 25, 18, 30), Place(unlocode="KEMBA", facility="MCT"), 10),
        (
            "NILE STAR",
            "conventional",
            at(2026, 11, 26, 0, 15),
            Place(node="ke-term-conventional", unlocode="KEMBA"),
            12,
        ),
        ("RUVU SPIRIT", "tanker", at(2026, 11, 27, 6), Place(node="ke-jetty-kot2", unlocode="KEMBA"), 14),
    ]


@pytest.mark.parametrize("encoding", ["utf-8-sig", "utf-16", "utf-16-le", "cp1252"])
@pytest.mark.parametrize("delimiter", [",", ";", "\t", "|"])
@pytest.mark.parametrize("end", ["\n", "\r\n", "\r"])
def test_any_text_that_a_spreadsheet_saves(encoding: str, delimiter: str, end: str) -> None:
    text = LIST.decode().replace("\r\n", end).replace(",", delimiter).replace("Umuganda", "Méridien")
    found = read(text.encode(encoding), {})
    words = FACT.words.replace("Umuganda", "Méridien")
    assert found.facts[0] == replace(FACT, agent="Méridien Shipping", words=words)
    assert (len(found.facts), found.faults) == (4, ())


SYNONYMS = {
    "VESSEL NAME": ["Vessel", "Ship's Name", "Name of Vessel", "NAVIRE", "Nom du navire", "VSL"],
    "CALL SIGN": ["Callsign", "C/Sign", "Indicatif"],
    "ROTATION": ["VCN", "Rot. No.", "Vessel Call Number", "Escale"],
    "VOYAGE IN": ["Voy. In", "Inbound Voyage", "Voyage entrée"],
    "VOYAGE OUT": ["Voy. Out", "Outbound voyage", "Voyage sortie"],
    "ETA": ["E.T.A.", "Expected Arrival", "ETA (date)", "Arrivée prévue", "Date of Arrival", "ETA MOMBASA"],
    "TIME": ["HRS", "Time (hhmm)", "Heure", "ETA time"],
    "AGENT": ["Agents", "Shipping Agent", "Consignataire"],
    "DISCHARGE": ["Disch.", "DIS", "Import", "Déchargement"],
    "LOAD": ["Loading", "Export", "Chargement"],
    "BERTH": ["Berth No.", "Terminal", "Poste à quai"],
    "IMO NO": ["IMO", "IMO number", "Vessel IMO"],
    "REMARKS": ["Remark", "Rmks", "Observations"],
}


@given(data=st.data())
def test_columns_in_any_order_under_any_of_their_names_with_others_between_say_the_same(data: st.DataObject) -> None:
    names, values = HEADER.split(","), FIRST.split(",")
    # The hour belongs to the date before it.
    groups = [[n] for n in range(len(names)) if names[n] not in ("ETA", "TIME")] + [[5, 6]]
    order = [n for group in data.draw(st.permutations(groups)) for n in group]
    headers = [data.draw(st.sampled_from([names[n], names[n].lower(), *SYNONYMS.get(names[n], [])])) for n in order]
    cells = [values[n] for n in order]
    for extra in data.draw(st.lists(st.sampled_from(["S/N", "GRT", "Last port", "Flag", "Cranes"]), unique=True)):
        place = data.draw(st.integers(0, len(headers)).filter(lambda n: headers[n - 1 : n] != ["x"]))
        if place < len(headers) and order and headers[place] in ("TIME", "time", *SYNONYMS["TIME"]):
            place += 1
        headers.insert(place, extra)
        cells.insert(place, "7")
    fact = one(headers, cells)
    assert replace(fact, words="", line=0, trade="") == replace(FACT, words="", line=0, trade="")


HEADS: list[tuple[list[list[str]], list[str]]] = [
    ([["VESSEL", "VOYAGE", "", "ETA", ""], ["", "IN", "OUT", "DATE", "TIME"]], ["X", "1E", "1W", "24/11/2026", "0600"]),
    ([["NAME OF", "VOYAGE", "VOYAGE", "EXPECTED", "ETA"], ["VESSEL", "IN", "OUT", "ARRIVAL", "TIME"]], []),
    ([["Vessel", "Voyage In/Out", "Expected date and time of arrival"]], ["X", "1E/1W", "24.11.2026 06:00"]),
    ([["Ship", "Voy", "Date & Time of Arrival"]], ["X", "1E / 1W", "24-Nov-26 at 0600hrs"]),
    ([["VESSEL", "VOYAGE", "ARRIVAL DATE", "ARRIVAL TIME"]], ["X", "1E/1W", "24th Nov 2026", "6 am"]),
]


@pytest.mark.parametrize(("heads", "cells"), HEADS)
def test_headers_over_two_lines_and_with_units(heads: list[list[str]], cells: list[str]) -> None:
    fact = one(*heads, cells or ["X", "1E", "1W", "24/11/2026", "0600"])
    assert (fact.vessel, fact.voyage, fact.voyage_out, fact.when.value) == ("X", "1E", "1W", at(2026, 11, 24, 6))


@pytest.mark.parametrize(
    ("header", "timing", "classifier"),
    [
        *(("ETA", "port_arrival", "EST"), ("ATA", "port_arrival", "ACT"), ("Arrived", "port_arrival", "ACT")),
        *(("ETB", "berth_arrival", "EST"), ("Berthing date", "berth_arrival", "EST"), ("ATB", "berth_arrival", "ACT")),
        *(("ETD", "port_departure", "EST"), ("ATD", "port_departure", "ACT"), ("Sailed", "port_departure", "ACT")),
        *(("ETC", "work_end", "EST"), ("Completed", "work_end", "ACT"), ("Commenced", "work_start", "ACT")),
    ],
)
def test_what_each_time_of_a_call_is(header: str, timing: str, classifier: str) -> None:
    fact = one(["VESSEL", header], ["X", "24/11/2026 0600"])
    assert (fact.timing, fact.classifier) == (timing, classifier)


def test_a_row_of_several_times_is_as_many_facts() -> None:
    found = table(["VESSEL", "ETA", "ETB", "ETD"], ["X", "24/11/2026", "TBA", "26/11/2026 2400"])
    assert [(fact.timing, fact.when.value) for fact in found.of(CallTiming)] == [
        ("port_arrival", date(2026, 11, 24)),
        ("port_departure", at(2026, 11, 27)),
    ]
    assert found.faults == ()


@pytest.mark.parametrize(
    ("headers", "cells", "value"),
    [
        (["ETA", "Revised ETA"], ["24/11/2026", "25/11/2026 0600"], at(2026, 11, 25, 6)),
        (
            ["Revised ETA (UTC)", "Time", "ETA"],
            ["25/11/2026", "0600", "1/11/2026"],
            datetime(2026, 11, 25, 6, tzinfo=UTC),
        ),
        (["ETA", "Revised ETA"], ["24/11/2026", ""], date(2026, 11, 24)),
        (["ETA", "Revised ETA"], ["24/11/2026", "TBA"], date(2026, 11, 24)),
        (["Original ETA", "Revised ETA"], ["24/11/2026", "25/11/2026"], date(2026, 11, 25)),
        (["Original ETA", "ETA"], ["24/11/2026", "25/11/2026"], date(2026, 11, 25)),
    ],
)
def test_of_two_expected_arrivals_the_revised_one_counts(headers: list[str], cells: list[str], value: date) -> None:
    assert one(["VESSEL", *headers], ["X", *cells]).when.value == value


def test_a_name_is_the_vessel_s_but_not_in_a_second_header() -> None:
    rows = [["NAME", "ETA"], ["X", "24/11/2026"]]
    assert [fact.vessel for fact in table(*rows).of(CallTiming)] == ["X"]
    found = table(["VESSEL", "ETA", "LAST PORT", ""], ["", "", "NAME", "ETD"], ["X", "24/11/2026", "DAR", "1/11/2026"])
    assert [(fact.vessel, fact.timing) for fact in found.of(CallTiming)] == [("X", "port_arrival")]


def test_a_header_that_comes_again_may_have_another_order() -> None:
    found = table(
        ["VESSEL", "ETA"],
        ["X", "24/11/2026"],
        ["VESSEL", "ETA"],
        ["CAR CARRIERS"],
        ["ETA", "SHIP"],
        ["25/11/2026", "Y"],
    )
    assert [(fact.vessel, fact.trade) for fact in found.of(CallTiming)] == [("X", ""), ("Y", "car_carrier")]
    assert found.faults == ()


@pytest.mark.parametrize("text", ["TBA", "", "soon", "32/11/2026", "11/24/2026", "24/11/2026 2560", "24 Nov 2045"])
def test_a_vessel_without_a_readable_time_is_a_fault_with_its_words(text: str) -> None:
    found = table(
        ["VESSEL", "AGENT", "ETA"], ["X", "Y", text], ["Z", "Y", "24/11/2026"], received_at="2026-11-23T08:00:00Z"
    )
    assert [fact.vessel for fact in found.of(CallTiming)] == ["Z"]
    assert faults(found) == [("no_time", 2, "" if text in ("TBA", "") else text)]
    assert found.faults[0].excerpt == " | ".join(filter(None, ["X", "Y", text]))


@pytest.mark.parametrize(
    "row",
    [
        *(
            ["TOTAL", "4"],
            ["Grand total: 12"],
            ["NOTE: all times are local"],
            ["Prepared by", "J. Doe"],
            ["Page 1 of 3"],
        ),
        *(["VESSELS AT ANCHORAGE"], ["24/11/2026", "", "0345"], ["", "", "24/11/2026"], ["7", "8", "24/11/2026"]),
        ["A list that is issued for guidance only and binds nobody"],
    ],
)
def test_what_is_no_vessel_is_no_fault(row: list[str]) -> None:
    found = table(["VESSEL", "AGENT", "ETA"], row, ["Z", "Y", "24/11/2026"])
    assert ([fact.vessel for fact in found.of(CallTiming)], found.faults) == (["Z"], ())


def test_a_table_of_tides_below_the_vessels_is_not_read_as_vessels() -> None:
    found = table(
        ["VESSEL", "ETA"], ["Z", "24/11/2026"], ["TIDES"], ["HIGH", "25/11/2026"], ["LOW AGAIN", "25/11/2026"]
    )
    assert ([fact.vessel for fact in found.of(CallTiming)], found.faults) == (["Z"], ())


@pytest.mark.parametrize(
    "body", [b"vessel list", b"VESSEL,AGENT\nX,Y", b"ETA,ETD\n24/11/2026,", b"a,b\n1,2", b"\xff\xfe"]
)
def test_a_table_without_a_header_says_which_were_looked_for(body: bytes) -> None:
    wanted = "VESSEL + ETA / ATA / ETB / ATB / ETD / ATD / WORK_START / ETC / WORK_END"
    assert faults(read(body, {})) == [("bad_header", 0, wanted)]


@pytest.mark.parametrize(
    ("body", "code"),
    [
        *((b"", "empty"), (b" \r\n", "empty"), (b"%PDF-1.7", "not_table"), (b"\xd0\xcf\x11\xe0rest", "not_table")),
        *((b"<html><p>Sign in</p></html>", "html"), (b"PK\x03\x04rest", "not_table"), (b"{}", "wrong_shape")),
        *((b'{"vessel": ', "not_json"), (b'[{"vesselCalls": 7}]', "wrong_shape")),
    ],
)
def test_what_holds_no_table_is_one_fault(body: bytes, code: str) -> None:
    assert [fault.code for fault in read(body, {}).faults] == [code]


def test_a_source_may_name_its_own_headers_and_dates() -> None:
    rows = [["Unit", "When", "ETA", "Clock"], ["X", "11/24/2026", "notes", "0600"]]
    own = {"column_vessel": "UNIT", "column_eta": "when", "column_eta_time": "Clock", "date_order": "mdy"}
    fact = one(*rows, **own)
    assert (fact.vessel, fact.when.value) == ("X", at(2026, 11, 24, 6))


@pytest.mark.parametrize(
    ("own", "title", "value"),
    [
        ({"received_at": "2026-11-23T09:00:00Z"}, "", date(2026, 11, 24)),
        ({"received_at": "2026-12-20T09:00:00Z"}, "", date(2026, 11, 24)),
        ({"received_at": "2027-02-20T09:00:00Z"}, "", date(2027, 11, 24)),
        ({}, "AS AT 23-NOV-2026", date(2026, 11, 24)),
        ({}, "", None),
    ],
)
def test_a_date_without_a_year_is_the_coming_one(own: dict[str, str], title: str, value: date | None) -> None:
    found = table([title], ["VESSEL", "ETA"], ["X", "24/11"], **own)
    assert [fact.when.value for fact in found.of(CallTiming)] == ([value] if value else [])
    assert [fault.code for fault in found.faults] == ([] if value else ["no_time"])


@pytest.mark.parametrize(
    ("own", "berth", "place"),
    [
        ({}, "KCT", Place(unlocode="KEMBA", facility="KCT")),
        ({"node": "ke-port-mombasa"}, "16", Place(unlocode="KEMBA", facility="MCT")),
        ({"node": "ke-port-mombasa"}, "Mbaraki", Place(node="ke-port-mombasa", unlocode="KEMBA", name="Mbaraki")),
        ({"unlocode": "TZDAR"}, "CT1", Place(unlocode="TZDAR", name="CT1")),
        ({"node": "tz-port-dar"}, "5", Place(node="tz-port-dar", name="5")),
    ],
)
def test_where_a_vessel_berths(own: dict[str, str], berth: str, place: Place) -> None:
    assert one(["VESSEL", "ETA", "BERTH"], ["X", "24/11/2026", berth], **own).place == place


def test_a_row_of_another_port_is_of_that_port() -> None:
    found = table(
        ["Vessel", "Last port", "Port", "Next port", "ETA", "Berth"],
        ["KAGERA", "LAMU", "DAR ES SALAAM", "MOMBASA", "24/11/2026 0600", "5"],
        ["KAGERA", "DAR", "MOMBASA", "TZDAR", "26/11/2026 0600", "19"],
        ["NYANZA", "DAR", "", "DAR", "27/11/2026", ""],
        ["RUVU", "DAR", "Zanzibar", "MOMBASA", "28/11/2026", ""],
        ["IMPALA", "DAR", "TBA", "MOMBASA", "28/11/2026", ""],
    )
    assert found.faults == ()
    assert [(fact.vessel, fact.place) for fact in found.of(CallTiming)] == [
        ("KAGERA", Place(node="tz-port-dar", unlocode="TZDAR", name="5")),
        ("KAGERA", Place(unlocode="KEMBA", facility="MCT")),
        ("NYANZA", Place(unlocode="KEMBA")),
        ("RUVU", Place(name="Zanzibar")),
        ("IMPALA", Place(unlocode="KEMBA")),
    ]


def test_a_section_or_a_sheet_may_be_of_another_port() -> None:
    rows = [["KAGERA", "A", "24/11/2026"], ["DAR ES SALAAM"], ["KAGERA", "A", "26/11/2026"], ["CONTAINER VESSELS"]]
    rows += [["RUVU", "A", "26/11/2026"], ["PORT OF MOMBASA"], ["IMPALA", "A", "27/11/2026"]]
    found = table(["VESSEL", "AGENT", "ETA"], *rows)
    dar, mombasa = Place(node="tz-port-dar", unlocode="TZDAR"), Place(unlocode="KEMBA")
    assert found.faults == ()
    assert [(fact.vessel, fact.place, fact.trade) for fact in found.of(CallTiming)] == [
        *(("KAGERA", mombasa, ""), ("KAGERA", dar, ""), ("RUVU", dar, "container"), ("IMPALA", mombasa, "container")),
    ]
    for title, place in (("Dar es Salaam", dar), ("Mombasa port", mombasa), ("November", mombasa)):
        book = workbook(["VESSEL", "ETA"], ["X", date(2026, 11, 24)], title=title)
        assert [fact.place for fact in read(book, {}).of(CallTiming)] == [place]
    assert one(["VESSEL", "ETA"], ["LAMU", "24/11/2026"]).place == mombasa


def test_a_departure_before_the_arrival_is_from_the_port_of_loading() -> None:
    heads = ["Vessel", "POL", "ETD", "POD", "ETA"]
    found = table(
        heads,
        ["KAGERA", "Mundra", "10/11/2026", "Mombasa", "24/11/2026 0600"],
        ["NYANZA", "Mombasa", "10/11/2026", "Dar es Salaam", "12/11/2026"],
        ["RUVU", "Mundra", "26/11/2026", "Mombasa", "24/11/2026"],
        ["IMPALA", "", "10/11/2026", "Mombasa", "24/11/2026"],
    )
    assert [
        (fact.vessel, fact.timing.removeprefix("port_"), fact.place.unlocode or fact.place.name)
        for fact in found.of(CallTiming)
    ] == [
        *(("KAGERA", "arrival", "KEMBA"), ("KAGERA", "departure", "Mundra")),
        *(("NYANZA", "arrival", "TZDAR"), ("NYANZA", "departure", "KEMBA")),
        *(("RUVU", "arrival", "KEMBA"), ("RUVU", "departure", "KEMBA")),
        *(("IMPALA", "arrival", "KEMBA"), ("IMPALA", "departure", "KEMBA")),
    ]


@pytest.mark.parametrize("header", ["Last port", "Next Port", "Port of origin", "Previous port", "Port of loading"])
def test_a_port_that_is_not_that_of_the_call_is_left(header: str) -> None:
    fact = one(["VESSEL", header, "ETA"], ["X", "DAR ES SALAAM", "24/11/2026"])
    assert fact.place == Place(unlocode="KEMBA")


@pytest.mark.parametrize(
    ("heads", "cells", "hour"),
    [
        *((["ETA (UTC)"], ["24/11/2026 06:00"], 3), (["ETA UTC"], ["24/11/2026 0600"], 3)),
        *((["E.T.A. [GMT]"], ["24-Nov-26 0600hrs"], 3), (["ETA (Z)"], ["2026-11-24 06:00"], 3)),
        *((["ETA (UTC+3)"], ["24/11/2026 06:00"], 0), (["ETA GMT+02:00"], ["24/11/2026 06:00"], 1)),
        *((["ETA (UTC-1)"], ["24/11/2026 06:00"], 4), (["ETA (EAT)"], ["24/11/2026 06:00"], 0)),
        *(
            (["ETA date", "ETA time (UTC)"], ["24/11/2026", "0600"], 3),
            (["ETA", "Time UTC"], ["24/11/2026", "6 am"], 3),
        ),
        *(
            (["ETA (UTC)", "Time"], ["24/11/2026", "0600"], 3),
            (["ETA date (UTC)", "ETA time"], ["24/11/2026", "0600"], 3),
        ),
        *((["ETA (UTC)"], ["24/11/2026 09:00 EAT"], 3), (["ETA (UTC)"], ["2026-11-24T06:00:00+00:00"], 3)),
        *((["ETA (EAT)", "ETA (UTC)"], ["24/11/2026 06:00", "24/11/2026 03:00"], 0),),
    ],
)
def test_hours_are_of_the_zone_that_their_header_names(heads: list[str], cells: list[str], hour: int) -> None:
    fact = one(["VESSEL", *heads], ["X", *cells])
    found = fact.when.value
    assert isinstance(found, datetime)
    local = found.replace(tzinfo=MOMBASA) if found.tzinfo is None else found.astimezone(MOMBASA)
    assert local == datetime(2026, 11, 24, 6 + hour, tzinfo=MOMBASA)


@pytest.mark.parametrize("heads", [["ETA (LT)"], ["ETA LT"], ["ETA (local time)"], ["ETA"]])
def test_hours_without_a_zone_of_their_own_are_the_place_s(heads: list[str]) -> None:
    assert one(["VESSEL", *heads], ["X", "24/11/2026 06:00"]).when.value == at(2026, 11, 24, 6)
    assert one(["VESSEL", "ETA date (LT)", "ETA time (LT)"], ["X", "24/11/2026", "0600"]).when.value == at(
        *(2026, 11, 24, 6)
    )
    utc = one(["VESSEL", *heads], ["X", "24/11/2026 06:00 UTC"]).when.value
    assert utc == datetime(2026, 11, 24, 6, tzinfo=UTC)


def test_only_the_times_under_a_zone_are_of_it_and_a_day_has_none() -> None:
    found = table(["VESSEL", "ETA (UTC)", "ETD"], ["X", "24/11/2026", "25/11/2026 0600"])
    assert [fact.when.value for fact in found.of(CallTiming)] == [date(2026, 11, 24), at(2026, 11, 25, 6)]


@pytest.mark.parametrize(
    ("note", "value"),
    [
        ("ALL TIMES IN UTC", datetime(2026, 11, 24, 6, tzinfo=UTC)),
        ("Times are GMT+3", datetime(2026, 11, 24, 3, tzinfo=UTC)),
        ("All times local", at(2026, 11, 24, 6)),
        ("ISSUED 23/11/2026 0800 UTC", at(2026, 11, 24, 6)),
    ],
)
def test_a_note_tells_the_zone_of_a_table(note: str, value: datetime) -> None:
    rows = [["VESSEL", "AGENT", "ETA"], ["X", "Y", "24/11/2026 0600"]]
    for order in ([[note], *rows], [*rows, [note]]):
        assert one(*order).when.value == value
    assert one(["VESSEL", "ETA (LT)"], ["X", "24/11/2026 0600"], [note]).when.value == at(2026, 11, 24, 6)


@pytest.mark.parametrize(
    ("other", "own", "value"),
    [
        (["Y", "11/28/2026 6:00 AM"], {}, date(2026, 12, 9)),
        (["Y", "11-28-26"], {}, date(2026, 12, 9)),
        (["Y", "1/2/2027"], {}, date(2026, 9, 12)),
        (["Y", "28/11/2026"], {}, date(2026, 9, 12)),
        (["Y", "2026-11-28", "26/2026"], {}, date(2026, 9, 12)),
        (["Y", "11/28/2026"], {"date_order": "dmy"}, date(2026, 9, 12)),
        (["(MM/DD/YYYY)"], {}, date(2026, 12, 9)),
        (["(DD/MM/YYYY)"], {}, date(2026, 9, 12)),
    ],
)
def test_a_list_tells_itself_whether_its_months_come_first(other: list[str], own: dict[str, str], value: date) -> None:
    rows = [["VESSEL", "ETA", "VOYAGE"], ["X", "12/09/2026", "1/2"]]
    for order in ([*rows, other], [rows[0], other, rows[1]]):
        found = table(*order, **own).of(CallTiming)
        assert [fact.when.value for fact in found if fact.vessel == "X"] == [value]


def test_of_dates_in_both_orders_those_of_the_day_first_are_read() -> None:
    found = table(["VESSEL", "ETA"], ["X", "12/09/2026"], ["Y", "11/28/2026"], ["Z", "28/11/2026"])
    assert [(fact.vessel, fact.when.value) for fact in found.of(CallTiming)] == [
        ("X", date(2026, 9, 12)),
        ("Z", date(2026, 11, 28)),
    ]
    assert faults(found) == [("no_time", 3, "11/28/2026")]


def test_an_imo_number_that_is_not_valid_is_flagged_and_kept() -> None:
    fact = one(["VESSEL", "ETA", "IMO"], ["X", "24/11/2026", "IMO 1111111"])
    assert (fact.vessel_imo, fact.flags) == ("1111111", ("imo_check_digit",))


@pytest.mark.parametrize(
    ("remark", "timing"), [("Call omitted", "omitted"), ("Cancelled", "omitted"), ("No omission", "port_arrival")]
)
def test_a_call_that_is_omitted(remark: str, timing: str) -> None:
    fact = one(["VESSEL", "ETA", "REMARKS"], ["X", "24/11/2026", remark])
    assert (fact.timing, fact.classifier) == (timing, "EST")


def test_a_formula_stays_text_and_a_row_that_is_no_text_is_a_fault() -> None:
    found = read(
        b'VESSEL,AGENT,ETA\n"=HYPERLINK(""http://x"")",A,24/11/2026\nB\x00B,A,24/11/2026\nC,"A,24/11/2026\nD,A,24/11/2026',
        {},
    )
    assert [fact.vessel for fact in found.of(CallTiming)] == ['=HYPERLINK("http://x")', "D"]
    assert [(fault.code, fault.line) for fault in found.faults] == [("not_text", 3), ("no_time", 4)]


def workbook(*rows: Sequence[Any], merged: Sequence[str] = (), title: str = "Sheet") -> bytes:
    book = openpyxl.Workbook()
    sheet = book.active
    assert sheet is not None
    sheet.title = title
    for row in rows:
        sheet.append(list(row))
    for area in merged:
        sheet.merge_cells(area)
    body = io.BytesIO()
    book.save(body)
    return body.getvalue()


def test_a_workbook_with_merged_cells_dates_and_hours() -> None:
    body = workbook(
        ["VESSELS EXPECTED"],
        ["S/N", "VESSEL", "VOYAGE", None, "ETA", None, "AGENT"],
        [None, None, "IN", "OUT", "DATE", "TIME", None],
        [1, "UMUGABE", "411E", "412W", datetime(2026, 11, 24), 600, "One agent"],  # noqa: DTZ001
        [2, "IMPALA", 17, 18, date(2026, 11, 25), time(6, 30), None],
        [3, "NILE STAR", None, None, 46351, 0.75, "Another"],
        ["TANKERS"],
        [4, "RUVU", None, None, datetime(2026, 11, 26, 18, 15), None, None],  # noqa: DTZ001
        merged=["A1:G1", "B2:B3", "C2:D2", "E2:F2", "G4:G5", "A7:G7"],
        title="Containers",
    )
    found = read(body, {})
    assert found.faults == ()
    assert [
        (f.vessel, f.voyage, f.voyage_out, f.when.value, f.agent, f.trade, f.line) for f in found.of(CallTiming)
    ] == [
        ("UMUGABE", "411E", "412W", at(2026, 11, 24, 6), "One agent", "container", 4),
        ("IMPALA", "17", "18", at(2026, 11, 25, 6, 30), "One agent", "container", 5),
        ("NILE STAR", "", "", at(2026, 11, 25, 18), "Another", "container", 6),
        ("RUVU", "", "", at(2026, 11, 26, 18, 15), "", "tanker", 8),
    ]


def test_a_header_over_two_rows_is_chosen_column_by_column() -> None:
    body = workbook(
        ["VESSEL NAME", "VOYAGE", None, "ARRIVAL (UTC)", None, "DEPARTURE", None, "REMARKS"],
        [None, "IN", "OUT", "ETA", "ATA", "EXPECTED", "ACTUAL", None],
        ["KAGERA", "411E", "412W", datetime(2026, 11, 28, 6, 30), None, datetime(2026, 11, 30, 18), None, "D.300F"],  # noqa: DTZ001
        merged=["A1:A2", "B1:C1", "D1:E1", "F1:G1", "H1:H2"],
    )
    found = read(body, {})
    assert found.faults == ()
    assert [
        (f.vessel, f.voyage, f.voyage_out, f.timing, f.classifier, f.when.value, f.remark, f.line)
        for f in found.of(CallTiming)
    ] == [
        ("KAGERA", "411E", "412W", "port_arrival", "EST", datetime(2026, 11, 28, 6, 30, tzinfo=UTC), "D.300F", 3),
        ("KAGERA", "411E", "412W", "port_departure", "EST", at(2026, 11, 30, 18), "D.300F", 3),
    ]


@pytest.mark.parametrize(
    ("upper", "lower"),
    [
        (["VESSEL", "LAST PORT", "", "ETA", "ETD"], ["", "NAME", "ETD", "", ""]),
        (["VESSEL", "NEXT PORT", "NEXT PORT", "ETA", "ETD"], ["", "CALL", "ETA", "", ""]),
        (["VESSEL", "LAST PORT", "ETD LAST PORT", "", ""], ["NAME", "", "", "ETA", "ETD"]),
    ],
)
def test_the_times_of_another_port_in_a_header_over_two_rows_are_left(upper: list[str], lower: list[str]) -> None:
    found = table(upper, lower, ["KAGERA", "DURBAN", "20/11/2026", "28/11/2026", "30/11/2026"])
    assert [(fact.timing, fact.when.value) for fact in found.of(CallTiming)] == [
        ("port_arrival", date(2026, 11, 28)),
        ("port_departure", date(2026, 11, 30)),
    ]


def test_the_first_ship_of_a_list_is_no_header_whatever_she_did() -> None:
    found = table(["VESSEL", "ETA", "STATE", "VOYAGE"], ["SAILED", "24/11/2026", "SAILED", "IN"], ["Y", "24/11/2026"])
    assert [(fact.vessel, fact.voyage) for fact in found.of(CallTiming)] == [("SAILED", "IN"), ("Y", "")]


PAGE = """<!DOCTYPE html><html><head><title>List of 23/11/2026</title><script>var x = "<table><tr><td>";</script></head>
<body><table><tr><td><h3>CONTAINER VESSELS</h3>
<table border=1><tr><th rowspan="2">Vessel<th colspan=2>ETA<th rowspan=2>Agent</tr><tr><th>Date<th>Time</tr>
<tr><td>MV&nbsp;Umugabe</td><td>24/11</td><td>0600</td><td rowspan=2>Dupont &amp; fils</td></tr>
<tr><td>Impala<br>(II)</td><td>25/11</td><td>0700</td></tr></table></td></tr></table>
<h3>Tankers</h3><table><tr><td>ETA<td>Ship<tr><td>26/11<td>Ruvu</table></body></html>"""


def test_a_page_of_tables_within_tables() -> None:
    found = read(PAGE.encode(), {})
    assert found.faults == ()
    assert [(f.vessel, f.when.value, f.agent, f.trade) for f in found.of(CallTiming)] == [
        ("Umugabe", at(2026, 11, 24, 6), "Dupont & fils", ""),
        ("Impala (II)", at(2026, 11, 25, 7), "Dupont & fils", ""),
        ("Ruvu", date(2026, 11, 26), "", "tanker"),
    ]


def test_a_ship_is_the_same_with_the_mark_of_a_footnote() -> None:
    page = (
        "<table><tr><th>Vessel<th>ETA<sup>*</sup><tr><td>NYANZA<sup>1</sup><td>24/11/2026<sup>a</sup>"
        "<tr><td>NYANZA*<td>24/11/2026</table>"
    )
    assert [(fact.vessel, fact.when.value) for fact in read(page.encode(), {}).of(CallTiming)] == [
        ("NYANZA", date(2026, 11, 24))
    ] * 2


def test_a_list_that_is_too_long_is_read_as_far_as_it_may_and_says_so() -> None:
    found = read(b"VESSEL,ETA\n" + b"X,24/11/2026\n" * 20_001, {})
    assert (len(found.facts), faults(found)) == (19_999, [("too_large", 20_001, "")])


SCHEDULE: dict[str, Any] = {
    "vessel": {"vesselIMONumber": 9321483, "vesselName": "UMUGABE", "vesselCallSign": "5HAB7"},
    "vesselCalls": [
        {
            "facility": {"locationType": "TERMINAL", "locationName": "Kipevu", "UNLocationCode": "KEMBA"},
            "transport": {
                "inboundService": {"carrierVoyageNumber": "411E"},
                "outboundService": {"carrierVoyageNumber": "412W"},
            },
            "callSchedules": [
                {
                    "transportEventTypeCode": "ARRI",
                    "eventClassifierCode": "EST",
                    "classifierDateTime": "2026-11-24T06:00:00",
                },
                {
                    "transportEventTypeCode": "DEPA",
                    "eventClassifierCode": "PLN",
                    "classifierDateTime": "2026-11-25T06:00:00",
                },
                {
                    "transportEventTypeCode": "TURN",
                    "eventClassifierCode": "PLN",
                    "classifierDateTime": "2026-11-25T06:00:00",
                },
                {"transportEventTypeCode": "DEPA", "eventClassifierCode": "PLN", "classifierDateTime": "later"},
                {
                    "transportEventTypeCode": "DEPA",
                    "eventClassifierCode": "MAY",
                    "classifierDateTime": "2026-11-25T06:00:00",
                },
            ],
        }
    ],
}


@pytest.mark.parametrize("body", [SCHEDULE, [SCHEDULE]])
def test_a_carrier_s_schedule_of_a_vessel(body: object) -> None:
    found = read(json.dumps(body).encode(), {"received_at": "2026-11-23T08:00:00Z"})
    first, second = found.of(CallTiming)
    assert first == CallTiming(
        timing="berth_arrival",
        classifier="EST",
        when=Moment(value=at(2026, 11, 24, 6), words="2026-11-24T06:00:00"),
        place=Place(unlocode="KEMBA", name="Kipevu"),
        vessel="UMUGABE",
        vessel_imo="9321483",
        call_sign="5HAB7",
        voyage="411E",
        voyage_out="412W",
        words="UMUGABE Kipevu ARRI EST 2026-11-24T06:00:00",
        line=1,
    )
    assert (second.timing, second.classifier, second.line) == ("berth_departure", "PLN", 2)
    assert faults(found) == [("unknown_code", 3, "TURN"), ("no_time", 4, ""), ("unknown_code", 5, "MAY")]


def test_a_schedule_of_a_port_and_of_nobody() -> None:
    (call,) = SCHEDULE["vesselCalls"]
    port = {**call, "facility": {"UNLocationCode": "KEMBA"}, "callSchedules": call["callSchedules"][:1]}
    found = read(json.dumps([{**SCHEDULE, "vesselCalls": [port]}, {"vesselCalls": [port, {}]}]).encode(), {})
    assert [fact.timing for fact in found.of(CallTiming)] == ["port_arrival"]
    assert [(fault.code, fault.line) for fault in found.faults] == [("no_reference", 2), ("no_reference", 3)]


def test_no_list_is_read_from_the_disk_or_the_net(tmp_path: Path) -> None:
    (tmp_path / "secret").write_text("X,24/11/2026")
    link = f'<html><table><tr><td>VESSEL<td>ETA</table><iframe src="file://{tmp_path}/secret"></iframe></html>'
    assert read(link.encode(), {}) == Reading()
