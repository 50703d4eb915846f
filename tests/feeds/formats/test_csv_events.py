"""The documented CSV of events, as spreadsheets and people write it."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta, timezone

import pytest

from feeds.facts import KINDS, MOST_FAULTS, Fault, Moment, Movement, Place, Reading
from feeds.formats.csv_events import COLUMNS, read
from tests.feeds.edi import BAD_BOX, BOX, OTHER

HEADER = ",".join(COLUMNS)
AT = "2026-11-20T08:45:00+03:00"
EAT = timezone(timedelta(hours=3))
GOOD = f",{BOX},UMUC2611001,gate_out,ACT,ke-port-mombasa,{AT},by night"
SECOND = f",{OTHER},,sealed,,,{AT},"


def table(*rows: str, header: str = HEADER, end: str = "\n") -> bytes:
    return "".join(row + end for row in (header, *rows)).encode()


def faults(found: Reading) -> list[tuple[str, int]]:
    return [(fault.code, fault.line) for fault in found.faults]


def lines(found: Reading) -> list[int]:
    return [fact.line for fact in found.movements]


def test_every_word_of_a_row() -> None:
    assert read(table(f"K26-00017,{GOOD[1:]}"), {}) == Reading(
        facts=(
            Movement(
                kind="gate_out",
                classifier="ACT",
                when=Moment(value=datetime(2026, 11, 20, 8, 45, tzinfo=EAT), words=AT),
                place=Place(node="ke-port-mombasa"),
                container=BOX,
                bill_of_lading="UMUC2611001",
                reference="K26-00017",
                words=f"K26-00017,{GOOD[1:]}",
                remark="by night",
                line=2,
            ),
        )
    )


@pytest.mark.parametrize(
    ("text", "issued"),
    [
        ("2026-11-19T10:00:00+00:00", datetime(2026, 11, 19, 10, tzinfo=UTC)),
        ("2026-11-19", date(2026, 11, 19)),
        ("", None),
        ("yesterday", None),
    ],
)
def test_when_it_was_said_may_stand_in_a_column_of_its_own(text: str, issued: date | None) -> None:
    (fact,) = read(table(f"{GOOD},{text}", header=f"{HEADER},issued_at"), {}).movements
    assert fact.issued == (issued and Moment(value=issued, words=text))


DISGUISES: dict[str, bytes] = {
    "a byte order mark": b"\xef\xbb\xbf" + table(GOOD, SECOND),
    "DOS lines": table(GOOD, SECOND, end="\r\n"),
    "old lines": table(GOOD, SECOND, end="\r"),
    "no last line end": table(GOOD, SECOND).strip(),
    "semicolons": table(GOOD, SECOND).replace(b",", b";"),
    "tabs": table(GOOD, SECOND).replace(b",", b"\t"),
    "another case and blanks in the header": table(GOOD, SECOND, header=HEADER.title().replace(",", " , ")),
    "quoted header": table(GOOD, SECOND, header=",".join(f'"{name}"' for name in COLUMNS)),
    "blanks for low lines in the header": table(GOOD, SECOND, header=HEADER.replace("_", " ")),
    "quoted values": table(*(",".join(f'"{value}"' for value in row.split(",")) for row in (GOOD, SECOND))),
    "blanks around values": table(*(row.replace(",", " , ") for row in (GOOD, SECOND))),
    "more columns": table(*(row + ",extra" for row in (GOOD, SECOND)), header=HEADER + ",ours"),
    "a row of nothing but commas at the end": table(GOOD, SECOND, ",,,,,,,", "", "   "),
}


@pytest.mark.parametrize("raw", DISGUISES.values(), ids=DISGUISES.keys())
def test_the_same_rows_in_another_dress_read_the_same(raw: bytes) -> None:
    found = read(raw, {})
    assert [(fact.kind, fact.container, fact.place.node, fact.when.words, fact.line) for fact in found.movements] == [
        ("gate_out", BOX, "ke-port-mombasa", AT, 2),
        ("sealed", OTHER, "", AT, 3),
    ]
    assert found.faults == ()


@pytest.mark.parametrize("kind", sorted(KINDS))
def test_every_kind_of_the_corridor_can_be_reported(kind: str) -> None:
    assert [fact.kind for fact in read(table(f",{BOX},,{kind.upper()},,,{AT},"), {}).movements] == [kind]


@pytest.mark.parametrize(
    ("text", "value"),
    [
        (AT, datetime(2026, 11, 20, 8, 45, tzinfo=EAT)),
        ("2026-11-20T08:45Z", datetime(2026, 11, 20, 8, 45, tzinfo=UTC)),
        ("2026-11-20t08:45z", datetime(2026, 11, 20, 8, 45, tzinfo=UTC)),
        ("2026-11-20T08:45", datetime(2026, 11, 20, 8, 45)),  # noqa: DTZ001 - local to its node
        ("2026-11-20 08:45:10", datetime(2026, 11, 20, 8, 45, 10)),  # noqa: DTZ001
        ("2026-11-20", date(2026, 11, 20)),
        ("20261120", date(2026, 11, 20)),
        ("2031-01-01T00:00:00Z", datetime(2031, 1, 1, tzinfo=UTC)),
    ],
)
def test_a_time_keeps_its_offset_or_stays_local_and_a_day_stays_a_day(text: str, value: date) -> None:
    (fact,) = read(table(f",{BOX},,sealed,,ug-city-kampala,{text},"), {}).movements
    assert (fact.when, type(fact.when.value)) == (Moment(value=value, words=text), type(value))


@pytest.mark.parametrize(
    ("row", "code", "detail"),
    [
        (f",{BOX},,teleported,ACT,,{AT},", "unknown_kind", "teleported"),
        (f",{BOX},,,ACT,,{AT},", "unknown_kind", ""),
        (f",{BOX},,sealed,REQ,,{AT},", "unknown_code", "REQ"),
        (f",{BOX},,sealed,ACT,,20.11.2026,", "no_time", "20.11.2026"),
        (f",{BOX},,sealed,ACT,,,", "no_time", ""),
        (f",{BOX},,sealed,ACT,,0001-01-01T00:00:00,", "no_time", "0001-01-01T00:00:00"),
        (f",,,sealed,ACT,,{AT},no goods", "no_reference", ""),
        (f",--,,sealed,ACT,,{AT},", "no_reference", ""),
        (f",{BOX},,sealed", "bad_row", ""),
        (BOX, "bad_row", ""),
        ("x" * 200_000, "bad_row", ""),
        ('"torn', "bad_row", ""),
        ('"', "bad_row", ""),
        (f",{BOX},,sealed,ACT,,{AT},\x00", "not_text", ""),
    ],
)
def test_one_bad_row_is_a_fault_with_its_words_and_the_others_are_read(row: str, code: str, detail: str) -> None:
    found = read(table(GOOD, row, SECOND), {})
    assert lines(found) == [2, 4]
    assert found.faults == (Fault(code=code, line=3, excerpt=row[:300], detail=detail),)


def test_a_row_that_is_no_utf_8_spoils_itself_alone() -> None:
    found = read(table(GOOD, GOOD + " DÉPÔT", SECOND).replace("DÉPÔT".encode(), "DÉPÔT".encode("latin-1")), {})
    assert (lines(found), faults(found)) == ([2, 4], [("not_text", 3)])
    assert found.faults[0].excerpt.endswith("D\ufffdP\ufffdT")


def test_a_short_row_may_leave_out_the_remark() -> None:
    found = read(table(f",{BOX},,sealed,ACT,,{AT}"), {})
    assert [(fact.remark, fact.line) for fact in found.movements] == [("", 2)]


def test_a_quoted_value_may_have_commas_quotes_and_line_ends() -> None:
    quoted = f',{BOX},,sealed,ACT,,{AT},"two lines,\r\nof ""words"",\n\nthen an end"'
    found = read(table(GOOD, quoted, SECOND), {})
    assert [(fact.line, fact.remark) for fact in found.movements] == [
        (2, "by night"),
        (3, 'two lines,\nof "words",\n\nthen an end'),
        (7, ""),
    ]
    assert found.faults == ()


@pytest.mark.parametrize(
    ("header", "row"),
    [
        ('kind,"notes, internal",container,occurred_at,node', f"gate_out,ours,{BOX},{AT},ke-port-mombasa"),
        ('kind;"a, b, c, d, e, f";container;occurred_at;node', f"gate_out;ours;{BOX};{AT};ke-port-mombasa"),
        ('"kind","the ""notes"", internal","container","occurred_at","node"', f'gate_out,"a, b",{BOX},{AT},ke-port-mombasa'),
        ('kind,"notes,container,occurred_at,node', f"gate_out,ours,{BOX},{AT},ke-port-mombasa"),
    ],
)  # fmt: skip
def test_a_comma_in_a_quoted_header_moves_no_column(header: str, row: str) -> None:
    found = read(table(row, header=header), {})
    assert [(fact.kind, fact.container, fact.when.words, fact.place.node) for fact in found.movements] == [
        ("gate_out", BOX, AT, "ke-port-mombasa")
    ]
    assert found.faults == ()


@pytest.mark.parametrize(
    "remark",
    [
        "seen\nat one, two, three, four, five, six, seven, eight",
        "seen\nat one, two, three, four, five, six, seven, eight\nand left",
        "seen\n,,,,,,,\n,,,,,,,,,",
        f"seen\n{AT}, two, three, four, five, six, seven, eight",
        'said ""one, two"",\n""three"", four, five, six, seven, eight, nine, ""ten""',
    ],
)
def test_a_quoted_remark_may_have_lines_with_the_commas_of_a_row(remark: str) -> None:
    found = read(table(GOOD, f',{BOX},,sealed,ACT,,{AT},"{remark}"', SECOND), {})
    last = remark.count("\n") + 4
    assert [(fact.kind, fact.remark, fact.line) for fact in found.movements] == [
        ("gate_out", "by night", 2),
        ("sealed", remark.replace('""', '"'), 3),
        ("sealed", "", last),
    ]
    assert found.faults == ()


def test_a_quoted_remark_of_two_lines_may_stand_before_the_other_columns() -> None:
    header = "remark,kind,container,occurred_at"
    rows = [f'"one\ntwo, three",sealed,{BOX},{AT}', f'"four, five,\nsix",gate_out,{OTHER},{AT}']
    found = read(table(*rows, header=header), {})
    assert [(fact.remark, fact.container, fact.line) for fact in found.movements] == [
        ("one\ntwo, three", BOX, 2),
        ("four, five,\nsix", OTHER, 4),
    ]
    assert found.faults == ()


@pytest.mark.parametrize(
    ("torn", "is_read"),
    [(f',{BOX},,sealed,ACT,,{AT},"torn', True), (f',{BOX},,sealed,ACT,,{AT},"', True), (f'"{GOOD}', False)],
)
def test_torn_rows_that_follow_each_other_are_each_alone(torn: str, is_read: bool) -> None:
    found = read(table(torn, torn, SECOND, torn, f'{SECOND}"two\nlines"', torn), {})
    alone = [2, 3, 5, 8]
    assert (lines(found), faults(found)) == (
        sorted([4, 6, *(alone if is_read else [])]),
        [] if is_read else [("bad_row", line) for line in alone],
    )


@pytest.mark.parametrize("torn", [f',{BOX},,sealed,ACT,,{AT},"torn', '"', f'"{GOOD}'])
def test_a_quotation_mark_that_nobody_closes_swallows_no_other_row(torn: str) -> None:
    found = read(table(GOOD, torn, SECOND, torn, SECOND), {})
    assert {2, 4, 6} <= set(lines(found))
    assert sorted([*lines(found), *(fault.line for fault in found.faults)]) == [2, 3, 4, 5, 6]


@pytest.mark.parametrize("letter", ["\x0b", "\x0c", "\x1c", "\x85", "\u2028", "\u2029"])
def test_only_line_ends_end_a_line(letter: str) -> None:
    found = read(table(GOOD + letter + "on", SECOND), {})
    assert [(fact.line, fact.remark) for fact in found.movements] == [(2, f"by night{letter}on"), (3, "")]


def test_a_wrong_check_digit_is_flagged_and_the_row_kept() -> None:
    (fact,) = read(table(f",{BAD_BOX},,sealed,,,{AT},"), {}).movements
    assert (fact.container, fact.flags) == (BAD_BOX, ("check_digit",))


def test_an_unknown_node_is_left_to_who_knows_the_nodes() -> None:
    (fact,) = read(table(f",{BOX},,sealed,,KE-Port-Atlantis,{AT},"), {}).movements
    assert (fact.place, fact.flags) == (Place(node="ke-port-atlantis"), ())


@pytest.mark.parametrize(
    ("raw", "code", "line"),
    [
        (b"", "empty", 0),
        (b"\n \r\n\t", "empty", 0),
        (b"\xef\xbb\xbf", "bad_header", 1),
        (b"<!doctype html><html>", "html", 0),
        (b"\n\n<html><body>Sign in\xff", "html", 0),
        (b"\x00\xff\xfe" * 400, "not_text", 1),
        (b"\xff\xfe" * 400, "not_text", 1),
        ("reference,container\n".encode("utf-16"), "not_text", 1),
        (GOOD.encode(), "bad_header", 1),
        (table(GOOD, header="container,kind,when"), "bad_header", 1),
        (table(GOOD, header="kind,occurred_at,remark"), "bad_header", 1),
        (b"\n\n" + table(GOOD, header="container,occurred_at"), "bad_header", 3),
        (b"x" * 300_000, "bad_header", 1),
    ],
)
def test_what_is_no_table_of_events_is_one_fault(raw: bytes, code: str, line: int) -> None:
    found = read(raw, {})
    assert (found.movements, faults(found)) == ((), [(code, line)])


def test_a_header_that_lacks_columns_says_which() -> None:
    (fault,) = read(table(header="container,kind,when"), {}).faults
    assert fault.detail == "reference, bill_of_lading, classifier, node, occurred_at, remark"


def test_a_header_alone_says_nothing() -> None:
    assert read(table(), {}) == Reading()


def test_only_the_columns_that_are_needed_may_come_and_in_any_order() -> None:
    found = read(table(f"{AT},sealed,B9", header="occurred_at,kind,bill_of_lading"), {})
    assert [(fact.kind, fact.classifier, fact.goods_number) for fact in found.movements] == [("sealed", "ACT", "B9")]


def test_lines_are_counted_as_an_editor_counts_them() -> None:
    assert lines(read(b"\n\n" + table(GOOD, "", SECOND), {})) == [4, 6]


def test_a_word_that_is_not_followed_is_no_fault_however_often_it_comes() -> None:
    ping = f",{BOX},,Ping,ACT,ke-port-mombasa,{AT},"
    found = read(
        table(*[ping] * (MOST_FAULTS + 500), GOOD, f",{BOX},,noise,ACT,,{AT},", f",{BOX},,,ACT,,{AT},"),
        {"code_Ping": ""},
    )
    assert (lines(found), faults(found), found.more_faults, found.flags) == (
        [MOST_FAULTS + 502],
        [("unknown_kind", MOST_FAULTS + 503), ("unknown_kind", MOST_FAULTS + 504)],
        0,
        ("not_followed",),
    )


@pytest.mark.parametrize(
    ("word", "shown"),
    [
        ("Container discharged from ship to the terminal yard", "Container discharged from ship to the te"),
        ("Container discharged from the vessel to a terminal", "Container discharged from the vessel to"),
    ],
)
def test_a_long_word_is_known_by_as_much_of_it_as_is_shown(word: str, shown: str) -> None:
    row = f",{BOX},,{word},ACT,ke-port-mombasa,{AT},"
    assert [fault.detail for fault in read(table(row), {}).faults] == [shown]
    kinds = [
        [
            movement.kind
            for movement in read(table(row), {f"code_{code}": kind for code, kind in codes.items()}).movements
        ]
        for codes in ({shown: "discharged"}, {shown: "sealed", word: "discharged"}, {shown: ""})
    ]
    assert kinds == [["discharged"], ["discharged"], []]
