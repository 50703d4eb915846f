"""IFTSTA: statuses of consignments, with their own references, legs and boxes before those of the message."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta, timezone

import pytest

from feeds.facts import Fault, Movement, Place, Reading
from feeds.formats.iftsta import read
from tests.feeds.edi import BAD_BOX, BOX, OTHER, interchange, message, one, raw

AT = "DTM+334:202611200845:203"
SHIP = "TDT+20+0411+1+13+CMA:172:20+++9321483:146::UMUGABE"
EQD = f"EQD+CN+{BOX}+45G1:102:5+++5"


def status(*body: str, settings: dict[str, str] | None = None, directory: str = "D:00B") -> Reading:
    """What a message of this body says after its beginning."""
    return read(one("BGM+23+D1+9", *body, type="IFTSTA", directory=directory), settings or {})


def only(found: Reading) -> Movement:
    (fact,) = found.movements
    assert found.faults == ()
    return fact


def test_a_discharge_from_a_ship() -> None:
    found = status("CNI+1", "STS+1+UV:::Off", AT, "RFF+BM:B1", "LOC+175+KEMBA:139:6:Mombasa", SHIP, EQD, "SEL+S1+CA")
    fact = only(found)
    assert (fact.kind, fact.classifier, fact.when.words, fact.container) == ("discharged", "ACT", "202611200845", BOX)
    assert (fact.bill_of_lading, fact.seals, fact.size_type, fact.is_empty) == ("B1", ("S1",), "45G1", False)
    assert (fact.vessel, fact.vessel_imo, fact.voyage, fact.plate) == ("UMUGABE", "9321483", "0411", "")
    assert (fact.place, fact.words) == (
        Place(unlocode="KEMBA", name="Mombasa"),
        "IFTSTA STS+1+UV:::Off 202611200845",
    )
    assert (fact.document, fact.function, fact.line, fact.flags) == ("D1", "original", 10, ())


@pytest.mark.parametrize("directory", ["D:95B", "D:96A", "D:99B", "D:00B", "D:16A"])
def test_a_number_is_one_of_recommendation_24_in_every_directory(directory: str) -> None:
    assert only(status("CNI+1+R1", "STS+1+21", AT, directory=directory)).kind == "delivered"


@pytest.mark.parametrize(
    ("segment", "table", "kinds", "faults"),
    [
        ("STS+1+21", {}, ["delivered"], []),
        ("STS+1:D2:21", {}, [], ["D2"]),
        ("STS+1:D2:21", {"code_D2": "delivered"}, ["delivered"], []),
        ("STS+1+Q::87", {}, [], ["Q"]),
        ("STS+1+I::87", {}, [], ["I"]),
        ("STS+1+Q::87", {"code_Q": "gate_in"}, ["gate_in"], []),
        ("STS+1+Q::87", {"code_Q": ""}, [], []),
        ("STS+1", {}, [], ["BGM+23"]),
        ("STS+1", {"code_BGM+23": "gate_in"}, ["gate_in"], []),
        ("STS", {}, [], ["BGM+23"]),
        (f"STS+1+{'X' * 80}", {}, [], ["X" * 60]),
    ],
)
def test_codes_of_a_party_s_own(segment: str, table: dict[str, str], kinds: list[str], faults: list[str]) -> None:
    found = status("CNI+1+R1", segment, AT, settings=table)
    assert [fact.kind for fact in found.movements] == kinds
    assert [(fault.code, fault.detail) for fault in found.faults] == [("unknown_code", code) for code in faults]
    assert found.flags == (() if kinds or faults else ("not_followed",))


@pytest.mark.parametrize(
    ("times", "value"),
    [
        (["DTM+334:202611200845:203"], datetime(2026, 11, 20, 8, 45)),  # noqa: DTZ001
        (["DTM+334:20261120:102"], date(2026, 11, 20)),
        (["DTM+334:202611200845UTC:303"], datetime(2026, 11, 20, 8, 45, tzinfo=UTC)),
        (["DTM+78:202611200845?+03:303"], datetime(2026, 11, 20, 8, 45, tzinfo=timezone(timedelta(hours=3)))),
        (["DTM+78:202611200845+03:303"], datetime(2026, 11, 20, 8, 45, tzinfo=timezone(timedelta(hours=3)))),
        (["DTM+78:20261119:102", "DTM+334:20261120:102"], date(2026, 11, 20)),
        (["DTM+334:99999999:102", "DTM+35:20261121:102"], date(2026, 11, 21)),
    ],
)
def test_when_it_happened(times: list[str], value: date) -> None:
    assert only(status("CNI+1+R1", "STS+1+21", *times)).when.value == value


@pytest.mark.parametrize("times", [["DTM+137:20261120:102"], ["DTM+132:20261120:102"], ["DTM+334:20260230:102"], []])
def test_a_status_without_its_time_is_a_fault_that_says_what_there_is(times: list[str]) -> None:
    found = status("CNI+1+R1", "STS+1+21", *times)
    detail = "".join(times).removesuffix(":102")
    assert found.faults == (Fault(code="no_time", line=5, excerpt="IFTSTA STS+1+21", detail=detail),)


def test_references_are_the_status_s_own_then_the_consignment_s_then_the_message_s() -> None:
    own = ["STS+1+21", AT, "RFF+BM:OWN"]
    found = status(
        "RFF+BM:ALL", f"RFF+EQ:{BOX}", "CNI+1", "RFF+BN:K1", *own, "STS+1+13", AT, "CNI+2+C2", "STS+1+74", AT
    )
    assert [(fact.bill_of_lading, fact.booking, fact.reference, fact.container) for fact in found.movements] == [
        ("OWN", "K1", "", BOX),
        ("ALL", "K1", "", BOX),
        ("ALL", "", "C2", BOX),
    ]


def test_several_boxes_of_a_status_are_one_fact_each() -> None:
    boxes = [EQD, "SEL+S1", f"EQD+CN+{BAD_BOX}++++4", "RFF+BM:OWN", "EQD+TE+TRAILER1", "EQD+CN"]
    found = status("CNI+1", "STS+1+48", AT, "RFF+BM:B1", SHIP, *boxes)
    assert [
        (fact.container, fact.bill_of_lading, fact.seals, fact.is_empty, fact.flags) for fact in found.movements
    ] == [
        (BOX, "B1", ("S1",), False, ()),
        (BAD_BOX, "OWN", (), True, ("check_digit",)),
    ]


@pytest.mark.parametrize(
    ("named", "number"), [(["RFF+BM:B1"], "B1"), (["RFF+BN:K1"], "K1"), (["RFF+CU:C1"], "C1"), ([f"RFF+EQ:{BOX}"], BOX)]
)
def test_a_status_without_boxes_goes_by_its_papers(named: list[str], number: str) -> None:
    assert only(status("CNI+1", "STS+1+21", AT, *named)).goods_number == number


def test_a_status_of_nothing_and_a_message_without_one_are_faults() -> None:
    assert [(fault.code, fault.line) for fault in status("CNI+1", "STS+1+21", AT).faults] == [("no_reference", 5)]
    assert status("CNI+1").faults == (Fault(code="wrong_shape", line=3, detail="STS"),)
    other = read(one("BGM+36+D1+9", EQD, AT), {})
    assert [(fault.code, fault.detail) for fault in other.faults] == [("wrong_message", "CODECO")]


@pytest.mark.parametrize(
    ("code", "places", "place"),
    [
        ("UV", ["LOC+175+KEMBA", SHIP, "LOC+11+TZDAR"], "KEMBA"),
        ("UV", ["LOC+92+KEMBA", SHIP], "KEMBA"),
        ("UV", ["LOC+88+KEMBA", SHIP], "KEMBA"),
        ("UV", [SHIP, "LOC+9+OMSLL", "LOC+11+KEMBA", "LOC+7+RWKGL"], "KEMBA"),
        ("AE", [SHIP, "LOC+9+OMSLL", "LOC+11+KEMBA"], "OMSLL"),
        ("21", [SHIP, "LOC+11+KEMBA", "LOC+7+RWKGL"], "RWKGL"),
        ("I", [SHIP, "LOC+9+OMSLL", "LOC+11+KEMBA"], ""),
    ],
)
def test_where_it_happened(code: str, places: list[str], place: str) -> None:
    assert only(status("CNI+1+R1", f"STS+1+{code}", AT, *places)).place == Place(unlocode=place)


def test_a_train_s_end_in_kenya_is_the_depot_and_a_truck_has_its_plate() -> None:
    assert only(status("CNI+1+R1", "STS+1+1", AT, "LOC+175+KENBO", "TDT+1++2+25")).kind == "railed_to_icd"
    truck = only(status("CNI+1+R1", "STS+1+24", AT, "TDT+30++3+31++++KDA 123A", "FTX+AAI+++by night"))
    assert (truck.kind, truck.plate, truck.vessel, truck.remark) == ("left", "KDA 123A", "", "by night")


@pytest.mark.parametrize(
    ("leg", "due"),
    [
        ([SHIP, "LOC+11+KEMBA", "DTM+132:20261201:102"], [("vessel_arrived", "KEMBA", "20261201")]),
        (
            [SHIP, "LOC+7+RWKGL", "DTM+132:20261209:102", "DTM+133:20261210:102"],
            [("arrived_kigali", "RWKGL", "20261209")],
        ),
        ([SHIP, "LOC+11+KEMBA", "DTM+132:20261201:102", "DTM+178:20261202:102"], []),
        ([SHIP, "LOC+11+KEMBA", "LOC+7+UGKLA", "DTM+132:20261201:102"], []),
        (["TDT+1++2", "LOC+11+KEMBA", "DTM+132:20261201:102"], []),
        ([SHIP, "DTM+132:20261201:102", "LOC+11+KEMBA"], []),
        ([SHIP, *["LOC+11+KEMBA", "DTM+132:20261201:102"] * 2], [("vessel_arrived", "KEMBA", "20261201")]),
    ],
)
def test_an_expectation_stands_with_its_place(leg: list[str], due: list[tuple[str, str, str]]) -> None:
    found = status("CNI+1", "STS+1+VD", AT, "LOC+175+OMSLL", *leg, EQD)
    expected = [fact for fact in found.movements if fact.classifier == "EST"]
    assert [(fact.kind, fact.place.unlocode, fact.when.words) for fact in expected] == due
    assert {(fact.container, fact.vessel_imo) for fact in expected} <= {(BOX, "9321483"), (BOX, "")}


@pytest.mark.parametrize(
    ("function", "read_as"), [("9", "original"), ("5", "replace"), ("1", "cancel"), ("8", "original")]
)
def test_what_a_message_does_to_an_earlier_one(function: str, read_as: str) -> None:
    found = read(one(f"BGM+23+D1+{function}", "CNI+1+R1", "STS+1+21", AT, type="IFTSTA"), {})
    assert only(found).function == read_as


def test_after_something_unreadable_nothing_is_given_to_the_status_before() -> None:
    first = ["CNI+1", "STS+1+21", AT, "RFF+BM:B1"]
    torn = status(*first, "NI+2", "RFF+BN:K2", EQD, "CNI+3+C3", "STS+1+21", AT)
    assert [(fact.bill_of_lading, fact.reference, fact.container) for fact in torn.movements] == [("", "C3", "")]
    assert [fault.code for fault in torn.faults] == ["wrong_shape"]
    kept = status(*first, EQD, "NI+2", f"EQD+CN+{OTHER}")
    assert [(fact.bill_of_lading, fact.container) for fact in kept.movements] == [("B1", BOX)]


def test_a_status_that_was_cut_off_before_its_box_says_nothing() -> None:
    whole = raw(interchange(message("BGM+23", "CNI+1", "STS+1+21", AT, "RFF+BM:B1", EQD, type="IFTSTA")))
    cut = read(whole[: whole.index(b"EQD")], {})
    assert (cut.movements, [fault.code for fault in cut.faults]) == ((), ["truncated"])
