"""Why figures are what they are: tickets, each for whom it is visible to, and of what was measured alone."""

from __future__ import annotations

from django.contrib.auth.models import AnonymousUser
from django.utils import timezone

from cargo.models import Consignment
from feeds.models import Source
from liaison.concerns import Concern
from liaison.models import Viewer
from observatory.asking import asked_of
from observatory.causes import causes
from observatory.registry import INDICATORS
from tests.conftest import Cast
from tests.observatory.boxes import six_boxes
from tests.tickets.conftest import opened
from tickets.categories import load_categories
from tickets.resolving import resolve

DWELL = INDICATORS["container_dwell_time"]


def test_open_tickets_by_what_they_are_about_for_who_may_see_them(
    cast: Cast, clerk: Source, consignment: Consignment
) -> None:
    load_categories()
    six_boxes(cast, clerk)
    first, second, third, *_rest = Consignment.objects.exclude(pk=consignment.pk).order_by("pk")
    for cargo in (first, second, third, consignment):
        ticket = opened(cast, cargo)
    (code,) = {ticket.category.code}

    def told(viewer: Viewer, slug: str = DWELL.slug, **query: str) -> list[int]:
        asked = asked_of(query, today=timezone.localdate())
        return [cause["count"] for cause in causes(INDICATORS[slug], asked, viewer=viewer)]

    (cause,) = causes(DWELL, asked_of({}, today=timezone.localdate()), viewer=cast.officer)
    assert cause == {
        "name": Concern(code).label,
        "count": 3,
        "address": f"/tickets/?state=unsolved&category={code}",
    }
    # Hers are the importer's, too; a stranger's none, the public is not asked; of what was not measured none is counted.
    assert (told(cast.importer), told(cast.stranger), told(AnonymousUser())) == ([3], [], [])
    assert told(cast.officer, part="cargo:roro") == told(cast.officer, until="2020-01-31") == []
    assert told(cast.officer, "tickets_opened") == told(cast.officer, "port_throughput_total") == []
    # What is over explains nothing any more.
    over = opened(cast, first)
    assert told(cast.officer) == [4]
    resolve(ticket=over, cause="other", words="Loaded.", by=cast.officer, at=timezone.now())
    assert told(cast.officer) == [3]
