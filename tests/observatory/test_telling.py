"""What the public is told and officials are: by pages, files and the API no few readings by subtraction."""

from __future__ import annotations

import csv
import io
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from itertools import combinations, pairwise
from typing import Any

import pytest
from django.contrib.auth.models import AnonymousUser

from liaison.models import Viewer
from observatory.asking import asked_of
from observatory.board import goal
from observatory.files import as_csv, as_data
from observatory.models import Due, Reading, Revision, Rollup
from observatory.page import context_of, shown, told_revisions
from observatory.registry import INDICATORS
from observatory.rolling import count_due
from observatory.telling import LEAST, LEAST_PUBLIC, Telling, least_for, telling
from tests.conftest import Cast

TONNES = INDICATORS["transit_volume_rwanda"]
TODAY = date(2026, 11, 26)
NOBODY = AnonymousUser()


@pytest.fixture
def tonnes(db: None) -> None:
    """Each day of September and November a load of containers, on some days one of vehicles, in October three loads."""
    loads = [(date(2026, 9, 1) + timedelta(days=n), "container") for n in range(30)]
    loads += [(date(2026, 9, day), "roro") for day in (3, 9, 20)]
    loads += [(date(2026, 10, day), "container") for day in (5, 6, 7)]
    loads += [(date(2026, 11, 1) + timedelta(days=n), "container") for n in range(20)]
    loads += [(date(2026, 11, 1) + timedelta(days=n), "roro") for n in range(6)]
    Reading.objects.bulk_create(
        Reading(
            subject="c", subject_id=n, indicator=TONNES.slug, day=day, value=Decimal(2) ** (n % 12), firm=n + 1,
            slices=[f"cargo:{kind}"],
        )
        for n, (day, kind) in enumerate(loads)
    )  # fmt: skip
    Due.objects.bulk_create({Due(indicator=TONNES.slug, day=day).day: Due(indicator=TONNES.slug, day=day) for day, _k in loads}.values())  # fmt: skip
    count_due(at=datetime(2026, 11, 26, tzinfo=UTC))


def data(viewer: Viewer = NOBODY, since: str = "2026-09", **query: str) -> dict[str, Any]:
    return as_data(shown(TONNES, asked_of({"from": since, **query}, today=TODAY), viewer=viewer))


def test_a_range_without_its_last_days_is_cut_to_where_it_may_be_told(tonnes: None, cast: Cast) -> None:
    """From one range to the next that is told at least five readings are added, day by day."""
    told = {}
    for day in range(1, 27):
        found = data(until=f"2026-11-{day:02}")["range"]
        told[found["until"]] = (found["n"], found["value"])
    counts = sorted({n for n, _value in told.values()})
    assert all(later - earlier >= LEAST_PUBLIC for earlier, later in pairwise(counts))
    assert counts[-1] == 62
    seen = {data(cast.official, until=f"2026-11-{day:02}")["range"]["n"] for day in range(1, 7)}
    assert seen == {38, 40, 42, 44, 46, 48}


def test_the_small_month_is_in_the_whole_with_the_next_and_alone_nowhere(tonnes: None, cast: Cast) -> None:
    by_month = [(row["n"], row["value"] is not None, row["held_back"]) for row in data()["series"]]
    assert by_month == [(33, True, 0), (3, False, 0), (26, False, 26)]
    assert data()["range"]["n"] == 62
    assert data(until="2026-10-31")["range"]["n"] == 33
    assert [row["value"] is not None for row in data(cast.officer)["series"]] == [True] * 3
    weeks = [(row["n"], row["value"] is not None) for row in data(grain="week", since="2026-09-28")["series"]]
    assert [n for n, is_told in weeks if is_told and n < LEAST_PUBLIC] == []


def test_a_month_that_hangs_together_with_a_small_one_is_told_as_no_range_either(tonnes: None) -> None:
    """Of four days November is enough by itself, but October and November less it would be October alone."""
    Reading.objects.filter(day__gt=date(2026, 11, 4)).delete()
    Due.objects.bulk_create(Due(indicator=TONNES.slug, day=date(2026, 11, day)) for day in range(5, 21))
    count_due(at=datetime(2026, 11, 26, tzinfo=UTC))
    told = [data(since=since, until="2026-11-30")["range"] for since in ("2026-09", "2026-10", "2026-11")]
    assert [(one["n"], one["value"] is not None, one["held_back"]) for one in told] == [
        (44, True, 0), (11, True, 0), (8, False, 8),
    ]  # fmt: skip


