"""Sources of the ways in, and what became of a pull."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from feeds.models import Delivery, Source
from feeds.pull import Haul, pull
from feeds.sources import add_source
from tests.conftest import AT

Add = Callable[..., Source]


@pytest.fixture
def add(db: None) -> Add:
    """Registers a source that waits for nothing to settle."""

    def add(fetch: str, url: str, **settings: str) -> Source:
        given: dict[str, Any] = {"slug": "partner", "format": "csv_events", "fetch": fetch, "url": url}
        return add_source(**given, settings={"settle_s": "0", **settings}, by=None, at=AT)[0]

    return add


def pull_now(source: Source) -> Haul:
    """What a pull brings, of the source as it stands in the database."""
    return pull(source=Source.objects.get(pk=source.pk), at=AT)


def kept() -> list[tuple[str, bytes]]:
    """Name and bytes of the deliveries, in their order."""
    rows = Delivery.objects.order_by("pk").values_list("file_name", "raw")
    return [(name, bytes(raw)) for name, raw in rows]
