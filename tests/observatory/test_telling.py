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
from django.utils import timezone

from cargo.registration import Particulars, register_many
from liaison.models import Organization, Viewer
from observatory.asking import asked_of
from observatory.board import goal
from observatory.files import as_csv, as_data
from observatory.models import Due, Reading, Revision
from observatory.page import context_of, shown, told_revisions
from observatory.registry import INDICATORS
from observatory.rolling import count_due
from observatory.telling import LEAST, LEAST_PUBLIC, least_for, telling
from tests.conftest import Cast
from tests.test_queries import box

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
            subject="c", subject_id=n, indicator=TONNES.slug, day=day, value=Decimal(2) ** (n % 12), slices=[f"cargo:{kind}"]
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
    ((_name, rows),) = goal([], TODAY, least=LEAST_PUBLIC)["parts"]
    assert [n for _words, _tonnes, n in rows] == [53, 6]


def test_a_sector_is_of_as_many_firms_however_much_one_brings_in(tonnes: None, cast: Cast) -> None:
    """Six firms trade and five make; one sells power, one has not said: alone, and with the rest that is left of all."""
    sectors = [*"GGGGGGCCCCCD", ""]
    firms = [Organization(name=f"Firm {n}", kind="importer", sector=sector) for n, sector in enumerate(sectors)]
    Organization.objects.bulk_create(firms)
    register_many(
        [Particulars(consignee=firm, containers=[box(n)]) for n, firm in enumerate(firms)], by=None, at=timezone.now()
    )
    parts = ["sector:G", "sector:C", "sector:D", "sector:unknown"]
    for number, part in enumerate(parts):
        Reading.objects.filter(subject_id__range=(number * 8, number * 8 + 7)).update(slices=[part])
    Reading.objects.filter(subject_id__gte=32).delete()
    Due.objects.bulk_create(Due(indicator=TONNES.slug, day=date(2026, 9, day)) for day in range(1, 31))
    count_due(at=datetime(2026, 11, 26, tzinfo=UTC))

    def told_to(viewer: Viewer) -> list[str]:
        return [part for part in parts if data(viewer, until="2026-09-30", part=part)["range"]["value"] is not None]

    assert (told_to(NOBODY), told_to(cast.officer)) == (["sector:G"], parts)


def test_a_revision_of_one_reading_tells_officials_both_figures_and_the_public_none(cast: Cast) -> None:
    noted = {"indicator": TONNES.slug, "month": date(2026, 9, 1), "at": datetime(2026, 10, 9, tzinfo=UTC)}
    few = Revision(**noted, n_before=9, n_after=10, figure_before=100, figure_after=731)
    many = Revision(**noted, n_before=9, n_after=14, figure_before=100, figure_after=900)
    assert told_revisions([few, many], LEAST_PUBLIC) == [(few, False), (many, True)]
    assert told_revisions([few, many], LEAST) == [(few, True), (many, True)]
    few.save()
    page = context_of(TONNES, asked_of({}, today=TODAY), viewer=NOBODY)
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
    assert len(rests) > 10
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
