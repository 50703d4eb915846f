"""The equipment groups that gate and terminal messages share: one fact for each container."""

from __future__ import annotations

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st
from stdnum import iso6346

from feeds.equipment import Grammar, KindOf, compact, has_check_digit, read_equipment
from feeds.facts import KINDS, Movement, Place, Reading
from tests.feeds.edi import BAD_BOX, BOX, OTHER, THIRD, box, interchange, message, one, raw

KIND = KindOf({("*", "36"): "gate_out"}, {}, KINDS)
GRAMMAR = Grammar("CODECO", ("7", "203"), {"gate_out": ("11",)})


def read(*body: str) -> Reading:
    """What a message says after its BGM."""
    return read_equipment(one("BGM+36+D1+9", *body), GRAMMAR, KIND)


def fact(*group: str) -> Movement:
    """The one fact of a message of one group, after EQD and DTM."""
    (found,) = read(*box(BOX, *group)).movements
    return found


def codes(found: Reading) -> list[tuple[str, int]]:
    return [(fault.code, fault.line) for fault in found.faults]


@pytest.mark.parametrize(
    ("number", "is_right"),
    [
        *((BOX, True), (BAD_BOX, False), ("MSCU1234567", False), (OTHER, True), (THIRD, True)),
        *(("", False), ("CSQU305438", False), ("CSQX3054383", False), ("csqu3054383", False), ("CSQU30543٨3", False)),
    ],
)
def test_the_check_digit_of_iso_6346(number: str, is_right: bool) -> None:
    assert has_check_digit(number) is is_right


@given(st.from_regex(r"[A-Z]{3}[UJZ][0-9]{7}", fullmatch=True))
def test_the_check_digit_agrees_with_another_s_arithmetic(number: str) -> None:
    assert has_check_digit(number) is iso6346.is_valid(number)


@pytest.mark.parametrize(
    "written", ["CSQU3054383", "csqu 305438 3", "CSQU-305438-3", " CSQU.305438/3 ", "CSQU3054383\x00"]
)
def test_a_container_number_is_written_in_many_ways(written: str) -> None:
    assert compact(written) == BOX


def test_one_fact_for_each_container() -> None:
    found = read(*box(BOX), *box(OTHER, at="202611200850"), *box(THIRD, at="20261120"), "CNT+16:3")
    assert [(fact.container, fact.when.words, fact.line) for fact in found.movements] == [
        (BOX, "202611200845", 4),
        (OTHER, "202611200850", 6),
        (THIRD, "20261120", 8),
    ]
    assert (found.faults, found.flags) == ((), ())


@pytest.mark.parametrize(
    ("count", "flags"), [("2", ()), ("00002", ()), ("3", ("count_mismatch",)), ("", ("count_mismatch",))]
)
def test_the_message_s_own_count_of_containers_is_checked(count: str, flags: tuple[str, ...]) -> None:
    assert read(*box(BOX), *box(OTHER), f"CNT+16:{count}").flags == flags


def test_a_wrong_check_digit_is_flagged_and_the_fact_kept() -> None:
    (found,) = read(*box(BAD_BOX)).movements
    assert (found.container, found.flags) == (BAD_BOX, ("check_digit",))


def test_a_number_of_another_form_is_flagged_and_kept() -> None:
    (found,) = read(*box("SHOC 12")).movements
    assert (found.container, found.flags) == ("SHOC12", ("check_digit",))


def test_a_group_without_a_number_is_a_fault_and_a_chassis_nothing() -> None:
    found = read(*box(""), "EQD+CH+TRAILER9", "DTM+7:202611200845:203", *box(OTHER))
    assert [fact.container for fact in found.movements] == [OTHER]
    assert codes(found) == [("no_reference", 4)]


@pytest.mark.parametrize(
    "times",
    [
        [],
        ["DTM+7::203"],
        ["DTM+7:20262011:102"],
        ["DTM+7:000101010000:203"],
        ["DTM+132:202611280900:203"],
        ["DTM+133:202611280900:203"],
        ["DTM+137:202611280900:203"],
        ["DTM+400:202611200845:203", "DTM+401:202611200846:203"],
    ],
)
def test_a_group_without_a_time_of_its_own_is_a_fault_and_the_others_are_read(times: list[str]) -> None:
    found = read(f"EQD+CN+{BOX}+22G1:102:5++3+5", *times, *box(OTHER))
    assert [fact.container for fact in found.movements] == [OTHER]
    assert codes(found) == [("no_time", 4)]
    assert found.faults[0].excerpt == f"CODECO BGM+36 EQD+CN+{BOX}+22G1:102:5++3+5"


