"""Page by page over HTTP, with secrets that stay with their server, and at the pace that the server asks for."""

from __future__ import annotations

import base64
import gzip
from datetime import timedelta
from urllib.parse import parse_qs, urlsplit

import pytest

from feeds.models import Delivery, Source
from feeds.ways import reach
from liaison.reach import Reach
from tests.conftest import AT
from tests.feeds.conftest import Desk, Partner
from tests.feeds.ways.conftest import Add, kept, pull_now


def in_pages(partner: Partner, *pages: bytes) -> None:
    """The partner gives a page for each cursor: 0 without one, then the number of the next."""

    def give(desk: Desk) -> None:
        number = int(parse_qs(urlsplit(desk.path).query).get("cursor", ["0"])[0])
        more = {"Next_Page_Cursor": str(number + 1)} if number + 1 < len(pages) else {}
        desk.say(pages[number], 200, ETag='"1"', **more)

    partner.give = give


def test_each_page_is_a_delivery_of_its_own(add: Add, partner: Partner) -> None:
    in_pages(partner, b"one", b"two", b"three")
    haul = pull_now(add("http", f"{partner.url}?limit=1"))
    assert [raw for _name, raw in kept()] == [b"one", b"two", b"three"]
    assert (haul.failure, partner.paths) == ("", [f"/events?limit=1{more}" for more in ("", "&cursor=1", "&cursor=2")])


def test_what_one_page_says_of_its_age_is_not_asked_of_all(add: Add, partner: Partner) -> None:
    in_pages(partner, b"one", b"two")
    source = add("http", partner.url)
    pull_now(source)
    assert [receipt.is_duplicate for receipt in pull_now(source).receipts] == [True, True]
    assert {asked["If-None-Match"] for asked in partner.asked} == {None}


def test_a_circle_of_pages_ends(add: Add, partner: Partner) -> None:
    partner.give = lambda desk: desk.say(desk.path.encode(), Next_Page_Cursor="same")
    haul = pull_now(add("http", partner.url))
    assert (len(haul.receipts), haul.failure) == (2, "")


def test_pages_without_an_end_are_left_and_what_came_is_kept(add: Add, partner: Partner) -> None:
    partner.give = lambda desk: desk.say(desk.path.encode(), Next_Page_Cursor=str(len(partner.paths)))
    haul = pull_now(add("http", partner.url, pages="3"))
    assert (len(haul.receipts), Delivery.objects.count()) == (3, 3)
    assert haul.failure == "The answer has more than 3 pages: ask for less with since_param"


def test_a_page_that_fails_keeps_those_before_it(add: Add, partner: Partner) -> None:
    def give(desk: Desk) -> None:
        desk.say(status=500) if "cursor" in desk.path else desk.say(b"one", Next_Page_Cursor="1", ETag='"1"')

    partner.give = give
    haul = pull_now(add("http", partner.url))
    assert (kept(), haul.failure) == ([(partner.url, b"one")], "HTTP 500")
    assert Source.objects.values_list("failures", "etag").get() == (1, "")


def test_a_source_is_asked_for_what_changed_since_with_an_overlap(add: Add, partner: Partner) -> None:
    partner.offer(b"x")
    source = add("http", f"{partner.url}?limit=9", since_param="eventUpdatedDateTimeMin", overlap_s="60")
    pull_now(source)
    assert Source.objects.get().cursor == "2026-11-20T06:00:00Z"
    pull_now(source)
    asked = "/events?limit=9&eventUpdatedDateTimeMin=2026-11-20T05:59:00Z"
    assert partner.paths == ["/events?limit=9", asked]


def test_a_failure_does_not_move_the_time_that_is_asked_for(add: Add, partner: Partner) -> None:
    partner.give = lambda desk: desk.say(status=500)
    pull_now(add("http", partner.url, since_param="since"))
    assert Source.objects.get().cursor == ""


SECRETS = {
    "bearer": ({"bearer": "b-1"}, "Authorization", "Bearer b-1"),
    "basic": ({"username": "kpa", "password": "p"}, "Authorization", f"Basic {base64.b64encode(b'kpa:p').decode()}"),
    "key": ({"api_key": "k-1"}, "X-Api-Key", "k-1"),
    "named": ({"api_key": "k-1", "api_key_header": "Consumer-Key"}, "Consumer-Key", "k-1"),
    "plain": ({"header:API-Version": "2"}, "API-Version", "2"),
}


@pytest.mark.parametrize(("given", "name", "value"), SECRETS.values(), ids=SECRETS)
def test_who_asks_is_said_as_the_source_wants_it(
    add: Add, partner: Partner, given: dict[str, str], name: str, value: str
) -> None:
    in_pages(partner, b"one", b"two")
    pull_now(add("http", partner.url, **given))
    assert [asked[name] for asked in partner.asked] == [value] * 2


def test_a_password_in_the_address_is_sent_as_it_should_be_and_shown_nowhere(add: Add, partner: Partner) -> None:
    source = add("http", partner.url.replace("//", "//kpa:s3cret@"))
    pull_now(source)
    assert partner.asked[0]["Authorization"] == f"Basic {base64.b64encode(b'kpa:s3cret').decode()}"
    assert (source.url, kept()[0][0]) == (partner.url.replace("//", "//kpa@"), partner.url)
    partner.give = lambda desk: desk.say(status=302, Location="ftp://s3cret/")
    assert "s3cret" not in pull_now(source).failure


