"""What is counted is what a slow count of the events says, however they came in; and only what changed is counted again."""

from __future__ import annotations

import random
from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from importlib import import_module
from io import StringIO
from typing import Any
from zoneinfo import ZoneInfo

import numpy as np
import pytest
from django.apps import apps
from django.core.management import call_command
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from cargo.deriving import events_of
from cargo.milestones import standing
from cargo.models import Consignment, Event
from cargo.particulars import amend
from cargo.registration import Particulars, register_many
from corridor.models import VesselCall
from feeds.facts import Moment, Ship
from feeds.models import Source
from liaison.models import Organization
from liaison.organizations import Particulars as Said
from liaison.organizations import change_organization
from observatory import counting, gathering
from observatory.measuring import Reading as MeasuredReading
from observatory.measuring import hours, plain
from observatory.models import Due, Mark, Reading, Revision, Rollup
from observatory.portal_state import portal_state
from tests.cargo.test_reading import csv, row, take_in
from tests.conftest import Cast
from tests.corridor.test_calls import IMO, MMSI, Sender, eta
from tests.test_queries import box
from tests.tickets.conftest import opened
from tickets.categories import load_categories
from tickets.handovers import give_back, hand_over
from tickets.merging import merge
from tickets.models import Ticket

BORDERS = ("xx-border-malaba", "xx-border-busia")
# The slow count's own table: indicator, its start, its end, and where it must end.
TIMES = (
    ("container_dwell_time", "discharged", "gate_out", ()),
    ("border_crossing_time_malaba", "border1_in", "border1_out", BORDERS[:1]),
    ("border_crossing_time_busia", "border1_in", "border1_out", BORDERS[1:]),
    ("transit_time_mombasa_kigali", "gate_out", "arrived_kigali", ()),
)
KIGALI = ZoneInfo("Africa/Kigali")
Slow = dict[tuple[str, Any], tuple[int, int, list[float]]]


def slow(grain: str) -> Slow:
    """Medians and their n by period, from every event there is, each unit by itself."""
    units: dict[tuple[int, int], list[Any]] = defaultdict(list)
    for pk, happening, _received in events_of(list(Consignment.objects.values_list("pk", flat=True))):
        units[pk, happening.unit or 0].append(happening)
    found: dict[tuple[str, Any], list[float | None]] = defaultdict(list)
    for happenings in units.values():
        stands = standing(happenings).milestones
        done = {code: reached.event for code, reached in stands.items() if reached.is_actual}
        for slug, begins, ends, places in TIMES:
            if ends not in done or (places and getattr(done[ends].spot, "slug", "") not in places):
                continue
            length = None
            if begins in done:
                # To the tenth of a thousandth, as the readings are kept.
                length = float(hours(done[begins].occurred_at, done[ends].occurred_at))
            day = done[ends].occurred_at.astimezone(KIGALI).date()
            period = day if grain == "day" else day.replace(day=1)
            found[slug, period].append(length if length is not None and length >= 0 else None)
    return {key: _summed(lengths) for key, lengths in found.items()}


def _summed(lengths: list[float | None]) -> tuple[int, int, list[float]]:
    known = [length for length in lengths if length is not None]
    percentiles = [round(float(np.quantile(known, share)), 3) for share in (0.1, 0.5, 0.9)] if known else []
    return len(known), len(lengths) - len(known), percentiles


def quick(grain: str) -> Slow:
    slugs = [slug for slug, *_rest in TIMES]
    rows = Rollup.objects.filter(grain=grain, slice="", indicator__in=slugs)
    return {
        (row.indicator, row.starts_on): (
            row.n,
            row.missing,
            [round(float(value), 3) for value in (row.p10, row.p50, row.p90) if value is not None],
        )
        for row in rows
    }


def counted() -> list[tuple[Any, ...]]:
    """All that is counted, but for when."""
    names = [field.name for field in Rollup._meta.fields if field.name not in ("id", "counted_at")]
    rows = Rollup.objects.order_by("indicator", "grain", "starts_on", "slice").values_list(*names)
    return [tuple(tuple(value) if isinstance(value, list) else value for value in row) for row in rows]


def story(random: random.Random, boxes: list[str]) -> Iterator[str]:
    """Some of what may be said of each box, in any order, twice, or the wrong way round."""
    for number in boxes:
        border, left = random.choice(BORDERS), random.uniform(200, 1500)
        for kind, node, ago in (
            ("discharged", "ke-term-ct1", left + random.uniform(-5, 90)),
            ("gate_out", "ke-term-ct1", left),
            ("border_in", border, left - 70),
            ("border_out", border, left - 70 - random.uniform(-1, 9)),
            ("arrived_kigali", "rw-city-kigali", left - random.uniform(150, 190)),
        ):
            if random.random() < 0.85:
                yield row(kind, ago, box=number, node=node)


