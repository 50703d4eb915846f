"""Interchanges cut into messages and segments, whatever real senders do to them."""

from __future__ import annotations

import textwrap
from datetime import UTC, date, datetime, timedelta, timezone

import pytest
from hypothesis import given
from hypothesis import strategies as st

from feeds.edifact import Interchange, Message, count_of, moment, parse, part
from feeds.facts import Fault, Moment
from tests.feeds.edi import interchange, message, one, raw

SEGMENTS = interchange(
    message("BGM+36+D1+9", "NAD+CF+UMU:160:166", "EQD+CN+CSQU3054383+22G1:102:5++3+5", "DTM+7:202611200845:203"),
    message("BGM+34+D2+9", "EQD+CN+TGHU3054380+22G1:102:5++3+4", number="2"),
)
PLAIN = raw(SEGMENTS)
PREPARED = Moment(value=datetime(2026, 11, 20, 9, 30), words="2611200930")  # noqa: DTZ001
CUSTOM = str.maketrans("+:'", "*;~")


def codes(found: Interchange) -> list[str]:
    return [fault.code for fault in found.faults]


def bodies(found: Interchange) -> list[list[list[str]]]:
    return [[elements for _number, elements in message.segments] for message in found.messages]


def test_an_interchange_is_cut_into_its_messages() -> None:
    assert parse(PLAIN) == Interchange(
        messages=[
            Message(
                type="CODECO",
                directory="D.95B",
                association="ITG14",
                reference="1",
                segments=[
                    (3, ["BGM", "36", "D1", "9"]),
                    (4, ["NAD", "CF", "UMU:160:166"]),
                    (5, ["EQD", "CN", "CSQU3054383", "22G1:102:5", "", "3", "5"]),
                    (6, ["DTM", "7:202611200845:203"]),
                ],
                prepared=PREPARED,
                is_closed=True,
            ),
            Message(
                type="CODECO",
                directory="D.95B",
                association="ITG14",
                reference="2",
                segments=[
                    (9, ["BGM", "34", "D2", "9"]),
                    (10, ["EQD", "CN", "TGHU3054380", "22G1:102:5", "", "3", "4"]),
                ],
                prepared=PREPARED,
                is_closed=True,
            ),
        ],
    )


DISGUISES: dict[str, bytes] = {
    "a byte order mark": b"\xef\xbb\xbf" + PLAIN,
    "lines": raw(SEGMENTS, "'\n"),
    "DOS lines": raw(SEGMENTS, "'\r\n"),
    "blank lines": raw(SEGMENTS, "'\r\n\r\n  \t\n"),
    "line ends for terminators": raw(SEGMENTS, "\n"),
    "DOS line ends for terminators": raw(SEGMENTS, "\r\n"),
    "blanks before": b" \r\n\x00" + PLAIN,
    "DOS end of file": PLAIN + b"\r\n\x1a",
    "NUL padding": PLAIN + b"\x00" * 40,
    "the usual UNA": b"UNA:+.? '" + PLAIN,
    "UNA on a line of its own": b"UNA:+.? '\r\n" + PLAIN,
    "no release character": b"UNA:+.  '" + PLAIN,
    "own separators": b"UNA;*,? ~" + PLAIN.decode().translate(CUSTOM).encode(),
    "own separators after a byte order mark": b"\xef\xbb\xbfUNA;*.? ~" + PLAIN.decode().translate(CUSTOM).encode(),
    "UNA with line ends": b"UNA:+.? \n" + raw(SEGMENTS, "\n"),
    "small letters in tags": raw([segment[:3].lower() + segment[3:] for segment in SEGMENTS]),
    "blanks around segments": raw([f"  {segment} " for segment in SEGMENTS]),
    "lines of eighty": "\r\n".join(textwrap.wrap(PLAIN.decode(), 80, drop_whitespace=False)).encode(),
    "old line ends for terminators": raw(SEGMENTS, "\r"),
    "UNA with a terminator that is not used": b"UNA:+.? '\n" + raw(SEGMENTS, "\n"),
    "no last terminator": PLAIN.removesuffix(b"'"),
    "padded counts": PLAIN.replace(b"UNT+6+", b"UNT+000006+").replace(b"UNZ+2+", b"UNZ+0002+"),
}


@pytest.mark.parametrize("disguised", DISGUISES.values(), ids=DISGUISES.keys())
def test_the_same_interchange_in_another_dress_reads_the_same(disguised: bytes) -> None:
    found = parse(disguised)
    assert bodies(found) == bodies(parse(PLAIN))
    assert (found.flags, found.faults, {message.prepared for message in found.messages}) == (set(), [], {PREPARED})


