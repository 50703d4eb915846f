"""The small map marks the tracker or the place that was heard of last."""

from __future__ import annotations

from datetime import timedelta

from cargo.models import Consignment, Milestone
from cargo.place_map import place_map
from cargo.whereabouts import Whereabouts
from corridor.outline import HEIGHT, WIDTH, project
from feeds.models import Source
from tests.cargo.test_reading import NOW, csv, row, take_in


def tracker(hours_ago: float, place: str = "") -> Whereabouts:
    at = NOW - timedelta(hours=hours_ago)
    return Whereabouts("TGHU3054380", "T 1", place, "Africa/Nairobi", -1.3, 36.8, None, at, at, "Fleet")


def test_the_latest_word_is_where_it_is(clerk: Source, consignment: Consignment) -> None:
    assert place_map([], []) is None
    take_in(clerk, csv(row("border_in", 9, node="xx-border-malaba")))
    milestones = list(Milestone.objects.select_related("event__node"))
    found = place_map(milestones, [tracker(10)])
    assert found
    assert (found.here.name, found.is_tracked) == ("Malaba", False)
    assert [stop.name for stop in found.stops] == ["Mombasa", "Malaba", "Busia", "Gatuna", "Kagitumba", "Kigali"]
    assert all(0 < stop.x < WIDTH and 0 < stop.y < HEIGHT for stop in found.stops)
    moved = place_map(milestones, [tracker(2), tracker(5)])
    assert moved
    x, y = project(-1.3, 36.8)
    assert (moved.here.x, moved.here.y, moved.here.name, moved.is_tracked) == (round(x), round(y), "T 1", True)
    named = place_map([], [tracker(2, "Nairobi")])
    assert named
    assert named.here.name == "Nairobi"