@pytest.mark.parametrize(
    ("times", "words"),
    [
        (["DTM+203:202611200001:203", "DTM+7:202611200002:203"], "202611200002"),
        (["DTM+7:2026:203", "DTM+203:202611200001:203"], "202611200001"),
        (["DTM+7::203", "DTM+7:202611200003:203"], "202611200003"),
        (["DTM+7:202611200004:203", "DTM+7:202611200005:203"], "202611200004"),
        (["DTM+:202611200006:203"], "202611200006"),
        (["DTM+ZZZ:202611200007:203"], "202611200007"),
        (["DTM+7:202611200008"], "202611200008"),
    ],
)
def test_which_of_several_times_counts(times: list[str], words: str) -> None:
    (found,) = read(f"EQD+CN+{BOX}+22G1:102:5++3+5", *times).movements
    assert found.when.words == words


@pytest.mark.parametrize(
    ("group", "field", "value"),
    [
        (["RFF+BM:UMUC2611001"], "bill_of_lading", "UMUC2611001"),
        (["RFF+BM:0", "RFF+BM:UMUC2611001"], "bill_of_lading", "UMUC2611001"),
        (["RFF+BM:FIRST", "RFF+BM:SECOND"], "bill_of_lading", "FIRST"),
        (["RFF+BM:A?:B?+C"], "bill_of_lading", "A:B+C"),
        (["RFF+BN:EBK7"], "booking", "EBK7"),
        (["RFF+ABT:2026KE7"], "declaration", "2026KE7"),
        (["RFF+ABT:000"], "declaration", ""),
        (["SEL+KRA1+CU", "SEL++CA", "SEL+LINE2+CA"], "seals", ("KRA1", "LINE2")),
        (["TDT+1++3++:172::INZIRA LTD+++KDA 123A"], "plate", "KDA 123A"),
        (["TDT+1++3++:172::INZIRA LTD+++:::KDA 123A"], "plate", "KDA 123A"),
        (["TDT+1++2++:172::KRC+++WAGON 7"], "plate", ""),
        (["TDT+30++3+++++KDA 123A"], "plate", ""),
        (["MEA+AAE+G+KGM:21430"], "weight_kg", Decimal(21430)),
        (["MEA+AAE+G+KGM:21430,5"], "weight_kg", Decimal("21430.5")),
        (["MEA+AAE+G+TNE:21.43"], "weight_kg", Decimal("21430.00")),
        (["MEA+AAE+G+LBR:1000"], "weight_kg", Decimal("453.59237000")),
        (["MEA+AAE+T+KGM:4000", "MEA+AAE+EGW+KGM:8914"], "weight_kg", Decimal(8914)),
        (["MEA+AAE+G+KGM:1", "MEA+AAE+VGM+KGM:2"], "weight_kg", Decimal(2)),
        (["MEA+AAE+VGM+KGM:", "MEA+AAE+G+KGM:3"], "weight_kg", Decimal(3)),
        (["MEA+AAE+T+KGM:4000"], "weight_kg", None),
        (["MEA+AAE+G+KGM:heavy"], "weight_kg", None),
        (["MEA+AAE+G+KGM:NaN"], "weight_kg", None),
        (["MEA+AAE+G+KGM:-5"], "weight_kg", None),
        (["MEA+AAE+G+KGM:1E99"], "weight_kg", None),
        (["MEA+AAE+G+XYZ:5"], "weight_kg", None),
        (["LOC+165+KEMBA:139:6+KCT:TER:ZZZ"], "place", Place(unlocode="KEMBA", facility="KCT")),
        (["LOC+165+kemba"], "place", Place(unlocode="KEMBA")),
        (["LOC+165+KEMBA:139:6:Mombasa+KCT"], "place", Place(unlocode="KEMBA", facility="KCT", name="Mombasa")),
        (["LOC+165+KEMBA:139:6:KCT+KCT"], "place", Place(unlocode="KEMBA", facility="KCT")),
        (["LOC+165+KEMBAKCT:139:6"], "place", Place(facility="KEMBAKCT")),
        (["LOC+165+:::Naivasha dry port"], "place", Place(name="Naivasha dry port")),
        (["LOC+165+ATLANTIS:ZZZ:ZZZ+GATE"], "place", Place(facility="GATE", name="ATLANTIS")),
        (["LOC+165+", "LOC+165+KEMBA"], "place", Place(unlocode="KEMBA")),
        (["LOC+11+KEMBA", "LOC+165+KENBO"], "place", Place(unlocode="KENBO")),
        (["LOC+9+CNSHA"], "place", Place()),
    ],
)
def test_what_a_group_says_of_its_container(group: list[str], field: str, value: object) -> None:
    assert getattr(fact(*group), field) == value


@pytest.mark.parametrize(
    ("eqd", "direction", "is_empty", "size_type"),
    [
        ("EQD+CN+CSQU3054383+45G1:102:5++2+5", "export", False, "45G1"),
        ("EQD+CN+CSQU3054383+45G1:102:5++3+4", "import", True, "45G1"),
        ("EQD+CN+CSQU3054383+4510++6+5", "transhipment", False, "4510"),
        ("EQD+CN+CSQU3054383+:102:5++1+9", "", None, ""),
        ("EQD+CN+CSQU3054383+0000", "", None, "0000"),
        ("EQD+CN+CSQU 305438-3+22G1", "", None, "22G1"),
    ],
)
def test_what_the_group_s_own_segment_says(eqd: str, direction: str, is_empty: bool | None, size_type: str) -> None:
    (found,) = read(eqd, "DTM+7:202611200845:203").movements
    assert (found.container, found.direction, found.is_empty, found.size_type) == (BOX, direction, is_empty, size_type)
    assert found.words == f"CODECO BGM+36 {eqd} DTM+7:202611200845"


