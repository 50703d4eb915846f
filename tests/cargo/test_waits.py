"""Waits counted from milestones: by whom, where, and what does not count."""

from __future__ import annotations

from datetime import timedelta
from random import Random
from statistics import median

import pytest
from django.core.cache import cache
from django.utils import timezone
from stdnum import iso6346

from cargo.registration import Particulars, register_many
from cargo.waits import measure_waits
from corridor.models import Wait
from feeds.models import Source
from tests.cargo.test_reading import NOW, csv, row, take_in
from tests.conftest import Cast

MALABA, PORT, ELDORET = "xx-border-malaba", "ke-port-mombasa", "ke-depot-eldoret"


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
    measure_waits(at=NOW)
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
    measure_waits(at=NOW)
    assert waits()["ke-port-mombasa", "port"][:2] == (38 * 3600, 2)


def test_a_box_that_left_before_it_came_measures_nothing(cast: Cast, clerk: Source) -> None:
    (box,) = registered(cast, 1)
    take_in(clerk, csv(*crossed(box, 2, 4)))
    measure_waits(at=NOW)
    assert waits()[MALABA, "border"] == (None, 0, None, 0, 0, None)


def test_nobody_waits_where_the_goods_have_long_arrived(cast: Cast, clerk: Source) -> None:
    (box,) = registered(cast, 1)
    take_in(clerk, csv(*crossed(box, 30, None), row("arrived_kigali", 2, box=box, node="rw-city-kigali")))
    measure_waits(at=NOW)
    assert waits()[MALABA, "border"][4] == 0


@pytest.mark.parametrize(
    ("came", "kind", "since", "seen"),
    [
        (row("border_in", 9 * 24, box="{}", node=MALABA), "border", MALABA, "xx-border-gatuna border_in"),
        (row("border_in", 9 * 24, box="{}", node=MALABA), "border", MALABA, "rw-city-kigali arrived_kigali"),
        (row("discharged", 19 * 24, box="{}", node="ke-term-ct1"), "port", PORT, "ke-icd-naivasha railed_to_icd"),
        (row("discharged", 19 * 24, box="{}", node="ke-term-ct1"), "port", PORT, f"{MALABA} border_out"),
        (row("at_depot", 9 * 24, box="{}", node=ELDORET), "fuel", ELDORET, f"{MALABA} border_in"),
    ],
)
def test_who_was_seen_further_on_waits_no_more_though_nobody_told_when_that_ended(
    cast: Cast, clerk: Source, came: str, kind: str, since: str, seen: str
) -> None:
    node, code = seen.split()
    gone, there = registered(cast, 2)
    take_in(clerk, csv(came.format(gone), came.format(there), row(code, 1, box=gone, node=node)))
    measure_waits(at=NOW)
    assert waits()[since, kind][4] == 1


def test_measuring_twice_is_measuring_once(cast: Cast, clerk: Source) -> None:
    (box,) = registered(cast, 1)
    take_in(clerk, csv(*crossed(box, 4, 2)))
    at = timezone.now()
    measure_waits(at=at)
    before = waits()
    measure_waits(at=at)
    assert (waits(), Wait.objects.count()) == (before, 8)


@pytest.mark.parametrize("seed", range(3))
def test_medians_and_deciles_are_those_of_the_stays_themselves(cast: Cast, clerk: Source, seed: int) -> None:
    chance = Random(seed)
    numbers = registered(cast, 24)
    stays = [
        (left := chance.choice([1, 3, 5, 8, 50, 300]) + chance.random(), left + chance.uniform(0.5, 90))
        for _ in numbers
    ]
    rows = [line for box, (left, came) in zip(numbers, stays, strict=True) for line in crossed(box, came, left)]
    take_in(clerk, csv(*rows))
    measure_waits(at=NOW)
    wait = Wait.objects.get(node__slug=MALABA, kind="border")

    def lengths(is_now: bool) -> list[float]:
        return sorted((came - left) * 3600 for left, came in stays if (left < 6) is is_now)

    now, usual = lengths(is_now=True), lengths(is_now=False)
    assert (wait.now_n, wait.usual_n) == (len(now), len(usual))
    assert [wait.now_s, wait.usual_s] == [pytest.approx(median(some), abs=2) for some in (now, usual)]
    assert wait.usual_p90_s == pytest.approx(usual[0] if len(usual) == 1 else quantile(usual, 0.9), abs=2)


def quantile(ordered: list[float], share: float) -> float:
    """Between the two that stand around the share, in proportion."""
    place = share * (len(ordered) - 1)
    low = int(place)
    high = min(low + 1, len(ordered) - 1)
    return ordered[low] + (ordered[high] - ordered[low]) * (place - low)


@pytest.mark.parametrize(
    ("left_h", "now_n", "usual_n"),
    [
        (0.01, 1, 0),
        (5.99, 1, 0),
        (6.01, 0, 1),
        (24 * 55.9, 0, 1),
        (24 * 56.1, 0, 0),
    ],
)
def test_now_are_six_hours_and_usual_the_eight_weeks_before_them(
    cast: Cast, clerk: Source, left_h: float, now_n: int, usual_n: int
) -> None:
    (box,) = registered(cast, 1)
    take_in(clerk, csv(*crossed(box, left_h + 2, left_h)))
    measure_waits(at=NOW)
    wait = Wait.objects.get(node__slug=MALABA, kind="border")
    assert (wait.now_n, wait.usual_n, wait.now_s, wait.usual_s) == (
        now_n,
        usual_n,
        7200 if now_n else None,
        7200 if usual_n else None,
    )


@pytest.mark.parametrize(("came_h", "waiting_n"), [(0.01, 1), (24 * 29.9, 1), (24 * 30.1, 0)])
def test_who_came_more_than_a_month_ago_was_lost_and_does_not_wait(
    cast: Cast, clerk: Source, came_h: float, waiting_n: int
) -> None:
    (box,) = registered(cast, 1)
    take_in(clerk, csv(*crossed(box, came_h, None)))
    measure_waits(at=NOW)
    assert waits()[MALABA, "border"][4] == waiting_n


def test_each_place_is_measured_by_itself(cast: Cast, clerk: Source) -> None:
    numbers = registered(cast, 3)
    busia, gatuna = "xx-border-busia", "xx-border-gatuna"
    rows = [*crossed(numbers[0], 4, 2), *crossed(numbers[1], 5, 1, busia), *crossed(numbers[2], 5, None, busia)]
    take_in(clerk, csv(*rows))
    measure_waits(at=NOW)
    found = waits()
    assert [found[node, "border"][:2] for node in (MALABA, busia, gatuna)] == [(7200, 1), (14400, 1), (None, 0)]
    assert [found[node, "border"][4] for node in (MALABA, busia, gatuna)] == [0, 1, 0]


def test_what_is_usual_is_kept_where_counting_takes_long_and_now_is_counted_anew(
    cast: Cast, clerk: Source, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("liaison.pacing.SHORT_S", 0)
    numbers = registered(cast, 3)
    take_in(clerk, csv(*crossed(numbers[0], 100, 90)))
    measure_waits(at=NOW)
    take_in(clerk, csv(*crossed(numbers[1], 200, 160), *crossed(numbers[2], 4, 2)))
    measure_waits(at=NOW)
    assert waits()[MALABA, "border"][:4] == (7200, 1, 36000, 1)
    cache.clear()
    measure_waits(at=NOW)
    assert waits()[MALABA, "border"][2:4] == (90000, 2)
