"""Waits counted from milestones: by whom, where, and what does not count."""

from __future__ import annotations

from datetime import timedelta

from django.utils import timezone
from stdnum import iso6346

from cargo.registration import Particulars, register_many
from cargo.waits import measure_waits
from corridor.models import Wait
from feeds.models import Source
from tests.cargo.test_reading import csv, row, take_in
from tests.conftest import Cast

MALABA = "xx-border-malaba"


def boxes(count: int) -> list[str]:
    bodies = [f"TSTU{number:06d}" for number in range(count)]
    return [body + str(iso6346.calc_check_digit(body)) for body in bodies]


def registered(cast: Cast, count: int) -> list[str]:
    numbers = boxes(count)
    register_many(
        [Particulars(consignee=cast.importer_firm, containers=[number]) for number in numbers],
        by=cast.importer,
        at=timezone.now() - timedelta(days=60),
    )
    return numbers


def crossed(box: str, in_h: float, out_h: float | None, node: str = MALABA) -> list[str]:
    rows = [row("border_in", in_h, box=box, node=node)]
    return rows if out_h is None else [*rows, row("border_out", out_h, box=box, node=node)]


def waits() -> dict[tuple[str, str], tuple[int | None, int, int | None, int, int, int | None]]:
    rows = Wait.objects.values_list(
        "node__slug", "kind", "now_s", "now_n", "usual_s", "usual_n", "waiting_n", "longest_s"
    )
    return {row[:2]: row[2:] for row in rows}


def test_it_measures_now_usual_and_who_is_there_still(cast: Cast, clerk: Source) -> None:
    numbers = registered(cast, 8)
    stays = [(4, 2), (5, 1), (7, 5.9), (100, 90), (200, 184), (300, 290)]
    rows = [line for box, (came, left) in zip(numbers, stays, strict=False) for line in crossed(box, came, left)]
    take_in(clerk, csv(*rows, *crossed(numbers[6], 10, None), *crossed(numbers[7], 3, None)))
    measure_waits(at=timezone.now())
    found = waits()
    now_s, now_n, usual_s, usual_n, waiting_n, longest_s = found[MALABA, "border"]
    # Of the last six hours 2 h, 4 h and 1.1 h; before these 10 h, 16 h and 10 h.
    assert (now_s, now_n, usual_s, usual_n, waiting_n) == (7200, 3, 36000, 3, 2)
    assert longest_s is not None
    assert abs(longest_s - 36000) < 120
    assert found["xx-border-busia", "border"] == (None, 0, None, 0, 0, None)
    assert len(found) == 8


def test_the_port_is_measured_over_all_its_quays(cast: Cast, clerk: Source) -> None:
    numbers = registered(cast, 2)
    rows = [
        row("discharged", 50, box=numbers[0], node="ke-term-ct1"),
        row("gate_out", 2, box=numbers[0], node="ke-term-ct1"),
        row("discharged", 30, box=numbers[1], node="ke-term-ct2"),
        row("gate_out", 2, box=numbers[1], node="ke-port-mombasa"),
    ]
    take_in(clerk, csv(*rows))
    measure_waits(at=timezone.now())
    assert waits()["ke-port-mombasa", "port"][:2] == (38 * 3600, 2)


def test_a_box_that_left_before_it_came_measures_nothing(cast: Cast, clerk: Source) -> None:
    (box,) = registered(cast, 1)
    take_in(clerk, csv(*crossed(box, 2, 4)))
    measure_waits(at=timezone.now())
    assert waits()[MALABA, "border"] == (None, 0, None, 0, 0, None)


def test_nobody_waits_where_the_goods_have_long_arrived(cast: Cast, clerk: Source) -> None:
    (box,) = registered(cast, 1)
    take_in(clerk, csv(*crossed(box, 30, None), row("arrived_kigali", 2, box=box, node="rw-city-kigali")))
    measure_waits(at=timezone.now())
    assert waits()[MALABA, "border"][4] == 0


def test_measuring_twice_is_measuring_once(cast: Cast, clerk: Source) -> None:
    (box,) = registered(cast, 1)
    take_in(clerk, csv(*crossed(box, 4, 2)))
    at = timezone.now()
    measure_waits(at=at)
    before = waits()
    measure_waits(at=at)
    assert (waits(), Wait.objects.count()) == (before, 8)