def test_an_apostrophe_is_a_letter_where_lines_close_the_segments() -> None:
    body = ["BGM+36+D1+9", "NAD+CF+COTE D'IVOIRE", "FTX+AAA+++L'EAU+2"]
    found = parse(raw(interchange(message(*body)), "\n"))
    assert bodies(found) == [[segment.split("+") for segment in body]]
    assert (found.flags, found.faults) == (set(), [])


@pytest.mark.parametrize(
    ("written", "read"),
    [
        ("A?+B?:C?'D", "A+B:C'D"),
        ("WHY??", "WHY?"),
        ("WHY???'", "WHY?'"),
        ("????", "??"),
        ("??", "?"),
        ("CAF?E", "CAF?E"),
        ("", ""),
        (" TWO  BLANKS ", "TWO  BLANKS"),
    ],
)
def test_a_release_character_makes_a_letter_of_a_separator(written: str, read: str) -> None:
    (segments,) = (message.segments for message in parse(one(f"FTX+AAA+{written}:next+last")).messages)
    (_number, elements) = segments[0]
    assert (part(elements, 2), part(elements, 2, 1), part(elements, 3)) == (read, "next", "last")


@pytest.mark.parametrize(
    "una", ["UNA|+.? ~", "UNA|*.? ~", "UNA*|.? ~", "UNA|*.?:~", "UNA|:.? ~", "UNA+:.? ~", "UNA|*.: ~", "UNA|*.? :"]
)
@given(parts=st.lists(st.text(st.sampled_from("ABC:+'*|?~ "), max_size=9).map(str.strip), min_size=3, max_size=3))
def test_a_letter_that_separates_elsewhere_is_a_letter(una: str, parts: list[str]) -> None:
    component, element, release, terminator = una[3], una[4], una[6], una[8]
    special = {component, element, release, terminator}
    one, two, last = ("".join(release + c if c in special else c for c in text) for text in parts)
    head = f"UNB{element}UNOA{component}3{element}A{element}B{element}261120{component}0930{element}77{terminator}"
    body = f"UNH{element}1{terminator}FTX{element}{one}{component}{two}{element}{last}{terminator}"
    found = parse(f"{una}{head}{body}UNT{element}3{element}1{terminator}UNZ{element}1{element}77{terminator}".encode())
    (((_number, elements),),) = [message.segments for message in found.messages]
    assert [part(elements, 1), part(elements, 1, 1), part(elements, 2)] == parts
    assert (part(elements, 1, 2), part(elements, 2, 1), found.faults) == ("", "", [])


@pytest.mark.parametrize(
    ("charset", "encoding"),
    [
        ("UNOA", "ascii"),
        ("UNOC", "latin-1"),
        ("UNOC", "utf-8"),
        ("UNOD", "iso8859-2"),
        ("UNOK", "iso8859-9"),
        ("UNOZ", "latin-1"),
        ("UNOA", "latin-1"),
        ("UNOA", "utf-8"),
        ("UNOW", "utf-8"),
        ("UNOY", "utf-8"),
    ],
)
def test_text_is_decoded_as_the_sender_says_or_means(charset: str, encoding: str) -> None:
    name = "DEPOT" if encoding == "ascii" else "DÉPÔT"
    text = raw(interchange(message(f"NAD+CF+{name}"), charset=charset)).decode()
    assert bodies(parse(text.encode(encoding))) == [[["NAD", "CF", name]]]


def test_a_bad_byte_in_utf_8_spoils_one_character() -> None:
    text = raw(interchange(message("NAD+CF+D\xffP"), charset="UNOW")).replace("ÿ".encode(), b"\xff")
    assert bodies(parse(text)) == [[["NAD", "CF", "D\ufffdP"]]]


@pytest.mark.parametrize(
    ("segments", "flags"),
    [
        (interchange(message("BGM+36"), message("BGM+34", number="2")), set()),
        (interchange(message("BGM+36", count="4")), {"count_mismatch"}),
        (interchange(message("BGM+36", count="three")), {"count_mismatch"}),
        (interchange(message("BGM+36"), count="2"), {"count_mismatch"}),
        (interchange(message("BGM+36"), reference="78"), {"reference_mismatch"}),
        (interchange([*message("BGM+36")[:-1], "UNT+3+2"]), {"reference_mismatch"}),
        (message("BGM+36"), {"no_envelope"}),
        ([*message("BGM+36"), "UNZ+1+77"], {"no_envelope"}),
        (["BGM+36+D1+9", "EQD+CN+CSQU3054383"], {"no_envelope"}),
    ],
)
def test_the_envelope_s_own_counts_and_references_are_checked(segments: list[str], flags: set[str]) -> None:
    assert parse(raw(segments)).flags == flags


