"""The demo's load: through the real intake, once, and finished by whoever starts it again."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from django.db import transaction
from django.test import Client, override_settings
from django.utils import timezone
from pytest_django import DjangoDbBlocker

from cargo.models import Consignment, Event, EventMatch, Milestone, Nomination, Status
from cargo.whereabouts import whereabouts
from corridor.models import CallTiming, Condition, Position, Tracker
from corridor.reference import load_reference
from demo.cast import AGENT_FIRM, CAST, IMPORTER_FIRM, IMPORTERS, STRANGER_FIRM
from demo.conditions import DRIVERS, PORT, ROADS, SYSTEMS
from demo.loading import EVERY_S, Loaded, load, prepare_people, prepare_sources, stored_year
from demo.messages import FEEDS, LIVE, REPORT_FEEDS, Reports
from demo.reports import CORRIDOR, CUSTOMS, LINE, Report, Trip
from demo.state import read_state
from demo.trackers import SEALS, TRUCKS
from demo.vessel_lists import LINE_SCHEDULE, PORT_LIST
from demo.year import Year, trips
from feeds.models import Delivery, Source
from liaison.models import JournalEntry, Membership, Organization, Person
from notify.models import Notice
from observatory.portal_state import portal_state

FEED = "http://127.0.0.1:59999/"
COUNT = 18
Steps = list[tuple[int, int]]


def quietly(_done: int, _total: int) -> None:
    """Shows nobody how far it is."""


@dataclass(frozen=True)
class Demo:
    """A loaded demo: its year and trips, where its state lies, and what the load said."""

    year: Year
    trips: list[Trip]
    folder: Path
    result: Loaded
    steps: Steps


def make(folder: Path, year: Year, steps: Steps) -> Loaded:
    at = timezone.now()
    load_reference(at=at)
    prepare_people(folder, year, at=at)
    prepare_sources(FEED, year, is_loaded=False, at=at)
    return load(year, at=at, progress=lambda done, total: steps.append((done, total)))


@pytest.fixture(scope="module")
def loaded(
    django_db_setup: None, django_db_blocker: DjangoDbBlocker, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Demo]:
    """A small demo, loaded once for this module; each test's own changes are rolled back to it."""
    year = Year(seed=2026, until=timezone.now().replace(second=0, microsecond=0), consignments=COUNT)
    folder, steps = tmp_path_factory.mktemp("state"), Steps()
    quick = override_settings(PASSWORD_HASHERS=["django.contrib.auth.hashers.MD5PasswordHasher"])
    with quick, django_db_blocker.unblock(), transaction.atomic():
        result = make(folder, year, steps)
        yield Demo(year, trips(year), folder, result, steps)
        transaction.set_rollback(True)


@pytest.fixture
def demo(loaded: Demo, db: None) -> Demo:
    """The loaded demo, for one test."""
    return loaded


def told(demo: Demo) -> list[Report]:
    """Everything that the sources have said up to the load."""
    reports, ever = Reports(demo.trips), datetime(2020, 1, 1, tzinfo=UTC)
    return [report for slug in REPORT_FEEDS for report in reports.between(slug, ever, demo.year.until)]


def state() -> dict[str, Any]:
    """What the portal holds, but for when its sources were heard."""
    counted: dict[str, Any] = dict(portal_state(at=timezone.now()))
    counted.pop("sources")
    return counted


def test_every_consignment_of_the_year_is_there_and_no_other(demo: Demo) -> None:
    expected = {
        (trip.bill_of_lading, trip.order.importer.name, trip.weight_t, trip.registered_at)
        for trip in demo.trips
        if trip.order.is_registered
    }
    columns = ("bill_of_lading", "consignee__name", "weight_t", "registered_at")
    assert set(Consignment.objects.values_list(*columns)) == expected
    assert demo.result.consignments == Consignment.objects.count() == COUNT


def test_every_importer_has_nominated_her_agent_for_all(demo: Demo) -> None:
    accepted = Nomination.objects.filter(accepted_at__isnull=False, consignment__isnull=True)
    assert set(accepted.values_list("principal__name", "nominee__name", "may_act")) == {
        (importer.name, importer.agent, True) for importer in IMPORTERS
    }
    waiting = Nomination.objects.get(accepted_at__isnull=True)
    assert (waiting.principal.name, waiting.nominee.name) == (STRANGER_FIRM, AGENT_FIRM)


