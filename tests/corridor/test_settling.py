"""Settling: what follows from sources' words, from verdicts, from measurements and from time passing; told once."""

from __future__ import annotations

import json
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta
from random import Random
from typing import Any

import pytest
from django.db import connections
from django.utils import timezone

from cargo.reading import read_delivery
from corridor.models import Condition, Standing, Wait
from corridor.settling import CHANGED, HOLDS, MEASURED_HOLDS, rebuild, settle_standings, stale_since
from corridor.verdicts import judge
from corridor.waits import Measured, keep_waits
from feeds.intake import receive
from feeds.models import Source
from liaison.models import JournalEntry
from tests.cargo.test_reading import take_in
from tests.conftest import Cast, source_of

MALABA = "border:xx-border-malaba"
NOW = timezone.now().replace(microsecond=0)


def said(
    severity: str, reference: str = "Q1", *, since_h: float = -1, until_h: float | None = None, **more: Any
) -> bytes:
    item = {
        "reference": reference,
        "node": "xx-border-malaba",
        "kind": "border",
        "severity": severity,
        "from": (NOW + timedelta(hours=since_h)).isoformat(),
        "until": (NOW + timedelta(hours=until_h)).isoformat() if until_h is not None else None,
        "text": "A queue of 6 km",
    }
    return json.dumps({"conditions": [item | more]}).encode()


@pytest.fixture
def ura(network: None) -> Source:
    return source_of("ura", "status")


@pytest.fixture
def kra(network: None) -> Source:
    return source_of("kra", "status")


def severities() -> dict[str, str]:
    return dict(Standing.objects.values_list("subject", "severity"))


def told() -> list[tuple[str, str, str]]:
    entries = JournalEntry.objects.filter(kind=CHANGED).order_by("pk")
    return [(entry.key, entry.data["was"], entry.data["severity"]) for entry in entries]


def test_a_word_that_comes_in_is_how_it_stands_and_is_told_once(ura: Source) -> None:
    take_in(ura, said("severe", until_h=5))
    row = Standing.objects.select_related("node").get()
    assert (row.subject, row.kind, row.severity, row.since, row.until) == (
        MALABA,
        "border",
        "severe",
        NOW - timedelta(hours=1),
        NOW + timedelta(hours=5),
    )
    assert (row.node and row.node.slug, row.is_contested, row.is_confirmed, row.stale_since) == (
        "xx-border-malaba",
        False,
        False,
        None,
    )
    assert [(one["source_name"], one["severity"], one["text"]) for one in row.said] == [
        ("Ura", "severe", "A queue of 6 km")
    ]
    assert told() == [(MALABA, "", "severe")]
    assert JournalEntry.objects.get(kind=CHANGED).data == {
        "kind": "border",
        "node": "xx-border-malaba",
        "place": "Malaba one-stop border post",
        "zone": "Africa/Nairobi",
        "system": "",
        "severity": "severe",
        "was": "",
        "since": (NOW - timedelta(hours=1)).isoformat(),
        "until": (NOW + timedelta(hours=5)).isoformat(),
        "text": "A queue of 6 km",
        "source": "Ura",
        "is_measured": False,
        "is_contested": False,
        "is_confirmed": False,
    }
    assert settle_standings(at=timezone.now()) == []
    assert len(told()) == 1


def test_a_correction_takes_the_place_of_what_it_corrects_and_a_withdrawal_leaves_it_unknown(ura: Source) -> None:
    take_in(ura, said("severe"))
    take_in(ura, said("slow"))
    assert severities() == {MALABA: "slow"}
    take_in(ura, said("slow", cancelled=True))
    assert severities() == {MALABA: "unknown"}
    assert told() == [(MALABA, "", "severe"), (MALABA, "severe", "slow"), (MALABA, "slow", "unknown")]
    assert list(Condition.objects.filter(is_latest=True).values_list("function", flat=True)) == ["cancel"]


def test_an_older_delivery_read_later_does_not_speak_last(ura: Source) -> None:
    take_in(ura, said("shut"))
    first, later = Condition.objects.get(), NOW + timedelta(minutes=5)
    take_in(ura, said("normal"))
    Condition.objects.exclude(pk=first.pk).update(received_at=later)
    take_in(ura, said("slow", "Q2"))
    assert set(Condition.objects.filter(is_latest=True).values_list("severity", flat=True)) == {"normal", "slow"}


