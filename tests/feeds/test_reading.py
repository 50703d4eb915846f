"""Reading a delivery: what could not be read is set aside with its reason, nothing is lost, and the rest is read."""

from __future__ import annotations

import json
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from django.utils import timezone

from cargo.models import Event
from cargo.reading import read_delivery
from feeds.facts import MOST_FAULTS, Fault, Moment, Movement, Reading
from feeds.intake import receive
from feeds.models import Delivery, Source
from feeds.reading import EXCERPT_CHARS, read_raw, settle
from feeds.reasons import FAULTS, FLAGS
from feeds.sources import add_source
from tests.cargo.test_reading import HEADER
from tests.conftest import AT
from tests.feeds import edi
from tests.feeds.edi import BAD_BOX, BOX, OTHER, THIRD

FACT = Movement(kind="gate_out", classifier="ACT", when=Moment(value=AT), container=BOX)
NO_TIME, UNKNOWN = Fault(code="no_time", line=3, excerpt="3;x"), Fault(code="unknown_kind", line=5, detail="teleported")
Counts = tuple[str, str, int, int, int, int]


@pytest.fixture
def delivery(clerk: Source) -> Delivery:
    return receive(source=clerk, raw=b"what came", at=AT).delivery


def settled(
    delivery: Delivery, *faults: Fault, facts: int = 0, accepted: int = 0, flags: tuple[str, ...] = ()
) -> Counts:
    """State, reason and counts of the delivery after so many facts and these faults."""
    reading = Reading(facts=(FACT,) * facts, flags=flags)
    returned = settle(delivery, reading=reading, accepted=accepted, faults=iter(faults), events=4, unmatched=2)
    kept = Delivery.objects.get(pk=delivery.pk)
    assert returned == kept.quarantined == len(faults)
    assert bytes(kept.raw) == b"what came"
    return kept.state, kept.reason, kept.facts, kept.events, kept.unmatched, kept.quarantined


def open_parts(delivery: Delivery) -> list[tuple[str, int]]:
    return list(delivery.quarantines.open().order_by("pk").values_list("code", "line"))


def test_a_delivery_without_faults_is_read(delivery: Delivery) -> None:
    before = timezone.now()
    assert settled(delivery, facts=7, accepted=7) == ("read", "", 7, 4, 2, 0)
    kept = Delivery.objects.get()
    assert kept.read_at is not None
    assert before <= kept.read_at <= timezone.now()
    assert open_parts(delivery) == []


def test_faults_are_set_aside_one_by_one_and_the_rest_is_read(delivery: Delivery) -> None:
    assert settled(delivery, NO_TIME, UNKNOWN, facts=7, accepted=6) == ("read", "", 7, 4, 2, 2)
    parts = delivery.quarantines.order_by("pk").values_list("code", "line", "excerpt", "detail", "resolved_at")
    assert list(parts) == [("no_time", 3, "3;x", "", None), ("unknown_kind", 5, "", "teleported", None)]


@pytest.mark.parametrize("facts", [0, 2])
def test_where_nothing_could_be_taken_the_whole_is_quarantined_for_its_first_reason(
    delivery: Delivery, facts: int
) -> None:
    assert settled(delivery, NO_TIME, UNKNOWN, facts=facts) == ("quarantined", "no_time", facts, 4, 2, 2)
    assert Delivery.objects.get().reason_text == FAULTS["no_time"]


def test_a_message_that_says_nothing_is_no_trouble(delivery: Delivery) -> None:
    assert settled(delivery) == ("read", "", 0, 4, 2, 0)


def test_remarks_on_the_whole_are_kept(delivery: Delivery) -> None:
    settled(delivery, facts=1, accepted=1, flags=("count_mismatch", "no_envelope"))
    assert Delivery.objects.get().flags == ["count_mismatch", "no_envelope"]