@pytest.mark.parametrize(
    ("tdt", "vessel", "imo", "voyage", "flags"),
    [
        ("TDT+20+26W11+1++CMA:172:20+++9321483:146::UMUGABE", "UMUGABE", "9321483", "26W11", ()),
        ("TDT+20+26W11+1++CMA:172:20+++1111111:146::UMUGABE", "UMUGABE", "1111111", "26W11", ("imo_check_digit",)),
        ("TDT+20+26W11+1++CMA:172:20+++5ABC1:146::UMUGABE", "UMUGABE", "", "26W11", ()),
        ("TDT+20+26W11+1++CMA:172:20+++5ABC1:103::UMUGABE", "UMUGABE", "", "26W11", ()),
        ("TDT+20+26  W11", "", "", "26 W11", ()),
        ("TDT+20", "", "", "VON7", ()),
        ("TDT+1++3+++++KDA 123A", "", "", "VON7", ()),
    ],
)
def test_the_ship_of_the_header_is_every_container_s(
    tdt: str, vessel: str, imo: str, voyage: str, flags: tuple[str, ...]
) -> None:
    for found in read(tdt, "RFF+VON:VON7", *box(BOX), *box(OTHER)).movements:
        assert (found.vessel, found.vessel_imo, found.voyage, found.flags) == (vessel, imo, voyage, flags)


def test_the_header_s_bill_of_lading_and_place_hold_where_a_group_has_none() -> None:
    found = read("RFF+BM:HEAD", "LOC+165+KEMBA", *box(BOX), *box(OTHER, "RFF+BM:OWN", "LOC+165+KENBO"))
    assert [(fact.bill_of_lading, fact.place.unlocode) for fact in found.movements] == [
        ("HEAD", "KEMBA"),
        ("OWN", "KENBO"),
    ]


@pytest.mark.parametrize(
    ("dtm", "issued"), [("DTM+137:202611200900:203", "202611200900"), ("DTM+137::203", "2611200930")]
)
def test_when_it_was_issued_is_the_message_s_time_or_else_the_interchange_s(dtm: str, issued: str) -> None:
    (found,) = read(dtm, *box(BOX)).movements
    assert found.issued is not None
    assert found.issued.words == issued


@pytest.mark.parametrize("torn", ["EQ", "EQD3", "<>", "E+CN+TGHU3054380+22G1:102:5++3+5"])
def test_what_follows_a_torn_group_is_not_of_the_container_before_it(torn: str) -> None:
    found = read(*box(BOX), torn, "DTM+7:202611200850:203", "RFF+BM:NOT-MINE", "SEL+NOT-MINE", *box(THIRD, "RFF+BM:B3"))
    assert [(fact.container, fact.bill_of_lading, fact.seals) for fact in found.movements] == [
        (BOX, "", ()),
        (THIRD, "B3", ()),
    ]
    assert codes(found) == [("wrong_shape", 6)]


def test_a_torn_first_group_is_not_of_the_header() -> None:
    found = read("QD", "RFF+BM:NOT-MINE", "LOC+165+KENBO", *box(BOX))
    assert [(fact.bill_of_lading, fact.place) for fact in found.movements] == [("", Place())]


def test_a_message_of_another_type_or_code_does_not_take_the_others_down() -> None:
    found = read_equipment(
        raw(
            interchange(
                message("BGM+45+D1+9", *box(BOX), type="COPRAR"),
                message("BGM+99+D2+9", *box(BOX), number="2"),
                message(number="3"),
                message("BGM+36+D3+9", *box(OTHER), number="4"),
            )
        ),
        GRAMMAR,
        KIND,
    )
    assert [(fact.container, fact.document) for fact in found.movements] == [(OTHER, "D3")]
    assert [(fault.code, fault.line, fault.detail) for fault in found.faults] == [
        ("wrong_message", 3, "COPRAR"),
        ("unknown_code", 8, "99"),
        ("unknown_code", 0, ""),
    ]


def test_a_source_names_the_kind_of_its_own_code() -> None:
    own = KindOf(
        {("*", "36"): "gate_out"}, {"code_36": "truck_in", "code_99": "gate_out", "code_98": "nonsense"}, KINDS
    )
    kinds = {
        code: [fact.kind for fact in read_equipment(one(f"BGM+{code}+D1+9", *box()), GRAMMAR, own).movements]
        for code in ("36", "99", "98")
    }
    assert kinds == {"36": ["truck_in"], "99": ["gate_out"], "98": []}
