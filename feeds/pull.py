"""Pulling sources over HTTP: conditional, bounded in time and size, with back-off and a circuit breaker per source."""

from __future__ import annotations

import random
import time
from dataclasses import dataclass
from datetime import datetime, timedelta

import httpx
from django.conf import settings
from django.db import transaction

from feeds.intake import Receipt, receive
from feeds.models import Source

CONNECT_S = 5.0
TOTAL_S = 30.0
LEASE = timedelta(seconds=60)
BREAK_AFTER = 5
LONGEST_BREAK = timedelta(hours=1)


class PullFailed(Exception):
    """The source did not give a delivery; the text says why in one sentence."""


@dataclass(frozen=True, slots=True)
class Fetched:
    """What an answer held: None where there is nothing new, else the body and what to ask with next time."""

    body: bytes | None
    content_type: str = ""
    etag: str = ""
    last_modified: str = ""


def claim_due(*, at: datetime, limit: int = 20) -> list[int]:
    """Take the sources that are due for the length of a lease, so that no second worker pulls them too."""
    with transaction.atomic():
        due = Source.objects.due(at).order_by("due_at").select_for_update(skip_locked=True)
        ids = list(due.values_list("pk", flat=True)[:limit])
        Source.objects.filter(pk__in=ids).update(due_at=at + LEASE)
    return ids


def pull(*, source: Source, at: datetime) -> Receipt | None:
    """Fetch ``source`` once and store what came; None when nothing has changed.

    Raises PullFailed after noting the failure: the next try waits longer each time, and after five failures in a row
    the circuit opens.
    """
    try:
        fetched = fetch(source)
        receipt = _store(source, fetched, at=at)
    except PullFailed as error:
        _note_failure(source, str(error), at=at)
        raise
    Source.objects.filter(pk=source.pk).update(
        due_at=at + timedelta(seconds=source.every_s),
        last_tried_at=at,
        last_success_at=at,
        failures=0,
        opened_until=None,
        last_error="",
        **({} if fetched.body is None else {"etag": fetched.etag, "last_modified": fetched.last_modified}),
    )
    return receipt


def fetch(source: Source) -> Fetched:
    """One conditional GET of the source's URL; raises PullFailed for all but 200 with a body in bounds, 204 and 304."""
    headers = {"User-Agent": "kpa-liaison-portal/1.0", "Accept": "*/*"}
    if source.etag:
        headers["If-None-Match"] = source.etag
    if source.last_modified:
        headers["If-Modified-Since"] = source.last_modified
    deadline = time.monotonic() + TOTAL_S
    try:
        timeout = httpx.Timeout(TOTAL_S, connect=CONNECT_S)
        client = httpx.Client(timeout=timeout, follow_redirects=True, max_redirects=3)
        with client, client.stream("GET", source.url, headers=headers) as answer:
            return _read_answer(answer, deadline)
    except (httpx.HTTPError, httpx.InvalidURL, UnicodeError) as error:
        raise PullFailed(f"{type(error).__name__}: {error}"[:300]) from error


def _read_answer(answer: httpx.Response, deadline: float) -> Fetched:
    if answer.status_code in (httpx.codes.NOT_MODIFIED, httpx.codes.NO_CONTENT):
        return Fetched(None)
    if answer.status_code != httpx.codes.OK:
        raise PullFailed(f"HTTP {answer.status_code}")
    body = bytearray()
    for chunk in answer.iter_bytes():
        body += chunk
        if len(body) > settings.DELIVERY_MAX_BYTES:
            raise PullFailed(f"The answer is larger than {settings.DELIVERY_MAX_BYTES} bytes")
        if time.monotonic() > deadline:
            raise PullFailed(f"The answer took longer than {TOTAL_S:.0f} s")
    headers = answer.headers
    return Fetched(
        bytes(body),
        headers.get("Content-Type", ""),
        _header(headers, "ETag", 200),
        _header(headers, "Last-Modified", 60),
    )


def _header(headers: httpx.Headers, name: str, longest: int) -> str:
    value: str = headers.get(name, "")
    # What is not ASCII cannot be sent back.
    return value if len(value) <= longest and value.isascii() else ""


def _store(source: Source, fetched: Fetched, *, at: datetime) -> Receipt | None:
    if fetched.body is None:
        return None
    return receive(source=source, raw=fetched.body, at=at, file_name=source.url, content_type=fetched.content_type)


def _note_failure(source: Source, error: str, *, at: datetime) -> None:
    failures = source.failures + 1
    wait = backoff(failures, source.every_s)
    Source.objects.filter(pk=source.pk).update(
        due_at=at + wait,
        last_tried_at=at,
        failures=failures,
        opened_until=at + wait if failures >= BREAK_AFTER else None,
        last_error=error[:300],
    )


def backoff(failures: int, every_s: int) -> timedelta:
    """How long to wait after so many failures in a row: doubling from the usual pace, an hour at most, ±10 %."""
    doubled = min(every_s * 2.0 ** min(failures - 1, 16), LONGEST_BREAK.total_seconds())
    return timedelta(seconds=doubled * random.uniform(0.9, 1.1))  # noqa: S311 - spreads load, keeps no secret
