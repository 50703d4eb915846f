"""The readers against captured messages that nobody of this project wrote; skipped where they are not at hand."""

from __future__ import annotations

import json
import os
import re
from collections import Counter
from datetime import UTC, date, datetime, timedelta, timezone
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from feeds.edifact import parse, part
from feeds.facts import CallTiming, Movement, Place, Position, Reading, Ship
from feeds.formats import READERS
from tests.shape import ROOT

SAMPLES = Path(os.environ.get("SAMPLES_DIR") or ROOT.parent / "shared" / "samples")
pytestmark = pytest.mark.skipif(not SAMPLES.is_dir(), reason="the captured samples are not at hand")

Codes = list[tuple[str, int]]


def sample(path: str) -> bytes:
    file = SAMPLES / path
    if not file.is_file():
        pytest.skip(f"{path} is not at hand")
    return file.read_bytes()


def read(format: str, path: str) -> Reading:
    return READERS[format](sample(path), {})


def faults(found: Reading) -> Codes:
    return [(fault.code, fault.line) for fault in found.faults]


def local(*parts: int) -> datetime:
    return datetime(*parts)  # type: ignore[arg-type]  # noqa: DTZ001


COUNTS: list[tuple[str, str, dict[str, int], Codes, tuple[str, ...]]] = [
    ("codeco", "edifact/codeco_d95b_itg13_manila_mict_oocl_damage.edi", {"gate_in": 1}, [], ("no_envelope",)),
    ("codeco", "edifact/codeco_d95b_smdg16_huelva_gatein.edi", {"gate_in": 1}, [], ()),
    ("coarri", "edifact/coarri_crmob_trial.edi", {"loaded": 42}, [], ()),
    ("coarri", "edifact/coarri_d23a_crmob_import.edi", {"discharged": 74}, [], ()),
    ("coarri", "edifact/coarri_d23a_crmob_load.edi", {"loaded": 42}, [], ("count_mismatch",)),
    ("coarri", "edifact/coarri_d95b_itgoa_vte_cosco_discharge.edi", {"discharged": 2, "loaded": 19}, [], ()),
    ("coprar", "edifact/coprar_d95b_aejea_load.edi", {"loaded": 2}, [], ("count_mismatch", "no_envelope")),
    ("iftsta", "edifact/iftsta_d00b_rail_departed_csx.edi", {"left": 1}, [], ("reference_mismatch",)),
    ("iftsta", "edifact/iftsta_d99b_se0015_kotka_a.edi", {}, [("unknown_code", 7)], ("count_mismatch",)),
    (
        *("iftsta", "edifact/iftsta_eancom_d96a_multi.edi", {"delivered": 1, "held": 1}),
        *([("no_time", 25), ("no_time", 30)], ("not_followed",)),
    ),
    ("iftsta", "edifact/iftsta_inttra_edifact_d96a_linefeed.edi", {"vessel_arrived": 10}, [], ()),
    ("dcsa", "carriers/cma_cgm_tnt_v22_events.json", {"vessel_arrived": 1, "discharged": 1}, [], ()),
    ("dcsa", "carriers/hapag_lloyd_tnt_v2_events.json", {"document": 1, "vessel_departed": 1, "discharged": 1}, [], ()),
    ("dcsa", "carriers/msc_tnt_v22_one_disc.json", {"discharged": 1}, [], ()),
    ("dcsa", "dcsa/tnt/tnt-220-response.json", {"document": 3, "vessel_arrived": 2, "loaded": 2}, [], ()),
    ("dcsa", "dcsa/tnt/tnt-220-response-wrong-event-ids.json", {"document": 7}, [], ()),
    ("dcsa", "dcsa/tnt/tnt-220-response-wrong-structure.json", {}, [("unknown_code", 1), ("unknown_code", 2)], ()),
    ("dcsa", "dcsa/tnt/tnt-300-request-equipment.json", {"loaded": 1}, [], ()),
    ("dcsa", "dcsa/tnt/tnt-300-request-iot.json", {"seal_tampered": 1}, [], ()),
    (
        "dcsa",
        "dcsa/tnt/tnt-300-response.json",
        {"document": 1, "vessel_departed": 1, "gate_in": 1},
        [],
        ("not_followed",),
    ),
    (
        *("dcsa", "dcsa/tnt/tnt-300beta1-examples.json"),
        {"booked": 2, "loaded": 2, "reached": 2, "dropped_off": 1, "picked_up": 1, "vessel_arrived": 1, "document": 2},
        [],
        (),
    ),
    ("dcsa", "dcsa/portcall/portcall-api-200-get-response.json", {}, [], ()),
]