def test_two_sources_that_contradict_each_other_are_shown_so(ura: Source, kra: Source) -> None:
    take_in(ura, said("severe"))
    take_in(kra, said("normal"))
    row = Standing.objects.get()
    assert (row.severity, row.is_contested, row.is_confirmed) == ("severe", True, False)
    assert [(one["source"], one["severity"]) for one in row.said] == [("ura", "severe"), ("kra", "normal")]
    assert told() == [(MALABA, "", "severe")]


def test_what_was_announced_begins_and_ends_by_the_clock(ura: Source) -> None:
    take_in(ura, said("shut", since_h=2, until_h=4))
    assert (severities(), told()) == ({MALABA: "unknown"}, [])
    assert settle_standings(at=NOW + timedelta(hours=2)) == [MALABA]
    assert severities() == {MALABA: "shut"}
    assert settle_standings(at=NOW + timedelta(hours=4)) == [MALABA]
    assert told() == [(MALABA, "unknown", "shut"), (MALABA, "shut", "unknown")]


def test_history_is_read_but_not_told(ura: Source) -> None:
    take_in(ura, said("slow"), is_history=True)
    assert (severities(), told()) == ({MALABA: "slow"}, [])


def test_an_open_word_that_nobody_repeats_grows_stale_and_is_not_forgotten(ura: Source) -> None:
    take_in(ura, said("shut"))
    received_at = Condition.objects.get().received_at
    settle_standings(at=received_at + HOLDS + timedelta(seconds=1))
    row = Standing.objects.get()
    assert (row.severity, row.stale_since) == ("shut", received_at + HOLDS)


def test_a_source_that_breaks_its_promise_makes_its_words_stale_until_it_speaks(ura: Source) -> None:
    take_in(ura, said("normal", until_h=99))
    heard_at = NOW - timedelta(hours=3)
    Source.objects.filter(pk=ura.pk).update(promise_s=3600, last_success_at=heard_at)
    settle_standings(at=NOW)
    assert Standing.objects.get().stale_since == heard_at + timedelta(hours=1)
    Source.objects.filter(pk=ura.pk).update(last_success_at=NOW)
    settle_standings(at=NOW)
    assert Standing.objects.get().stale_since is None


def test_staff_confirm_or_refute_and_it_counts_at_once(ura: Source, kra: Source, cast: Cast) -> None:
    take_in(ura, said("severe"))
    take_in(kra, said("normal"))
    from_ura, from_kra = Condition.objects.order_by("pk")
    judge(condition=from_kra, says="confirmed", evidence="Called the desk", by=cast.officer, at=timezone.now())
    row = Standing.objects.get()
    assert (row.severity, row.is_confirmed, row.is_contested) == ("normal", True, True)
    judge(condition=from_kra, says="refuted", evidence="They looked again", by=cast.officer, at=timezone.now())
    assert [one["source"] for one in Standing.objects.get().said] == ["ura"]
    entry = JournalEntry.objects.filter(kind="corridor.condition_judged").latest("pk")
    assert (entry.key, entry.by, entry.data) == (
        MALABA,
        cast.officer,
        {"condition": from_kra.pk, "says": "refuted", "evidence": "They looked again"},
    )
    assert from_ura.verdicts.count() == 0


def measured(now_s: int | None, now_n: int = 5, **more: Any) -> Measured:
    values: dict[str, Any] = {"usual_s": 3600, "usual_p90_s": 9000, "usual_n": 40}
    return Measured(kind="border", node="xx-border-malaba", now_s=now_s, now_n=now_n, **(values | more))


def test_a_measured_wait_speaks_beside_the_agencies(ura: Source) -> None:
    take_in(ura, said("normal"))
    assert keep_waits([measured(7200)], at=NOW) == 1
    row = Standing.objects.get()
    assert (row.severity, row.is_contested) == ("slow", True)
    assert [(one["source"], one["severity"], one["condition"]) for one in row.said] == [
        ("measured", "slow", 0),
        ("ura", "normal", Condition.objects.get().pk),
    ]
    assert keep_waits([measured(7000)], at=NOW + timedelta(minutes=1)) == 0
    assert Wait.objects.get().severity_since == NOW
    settle_standings(at=NOW + timedelta(minutes=1) + MEASURED_HOLDS + timedelta(seconds=1))
    assert [one["source"] for one in Standing.objects.get().said] == ["ura", "measured"]