def test_each_has_its_boxes_and_particulars(demo: Demo) -> None:
    for trip in demo.trips:
        if not trip.order.is_registered:
            continue
        kept = Consignment.objects.get(bill_of_lading=trip.bill_of_lading)
        numbers = [*(box.number for box in trip.boxes), *trip.vehicles]
        assert list(kept.units.order_by("pk").values_list("container", flat=True)) == numbers
        assert kept.direction == trip.order.direction
        assert (kept.goods, kept.hs_code) == (trip.goods, trip.order.goods.hs_code)
        assert (kept.vessel, kept.voyage) == (trip.call.vessel.name, trip.call.voyage)
        by = kept.registered_by.email if kept.registered_by else ""
        assert by == {IMPORTER_FIRM: "importer@demo.example", STRANGER_FIRM: "stranger@demo.example"}.get(
            trip.order.importer.name, ""
        )


def known(report: Report) -> tuple[object, ...]:
    """What the portal has to know of a report; a line writes places outside the corridor, and bills that have none."""
    is_bare = (report.source in (CUSTOMS, CORRIDOR) and report.box) or report.is_empty
    bill = "" if is_bare else report.bill_of_lading
    box = report.box.number if report.box else ""
    return (report.source, report.kind, report.classifier, report.occurred_at, box, bill)


def test_what_the_sources_said_is_what_the_portal_knows(demo: Demo) -> None:
    columns = ("source__slug", "kind", "classifier", "occurred_at", "container", "bill_of_lading")
    events = Event.objects.filter(source__slug__in=REPORT_FEEDS)
    assert Counter(events.values_list(*columns)) == Counter(map(known, told(demo)))
    state = (CallTiming, Condition, Position)
    assert demo.result.events == Event.objects.count() + sum(model.objects.count() for model in state)


def test_ships_conditions_and_trackers_are_known_from_their_own_sources(demo: Demo) -> None:
    assert set(CallTiming.objects.values_list("source__slug", flat=True)) == {PORT_LIST, LINE_SCHEDULE}
    assert set(Condition.objects.values_list("source__slug", flat=True)) == {PORT, ROADS, SYSTEMS, DRIVERS}
    assert set(Tracker.objects.values_list("source__slug", flat=True)) == {TRUCKS, SEALS}
    assert not Condition.objects.filter(node=None).exclude(kind="system").exists()
    assert any(whereabouts(consignment.pk) for consignment in Consignment.objects.all())
    assert not Source.objects.filter(slug__in=FEEDS, last_success_at__lt=demo.year.until).exists()


def test_it_happened_where_they_said(demo: Demo) -> None:
    columns = ("kind", "occurred_at", "container", "bill_of_lading", "node__slug")
    reported = Event.objects.filter(source__slug__in=REPORT_FEEDS)
    at_nodes = reported.exclude(source__slug=LINE).exclude(node=None).values_list(*columns)
    expected = {known(report)[1:2] + known(report)[3:] + (report.node,) for report in told(demo)}
    assert set(at_nodes) - expected == set()
    assert set(reported.filter(node=None).values_list("source__slug", "kind")) <= {
        *((slug, kind) for slug in (LINE, CUSTOMS) for kind in ("loaded", "vessel_departed")),
        (LINE, "booked"),
    }


def test_all_was_read_and_nothing_quarantined(demo: Demo) -> None:
    assert set(Delivery.objects.values_list("state", "quarantined")) == {("read", 0)}
    assert (demo.result.quarantined, demo.result.deliveries) == (0, Delivery.objects.count())
    assert Delivery.objects.filter(received_at__gt=demo.year.until).count() == 0


def test_each_consignment_stands_where_its_trip_does(demo: Demo) -> None:
    hers = {
        trip.bill_of_lading: trip.order.stage.after
        for trip in demo.trips
        if trip.order.stage and trip.order.number < 12
    }
    states = dict(
        Status.objects.filter(consignment__bill_of_lading__in=hers).values_list("consignment__bill_of_lading", "state")
    )
    assert {stage: states[bill] for bill, stage in hers.items()} == {
        "registered": "registered",
        "vessel_departed": "at_sea",
        "vessel_arrived": "at_port",
        "held": "at_port",
        "kra_cleared": "at_port",
        "gate_out": "on_road",
        "border1_in": "at_border",
        "border1_out": "on_road",
        "border2_in": "at_border",
        "arrived_kigali": "in_kigali",
        "delivered": "delivered",
        "empty_returned": "closed",
    }
    held = [bill for bill, stage in hers.items() if stage == "held"]
    assert (
        list(
            Status.objects.filter(is_held=True, consignment__bill_of_lading__in=hers).values_list(
                "consignment__bill_of_lading", flat=True
            )
        )
        == held
    )


