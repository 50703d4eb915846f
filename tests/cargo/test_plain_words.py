"""The one line of plain words: what is known and nothing else, in every language."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from django.utils import translation

from cargo.forecast_presenting import Window
from cargo.models import Consignment, Milestone
from cargo.plain_words import day_words, length_words, one_line, standpoint
from cargo.registration import Particulars, register
from cargo.trips import last_move, slowest, times_of
from cargo.usual import NOTHING, Figures, Usual
from feeds.models import Source
from tests.cargo.test_reading import BOX, NOW, OTHER_BOX, csv, row, take_in
from tests.conftest import Cast

MALABA = "xx-border-malaba"
SIX = Usual(timedelta(hours=6), timedelta(hours=12), 40)
USUAL = Figures({}, {}, {("border", MALABA): SIX, ("port", "ke-port-mombasa"): SIX})


def milestones() -> list[Milestone]:
    return list(Milestone.objects.select_related("event__node", "event__source").order_by("pk"))


def window(first: int, last: int, *, is_old: bool = False) -> Window:
    low, high = (NOW.date() + timedelta(days=days) for days in (first, last))
    return Window(
        low=low, middle=low, high=high, made_at=NOW, reason="", moved="", since="", hits=0, hits_n=0, percent=None,
        days_out="", is_old=is_old,
    )  # fmt: skip


def line(figures: Figures = NOTHING, ahead: Window | None = None) -> str:
    status = Consignment.objects.select_related("status").get().status
    return one_line(status, standpoint(milestones(), figures), ahead, at=NOW)


def test_what_is_known_is_said_and_the_rest_left_out(clerk: Source, consignment: Consignment) -> None:
    assert line() == "Nothing has been heard of it yet; waiting for the shipping line"
    take_in(clerk, csv(row("vessel_departed", 240, node="")))
    assert line(USUAL) == "At sea since 10 days; waiting for the shipping line"
    take_in(clerk, csv(row("discharged", 72, node="ke-term-ct1")))
    assert line() == "At CT1 since 3 days; waiting for RRA"
    assert line(USUAL) == "At CT1 since 3 days, usual 6 hours; waiting for RRA"
    take_in(clerk, csv(row("gate_out", 60)))
    assert line(USUAL) == "On the road since 2 days, last heard at Mombasa; waiting for the transporter"
    take_in(clerk, csv(row("border_in", 9, node=MALABA)))
    soon = window(1, 3)
    days = f"{day_words(soon.low, NOW)} – {day_words(soon.high, NOW)}"
    assert line(USUAL, soon) == f"At Malaba since 9 hours, usual 6 hours; waiting for KRA, URA; reaches Kigali {days}"
    assert line(NOTHING, window(1, 3, is_old=True)) == "At Malaba since 9 hours; waiting for KRA, URA"
    assert line(NOTHING, window(2, 2)).endswith(f"; reaches Kigali {day_words(window(2, 2).low, NOW)}")
    take_in(clerk, csv(row("held", 8, node=MALABA)))
    assert line() == "At Malaba since 9 hours; on hold"


def test_the_end_of_the_way(clerk: Source, consignment: Consignment) -> None:
    take_in(clerk, csv(row("arrived_kigali", 5, node="rw-city-kigali")))
    assert line(NOTHING, window(0, 1)) == "In Kigali since 5 hours; waiting for RRA"
    take_in(clerk, csv(row("delivered", 2, node="rw-city-kigali")))
    assert line() == f"Delivered on {day_words((NOW - timedelta(hours=2) + timedelta(hours=2)).date(), NOW)}"


def test_an_export_is_compared_with_other_exports_at_the_same_place(clerk: Source, consignment: Consignment) -> None:
    Consignment.objects.update(direction="export")
    out = Usual(timedelta(hours=3), timedelta(hours=9), 40)
    usual = Figures({}, {}, {**USUAL.stays, ("export_border", MALABA): out, ("export_port", "ke-port-mombasa"): out})
    take_in(clerk, csv(row("border_in", 9, node=MALABA)))
    assert line(USUAL) == "At Malaba since 9 hours; waiting for URA, KRA"
    assert line(usual) == "At Malaba since 9 hours, usual 3 hours; waiting for URA, KRA"
    day = day_words(window(2, 2).low, NOW)
    assert line(usual, replace(window(2, 2), to="port")).endswith(f"; reaches Mombasa {day}")
    assert line(usual, replace(window(2, 2), to="ship")).endswith(f"; goes aboard a ship {day}")
    take_in(clerk, csv(row("border_out", 8, node=MALABA), row("truck_in", 4, node="ke-term-ct1")))
    assert line(usual) == "At CT1 since 4 hours, usual 3 hours; waiting for KPA"


def test_the_slowest_unit_speaks_for_all(clerk: Source, consignment: Consignment) -> None:
    take_in(clerk, csv(row("border_in", 9, node=MALABA), row("discharged", 80, box=OTHER_BOX)))
    assert line() == "At Mombasa since 3 days; waiting for RRA"
    trip = slowest(milestones())
    assert [(milestone.unit and milestone.unit.container, milestone.code) for milestone in trip] == [
        (OTHER_BOX, "discharged")
    ]
    assert times_of(trip) == {"discharged": NOW - timedelta(hours=80)}
    assert (slowest([]), last_move([])) == ([], None)
    assert BOX != OTHER_BOX


def test_a_day_is_no_length_of_hours_and_no_usual_is_set_beside_it(clerk: Source, consignment: Consignment) -> None:
    take_in(clerk, csv(row("border_in", 9, node=MALABA)))
    Milestone.objects.update(is_day=True)
    assert line(USUAL).startswith(
        f"At Malaba since {day_words((NOW - timedelta(hours=9)).astimezone(ZoneInfo('Africa/Nairobi')).date(), NOW)[:3]}"
    )
    assert times_of(milestones()) == {}


@pytest.mark.parametrize("language", ["fr", "rw", "sw"])
def test_it_speaks_every_language(clerk: Source, consignment: Consignment, language: str) -> None:
    take_in(clerk, csv(row("border_in", 9, node=MALABA)))
    with translation.override(language):
        said = line(USUAL, window(1, 3))
    assert "Malaba" in said
    assert [words for words in ("since", "usual", "waiting", "reaches") if words in said] == []


@pytest.mark.parametrize(
    ("hours", "words"),
    [(0.2, "12 minutes"), (1, "1 hour"), (47, "47 hours"), (48, "2 days"), (240, "10 days"), (2400, "100 days")],
)
def test_a_length_is_told_in_hours_or_days(hours: float, words: str) -> None:
    assert length_words(timedelta(hours=hours)) == words


def test_the_two_days_of_a_window_are_written_in_one_way(consignment: Consignment) -> None:
    far = line(NOTHING, window(5, 9)).rsplit("Kigali ", 1)[1]
    assert [len(day.split()) for day in far.split(" – ")] == [3, 3]
    near = line(NOTHING, window(3, 6)).rsplit("Kigali ", 1)[1]
    assert [len(day.split()) for day in near.split(" – ")] == [2, 2]


MOVES = {
    "vessel_departed": ("", "At sea since"),
    "vessel_arrived": ("ke-port-mombasa", "At Mombasa since"),
    "discharged": ("ke-port-mombasa", "At Mombasa since"),
    "gate_out": ("ke-port-mombasa", "On the road since"),
    "border_in": ("xx-border-busia", "At Busia since"),
    "border_out": ("xx-border-busia", "On the road since"),
    "arrived_kigali": ("rw-city-kigali", "In Kigali since"),
    "delivered": ("rw-city-kigali", "Delivered on"),
}


@pytest.mark.parametrize("kind", MOVES)
def test_every_move_has_its_own_beginning(clerk: Source, consignment: Consignment, kind: str) -> None:
    node, words = MOVES[kind]
    take_in(clerk, csv(*(row(kind, 5, node=node, box=box) for box in (BOX, OTHER_BOX))))
    assert line().startswith(words)


@pytest.mark.parametrize(
    ("kind", "node", "words"),
    [
        ("discharged_kot", "ke-jetty-kot2", "At "),
        ("pipeline_in", "ke-jetty-kot2", "In the pipeline since"),
        ("at_depot", "ke-depot-eldoret", "At Eldoret since"),
        ("loaded", "ke-depot-eldoret", "On the road since"),
    ],
)
def test_fuel_has_its_own_words(cast: Cast, clerk: Source, kind: str, node: str, words: str) -> None:
    particulars = Particulars(consignee=cast.importer_firm, bill_of_lading="FUEL1", cargo_kind="liquid_bulk")
    register(particulars=particulars, by=None, at=NOW - timedelta(days=9))
    at = (NOW - timedelta(hours=5)).isoformat()
    take_in(clerk, csv(f",,FUEL1,{kind},ACT,{node},{at},"))
    assert line().startswith(words)


@pytest.mark.parametrize(
    ("language", "near", "far", "other"),
    [
        ("en", "Sat 7", "Thu 5 Nov", "Wed, 31 Dec 2025"),
        ("fr", "sam. 7", "jeu. 5 nov.", "mer. 31 déc. 2025"),
        ("rw", "7, gnd.", "ugu. 5, kan.", "2025 uku. 31, gtu."),
        ("sw", "Jumamosi 7", "Alhamisi, 5 Nov", "Jumatano, 31 Des 2025"),
    ],
)
def test_a_day_more_than_a_week_away_has_its_month_and_one_of_another_year_its_year(
    language: str, near: str, far: str, other: str
) -> None:
    at = datetime(2026, 11, 14, 9, tzinfo=UTC)
    days = [date(2026, 11, 7), date(2026, 11, 5), date(2025, 12, 31)]
    with translation.override(language):
        assert [day_words(day, at) for day in days] == [near, far, other]
        assert day_words(date(2026, 11, 21), at) == near.replace("7", "21")
