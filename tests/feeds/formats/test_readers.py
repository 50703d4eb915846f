"""What holds for every reader: it raises nothing, loses nothing, and says the same each time."""

from __future__ import annotations

import json
import re
import subprocess
import sys
from collections.abc import Callable, Mapping
from dataclasses import fields
from datetime import datetime
from itertools import chain
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from feeds.facts import (
    KINDS,
    LAST_YEAR,
    MOST_FAULTS,
    Fact,
    Fault,
    Moment,
    Movement,
    Place,
    Position,
    Reading,
    moment_of,
)
from feeds.formats import READERS
from feeds.reading import read_bytes
from feeds.reasons import FAULTS, FLAGS, explain
from tests.feeds.edi import BOX, box, interchange, message, one, raw
from tests.feeds.formats.test_csv_events import GOOD, HEADER, SECOND, table
from tests.feeds.formats.test_dcsa import ARRIVAL, DISCHARGE, ISSUE
from tests.feeds.formats.test_eseal import event
from tests.feeds.formats.test_gps import position
from tests.feeds.formats.test_gps import raw as json_lines
from tests.feeds.formats.test_schedule import LIST
from tests.feeds.formats.test_status import RAIN
from tests.feeds.test_nmea import LOG
from tests.shape import ROOT

BOXES = ["CSQU3054383", "TGHU3054380", "MSCU6639870", "CSQU3054384"]
GROUPS = [
    box(number, f"RFF+BM:B{line}", "LOC+165+KEMBA:139:6+KCT", f"SEL+S{line}+CU", "TDT+1++3+++++KDA 123A")
    for line, number in enumerate(BOXES)
]
STATUSES = [
    ["STS+1+UV", f"RFF+BM:B{line}", "DTM+334:202611200845:203", "LOC+175+KEMBA", "TDT+20+0411+1", f"EQD+CN+{number}"]
    for line, number in enumerate(BOXES)
]
ORDERS = [[group[0], *group[2:]] for group in GROUPS]
EVENTS = [{**DISCHARGE, "equipmentReference": number} for number in BOXES]
ROWS = [f",{number},B{line},gate_out,ACT,,2026-11-20T08:45:00+03:00," for line, number in enumerate(BOXES)]
VALID: dict[str, bytes] = {
    "codeco": one("BGM+36+D1+9", "NAD+CF+UMU", *chain(*GROUPS), "CNT+16:4"),
    "coarri": one("BGM+44+D1+9", "LOC+11+KEMBA", *chain(*GROUPS), "CNT+16:4", type="COARRI"),
    "coprar": one("BGM+43+D1+9", "LOC+11+KEMBA", "DTM+132:202611180600:203", *chain(*ORDERS), type="COPRAR"),
    "iftsta": one("BGM+23+D1+9", "CNI+1", *chain(*STATUSES), type="IFTSTA", directory="D:00B"),
    "dcsa": json.dumps([*EVENTS, ARRIVAL, ISSUE]).encode(),
    "csv_events": table(GOOD, SECOND, *ROWS),
    "gps": json_lines(*(position(attributes={"container": number}) for number in BOXES)),
    "eseal": json_lines(*(event(alarm=word) for word in ("lock", "door", "parking", "unlock"))),
    "ais": LOG,
    "schedule": LIST,
    "status": json.dumps({"conditions": [{**RAIN, "reference": number} for number in BOXES]}).encode(),
}
JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=8),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=8), inner, max_size=3),
    max_leaves=5,
)
LINE = st.text(st.characters(codec="utf-8", exclude_characters="\r\n"), max_size=40)
names = pytest.mark.parametrize("name", sorted(READERS))


def values_of(part: Fact | Fault | Place) -> list[object]:
    """The values of a fact or a fault, those of its place among them."""
    values = [getattr(part, field.name) for field in fields(part)]
    return [*values, *(inner for value in values if isinstance(value, Place) for inner in values_of(value))]


def told(fact: Fact) -> object:
    """What a fact says, of a movement without the rest of its message."""
    return (fact.kind, fact.container, fact.when) if isinstance(fact, Movement) else fact


def check(name: str, body: bytes) -> Reading:
    """Read twice, and hold what was read to what may be stored and shown."""
    found = READERS[name](body, {})
    assert found == READERS[name](body, {})
    assert {fault.code for fault in found.faults} <= FAULTS.keys()
    assert {*found.flags, *(flag for fact in found.facts for flag in fact.flags)} <= FLAGS.keys()
    assert {fact.kind for fact in found.movements} <= KINDS
    assert {fact.classifier for fact in found.movements} <= {"ACT", "EST", "PLN"}
    assert all(abs(fact.lat) <= 90 and abs(fact.lon) <= 180 for fact in found.of(Position))
    values = [value for part in (*found.facts, *found.faults) for value in values_of(part)]
    assert [value for value in values if isinstance(value, str) and value.encode().decode() != value] == []
    years = {value.value.year for value in values if isinstance(value, Moment)}
    assert years <= set(range(2000, LAST_YEAR + 1))
    assert all(fact.line > 0 for fact in found.facts)
    return found