def test_it_may_be_dropped_and_settled_again_without_a_word(ura: Source, kra: Source) -> None:
    take_in(ura, said("severe"))
    take_in(kra, said("shut", "K1", kind="system", system="iCMS", node=""))
    fields = ("subject", "kind", "node", "system", "severity", "since", "said", "is_contested")
    before, entries = list(Standing.objects.order_by("subject").values_list(*fields)), JournalEntry.objects.count()
    assert rebuild(at=timezone.now()) == 2
    assert list(Standing.objects.order_by("subject").values_list(*fields)) == before
    assert JournalEntry.objects.count() == entries


@pytest.mark.django_db(transaction=True)
def test_many_that_settle_at_once_tell_once(network: None) -> None:
    ura = source_of("ura", "status")
    take_in(ura, said("shut", since_h=2, until_h=4))

    def settle(_n: int) -> list[str]:
        try:
            return settle_standings(at=datetime.now(UTC) + timedelta(hours=3))
        finally:
            connections.close_all()

    with ThreadPoolExecutor(4) as pool:
        found = list(pool.map(settle, range(4)))
    assert sorted(found) == [[], [], [], [MALABA]]
    assert told() == [(MALABA, "unknown", "shut")]


_FIELDS = ("subject", "kind", "node", "system", "place", "severity", "since", "until")
_DOUBTS = ("is_contested", "is_confirmed", "stale_since", "said")


def standing_rows() -> list[tuple[Any, ...]]:
    """Everything that is derived, but for when it last changed and for what nobody speaks of any more."""
    rows = Standing.objects.order_by("subject").values_list(*_FIELDS, *_DOUBTS)
    return [row for row in rows if row[5] != "unknown"]


def happen(chance: Random, sources: list[Source], officer: Any) -> None:
    """One thing that changes how the corridor stands: a word of a source, a verdict, a measurement, or time alone."""
    at = timezone.now() + timedelta(hours=chance.randint(-2, 60))
    conditions = list(Condition.objects.order_by("pk"))
    what = chance.choice(["word", "word", "word", "verdict", "wait", "time"])
    if what == "word":
        more: dict[str, Any] = {"cancelled": True} if chance.random() < 0.2 else {}
        if chance.random() < 0.3:
            more |= {"kind": "system", "system": chance.choice(["iCMS", "KWATOS"]), "node": ""}
        severity, reference = chance.choice(["normal", "slow", "severe", "shut"]), chance.choice(["Q1", "Q2", "Q3"])
        since = chance.randint(-9, 3)
        until = chance.choice([None, since + 1, since + 8])
        take_in(chance.choice(sources), said(severity, reference, since_h=since, until_h=until, **more))
    elif what == "verdict" and conditions:
        says = chance.choice(["confirmed", "refuted"])
        judge(condition=chance.choice(conditions), says=says, evidence="Called", by=officer, at=at)
    elif what == "wait":
        keep_waits([measured(chance.choice([1000, 6000, 20000]))], at=at)
    else:
        Source.objects.filter(pk=chance.choice(sources).pk).update(promise_s=chance.choice([None, 3600]))


@pytest.mark.parametrize("seed", range(6))
def test_whatever_happened_settling_twice_is_settling_once_and_a_rebuild_finds_the_same(
    ura: Source, kra: Source, cast: Cast, seed: int
) -> None:
    chance = Random(seed)
    for _step in range(12):
        happen(chance, [ura, kra], cast.officer)
        at = timezone.now() + timedelta(hours=chance.randint(0, 70))
        settle_standings(at=at)
        once, entries = standing_rows(), JournalEntry.objects.count()
        assert settle_standings(at=at) == []
        assert (standing_rows(), JournalEntry.objects.count()) == (once, entries)
        rebuild(at=at)
        assert (standing_rows(), JournalEntry.objects.count()) == (once, entries)


@pytest.mark.parametrize("seed", range(4))
def test_the_journal_tells_each_change_once_and_leads_from_one_to_the_next(
    ura: Source, kra: Source, cast: Cast, seed: int
) -> None:
    chance = Random(100 + seed)
    for _step in range(12):
        happen(chance, [ura, kra], cast.officer)
        settle_standings(at=timezone.now() + timedelta(hours=chance.randint(0, 70)))
    last: dict[str, str] = {}
    for subject, was, severity in told():
        assert was == last.get(subject, "") or (subject not in last and was == "unknown")
        assert severity != was
        last[subject] = severity
    assert severities() == {subject: last.get(subject, "unknown") for subject in severities()}


