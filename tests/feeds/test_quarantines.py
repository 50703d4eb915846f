"""What could not be read: found across the sources, counted by reason, put aside once, and handed out with a note."""

from __future__ import annotations

import pytest

from feeds.models import Delivery, Quarantine, Source
from feeds.quarantines import Reason, by_reason, find, hand_out, ignore
from feeds.reasons import FAULTS
from liaison.models import JournalEntry
from tests.cargo.test_reading import csv, row, take_in
from tests.conftest import AT, Cast


@pytest.fixture
def parts(clerk: Source, gate: Source) -> list[Quarantine]:
    """Two unknown kinds and a bad time of the clerk, then a web page of the gate."""
    take_in(clerk, csv(row("teleported", 1), row("vanished_100%", 1), ",TGHU3054380,,sealed,ACT,,noon,"))
    take_in(gate, b"<html>")
    Delivery.objects.filter(source=gate).update(file_name="GATE_7.edi")
    return list(Quarantine.objects.order_by("pk"))


@pytest.mark.parametrize(
    ("asked", "found"),
    [
        ({}, [0, 1, 2, 3]),
        ({"source": "clerk"}, [0, 1, 2]),
        ({"code": "unknown_kind"}, [0, 1]),
        ({"words": "VANISHED"}, [1]),
        ({"words": "100%"}, [1]),
        ({"words": "gate_7"}, [3]),
        ({"words": "gate%7"}, []),
        ({"source": "gate", "code": "no_time"}, []),
    ],
)
def test_each_condition_narrows_and_signs_are_no_patterns(
    parts: list[Quarantine], asked: dict[str, str], found: list[int]
) -> None:
    rows = find(Quarantine.objects.all(), **asked).order_by("pk")
    assert list(rows) == [parts[n] for n in found]


def test_the_most_frequent_reason_stands_first(parts: list[Quarantine]) -> None:
    assert by_reason(Quarantine.objects.open()) == [
        Reason("unknown_kind", str(FAULTS["unknown_kind"]), 2),
        Reason("html", str(FAULTS["html"]), 1),
        Reason("no_time", str(FAULTS["no_time"]), 1),
    ]
    assert by_reason(Quarantine.objects.none()) == []


def test_parts_are_put_aside_once_with_one_word_to_the_journal(cast: Cast, parts: list[Quarantine]) -> None:
    chosen = [parts[0].pk, parts[3].pk]
    assert ignore(parts=[*chosen, 987_654], reason="a test of theirs", by=cast.officer, at=AT) == 2
    assert ignore(parts=chosen, reason="again", by=cast.officer, at=AT) == 0
    kept = Quarantine.objects.exclude(resolved_at=None).order_by("pk")
    assert list(kept.values_list("pk", "resolved_by", "ignored_because")) == [
        (pk, cast.officer.pk, "a test of theirs") for pk in chosen
    ]
    entry = JournalEntry.objects.get(kind="feeds.parts_ignored")
    assert (entry.by, entry.data) == (cast.officer, {"parts": chosen, "reason": "a test of theirs"})


def test_the_raw_file_is_handed_out_byte_by_byte_and_that_is_noted(cast: Cast, gate: Source) -> None:
    take_in(gate, b"\x00\xff raw")
    delivery = Delivery.objects.get()
    assert hand_out(delivery=delivery, by=cast.officer, at=AT) == b"\x00\xff raw"
    entry = JournalEntry.objects.get(kind="feeds.raw_downloaded")
    assert (entry.by, entry.key, entry.data) == (cast.officer, str(delivery.pk), {"bytes": 6})