def test_with_groups_the_closing_segment_counts_groups() -> None:
    groups = [["UNG+CODECO+A+B+261120:0930+5+UN+D:95B", *message("BGM+36", number=str(n)), "UNE+1+5"] for n in (1, 2)]
    found = parse(raw(interchange(*groups)))
    assert (len(found.messages), found.flags, found.faults) == (2, set(), [])
    assert parse(raw(interchange(*groups, count="3"))).flags == {"count_mismatch"}


@pytest.mark.parametrize(
    ("closing", "flags"),
    [("UNE+1+5", set()), ("UNE+2+5", {"count_mismatch"}), ("UNE+1+6", {"reference_mismatch"})],
)
def test_a_group_has_its_own_count_and_reference(closing: str, flags: set[str]) -> None:
    group = ["UNG+CODECO+A+B+261120:0930+5+UN+D:95B", *message("BGM+36"), closing]
    assert parse(raw(interchange(group))).flags == flags


def test_an_interchange_after_another_is_checked_by_itself() -> None:
    later = [segment.replace("261120:0930", "261121:0930") for segment in SEGMENTS]
    found = parse(raw([*SEGMENTS, *later]))
    words = [message.prepared.words for message in found.messages if message.prepared]
    assert (words, found.flags, found.faults) == (["2611200930"] * 2 + ["2611210930"] * 2, set(), [])
    torn = parse(raw([*SEGMENTS[:-1], *later]))
    assert ([(fault.code, fault.line) for fault in torn.faults], torn.flags) == ([("truncated", 11)], set())


def dressed(una: str, segments: list[str], end: str = "") -> bytes:
    """Segments of ours in the separators that ``una`` names, without it where it is none."""
    component, element, terminator = (una[3], una[4], una[8]) if una else (":", "+", "'")
    text = una + raw(segments, terminator + end).decode().translate(str.maketrans(":+", component + element))
    return text.encode()


LATER = [segment.replace("D1", "D3").replace("D2", "D4").replace("77", "78") for segment in SEGMENTS]
UNAS = ["", "UNA:+.? '", "UNA:+,\\ ~", "UNA>*.? !", "UNA|*.?*~", "UNA|+.? '", "UNA:+.? \n"]


@pytest.mark.parametrize("later", UNAS)
@pytest.mark.parametrize("first", UNAS)
@pytest.mark.parametrize(("end", "between"), [("", b""), ("\r\n", b"\n"), ("", b"\n\xef\xbb\xbf"), ("\r\n", b"\x1a")])
def test_each_interchange_of_a_file_has_its_own_separators(first: str, later: str, end: str, between: bytes) -> None:
    found = parse(dressed(first, SEGMENTS, end) + between + dressed(later, LATER, end) + between)
    assert bodies(found) == [*bodies(parse(PLAIN)), *bodies(parse(raw(LATER)))]
    assert (found.flags, found.faults) == (set(), [])


@pytest.mark.parametrize("una", UNAS[1:])
def test_an_interchange_may_go_on_with_the_separators_of_the_one_before(una: str) -> None:
    found = parse(dressed(una, SEGMENTS) + b"\r\n" + dressed(una, LATER)[9:] + dressed("", SEGMENTS))
    usual = bodies(parse(PLAIN))
    assert bodies(found) == [*usual, *bodies(parse(raw(LATER))), *usual]
    assert (found.flags, found.faults) == (set(), [])


@pytest.mark.parametrize("una", UNAS[1:])
def test_an_interchange_of_other_separators_after_a_torn_one_is_read(una: str) -> None:
    torn = PLAIN[: PLAIN.index(b"DTM+7") + 8]
    found = parse(torn + b"\r\n" + dressed(una, LATER))
    whole, later = bodies(parse(PLAIN)), bodies(parse(raw(LATER)))
    assert (bodies(found), found.faults) == ([whole[0][:3], *later], [Fault(code="truncated", line=5)])