def test_it_is_what_a_slow_count_of_the_events_says(cast: Cast, clerk: Source) -> None:
    rng = random.Random(10)
    boxes = [box(number) for number in range(24)]
    at = timezone.now()
    register_many(
        [Particulars(consignee=cast.importer_firm, containers=boxes[n : n + 2]) for n in range(0, 24, 2)],
        by=cast.importer,
        at=at,
    )
    told = list(story(rng, boxes))
    rng.shuffle(told)
    for number in range(3):
        part = told[number * len(told) // 4 : (number + 2) * len(told) // 4]
        take_in(clerk, csv(*part))
        counting.count(at=at + timedelta(minutes=3 * number))
        for grain in ("day", "month"):
            assert quick(grain) == slow(grain)
    assert sum(n for n, _missing, _percentiles in quick("month").values()) > 30
    assert not Due.objects.exists()
    before, state = counted(), portal_state(at)
    call_command("rebuild", stdout=StringIO())
    assert counted() == before
    assert portal_state(at) == state


def test_an_event_is_in_the_figures_after_the_next_count(clerk: Source, consignment: Consignment) -> None:
    take_in(clerk, csv(row("discharged", 50), row("gate_out", 10)))
    at = timezone.now()
    assert counting.count(at=at) > 0
    month = Rollup.objects.get(indicator="container_dwell_time", grain="month", slice="")
    assert (month.n, month.missing, round(month.p50 or 0)) == (1, 0, 40)
    assert (month.low, month.values, month.counts) == (None, [40.0], [1])
    sliced = Rollup.objects.get(indicator="container_dwell_time", grain="month", slice="node:ke-port-mombasa")
    assert sliced.p50 == 40
    # Nothing is new: nothing is counted, and no row is written.
    kept = dict(Rollup.objects.values_list("pk", "counted_at"))
    assert counting.count(at=at + timedelta(seconds=30)) == 0
    assert dict(Rollup.objects.values_list("pk", "counted_at")) == kept


def test_a_withdrawn_event_leaves_the_figures(clerk: Source, consignment: Consignment) -> None:
    take_in(clerk, csv(row("discharged", 50), row("gate_out", 10)))
    counting.count(at=timezone.now())
    Event.objects.filter(kind="gate_out").update(classifier="PLN")
    call_command("rebuild", stdout=StringIO())
    assert not Rollup.objects.filter(indicator="container_dwell_time").exists()


def test_an_event_committed_late_is_not_passed_by(clerk: Source, consignment: Consignment) -> None:
    """The mark stays behind what was seen, for an id may be given long before its row is committed."""
    take_in(clerk, csv(row("gate_out", 10)))
    at = timezone.now()
    counting.count(at=at)
    assert Mark.objects.get(name="match").position == 0
    counting.count(at=at + timedelta(minutes=1))
    assert Mark.objects.get(name="match").position == 0
    counting.count(at=at + timedelta(minutes=3))
    mark = Mark.objects.get(name="match")
    assert mark.position <= mark.ahead
    counting.count(at=at + timedelta(minutes=9))
    assert Mark.objects.get(name="match").position == mark.ahead > 0


def test_an_estimate_alone_has_nothing_measured_and_one_that_withdraws_has(
    clerk: Source, consignment: Consignment, monkeypatch: pytest.MonkeyPatch
) -> None:
    take_in(clerk, csv(row("discharged", 50)))
    at = timezone.now()
    for minutes in (0, 3, 9):
        counting.count(at=at + timedelta(minutes=minutes))
    measured: list[list[int]] = []
    gather = gathering.of_consignments

    def noted(ids: Sequence[int]) -> gathering.Found:
        measured.append(list(ids))
        return gather(ids)

    monkeypatch.setattr(gathering, "of_consignments", noted)
    take_in(clerk, csv(row("gate_out", -30, classifier="EST"), row("border_in", -50, classifier="PLN")))
    counting.count(at=at + timedelta(minutes=10))
    assert measured == []
    Event.objects.filter(classifier="EST").update(function="cancel")
    counting.count(at=at + timedelta(minutes=11))
    assert measured == [[consignment.pk]]


def test_what_was_not_known_counts_once_it_is(cast: Cast, clerk: Source, consignment: Consignment) -> None:
    take_in(clerk, csv(row("discharged", 50)))
    at = timezone.now()
    counting.count(at=at)

    def tonnes() -> list[tuple[int, int, float]]:
        rows = Rollup.objects.filter(indicator="transit_volume_rwanda", grain="month", slice="")
        return [(row.n, row.missing, float(row.total)) for row in rows]

    assert tonnes() == [(0, 1, 0.0)]
    Consignment.objects.update(weight_t="24.5")
    amend(consignment=consignment, changes={"goods": "Beans"}, by=cast.importer, at=at)
    counting.count(at=at)
    assert tonnes() == [(1, 0, 24.5)]


def test_a_firm_of_another_sector_takes_its_tonnes_along(cast: Cast, clerk: Source, consignment: Consignment) -> None:
    Consignment.objects.update(weight_t="24.5")
    take_in(clerk, csv(row("discharged", 50)))
    at, firm = timezone.now(), cast.importer_firm

    def sectors() -> list[tuple[str, float]]:
        rows = Rollup.objects.filter(indicator="transit_volume_rwanda", grain="month", slice__startswith="sector:")
        return [(row.slice, float(row.total)) for row in rows]

    counting.count(at=at)
    assert sectors() == [("sector:unknown", 24.5)]
    said = {name: getattr(firm, name) for name in ("name", "kind", "country", "phone", "email", "address")}
    change_organization(organization=firm, particulars=Said(**said, sector="C"), by=cast.importer, at=at)
    counting.count(at=at)
    assert sectors() == [("sector:C", 24.5)]


def test_an_agency_that_is_renamed_keeps_its_answers(cast: Cast, consignment: Consignment) -> None:
    load_categories()
    at, agency = timezone.now(), Organization.objects.get(name="KPA")
    first, second = opened(cast, consignment), opened(cast, consignment, title="Another")

    def handed(ticket: Ticket, hours: int) -> None:
        hand_over(ticket=ticket, agency=agency, words="Look", by=cast.officer, at=at + timedelta(hours=hours))

    def back(ticket: Ticket, hours: int) -> None:
        give_back(ticket=ticket, words="Done", by=cast.desk, at=at + timedelta(hours=hours))

    def agencies() -> list[tuple[str, int]]:
        rows = Rollup.objects.filter(indicator="agency_answer_time", grain="month", slice__startswith="agency:")
        return list(rows.order_by("slice").values_list("slice", "n"))

    handed(first, 0)
    back(first, 2)
    handed(second, 0)
    for minutes in (0, 3, 9):
        counting.count(at=at + timedelta(minutes=minutes))
    assert agencies() == [("agency:KPA", 1)]
    said = {name: getattr(agency, name) for name in ("kind", "country", "phone", "email", "address", "sector")}
    change_organization(organization=agency, particulars=Said(name="The Port", **said), by=cast.officer, at=at)
    agency.refresh_from_db()
    counting.count(at=at + timedelta(minutes=10))
    assert agencies() == [("agency:The Port", 1)]
    # Sent again to the same agency: both wait for the one answer.
    handed(second, 1)
    back(second, 3)
    counting.count(at=at + timedelta(minutes=11))
    assert agencies() == [("agency:The Port", 3)]


def ships_counted() -> list[tuple[float, int]]:
    rows = Rollup.objects.filter(indicator__in=("vessel_calls", "vessel_waiting_time_before_berth"), grain="month")
    return [(float(row.total), row.missing) for row in rows.filter(slice="").order_by("indicator")]


def test_ships_calls_that_turn_out_to_be_one_count_once(gate: Source, clerk: Source) -> None:
    lister, ais, at = Sender(gate), Sender(clerk), timezone.now()
    here = datetime(2026, 11, 20, 6)  # noqa: DTZ001 - local to Mombasa
    ahead = eta(here - timedelta(days=11), classifier="ACT", voyage="411E")
    lister.say(ahead)
    ais.say(eta(here, classifier="ACT"))
    counting.count(at=at)
    assert (ships_counted(), VesselCall.objects.count()) == ([(2.0, 0)], 2)
    lister.say(replace(ahead, when=Moment(value=here)))
    ais.say(eta(here + timedelta(hours=12), classifier="ACT", timing="berth_arrival"))
    counting.count(at=at)
    assert (ships_counted(), VesselCall.objects.count()) == ([(1.0, 0), (12.0, 0)], 1)
    before = counted()
    counting.rebuild(at=at)
    assert counted() == before


def test_the_calls_of_two_ships_that_turn_out_to_be_one_count_once(gate: Source, clerk: Source) -> None:
    lister, ais, at = Sender(gate), Sender(clerk), timezone.now()
    here = datetime(2026, 11, 20, 6)  # noqa: DTZ001 - local to Mombasa
    lister.say(eta(here, classifier="ACT", vessel_imo=IMO))
    ais.say(eta(here + timedelta(hours=12), classifier="ACT", timing="berth_arrival", vessel="", mmsi=MMSI))
    for minutes in (0, 3, 9):
        counting.count(at=at + timedelta(minutes=minutes))
    assert (ships_counted(), VesselCall.objects.count()) == ([(1.0, 0), (0.0, 1)], 2)
    # Nothing new is said of her calls: only who she is.
    ais.say(ships=(Ship(mmsi=MMSI, imo=IMO, name="ADMIRAL GALAXY"),))
    counting.count(at=at + timedelta(minutes=10))
    assert (ships_counted(), VesselCall.objects.count()) == ([(1.0, 0), (12.0, 0)], 1)


def test_late_data_revise_a_month_that_was_over_openly(clerk: Source, consignment: Consignment) -> None:
    now = timezone.now()
    first, second = (box.container for box in consignment.units.order_by("pk"))
    out = (now.replace(day=1) - timedelta(days=5)).replace(hour=12)
    ago = (now - out).total_seconds() / 3600
    take_in(clerk, csv(row("discharged", ago + 40, box=first), row("gate_out", ago, box=first)))
    counting.count(at=now)
    assert not Revision.objects.exists()
    take_in(clerk, csv(row("discharged", ago + 60, box=second), row("gate_out", ago, box=second)))
    counting.count(at=now + timedelta(days=5))
    revision = Revision.objects.get(indicator="container_dwell_time")
    assert (revision.n_before, revision.n_after, revision.month) == (1, 2, out.date().replace(day=1))
    assert [round(figure or 0) for figure in (revision.figure_before, revision.figure_after)] == [40, 50]
    call_command("rebuild", stdout=StringIO())
    assert Revision.objects.filter(indicator="container_dwell_time").count() == 1


def test_a_count_costs_the_same_for_one_consignment_and_for_many(cast: Cast, clerk: Source) -> None:
    def queries(first: int, last: int) -> int:
        firm = cast.importer_firm
        many = [Particulars(consignee=firm, containers=[box(number)]) for number in range(first, last)]
        register_many(many, by=cast.importer, at=timezone.now())
        take_in(clerk, csv(*(row(kind, ago, box=box(n)) for n in range(first, last) for kind, ago in STEPS)))
        with CaptureQueriesContext(connection) as captured:
            counting.count(at=datetime(2030, 1, 1, tzinfo=UTC))
        return len(captured)

    few = queries(0, 1)
    assert queries(1, 20) <= few


STEPS = (("discharged", 50), ("gate_out", 10))


def test_nobody_counts_what_is_not_in_the_registry(db: None) -> None:
    Due.objects.create(indicator="gone", day="2026-11-01")
    Rollup.objects.create(
        indicator="gone", grain="day", starts_on="2026-11-01", n=0, missing=1, total=0, base=0, values=[], counts=[],
        counted_at=timezone.now(),
    )  # fmt: skip
    counting.count(at=timezone.now())
    assert not Rollup.objects.filter(indicator="gone").exists()
    assert Reading.objects.filter(subject="s").count() == 1


def test_what_a_ticket_became_a_part_of_counts_once(cast: Cast, consignment: Consignment) -> None:
    load_categories()
    at = timezone.now()
    ticket, same = opened(cast, consignment), opened(cast, consignment, title="The same again")
    counting.count(at=at)

    def tickets() -> list[int]:
        return list(
            Rollup.objects.filter(indicator="tickets_opened", slice="", grain="day").values_list("n", flat=True)
        )

    assert tickets() == [2]
    merge(ticket=same, into=ticket, by=cast.officer, at=at)
    counting.count(at=at)
    assert tickets() == [1]


def test_it_does_not_matter_in_how_many_batches_it_is_read(
    cast: Cast, clerk: Source, monkeypatch: pytest.MonkeyPatch
) -> None:
    firm, at = cast.importer_firm, timezone.now()
    register_many([Particulars(consignee=firm, containers=[box(n)]) for n in range(5)], by=cast.importer, at=at)
    take_in(clerk, csv(*(row(kind, ago + n, box=box(n)) for n in range(5) for kind, ago in STEPS)))
    counting.count(at=at)
    before = counted()
    monkeypatch.setattr(counting, "BATCH", 2)
    counting.rebuild(at=at)
    assert counted() == before
    assert Rollup.objects.get(indicator="container_dwell_time", grain="month", slice="").n == 5


def test_a_subject_that_is_measured_again_leaves_those_of_its_id_of_another_kind(db: None) -> None:
    """A ticket, a call and a consignment may bear one number."""
    for subject in ("c", "v", "t", "f"):
        Reading.objects.create(subject=subject, subject_id=7, indicator="news_lag", day="2026-11-01", value=1)
    counting._keep("t", [7], lambda _ids: {})
    assert sorted(Reading.objects.values_list("subject", flat=True)) == ["c", "f", "v"]
    assert [str(due) for due in Due.objects.all()] == ["news_lag 2026-11-01"]


def measured(*readings: MeasuredReading) -> None:
    counting._keep("c", [7, 8], lambda _ids: {7: list(readings)})


def test_a_reading_that_moves_makes_both_its_days_due_and_one_that_stays_none(db: None) -> None:
    one = MeasuredReading("news_lag", 1, date(2026, 11, 1), Decimal("1.5000"), slices=("milestone:gate_out",))
    measured(one)
    assert [str(due) for due in Due.objects.all()] == ["news_lag 2026-11-01"]
    Due.objects.all().delete()
    kept = Reading.objects.get().pk
    measured(replace(one, value=Decimal("1.5")))
    assert (Due.objects.count(), Reading.objects.get().pk) == (0, kept)
    measured(replace(one, day=date(2026, 11, 5)))
    assert sorted(str(due) for due in Due.objects.all()) == ["news_lag 2026-11-01", "news_lag 2026-11-05"]
    Due.objects.all().delete()
    for change in ({"value": Decimal(2)}, {"value": None, "fault": "negative"}, {"slices": ()}, {"slices": ("a:b",)}):
        measured(replace(one, **change))
        assert Due.objects.filter(indicator="news_lag").exists()
        Due.objects.all().delete()
    measured()
    assert (Reading.objects.count(), Due.objects.count()) == (0, 1)


def test_of_two_readings_of_one_part_the_latest_day_counts(db: None) -> None:
    one = MeasuredReading("news_lag", 1, date(2026, 11, 9), Decimal(1))
    measured(one, replace(one, day=date(2026, 11, 3), value=Decimal(2)))
    assert list(Reading.objects.values_list("day", "value")) == [(date(2026, 11, 9), Decimal(1))]


def test_a_name_with_every_sign_is_written_once(db: None) -> None:
    name = plain('Rwanda "Revenue", {Authority}\\ of\tall the lands and waters of the whole country')
    one = MeasuredReading(
        "agency_answer_time", 1, date(2026, 11, 9), Decimal(1), slices=(f"agency:{name}", "category:É")
    )
    measured(one)
    Due.objects.all().delete()
    measured(one)
    assert not Due.objects.exists()
    assert Reading.objects.get().slices == list(one.slices)


def test_a_run_in_the_past_moves_no_mark_back(db: None) -> None:
    at = timezone.now()
    for minutes in (0, 5, 10):
        counting.count(at=at + timedelta(minutes=minutes))
    before = list(Mark.objects.order_by("name").values_list())
    counting.count(at=at - timedelta(days=1))
    assert list(Mark.objects.order_by("name").values_list()) == before
    assert [mark[0] for mark in before] == ["journal", "match", "ticket", "timing"]


def test_an_update_that_changes_definitions_measures_trips_anew_and_forgets_false_looks(
    clerk: Source, consignment: Consignment
) -> None:
    take_in(clerk, csv(row("arrived_kigali", 50, node="rw-port-klp"), row("released_kigali", 10, node="rw-port-klp")))
    at = timezone.now()
    counting.count(at=at)
    counting.count(at=at + timedelta(minutes=3))
    known = counted()
    (made,) = Reading.objects.filter(indicator="kigali_release_time")
    # As it was before: of all places, and a look that was too little.
    Reading.objects.filter(pk=made.pk).update(indicator="turnaround_magerwa")
    day = at.date()
    Reading.objects.create(subject="s", subject_id=7, indicator="burning_usd_day", day=day, value=0)
    Due.objects.bulk_create(
        Due(indicator=slug, day=one)
        for slug, one in ((made.indicator, made.day), ("turnaround_magerwa", made.day), ("burning_usd_day", day))
    )
    counting.count(at=at + timedelta(minutes=4))
    assert counted() != known
    import_module("observatory.migrations.0004_recount").forget(apps, None)
    assert not Rollup.objects.filter(indicator="burning_usd_day").exists()
    counting.count(at=at + timedelta(minutes=5))
    assert counted() == known
