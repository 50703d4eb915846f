"""From facts to rows: keys, nodes, zones, and what cannot be taken."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta, timezone
from zoneinfo import ZoneInfo

import pytest

from cargo.entries import COLUMNS, to_rows
from corridor.entries import Context, resolve
from corridor.places import load_gazetteer
from feeds.facts import Moment, Movement, Place

RECEIVED = datetime(2026, 11, 20, 12, tzinfo=UTC)
LOCAL = Moment(value=datetime(2026, 11, 20, 9, 30), words="202611200930")  # noqa: DTZ001


@pytest.fixture
def context(network: None) -> Context:
    return Context(source_id=7, delivery_id=9, received_at=RECEIVED, settings={}, gazetteer=load_gazetteer())


def movement(**more: object) -> Movement:
    values: dict[str, object] = {
        "kind": "gate_out",
        "classifier": "ACT",
        "when": LOCAL,
        "place": Place(unlocode="KEMBA"),
        "container": "CSQU3054383",
    }
    return Movement(**(values | more))  # type: ignore[arg-type]


def row_of(context: Context, fact: Movement) -> dict[str, object]:
    rows, faults = to_rows([fact], context)
    assert faults == []
    return dict(zip(COLUMNS, rows[0], strict=True))


def fault_of(context: Context, fact: Movement) -> str:
    rows, faults = to_rows([fact], context)
    assert rows == []
    return faults[0].code


def test_a_local_time_is_read_in_the_zone_of_its_place(context: Context) -> None:
    assert row_of(context, movement())["occurred_at"] == datetime(2026, 11, 20, 6, 30, tzinfo=UTC)
    kigali = row_of(context, movement(place=Place(unlocode="RWKGL")))
    assert kigali["occurred_at"] == datetime(2026, 11, 20, 7, 30, tzinfo=UTC)
    assert kigali["zone"] == "Africa/Kigali"


def test_a_facility_is_more_exact_than_its_port(context: Context) -> None:
    terminal = row_of(context, movement(place=Place(unlocode="KEMBA", facility="KCT")))
    port = row_of(context, movement(place=Place(unlocode="KEMBA", facility="UNHEARD")))
    assert terminal["node_id"] == context.gazetteer.by_slug["ke-term-ct2"].pk
    assert port["node_id"] == context.gazetteer.by_slug["ke-port-mombasa"].pk


def test_an_unknown_place_is_kept_in_its_own_words_and_flagged(context: Context) -> None:
    row = row_of(context, movement(place=Place(unlocode="PHMNL", facility="MCT")))
    assert (row["node_id"], row["place"], row["zone"]) == (None, "PHMNL MCT", "Asia/Manila")
    assert row["flags"] == ["unknown_location"]


def test_an_assumed_zone_is_said(context: Context) -> None:
    row = row_of(context, movement(place=Place(name="Somewhere")))
    assert row["flags"] == ["unknown_location", "zone_assumed"]
    aware = Moment(value=datetime(2026, 11, 20, 9, 30, tzinfo=timezone(timedelta(hours=3))))
    assert row_of(context, movement(place=Place(name="Somewhere"), when=aware))["flags"] == ["unknown_location"]


def test_a_source_can_have_a_place_of_its_own(network: None) -> None:
    own = Context(
        source_id=7,
        delivery_id=9,
        received_at=RECEIVED,
        settings={"node": "ke-icd-naivasha"},
        gazetteer=load_gazetteer(),
    )
    assert row_of(own, movement(place=Place()))["node_id"] == own.gazetteer.by_slug["ke-icd-naivasha"].pk


def test_what_has_happened_cannot_lie_in_the_future(context: Context) -> None:
    tomorrow = Moment(value=datetime(2026, 11, 21, 18, 0))  # noqa: DTZ001
    assert fault_of(context, movement(when=tomorrow)) == "future"
    assert row_of(context, movement(when=tomorrow, classifier="EST"))["classifier"] == "EST"


def test_a_clock_may_be_an_hour_ahead(context: Context) -> None:
    ahead = Moment(value=RECEIVED + timedelta(hours=1))
    assert row_of(context, movement(when=ahead))["occurred_at"] == RECEIVED + timedelta(hours=1)


def test_an_unknown_node_of_the_csv_is_quarantined(context: Context) -> None:
    assert fault_of(context, movement(place=Place(node="ke-port-mombassa"))) == "unknown_node"


def test_a_fact_without_goods_is_quarantined(context: Context) -> None:
    assert fault_of(context, movement(container="")) == "no_reference"


def test_a_day_is_kept_as_a_day(context: Context) -> None:
    row = row_of(context, movement(when=Moment(value=date(2026, 11, 19))))
    assert (row["is_day"], row["occurred_at"]) == (True, datetime(2026, 11, 19, 9, 0, tzinfo=UTC))


def test_the_same_fact_has_the_same_key_and_another_time_another(context: Context) -> None:
    later = Moment(value=datetime(2026, 11, 20, 9, 31))  # noqa: DTZ001
    assert row_of(context, movement(line=1))["key"] == row_of(context, movement(line=44, seals=("A",)))["key"]
    assert row_of(context, movement())["key"] != row_of(context, movement(when=later))["key"]


@pytest.mark.parametrize("more", [{}, {"function": "cancel"}, {"classifier": "EST", "issued": LOCAL}])
def test_a_time_is_the_same_however_it_is_spelled(context: Context, more: dict[str, object]) -> None:
    east, utc = timezone(timedelta(hours=3)), UTC
    spelled = [LOCAL, *(Moment(value=RECEIVED.replace(hour=6, minute=30).astimezone(zone)) for zone in (east, utc))]
    rows = [row_of(context, movement(when=when, **more)) for when in spelled]
    assert len({row["key"] for row in rows}) == len({row["corrects"] for row in rows}) == 1
    # In Kigali that is another hour; a day is no noon; and half past is not half past and a second.
    others = [
        movement(when=when, place=place, **more)
        for when, place in [
            (LOCAL, Place(unlocode="RWKGL")),
            (Moment(value=date(2026, 11, 20)), Place(unlocode="KEMBA")),
            (Moment(value=datetime(2026, 11, 20, 9, tzinfo=UTC)), Place(unlocode="KEMBA")),
            (Moment(value=RECEIVED.replace(hour=6, minute=30, second=1)), Place(unlocode="KEMBA")),
        ]
    ]
    assert len({row_of(context, fact)["key"] for fact in others} | {rows[0]["key"]}) == 5


def test_an_expectation_s_issue_is_the_same_however_it_is_spelled(context: Context) -> None:
    said = [LOCAL, Moment(value=datetime(2026, 11, 20, 6, 30, tzinfo=UTC)), Moment(value=RECEIVED)]
    keys = [row_of(context, movement(classifier="EST", issued=issued))["key"] for issued in said]
    assert (keys[0] == keys[1], keys[0] == keys[2]) == (True, False)


def test_a_number_is_the_same_however_it_is_spelled(context: Context) -> None:
    said = [movement(container="", bill_of_lading=bill) for bill in ("EXB 950", "exb950", "EXB951")]
    keys = [row_of(context, fact)["key"] for fact in said]
    assert (keys[0] == keys[1], keys[0] == keys[2]) == (True, False)


def test_an_expectation_that_does_not_say_when_it_was_issued_is_so_when_it_came_line_by_line(context: Context) -> None:
    said = Moment(value=RECEIVED - timedelta(hours=2))
    facts = [
        movement(classifier=classifier, issued=issued, line=line)
        for classifier in ("EST", "PLN", "ACT")
        for issued, line in ((None, 2), (None, 3), (said, 4))
    ]
    second, third = (RECEIVED + timedelta(microseconds=line) for line in (2, 3))
    assert [row_of(context, fact)["issued_at"] for fact in facts] == [
        *(second, third, said.value),
        *(second, third, said.value),
        *(None, None, said.value),
    ]


def test_a_cancellation_names_the_original(context: Context) -> None:
    original = row_of(context, movement())
    cancel = row_of(context, movement(function="cancel"))
    assert cancel["corrects"] == original["key"]
    assert cancel["key"] != original["key"]
    assert original["corrects"] is None


def test_a_gate_at_kigali_is_an_arrival(context: Context) -> None:
    row = row_of(context, movement(kind="gate_in", place=Place(unlocode="RWKGL", facility="KLP"), is_empty=False))
    assert row["kind"] == "arrived_kigali"


def test_resolve_keeps_an_offset_that_was_given() -> None:
    aware = datetime(2026, 11, 20, 9, 30, tzinfo=timezone(timedelta(hours=5)))
    assert resolve(Moment(value=aware), ZoneInfo("Africa/Kigali")) == (
        datetime(2026, 11, 20, 4, 30, tzinfo=UTC),
        False,
        False,
    )


def test_the_size_and_type_of_a_container_is_kept_in_its_four_characters(context: Context) -> None:
    assert [row_of(context, movement(size_type=said))["size_type"] for said in ("45g1", "22G1 ", "", "45G1X")] == [
        "45G1",
        "22G1",
        "",
        "45G1",
    ]