def test_what_a_later_reading_can_read_is_resolved(delivery: Delivery) -> None:
    settled(delivery, NO_TIME, UNKNOWN)
    assert settled(delivery, UNKNOWN, facts=1, accepted=1) == ("read", "", 1, 4, 2, 1)
    assert open_parts(delivery) == [("unknown_kind", 5)]
    assert settled(delivery, facts=2, accepted=2) == ("read", "", 2, 4, 2, 0)
    assert open_parts(delivery) == []
    assert delivery.quarantines.count() == 3


def test_resolving_one_delivery_leaves_the_parts_of_another_open(clerk: Source, delivery: Delivery) -> None:
    other = receive(source=clerk, raw=b"other", at=AT).delivery
    settle(other, reading=Reading(), accepted=0, faults=[NO_TIME], events=0, unmatched=0)
    settled(delivery, UNKNOWN)
    settled(delivery)
    assert (open_parts(delivery), open_parts(other)) == ([], [("no_time", 3)])


def test_a_million_faults_are_counted_and_the_first_are_shown(delivery: Delivery) -> None:
    faults = [Fault(code="bad_row", line=line) for line in range(1, MOST_FAULTS + 500)]
    assert settled(delivery, *faults)[-1] == MOST_FAULTS + 499
    assert open_parts(delivery) == [("bad_row", line) for line in range(1, MOST_FAULTS + 1)]
    counted = Reading(more_faults=7)
    assert settle(delivery, reading=counted, accepted=0, faults=[NO_TIME], events=0, unmatched=0) == 8


def test_what_the_sender_wrote_is_shown_as_far_as_it_can_be_stored(delivery: Delivery) -> None:
    settled(delivery, Fault(code="bad_row", excerpt="a\x00b" + "x" * 5000, detail="\x00" * 5000))
    part = delivery.quarantines.get()
    assert part.excerpt == "a\N{SYMBOL FOR NULL}b" + "x" * (EXCERPT_CHARS - 3)
    assert part.detail == "\N{SYMBOL FOR NULL}" * EXCERPT_CHARS


def test_a_reader_that_fails_quarantines_the_whole_and_tells_the_administrator(
    gate: Source, caplog: pytest.LogCaptureFixture
) -> None:
    Source.objects.update(settings=["not", "a", "mapping"])
    delivery = receive(source=gate, raw=edi.one("BGM+36+D1+9", *edi.box()), at=AT).delivery
    read_delivery(delivery.pk)
    delivery.refresh_from_db()
    assert (delivery.state, delivery.reason, delivery.quarantined) == ("quarantined", "reader_failed", 1)
    assert "TypeError" in delivery.quarantines.get().detail
    assert [record.message for record in caplog.records if record.name == "feeds.reading"] == [
        f"The reader of codeco failed on delivery {delivery.pk}"
    ]


def test_reading_raw_writes_nothing(clerk: Source) -> None:
    delivery = receive(source=clerk, raw=b"<html>", at=AT).delivery
    before = Delivery.objects.values().get()
    assert [fault.code for fault in read_raw(delivery).faults] == ["html"]
    assert (Delivery.objects.values().get(), delivery.quarantines.count()) == (before, 0)


# What partners really send. Each format says the same: a box at the port, and something wrong with it.

NODES = {"csv_events": "ke-port-mombasa"}
CODES = {
    "csv_events": ("gate_out", "teleported"),
    "codeco": ("36", "99"),
    "coarri": ("44", "99"),
    "iftsta": ("UV", "ZZZ"),
    "dcsa": ("GTOT", "ZZZZ"),
}
everywhere = pytest.mark.parametrize("format", sorted(CODES))


