"""Changing places and distances: told with old and new, never over somebody else's change, never without a source."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from decimal import Decimal

import pytest
from django.core.exceptions import ValidationError

from corridor.models import Distance, Leg, Node
from corridor.network_editing import (
    Change,
    NodeEntry,
    edit_node,
    leg_history,
    node_history,
    note_distance,
    use_distance,
)
from liaison.models import JournalEntry, Organization
from tests.conftest import AT, Cast

LATER = AT + timedelta(hours=1)


@pytest.fixture
def node(network: None) -> Node:
    return Node.objects.select_related("agency").get(slug="xx-border-gatuna")


@pytest.fixture
def leg(network: None) -> Leg:
    return Leg.objects.select_related("origin", "destination").get(origin__slug="tz-port-dar", km__isnull=False)


def entry_of(node: Node) -> NodeEntry:
    """What is kept of it already."""
    return NodeEntry(**{name: getattr(node, name) for name in NodeEntry.__dataclass_fields__})


def told(kind: str) -> list[tuple[str, dict[str, object]]]:
    return list(JournalEntry.objects.filter(kind=kind).order_by("pk").values_list("key", "data"))


def test_what_was_changed_is_told_with_old_and_new(node: Node, cast: Cast) -> None:
    ura = Organization.objects.get(name="URA")
    entry = replace(
        entry_of(node), opening_hours="24/7", hours_source="URA, by telephone", agency=ura, lat=Decimal("-1.421")
    )
    assert edit_node(node=node, entry=entry, seen=None, by=cast.officer, at=AT)
    kept = Node.objects.get(pk=node.pk)
    assert (kept.opening_hours, kept.agency, kept.lat, kept.edited_at) == ("24/7", ura, Decimal("-1.42100"), AT)
    changes = {
        "opening_hours": ["", "24/7"],
        "hours_source": ["", "URA, by telephone"],
        "agency": ["RRA", "URA"],
        "lat": ["-1.42000", "-1.42100"],
    }
    assert told("corridor.node_edited") == [("xx-border-gatuna", {"changes": changes})]
    assert {(change.at, change.by, change.what, change.old, change.new) for change in node_history(node)} == {
        (AT, "Officer", "agency in charge", "RRA", "URA"),
        (AT, "Officer", "opening hours", "", "24/7"),
        (AT, "Officer", "source of the opening hours", "", "URA, by telephone"),
        (AT, "Officer", "latitude", "-1.42000", "-1.42100"),
    }


def test_the_same_again_changes_nothing_and_tells_nothing(node: Node) -> None:
    assert not edit_node(node=node, entry=replace(entry_of(node), lat=Decimal("-1.42")), seen=None, by=None, at=AT)
    assert (Node.objects.get(pk=node.pk).edited_at, told("corridor.node_edited")) == (None, [])


def test_a_change_on_top_of_one_that_was_not_seen_is_refused(node: Node) -> None:
    mine, hers = (replace(entry_of(node), note=words) for words in ("mine", "hers"))
    assert edit_node(node=node, entry=hers, seen=None, by=None, at=AT)
    with pytest.raises(ValidationError, match="in the meantime"):
        edit_node(node=node, entry=mine, seen=None, by=None, at=LATER)
    assert Node.objects.get(pk=node.pk).note == "hers"
    assert edit_node(node=node, entry=mine, seen=AT, by=None, at=LATER)
    assert [(change.old, change.new) for change in node_history(node)] == [("hers", "mine"), (node.note, "hers")]


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({"opening_hours": "daily"}, "cannot be read"),
        ({"opening_hours": "24/7"}, "where the opening hours are from"),
        ({"name": ""}, "blank"),
        ({"email": "nobody"}, "valid"),
        ({"coordinates": "guessed"}, "valid choice"),
    ],
)
def test_what_cannot_be_kept_is_refused_whole(node: Node, change: dict[str, str], words: str) -> None:
    with pytest.raises(ValidationError, match=words):
        edit_node(node=node, entry=replace(entry_of(node), **change), seen=None, by=None, at=AT)  # type: ignore[arg-type]
    assert entry_of(Node.objects.get(pk=node.pk)) == entry_of(node)
    assert told("corridor.node_edited") == []


def test_one_more_distance_stands_beside_the_others_and_is_kept_once(leg: Leg, cast: Cast) -> None:
    said = {"km": 1474, "source": "A driver's log", "confidence": "measured"}
    first = note_distance(leg=leg, by=cast.officer, at=AT, **said)  # type: ignore[arg-type]
    assert note_distance(leg=leg, by=None, at=LATER, **said) == first  # type: ignore[arg-type]
    assert (first.by, first.noted_at, leg.is_used(first)) == (cast.officer, AT, False)
    leg.refresh_from_db()
    assert leg.km == 1460
    ends = {"origin": "tz-port-dar", "destination": "rw-city-kigali", "mode": "road"}
    changes = {"distance": ["", "1474 km: A driver's log"]}
    assert told("corridor.distance_noted") == [(str(leg.pk), {**ends, "changes": changes})]
    assert leg_history(leg) == [Change(AT, "Officer", "distance added", "", "1474 km: A driver's log")]


def test_another_distance_is_used_from_now_on_and_says_why(leg: Leg) -> None:
    other, reason = Distance.objects.get(leg=leg, km=1350), leg.reason
    assert use_distance(leg=leg, distance=other, reason=" Driven twice ", by=None, at=AT)
    leg.refresh_from_db()
    assert (leg.km, leg.source, leg.reason, leg.edited_at) == (1350, other.source, "Driven twice", AT)
    assert leg.is_used(other)
    assert [(change.what, change.old, change.new) for change in leg_history(leg)] == [
        (
            "distance in use",
            "1460 km: newtimes.co.rw (fuel trucks); other sources 1350-1500",
            f"1350 km: {other.source}",
        ),
        ("reason", reason, "Driven twice"),
    ]
    assert not use_distance(leg=leg, distance=other, reason="Driven twice", by=None, at=LATER)
    assert len(told("corridor.leg_edited")) == 1


def test_a_length_may_become_unknown_again(leg: Leg) -> None:
    assert use_distance(leg=leg, distance=None, reason="The road was cut", by=None, at=AT)
    leg.refresh_from_db()
    assert (leg.km, leg.source != "") == (None, True)
    assert leg.distances.count() == 4


def test_no_choice_without_a_reason_and_none_of_another_leg(leg: Leg) -> None:
    foreign = Distance.objects.exclude(leg=leg).earliest("pk")
    for distance, reason, words in ((foreign, "Shorter", "not of this leg"), (None, "  ", "Say why")):
        with pytest.raises(ValidationError, match=words):
            use_distance(leg=leg, distance=distance, reason=reason, by=None, at=AT)
    leg.refresh_from_db()
    assert (leg.km, leg.edited_at, told("corridor.leg_edited")) == (1460, None, [])
