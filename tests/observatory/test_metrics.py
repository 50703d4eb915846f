"""What Prometheus reads: that each figure is what the rows say, and that it costs few queries."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from prometheus_client.parser import text_string_to_metric_families

from feeds.models import Source
from liaison.health import beat
from notify.letters import write_letter
from observatory.metrics import exposition
from tests.conftest import AT, Cast
from tests.tickets.conftest import opened
from tickets.categories import load_categories
from tickets.models import Ticket

Key = tuple[tuple[str, str], ...]


def read(text: bytes) -> dict[str, dict[Key, float]]:
    """The samples by name and labels."""
    found: dict[str, dict[Key, float]] = {}
    for family in text_string_to_metric_families(text.decode()):
        for sample in family.samples:
            found.setdefault(sample.name, {})[tuple(sorted(sample.labels.items()))] = sample.value
    return found


def test_each_figure_is_what_the_rows_say(cast: Cast, clerk: Source, gate: Source) -> None:
    Source.objects.filter(pk=clerk.pk).update(last_success_at=AT - timedelta(minutes=5), silent_at=AT)
    for minutes in (10, 1):
        write_letter(address="x@portal.example", subject="x", body="x", at=AT - timedelta(minutes=minutes))
    write_letter(address="x@portal.example", subject="x", body="x", at=AT + timedelta(minutes=1))
    load_categories()
    ticket = opened(cast)
    Ticket.objects.filter(pk=ticket.pk).update(next_breach_at=AT)
    beat("reports")
    with CaptureQueriesContext(connection) as asked:
        found = read(exposition(at=AT))
    letters = (("channel", "email"), ("kind", "letter"))
    assert found["portal_outbox_due"][letters] == 2
    assert found["portal_outbox_oldest_seconds"][letters] == 600
    assert found["portal_source_lag_seconds"] == {(("source", "clerk"),): 300}
    assert found["portal_source_silent"] == {(("source", "clerk"),): 1, (("source", "gate"),): 0}
    assert found["portal_tickets_open"] == {(("state", "new"),): 1}
    assert found["portal_tickets_breached"] == {(): 1}
    assert 0 <= found["portal_worker_heartbeat_age_seconds"][(("queue", "reports"),)] < 60
    assert found["portal_database_bytes"][()] > 0
    assert len(asked) <= 11


def test_without_redis_the_rest_is_told(db: None, settings: pytest.FixtureRequest) -> None:
    settings.REDIS_URL = "redis://127.0.0.1:1/0"  # type: ignore[attr-defined]
    found = read(exposition(at=AT))
    assert "portal_queue_depth" not in found
    assert found["portal_deliveries_waiting"] == {(): 0}