@pytest.mark.parametrize("una", UNAS)
def test_a_second_interchange_that_is_cut_says_so_wherever_it_is_cut(una: str) -> None:
    first, later = PLAIN + b"\r\n", dressed(una, LATER)
    for length in range(len(una) + 4, len(later) - 1):
        cut = later[:length]
        assert codes(parse(first + cut)) == ([] if b"UNZ" in cut else ["truncated"]), cut


@pytest.mark.parametrize("una", UNAS)
def test_a_word_that_looks_like_una_in_a_text_begins_no_interchange(una: str) -> None:
    segments = interchange(message("BGM+36+D1+9", "FTX+AAA+++TUNA .? UNB OF UNZ UNA"))
    assert bodies(parse(dressed(una, segments))) == [[["BGM", "36", "D1", "9"], segments[3].split("+")]]


def test_lines_that_forgot_their_terminator_are_segments_of_their_own() -> None:
    mixed = PLAIN.replace(b"'BGM", b"\r\nBGM").replace(b"'DTM", b"\nDTM").replace(b"'UNT", b"'\r\n\r\nUNT")
    assert (bodies(parse(mixed)), parse(mixed).flags) == (bodies(parse(PLAIN)), set())
    by_line = raw(SEGMENTS, "\n").replace(b"+9\n", b"+9'\n").replace(b"203\n", b"203' \r\n")
    assert (bodies(parse(by_line)), parse(by_line).flags) == (bodies(parse(PLAIN)), set())


def test_an_association_code_in_the_wrong_element_is_found() -> None:
    segments = interchange(["UNH+1+CODECO:D:95B:UN+ITG13", "BGM+36", "UNT+3+1"])
    assert parse(raw(segments)).messages[0].association == "ITG13"


@pytest.mark.parametrize(
    ("clock", "prepared"),
    [
        ("261120:0930", datetime(2026, 11, 20, 9, 30)),  # noqa: DTZ001
        ("20261120:0930", datetime(2026, 11, 20, 9, 30)),  # noqa: DTZ001
        ("20261120", date(2026, 11, 20)),
        ("262011:0930", None),
        ("", None),
    ],
)
def test_the_interchange_s_date_has_two_or_four_digits_for_the_year(clock: str, prepared: date | None) -> None:
    found = parse(PLAIN.replace(b"261120:0930", clock.encode()))
    assert [message.prepared.value if message.prepared else None for message in found.messages] == [prepared] * 2


def test_a_truncated_file_keeps_what_came_before_wherever_it_is_cut() -> None:
    whole = [elements for body in bodies(parse(PLAIN)) for elements in body]
    for length in range(PLAIN.index(b"BGM") + 4, len(PLAIN) - 1):
        cut = PLAIN[:length]
        found = parse(cut)
        closed = [piece for piece in cut.split(b"'")[:-1] if not piece.startswith(b"UN")]
        assert [elements for body in bodies(found) for elements in body] == whole[: len(closed)]
        assert codes(found) == ([] if b"UNZ" in cut else ["truncated"])


@pytest.mark.parametrize(
    ("segments", "faults"),
    [
        (SEGMENTS[:-1], [("truncated", 11)]),
        ([*SEGMENTS[:6], *SEGMENTS[7:]], [("truncated", 6)]),
        (SEGMENTS[:5], [("truncated", 5)]),
    ],
)
def test_a_segment_that_should_close_something_is_missed(segments: list[str], faults: list[tuple[str, int]]) -> None:
    found = parse(raw(segments))
    assert [(fault.code, fault.line) for fault in found.faults] == faults


def test_a_file_cut_at_its_head_keeps_what_comes_after() -> None:
    found = parse(raw(SEGMENTS[4:]))
    assert [(message.type, len(message.segments)) for message in found.messages] == [("", 2), ("CODECO", 2)]
    assert (found.flags, found.faults) == ({"no_envelope"}, [])


def test_what_has_no_tag_is_a_fault_with_its_place_and_words() -> None:
    found = parse(one("BGM+36+D1+9", "<<??>>", "E+CN", "RFF+BM:B1"))
    assert found.faults == [
        Fault(code="wrong_shape", line=4, excerpt="<<?>>"),
        Fault(code="wrong_shape", line=5, excerpt="E+CN"),
    ]
    assert bodies(found)[0][-1] == ["RFF", "BM:B1"]
    assert found.flags == set()


