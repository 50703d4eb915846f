"""CODECO: containers through a gate, in the dialects of D.95B and D.00B."""

from __future__ import annotations

from datetime import date, datetime
from decimal import Decimal

import pytest

from feeds.facts import Fault, Moment, Movement, Place, Reading
from feeds.formats.codeco import read
from tests.feeds.edi import BOX, OTHER, box, interchange, message, one, raw


def test_every_word_of_a_gate_out() -> None:
    """The dialect of the coast's depots: place with its operator, plate in the last composite, seals by owner."""
    found = read(
        one(
            "BGM+36+26112000000017+9",
            "TDT+20+0411+1++CMA:172+++9321483:146::UMUGABE",
            "NAD+CF+CMA",
            f"EQD+CN+{BOX}+45G1:102:5++3+5",
            "RFF+BM:UMUC2611001",
            "RFF+BN:EBK7",
            "RFF+ABT:2026MSAIM8123",
            "DTM+7:202611200845:203",
            "LOC+165+KEMBA:139:6+KCT:TER:ZZZ",
            "MEA+AAE+G+KGM:25130",
            "SEL+RW7711+CA",
            "SEL+KRA0042+CU",
            "TDT+1++3++INZ:172::INZIRA LTD+++KDA 123A",
            "CNT+16:1",
        ),
        {},
    )
    assert (found.faults, found.flags) == ((), ())
    assert found.movements == (
        Movement(
            kind="gate_out",
            classifier="ACT",
            when=Moment(value=datetime(2026, 11, 20, 8, 45), words="202611200845"),  # noqa: DTZ001
            place=Place(unlocode="KEMBA", facility="KCT"),
            container=BOX,
            bill_of_lading="UMUC2611001",
            booking="EBK7",
            declaration="2026MSAIM8123",
            seals=("RW7711", "KRA0042"),
            plate="KDA 123A",
            vessel="UMUGABE",
            vessel_imo="9321483",
            voyage="0411",
            size_type="45G1",
            is_empty=False,
            direction="import",
            weight_kg=Decimal(25130),
            words=f"CODECO BGM+36 EQD+CN+{BOX}+45G1:102:5++3+5 DTM+7:202611200845",
            document="26112000000017",
            issued=Moment(value=datetime(2026, 11, 20, 9, 30), words="2611200930"),  # noqa: DTZ001
            line=6,
        ),
    )


@pytest.mark.parametrize("directory", ["D:95B", "D:00B", "D:23A", "S:93A", ""])
@pytest.mark.parametrize("guide", ["ITG14", "SMDG16", "SMDG22", ""])
@pytest.mark.parametrize(("code", "kind"), [("34", "gate_in"), ("36", "gate_out")])
def test_34_is_in_and_36_is_out_in_every_directory(directory: str, guide: str, code: str, kind: str) -> None:
    found = read(one(f"BGM+{code}++9", *box(), directory=directory, guide=guide), {})
    assert ([fact.kind for fact in found.movements], found.faults) == ([kind], ())


@pytest.mark.parametrize("code", ["44", "46", "119", "", "034", "36A"])
def test_another_code_is_no_gate(code: str) -> None:
    found = read(one(f"BGM+{code}+D1+9", *box()), {})
    assert [(fault.code, fault.detail) for fault in found.faults] == [("unknown_code", code)]


def test_the_d_00b_dialect_with_its_longer_composites() -> None:
    found = read(
        one(
            "BGM+36:::GATE OUT+D1:1+9+AB",
            "TDT+20+0411+1++CMA:LINES:306+++9321483:146:11:UMUGABE",
            "EQD+CN+CSQU3054383:6346:5+45G1:6346:5++3+5",
            "RFF+BM:UMUC2611001:1",
            "DTM+7:202611200845?+0300:205",
            "LOC+165+RWKGL:ZZZ:98:Kigali+KLP:TERMINALS:306",
            "MEA+AAE+VGM+KGM:25130.50",
            "SEL+RW7711+CA+1",
            directory="D:00B",
            guide="SMDG21",
        ),
        {},
    )
    (fact,) = found.movements
    assert (fact.container, fact.size_type, fact.bill_of_lading, fact.document) == (BOX, "45G1", "UMUC2611001", "D1")
    assert (fact.when.value.isoformat(), fact.when.words) == ("2026-11-20T08:45:00+03:00", "202611200845+0300")
    assert fact.place == Place(unlocode="RWKGL", facility="KLP", name="Kigali")
    assert (fact.vessel_imo, fact.weight_kg, fact.seals) == ("9321483", Decimal("25130.50"), ("RW7711",))


