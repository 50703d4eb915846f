"""Pulling sources, whatever the way in: claims, leases, back-off and a circuit breaker for each source."""

from __future__ import annotations

import logging
import random
import time
import traceback
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from itertools import islice

from django.db import transaction
from django.utils import timezone

from feeds.credentials import Credentials, Unreadable, address_secrets, split_settings, unseal_secrets
from feeds.intake import Receipt, receive
from feeds.models import Delivery, Source, SourceQuerySet
from feeds.ways import WAYS
from feeds.ways.contract import Deadline, Item, PullFailed, Refused

# The longest that one item may take, and all items of one pull.
ITEM_S = 30.0
PULL_S = 300.0
LEASE = timedelta(seconds=60)
MOST_AHEAD = 2
LONGEST_WAIT_S, LOOK_S = 3.0, 0.05
BREAK_AFTER = 5
LONGEST_BREAK = timedelta(hours=1)

logger = logging.getLogger(__name__)


@dataclass(slots=True)
class Haul:
    """What a pull brought: the stored deliveries, and in words what it had to leave."""

    receipts: list[Receipt] = field(default_factory=list)
    troubles: list[str] = field(default_factory=list)
    failure: str = ""


def claim_due(*, at: datetime, limit: int = 20) -> list[int]:
    """Take the sources that are due for the length of a lease, so that no second worker pulls them too.

    Where the lease ran out before the pull began, the source is claimed again and still pulled once (``begin``).
    """
    with transaction.atomic():
        due = Source.objects.due(at).order_by("due_at").select_for_update(skip_locked=True)
        ids = list(due.values_list("pk", flat=True)[:limit])
        Source.objects.filter(pk__in=ids).update(due_at=at + LEASE, is_claimed=True)
    return ids


def begin(*, source_id: int, at: datetime) -> Source | None:
    """The source, for whoever comes first with a claim on it; None where it was pulled since, paused or put off."""
    mine = Source.objects.filter(pk=source_id, is_claimed=True, is_active=True, paused_at__isnull=True)
    return Source.objects.get(pk=source_id) if mine.update(is_claimed=False, due_at=at + LEASE) else None


class Pace:
    """Keeps a pull from running ahead of the readers, who would then find nothing but this source's deliveries.

    Called with each stored delivery, it waits while more than MOST_AHEAD of the source are unread. Where nobody reads
    for LONGEST_WAIT_S it waits no more.
    """

    def __init__(self) -> None:
        self._is_kept = True

    def __call__(self, receipt: Receipt) -> None:
        """Return when the next item may come."""
        unread = Delivery.objects.filter(source=receipt.delivery.source_id, state=Delivery.State.STORED)
        until = time.monotonic() + LONGEST_WAIT_S
        while self._is_kept and unread.count() > MOST_AHEAD:
            time.sleep(LOOK_S)
            self._is_kept = time.monotonic() < until


def _go_on(receipt: Receipt) -> None:
    """Nobody needs to be waited for."""


def pull(*, source: Source, at: datetime, then: Callable[[Receipt], None] = _go_on) -> Haul:
    """Fetch what ``source`` has, store each item, tell the source so, and do with each delivery what comes ``then``.

    One bad item does not stop the others. A ``failure`` is noted with the source: the next try waits longer each time,
    and after five in a row the circuit opens; what was stored before it stays. A crash at any line loses nothing: what
    was stored and not acknowledged comes again as a duplicate.
    """
    haul = Haul()
    credentials = _known(source)
    # Who was asked for it by name has claimed nothing.
    Source.objects.filter(pk=source.pk).update(due_at=timezone.now() + LEASE)
    try:
        credentials = _known(source, unseal_secrets(source.sealed))
        deadline = Deadline(item_s=ITEM_S, total_s=PULL_S)
        for item in _fetched(source, credentials, at, deadline):
            _take(item, source, haul, credentials, at=at)
            if isinstance(item, Item):
                then(haul.receipts[-1])
            deadline.restart()
    except (PullFailed, Unreadable) as error:
        haul.failure = _said(error, credentials)[:300]
        _note_failure(source, haul.failure, at=at, rest_s=getattr(error, "retry_after_s", None))
        return haul
    _note_success(source, haul, at=at)
    return haul