@pytest.mark.parametrize(("format", "path", "kinds", "found_faults", "flags"), COUNTS, ids=[row[1] for row in COUNTS])
def test_how_many_facts_and_faults(
    format: str, path: str, kinds: dict[str, int], found_faults: Codes, flags: tuple[str, ...]
) -> None:
    found = read(format, path)
    assert (Counter(fact.kind for fact in found.movements), faults(found), found.flags) == (kinds, found_faults, flags)


def test_no_sample_of_these_formats_is_left_out() -> None:
    ours = [file for name in ("co", "iftsta") for file in SAMPLES.glob(f"edifact/{name}*.edi")]
    held = [*ours, *SAMPLES.glob("carriers/*.json"), *SAMPLES.glob("dcsa/tnt/*.json")]
    assert {str(file.relative_to(SAMPLES)) for file in held} - {row[1] for row in COUNTS} == set()


OTHERS: list[tuple[str, list[str], Codes, set[str]]] = [
    ("baplie_d13b_smdg31_edifabric.edi", ["BAPLIE"], [], {"count_mismatch"}),
    ("baplie_d95b_lbct_oocl.edi", ["BAPLIE"], [], set()),
    ("coprar_d95b_aejea_load.edi", ["COPRAR"], [], {"count_mismatch", "no_envelope"}),
    ("cuscar_d95b_lot10_gbpme.edi", ["CUSCAR"], [], {"count_mismatch"}),
    ("edifabric_CorruptUnb.edi", ["ORDERS", "ORDERS"], [("wrong_shape", 1)], {"no_envelope"}),
    ("edifabric_DuplicateMessage.edi", ["ORDERS", "ORDERS"], [], set()),
    ("edifabric_MixedTransactions.edi", ["ORDERS", "INVOIC"], [], set()),
    ("iftsai_d99b_rotterdam_1.edi", ["IFTSAI"], [("truncated", 28)], set()),
    ("iftsta_d00b_rail_departed_csx.edi", ["IFTSTA"], [], {"reference_mismatch"}),
    ("iftsta_d99b_se0015_kotka_a.edi", ["IFTSTA"], [], {"count_mismatch"}),
    ("iftsta_eancom_d96a_multi.edi", ["IFTSTA"], [], set()),
    ("iftsta_inttra_edifact_d96a_linefeed.edi", ["IFTSTA"] * 5, [], set()),
    ("php_example_release_character.edi", ["PAORES"], [], {"count_mismatch"}),
    ("php_example_utf8.edi", ["DESADV"], [], set()),
]


@pytest.mark.parametrize(("name", "types", "found_faults", "flags"), OTHERS, ids=[row[0] for row in OTHERS])
def test_what_other_and_damaged_interchanges_hold(
    name: str, types: list[str], found_faults: Codes, flags: set[str]
) -> None:
    found = parse(sample(f"edifact/{name}"))
    assert [message.type for message in found.messages] == types
    assert ([(fault.code, fault.line) for fault in found.faults], found.flags) == (found_faults, flags)
    for format in {"codeco", "coarri", "coprar", "iftsta"} - {name.split("_")[0]}:
        reading = read(format, f"edifact/{name}")
        assert reading.movements == ()
        assert Counter(fault.code for fault in reading.faults)["wrong_message"] == len(types)


def test_released_letters_of_a_real_file() -> None:
    found = parse(sample("edifact/php_example_release_character.edi"))
    texts = [elements for _number, elements in found.messages[0].segments if elements[0] == "IFT"]
    said = [part(elements, 2) for elements in texts[2:6]]
    assert [(text.count("?"), text.count("'")) for text in said] == [(1, 0), (0, 1), (1, 0), (1, 1)]
    assert [len(elements) for elements in texts[6:9]] == [4, 4, 3]
    assert [len(elements[2].split(":")) for elements in texts[9:12]] == [2, 2, 1]


def said(fact: Movement, *names: str) -> list[object]:
    return [getattr(fact, name) for name in names]