def test_what_nobody_registered_waits_unmatched(demo: Demo) -> None:
    strays = {trip.bill_of_lading for trip in demo.trips if not trip.order.is_registered}
    boxes = {box.number for trip in demo.trips if not trip.order.is_registered for box in trip.boxes}
    assert len(strays) == 2
    assert Event.objects.unmatched().exclude(bill_of_lading__in=strays).exclude(container__in=boxes).count() == 0
    assert EventMatch.objects.filter(consignment__bill_of_lading__in=strays).count() == 0


def test_people_are_told_of_the_last_two_days_and_of_nothing_before(demo: Demo) -> None:
    since = demo.year.until - LIVE
    assert Delivery.objects.filter(is_history=True, received_at__gt=since).count() == 0
    assert Delivery.objects.filter(is_history=False, received_at__lte=since).count() == 0
    told = Notice.objects.exclude(state__in=[Notice.State.REFUSED, Notice.State.DROPPED])
    assert 0 < told.filter(channel="email").count() < 200
    assert told.filter(channel="email", entry__at__lt=since).count() == 0
    of_cargo = told.filter(entry__kind__startswith="cargo.")
    people = set(of_cargo.values_list("person__email", flat=True))
    assert people <= {"importer@demo.example", "agent@demo.example", "stranger@demo.example"}


def test_progress_is_told_step_by_step(demo: Demo) -> None:
    total = demo.steps[-1][1]
    assert demo.steps == [(number, total) for number in range(1, total + 1)]


def test_loading_twice_changes_nothing(demo: Demo) -> None:
    before = (state(), JournalEntry.objects.count(), list(Milestone.objects.order_by("pk").values_list()))
    assert load(demo.year, at=timezone.now(), progress=quietly) == Loaded()
    assert (state(), JournalEntry.objects.count(), list(Milestone.objects.order_by("pk").values_list())) == before


def password_of(demo: Demo) -> str:
    kept = read_state(demo.folder)
    assert kept is not None
    assert kept.year == demo.year
    return kept.password


def test_the_whole_cast_can_sign_in(demo: Demo) -> None:
    for part in CAST:
        client = Client()
        answer = client.post("/accounts/login/", {"username": part.email, "password": password_of(demo)})
        assert (part.email, answer.status_code, answer["Location"]) == (part.email, 302, "/")
        person = Person.objects.get(email=part.email)
        assert (person.name, person.language) == (part.name, part.language)
        assert Membership.objects.filter(person=person).earliest("pk").role == part.role
    wrong = Client().post("/accounts/login/", {"username": CAST[0].email, "password": "wrong"})
    assert wrong.status_code == 200


@pytest.mark.parametrize(("part", "count"), [("importer", 12), ("officer", COUNT), ("official", 0)])
def test_each_sees_her_own(demo: Demo, part: str, count: int) -> None:
    person = Person.objects.get(email=f"{part}@demo.example")
    assert Consignment.objects.visible_to(person).count() == count


def test_making_the_people_again_keeps_their_password(demo: Demo) -> None:
    before, password = (Person.objects.count(), Organization.objects.count()), password_of(demo)
    prepare_people(demo.folder, demo.year, at=timezone.now())
    assert (Person.objects.count(), Organization.objects.count()) == before
    assert password_of(demo) == password
    (demo.folder / "demo.json").unlink()
    prepare_people(demo.folder, demo.year, at=timezone.now())
    assert password_of(demo) != password
    assert Client().login(username=CAST[0].email, password=password_of(demo))


def test_the_sources_are_pulled_from_the_feed_server(demo: Demo) -> None:
    rows = Source.objects.filter(slug__in=FEEDS).values_list("slug", "format", "fetch", "url", "every_s", "rank")
    assert set(rows) == {
        (slug, feed.format, "http", f"{FEED}{slug}", EVERY_S, feed.rank) for slug, feed in FEEDS.items()
    }
    entries = JournalEntry.objects.count()
    prepare_sources(FEED, demo.year, is_loaded=False, at=timezone.now())
    assert JournalEntry.objects.count() == entries


def test_the_database_knows_its_year_and_whether_it_is_whole(demo: Demo) -> None:
    assert stored_year() == (demo.year, False)
    prepare_sources(FEED, demo.year, is_loaded=True, at=timezone.now())
    assert stored_year() == (demo.year, True)
    for settings in ({}, {"seed": "x", "until": "y", "consignments": "z"}):
        Source.objects.filter(slug=LINE).update(settings=settings)
        assert stored_year() is None
    Source.objects.filter(slug=LINE).update(slug="other-line")
    assert stored_year() is None
