"""What the demo's sources send: real formats that the portal's own readers read back to the same facts."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from itertools import pairwise
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from stdnum import imo

from demo.edifact_messages import coarri, codeco
from demo.messages import FEEDS, LIVE, REPORT_FEEDS, WINDOW, Message, Reports, cuts, voices
from demo.reports import CORRIDOR, CUSTOMS, GATE, LINE, TERMINAL, Report, Trip
from demo.year import Year, trips
from feeds.facts import CallTiming, Movement, Position, Reading
from feeds.formats import READERS
from feeds.models import FORMATS
from tests.demo.conftest import UNTIL

ALWAYS = datetime(2020, 1, 1, tzinfo=UTC)
EVER = datetime(2030, 1, 1, tzinfo=UTC)
SLUGS = pytest.mark.parametrize("slug", REPORT_FEEDS)


def read(slug: str, raw: bytes) -> Reading:
    return READERS[FEEDS[slug].format](raw, {})


def said(fact: Movement) -> tuple[object, ...]:
    """Kind, classifier, time on the place's clock, goods and place of a fact."""
    assert isinstance(fact.when.value, datetime)
    goods = (fact.container, fact.bill_of_lading)
    place = fact.place.node or (fact.place.unlocode, fact.place.facility)
    return (fact.kind, fact.classifier, fact.when.value.replace(tzinfo=None), *goods, place)


def meant(report: Report) -> tuple[object, ...]:
    """The same of what a source wanted to say, in the words of its format."""
    box = report.box.number if report.box else ""
    bill = report.bill_of_lading
    place: object = report.node or ("", "")
    kind = report.kind
    if report.source in (CUSTOMS, CORRIDOR):
        bill = "" if report.box else bill
    elif report.source == LINE:
        place = (report.port.unlocode if report.port else "KEMBA", report.facility)
    else:
        bill = "" if report.is_empty else bill
        place = ("RWKGL" if report.node.startswith("rw-") else "KEMBA", report.facility)
        kind = {"released_kigali": "gate_out", "arrived_kigali": "gate_in", "empty_returned": "gate_in"}.get(kind, kind)
    return (kind, report.classifier, report.local_time.replace(tzinfo=None), box, bill, place)


@SLUGS
def test_a_message_says_what_its_source_meant(reports: Reports, slug: str) -> None:
    told = reports.between(slug, ALWAYS, EVER)
    found = read(slug, FEEDS[slug].write(told))
    expected = [meant(report) if slug != LINE or report.kind != "booked" else booked(report) for report in told]
    assert len(told) > 40
    assert (found.faults, found.flags) == ((), ())
    assert Counter(map(said, found.movements)) == Counter(expected)


def booked(report: Report) -> tuple[object, ...]:
    """A bill of lading is issued nowhere in particular."""
    return (*meant(report)[:-1], ("", ""))


@SLUGS
def test_nothing_is_doubtful_but_what_should_be(reports: Reports, slug: str) -> None:
    facts = read(slug, FEEDS[slug].write(reports.between(slug, ALWAYS, EVER))).movements
    wrong = {fact.container for fact in facts if "check_digit" in fact.flags}
    flags = {flag for fact in facts for flag in fact.flags}
    assert len(wrong) <= 1
    assert flags - {"check_digit"} == ({"unknown_location"} if slug == LINE else set())
    assert {fact.kind for fact in facts if "unknown_location" in fact.flags} <= {"booked"}


@SLUGS
def test_the_same_reports_are_the_same_bytes(reports: Reports, slug: str) -> None:
    told = reports.between(slug, ALWAYS, EVER)
    assert FEEDS[slug].write(told) == FEEDS[slug].write(told)


@pytest.mark.parametrize("slug", FEEDS)
def test_a_feed_has_a_format_of_the_portal(slug: str) -> None:
    assert FEEDS[slug].format in FORMATS
    assert (slug.startswith("demo-"), "demo" in FEEDS[slug].name) == (True, True)


@pytest.mark.parametrize(("slug", "has_offset"), [(LINE, True), (CUSTOMS, True), (CORRIDOR, False), (GATE, False)])
def test_some_write_their_offset_and_some_their_own_clock(reports: Reports, slug: str, has_offset: bool) -> None:
    told = reports.between(slug, ALWAYS, EVER)
    values = [fact.when.value for fact in read(slug, FEEDS[slug].write(told)).movements]
    assert {isinstance(value, datetime) and value.tzinfo is not None for value in values} == {has_offset}
    instants = {value for value in values if isinstance(value, datetime) and value.tzinfo}
    assert instants == ({report.occurred_at for report in told} if has_offset else set())


