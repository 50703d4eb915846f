"""Cargo of which nobody can tell: by a source or a tracker that is silent, told once with evidence, and over by itself."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.db import IntegrityError, transaction
from django.db.models import F
from django.utils import timezone, translation
from pytest_django import DjangoAssertNumQueries

from cargo.models import Consignment, Event, Milestone, Silence, Status, Unit, UsualDelay
from cargo.registration import Particulars, register_many
from cargo.silence_words import evidence_words, silence_line, silence_words
from cargo.silences import HEARD, SILENT, _tellers, watch_silences
from cargo.usual import measure_usual
from corridor.models import Tracker
from feeds.models import Source
from liaison.models import JournalEntry
from tests.cargo.test_forecasting import GATUNA, MALABA, past
from tests.cargo.test_reading import BOX, NOW, csv, row, take_in
from tests.cargo.test_waits import registered
from tests.conftest import Cast, source_of

HOUR = timedelta(hours=1)


@pytest.fixture
def waiting(cast: Cast, clerk: Source, consignment: Consignment) -> Consignment:
    """At Malaba for thirty hours; fourteen trips before left within eight. The clerk told of all, the desk of little."""
    past(cast, clerk, 14)
    measure_usual(at=timezone.now())
    take_in(clerk, csv(row("gate_out", 90), row("border_in", 30, node=MALABA)))
    take_in(source_of("desk", "csv_events"), csv(row("border_out", 900, box="MSKU6011672", node=MALABA)))
    Unit.objects.exclude(container=BOX).filter(consignment=consignment).delete()
    return consignment


def silence(source: Source, hours: float = 20) -> None:
    at = timezone.now()
    Source.objects.filter(pk=source.pk).update(silent_at=at, last_success_at=at - hours * HOUR)


def told(kind: str) -> list[str]:
    return list(JournalEntry.objects.filter(kind=kind).order_by("pk").values_list("key", flat=True))


def test_who_tells_of_a_step_is_who_told_of_it_on_the_latest_trips(waiting: Consignment, clerk: Source) -> None:
    tellers = _tellers(timezone.now())
    assert tellers["container", "border1_out"] == {clerk.pk}
    assert _tellers(timezone.now() - timedelta(days=400)) == {}


def test_a_silent_source_marks_what_it_would_tell_of_and_only_while_it_is_silent(
    waiting: Consignment, clerk: Source, cast: Cast
) -> None:
    now = timezone.now()
    assert (watch_silences(at=now), told(SILENT)) == (0, [])
    silence(clerk)
    assert (watch_silences(at=now), watch_silences(at=now + HOUR)) == (1, 0)
    kept = Silence.objects.select_related("source").get()
    assert (kept.consignment, kept.source, kept.tracker, kept.awaits, kept.since) == (
        waiting, clerk, "", "border1_out", now,
    )  # fmt: skip
    data = JournalEntry.objects.get(kind=SILENT).data
    assert (data["source"], data["awaits"], round(data["silent_h"]), data["last"]["kind"]) == (
        "Clerk", "border1_out", 20, "border_in",
    )  # fmt: skip
    seen = [Silence.objects.visible_to(person).count() for person in (cast.importer, cast.stranger, cast.officer)]
    assert seen == [1, 0, 1]
    Source.objects.filter(pk=clerk.pk).update(silent_at=None)
    assert (watch_silences(at=now + 2 * HOUR), Silence.objects.count()) == (0, 0)
    assert (told(SILENT), told(HEARD)) == ([waiting.ref], [waiting.ref])


def test_who_is_not_waited_for_yet_has_moved_or_is_told_of_by_another_is_left_alone(
    waiting: Consignment, clerk: Source
) -> None:
    now = timezone.now()
    silence(clerk)
    usual = UsualDelay.objects.get(basis="step", name="border1_out", cargo_kind="container")
    assert usual.n >= 14
    Status.objects.filter(consignment=waiting).update(moved_at=now - timedelta(seconds=usual.median_s - 60))
    assert watch_silences(at=now) == 0
    Status.objects.filter(consignment=waiting).update(moved_at=now - timedelta(seconds=usual.median_s + 60))
    assert watch_silences(at=now) == 1
    Status.objects.filter(consignment=waiting).update(state=Status.State.DELIVERED)
    assert (watch_silences(at=now), Silence.objects.count()) == (0, 0)
    Status.objects.filter(consignment=waiting).update(state=Status.State.AT_BORDER)
    # Somebody else tells of the same step as often: one of two that speaks is enough.
    told_of = Milestone.objects.filter(code="border1_out").order_by("pk").values_list("event", flat=True)
    Event.objects.filter(pk__in=list(told_of[:7])).update(source=Source.objects.get(slug="desk"))
    assert watch_silences(at=now) == 0


def test_an_export_is_watched_by_the_exports_that_sailed(cast: Cast, clerk: Source) -> None:
    boxes = registered(cast, 3)
    Consignment.objects.update(direction="export")
    moves = [("truck_in", 80.0), ("loaded", 60.0), ("vessel_departed", 40.0)]
    rows = [row(kind, ago, box=box) for kind, ago in moves for box in boxes[:2]]
    take_in(clerk, csv(*rows, row("truck_in", 30, box=boxes[2])))
    now = timezone.now()
    measure_usual(at=now)
    silence(clerk)
    assert _tellers(now)["container", "export_aboard"] == {clerk.pk}
    assert watch_silences(at=now) == 1
    kept = Silence.objects.get()
    assert (kept.consignment.ref, kept.awaits) == (told(SILENT)[0], "export_aboard")
    assert Consignment.objects.get(units__container=boxes[2]) == kept.consignment


@pytest.mark.parametrize("sources", [1, 3, 6])
def test_who_tells_of_less_than_a_fifth_is_not_waited_for_and_of_nobody_is_nothing_awaited(
    waiting: Consignment, clerk: Source, sources: int
) -> None:
    """Of fourteen trips so many others tell of two or more each; the clerk tells of the rest."""
    told_of = list(Milestone.objects.filter(code="border1_out").order_by("pk").values_list("event", flat=True))
    shares = [told_of[number :: sources + 1] for number in range(sources + 1)]
    for number, events in enumerate(shares[1:]):
        other = source_of(f"desk{number}", "csv_events")
        Event.objects.filter(pk__in=events).update(source=other)
        silence(other, 5)
    silence(clerk)
    # Seven who tell of a seventh each are none that one waits for; two or four of as much each are all.
    expected = {1: 2, 3: 4, 6: 0}[sources]
    assert len(_tellers(timezone.now())["container", "border1_out"]) == expected
    assert watch_silences(at=timezone.now()) == (1 if expected else 0)
    if expected > 1:
        # The one that was heard last.
        assert Silence.objects.get().source.slug.startswith("desk")


def test_one_that_has_never_been_heard_counts_as_silent_for_longest(waiting: Consignment, clerk: Source) -> None:
    Source.objects.filter(pk=clerk.pk).update(silent_at=timezone.now(), last_success_at=None)
    assert watch_silences(at=timezone.now()) == 1
    data = JournalEntry.objects.get(kind=SILENT).data
    assert (data["heard_at"], data["silent_h"], Silence.objects.get().heard_at) == (None, None, None)


def test_many_are_found_with_as_many_queries_as_one(
    waiting: Consignment, clerk: Source, cast: Cast, django_assert_max_num_queries: DjangoAssertNumQueries
) -> None:
    silence(clerk)
    register_many([Particulars(consignee=cast.importer_firm, goods="Rice")] * 9, by=None, at=NOW - timedelta(days=40))
    # As if they stood where the first one does.
    Status.objects.filter(consignment__goods="Rice").update(
        next_step="border1_out", state=Status.State.AT_BORDER, moved_at=NOW - timedelta(days=3)
    )
    with django_assert_max_num_queries(18):
        assert watch_silences(at=timezone.now()) == 10


def tracked(container: str, hours: float, **more: str) -> Tracker:
    at = timezone.now() - hours * HOUR
    tracker, _is_new = Tracker.objects.update_or_create(
        source=Source.objects.get(slug="clerk"), number=more.pop("number", "86730001"),
        defaults={"carrier": "truck", "container": container, "heard_at": at, "fixed_at": at, "lat": 0.0, "lon": 33.0,
                  **more},
    )  # fmt: skip
    return tracker


def test_a_tracker_that_has_gone_silent_on_the_road(clerk: Source, consignment: Consignment) -> None:
    now = timezone.now()
    take_in(clerk, csv(row("gate_out", 40)))
    tracked(BOX, 13, name="Truck 7")
    assert (watch_silences(at=now), Silence.objects.get().tracker) == (1, "Truck 7")
    found = Consignment.objects.select_related("silence__source").get(pk=consignment.pk)
    line = silence_line(found)
    assert line is not None
    assert line.words == "The tracker Truck 7 (Clerk) that rides with it is silent."
    # Another one that rides with it speaks.
    tracked(BOX, 1, number="2")
    assert (watch_silences(at=now), told(HEARD)) == (0, [consignment.ref])
    tracked(BOX, 14, number="2")
    assert watch_silences(at=now) == 1
    # What was heard of it otherwise is news enough, and one silent for weeks was taken off.
    Status.objects.filter(consignment=consignment).update(moved_at=F("moved_at") + 35 * HOUR)
    assert (watch_silences(at=now), Silence.objects.count()) == (0, 0)
    Status.objects.filter(consignment=consignment).update(moved_at=F("moved_at") - 35 * HOUR)
    Tracker.objects.update(heard_at=now - timedelta(days=15))
    assert watch_silences(at=now) == 0


def test_a_truck_known_by_its_plate_rides_with_what_it_left_the_gate_with(
    clerk: Source, consignment: Consignment
) -> None:
    take_in(clerk, csv(row("gate_out", 40)))
    Event.objects.update(plate="RAD123B")
    tracked("", 13, plate="RAD123B")
    assert watch_silences(at=timezone.now()) == 1
    assert Silence.objects.get().tracker == "86730001"


def test_a_tracker_that_names_another_truck_is_not_waited_for_by_what_it_rode_with(
    clerk: Source, consignment: Consignment
) -> None:
    take_in(clerk, csv(row("gate_out", 40)))
    Event.objects.update(seals="86730001")
    tracked("", 13, plate="KDA123A")
    assert watch_silences(at=timezone.now()) == 0
    tracked("", 13, plate="")
    assert watch_silences(at=timezone.now()) == 1
    # One that speaks on another truck says nothing of it.
    tracked("", 1, number="86730001", plate="KDA123A")
    tracked(BOX, 13, number="2")
    assert (watch_silences(at=timezone.now()), Silence.objects.get().tracker) == (0, "2")


def test_the_words_say_who_what_and_since_when() -> None:
    assert silence_words("RRA", "", "rra_released") == "RRA, which would tell of “Released by RRA”, is silent."
    data: dict[str, object] = {
        "source": "RRA",
        "tracker": "",
        "awaits": "",
        "heard_at": None,
        "silent_h": None,
        "last": {},
    }
    assert evidence_words(data) == "RRA, which would tell of “”, is silent."
    last = {"kind": "gate_out", "at": "2026-11-20T10:00:00+00:00", "source": "Clerk", "place": "Mombasa"}
    words = evidence_words({**data, "awaits": "border1_in", "silent_h": 30.5, "last": last})
    assert words.endswith(
        "is silent. It was heard last 30.5 hours before. The last that is known: Out of the gate, Mombasa, 2026-11-20 "
        "(Clerk)."
    )
    with translation.override("fr"):
        assert "muet" in silence_words("RRA", "T1", "")


def test_a_silence_is_of_a_step_or_a_tracker(consignment: Consignment, clerk: Source) -> None:
    assert silence_line(consignment) is None
    with pytest.raises(IntegrityError), transaction.atomic():
        Silence.objects.create(consignment=consignment, source=clerk, since=NOW)


def test_one_beyond_the_second_border_waits_for_another_step(waiting: Consignment, clerk: Source) -> None:
    silence(clerk)
    take_in(clerk, csv(row("border_out", 28, node=MALABA), row("border_in", 26, node=GATUNA)))
    watch_silences(at=timezone.now())
    assert Silence.objects.get().awaits == Status.objects.get(consignment=waiting).next_step
