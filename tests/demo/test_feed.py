"""The feed server: over real HTTP, conditional, and at the corridor's own pace."""

from __future__ import annotations

import http.client
import threading
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from email.utils import format_datetime
from pathlib import Path

import pytest
from django.core.management import CommandError, call_command
from pytest_django import Settings

from cargo.models import Event
from cargo.reading import read_delivery
from demo.feed import FeedServer
from demo.messages import FEEDS, REPORT_FEEDS, Reports, voices
from demo.reports import GATE, LINE
from demo.state import State, write_state
from demo.year import Year, trips
from feeds.models import Delivery, Source
from feeds.pull import pull
from feeds.sources import add_source
from tests.demo.conftest import UNTIL

YEAR = Year(seed=2026, until=UNTIL, consignments=20)
FOUND = trips(YEAR)
MADE = Reports(FOUND, voices(YEAR, FOUND))


@dataclass
class Running:
    """A feed server on a free port, the clock that it goes by, and one kept connection to it."""

    server: FeedServer
    clock: list[datetime]
    line: http.client.HTTPConnection
    folder: Path
    url: str = field(init=False)

    def __post_init__(self) -> None:
        self.url = f"http://127.0.0.1:{self.server.server_port}"

    def get(self, slug: str, **headers: str) -> tuple[int, bytes, dict[str, str]]:
        """Status, body and headers of one GET."""
        self.line.request("GET", f"/{slug}", headers={name.replace("_", "-"): value for name, value in headers.items()})
        answer = self.line.getresponse()
        return answer.status, answer.read(), dict(answer.headers)


@pytest.fixture
def feed(tmp_path: Path) -> Iterator[Running]:
    """A server of the small year, at the moment of its load."""
    write_state(tmp_path, State("password", YEAR))
    clock = [UNTIL]
    with FeedServer(("127.0.0.1", 0), tmp_path, clock=lambda: clock[0]) as server:
        thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
        thread.start()
        line = http.client.HTTPConnection("127.0.0.1", server.server_port, timeout=10)
        yield Running(server, clock, line, tmp_path)
        line.close()
        server.shutdown()
        thread.join(10)


def window(slug: str, at: datetime = UNTIL) -> tuple[bytes, datetime]:
    found = MADE.window(slug, at)
    assert found is not None
    return found


@pytest.mark.parametrize("slug", FEEDS)
def test_each_source_answers_what_it_has_to_tell(feed: Running, slug: str) -> None:
    raw, last_at = window(slug)
    status, body, headers = feed.get(slug)
    assert (status, body, headers["Content-Type"]) == (200, raw, FEEDS[slug].content_type)
    assert headers["Last-Modified"] == format_datetime(last_at, usegmt=True)
    assert (headers["Content-Length"], headers["Cache-Control"]) == (str(len(raw)), "no-cache")


def test_who_has_it_already_is_told_so_in_no_words(feed: Running) -> None:
    _status, _body, headers = feed.get(GATE)
    status, body, again = feed.get(GATE, If_None_Match=headers["ETag"])
    assert (status, body, again["ETag"], "Content-Length" in again) == (304, b"", headers["ETag"], False)
    assert feed.get(GATE)[0] == 200


def test_what_counts_as_having_it(feed: Running) -> None:
    headers = feed.get(GATE)[2]
    tag, date = headers["ETag"], headers["Last-Modified"]
    earlier = format_datetime(window(GATE)[1] - timedelta(seconds=1), usegmt=True)
    asked = [
        ({"If_None_Match": f'"other", W/{tag}'}, 304),
        ({"If_None_Match": "*"}, 304),
        ({"If_None_Match": '"other"'}, 200),
        ({"If_None_Match": '"other"', "If_Modified_Since": date}, 200),
        ({"If_None_Match": tag, "If_Modified_Since": earlier}, 304),
        ({"If_Modified_Since": date}, 304),
        ({"If_Modified_Since": earlier}, 200),
        ({"If_Modified_Since": "yesterday"}, 200),
        ({"If_Modified_Since": ""}, 200),
    ]
    assert [feed.get(GATE, **conditions)[0] for conditions, _status in asked] == [status for _, status in asked]


