"""What another table of codes would make of past deliveries."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from feeds import comparing
from feeds.comparing import Change, compare_past, differences
from feeds.facts import Moment, Movement, Reading
from feeds.intake import receive
from feeds.mappings import reader_settings, set_mapping
from feeds.models import Delivery, Source
from tests.cargo.test_reading import csv, row, take_in
from tests.conftest import AT, Cast, source_of


def moved(kind: str, line: int = 1, words: str = "w") -> Movement:
    return Movement(kind=kind, classifier="ACT", when=Moment(value=AT), container="TGHU3054380", line=line, words=words)


def reading(*facts: Movement) -> Reading:
    return Reading(facts=facts)


def test_facts_change_their_kind_come_and_go() -> None:
    before = reading(moved("sealed", 1), moved("held", 2), moved("weighed", 4))
    after = reading(moved("gate_out", 1), moved("held", 2), moved("loaded", 3))
    assert differences(before, after) == [
        Change(line=1, words="w", before="sealed", after="gate_out"),
        Change(line=3, words="w", before=None, after="loaded"),
        Change(line=4, words="w", before="weighed", after=None),
    ]


@given(st.lists(st.builds(moved, st.sampled_from(["sealed", "held"]), st.integers(1, 3))))
def test_a_reading_does_not_differ_from_itself_and_all_goes_when_nothing_is_left(facts: list[Movement]) -> None:
    assert differences(reading(*facts), reading(*facts)) == []
    assert len(differences(reading(*facts), Reading())) == len(facts)


def test_past_deliveries_are_read_with_both_tables_and_nothing_is_stored(cast: Cast, clerk: Source) -> None:
    take_in(clerk, csv(row("GATEOUT", 1), row("sealed", 2)))
    take_in(clerk, csv(row("GATEOUT", 3)))
    before = list(Delivery.objects.order_by("pk").values())
    found = compare_past(clerk, {"GATEOUT": "gate_out"})
    assert (found.deliveries, found.facts, found.faults_before, found.faults_after) == (2, 1, 2, 0)
    assert found.rows == [(None, "gate_out", 2)]
    assert [(change.before, change.after) for _pk, change in found.examples] == [(None, "gate_out")] * 2
    assert list(Delivery.objects.order_by("pk").values()) == before
    set_mapping(source=clerk, code="GATEOUT", kind="gate_out", by=cast.officer, at=AT)
    assert compare_past(clerk, {"GATEOUT": ""}).rows == [("gate_out", None, 2)]
    assert compare_past(clerk, {"GATEOUT": None}).faults_after == 2
    assert compare_past(clerk, {"GATEOUT": "gate_out"}).rows == []


def test_only_the_latest_within_bounds_are_read(clerk: Source, monkeypatch: object) -> None:
    for n in range(5):
        receive(source=clerk, raw=csv(row("sealed", n)), at=AT)
    size = Delivery.objects.defer("raw").latest("pk").size
    for name, value, read in (("MOST_DELIVERIES", 3, 3), ("MOST_BYTES", 2 * size + 5, 2), ("MOST_SECONDS", -1.0, 1)):
        monkeypatch.setattr(comparing, name, value)  # type: ignore[attr-defined]
        assert compare_past(clerk, {}).deliveries == read


def test_what_is_shown_is_what_will_hold_where_the_source_was_registered_with_codes(cast: Cast) -> None:
    source = source_of("carrier", "csv_events", code_GATEOUT="gate_out", node="ke-port-mombasa")
    take_in(source, csv(row("GATEOUT", 1, node="")))
    set_mapping(source=source, code="GATEOUT", kind="sealed", by=cast.officer, at=AT)
    shown = compare_past(source, {"GATEOUT": None}).rows
    assert shown == [("sealed", "gate_out", 1)], "the registered meaning comes back, not none"
    set_mapping(source=source, code="GATEOUT", kind=None, by=cast.officer, at=AT)
    assert reader_settings(source, AT)["code_GATEOUT"] == "gate_out"


@pytest.mark.parametrize("code", ["node", "time_zone", "received_at"])
def test_a_code_called_like_a_setting_takes_the_setting_from_nobody(cast: Cast, network: None, code: str) -> None:
    source = source_of("carrier", "csv_events", node="ke-port-mombasa", time_zone="Africa/Kigali")
    take_in(source, csv(row("gate_out", 1, node="")))
    settings = reader_settings(source, AT)
    assert reader_settings(source, AT, instead={code: "sealed"}) == settings | {f"code_{code}": "sealed"}
    assert reader_settings(source, AT, instead={code: None}) == settings
    assert compare_past(source, {code: "sealed"}).rows == []