@pytest.mark.parametrize("how", ["redirect", "next page"])
def test_secrets_stay_with_the_server_they_are_for(add: Add, partner: Partner, how: str) -> None:
    elsewhere = partner.url.replace("127.0.0.1", "localhost")
    by = {"redirect": {"status": 302, "Location": elsewhere}, "next page": {"Next-Page": f"{elsewhere}?page=2"}}[how]
    partner.give = lambda desk: desk.say(**({} if "localhost" in desk.headers["Host"] else by))  # type: ignore[arg-type]
    haul = pull_now(add("http", partner.url, api_key="k-1", bearer="b-1", follow_foreign="1"))
    told = [(asked["X-Api-Key"], asked["Authorization"]) for asked in partner.asked]
    assert (haul.failure, told) == ("", [("k-1", "Bearer b-1"), (None, None)])


@pytest.mark.parametrize("status", [429, 503])
@pytest.mark.parametrize("said", ["120", "Fri, 20 Nov 2026 06:02:00 GMT"])
def test_a_busy_server_is_asked_again_when_it_says(add: Add, partner: Partner, status: int, said: str) -> None:
    partner.give = lambda desk: desk.say(status=status, Retry_After=said)
    pull_now(add("http", partner.url))
    assert Source.objects.values_list("due_at", "failures").get() == (AT + timedelta(seconds=120), 1)


@pytest.mark.parametrize("coding", ["br", "zstd", "gzip, gzip", "compress"])
def test_an_answer_that_is_packed_as_nobody_asked_is_not_unpacked(add: Add, partner: Partner, coding: str) -> None:
    twice = gzip.compress(gzip.compress(b"0" * 10_000_000))
    partner.give = lambda desk: desk.say(twice, Content_Encoding=coding)
    haul = pull_now(add("http", partner.url))
    assert haul.failure == f"The answer is packed as {coding}, not as gzip or deflate, which was asked for"
    assert [asked["Accept-Encoding"] for asked in partner.asked] == ["gzip, deflate"]


@pytest.mark.parametrize(
    ("clock", "since"),
    [
        ("Fri, 20 Nov 2026 05:50:00 GMT", "2026-11-20T05:50:00Z"),
        ("Fri, 20 Nov 2026 06:50:00 GMT", "2026-11-20T06:00:00Z"),
        ("Thu, 01 Jan 1970 00:00:00 GMT", "2026-11-20T06:00:00Z"),
        ("now", "2026-11-20T06:00:00Z"),
    ],
)
def test_what_changed_is_asked_for_by_the_clock_of_the_server(
    add: Add, partner: Partner, clock: str, since: str
) -> None:
    partner.give = lambda desk: desk.write(f"HTTP/1.1 200 OK\r\nContent-Length: 1\r\nDate: {clock}\r\n\r\nx".encode())
    pull_now(add("http", partner.url, since_param="since"))
    assert Source.objects.get().cursor == since


def test_a_header_that_is_a_secret_is_sealed_and_stays_with_its_server(add: Add, partner: Partner) -> None:
    elsewhere = partner.url.replace("127.0.0.1", "localhost")
    partner.give = lambda desk: desk.say(b"x", 200, **({} if "localhost" in desk.headers["Host"] else foreign))
    foreign = {"Next-Page": f"{elsewhere}?page=2"}
    named = {"header:X-Auth-Token": "t-12345", "header:API-Version": "2"}
    source = add("http", partner.url, follow_foreign="1", **named)
    assert pull_now(source).failure == ""
    told = [(asked["X-Auth-Token"], asked["API-Version"]) for asked in partner.asked]
    assert (told, "t-12345" in str(source.settings)) == ([("t-12345", "2"), (None, "2")], False)


def test_a_secret_in_the_address_is_asked_with_and_kept_nowhere_else(add: Add, partner: Partner) -> None:
    partner.offer(b"x")
    source = add("http", f"{partner.url}?api_key=s3cretkey&limit=1")
    pull_now(source)
    assert (partner.paths, kept()) == (
        ["/events?api_key=s3cretkey&limit=1"],
        [(f"{partner.url}?api_key=…&limit=1", b"x")],
    )
    assert source.shown_url == f"{partner.url}?api_key=…&limit=1"


def test_a_secret_that_no_header_can_bear_is_not_repeated(
    add: Add, partner: Partner, caplog: pytest.LogCaptureFixture
) -> None:
    haul = pull_now(add("http", partner.url, bearer="s3cret-word\n"))
    assert (haul.failure != "", partner.asked) == (True, [])
    assert "s3cret-word" not in haul.failure + Source.objects.get().last_error + caplog.text


def test_nobody_is_led_nearer_than_the_server_that_leads(
    add: Add, partner: Partner, monkeypatch: pytest.MonkeyPatch
) -> None:
    # The one machine that there is plays both parts: its first address looks public, the second is what it is.
    partner.give = lambda desk: desk.say(status=302, Location=partner.url.replace("127.0.0.1", "localhost"))
    looks = [Reach.LOCAL, Reach.PUBLIC, Reach.PUBLIC]
    monkeypatch.setattr(reach, "reach_of", lambda address: looks.pop())
    haul = pull_now(add("http", partner.url))
    assert haul.failure == "localhost leads into the portal's own network, where it is not followed"
    assert len(partner.asked) == 1