@names
def test_the_messages_of_these_tests_are_whole(name: str) -> None:
    found = check(name, VALID[name])
    assert (len(found.facts) >= 4, found.faults, found.flags) == (True, (), ())


@names
@given(body=st.binary(max_size=300) | st.text(max_size=100).map(lambda text: text.encode("utf-8", "surrogatepass")))
def test_no_bytes_make_a_reader_raise(name: str, body: bytes) -> None:
    found = check(name, body)
    is_told = found.facts or found.faults or found.flags
    assert is_told or json.loads(body.decode("utf-8-sig")) in ([], {"events": []})


# Where something is cut out, how much, and what is put there: None stands for it twice.
CUTS = st.tuples(st.integers(0, 9_999), st.integers(0, 40), st.binary(max_size=12) | st.none() | st.just(b""))


@names
@settings(max_examples=200)
@given(cuts=st.lists(CUTS, min_size=1, max_size=4))
def test_no_damage_to_a_message_makes_a_reader_raise(name: str, cuts: list[tuple[int, int, bytes | None]]) -> None:
    body = VALID[name]
    assert len(body) < 10_000
    for place, length, put in cuts:
        start = place % (len(body) + 1)
        out = body[start : start + length]
        body = body[:start] + (out * 2 if put is None else put) + body[start + length :]
    check(name, body)


@names
@given(length=st.integers(0, 4000))
def test_a_part_of_a_message_says_nothing_that_the_whole_does_not(name: str, length: int) -> None:
    whole = {told(fact) for fact in READERS[name](VALID[name], {}).facts}
    cut = check(name, VALID[name][:length])
    is_table = name in ("csv_events", "schedule")
    certain = [fact for fact in cut.facts if not is_table or fact.line < VALID[name][:length].count(b"\n") + 1]
    assert {told(fact) for fact in certain} <= whole


@given(junk=LINE, at=st.integers(0, 3))
def test_one_bad_row_of_a_csv_leaves_the_others_and_is_itself_accounted_for(junk: str, at: int) -> None:
    rows = [*ROWS[:at], junk, *ROWS[at + 1 :]]
    found = check("csv_events", table(*rows))
    others = [fact for fact in found.movements if fact.line != at + 2]
    assert others == [fact for fact in READERS["csv_events"](table(*ROWS), {}).movements if fact.line != at + 2]
    told = {fact.line for fact in found.movements} | {fault.line for fault in found.faults}
    assert told == {2, 3, 4, 5} - ({at + 2} if not junk.strip(" ,") else set())


@given(st.lists(LINE, max_size=8))
def test_every_row_of_a_csv_is_a_fact_a_fault_or_empty(rows: list[str]) -> None:
    found = check("csv_events", (HEADER + "\n" + "\n".join(rows)).encode())
    told = [*(fact.line for fact in found.movements), *(fault.line for fault in found.faults)]
    quoted = any(row.count('"') % 2 for row in rows)
    written = [line for line, row in enumerate(rows, 2) if row.strip(" ,")]
    assert sorted(told) == written if not quoted else set(told) <= set(range(2, len(rows) + 2))


@given(junk=JSON, at=st.integers(0, 3))
def test_one_bad_event_leaves_the_others_and_is_itself_a_fault(junk: object, at: int) -> None:
    found = check("dcsa", json.dumps([*EVENTS[:at], junk, *EVENTS[at + 1 :]]).encode())
    whole = READERS["dcsa"](json.dumps(EVENTS).encode(), {})
    assert found.movements == tuple(fact for fact in whole.movements if fact.line != at + 1)
    assert [fault.line for fault in found.faults] == [at + 1]


@given(
    events=st.lists(
        st.dictionaries(st.sampled_from(sorted({**DISCHARGE, **ARRIVAL, **ISSUE})), JSON) | JSON, max_size=4
    )
)
def test_every_event_is_a_fact_a_fault_or_not_followed(events: list[object]) -> None:
    found = check("dcsa", json.dumps(events).encode())
    told = {*(fact.line for fact in found.movements), *(fault.line for fault in found.faults)}
    assert told == set(range(1, len(events) + 1)) or "not_followed" in found.flags


@given(changes=st.dictionaries(st.sampled_from(sorted(DISCHARGE)), JSON, min_size=1, max_size=3), at=st.integers(0, 3))
def test_one_bent_event_leaves_the_others(changes: dict[str, Any], at: int) -> None:
    found = check("dcsa", json.dumps([*EVENTS[:at], {**EVENTS[at], **changes}, *EVENTS[at + 1 :]]).encode())
    whole = READERS["dcsa"](json.dumps(EVENTS).encode(), {})
    assert [fact for fact in found.movements if fact.line != at + 1] == [
        fact for fact in whole.movements if fact.line != at + 1
    ]