def facts_by_box(slug: str, told: Sequence[Report]) -> dict[tuple[str, datetime], Movement]:
    found: dict[tuple[str, datetime], Movement] = {}
    for fact in read(slug, FEEDS[slug].write(told)).movements:
        assert isinstance(fact.when.value, datetime)
        found[fact.container, fact.when.value.replace(tzinfo=None)] = fact
    return found


def test_a_gate_knows_truck_seal_fullness_and_weight(reports: Reports) -> None:
    told = reports.between(GATE, ALWAYS, EVER)
    facts = facts_by_box(GATE, told)
    for report in told:
        assert report.box is not None
        fact = facts[report.box.number, report.local_time.replace(tzinfo=None)]
        weight = None if report.is_empty else Decimal(report.box.weight_kg)
        seals = (report.seal,) if report.kind == "gate_out" else ()
        assert (fact.plate, fact.seals, fact.is_empty) == (report.plate, seals, report.is_empty)
        assert (fact.size_type, fact.weight_kg) == (report.box.size_type, weight)


@pytest.mark.parametrize("slug", [TERMINAL, LINE])
def test_a_discharge_names_its_ship_and_voyage(reports: Reports, slug: str) -> None:
    told = [report for report in reports.between(slug, ALWAYS, EVER) if report.kind == "discharged"]
    facts = facts_by_box(slug, told)
    for report in told:
        assert report.box is not None
        assert report.call is not None
        fact = facts[report.box.number, report.local_time.replace(tzinfo=None)]
        vessel = report.call.vessel
        assert (fact.vessel, fact.vessel_imo, fact.voyage) == (vessel.name, vessel.imo, report.call.voyage)
        assert imo.is_valid(fact.vessel_imo)


@pytest.mark.parametrize(("slug", "write"), [(TERMINAL, coarri), (GATE, codeco)])
def test_an_interchange_counts_its_messages_segments_and_boxes(reports: Reports, slug: str, write: Any) -> None:
    told = reports.between(slug, ALWAYS, EVER)
    segments = write(told).decode("ascii").split("'\n")
    assert (segments.pop(), segments[0][:4], segments[-1][:4]) == ("", "UNB+", "UNZ+")
    heads = [number for number, segment in enumerate(segments) if segment.startswith("UNH+")]
    tails = [number for number, segment in enumerate(segments) if segment.startswith("UNT+")]
    assert segments[-1].split("+")[1] == str(len(heads))
    assert segments[-1].split("+")[2] == segments[0].split("+")[-1]
    boxes = 0
    for number, (head, tail) in enumerate(zip(heads, tails, strict=True), 1):
        lines = segments[head : tail + 1]
        assert lines[-1] == f"UNT+{len(lines)}+{number}"
        held = sum(line.startswith("EQD+CN+") for line in lines)
        assert lines[-2] == f"CNT+16:{held}"
        boxes += held
    assert boxes == len(told)


def test_every_event_of_a_line_has_an_id_of_its_own(reports: Reports) -> None:
    facts = read(LINE, FEEDS[LINE].write(reports.between(LINE, ALWAYS, EVER))).movements
    ids = [fact.sender_event for fact in facts]
    assert len(set(ids)) == len(ids)


def test_an_electronic_seal_is_told_by_its_number(reports: Reports) -> None:
    told = [report for report in reports.between(CUSTOMS, ALWAYS, EVER) if report.kind == "sealed" and report.box]
    facts = read(CUSTOMS, FEEDS[CUSTOMS].write(told)).movements
    assert [fact.remark for fact in facts] == [report.seal for report in told]


@settings(deadline=None, derandomize=True)
@given(st.timedeltas(timedelta(0), timedelta(days=500)))
def test_messages_come_by_the_week_then_by_the_day_then_by_the_hour(length: timedelta) -> None:
    since, until = UNTIL - length, UNTIL
    made = cuts(since, until)
    assert made == sorted(set(made))
    assert made[-1:] == ([until] if length else [])
    for before, at in pairwise([since, *made]):
        left = until - before
        most = (
            timedelta(days=14)
            if left > timedelta(days=60)
            else timedelta(days=1)
            if left > LIVE
            else timedelta(hours=1)
        )
        assert since < at <= until
        assert at - before <= most


def all_messages(reports: Reports) -> list[Message]:
    return list(reports.history(UNTIL))


