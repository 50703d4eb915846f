"""Events and their matches: what the database refuses, which match nothing, and how several seals are looked for."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any
from uuid import UUID, uuid4

import pytest
from django.db import IntegrityError, transaction

from cargo.models import Consignment, Event, EventMatch
from feeds.intake import receive
from feeds.models import Source
from liaison.models import AnonymousUser
from tests.conftest import AT, Cast

Make = Callable[..., Event]


@pytest.fixture
def event(cast: Cast, clerk: Source) -> Make:
    delivery = receive(source=clerk, raw=b"x", at=AT).delivery

    def make(**more: Any) -> Event:
        values: dict[str, Any] = {
            "key": uuid4(),
            "source": clerk,
            "delivery": delivery,
            "kind": "gate_out",
            "classifier": "ACT",
            "zone": "Africa/Nairobi",
            "occurred_at": AT,
            "received_at": AT,
            "container": "TGHU3054380",
        }
        return Event.objects.create(**{**values, **more})

    return make


@pytest.mark.parametrize(
    ("constraint", "values"),
    [
        ("event_classifier_known", {"classifier": ""}),
        ("event_classifier_known", {"classifier": "act"}),
        ("event_function_known", {"function": ""}),
        ("event_function_known", {"function": "undo"}),
        ("event_has_kind", {"kind": ""}),
        ("event_names_goods", {"container": ""}),
        ("event_names_goods", {"container": "", "seals": "S1", "plate": "KAA123B", "vessel": "ABACUS"}),
        ("cargo_event_line_check", {"line": -1}),
    ],
)
def test_an_event_that_cannot_be_is_refused(event: Make, constraint: str, values: dict[str, Any]) -> None:
    with pytest.raises(IntegrityError, match=f'"{constraint}"'), transaction.atomic():
        event(**values)
    assert Event.objects.count() == 0


@pytest.mark.parametrize("name", ["container", "bill_of_lading", "reference", "declaration"])
def test_any_one_number_names_goods(event: Make, name: str) -> None:
    kept = event(**{"container": "", name: "N1"})
    assert str(kept) == ("gate_out " if name == "declaration" else "gate_out N1")
    assert (kept.function, kept.flags, kept.is_matched) == ("original", [], False)


def test_the_source_s_key_is_there_once(event: Make) -> None:
    key = UUID(int=7)
    event(key=key)
    with pytest.raises(IntegrityError, match="cargo_event_key"), transaction.atomic():
        event(key=key, kind="sealed", container="CSQU3054383")
    for function in ("replace", "cancel"):
        event(function=function, corrects=key)
    assert Event.objects.filter(corrects=key).count() == 2


def test_an_event_belongs_to_a_consignment_once(event: Make, consignment: Consignment) -> None:
    kept, unit = event(), consignment.units.earliest("pk")
    match = EventMatch.objects.create(event=kept, consignment=consignment)
    with pytest.raises(IntegrityError, match="event_match_once"), transaction.atomic():
        EventMatch.objects.create(event=kept, consignment=consignment, unit=unit)
    EventMatch.objects.create(event=event(), consignment=consignment, unit=unit)
    assert (consignment.matches.count(), str(match)) == (2, f"{kept.pk} in {consignment.pk}")


def test_what_matches_nothing_is_the_office_s_to_see(cast: Cast, event: Make, consignment: Consignment) -> None:
    stray, mine = event(), event(is_matched=True)
    EventMatch.objects.create(event=mine, consignment=consignment)
    assert list(Event.objects.unmatched()) == [stray]
    seen = {part: list(Event.objects.visible_to(one).order_by("pk")) for part, one in cast.people().items()}
    assert seen == {
        "importer": [mine],
        "agent": [mine],
        "stranger": [],
        "officer": [stray, mine],
        "desk": [],
        "official": [],
    }
    assert list(Event.objects.visible_to(AnonymousUser())) == []


@pytest.mark.parametrize(
    ("seals", "asked", "is_found"),
    [
        ("S1", "S1", True),
        ("S1 S2", "S2", True),
        ("S1 S2 S3", "S2", True),
        ("S1 S22", "S2", False),
        ("S12", "S1", False),
        ("", "S1", False),
        ("s1 S2", "S1", False),
    ],
)
def test_one_of_several_seals_is_found_whole(event: Make, seals: str, asked: str, is_found: bool) -> None:
    event(seals=seals)
    assert Event.objects.filter(seals__listed__contains=[asked]).exists() is is_found
