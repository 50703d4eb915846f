"""The benchmark of a pull goes the whole way, page by page, and may be run again."""

from __future__ import annotations

import pytest

from cargo.models import EventMatch
from demo import pull_benchmark
from demo.measuring import Result
from feeds.models import Delivery
from notify.models import Notice


@pytest.fixture(autouse=True)
def _small(monkeypatch: pytest.MonkeyPatch, transactional_db: None) -> None:
    monkeypatch.setattr(pull_benchmark, "CONSIGNMENTS", 5)
    monkeypatch.setattr(pull_benchmark, "PAGE", 2)


def test_every_page_goes_the_whole_way_to_the_outbox_each_time() -> None:
    for run in (1, 2):
        seconds, wait = pull_benchmark.pulls()
        assert 0 < wait.value <= seconds.value
        assert seconds == Result("pull", seconds.value, "s", 60.0, seconds.ratio)
        assert seconds.ratio == pytest.approx(seconds.value / 60, abs=0.0002)
        read = list(Delivery.objects.order_by("pk").values_list("state", "events"))
        assert read[-3:] == [("read", 2), ("read", 2), ("read", 1)]
        assert EventMatch.objects.count() == Notice.objects.filter(channel="email").count() == 5 * run
