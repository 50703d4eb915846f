"""Every delivery is stored raw and once, and its reader is woken when it is safe."""

from __future__ import annotations

import hashlib
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pytest
from celery import current_app
from django.db import connection, transaction
from pytest_django import DjangoCaptureOnCommitCallbacks

from feeds.intake import Receipt, receive
from feeds.models import Delivery, Source
from feeds.sources import add_source
from tests.conftest import AT
from tests.liaison.test_bell import Rung

LATER = AT + timedelta(hours=1)
ANYTHING = {
    "nothing": b"",
    "every byte": bytes(range(256)),
    "zeros": b"\x00" * 4096,
    "a text": "Mombasa \N{RIGHTWARDS ARROW} Kigali\r\n".encode(),
    "half a character": b"\xe2\x86",
    "a picture": b"\x89PNG\r\n\x1a\n" + b"\x00\xff" * 64,
}


@pytest.fixture
def sender(db: None) -> Source:
    return add_source(slug="sender", format="csv_events", by=None, at=AT)[0]


@pytest.fixture
def other(db: None) -> Source:
    return add_source(slug="other", format="csv_events", by=None, at=AT)[0]


@pytest.mark.parametrize("raw", ANYTHING.values(), ids=ANYTHING)
def test_what_came_is_kept_byte_by_byte_and_not_read_yet(sender: Source, raw: bytes) -> None:
    receipt = receive(source=sender, raw=raw, at=AT, file_name="gate.edi", content_type="text/plain")
    kept = Delivery.objects.get()
    assert receipt == Receipt(kept, is_duplicate=False)
    assert (bytes(kept.raw), kept.size, kept.content_key) == (raw, len(raw), hashlib.sha256(raw).hexdigest())
    assert (kept.source, kept.received_at, kept.file_name, kept.content_type) == (sender, AT, "gate.edi", "text/plain")
    assert (kept.state, kept.read_at, kept.attempts, kept.facts, kept.is_history) == ("stored", None, 0, 0, False)


def test_the_same_bytes_again_are_the_first_delivery_as_it_was(sender: Source) -> None:
    first = receive(source=sender, raw=b"x", at=AT, file_name="first.csv")
    again = receive(source=sender, raw=b"x", at=LATER, file_name="again.csv", is_history=True)
    assert again == Receipt(first.delivery, is_duplicate=True)
    kept = Delivery.objects.get()
    assert (kept.file_name, kept.received_at, kept.is_history) == ("first.csv", AT, False)


def test_a_duplicate_leaves_what_was_read_of_the_first(sender: Source) -> None:
    receive(source=sender, raw=b"x", at=AT)
    Delivery.objects.update(state="read", read_at=AT, facts=7, events=5)
    receive(source=sender, raw=b"x", at=LATER)
    assert Delivery.objects.values_list("state", "facts", "events").get() == ("read", 7, 5)


def test_other_bytes_and_another_source_are_deliveries_of_their_own(sender: Source, other: Source) -> None:
    receipts = [
        receive(source=source, raw=raw, at=AT) for source in (sender, other) for raw in (b"x", b"x\n", b"X", b"")
    ]
    assert [receipt.is_duplicate for receipt in receipts] == [False] * 8
    assert Delivery.objects.count() == 8


@pytest.mark.parametrize(
    ("format", "came", "stored"),
    [
        ("status", "xyx", 3),
        ("schedule", "xyx", 3),
        ("csv_events", "xyx", 2),
        ("gps", "xyx", 2),
        ("status", "xx", 1),
        ("status", "xyxx", 3),
        ("status", "xyxyx", 5),
        ("status", "xyxxyyx", 5),
    ],
)
def test_what_says_how_things_stand_is_stored_again_once_something_else_was_said(
    db: None, format: str, came: str, stored: int
) -> None:
    source = add_source(slug="board", format=format, by=None, at=AT)[0]
    receipts = [receive(source=source, raw=letter.encode(), at=AT) for letter in came]
    assert [bytes(receipt.delivery.raw).decode() for receipt in receipts] == list(came)
    assert (sum(not receipt.is_duplicate for receipt in receipts), Delivery.objects.count()) == (stored, stored)