def test_the_history_tells_everything_up_to_the_load_once(reports: Reports) -> None:
    told: dict[str, int] = Counter()
    for message in all_messages(reports):
        told[message.source] += len(read(message.source, message.raw).movements)
    assert told == {slug: len(reports.between(slug, ALWAYS, UNTIL)) for slug in REPORT_FEEDS}


def test_a_message_tells_only_what_was_known_when_it_came(reports: Reports) -> None:
    messages = all_messages(reports)
    assert [message.at for message in messages] == sorted(message.at for message in messages)
    for message in messages:
        for fact in read(message.source, message.raw).movements:
            assert isinstance(fact.when.value, datetime)
            value = fact.when.value
            at = value if value.tzinfo else value.replace(tzinfo=UTC) - timedelta(hours=3)
            assert fact.classifier == "EST" or at <= message.at


def test_people_are_told_of_the_last_two_days_alone(reports: Reports) -> None:
    messages = all_messages(reports)
    assert {message.is_live for message in messages if message.at > UNTIL - LIVE} == {True}
    assert {message.is_live for message in messages if message.at <= UNTIL - LIVE} == {False}


@SLUGS
def test_a_source_answers_a_week_up_to_its_latest_news(reports: Reports, slug: str) -> None:
    found = reports.window(slug, UNTIL)
    assert found is not None
    raw, last_at = found
    assert last_at == reports.between(slug, ALWAYS, UNTIL)[-1].reported_at
    assert raw == FEEDS[slug].write(reports.between(slug, last_at - WINDOW, UNTIL))
    after = reports.between(slug, UNTIL, EVER)[0].reported_at
    assert reports.window(slug, after - timedelta(seconds=1)) == found
    news = reports.window(slug, after)
    assert news is not None
    assert (news[1], news[0] != raw) == (after, True)


@SLUGS
def test_a_source_has_no_answer_before_its_first_report(reports: Reports, slug: str) -> None:
    first = reports.between(slug, ALWAYS, EVER)[0].reported_at
    assert reports.window(slug, first - timedelta(seconds=1)) is None
    assert reports.window(slug, first) is not None
    assert reports.first_at() <= first


def test_a_year_made_twice_tells_the_same_to_the_byte() -> None:
    year = Year(seed=3, until=UNTIL, consignments=20)
    first, second = (Reports(found, voices(year, found)) for found in (trips(year), trips(year)))
    assert all_messages(first) == all_messages(second)
    assert [first.window(slug, UNTIL) for slug in FEEDS] == [second.window(slug, UNTIL) for slug in FEEDS]


OTHERS = [slug for slug in FEEDS if slug not in REPORT_FEEDS]


@pytest.fixture(scope="module")
def everybody(few: list[Trip]) -> Reports:
    """The small year with its lists, trackers and conditions."""
    return Reports(few, voices(Year(seed=2026, until=UNTIL, consignments=60), few))


@pytest.mark.parametrize("slug", OTHERS)
def test_the_others_are_read_whole_and_tell_nothing_of_the_future(everybody: Reports, slug: str) -> None:
    messages = [message for message in everybody.history(UNTIL) if message.source == slug]
    assert len(messages) > 3
    for message in messages:
        found = READERS[FEEDS[slug].format](message.raw, {"received_at": message.at.isoformat()})
        assert (found.faults, found.flags, bool(found.facts)) == ((), (), True)
        assert [fact.flags for fact in found.facts if fact.flags] == []
        timed = [fact for fact in found.facts if isinstance(fact, CallTiming | Movement) and fact.classifier == "ACT"]
        whens = [fact.when.value for fact in (*timed, *found.of(Position))]
        assert [when for when in map(instant, whens) if when > message.at] == []


def instant(value: date) -> datetime:
    """A moment of Mombasa's lists, which write none but their own clock."""
    assert isinstance(value, datetime)
    return value if value.tzinfo else value.replace(tzinfo=UTC) - timedelta(hours=3)


@pytest.mark.parametrize("slug", OTHERS)
def test_the_others_answer_up_to_their_latest_news(everybody: Reports, slug: str) -> None:
    news = everybody.between(slug, ALWAYS, UNTIL)[-1].reported_at
    found = everybody.window(slug, UNTIL)
    assert found is not None
    assert (found[1], found[0]) == (news, FEEDS[slug].write(everybody.between(slug, news - FEEDS[slug].window, news)))
    assert everybody.window(slug, UNTIL - timedelta(days=500)) is None
    later = everybody.between(slug, UNTIL, UNTIL + timedelta(days=60))
    assert later
    assert everybody.window(slug, later[0].reported_at) != found
