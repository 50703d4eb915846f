"""Pulling, over HTTP: only what is new, within bounds of time and size, and a dead source harms no other."""

from __future__ import annotations

import gzip
import socket
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pytest
from django.db import connection, transaction
from hypothesis import given
from hypothesis import strategies as st
from pytest_django import Settings

from cargo.reading import read_delivery
from feeds import pull as pulling
from feeds.formats import READERS
from feeds.intake import Receipt, receive
from feeds.models import Delivery, Source
from feeds.pull import BREAK_AFTER, LEASE, MOST_AHEAD, Pace, backoff, claim_due, pull
from feeds.reasons import FAULTS
from feeds.ways import WAYS
from feeds.ways.contract import Refused
from feeds.ways.wire import CONNECT_S
from tests.conftest import AT
from tests.feeds.conftest import Desk, Partner, pulled

MINUTE, SECOND = timedelta(minutes=1), timedelta(seconds=1)
ETAG, SINCE = '"7"', "Fri, 20 Nov 2026 05:00:00 GMT"
CONDITIONS = ("If-None-Match", "If-Modified-Since")
BODY = "no matter what \N{EURO SIGN}\r\n".encode() + bytes(range(256))
NEXT = {"Next_Page_Cursor": "1"}
Give = Callable[[Desk], None]


def pull_again(source: Source, at: object = AT) -> object:
    """What a pull gave: the delivery and whether it is a duplicate, None, or the words of its failure."""
    haul = pull(source=Source.objects.get(pk=source.pk), at=at)  # type: ignore[arg-type]
    if haul.failure:
        return haul.failure
    return (haul.receipts[0].delivery, haul.receipts[0].is_duplicate) if haul.receipts else None


def fails(source: Source) -> str:
    """The words of a failure that was noted, and left nothing else behind."""
    words = pull_again(source)
    source.refresh_from_db()
    assert isinstance(words, str)
    assert (source.last_error, source.failures, source.last_tried_at, source.last_success_at) == (words, 1, AT, None)
    assert (source.etag, source.last_modified, Delivery.objects.count()) == ("", "", 0)
    return words


def test_what_the_partner_gives_is_stored_as_it_came(partner: Partner, carrier: Source) -> None:
    partner.offer(BODY, Content_Type="text/csv; charset=utf-8")
    (receipt,) = pull(source=carrier, at=AT).receipts
    assert not receipt.is_duplicate
    kept = Delivery.objects.get()
    assert (kept, kept.source, bytes(kept.raw), kept.state) == (receipt.delivery, carrier, BODY, "stored")
    assert (kept.file_name, kept.content_type, kept.received_at) == (partner.url, "text/csv; charset=utf-8", AT)


def test_a_success_is_noted_and_the_next_pull_is_due_at_the_usual_pace(partner: Partner, carrier: Source) -> None:
    partner.offer(BODY)
    pull(source=carrier, at=AT)
    carrier.refresh_from_db()
    assert (carrier.last_tried_at, carrier.last_success_at, carrier.due_at) == (AT, AT, AT + MINUTE)
    assert (carrier.failures, carrier.opened_until, carrier.last_error) == (0, None, "")


@pytest.mark.parametrize(
    "validators", [{}, {"ETag": ETAG}, {"Last_Modified": SINCE}, {"ETag": 'W/"7"', "Last_Modified": SINCE}]
)
def test_the_partner_is_asked_for_what_is_new(partner: Partner, carrier: Source, validators: dict[str, str]) -> None:
    partner.offer(BODY, **validators)
    pull_again(carrier)
    pull_again(carrier)
    first, second = ([asked[name] for name in CONDITIONS] for asked in partner.asked)
    assert first == [None, None]
    assert second == [validators.get("ETag"), validators.get("Last_Modified")]


def test_nothing_new_stores_nothing_and_is_a_success(partner: Partner, carrier: Source) -> None:
    partner.offer(BODY, ETag=ETAG, Last_Modified=SINCE)
    pull_again(carrier)
    assert pull_again(carrier, AT + MINUTE) is None
    carrier.refresh_from_db()
    assert (carrier.last_success_at, carrier.due_at, carrier.failures) == (AT + MINUTE, AT + 2 * MINUTE, 0)
    assert (carrier.etag, carrier.last_modified, Delivery.objects.count()) == (ETAG, SINCE, 1)


