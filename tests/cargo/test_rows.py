"""Rows of plain columns: the same money, forecast and boxes as by the objects, and not more queries than they are told."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import timedelta
from typing import Any

from django.db import connection
from django.test.utils import CaptureQueriesContext

from api.rendering import written
from api.shapes import consignment_shape
from cargo.charge_lines import money_field
from cargo.forecast_presenting import arrival_fields
from cargo.models import Consignment, Forecast, Unit
from cargo.money import money_of
from cargo.outlooks import outlook
from cargo.registration import Particulars, register_many
from cargo.rows import Row, boxes_of, money_of_rows, whole_rows
from cargo.tariffs import load_tariff
from feeds.models import Source
from tests.api.test_shapes import forecast
from tests.cargo.test_reading import BOX, NOW, OTHER_BOX, csv, row, take_in
from tests.conftest import AT, Cast

LOOSE = ("", "Steel", "break_bulk", "import"), ("", "Coffee", "container", "export")


def rows() -> list[Row]:
    found: Iterable[Any] = whole_rows().order_by("pk")
    return [Row._make(each) for each in found]


def many(clerk: Source, cast: Cast) -> list[Consignment]:
    """Beside the one with two boxes: one of Maersk's bill of lading, and some without boxes or heard of."""
    load_tariff(at=AT)
    more = [
        Particulars(
            consignee=cast.importer_firm, bill_of_lading=f"{bill}UMUC261100{n}", goods=goods, cargo_kind=kind,
            direction=direction, containers=["MSKU9070323"] if bill else [],
        )
        for n, (bill, goods, kind, direction) in enumerate([("MAEU", "Tiles", "container", "import"), *LOOSE], 2)
    ]  # fmt: skip
    register_many(more, by=cast.importer, at=AT)
    Unit.objects.update(size_type="22G1")
    came = [row("discharged", 24 * days, box=box) for days, box in ((17, BOX), (16, OTHER_BOX), (3, "MSKU9070323"))]
    take_in(clerk, csv(*came, row("gate_out", 5, box=BOX)))
    return list(Consignment.objects.order_by("pk"))


def test_the_money_is_what_is_reckoned_of_the_objects(clerk: Source, consignment: Consignment, cast: Cast) -> None:
    held = many(clerk, cast)
    gate = {f"gate_p{n}": NOW + timedelta(days=n / 10) for n in (10, 50, 90)}
    made = [
        forecast(each, made_at=NOW, p10=NOW + timedelta(days=2), p50=NOW + timedelta(days=9), p90=NOW + timedelta(30),
                 hits=2, hits_n=3, **gate)
        for each in held[:2]
    ]  # fmt: skip
    forecast(held[0], is_current=False, p10=AT, p50=AT, p90=AT)
    found, reckoned = rows(), money_of(held, viewer=cast.importer, at=NOW)
    boxes = boxes_of(found)
    money = money_of_rows(found, boxes, viewer=cast.importer, at=NOW)
    ahead: dict[int, Forecast] = {each.consignment_id: each for each in made}
    assert [written(consignment_shape(each, [], money[each.pk], at=NOW)["money"]) for each in found] == [
        written(money_field(reckoned[each.pk], outlook(reckoned[each.pk], ahead.get(each.pk), at=NOW))) for each in held
    ]
    assert [consignment_shape(each, [], None, at=NOW)["arrival"] for each in found] == [
        arrival_fields(ahead.get(each.pk)) for each in held
    ]
    assert any(each.accrued.amount() for each in money.values())
    assert money_of_rows(found, boxes, viewer=cast.stranger, at=NOW) == {}


def test_boxes_stand_as_they_were_registered_and_what_was_merged_says_into_what(
    consignment: Consignment, cast: Cast
) -> None:
    other = register_many([Particulars(consignee=cast.importer_firm, goods="Tiles")], by=cast.importer, at=AT)[0]
    Consignment.objects.filter(pk=other.pk).update(merged_into=consignment, merged_at=AT)
    with CaptureQueriesContext(connection) as queries:
        found = rows()
        boxes = boxes_of(found)
        assert [(each.forecast, each.into) for each in found] == [(None, None), (None, consignment.ref)]
    assert [[number for _pk, number, _size in boxes[each.pk]] for each in found] == [[BOX, OTHER_BOX], []]
    assert len(queries) == 2