def said(
    format: str, box: str, *, hours_ago: float = 1, place: str = "", code: str = "", time: str | None = None
) -> Any:
    """One event in the words of its format; ``time`` replaces what would be written for it."""
    at = datetime.now(UTC).replace(microsecond=0) - timedelta(hours=hours_ago)
    code, place = code or CODES[format][0], place or NODES.get(format, "KEMBA")
    if format == "csv_events":
        return f",{box},,{code},ACT,{place},{at.isoformat() if time is None else time},"
    if format == "dcsa":
        return {
            "eventType": "EQUIPMENT",
            "equipmentEventTypeCode": code,
            "eventClassifierCode": "ACT",
            "eventDateTime": at.isoformat() if time is None else time,
            "equipmentReference": box,
            "transportCall": {"UNLocationCode": place},
        }
    local = f"{at + timedelta(hours=3):%Y%m%d%H%M}" if time is None else time
    if format == "iftsta":
        status = [f"STS+1+{code}", f"DTM+334:{local}:203", f"LOC+175+{place}:139:6", f"EQD+CN+{box}"]
        return edi.message(f"BGM+23+D{box}+9", "CNI+1", *status, type="IFTSTA", number=box[-3:])
    body = edi.box(box, f"LOC+165+{place}:139:6", at=local)
    return edi.message(f"BGM+{code}+D{box}+9", *body, type=format.upper(), number=box[-3:])


def file_of(format: str, *events: Any) -> bytes:
    """The events as one file of the format."""
    if format == "csv_events":
        return (HEADER + "\n".join(events)).encode()
    return json.dumps(events).encode() if format == "dcsa" else edi.raw(edi.interchange(*events))


def became(format: str, raw: bytes) -> Delivery:
    """The delivery once it has been read: as it came, and with a reason for each part that was not taken."""
    source, _token = add_source(slug=format.replace("_", "-"), format=format, by=None, at=AT)
    delivery = receive(source=source, raw=raw, at=timezone.now()).delivery
    read_delivery(delivery.pk)
    delivery = Delivery.objects.get(pk=delivery.pk)
    assert bytes(delivery.raw) == raw
    assert [part.reason_text for part in delivery.quarantines.all()] == [
        FAULTS[part.code] for part in delivery.quarantines.all()
    ]
    return delivery


def taken() -> dict[str, list[str]]:
    """The boxes of which an event is kept, with its flags."""
    return dict(Event.objects.values_list("container", "flags"))


@everywhere
def test_a_good_file_is_read_whole(network: None, format: str) -> None:
    delivery = became(format, file_of(format, said(format, BOX), said(format, OTHER)))
    assert (delivery.state, delivery.facts, delivery.events, delivery.quarantined) == ("read", 2, 2, 0)
    assert (delivery.flags, taken()) == ([], {BOX: [], OTHER: []})


WRONG: dict[str, tuple[dict[str, Any], dict[str, str]]] = {
    "a time to come": ({"hours_ago": -72}, {"": "future"}),
    "no time": ({"time": ""}, {"": "no_time"}),
    "no time of this world": ({"time": "yesterday"}, {"": "no_time"}),
    "the year nought": ({"time": "00010101000000"}, {"": "no_time"}),
    "a code of its own": ({}, {"": "unknown_code", "csv_events": "unknown_kind"}),
}


@everywhere
@pytest.mark.parametrize(("change", "codes"), WRONG.values(), ids=WRONG)
def test_a_part_that_cannot_be_right_is_set_aside_and_the_rest_is_read(
    network: None, format: str, change: dict[str, Any], codes: dict[str, str]
) -> None:
    bad = said(format, THIRD, **(change or {"code": CODES[format][1]}))
    delivery = became(format, file_of(format, said(format, BOX), bad, said(format, OTHER)))
    assert (delivery.state, delivery.events, delivery.quarantined) == ("read", 2, 1)
    assert delivery.quarantines.get().code == codes.get(format, codes[""])
    assert taken() == {BOX: [], OTHER: []}


@everywhere
def test_a_wrong_check_digit_is_kept_and_flagged(network: None, format: str) -> None:
    delivery = became(format, file_of(format, said(format, BAD_BOX), said(format, OTHER)))
    assert (delivery.state, delivery.events, delivery.quarantined) == ("read", 2, 0)
    assert taken() == {BAD_BOX: ["check_digit"], OTHER: []}
    assert str(FLAGS["check_digit"]) == "The container number's check digit is wrong."