@pytest.mark.parametrize("qualifier", ["7", "203", "178", "186", "ACT"])
def test_senders_give_the_gate_s_time_several_qualifiers(qualifier: str) -> None:
    found = read(one("BGM+36+D1+9", *box(qualifier=qualifier), "DTM+132:202612010000:203"), {})
    assert [fact.when.words for fact in found.movements] == ["202611200845"]


def test_a_day_stays_a_day() -> None:
    (fact,) = read(one("BGM+36+D1+9", f"EQD+CN+{BOX}", "DTM+7:20261120:102"), {}).movements
    assert (type(fact.when.value), fact.when.value) == (date, date(2026, 11, 20))


@pytest.mark.parametrize("written", ["201126:2", "112026:3", "20112026:4", "261120:101", "20261120:102"])
def test_a_day_is_read_in_the_order_that_its_format_names(written: str) -> None:
    (fact,) = read(one("BGM+36+D1+9", f"EQD+CN+{BOX}", f"DTM+7:{written}"), {}).movements
    assert (fact.when.value, fact.when.words) == (date(2026, 11, 20), written.split(":")[0])


@pytest.mark.parametrize(
    ("bgm", "function", "document"),
    [
        ("BGM+36+D1+9", "original", "D1"),
        ("BGM+36+D1+5", "replace", "D1"),
        ("BGM+36+D1+4", "replace", "D1"),
        ("BGM+36+D1+1", "cancel", "D1"),
        ("BGM+36++1", "cancel", ""),
        ("BGM+36", "original", ""),
    ],
)
def test_a_correction_says_what_it_does_to_which_document(bgm: str, function: str, document: str) -> None:
    (fact,) = read(one(bgm, *box()), {}).movements
    assert (fact.function, fact.document) == (function, document)


@pytest.mark.parametrize(
    ("head", "issued"),
    [
        (["DTM+137:202611201000:203"], datetime(2026, 11, 20, 10)),  # noqa: DTZ001
        ([], datetime(2026, 11, 20, 9, 30)),  # noqa: DTZ001
    ],
)
@pytest.mark.parametrize("times", [[], ["DTM+7::203"], ["DTM+132:202612010000:203"]])
def test_a_cancellation_without_a_time_is_of_when_it_was_issued(
    head: list[str], issued: datetime, times: list[str]
) -> None:
    found = read(one("BGM+36+D1+1", *head, f"EQD+CN+{BOX}+22G1:102:5++3+5", *times, *box(OTHER)), {})
    assert [(fact.container, fact.function, fact.document, fact.when.value) for fact in found.movements] == [
        (BOX, "cancel", "D1", issued),
        (OTHER, "cancel", "D1", datetime(2026, 11, 20, 8, 45)),  # noqa: DTZ001
    ]
    assert [fact.words for fact in found.movements] == [
        f"CODECO BGM+36 EQD+CN+{BOX}+22G1:102:5++3+5",
        f"CODECO BGM+36 EQD+CN+{OTHER}+22G1:102:5++3+5 DTM+7:202611200845",
    ]
    assert found.faults == ()


@pytest.mark.parametrize("bgm", ["BGM+36++1", "BGM+36+D1+9", "BGM+36+D1+5", "BGM+36+D1+4", "BGM+36+D1"])
def test_what_is_no_cancellation_of_a_document_needs_a_time(bgm: str) -> None:
    found = read(one(bgm, f"EQD+CN+{BOX}"), {})
    assert (found.movements, faults(found)) == ((), ["no_time"])


def test_a_cancellation_of_which_nobody_knows_when_it_was_issued_needs_a_time() -> None:
    found = read(raw(message("BGM+36+D1+1", f"EQD+CN+{BOX}")), {})
    assert (found.movements, faults(found)) == ((), ["no_time"])


@pytest.mark.parametrize("at", ["203012311200", "202701010000"])
def test_a_future_date_is_read_as_it_stands(at: str) -> None:
    """Whether it may be is decided where the time of receipt is known."""
    assert [fact.when.words for fact in read(one("BGM+36+D1+9", *box(at=at)), {}).movements] == [at]


def test_an_unknown_location_is_kept_in_the_sender_s_words() -> None:
    (fact,) = read(one("BGM+36+D1+9", *box(BOX, "LOC+165+ATLTS:139:6+DEEP")), {}).movements
    assert (fact.place, fact.flags) == (Place(unlocode="ATLTS", facility="DEEP"), ())


@pytest.mark.parametrize("line_end", ["'", "'\r\n", "\n"])
def test_a_message_without_its_envelope_is_read(line_end: str) -> None:
    found = read(raw(message("BGM+34+D1+9", *box()), line_end), {})
    assert ([fact.kind for fact in found.movements], found.flags) == (["gate_in"], ("no_envelope",))
    headless = read(raw(["BGM+34+D1+9", *box()], line_end), {})
    assert ([fact.kind for fact in headless.movements], headless.flags) == (["gate_in"], ("no_envelope",))