def test_whatever_name_it_has_each_name_says_how_its_own_things_stand(db: None) -> None:
    """Pages and files that lie there still come one after the other, again and again."""
    source = add_source(slug="board", format="status", by=None, at=AT)[0]

    def take(*pairs: str) -> list[bool]:
        return [receive(source=source, raw=pair[0].encode(), at=AT, file_name=pair[1]).is_duplicate for pair in pairs]

    assert take("x1", "y2") == [False, False]
    assert take("x1", "y2", "x1", "y2") == [True] * 4
    # Of a name that is new whatever came last tells; then it is known.
    assert take("y3", "x4", "x4", "y3") == [True, False, True, False]
    assert take("y1", "x1", "x1") == [False, False, True]


def test_a_source_was_heard_when_anything_came_and_no_other_was(sender: Source, other: Source) -> None:
    def heard() -> list[object]:
        return list(Source.objects.order_by("-slug").values_list("last_success_at", flat=True))

    assert heard() == [None, None]
    receive(source=sender, raw=b"x", at=AT)
    assert heard() == [AT, None]
    receive(source=sender, raw=b"x", at=LATER)
    assert heard() == [LATER, None]


@pytest.mark.parametrize(
    ("name", "kept"),
    [
        ("", ""),
        ("gate\x007.edi", "gate7.edi"),
        ("gate\r\nSet-Cookie: a=b", "gateSet-Cookie: a=b"),
        ("n" * 400, "n" * 255),
        ("../../etc/passwd", "../../etc/passwd"),
        ("<b>gate</b>.edi", "<b>gate</b>.edi"),
        (b"caf\xe9.csv".decode("utf-8", "surrogateescape"), "caf?.csv"),
    ],
)
def test_a_name_of_any_kind_is_kept_as_far_as_it_can_be(sender: Source, name: str, kept: str) -> None:
    receive(source=sender, raw=b"x", at=AT, file_name=name, content_type=name)
    assert Delivery.objects.values_list("file_name", "content_type").get() == (kept, kept[:120])


def test_a_back_fill_is_marked(sender: Source) -> None:
    receive(source=sender, raw=b"x", at=AT, is_history=True)
    assert Delivery.objects.get().is_history is True


def test_the_bell_rings_once_for_a_delivery_and_not_for_its_duplicates(
    sender: Source, django_capture_on_commit_callbacks: DjangoCaptureOnCommitCallbacks
) -> None:
    with django_capture_on_commit_callbacks() as rings:
        receive(source=sender, raw=b"x", at=AT)
        receive(source=sender, raw=b"x", at=AT)
        receive(source=sender, raw=b"y", at=AT)
    assert len(rings) == 2


def test_the_reader_is_woken_once_the_delivery_can_be_found(rung: Rung, sender: Source) -> None:
    with transaction.atomic():
        delivery = receive(source=sender, raw=b"x", at=AT).delivery
        assert rung("deriving") == []
    assert rung("deriving") == [("cargo.tasks.read_delivery", {"delivery_id": delivery.pk})]


def test_what_is_rolled_back_is_not_stored_and_wakes_nobody(rung: Rung, sender: Source) -> None:
    with transaction.atomic():
        receive(source=sender, raw=b"x", at=AT)
        transaction.set_rollback(True)
    assert (Delivery.objects.count(), rung("deriving")) == (0, [])
    assert receive(source=sender, raw=b"x", at=AT).is_duplicate is False


def test_what_comes_back_from_many_sides_at_once_is_stored_once_more(rung: Rung) -> None:
    board = add_source(slug="board", format="status", by=None, at=AT)[0]
    for raw in (b"x", b"y"):
        receive(source=board, raw=raw, at=AT)

    def take(_number: int) -> bool:
        try:
            return receive(source=board, raw=b"x", at=AT).is_duplicate
        finally:
            connection.close()

    bell = current_app._get_current_object()  # type: ignore[attr-defined]
    with ThreadPoolExecutor(8, initializer=bell.set_current) as pool:
        duplicates = sorted(pool.map(take, range(16)))
    assert (duplicates, Delivery.objects.count()) == ([False] + [True] * 15, 3)


def test_the_same_file_from_many_sides_at_once_is_stored_once(rung: Rung, sender: Source) -> None:
    def take(number: int) -> bool:
        try:
            return receive(source=sender, raw=b"x", at=AT, file_name=f"{number}.csv").is_duplicate
        finally:
            connection.close()

    bell = current_app._get_current_object()  # type: ignore[attr-defined]
    with ThreadPoolExecutor(8, initializer=bell.set_current) as pool:
        duplicates = sorted(pool.map(take, range(16)))
    assert duplicates == [False] + [True] * 15
    assert (Delivery.objects.count(), len(rung("deriving"))) == (1, 1)