def test_a_gate_in_at_manila_without_an_envelope() -> None:
    (fact,) = read("codeco", "edifact/codeco_d95b_itg13_manila_mict_oocl_damage.edi").movements
    assert (fact.when.value, fact.place) == (local(2011, 4, 2, 12, 59), Place(unlocode="PHMNL", facility="MICT"))
    assert said(fact, "container", "booking", "plate", "seals", "flags") == [
        *("TGHU1643396", "3048413690", "CXL590", ("OOLAYJ9379", "PEZA03340727"), ()),
    ]
    assert said(fact, "vessel", "vessel_imo", "voyage", "weight_kg", "issued") == [
        *("MAGNAVIA", "", "055N", Decimal(21430), None),
    ]


def test_a_gate_in_at_huelva_with_a_second_time_and_two_bad_check_digits() -> None:
    (fact,) = read("codeco", "edifact/codeco_d95b_smdg16_huelva_gatein.edi").movements
    assert (fact.when.value, fact.place) == (local(2023, 8, 11, 14, 47), Place(unlocode="ESHUV", facility="CONCHUV"))
    assert said(fact, "container", "booking", "plate", "seals", "direction", "is_empty") == [
        *("TESI1120274", "FUE110823", "993NGR", ("88200",), "export", False),
    ]
    assert said(fact, "vessel_imo", "flags") == ["1111111", ("check_digit", "imo_check_digit")]
    assert fact.issued is not None
    assert fact.issued.value == local(2023, 8, 11, 14, 50)


def test_a_discharge_and_a_loading_in_one_file_from_genoa() -> None:
    facts = read("coarri", "edifact/coarri_d95b_itgoa_vte_cosco_discharge.edi").movements
    first, last = facts[0], facts[-1]
    assert {fact.place for fact in facts} == {Place(unlocode="ITGOA", facility="VTE")}
    assert said(first, "kind", "container", "voyage", "direction", "document", "weight_kg") == [
        *("discharged", "FCIU9908030", "031W", "import", "35961879700001", Decimal(8914)),
    ]
    assert said(last, "kind", "container", "voyage", "booking", "size_type", "weight_kg") == [
        *("loaded", "CAXU3190016", "032E", "9000157920", "22G1", Decimal(17300)),
    ]
    assert (first.when.value, last.when.value) == (local(2016, 2, 3, 9, 13), local(2016, 2, 4, 12, 35))


def test_a_discharge_at_moin_with_placeholders_for_declarations() -> None:
    facts = read("coarri", "edifact/coarri_d23a_crmob_import.edi").movements
    assert {(fact.place, fact.vessel, fact.vessel_imo, fact.declaration) for fact in facts} == {
        (Place(unlocode="CRMOB", facility="0002"), "CHARLOTTE", "9118018", "")
    }
    assert Counter((fact.direction, fact.is_empty) for fact in facts) == {("import", False): 62, ("", True): 12}
    assert said(facts[-1], "container", "bill_of_lading", "seals", "weight_kg", "size_type") == [
        *("KOSU6217964", "NICPEV11502", ("309126", "62415", "1648190"), Decimal("26930.99"), ""),
    ]
    assert facts[-1].when.value == local(2025, 2, 27, 12, 42)


def test_the_same_loading_sent_twice_says_the_same_but_for_its_envelope() -> None:
    trial, load = (
        read("coarri", f"edifact/coarri_{name}.edi").movements for name in ("crmob_trial", "d23a_crmob_load")
    )
    names = ("container", "when", "place", "bill_of_lading", "declaration", "seals", "weight_kg")
    assert [said(fact, *names) for fact in trial] == [said(fact, *names) for fact in load]
    assert said(trial[0], "container", "bill_of_lading", "declaration", "seals", "place") == [
        *("TRIU8194081", "SECV114MOB511001", "040966", ("32750",)),
        Place(unlocode="CRMOB", facility="0002", name="Puerto Moin"),
    ]
    assert {fact.issued.words for fact in load if fact.issued} == {"2503262011"}