NO_SEGMENT = st.text(st.characters(codec="utf-8", exclude_characters="\r\n?'"), min_size=1, max_size=20).filter(
    lambda text: text.strip(" \t\x00\x1a\ufeff").strip() != "" and not re.match(r"\s*[^\W\d_]{3,4}\s*([+:]|$)", text)
)


@pytest.mark.parametrize("name", ["codeco", "coarri"])
@pytest.mark.parametrize("end", ["'", "'\r\n", "\n"])
@settings(max_examples=60)
@given(junk=NO_SEGMENT, group=st.integers(0, 3), segment=st.integers(0, 5))
def test_one_bad_segment_leaves_the_other_containers(name: str, end: str, junk: str, group: int, segment: int) -> None:
    def body(groups: list[list[str]]) -> bytes:
        code = {"codeco": "36", "coarri": "44"}[name]
        found = message(f"BGM+{code}+D1+9", *chain(*groups), "CNT+16:4", type=name.upper(), count="28")
        return raw(interchange(found), end)

    bad = [*GROUPS[group][:segment], junk, *GROUPS[group][segment + 1 :]]
    found = check(name, body([*GROUPS[:group], bad, *GROUPS[group + 1 :]]))
    whole = READERS[name](body(GROUPS), {})
    number = whole.movements[group].container
    assert [fact for fact in found.movements if fact.container != number] == [
        fact for fact in whole.movements if fact.container != number
    ]
    assert "wrong_shape" in {fault.code for fault in found.faults}


@pytest.mark.parametrize("name", ["gps", "eseal", "ais", "dcsa"])
@pytest.mark.parametrize("raw", [b"[" + b"7," * 2999 + b"7]", b"{}\n" * 3000])
def test_a_file_of_rubbish_is_one_trouble_and_not_a_million(name: str, raw: bytes) -> None:
    found = check(name, raw)
    assert (len(found.faults), found.more_faults, found.facts) == (MOST_FAULTS, 3000 - MOST_FAULTS, ())


@pytest.mark.parametrize(
    "module", ["feeds.formats", "feeds.facts", "feeds.edifact", "feeds.equipment", "feeds.traccar", "feeds.nmea"]
)
def test_a_reader_knows_no_django(module: str) -> None:
    program = f"import sys, {module}; print([name for name in sys.modules if name.split('.')[0] == 'django'])"
    done = subprocess.run([sys.executable, "-c", program], cwd=ROOT, capture_output=True, text=True, check=True)
    assert done.stdout == "[]\n"


@names
def test_a_format_is_read_by_its_own_reader(name: str) -> None:
    assert read_bytes(name, VALID[name], {}) == READERS[name](VALID[name], {})


def test_the_source_s_settings_reach_its_reader() -> None:
    found = read_bytes("codeco", one("BGM+99", *box()), {"code_99": "truck_in"})
    assert [fact.kind for fact in found.movements] == ["truck_in"]


def test_a_reader_that_fails_is_a_fault_of_the_whole() -> None:
    found = read_bytes("telex", b"STOP", {})
    assert found == Reading(faults=(Fault(code="reader_failed", detail="KeyError: 'telex'"),))


def test_every_reason_has_its_sentence() -> None:
    assert [code for code in {**FAULTS, **FLAGS} if not explain(code).endswith(".")] == []
    assert explain("unheard_of") == "unheard_of"
    assert FAULTS.keys() & FLAGS.keys() == set()


@pytest.mark.parametrize(
    ("numbers", "named"),
    [
        ({"container": BOX, "bill_of_lading": "B", "reference": "R", "booking": "K"}, BOX),
        ({"bill_of_lading": "B", "reference": "R", "booking": "K"}, "B"),
        ({"reference": "R", "booking": "K"}, "R"),
        ({"booking": "K"}, "K"),
        ({}, ""),
    ],
)
def test_goods_are_named_by_their_most_exact_number(numbers: Mapping[str, str], named: str) -> None:
    when = Moment(value=datetime(2026, 11, 20))  # noqa: DTZ001
    make: Callable[..., Movement] = Movement
    assert make(kind="gate_out", classifier="ACT", when=when, **numbers).goods_number == named


@pytest.mark.parametrize(
    ("year", "is_read"), [(1, False), (1999, False), (2000, True), (2099, True), (2100, False), (9999, False)]
)
def test_a_year_that_stands_for_nothing_is_no_moment(year: int, is_read: bool) -> None:
    value = datetime(year, 1, 1)  # noqa: DTZ001
    assert moment_of(value, "x") == (Moment(value=value, words="x") if is_read else None)


@pytest.mark.parametrize("place", [Place(node="a"), Place(unlocode="a"), Place(facility="a"), Place(name="a")])
def test_a_place_is_given_by_any_of_its_words(place: Place) -> None:
    assert (place.is_given, Place().is_given) == (True, False)
