"""Appending events: once each, whatever their text, and never altered afterwards."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
from django.db import IntegrityError, connection, transaction
from django.test.utils import CaptureQueriesContext
from hypothesis import given
from hypothesis import strategies as st

from cargo.entries import COLUMNS, Row, to_rows
from cargo.models import Consignment, Event
from cargo.reading import read_delivery
from cargo.recording import Recorded, append
from cargo.registration import Particulars, rebuild, register
from corridor.entries import Context
from corridor.places import load_gazetteer
from feeds.facts import Moment, Movement, Place
from feeds.intake import receive
from feeds.models import Delivery, Source
from tests.cargo.test_deriving import forgotten_afterwards, gate_out, in_the_database
from tests.cargo.test_reading import BOX, NOW, OTHER_BOX, csv, row, take_in
from tests.conftest import Cast

STRANGE_BOX = "MSCU1234566"


@pytest.fixture
def delivered(clerk: Source) -> Context:
    delivery = receive(source=clerk, raw=b"x", at=NOW).delivery
    return Context(
        source_id=clerk.pk, delivery_id=delivery.pk, received_at=NOW, settings={}, gazetteer=load_gazetteer()
    )


def fact(number: int = 0, **more: Any) -> Movement:
    values: dict[str, Any] = {"kind": "weighed", "classifier": "ACT", "container": BOX}
    values["when"] = Moment(value=NOW - timedelta(minutes=number))
    return Movement(**(values | more))


def rows_of(delivered: Context, facts: Iterable[Movement]) -> list[Row]:
    rows, faults = to_rows(facts, delivered)
    assert faults == []
    return rows


def kept() -> dict[str, object]:
    """The one event, without what the database adds."""
    found: dict[str, object] = Event.objects.values(*COLUMNS).get()
    return found


def test_every_column_is_kept_as_it_was_read(delivered: Context) -> None:
    rows = rows_of(
        delivered,
        [
            fact(
                place=Place(unlocode="KEMBA", name="Kilindini"),
                bill_of_lading="UMUC1",
                reference="X1",
                seals=("A1", "B2"),
                plate="KDA 123A",
                vessel="UMUGABE",
                voyage="0411",
                is_empty=True,
                document="D1",
                issued=Moment(value=datetime(2026, 11, 19, 8, tzinfo=UTC)),
                function="cancel",
                words="KUHU-1",
                remark="toll gate",
                line=7,
                flags=("check_digit", "count_mismatch"),
            )
        ],
    )
    assert append(rows) == Recorded(1, 1, [])
    assert kept() == dict(zip(COLUMNS, rows[0], strict=True))


def test_what_was_not_said_stays_unsaid(delivered: Context) -> None:
    rows = rows_of(delivered, [fact(when=Moment(value=date(2026, 11, 19)))])
    append(rows)
    assert kept() == dict(zip(COLUMNS, rows[0], strict=True))
    assert (kept()["is_empty"], kept()["node_id"], kept()["issued_at"], kept()["is_day"]) == (None, None, None, True)


texts = st.text(st.characters(exclude_categories=["Cs"]), max_size=40) | st.sampled_from(
    [
        "\\N",
        "\\.",
        "\\",
        "a\tb",
        "a\nb\r\n",
        "\x00",
        "'; DROP TABLE cargo_event; --",
        '"{}"',
        "\x0b\x1b",
        "道é\U0001f69a",
    ]
)


@in_the_database
@given(words=texts, remark=texts, plate=texts)
def test_any_text_is_kept_letter_by_letter(delivered: Context, words: str, remark: str, plate: str) -> None:
    with forgotten_afterwards():
        append(rows_of(delivered, [fact(words=words, remark=remark, plate=plate), fact(1)]))
        found = Event.objects.order_by("-occurred_at").values_list("words", "remark", "plate")
        as_numbers = "".join(plate.replace("\x00", "").upper().split())[:20]
        expected = (words.replace("\x00", ""), remark.replace("\x00", ""), as_numbers)
        assert list(found) == [expected, ("", "", "")]


@pytest.mark.parametrize("bill", ["ß" * 40, "ŉ" * 40, "x" * 400, "\x00UMUC1", "ﬃ" * 17])
def test_no_number_is_too_long_to_be_kept(
    clerk: Source, consignment: Consignment, delivered: Context, bill: str
) -> None:
    facts = [fact(1, container="", bill_of_lading=bill), fact(2, container="", reference=bill), fact(3)]
    assert append(rows_of(delivered, facts)) == Recorded(3, 2, [consignment.pk])


def test_a_number_of_nothing_but_blanks_and_nulls_is_none(delivered: Context) -> None:
    rows, faults = to_rows([fact(container="", bill_of_lading="\x00 \x00"), fact()], delivered)
    assert (len(rows), [fault.code for fault in faults]) == (1, ["no_reference"])


def test_one_odd_row_does_not_take_the_rest_of_its_file_down(clerk: Source, consignment: Consignment) -> None:
    odd = f",,{'ß' * 40},do_issued,ACT,,{NOW.isoformat()},"
    assert take_in(clerk, csv(row("gate_out", 1), odd)).events == 2


def test_what_is_there_is_not_appended_again(delivered: Context, consignment: Consignment) -> None:
    first = rows_of(delivered, [fact(1), fact(1, remark="said twice"), fact(2), fact(3, container=STRANGE_BOX)])
    assert append(first) == Recorded(3, 1, [consignment.pk])
    assert append(first) == Recorded(0, 0, [])
    assert append([*first, *rows_of(delivered, [fact(4, container=STRANGE_BOX)])]) == Recorded(1, 1, [])
    assert append([]) == Recorded(0, 0, [])
    assert Event.objects.count() == 4


def test_the_consignments_are_those_that_have_something_new(cast: Cast, delivered: Context) -> None:
    many = [
        register(particulars=Particulars(consignee=cast.importer_firm, containers=[number]), by=None, at=NOW)
        for number in (BOX, OTHER_BOX, STRANGE_BOX)
    ]
    append(rows_of(delivered, [fact(1)]))
    rows = rows_of(delivered, [fact(1), fact(2, container=STRANGE_BOX), fact(3, container=OTHER_BOX), fact(4)][:3])
    assert append(rows) == Recorded(2, 0, [many[1].pk, many[2].pk])


def test_a_row_that_cannot_be_leaves_nothing_of_its_batch(delivered: Context) -> None:
    good, bad = rows_of(delivered, [fact(1), fact(2)])
    wrong = tuple("XXX" if name == "classifier" else value for name, value in zip(COLUMNS, bad, strict=True))
    with pytest.raises(IntegrityError, match="event_classifier_known"), transaction.atomic():
        append([good, wrong])
    assert Event.objects.count() == 0
    assert append([good]) == Recorded(1, 1, [])


def test_events_are_never_altered_whatever_comes_later(cast: Cast, clerk: Source, gate: Source) -> None:
    """But for the mark that they have found their consignment."""
    take_in(gate, gate_out("D1", 5, made=4))
    before = Event.objects.values("id", *COLUMNS).get()
    register(particulars=Particulars(consignee=cast.importer_firm, containers=[BOX]), by=None, at=NOW)
    take_in(gate, gate_out("D1", 3, function="5", made=2))
    take_in(gate, gate_out("D1", 5, function="1", made=1))
    take_in(clerk, csv(row("gate_out", 5)))
    read_delivery(Delivery.objects.earliest("pk").pk, again=True)
    rebuild()
    assert Event.objects.values("id", *COLUMNS).get(pk=before["id"]) == before
    assert Event.objects.count() == 4


def count_queries(delivered: Context, facts: list[Movement]) -> int:
    rows = rows_of(delivered, facts)
    with CaptureQueriesContext(connection) as queries:
        append(rows)
    return len(queries)


def test_the_number_of_queries_does_not_grow_with_the_events(delivered: Context, consignment: Consignment) -> None:
    one = count_queries(delivered, [fact(100)])
    assert count_queries(delivered, [fact(number) for number in range(40)]) == one <= 9


def test_nothing_is_left_behind_for_the_next_batch(delivered: Context) -> None:
    append(rows_of(delivered, [fact(1)]))
    with connection.cursor() as cursor:
        cursor.execute("SELECT to_regclass('staged')")
        assert cursor.fetchone() == (None,)