def faults(found: Reading) -> list[str]:
    return [fault.code for fault in found.faults]


def test_a_truncated_file_keeps_the_containers_before_the_cut() -> None:
    whole = one("BGM+36+D1+9", *box(BOX), *box(OTHER), "CNT+16:2")
    cut = whole[: whole.index(OTHER.encode()) + 20]
    found = read(cut, {})
    assert [fact.container for fact in found.movements] == [BOX]
    assert [fault.code for fault in found.faults] == ["truncated"]


FIRST = "UNB+UNOA:2+S+R+261120:1000+1'UNH+1+CODECO:D:95B:UN:ITG14'BGM+36+1+9'EQD+CN+{box}+22G1:102:5++3+5'"
FIRST += "DTM+7:202611200900:203'RFF+BM:KE?:MB?:0077'LOC+165+KEMBA:139:6'CNT+16:1'UNT+8+1'UNZ+1+1'"


def gate_out(number: str, una: str = "") -> str:
    """An interchange of one container, in the separators of its own UNA."""
    separators = una[3:5] + una[6] + una[8] if una else ":+?'"
    return una + FIRST.format(box=number).translate(str.maketrans(":+?'", separators))


UNAS = ["", "UNA:+.? '", "UNA:+,\\ ~", "UNA>*.? !", "UNA|*.? ~"]


@pytest.mark.parametrize("between", ["", "\r\n"])
@pytest.mark.parametrize("later", UNAS)
@pytest.mark.parametrize("first", UNAS)
def test_two_interchanges_of_other_separators_are_both_read(first: str, later: str, between: str) -> None:
    found = read((gate_out(BOX, first) + between + gate_out(OTHER, later)).encode(), {})
    assert [(fact.container, fact.kind, fact.when.words, fact.place.unlocode) for fact in found.movements] == [
        (BOX, "gate_out", "202611200900", "KEMBA"),
        (OTHER, "gate_out", "202611200900", "KEMBA"),
    ]
    assert (found.faults, found.flags) == ((), ())


@pytest.mark.parametrize("una", UNAS)
def test_the_end_that_a_second_interchange_lacks_is_a_fault(una: str) -> None:
    whole = gate_out(OTHER, una)
    found = read((gate_out(BOX) + whole[: whole.index("UNH") + 2]).encode(), {})
    assert ([fact.container for fact in found.movements], faults(found)) == ([BOX], ["truncated"])
    loose = read((gate_out(BOX) + f"EQD+CN+{OTHER}").encode(), {})
    assert ([fact.container for fact in loose.movements], faults(loose)) == ([BOX], ["truncated"])


@pytest.mark.parametrize(
    ("una", "written"), [("", "KE?:MB?:0077"), ("UNA|*.? ~", "KE:MB:0077"), ("UNA|:.? ~", "KE?:MB?:0077")]
)
def test_a_colon_in_a_bill_of_lading_is_a_letter_of_it(una: str, written: str) -> None:
    separators = una[3:5] + una[8] if una else ":+'"
    body = ["UNH+1+CODECO", "BGM+36+D1+9", "RFF+BM:@", f"EQD+CN+{BOX}", "DTM+7:202611200930:203", "UNT+6+1"]
    text = una + raw(body).decode().translate(str.maketrans(":+'", separators)).replace("@", written)
    (fact,) = read(text.encode(), {}).movements
    assert (fact.bill_of_lading, fact.when.words) == ("KE:MB:0077", "202611200930")


def test_a_wrong_count_is_flagged_and_nothing_dropped() -> None:
    found = read(raw(interchange(message("BGM+36+D1+9", *box(BOX), *box(OTHER), "CNT+16:9", count="77"))), {})
    assert (len(found.movements), found.flags) == (2, ("count_mismatch",))


@pytest.mark.parametrize(
    ("raw_bytes", "code"),
    [
        (b"", "empty"),
        (b"<html><body>502 Bad Gateway</body></html>", "html"),
        (b"\x00\xff\xfe" * 400, "not_edifact"),
        (b"UNB+UNOA:2+A+B+261120:0930+77'", "truncated"),
    ],
)
def test_what_is_no_message_is_one_fault(raw_bytes: bytes, code: str) -> None:
    found = read(raw_bytes, {})
    assert (found.movements, [fault.code for fault in found.faults]) == ((), [code])


def test_an_interchange_of_nothing_is_a_fault() -> None:
    found = read(raw(interchange()), {})
    assert (found.movements, found.faults, found.flags) == ((), (Fault(code="empty", line=2, detail="UNH"),), ())