def test_an_apostrophe_that_was_not_released_in_a_free_text_is_no_fault() -> None:
    found = parse(one("BGM+36+D1+9", "FTX+AAA+++DRIVER", "S BOX", "NAD+CF+COTE D", "IVOIRE", "RFF+BM:B1"))
    assert (found.faults, bodies(found)[0][-1]) == ([], ["RFF", "BM:B1"])
    torn = parse(one("BGM+36+D1+9", "FTX+AAA+++DRIVER", "QD+CN+CSQU3054383"))
    assert codes(torn) == ["wrong_shape"]


def test_what_stands_after_the_end_is_no_truncation() -> None:
    assert parse(PLAIN + b"-- sent by the gate").faults == []


@pytest.mark.parametrize(
    ("raw_bytes", "code"),
    [
        (b"", "empty"),
        (b" \r\n\t", "empty"),
        (b"<!DOCTYPE html><html><body>UNH BGM</body></html>", "html"),
        (b"\n <HTML><head>", "html"),
        (b"\x00\xff\xfe" * 50, "not_edifact"),
        (b"container,kind\nCSQU3054383,gate_out\n", "not_edifact"),
        (b'[{"eventType": "EQUIPMENT"}]', "not_edifact"),
        (b"the words UNH and BGM in a letter", "not_edifact"),
        ("UNB+UNOA'UNH+1'".encode("utf-16"), "not_edifact"),
    ],
)
def test_what_is_no_edifact_has_one_fault_and_no_message(raw_bytes: bytes, code: str) -> None:
    found = parse(raw_bytes)
    assert (codes(found), found.messages) == ([code], [])


EAT, CAT = timezone(timedelta(hours=3)), timezone(timedelta(hours=2))


@pytest.mark.parametrize(
    ("value", "code", "read"),
    [
        ("202611200845", "203", datetime(2026, 11, 20, 8, 45)),  # noqa: DTZ001
        ("20261120084501", "204", datetime(2026, 11, 20, 8, 45, 1)),  # noqa: DTZ001
        ("2611200845", "201", datetime(2026, 11, 20, 8, 45)),  # noqa: DTZ001
        ("261120084501", "202", datetime(2026, 11, 20, 8, 45, 1)),  # noqa: DTZ001
        ("20261120", "102", date(2026, 11, 20)),
        ("261120", "101", date(2026, 11, 20)),
        ("202611200845", "", datetime(2026, 11, 20, 8, 45)),  # noqa: DTZ001
        ("20261120", "203", date(2026, 11, 20)),
        ("202611200845", "102", datetime(2026, 11, 20, 8, 45)),  # noqa: DTZ001
        ("202611200845", "303", datetime(2026, 11, 20, 8, 45)),  # noqa: DTZ001
        ("202611200845EAT", "303", datetime(2026, 11, 20, 8, 45, tzinfo=EAT)),
        ("202611200845cat", "303", datetime(2026, 11, 20, 8, 45, tzinfo=CAT)),
        ("202611200845UTC", "203", datetime(2026, 11, 20, 8, 45, tzinfo=UTC)),
        ("202611200845Z", "", datetime(2026, 11, 20, 8, 45, tzinfo=UTC)),
        ("202611200845+03", "303", datetime(2026, 11, 20, 8, 45, tzinfo=EAT)),
        ("202611200845+0300", "205", datetime(2026, 11, 20, 8, 45, tzinfo=EAT)),
        ("202611200845-03:30", "205", datetime(2026, 11, 20, 8, 45, tzinfo=timezone(-timedelta(hours=3, minutes=30)))),
        ("20261120084501GMT", "304", datetime(2026, 11, 20, 8, 45, 1, tzinfo=UTC)),
        ("2611200845EAT", "301", datetime(2026, 11, 20, 8, 45, tzinfo=EAT)),
        ("261120084501EAT", "302", datetime(2026, 11, 20, 8, 45, 1, tzinfo=EAT)),
        ("20240229", "102", date(2024, 2, 29)),
        ("201126", "2", date(2026, 11, 20)),
        ("112026", "3", date(2026, 11, 20)),
        ("20112026", "4", date(2026, 11, 20)),
        ("201126", "4", date(2026, 11, 20)),
        ("201120260845", "5", datetime(2026, 11, 20, 8, 45)),  # noqa: DTZ001
        ("010203", "2", date(2003, 2, 1)),
        ("010203", "3", date(2003, 1, 2)),
        ("010203", "101", date(2001, 2, 3)),
        ("010203", "", date(2001, 2, 3)),
        ("20261120", "2", date(2026, 11, 20)),
        ("202611200845", "4", datetime(2026, 11, 20, 8, 45)),  # noqa: DTZ001
    ],
)
def test_a_time_is_read_as_its_format_and_length_say(value: str, code: str, read: date) -> None:
    assert moment(value, code) == Moment(value=read, words=value)


