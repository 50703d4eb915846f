"""The big set: what is written as derived is what the events give, and nothing is left unguarded."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.db import connection
from django.utils import timezone

from cargo.models import Consignment, Event, EventMatch, Milestone, Status, Unit
from cargo.registration import rebuild
from demo.big_set import IMPORTER, SPAN, STEPS, load
from demo.own_database import create, drop, exists, name_of, using
from liaison.models import Person

COUNT = 60


def guards() -> tuple[list[str], list[str]]:
    with connection.cursor() as cursor:
        cursor.execute("SELECT conname FROM pg_constraint WHERE contype = 'f' AND conrelid::regclass::text ~ '^cargo_'")
        keys = sorted(name for (name,) in cursor.fetchall())
        cursor.execute("SELECT indexname FROM pg_indexes WHERE tablename ~ '^cargo_'")
        return keys, sorted(name for (name,) in cursor.fetchall())


def derived() -> tuple[list[object], list[object], list[object]]:
    milestones = Milestone.objects.order_by("consignment", "code")
    return (
        list(milestones.values_list("consignment", "unit", "code", "actual_at", "expected_at", "is_day", "event")),
        list(Status.objects.order_by("pk").values_list()),
        list(EventMatch.objects.order_by("event").values_list("event", "consignment", "unit")),
    )


@pytest.mark.django_db(transaction=True)
def test_what_is_written_as_derived_is_what_the_events_give() -> None:
    before, told = guards(), []
    until = timezone.now().replace(microsecond=0)
    load(COUNT, until=until, progress_of=lambda done, total: told.append((done, total)))
    assert guards() == before
    assert told == [(COUNT, COUNT)]
    assert (Consignment.objects.count(), Unit.objects.count(), Status.objects.count()) == (COUNT, COUNT, COUNT)
    assert COUNT * len(STEPS) * 0.9 < Event.objects.count() < COUNT * len(STEPS)
    assert Event.objects.filter(occurred_at__gt=until).count() == 0
    assert Consignment.objects.filter(registered_at__lt=until - SPAN).count() == 0
    assert set(Status.objects.values_list("state", flat=True)) >= {"closed", "registered"}
    written = derived()
    assert rebuild() == COUNT
    assert derived() == written
    importer = Person.objects.get(email=IMPORTER)
    # A fiftieth is the first firm's, and its own turn among the twenty.
    hers = sum(1 for number in range(COUNT) if number % 50 == 0 or number % 20 == 0)
    assert Consignment.objects.visible_to(importer).count() == hers


@pytest.mark.django_db(transaction=True)
def test_the_next_consignment_has_a_number_of_its_own() -> None:
    load(3, until=timezone.now(), progress_of=lambda _done, _total: None)
    latest = Consignment.objects.latest("pk")
    copy = Consignment.objects.create(ref="RW99-1", consignee=latest.consignee, registered_at=latest.registered_at)
    assert copy.pk == latest.pk + 1


@pytest.mark.django_db(transaction=True)
def test_a_database_of_its_own_is_made_used_and_removed() -> None:
    name = name_of(7)
    outside = connection.settings_dict["NAME"]
    create(name)
    try:
        with using(name):
            load(7, until=timezone.now() - timedelta(days=1), progress_of=lambda _done, _total: None)
            assert Consignment.objects.count() == 7
        assert connection.settings_dict["NAME"] == outside
        assert Consignment.objects.count() == 0
    finally:
        drop(name)
    assert not exists(name)


def test_only_a_benchmark_s_database_is_removed() -> None:
    with pytest.raises(ValueError, match="not a benchmark"):
        drop("portal")