def test_the_answer_changes_when_there_is_news_and_not_before(feed: Running) -> None:
    news_at = MADE.between(GATE, UNTIL, UNTIL + timedelta(days=400))[0].reported_at
    first = feed.get(GATE)[2]["ETag"]
    feed.clock[0] = news_at - timedelta(seconds=1)
    assert feed.get(GATE, If_None_Match=first)[0] == 304
    feed.clock[0] = news_at
    status, body, headers = feed.get(GATE, If_None_Match=first)
    assert (status, body, headers["ETag"] != first) == (200, window(GATE, news_at)[0], True)


def test_a_source_that_has_nothing_to_tell_yet(feed: Running) -> None:
    feed.clock[0] = UNTIL - timedelta(days=900)
    for _time in range(2):
        status, body, headers = feed.get(GATE)
        assert (status, body, "Content-Length" in headers) == (204, b"", False)


@pytest.mark.parametrize("path", ["", "nobody", "demo-line/more", "../demo.json", "%2e%2e/demo.json"])
def test_what_is_no_source_is_not_found(feed: Running, path: str) -> None:
    assert feed.get(path)[:2] == (404, b"No such source\n")


def test_the_query_is_not_looked_at(feed: Running) -> None:
    assert feed.get(f"{GATE}/?since=yesterday")[:2] == (200, window(GATE)[0])


def test_without_a_year_it_asks_to_come_again(feed: Running) -> None:
    (feed.folder / "demo.json").unlink()
    status, _body, headers = feed.get(LINE)
    assert (status, headers["Retry-After"]) == (503, "10")
    write_state(feed.folder, State("password", YEAR))
    assert feed.get(LINE)[0] == 200


def test_another_year_is_served_without_a_new_start(feed: Running) -> None:
    first = feed.get(LINE)[1]
    other = Year(seed=5, until=UNTIL, consignments=20)
    write_state(feed.folder, State("password", other))
    raw, _last_at = Reports(trips(other)).window(LINE, UNTIL) or (b"", UNTIL)
    assert (feed.get(LINE)[1], raw != first) == (raw, True)


def source_of(feed: Running, slug: str) -> Source:
    definition = FEEDS[slug]
    return add_source(slug=slug, format=definition.format, fetch="http", url=f"{feed.url}/{slug}", by=None, at=UNTIL)[0]


@pytest.mark.parametrize("slug", FEEDS)
def test_the_portal_pulls_it_once_and_reads_all_of_it(network: None, feed: Running, slug: str) -> None:
    (receipt,) = pull(source=source_of(feed, slug), at=UNTIL).receipts
    outcome = read_delivery(receipt.delivery.pk)
    assert (bytes(Delivery.objects.get().raw), outcome.quarantined) == (window(slug)[0], 0)
    assert outcome.events > 0
    assert outcome.events == Event.objects.count() or slug not in REPORT_FEEDS
    assert pull(source=Source.objects.get(slug=slug), at=UNTIL).receipts == []
    assert Delivery.objects.count() == 1


def test_a_demo_that_is_not_loaded_yet_is_a_failure_that_is_noted(network: None, feed: Running) -> None:
    (feed.folder / "demo.json").unlink()
    assert pull(source=source_of(feed, LINE), at=UNTIL).failure == "HTTP 503"
    source = Source.objects.get(slug=LINE)
    assert (source.failures, source.last_error, Delivery.objects.count()) == (1, "HTTP 503", 0)


def test_the_command_says_why_it_cannot_serve(feed: Running, settings: Settings) -> None:
    settings.DEMO_FEED_URL = feed.url
    with pytest.raises(CommandError, match=f"{feed.url}: Address already in use"):
        call_command("demo_feed")
    settings.DEMO = False
    with pytest.raises(CommandError, match="not a demo"):
        call_command("demo_feed")