def test_a_train_s_departure_of_an_ocean_carrier() -> None:
    (fact,) = read("iftsta", "edifact/iftsta_d00b_rail_departed_csx.edi").movements
    assert (fact.when.value, fact.place) == (local(2022, 11, 19, 7, 10), Place(unlocode="USSYR", name="SYRACUSE"))
    assert said(fact, "container", "bill_of_lading", "booking", "is_empty", "vessel", "plate", "flags") == [
        *("TRHU4561222", "ABCD224O4023815X", "24O4023815", False, "", "", ("check_digit",)),
    ]
    assert fact.words.startswith("IFTSTA STS+1+P::HS:Rail Departed from In-Transit Locat")


def test_arrivals_by_ship_of_a_booking_platform() -> None:
    facts = read("iftsta", "edifact/iftsta_inttra_edifact_d96a_linefeed.edi").movements
    assert {(fact.when.value, fact.place.unlocode, fact.vessel, fact.vessel_imo, fact.voyage) for fact in facts} == {
        (local(2017, 1, 13, 12, 12), "HKHKG", "MROA BETAGA", "9251999", "031A")
    }
    assert said(facts[2], "container", "bill_of_lading", "booking", "document", "flags") == [
        *("TTNU4434087", "JEQSATL161163783", "34652476", "888959431001", ()),
    ]


def test_a_status_without_a_box_is_of_its_consignment() -> None:
    found = read("iftsta", "edifact/iftsta_eancom_d96a_multi.edi")
    assert [(fact.kind, fact.reference, fact.when.value) for fact in found.movements] == [
        ("delivered", "4215A", local(2002, 2, 1, 14, 50)),
        ("held", "5145E", date(2002, 1, 15)),
    ]
    assert {fault.detail for fault in found.faults} == {"DTM+334:20020148"}
    (bare,) = read("iftsta", "edifact/iftsta_d99b_se0015_kotka_a.edi").faults
    assert bare.detail == "BGM+132"


def test_a_loading_order_of_jebel_ali() -> None:
    first, last = read("coprar", "edifact/coprar_d95b_aejea_load.edi").movements
    assert said(first, "classifier", "container", "booking", "vessel", "voyage", "place") == [
        *("PLN", "MSTI6415664", "2GO2005174", "HELLO WORLD", "123W", Place(unlocode="AEJEA")),
    ]
    assert first.when.value == last.when.value == date(2012, 11, 25)


def at(hours: int, *parts: int) -> date:
    return datetime(*parts, tzinfo=timezone(timedelta(hours=hours)))  # type: ignore[misc,arg-type]


def test_events_of_cma_cgm() -> None:
    arrival, discharge = read("dcsa", "carriers/cma_cgm_tnt_v22_events.json").movements
    assert said(arrival, "classifier", "container", "vessel", "vessel_imo", "voyage", "flags") == [
        *("PLN", "MAGU2480027", "CMA CGM AMERIGO VESPUCCI", "9454395", "0WWPGE1MA", ()),
    ]
    assert arrival.place == Place(unlocode="NGLKK", facility="LFTL", name="LEKKI, LA")
    assert arrival.when.value == at(1, 2026, 1, 11, 8)
    assert said(discharge, "classifier", "container", "size_type", "flags", "place") == [
        *("ACT", "TRHU3240046", "22G1", ("unknown_location",), Place()),
    ]
    assert discharge.when.value == at(8, 2025, 11, 25, 19, 34)


def test_events_of_hapag_lloyd() -> None:
    paper, departure, discharge = read("dcsa", "carriers/hapag_lloyd_tnt_v2_events.json").movements
    assert (paper.kind, paper.booking) == ("document", "12345678")
    assert said(departure, "container", "booking", "voyage", "vessel_imo", "flags", "line") == [
        *("ABCD1234567", "12345678", "UNIF 54", "", ("goods_assumed", "check_digit"), 2),
    ]
    assert departure.place == Place(unlocode="DEHAM", facility="DEHAMSRJQ", name="HAMBURG")
    assert departure.when.value == datetime(2024, 3, 20, 0, 45, tzinfo=UTC)
    assert said(discharge, "classifier", "voyage", "is_empty", "sender_event", "line") == [
        "PLN",
        "UNIF 54",
        False,
        "",
        3,
    ]
    assert discharge.place == Place(unlocode="NOOSL", facility="SCT", name="OSLO")


