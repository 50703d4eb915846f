"""What stands behind an indicator's figures: cargo and tickets, each for whom they are visible to and for nobody else."""

from __future__ import annotations

from datetime import timedelta

import pytest
import time_machine
from django.contrib.auth.models import AnonymousUser
from django.utils import timezone

from cargo.models import Consignment
from feeds.models import Source
from liaison.models import Viewer
from observatory import counting
from observatory.asking import Asked, asked_of
from observatory.files import COLUMNS, as_csv, as_data, metadata, rows_of
from observatory.page import shown, worst
from observatory.registry import INDICATORS
from tests.conftest import Cast
from tests.observatory.boxes import HOURS, six_boxes
from tests.tickets.conftest import opened
from tickets.categories import load_categories
from tickets.conversation import Saying, say

DWELL = INDICATORS["container_dwell_time"]


def asked(**query: str) -> Asked:
    return asked_of(query, today=timezone.localdate())


@pytest.fixture
def trips(cast: Cast, clerk: Source) -> None:
    """Boxes that stayed in the port for 30 to 80 hours."""
    six_boxes(cast, clerk)


def refs(viewer: Viewer, **query: str) -> list[str]:
    return [ref for _address, ref, _length in worst(DWELL, asked(**query), viewer=viewer)]


def test_the_longest_come_first_and_to_whom_they_are_visible(trips: None, cast: Cast) -> None:
    longest_first = list(Consignment.objects.order_by("-pk").values_list("ref", flat=True))
    assert len(longest_first) == len(HOURS)
    assert refs(cast.officer) == refs(cast.importer) == longest_first
    for viewer in (cast.stranger, cast.official, cast.desk, AnonymousUser()):
        assert refs(viewer) == []
    first = worst(DWELL, asked(), viewer=cast.officer)[0]
    assert first[0] == f"/consignments/{longest_first[0]}/"
    assert " ".join(first[2].split()) == "80.0 h"


def test_a_part_and_a_range_narrow_them(trips: None, cast: Cast) -> None:
    assert refs(cast.officer, part="cargo:roro") == []
    assert len(refs(cast.officer, part="cargo:container")) == len(HOURS)
    yesterday = (timezone.localdate() - timedelta(days=3)).isoformat()
    assert refs(cast.officer, until=yesterday) == []


def test_tickets_lead_to_tickets(cast: Cast, consignment: Consignment) -> None:
    load_categories()
    # Replied to now: in an hour it may be tomorrow, of which nothing is asked.
    with time_machine.travel(timezone.now() - timedelta(hours=1)):
        ticket = opened(cast, consignment)
    say(ticket=ticket, saying=Saying(text="Look"), by=cast.officer, at=timezone.now())
    counting.count(at=timezone.now())
    reply = INDICATORS["ticket_first_reply_time"]
    for viewer, seen in ((cast.officer, 1), (cast.importer, 1), (cast.stranger, 0), (cast.official, 0)):
        found = worst(reply, asked(), viewer=viewer)
        assert [address for address, _ref, _length in found] == [f"/tickets/{ticket.ref}/"] * seen


@pytest.mark.parametrize("slug", ["transit_volume_rwanda", "weighbridge_compliance", "tickets_opened"])
def test_what_is_no_length_of_time_has_no_longest(trips: None, cast: Cast, slug: str) -> None:
    assert worst(INDICATORS[slug], asked(), viewer=cast.officer) == []


def test_files_hold_what_the_page_shows_and_leave_out_what_it_does(trips: None, cast: Cast) -> None:
    border = INDICATORS["border_crossing_time_malaba"]
    public, office = (shown(border, asked(), viewer=viewer) for viewer in (AnonymousUser(), cast.officer))
    place = {name: number for number, name in enumerate(COLUMNS)}
    told, known = rows_of(public)[-1], rows_of(office)[-1]
    assert (told[place["n"]], known[place["n"]]) == (2, 2)
    for name in ("value", "p10", "p50", "p90", "median_low_95", "median_high_95"):
        assert told[place[name]] is None
    assert (known[place["p50"]], known[place["median_low_95"]]) == (0.4, None)
    assert as_csv(public).splitlines()[-1].count(",") == len(COLUMNS) - 1
    data = as_data(public)
    assert {period["p50"] for period in data["series"]} == {None}
    assert data["range"]["value"] is None


def test_metadata_stand_alone(db: None) -> None:
    for indicator in INDICATORS.values():
        found = metadata(indicator)
        assert found["made_at"] is None
        assert found["definition"].endswith(".")
        assert found["is_counted_here"] is indicator.is_ours