def test_no_content_is_no_failure_and_no_delivery(partner: Partner, carrier: Source) -> None:
    partner.give = lambda desk: desk.write(b"HTTP/1.1 204 No Content\r\n\r\n")
    assert pull_again(carrier) is None
    carrier.refresh_from_db()
    assert (carrier.failures, carrier.last_success_at, Delivery.objects.count()) == (0, AT, 0)


def test_what_has_changed_is_another_delivery(partner: Partner, carrier: Source) -> None:
    partner.offer(b"one", ETag='"1"')
    pull_again(carrier)
    partner.offer(b"two", ETag='"2"')
    pull_again(carrier)
    assert pull_again(carrier) is None
    assert [bytes(raw) for raw in Delivery.objects.order_by("pk").values_list("raw", flat=True)] == [b"one", b"two"]


def test_a_partner_that_always_sends_all_is_stored_once(partner: Partner, carrier: Source) -> None:
    partner.offer(BODY)
    pull_again(carrier)
    assert pull_again(carrier, AT + MINUTE) == (Delivery.objects.get(), True)
    carrier.refresh_from_db()
    assert (carrier.last_success_at, carrier.failures) == (AT + MINUTE, 0)


@pytest.mark.parametrize("etag", [b'"\xe9"', b'"\xc3\xa9"', b'"' + b"x" * 199 + b'"'])
def test_a_validator_that_cannot_be_kept_is_not_asked_with(partner: Partner, carrier: Source, etag: bytes) -> None:
    partner.give = lambda desk: desk.write(b"HTTP/1.1 200 OK\r\nContent-Length: 1\r\nETag: " + etag + b"\r\n\r\nx")
    pull_again(carrier)
    assert pull_again(carrier) == (Delivery.objects.get(), True)
    assert [asked["If-None-Match"] for asked in partner.asked] == [None, None]


def test_a_content_type_of_any_kind_is_kept_as_far_as_it_fits(partner: Partner, carrier: Source) -> None:
    said = b"text/\xe9" + b"x" * 200
    partner.give = lambda desk: desk.write(
        b"HTTP/1.1 200 OK\r\nContent-Length: 1\r\nContent-Type: " + said + b"\r\n\r\nx"
    )
    pull_again(carrier)
    assert Delivery.objects.get().content_type == said.decode("latin-1")[:120]


@pytest.mark.parametrize("status", [201, 206, 400, 401, 403, 404, 410, 429, 500, 503])
def test_an_answer_that_is_no_delivery_is_a_failure(partner: Partner, carrier: Source, status: int) -> None:
    partner.give = lambda desk: desk.say(b"an error page", status)
    assert fails(carrier) == f"HTTP {status}"