def test_an_event_of_msc() -> None:
    (fact,) = read("dcsa", "carriers/msc_tnt_v22_one_disc.json").movements
    assert said(fact, "container", "bill_of_lading", "booking", "vessel_imo", "remark", "flags", "issued") == [
        *("FFAU2562268", "MEDUJZ334684", "EBKG13537905", "9337597", "Import Discharged from Vessel"),
        *(("classifier_assumed",), None),
    ]
    assert (fact.when.value, fact.place) == (
        at(-6, 2025, 8, 29, 1, 35),
        Place(unlocode="CRCAL", facility="SPCAD", name="CALDERA"),
    )


def test_the_examples_of_the_standard_itself() -> None:
    found = read("dcsa", "dcsa/tnt/tnt-220-response.json").movements
    facts = [fact for fact in found if fact.kind != "document"]
    assert [(fact.line, fact.kind, fact.classifier, fact.voyage, fact.remark) for fact in facts] == [
        (1, "vessel_arrived", "ACT", "2103N", "WEA"),
        (3, "loaded", "EST", "2103S", ""),
        (4, "vessel_arrived", "ACT", "2103N", "WEA"),
        (6, "loaded", "EST", "2103S", ""),
    ]
    assert {(fact.container, fact.bill_of_lading, fact.booking, fact.flags) for fact in facts} == {
        ("APZU4812090", "reserved-HHL123", "ABC123123123", ())
    }
    assert said(facts[1], "place", "seals", "is_empty", "size_type") == [
        *(Place(unlocode="FRPAR", facility="ADT", name="Eiffel Tower"), ("string",), True, "22GP"),
    ]


def test_a_tracker_s_position_among_events_of_3_0() -> None:
    (position,) = read("dcsa", "dcsa/tnt/tnt-300-response.json").of(Position)
    assert (position.device, position.lat, position.lon, position.line) == ("APZU4812090", 51.5074, -0.1278, 4)


def test_a_port_call_s_example_is_the_time_that_the_ship_is_expected_alongside() -> None:
    (call,) = read("dcsa", "dcsa/portcall/portcall-api-200-get-response.json").of(CallTiming)
    assert (call.timing, call.classifier, call.vessel_imo, call.place.unlocode) == (
        *("berth_arrival", "EST", "9321483", "NLAMS"),
    )


def test_a_carrier_s_schedule_of_a_vessel_in_times_of_the_ports() -> None:
    found = read("schedule", "schedules/maersk_vessel_schedule_9365843.json")
    assert (found.faults, found.flags) == ((), ())
    assert [(fact.timing, fact.place.unlocode, fact.voyage, fact.when.value) for fact in found.of(CallTiming)] == [
        ("berth_arrival", "EGPSE", "506S", local(2025, 2, 7, 9)),
        ("berth_departure", "EGPSE", "506S", local(2025, 2, 8, 14)),
        ("berth_arrival", "ILASH", "506N", local(2025, 2, 9, 23)),
        ("berth_departure", "ILASH", "506N", local(2025, 2, 11, 23)),
    ]


@pytest.mark.parametrize(
    "path", sorted(str(file.relative_to(SAMPLES)) for file in SAMPLES.rglob("*") if file.is_file())
)
def test_no_file_at_all_makes_a_reader_raise(path: str) -> None:
    raw = sample(path)
    for reader in READERS.values():
        found = reader(raw, {})
        assert found.facts or found.faults or found.flags