def test_what_did_not_change_keeps_when_it_did(ura: Source) -> None:
    take_in(ura, said("slow"))
    changed_at = Standing.objects.get().changed_at
    assert settle_standings(at=timezone.now() + timedelta(hours=1)) == []
    assert Standing.objects.get().changed_at == changed_at
    take_in(ura, said("slow", text="A queue of 9 km"))
    assert Standing.objects.get().changed_at > changed_at
    assert len(told()) == 1


def test_a_verdict_that_was_changed_counts_as_it_was_last_given(ura: Source, cast: Cast) -> None:
    take_in(ura, said("shut"))
    condition = Condition.objects.get()
    found = []
    for says in ("refuted", "confirmed", "refuted", "refuted"):
        judge(condition=condition, says=says, evidence="Called", by=cast.officer, at=timezone.now())
        row = Standing.objects.get()
        found.append((row.severity, row.is_confirmed))
    assert found == [("unknown", False), ("shut", True), ("unknown", False), ("unknown", False)]
    assert [severity for _key, _was, severity in told()] == ["shut", "unknown", "shut", "unknown"]


def test_a_verdict_on_a_word_that_was_corrected_since_does_not_touch_the_new_one(ura: Source, cast: Cast) -> None:
    take_in(ura, said("shut"))
    first = Condition.objects.get()
    take_in(ura, said("severe"))
    judge(condition=first, says="refuted", evidence="Called", by=cast.officer, at=timezone.now())
    assert severities() == {MALABA: "severe"}


def test_what_staff_confirmed_grows_not_stale(ura: Source, cast: Cast) -> None:
    take_in(ura, said("shut"))
    condition = Condition.objects.get()
    judge(condition=condition, says="confirmed", evidence="Called", by=cast.officer, at=timezone.now())
    settle_standings(at=timezone.now() + 9 * HOLDS)
    assert Standing.objects.get().stale_since is None


def push(source: Source, raw: bytes, ago_h: float) -> None:
    read_delivery(receive(source=source, raw=raw, at=NOW - timedelta(hours=ago_h)).delivery.pk)


def stale() -> dict[str, str | None]:
    settle_standings(at=NOW)
    return {one["source"]: one["stale_since"] for one in Standing.objects.get().said}


@pytest.mark.parametrize("is_same_file", [True, False])
def test_a_word_that_its_source_repeats_holds_longer_than_hearsay(kra: Source, ura: Source, is_same_file: bool) -> None:
    for ago_h in (96, 72, 49, 3):
        sent = b"" if is_same_file else b" " * ago_h
        push(kra, said("shut", since_h=-97) + sent, ago_h)
    push(ura, said("normal", "H1", since_h=-3), 3)
    assert stale() == {"kra": None, "ura": None}
    assert severities() == {MALABA: "shut"}
    settle_standings(at=NOW + HOLDS - timedelta(hours=3))
    assert Standing.objects.get().stale_since is None


def test_a_word_is_not_repeated_by_what_its_source_says_of_others(kra: Source) -> None:
    here, other = said("shut", since_h=-97), said("slow", "Q2", since_h=-97, node="xx-border-busia")
    push(kra, here, 96)
    push(kra, other, 50)
    push(kra, other, 1)
    settle_standings(at=NOW)
    assert dict(Standing.objects.values_list("subject", "stale_since")) == {
        MALABA: NOW - timedelta(hours=96) + HOLDS,
        "border:xx-border-busia": None,
    }


@pytest.mark.parametrize(
    ("ago_h", "until_h", "promise_s", "heard_h", "stale_h"),
    [
        (47, None, None, None, None),
        (49, None, None, None, -1),
        (49, 5, None, None, None),
        (1, None, 3600, -0.5, None),
        (1, None, 3600, -3, -2),
        (1, 5, 3600, -3, -2),
        (99, None, 360000, -99, None),
        (49, None, 3600, None, -1),
    ],
)
def test_since_when_nobody_answers_for_a_word(
    ago_h: float, until_h: float | None, promise_s: int | None, heard_h: float | None, stale_h: float | None
) -> None:
    def at(hours: float | None) -> datetime | None:
        return None if hours is None else NOW + timedelta(hours=hours)

    source = Source(promise_s=promise_s, last_success_at=at(heard_h))
    condition = Condition(received_at=NOW - timedelta(hours=ago_h), until=at(until_h))
    assert stale_since(source, condition, NOW) == at(stale_h)