@pytest.mark.parametrize(
    "value",
    [
        *("", "0", "2026", "0845", "000000000000", "00010101", "000101010000", "999912312359", "19000101"),
        *("20262011", "20260230", "202611202460", "20261120084561", "202613010000", "202611201"),
        *("20.11.2026", "2026-11-20", "202611200845EST", "202611200845+99", "202611200845?", "20261120EAT"),
        *("２０２６１１２０", "2026112008٤٥", "NaN", "-20261120", "²²²²²²²²", "202611200845+٠٣:٠x"),
    ],
)
@pytest.mark.parametrize("code", ["203", "102", "303", ""])
def test_what_is_no_date_of_the_calendar_is_never_guessed_at(value: str, code: str) -> None:
    assert moment(value, code) is None


@pytest.mark.parametrize(
    ("value", "code"),
    [
        *(("112026", "2"), ("201126", "3"), ("11202026", "4"), ("20261120", "4"), ("202611200845", "5")),
        *(("310226", "2"), ("20112026", "102"), ("20112026", "2"), ("201120260845", "203"), ("٢٠١١٢٦", "2")),
        *(("20111926", "4"), ("2011", "2"), ("", "4"), ("2011-26", "2")),
    ],
)
def test_the_order_that_a_format_names_is_kept(value: str, code: str) -> None:
    assert moment(value, code) is None


@pytest.mark.parametrize(
    ("text", "count"), [("7", 7), ("000022", 22), ("0", 0), ("", -1), ("-1", -1), ("7 ", -1), ("٧", -1)]
)
def test_a_count_may_be_padded_and_is_nothing_else(text: str, count: int) -> None:
    assert count_of(text) == count


def test_a_part_that_is_not_there_is_empty() -> None:
    elements = ["LOC", "165", "KEMBA:139:6"]
    assert [part(elements, 2), part(elements, 2, 2), part(elements, 2, 3), part(elements, 9)] == ["KEMBA", "6", "", ""]


@pytest.mark.parametrize(
    ("unit", "codes_found", "segments"),
    [("x'", ["too_large", "wrong_shape"], 2), ("RFF'", ["too_large", "truncated"], 93)],
)
def test_a_flood_of_segments_is_read_as_far_as_the_limit_and_says_so(
    monkeypatch: pytest.MonkeyPatch, unit: str, codes_found: list[str], segments: int
) -> None:
    monkeypatch.setattr("feeds.edifact.MOST_PARTS", 95)
    head = "UNB+UNOA:2+A+B+261120:0930+77'UNH+1+CODECO:D:95B'BGM+36'"
    found = parse((head + unit * 500).encode())
    assert sorted({fault.code for fault in found.faults} - {"truncated" if unit == "x'" else ""}) == codes_found
    assert (found.faults[0], len(found.messages[0].segments)) == (Fault(code="too_large", line=96), segments)


def test_a_piece_that_is_too_long_for_a_segment_is_a_fault() -> None:
    found = parse(one("BGM+36+D1+9", f"EQD+CN+{'x' * 6000}", "RFF+BM:B1"))
    assert ([fault.code for fault in found.faults], found.faults[0].excerpt[:7]) == (["wrong_shape"], "EQD+CN+")


@given(st.binary(max_size=300), st.sampled_from([b"", b"UNB+UNOA:2+", b"UNA", b"BGM+36'", b"UNH+1+CODECO'", b"UNZ'"]))
def test_no_bytes_make_it_raise(junk: bytes, head: bytes) -> None:
    found = parse(head + junk)
    assert found == parse(head + junk)
    assert found.messages or found.faults


@given(st.text(max_size=20), st.text(max_size=5))
def test_no_text_makes_a_time_raise(value: str, code: str) -> None:
    found = moment(value, code)
    assert found is None or 2000 <= found.value.year <= 2099


@given(
    st.text(st.characters(codec="utf-8", exclude_characters="\r\n\x01\x02\x03\x04\x00\x1a\ufeff\uff1a"), max_size=30)
)
def test_whatever_is_released_comes_back(text: str) -> None:
    released = "".join("?" + character if character in "?':+" else character for character in text)
    found = parse(raw(interchange(message(f"FTX+AAA+{released}+last"), charset="UNOW")))
    ((_number, elements),) = found.messages[0].segments
    assert (part(elements, 2), part(elements, 3)) == (text.strip(), "last")