BROKEN: dict[str, tuple[bytes, str]] = {
    "cut short": (b"HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\nfive!", "RemoteProtocolError"),
    "cut in a chunk": (b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nfi", "RemoteProtocolError"),
    "no HTTP": (b"220 ftp.example ready\r\n", "RemoteProtocolError"),
    "silence": (b"", "RemoteProtocolError"),
    "not what it is said to be": (
        b"HTTP/1.1 200 OK\r\nContent-Encoding: gzip\r\nContent-Length: 5\r\n\r\nplain",
        "DecodingError",
    ),
    "a circle": (
        b"HTTP/1.1 302 Found\r\nConnection: close\r\nLocation: /events\r\nContent-Length: 0\r\n\r\n",
        "TooManyRedirects",
    ),
    "a file": (
        b"HTTP/1.1 302 Found\r\nLocation: file:///etc/passwd\r\nContent-Length: 0\r\n\r\n",
        "UnsupportedProtocol",
    ),
    "nowhere": (b"HTTP/1.1 302 Found\r\nContent-Length: 0\r\n\r\n", "HTTP 302"),
}


@pytest.mark.parametrize(("said", "error"), BROKEN.values(), ids=BROKEN)
def test_a_broken_answer_is_a_failure_and_nothing_of_it_is_stored(
    partner: Partner, carrier: Source, said: bytes, error: str
) -> None:
    partner.give = lambda desk: desk.write(said)
    assert fails(carrier).split(":")[0] == error


@pytest.mark.parametrize(
    ("url", "error"),
    [
        ("http://127.0.0.1:1/", "ConnectError"),
        ("127.0.0.1/events", "UnsupportedProtocol"),
        ("ftp://127.0.0.1/events", "UnsupportedProtocol"),
        ("file:///etc/passwd", "UnsupportedProtocol"),
        ("http://[::1", "InvalidURL"),
        ("http://carrier..example/", "UnicodeError"),
        ("http://xn--zz.example/", "IDNAError"),
    ],
)
def test_an_address_that_leads_nowhere_is_a_failure(db: None, url: str, error: str) -> None:
    assert fails(pulled("nowhere", url)).split(":")[0] == error


def test_a_moved_address_is_followed(partner: Partner, carrier: Source) -> None:
    partner.give = lambda desk: desk.say(b"moved") if desk.path == "/new" else desk.say(status=301, Location="/new")
    pull_again(carrier)
    assert bytes(Delivery.objects.get().raw) == b"moved"


def test_a_long_error_is_cut_to_what_can_be_kept(db: None) -> None:
    assert len(fails(pulled("nowhere", f"http://127.0.0.1/{'x' * 400}\x01"))) <= 300


def in_chunks(desk: Desk, body: bytes) -> None:
    desk.write(b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n%x\r\n%s\r\n0\r\n\r\n" % (len(body), body))


def packed(desk: Desk, body: bytes) -> None:
    desk.say(gzip.compress(body), Content_Encoding="gzip")


@pytest.mark.parametrize("send", [Desk.say, in_chunks, packed])
@pytest.mark.parametrize(("size", "is_taken"), [(1000, True), (1001, False)])
def test_an_answer_may_be_as_large_as_a_delivery(
    partner: Partner,
    carrier: Source,
    settings: Settings,
    send: Callable[[Desk, bytes], None],
    size: int,
    is_taken: bool,
) -> None:
    settings.DELIVERY_MAX_BYTES = 1000
    partner.give = lambda desk: send(desk, b"x" * size)
    if is_taken:
        assert pull_again(carrier) == (Delivery.objects.get(), False)
        assert Delivery.objects.get().size == size
    else:
        assert fails(carrier) == "The answer is larger than 1000 bytes"


def test_an_answer_without_an_end_is_broken_off(partner: Partner, carrier: Source, settings: Settings) -> None:
    settings.DELIVERY_MAX_BYTES = 100_000
    partner.give = lambda desk: desk.drip(b"HTTP/1.1 200 OK\r\n\r\n", b"x" * 50_000)
    assert fails(carrier) == "The answer is larger than 100000 bytes"


@pytest.fixture
def hurried(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """A pull that has three tenths of a second, and must end soon after them."""
    monkeypatch.setattr(pulling, "ITEM_S", 0.3)
    began = time.monotonic()
    yield
    assert time.monotonic() - began < 10


def from_hop_to_hop(desk: Desk) -> None:
    desk.server.closing.wait(0.2)
    if desk.path == "/4":
        desk.say(b"late")
    else:
        desk.say(status=302, Location=f"/{len(desk.server.asked) + 1}")


SLOW: dict[str, Give] = {
    "no answer": lambda desk: desk.drip(b""),
    "no body": lambda desk: desk.drip(b"HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\n", b""),
    "half a body": lambda desk: desk.drip(b"HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\nx", b""),
    "a head drop by drop": lambda desk: desk.drip(b"HTTP/1.1 200 OK\r\nX-Drops: ", b"x"),
    "drop by drop": lambda desk: desk.drip(b"HTTP/1.1 200 OK\r\nContent-Length: 999999\r\n\r\n", b"x"),
    "from hop to hop": from_hop_to_hop,
}


@pytest.mark.parametrize("give", SLOW.values(), ids=SLOW)
def test_a_slow_partner_is_left_when_the_time_is_up(
    partner: Partner, carrier: Source, hurried: None, give: Give
) -> None:
    partner.give = give
    assert fails(carrier).split(":")[0] in ("ReadTimeout", "The answer took longer than 0 s")


def test_a_partner_that_opens_the_door_and_says_nothing_is_left(db: None, hurried: None) -> None:
    with socket.create_server(("127.0.0.1", 0)) as silent:
        source = pulled("silent", f"https://127.0.0.1:{silent.getsockname()[1]}/")
        assert fails(source).split(":")[0] == "ConnectTimeout"


def unread(source: Source, count: int) -> Receipt:
    """The last of so many deliveries that nobody has read yet."""
    return [receive(source=source, raw=bytes([number]), at=AT) for number in range(count)][-1]


@pytest.mark.parametrize(("ahead", "is_waiting"), [(MOST_AHEAD, False), (MOST_AHEAD + 1, True)])
def test_a_pull_waits_for_the_readers_but_not_for_long(
    carrier: Source, clerk: Source, monkeypatch: pytest.MonkeyPatch, ahead: int, is_waiting: bool
) -> None:
    monkeypatch.setattr(pulling, "LONGEST_WAIT_S", 0.3)
    unread(clerk, 9)
    pace, receipt, began = Pace(), unread(carrier, ahead), time.monotonic()
    pace(receipt)
    assert (time.monotonic() - began > 0.3) == is_waiting
    again = time.monotonic()
    pace(receipt)
    assert time.monotonic() - again < 0.3


def test_each_delivery_is_handed_on_before_the_next_is_fetched(partner: Partner, carrier: Source) -> None:
    partner.give = lambda desk: desk.say(desk.path.encode(), 200, **({} if "cursor" in desk.path else NEXT))
    asked: list[int] = []
    haul = pull(source=carrier, at=AT, then=lambda receipt: asked.append(len(partner.asked)))
    assert (asked, len(haul.receipts)) == ([1, 2], 2)


def test_a_pull_ends_before_another_worker_may_take_its_source() -> None:
    assert LEASE.total_seconds() > CONNECT_S + pulling.ITEM_S


@pytest.mark.parametrize("format", sorted(READERS))
def test_a_web_page_under_a_200_is_kept_and_quarantined_with_its_reason(
    network: None, partner: Partner, format: str
) -> None:
    page = b"<!DOCTYPE html>\n<html><body>Please sign in</body></html>"
    partner.offer(page, Content_Type="text/csv")
    pull(source=pulled("carrier", partner.url, format=format), at=AT)
    kept = Delivery.objects.get()
    read_delivery(kept.pk)
    kept.refresh_from_db()
    assert (bytes(kept.raw), kept.state, kept.reason, kept.facts) == (page, "quarantined", "html", 0)
    assert kept.reason_text == FAULTS["html"]


def test_one_pull_is_one_request_that_says_who_asks(partner: Partner, carrier: Source) -> None:
    partner.offer(BODY)
    pull_again(carrier)
    (asked,) = partner.asked
    assert (asked["User-Agent"], asked["Cookie"], asked["Authorization"]) == ("kpa-liaison-portal/1.0", None, None)


@given(failures=st.integers(1, 10**6), every_s=st.integers(1, 10**6))
def test_the_wait_doubles_from_the_usual_pace_to_an_hour(failures: int, every_s: int) -> None:
    doubled = min(every_s * 2 ** min(failures - 1, 40), 3600)
    assert 0.9 * doubled <= backoff(failures, every_s).total_seconds() <= 1.1 * doubled + 1e-6


def test_waits_are_spread_so_that_sources_that_died_together_do_not_come_back_together() -> None:
    assert len({backoff(3, 60) for _ in range(20)}) > 10


def test_each_failure_in_a_row_waits_longer_and_the_fifth_opens_the_circuit(partner: Partner, carrier: Source) -> None:
    partner.give = lambda desk: desk.say(status=503)
    for failures in range(1, BREAK_AFTER + 2):
        assert pull_again(carrier) == "HTTP 503"
        carrier.refresh_from_db()
        waits = (carrier.due_at - AT) / (MINUTE * 2 ** (failures - 1))
        assert (carrier.failures, 0.9 <= waits <= 1.1) == (failures, True)
        assert carrier.opened_until == (carrier.due_at if failures >= 5 else None)


def dead(source: Source, *, until: object = None) -> Source:
    """The source after five failures in a row, with what it had told of itself before."""
    Source.objects.filter(pk=source.pk).update(
        failures=5, opened_until=until or AT + MINUTE, due_at=AT, last_error="HTTP 503", etag=ETAG
    )
    return source


def test_an_open_circuit_is_left_alone_until_its_time(carrier: Source) -> None:
    dead(carrier)
    assert [claim_due(at=AT), claim_due(at=AT + MINUTE - SECOND), claim_due(at=AT + MINUTE)] == [[], [], [carrier.pk]]


def test_the_first_success_closes_the_circuit(partner: Partner, carrier: Source) -> None:
    partner.offer(BODY)
    pull_again(dead(carrier), AT + MINUTE)
    carrier.refresh_from_db()
    assert (carrier.failures, carrier.opened_until, carrier.last_error) == (0, None, "")
    assert (carrier.due_at, carrier.last_success_at) == (AT + 2 * MINUTE, AT + MINUTE)


def test_a_failure_after_the_break_opens_the_circuit_again(partner: Partner, carrier: Source) -> None:
    partner.give = lambda desk: desk.say(status=503)
    pull_again(dead(carrier), AT + MINUTE)
    carrier.refresh_from_db()
    assert carrier.failures == 6
    assert carrier.opened_until == carrier.due_at > AT + 25 * MINUTE
    assert carrier.etag == ETAG


def test_a_dead_source_harms_no_other(partner: Partner, carrier: Source) -> None:
    partner.offer(BODY)
    other = pulled("dead", "http://127.0.0.1:1/")
    for _ in range(BREAK_AFTER):
        pull_again(other)
    assert claim_due(at=AT + SECOND) == [carrier.pk]
    assert pull_again(carrier) == (Delivery.objects.get(), False)
    carrier.refresh_from_db()
    assert (carrier.failures, carrier.opened_until, carrier.last_error) == (0, None, "")


def test_what_is_due_is_taken_once_for_the_length_of_a_lease(carrier: Source) -> None:
    assert claim_due(at=AT) == [carrier.pk]
    assert claim_due(at=AT + LEASE - SECOND) == []
    assert claim_due(at=AT + LEASE) == [carrier.pk]


def test_only_active_sources_that_are_pulled_and_due_are_taken(db: None, clerk: Source, carrier: Source) -> None:
    off, later = pulled("off", "http://127.0.0.1:1/"), pulled("later", "http://127.0.0.1:1/", at=AT + SECOND)
    Source.objects.filter(pk=off.pk).update(is_active=False)
    assert claim_due(at=AT) == [carrier.pk]
    assert claim_due(at=AT + SECOND) == [later.pk]


def test_the_longest_due_are_taken_first(db: None) -> None:
    sources = [pulled(f"s{age}", "http://127.0.0.1:1/", at=AT - age * MINUTE) for age in (1, 3, 2)]
    assert claim_due(at=AT, limit=2) == [sources[1].pk, sources[2].pk]
    assert claim_due(at=AT, limit=2) == [sources[0].pk]


@pytest.mark.django_db(transaction=True)
def test_two_workers_never_take_the_same_source_and_never_wait_for_each_other() -> None:
    sources = [pulled(f"s{number}", "http://127.0.0.1:1/", at=AT + number * SECOND).pk for number in range(3)]

    def elsewhere() -> list[int]:
        try:
            return claim_due(at=AT + MINUTE)
        finally:
            connection.close()

    with ThreadPoolExecutor(1) as pool, transaction.atomic():
        assert claim_due(at=AT + MINUTE, limit=2) == sources[:2]
        assert pool.submit(elsewhere).result(timeout=20) == sources[2:]


def test_a_server_that_asks_for_no_rest_is_not_asked_without_one(partner: Partner, carrier: Source) -> None:
    partner.give = lambda desk: desk.say(status=503, Retry_After="0")
    pull_again(carrier)
    assert Source.objects.get().due_at == AT + MINUTE


def test_what_the_old_address_says_is_not_noted_with_the_new_one(partner: Partner, carrier: Source) -> None:
    def move(receipt: Receipt) -> None:
        Source.objects.update(url="http://new.example/")

    partner.offer(b"x", ETag=ETAG)
    haul = pull(source=carrier, at=AT, then=move)
    kept = Source.objects.get()
    assert (len(haul.receipts), kept.etag, kept.url) == (1, "", "http://new.example/")


def test_what_is_said_is_kept_in_one_line_whatever_it_is(carrier: Source, monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(*_given: object, **_more: object) -> Iterator[Refused]:
        yield Refused("gate\udcff\x00.edi", "no\nERROR all is lost\x1b[0m")

    monkeypatch.setitem(WAYS, "http", refuse)
    haul = pull(source=carrier, at=AT)
    assert haul.troubles == ["gate? .edi: no ERROR all is lost [0m"]
    assert Source.objects.get().last_error == haul.troubles[0]