def first_items(source: Source, *, at: datetime, within_s: float, most: int) -> Iterator[Item | Refused]:
    """The first items that ``source`` would give now, of which it is told nothing; raises PullFailed."""
    credentials = _known(source)
    try:
        credentials = _known(source, unseal_secrets(source.sealed))
        deadline = Deadline(item_s=within_s, total_s=within_s)
        for item in islice(_fetched(source, credentials, at, deadline), most):
            words = item.words if isinstance(item, Refused) else ""
            name = credentials.mask(item.name)
            yield Refused(name, _said(words, credentials)) if words else replace(item, name=name)
            deadline.restart()
    except (PullFailed, Unreadable) as error:
        raise PullFailed(_said(error, credentials)) from error


def _known(source: Source, sealed: Credentials | None = None) -> Credentials:
    """All secrets of the source, those in the parameters of its address too."""
    open_ones = {**address_secrets(source.url), **split_settings(source.settings)[1]}
    return Credentials({**open_ones, **(sealed.values if sealed else {})})


def _said(words: object, credentials: Credentials) -> str:
    """What somebody else said, in one line that can be kept and logged, without the secrets that stand in it."""
    text = credentials.mask(str(words)).encode("utf-8", "replace").decode()
    return "".join(letter if letter.isprintable() else " " for letter in text)


def _fetched(source: Source, credentials: Credentials, at: datetime, deadline: Deadline) -> Iterator[Item | Refused]:
    try:
        yield from WAYS[source.fetch](source, credentials=credentials, at=at, deadline=deadline)
    except PullFailed:
        raise
    except Exception as error:
        # Whatever a partner's server says to a library: it is this source's trouble and no other's.
        # Its own words are not logged with it: they may repeat the secrets.
        frames = traceback.format_tb(error.__traceback__)
        logger.error("Source %s: the way in failed: %s\n%s", source.pk, type(error).__name__, "".join(frames))
        raise PullFailed(f"{type(error).__name__}: {error}") from error


def _take(item: Item | Refused, source: Source, haul: Haul, credentials: Credentials, *, at: datetime) -> None:
    Source.objects.filter(pk=source.pk).update(due_at=timezone.now() + LEASE)
    if isinstance(item, Item):
        haul.receipts.append(_stored(item, source, credentials, at=at))
    else:
        haul.troubles.append(_said(item, credentials))
    try:
        item.acknowledge()
    except Exception as error:
        # What is stored comes again next time, as a duplicate, and is put away then.
        done = "stored" if isinstance(item, Item) else "not taken"
        haul.troubles.append(_said(f"{item.name}: {done}, but not put away: {error}", credentials))


def _stored(item: Item, source: Source, credentials: Credentials, *, at: datetime) -> Receipt:
    name = credentials.mask(item.name)
    return receive(source=source, raw=item.body, at=at, file_name=name, content_type=item.content_type)


def _as_asked(source: Source) -> SourceQuerySet:
    """The source as long as it is registered as it was when it was asked: what it said holds for no other address."""
    return Source.objects.filter(pk=source.pk, fetch=source.fetch, url=source.url, settings=source.settings)


def _note_success(source: Source, haul: Haul, *, at: datetime) -> None:
    _as_asked(source).update(
        due_at=at + timedelta(seconds=source.every_s),
        last_tried_at=at,
        last_success_at=at,
        failures=0,
        opened_until=None,
        last_error="; ".join(haul.troubles)[:300],
        etag=source.etag,
        last_modified=source.last_modified,
        cursor=source.cursor,
    )


def _note_failure(source: Source, error: str, *, at: datetime, rest_s: int | None) -> None:
    failures = source.failures + 1
    # Who asks for no rest at all is not asked more often than at the usual pace.
    wait = backoff(failures, source.every_s) if rest_s is None else timedelta(seconds=max(rest_s, source.every_s))
    _as_asked(source).update(
        due_at=at + wait,
        last_tried_at=at,
        failures=failures,
        opened_until=at + wait if failures >= BREAK_AFTER else None,
        last_error=error,
    )


def backoff(failures: int, every_s: int) -> timedelta:
    """How long to wait after so many failures in a row: doubling from the usual pace, an hour at most, ±10 %."""
    doubled = min(every_s * 2.0 ** min(failures - 1, 16), LONGEST_BREAK.total_seconds())
    return timedelta(seconds=doubled * random.uniform(0.9, 1.1))  # noqa: S311 - spreads load, keeps no secret