def test_of_parts_months_in_which_the_rest_would_be_seen_are_left_out(tonnes: None, cast: Cast) -> None:
    # In September three loads were vehicles, so the containers would tell them; November hangs together with October.
    box = data(part="cargo:container", grain="day", until="2026-11-20")
    assert (box["grain"], box["range"]["from"], box["range"]["until"]) == ("month", "2026-09-01", "2026-11-30")
    assert [(row["n"], row["value"]) for row in box["series"]] == [(30, None), (3, None), (20, None)]
    assert (box["range"]["n"], box["range"]["value"], box["range"]["held_back"]) == (53, None, 53)
    assert data(cast.officer, part="cargo:container")["range"]["n"] == 53
    assert data(cast.officer, part="cargo:container")["range"]["value"] > 0
    Reading.objects.filter(slices=["cargo:roro"], day__month=9).update(slices=["cargo:container"])
    Reading.objects.filter(day__month=10).delete()
    days = set(Reading.objects.values_list("day", flat=True)) | {date(2026, 10, n) for n in (5, 6, 7)}
    Due.objects.bulk_create(Due(indicator=TONNES.slug, day=day) for day in days)
    count_due(at=datetime(2026, 11, 26, tzinfo=UTC))
    box = data(part="cargo:container")
    assert [(row["n"], row["held_back"]) for row in box["series"]] == [(33, 0), (0, 0), (20, 0)]
    assert (box["range"]["n"], box["range"]["held_back"]) == (53, 0)
    ((_name, rows),) = goal([], TODAY, told=Telling(LEAST_PUBLIC))["parts"]
    assert [n for _words, _tonnes, n, _lacking in rows] == [53, 6]


SHARES = {"G": [10] * 6, "C": [9] * 5, "D": [20, 20], "A": [90, 1, 1, 1, 1, 1], "": [1]}


@pytest.fixture
def traded(db: None) -> None:
    """A September of which all is many firms'; by sector six and five share, two do not, one has nearly all, one is alone.

    In October there was one firm, however much and often it came.
    """
    rows, firm = [], 0
    for sector, tonnes in SHARES.items():
        for weight in tonnes:
            firm += 1
            part = [f"sector:{sector or 'unknown'}", f"cargo:{'roro' if sector == 'G' else 'container'}"]
            # Each of a firm's six consignments brings as much: readings there are enough.
            rows += [(date(2026, 9, 1 + n), weight, firm, part) for n in range(6)]
    rows += [(date(2026, 10, 1 + n), 50, 1, ["sector:G", "cargo:roro"]) for n in range(20)]
    Reading.objects.bulk_create(
        Reading(subject="c", subject_id=n, indicator=TONNES.slug, day=day, value=weight, firm=firm, slices=slices)
        for n, (day, weight, firm, slices) in enumerate(rows)
    )
    Due.objects.bulk_create(Due(indicator=TONNES.slug, day=day) for day in {day for day, *_rest in rows})
    count_due(at=datetime(2026, 11, 26, tzinfo=UTC))


PARTS = [f"sector:{sector or 'unknown'}" for sector in SHARES]


def told_to(viewer: Viewer, since: str, parts: list[str]) -> list[str]:
    month = {"since": since, "until": f"{since}-28"}
    return [part for part in parts if data(viewer, **month, part=part)["range"]["value"] is not None]


def test_tonnes_are_told_of_enough_firms_however_much_and_often_one_comes(traded: None, cast: Cast) -> None:
    """Two firms, one alone, and one with nearly all are held back; the three together are enough, so the others stay."""
    assert (told_to(NOBODY, "2026-09", PARTS), told_to(cast.officer, "2026-09", PARTS)) == (PARTS[:2], PARTS)
    # All of October is the one firm's: neither the month, nor the kind, nor the sector is told, and n says how many.
    october = data(since="2026-10", until="2026-10-31")
    assert [(row["n"], row["value"]) for row in (*october["series"], october["range"])] == [(20, None)] * 2
    assert told_to(NOBODY, "2026-10", ["", "cargo:roro", "sector:G"]) == []
    assert data(cast.official, since="2026-10", until="2026-10-31")["range"]["value"] == 1000
    # With September it would be found by subtraction, so that the range ends before it.
    both = data(since="2026-09", until="2026-10-31")
    assert [row["value"] for row in (*both["series"], both["range"])] == [6 * 241, None, 6 * 241]


def test_what_is_left_of_the_whole_when_the_others_are_taken_is_enough_firms(traded: None, cast: Cast) -> None:
    """Without the lone firms one sector of few remains, which the whole less the others would tell."""
    Reading.objects.exclude(slices__overlap=["sector:G", "sector:C", "sector:D"]).delete()
    Due.objects.bulk_create(Due(indicator=TONNES.slug, day=date(2026, 9, day)) for day in range(1, 7))
    count_due(at=datetime(2026, 11, 26, tzinfo=UTC))
    whole = data(since="2026-09", until="2026-09-30")["range"]["value"]
    assert whole == 6 * (60 + 45 + 40)
    # The smaller of the two that could be told is held back with the two firms.
    assert told_to(NOBODY, "2026-09", PARTS) == ["sector:G"]
    september = {"from": "2026-09", "until": "2026-09-30", "by": "sector"}
    page = context_of(TONNES, asked_of(september, today=TODAY), viewer=NOBODY)
    assert {row["name"]: row["value"] for _address, row in page["parts"]} == {
        "Wholesale and retail trade": "360\u00a0t", "Manufacturing": "–", "Electricity and gas": "–",
    }  # fmt: skip