@everywhere
def test_a_place_that_nobody_knows_is_flagged_or_set_aside(network: None, format: str) -> None:
    """Only the documented CSV promises a place of the list; other senders have places of their own."""
    is_ours = format == "csv_events"
    delivery = became(format, file_of(format, said(format, BOX, place="NLRTM", hours_ago=9), said(format, OTHER)))
    assert open_parts(delivery) == ([("unknown_node", 2)] if is_ours else [])
    assert taken() == {OTHER: []} | ({} if is_ours else {BOX: ["unknown_location"]})
    kept = [(event.node, event.place) for event in Event.objects.filter(container=BOX)]
    assert kept == ([] if is_ours else [(None, "NLRTM")])


CUT = {"csv_events": ("read", "bad_row", 1), "dcsa": ("read", "not_json", 1), "": ("read", "truncated", 1)}


@everywhere
def test_a_file_that_was_cut_off_gives_what_it_holds_and_then_the_rest(network: None, format: str) -> None:
    whole = file_of(format, said(format, BOX), said(format, OTHER))
    cut = whole[: whole.index(OTHER.encode()) + 6]
    state, code, events = CUT.get(format, CUT[""])
    delivery = became(format, cut)
    assert (delivery.state, delivery.events) == (state, events)
    assert code in delivery.quarantines.values_list("code", flat=True)
    became(format, whole)
    assert (BOX in taken(), OTHER in taken(), Event.objects.filter(container=BOX).count()) == (True, True, 1)


@pytest.mark.parametrize("format", ["csv_events", "codeco", "coarri"])
def test_bytes_that_are_no_text_spoil_their_own_part_alone(network: None, format: str) -> None:
    noise = {"csv_events": b"\n\xff\xfe\x00,\xe9,,,\n"}.get(format, b"'\xff\xfe\x00\x01'")
    good = file_of(format, said(format, BOX))
    delivery = became(format, good + noise)
    assert (delivery.state, delivery.events, delivery.quarantined) == ("read", 1, 1)
    assert BOX in taken()


WHOLE: dict[str, tuple[bytes, dict[str, str]]] = {
    "nothing": (b"", {"": "empty"}),
    "blanks": (b" \r\n\t\r\n", {"": "empty"}),
    "a web page": (b"<!DOCTYPE html><html><title>502 Bad Gateway</title></html>", {"": "html"}),
    "noise": (bytes(range(128, 256)) * 9, {"": "not_edifact", "dcsa": "not_text", "csv_events": "not_text"}),
    "a letter": (
        b"Dear Sir,\nplease find attached.\n",
        {"": "not_edifact", "dcsa": "not_json", "csv_events": "bad_header"},
    ),
}


@everywhere
@pytest.mark.parametrize(("raw", "codes"), WHOLE.values(), ids=WHOLE)
def test_what_is_no_message_is_kept_and_says_why(network: None, format: str, raw: bytes, codes: dict[str, str]) -> None:
    delivery = became(format, raw)
    assert (delivery.state, delivery.facts, delivery.quarantined) == ("quarantined", 0, 1)
    assert delivery.reason == codes.get(format, codes[""])
    assert taken() == {}


@pytest.mark.parametrize(("format", "other"), [(a, b) for a in sorted(CODES) for b in sorted(CODES) if a != b])
def test_a_file_of_another_format_is_quarantined_and_can_be_read_once_that_is_mended(
    network: None, format: str, other: str
) -> None:
    delivery = became(other, file_of(format, said(format, BOX)))
    assert (delivery.state, delivery.events, taken()) == ("quarantined", 0, {})
    Source.objects.update(format=format)
    read_delivery(delivery.pk, again=True)
    delivery.refresh_from_db()
    assert (delivery.state, delivery.reason, delivery.events, taken()) == ("read", "", 1, {BOX: []})
    assert open_parts(delivery) == []
