"""What a source's codes mean: set once, told to the reader, and seen in its facts."""

from __future__ import annotations

import pytest

from feeds.facts import Fault, Reading
from feeds.intake import receive
from feeds.mappings import codes_seen, reader_settings, set_mapping, set_reading, without_unfollowed
from feeds.models import CodeMapping, Quarantine, Source
from feeds.replays import outcome, put_back, replay_source
from liaison.models import JournalEntry
from tests.cargo.test_reading import csv, row, take_in
from tests.conftest import AT, Cast
from tests.feeds import edi


def test_a_reader_is_told_settings_codes_and_when_it_was_received(cast: Cast, gate: Source) -> None:
    Source.objects.filter(pk=gate.pk).update(settings={"node": "n", "code_34": "held"})
    gate.refresh_from_db()
    for code, kind in (("34", "gate_out"), ("98", "")):
        set_mapping(source=gate, code=code, kind=kind, by=cast.officer, at=AT)
    assert reader_settings(gate, AT) == {
        "node": "n",
        "code_34": "gate_out",
        "code_98": "",
        "received_at": "2026-11-20T06:00:00+00:00",
    }


def test_a_code_is_set_changed_and_given_back_to_its_format(cast: Cast, gate: Source) -> None:
    steps = [("sealed", "by phone"), ("sealed", "by phone"), ("", "by phone"), (None, ""), (None, "")]
    changed = [set_mapping(source=gate, code="98", kind=k, note=n, by=cast.officer, at=AT) for k, n in steps]
    assert changed == [True, False, True, True, False]
    assert CodeMapping.objects.count() == 0
    entries = JournalEntry.objects.filter(kind="feeds.mapping_set").order_by("pk")
    assert [(entry.data["before"], entry.data["meaning"], entry.by) for entry in entries] == [
        (None, "sealed", cast.officer),
        ("sealed", "", cast.officer),
        ("", None, cast.officer),
    ]


@pytest.mark.parametrize(("kind", "facts", "faults", "flags"), [("sealed", 1, 0, []), ("", 0, 0, ["not_followed"])])
def test_a_code_of_a_message_is_read_as_the_table_says(
    cast: Cast, gate: Source, kind: str, facts: int, faults: int, flags: list[str]
) -> None:
    for code in ("98", "36"):
        set_mapping(source=gate, code=code, kind=kind, by=cast.officer, at=AT)
        outcome = take_in(gate, edi.one(f"BGM+{code}+D1+9", *edi.box()))
        assert (outcome.facts, outcome.quarantined) == (facts, faults)
    assert gate.delivery_set.earliest("pk").flags == flags


def test_a_sender_s_own_word_for_a_kind_may_be_mapped(cast: Cast, clerk: Source) -> None:
    set_mapping(source=clerk, code="GATEOUT", kind="gate_out", by=cast.officer, at=AT)
    set_mapping(source=clerk, code="PING", kind="", by=cast.officer, at=AT)
    outcome = take_in(clerk, csv(row("GATEOUT", 1), row("PING", 1), row("NOISE", 1), row("SEALED", 2)))
    assert (outcome.facts, outcome.quarantined) == (2, 1)


def test_codes_that_wait_for_a_meaning_come_first(cast: Cast, clerk: Source, gate: Source) -> None:
    take_in(clerk, csv(row("b", 1), row("a", 1), row("b", 2), row("gate_out", -90)))
    take_in(gate, edi.one("BGM+98+D1+9", *edi.box()))
    set_mapping(source=clerk, code="a", kind="sealed", by=cast.officer, at=AT)
    set_mapping(source=clerk, code="c", kind="", by=cast.officer, at=AT)
    seen = [(code.code, code.parts, code.mapping and code.mapping.kind) for code in codes_seen(clerk)]
    assert seen == [("b", 2, None), ("a", 1, "sealed"), ("c", 0, "")]
    assert [code.code for code in codes_seen(gate)] == ["98"]
    Quarantine.objects.update(resolved_at=AT)
    assert [code.code for code in codes_seen(clerk)] == ["a", "c"]


def test_only_a_code_that_staff_left_empty_is_no_fault() -> None:
    faults = tuple(
        Fault(code=code, detail=d) for code, d in (("unknown_code", "1"), ("unknown_kind", "2"), ("html", "1"))
    )
    reading = Reading(faults=faults, flags=("no_envelope",))
    assert without_unfollowed(reading, {"code_2": "sealed"}) == reading
    assert without_unfollowed(reading, {"code_1": ""}) == Reading(
        faults=faults[1:], flags=("no_envelope", "not_followed")
    )


def test_how_times_are_read_is_set_beside_the_other_settings(cast: Cast, gate: Source) -> None:
    given = [(True, "Africa/Kigali"), (True, "Africa/Kigali"), (False, "")]
    changed = [set_reading(source=gate, has_false_z=z, time_zone=t, by=cast.officer, at=AT) for z, t in given]
    assert changed == [True, False, True]
    gate.refresh_from_db()
    assert gate.settings == {"node": "ke-port-mombasa"}
    entries = JournalEntry.objects.filter(kind="feeds.reading_set").order_by("pk")
    assert [(entry.data["false_z"], entry.data["time_zone"]) for entry in entries] == [("1", "Africa/Kigali"), ("", "")]


def test_the_code_that_a_fault_shows_is_the_one_that_is_set_whatever_signs_are_in_it(cast: Cast, gate: Source) -> None:
    delivery = receive(source=gate, raw=b"x", at=AT).delivery
    Quarantine.objects.create(delivery=delivery, source=gate, code="unknown_code", detail="BGM+23", since=AT)
    assert [code.code for code in codes_seen(gate)] == ["BGM+23"]
    set_mapping(source=gate, code="BGM+23", kind="", by=cast.officer, at=AT)
    reading = Reading(faults=(Fault(code="unknown_code", detail="BGM+23"), Fault(code="unknown_code", detail="23")))
    assert without_unfollowed(reading, reader_settings(gate, AT)).faults == reading.faults[1:]
    replay = replay_source(source=gate, detail="BGM+23", by=cast.officer, at=AT)
    put_back(replay_id=replay.pk, at=AT)
    assert outcome(replay).waiting == 1
