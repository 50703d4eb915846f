"""Reading quarantined deliveries again: in batches, by whoever asks, with nothing doubled and everything counted."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor

import pytest
from django.db import connections

from cargo.models import Event
from cargo.reading import read_delivery
from feeds import replays
from feeds.models import Delivery, Quarantine, Replay, Source
from feeds.quarantines import ignore
from feeds.replays import Outcome, outcome, put_back, replay_parts, replay_source, unfinished
from liaison.models import JournalEntry
from tests.cargo.test_reading import csv, row, take_in
from tests.conftest import AT, Cast


def read_all() -> None:
    for pk in Delivery.objects.filter(state="stored").order_by("pk").values_list("pk", flat=True):
        read_delivery(pk)


def run(replay: Replay) -> Outcome:
    while put_back(replay_id=replay.pk, at=AT):
        pass
    replay.refresh_from_db()
    return outcome(replay)


@pytest.fixture
def broken(clerk: Source) -> list[int]:
    """Three deliveries: a good row and an unknown kind; two unknown kinds; a web page."""
    take_in(clerk, csv(row("gate_out", 1), row("teleported", 1)))
    take_in(clerk, csv(row("teleported", 2), row("vanished", 3)))
    take_in(clerk, b"<html>")
    return list(Delivery.objects.order_by("pk").values_list("pk", flat=True))


def test_a_part_s_delivery_is_read_again_whole_and_nothing_is_doubled(
    cast: Cast, clerk: Source, broken: list[int]
) -> None:
    clerk.mappings.create(code="teleported", kind="sealed", changed_at=AT)
    part = Quarantine.objects.get(delivery=broken[0])
    replay = replay_parts(parts=[part.pk, 987_654], by=cast.officer, at=AT)
    assert outcome(replay).is_done is False
    assert Delivery.objects.get(pk=broken[0]).state == "stored"
    read_all()
    replay.refresh_from_db()
    assert outcome(replay) == Outcome(
        deliveries=1, waiting=0, read=1, quarantined=0, elsewhere=0, events=1, parts_before=1, parts=0, is_done=True
    )
    assert (Event.objects.count(), Delivery.objects.get(pk=broken[0]).events) == (2, 2)
    entry = JournalEntry.objects.get(kind="feeds.replayed")
    assert (entry.by, entry.key, entry.data) == (cast.officer, str(replay.pk), {"deliveries": [broken[0]]})


@pytest.mark.parametrize(
    ("code", "detail", "chosen"),
    [("", "", 3), ("unknown_kind", "", 2), ("html", "", 1), ("", "vanished", 1), ("no_time", "", 0), ("", "an", 0)],
)
def test_all_of_a_source_is_put_back_in_batches(
    cast: Cast,
    clerk: Source,
    gate: Source,
    broken: list[int],
    monkeypatch: pytest.MonkeyPatch,
    code: str,
    detail: str,
    chosen: int,
) -> None:
    take_in(gate, b"<html>")
    monkeypatch.setattr(replays, "BATCH", 2)
    replay = replay_source(source=clerk, code=code, detail=detail, by=cast.officer, at=AT)
    found = run(replay)
    assert (found.deliveries, found.waiting, found.is_done) == (chosen, chosen, not chosen)
    read_all()
    assert (outcome(replay).is_done, outcome(replay).events, unfinished()) == (True, 0, [])
    assert Quarantine.objects.open().count() == 5


def test_one_that_was_given_up_has_no_part_and_is_put_back_too(cast: Cast, clerk: Source) -> None:
    take_in(clerk, csv(row("gate_out", 1)))
    Delivery.objects.update(state="quarantined", reason="reader_failed", attempts=5)
    assert run(replay_source(source=clerk, by=cast.officer, at=AT)).deliveries == 1
    read_all()
    assert Delivery.objects.get().state == "read"


def test_a_lost_bell_is_made_up_for_and_a_second_worker_finds_nothing(
    cast: Cast, clerk: Source, broken: list[int]
) -> None:
    replay = replay_source(source=clerk, by=cast.officer, at=AT)
    assert unfinished() == [replay.pk]
    assert [put_back(replay_id=replay.pk, at=AT) for _worker in range(2)] == [False, False]
    assert (unfinished(), put_back(replay_id=0, at=AT)) == ([], False)


def test_a_later_replay_takes_over(cast: Cast, clerk: Source, broken: list[int]) -> None:
    first = replay_source(source=clerk, by=cast.officer, at=AT)
    run(first)
    run(replay_source(source=clerk, code="html", by=cast.officer, at=AT))
    assert (outcome(first).elsewhere, outcome(first).waiting) == (1, 2)


def test_what_was_put_aside_stays_there_when_its_delivery_is_read_again(
    cast: Cast, clerk: Source, broken: list[int]
) -> None:
    part = Quarantine.objects.filter(delivery=broken[1]).earliest("pk")
    assert ignore(parts=[part.pk, part.pk, 987_654], reason="a test of theirs", by=cast.officer, at=AT) == 1
    assert ignore(parts=[part.pk], reason="again", by=cast.officer, at=AT) == 0
    run(replay_source(source=clerk, by=cast.officer, at=AT))
    read_all()
    assert [open.detail for open in Quarantine.objects.open().filter(delivery=broken[1])] == ["vanished"]
    part.refresh_from_db()
    assert (part.ignored_because, part.resolved_by) == ("a test of theirs", cast.officer)
    assert JournalEntry.objects.filter(kind="feeds.parts_ignored").count() == 1


@pytest.mark.parametrize("turns", [(0, 1), (1, 0)])
def test_two_replays_at_once_both_end_and_put_each_delivery_back_once(
    cast: Cast, clerk: Source, broken: list[int], monkeypatch: pytest.MonkeyPatch, turns: tuple[int, int]
) -> None:
    monkeypatch.setattr(replays, "BATCH", 1)
    both = [replay_source(source=clerk, by=cast.officer, at=AT) for _press in range(2)]
    rounds = 0
    while unfinished() and rounds < 12:
        for turn in turns:
            put_back(replay_id=both[turn].pk, at=AT)
        rounds += 1
    assert unfinished() == [], "neither takes back what the other one has"
    read_all()
    for replay in both:
        replay.refresh_from_db()
    assert [outcome(replay).is_done for replay in both] == [True, True]
    assert (outcome(both[1]).deliveries, outcome(both[1]).elsewhere) == (3, 0), "the later one ends with all of them"
    assert set(Delivery.objects.values_list("replay", flat=True)) == {both[1].pk}


def test_what_a_later_replay_takes_over_counts_for_the_earlier_no_more(
    cast: Cast, clerk: Source, broken: list[int]
) -> None:
    first = replay_source(source=clerk, by=cast.officer, at=AT)
    run(first)
    clerk.mappings.create(code="teleported", kind="sealed", changed_at=AT)
    read_all()
    assert (run(first).events, outcome(first).parts_before, outcome(first).parts) == (2, 4, 2)
    second = replay_source(source=clerk, code="unknown_kind", by=cast.officer, at=AT)
    taken = run(second)
    assert (taken.deliveries, taken.events, taken.parts_before, taken.parts) == (1, 0, 1, 1)
    first.refresh_from_db()
    kept = outcome(first)
    assert (kept.deliveries, kept.elsewhere, kept.parts) == (3, 1, 1)
    assert (kept.events, kept.parts_before) == (2, 3)


@pytest.mark.django_db(transaction=True)
def test_two_workers_with_two_replays_do_not_wait_for_each_other_for_ever(
    cast: Cast, clerk: Source, broken: list[int], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(replays, "BATCH", 2)
    pks = [replay_source(source=clerk, by=cast.officer, at=AT).pk for _press in range(2)]

    def work(pk: int) -> int:
        try:
            n = 1
            while put_back(replay_id=pk, at=AT):
                n += 1
            return n
        finally:
            connections.close_all()

    with ThreadPoolExecutor(2) as pool:
        batches = list(pool.map(work, pks))
    assert (unfinished(), max(batches) <= 3) == ([], True)
    assert Delivery.objects.filter(state="stored").count() == 3


def test_the_same_parts_ticked_twice_make_no_second_event(cast: Cast, clerk: Source, broken: list[int]) -> None:
    clerk.mappings.create(code="teleported", kind="sealed", changed_at=AT)
    part = Quarantine.objects.get(delivery=broken[0]).pk
    first, second = (replay_parts(parts=[part], by=cast.officer, at=AT) for _press in range(2))
    read_all()
    first.refresh_from_db()
    second.refresh_from_db()
    assert (outcome(first).events, outcome(first).elsewhere, outcome(second).events) == (0, 1, 1)
    assert replay_parts(parts=[part], by=cast.officer, at=AT).deliveries == 0, "it is no longer open"
    assert (Event.objects.count(), Delivery.objects.get(pk=broken[0]).events) == (2, 2)