def test_tonnes_counted_before_it_was_known_whose_they_are_are_held_back(tonnes: None, cast: Cast) -> None:
    Reading.objects.update(firm=0)
    Due.objects.bulk_create(Due(indicator=TONNES.slug, day=date(2026, 9, day)) for day in range(1, 31))
    count_due(at=datetime(2026, 11, 26, tzinfo=UTC))
    Rollup.objects.exclude(starts_on__month=9).update(firms=[], firm_totals=[])
    assert {row["value"] for row in data()["series"]} == {None}
    assert data(cast.official)["range"]["value"] > 0


def test_a_revision_of_one_reading_tells_officials_both_figures_and_the_public_none(cast: Cast) -> None:
    noted = {"indicator": "container_dwell_time", "month": date(2026, 9, 1), "at": datetime(2026, 10, 9, tzinfo=UTC)}
    few = Revision(**noted, n_before=9, n_after=10, figure_before=100, figure_after=731)
    many = Revision(**noted, n_before=9, n_after=14, figure_before=100, figure_after=900)
    assert told_revisions([few, many], LEAST_PUBLIC) == [(few, False), (many, True)]
    assert told_revisions([few, many], LEAST) == [(few, True), (many, True)]
    # Whose tonnes the late ones were is not known.
    tonnes = Revision(**noted | {"indicator": TONNES.slug}, n_before=9, n_after=90, figure_before=100, figure_after=900)
    assert told_revisions([tonnes], LEAST_PUBLIC) == [(tonnes, False)]
    few.save()
    page = context_of(INDICATORS["container_dwell_time"], asked_of({}, today=TODAY), viewer=NOBODY)
    assert [is_told for _one, is_told in page["revisions"]] == [False]


def test_one_query_says_what_may_be_told_and_officials_need_none(tonnes: None, django_assert_num_queries: Any) -> None:
    wanted = [(TONNES.slug, "cargo"), ("container_dwell_time", "")]
    with django_assert_num_queries(1):
        told = telling(LEAST_PUBLIC, wanted, since=date(2026, 9, 1), until=TODAY)
    with django_assert_num_queries(0):
        assert telling(LEAST, wanted).of(TONNES) is None
    assert told.of(INDICATORS["under_way"]) is None
    assert told.of(TONNES) is not None
    assert not told.is_told(TONNES, "cargo:container", date(2026, 9, 1), date(2026, 10, 1))
    assert told.is_told(TONNES, "", date(2026, 9, 1), date(2026, 10, 1))


SPANS = [
    (since, until)
    for since in ("2026-09", "2026-09-09", "2026-10-28")
    for until in ("2026-11-05", "2026-11-12", "2026-11-17", "2026-11-26")
]


def told_spans(viewer: Viewer) -> dict[tuple[str, str], int]:
    """Each span, by its days, of which a value was told anywhere: with its readings."""
    found = {}
    for grain in ("week", "month"):
        for since, until in SPANS:
            shape = data(viewer, since=since, until=until, grain=grain)
            for row in [*shape["series"], shape["range"]]:
                if row["value"] is not None:
                    found[row["from"], row["until"]] = row["n"]
    return found


def test_of_two_that_are_told_with_one_border_in_common_the_rest_is_enough(tonnes: None, cast: Cast) -> None:
    """Weeks, months and ranges of days alike: what the longer has more than the shorter is nothing or five."""
    told = told_spans(NOBODY)
    rests = [
        abs(n - m)
        for ((since, until), n), ((start, end), m) in combinations(told.items(), 2)
        if (since == start) != (until == end)
    ]
    assert len(rests) > 7
    assert [rest for rest in rests if 0 < rest < LEAST_PUBLIC] == []
    assert min(told.values()) >= LEAST_PUBLIC
    # Who is entitled sees smaller ones, so that there was something to hold back.
    assert min(told_spans(cast.official).values()) < LEAST_PUBLIC


def test_a_file_and_the_page_hold_back_what_the_data_do(tonnes: None) -> None:
    """Of each row the file has a value exactly where the other shape has one, and no decile or band beside it."""
    for grain in ("day", "week", "month"):
        found = shown(TONNES, asked_of({"from": "2026-09", "grain": grain}, today=TODAY), viewer=NOBODY)
        rows = list(csv.DictReader(io.StringIO(as_csv(found))))
        shapes = as_data(found)["series"]
        assert [(row["from"], bool(row["value"])) for row in rows] == [
            (shape["from"], shape["value"] is not None) for shape in shapes
        ]
        silent = [row for row in rows if not row["value"]]
        assert silent
        assert {row[name] for row in silent for name in ("p10", "p50", "p90", "median_low_95", "median_high_95")} == {
            ""
        }


def test_who_is_told_small_cells(cast: Cast) -> None:
    told = {name: least_for(person) for name, person in cast.people().items()}
    entitled = {"officer", "official"} & set(told)
    assert {name for name, least in told.items() if least == LEAST} >= entitled
    assert {told[name] for name in ("importer", "agent", "stranger")} == {LEAST_PUBLIC}
    assert least_for(NOBODY) == LEAST_PUBLIC