@pytest.mark.parametrize("path", [row[1] for row in COUNTS[:6]])
def test_a_captured_file_cut_anywhere_keeps_what_came_before(path: str) -> None:
    whole, format = sample(path), path.split("/")[1][:6]
    facts = READERS[format](whole, {}).movements
    for length in range(0, len(whole), max(1, len(whole) // 60)):
        cut = [(fact.container, fact.when, fact.line) for fact in READERS[format](whole[:length], {}).movements]
        assert cut == [(fact.container, fact.when, fact.line) for fact in facts[: len(cut)]]
        assert len(cut) >= whole[:length].count(b"EQD+") - 1


TRACKERS: list[tuple[str, str, dict[str, int], Codes, tuple[str, ...]]] = [
    ("gps", "traccar/position_forward.jsonl", {"Position": 3}, [], ()),
    ("eseal", "traccar/event_forward.jsonl", {"Movement": 3, "Position": 2}, [], ()),
    ("ais", "ais/aisstream_positionreport.jsonl", {"Position": 3}, [("sender_error", 4)], ()),
    ("ais", "ais/gfw_bad-type5.nmea", {"Ship": 3}, [("wrong_shape", line) for line in (5, 6, 7)], ()),
    ("ais", "ais/gfw_multi-part.nmea", {"Ship": 10}, [], ("not_followed",)),
    ("ais", "ais/gpsd_sample.aivdm", {"Position": 12, "Ship": 11}, [("wrong_shape", 978)], ("not_followed",)),
    (
        *("ais", "ais/libais_typeexamples.nmea", {"Position": 3, "Ship": 2}),
        *([("bad_position", 11), ("bad_position", 21)], ("not_followed",)),
    ),
]
HEARD = {"received_at": "2026-11-20T05:45:00+00:00"}


@pytest.mark.parametrize(
    ("format", "path", "types", "found_faults", "flags"), TRACKERS, ids=[row[1] for row in TRACKERS]
)
def test_how_many_positions_and_ships(
    format: str, path: str, types: dict[str, int], found_faults: Codes, flags: tuple[str, ...]
) -> None:
    found = READERS[format](sample(path), HEARD)
    assert Counter(type(fact).__name__ for fact in found.facts) == types
    assert (faults(found), found.flags) == (found_faults, flags)


def test_no_sample_of_trackers_is_left_out() -> None:
    held = {str(file.relative_to(SAMPLES)) for name in ("ais", "traccar") for file in (SAMPLES / name).iterdir()}
    assert held - {row[1] for row in TRACKERS} == {"ais/libais_typeexamples.json"} & held


def test_ais_agrees_with_another_library() -> None:
    """Line by line: what it decodes of a ship we say, what it has no place on earth for we set aside."""
    oracle: list[dict[str, Any]] = [json.loads(line) for line in sample("ais/libais_typeexamples.json").splitlines()]
    found = READERS["ais"](sample("ais/libais_typeexamples.nmea"), {})
    by_line = {fact.line: fact for fact in found.facts}
    told = {line: said for line, said in enumerate(oracle, 1) if said["type"] in (1, 2, 3, 5, 18, 19, 24, 27)}
    assert by_line.keys() | {fault.line for fault in found.faults} == told.keys()
    assert sum(said["type"] in (1, 2, 3, 18, 19, 27) for said in told.values()) == len(found.of(Position)) + 2
    for line, fact in by_line.items():
        said = told[line]
        if isinstance(fact, Position):
            assert fact.device == f"{said['mmsi']:09d}"
            assert [fact.lat, fact.lon] == pytest.approx([said["lat"], said["lon"]], abs=1e-5)
            assert [fact.speed_kmh, fact.course] == pytest.approx([said["speed"] * 1.852, said["course"]], abs=0.006)
        else:
            assert isinstance(fact, Ship)
            names = (said["shipname"].strip(), said.get("imo", ""), said.get("callsign", "").strip())
            assert (fact.mmsi, (fact.name, fact.imo, fact.call_sign)) == (f"{said['mmsi']:09d}", names)
    for fault in found.faults:
        lat, lon = map(float, fault.detail.split())
        assert [lat, lon] == pytest.approx([told[fault.line]["lat"], told[fault.line]["lon"]], abs=1e-5)
        assert abs(lat) > 90 or abs(lon) > 180


def test_ais_agrees_with_the_remarks_of_a_sample() -> None:
    """Each sentence is followed by a comment of what another decoder made of it."""
    text = sample("ais/gpsd_sample.aivdm").decode("latin-1")
    lines = text.splitlines()
    agreed = 0
    for fact in READERS["ais"](text.encode("latin-1"), HEARD).of(Position):
        remark = "\n".join(lines[fact.line : fact.line + 12])
        said = {
            name.lower(): value
            for name, value in re.findall(r"^#\s+(UserID|MMSI|longitude|latitude):\s+(-?[\d.]+)", remark, re.M | re.I)
        }
        if {"longitude", "latitude"} <= said.keys():
            assert fact.device == f"{int(said.get('userid') or said['mmsi']):09d}"
            degrees = [float(said["latitude"]), float(said["longitude"])]
            assert [fact.lat, fact.lon] == pytest.approx(degrees, abs=1e-5)
            agreed += 1
    assert agreed == 8
