"""What staff say themselves: a delivery of the office's own source that reads back as what was said."""

from __future__ import annotations

import json
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from django.utils import timezone
from hypothesis import given
from hypothesis import strategies as st

from cargo.reading import read_delivery
from corridor.models import Condition, Standing
from corridor.spoken import NAME, RANK, SLUG, Spoken, speak
from feeds.facts import Condition as Fact
from feeds.formats import READERS
from feeds.models import Delivery, Source
from tests.conftest import Cast

AT = datetime(2026, 11, 25, 12, tzinfo=UTC)
MALABA = "xx-border-malaba"
SINCE = datetime.fromisoformat("2026-11-20T07:30")


def spoken(**more: Any) -> Spoken:
    values: dict[str, Any] = {
        "kind": "border",
        "node": MALABA,
        "system": "",
        "severity": "shut",
        "since": SINCE,
        "until": None,
        "text": "Scanner down",
        "evidence": "the desk",
    }
    return Spoken(**(values | more))


def fact_of(said: Spoken, at: datetime = AT) -> Fact:
    """What the portal's reader makes of it."""
    found = READERS["status"](said.as_json(said_at=at), {})
    assert found.faults == ()
    (fact,) = found.of(Fact)
    return fact


def test_it_reads_back_as_what_was_said() -> None:
    fact = fact_of(spoken(until=SINCE + timedelta(hours=3)))
    assert (fact.kind, fact.severity, fact.place.node, fact.system) == ("border", "shut", MALABA, "")
    assert (fact.since.value, fact.until and fact.until.value) == (SINCE, SINCE + timedelta(hours=3))
    assert fact.text == "Scanner down (the desk)"


words = st.text(min_size=1, max_size=40).filter(lambda text: text.isprintable() and text.strip() == text)


@given(words, words)
def test_any_words_read_back(text: str, evidence: str) -> None:
    assert " ".join(fact_of(spoken(text=text, evidence=evidence)).text.split()) == " ".join(
        f"{text} ({evidence})".split()
    )


@pytest.mark.parametrize(
    ("more", "is_same"),
    [
        ({"severity": "normal", "text": "Open", "evidence": "seen"}, True),
        ({"since": SINCE + timedelta(days=9), "until": SINCE + timedelta(days=10)}, True),
        ({"node": "xx-border-busia"}, False),
        ({"kind": "road"}, False),
        ({"kind": "system", "node": "", "system": "iCMS"}, False),
    ],
    ids=str,
)
def test_a_later_word_has_the_reference_of_its_subject(more: dict[str, Any], is_same: bool) -> None:
    assert (fact_of(spoken(**more)).reference == fact_of(spoken()).reference) is is_same


def test_two_systems_are_two_subjects() -> None:
    references = {fact_of(spoken(kind="system", node="", system=name)).reference for name in ("iCMS", "KWATOS")}
    assert len(references) == 2


def test_the_same_said_again_later_is_another_delivery_of_the_same_words() -> None:
    first, again = (json.loads(spoken().as_json(said_at=at)) for at in (AT, AT + timedelta(minutes=1)))
    assert first["conditions"] == again["conditions"]
    assert (first["said_at"], again["said_at"]) == ("2026-11-25T12:00:00+00:00", "2026-11-25T12:01:00+00:00")


def say(cast: Cast, **more: Any) -> None:
    receipt = speak(spoken=spoken(**more), by=cast.officer, at=timezone.now())
    read_delivery(receipt.delivery.pk)


def test_it_is_kept_under_the_office_s_own_source_with_who_said_so(cast: Cast) -> None:
    say(cast)
    source = Source.objects.get(slug=SLUG)
    assert (source.name, source.rank, source.format) == (NAME, RANK, "status")
    delivery = Delivery.objects.get()
    assert (delivery.source, delivery.note, delivery.state) == (source, "the desk", "read")
    # On the clock of Malaba, three hours before Greenwich.
    assert Condition.objects.get().since == datetime(2026, 11, 20, 4, 30, tzinfo=UTC)


def test_the_later_word_counts_and_the_first_may_come_back(cast: Cast) -> None:
    found = []
    for severity in ("shut", "normal", "shut"):
        say(cast, severity=severity)
        found.append(Standing.objects.get().severity)
    assert found == ["shut", "normal", "shut"]
    assert Condition.objects.filter(is_latest=True).count() == 1
    assert Source.objects.filter(slug=SLUG).count() == 1
