"""What providers say became of messages, in whatever order it comes: never back from what is final."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db import connection, transaction

from notify.addresses import address_of, note_bounce
from notify.correspondents import doubt, stop
from notify.models import Correspondent, Letter, Notice, Report
from notify.standing_in import pass_on

State = Report.State
# What each word may follow. By SMS the first final one stays; a WhatsApp message that failed on one device may still
# come to another, and may be read without a word that it was delivered; a mail that one host took may come back later.
_AFTER: dict[str, dict[str, frozenset[str]]] = {
    "sms": {
        State.ON_WAY: frozenset(),
        State.DELIVERED: frozenset({State.ON_WAY}),
        State.FAILED: frozenset({State.ON_WAY}),
    },
    "email": {
        State.ON_WAY: frozenset(),
        State.DELIVERED: frozenset({State.ON_WAY}),
        State.FAILED: frozenset({State.ON_WAY, State.DELIVERED}),
    },
    "whatsapp": {
        State.ON_WAY: frozenset(),
        State.FAILED: frozenset({State.ON_WAY}),
        State.DELIVERED: frozenset({State.ON_WAY, State.FAILED}),
        State.READ: frozenset({State.ON_WAY, State.FAILED, State.DELIVERED}),
    },
}
# Older news is told by what came later.
NEWS = timedelta(days=1)
OPTED_OUT = "userinblacklist"
# What a provider of mail says of an address to which no more mail goes: it is none, or its owner wants none.
# A host that did not answer (timed_out) is there again tomorrow.
_DEAD = frozenset({"bounced", "invalid", "blocked", "spam", "complained", "unsubscribed"})
# It came, and its reader wants no more of it.
_CAME = frozenset({"complained", "unsubscribed"})
# The network knows nobody by that number any more (reasons of delivery reports, in small letters).
_GIVEN_UP = frozenset({"userinactive", "userisinactive", "useraccountsuspended", "usernotprovisioned", "usernotfound"})


@dataclass(frozen=True, slots=True, kw_only=True)
class Said:
    """What a provider says of one message; ``ours`` is our name of the row where the provider gives it back."""

    channel: str
    provider_id: str
    state: str
    reason: str = ""
    number: str = ""
    ours: str = ""


@contextmanager
def numbered(channel: str, number: str) -> Iterator[None]:
    """A transaction in which nobody else writes what concerns the provider's message of that number, if it has one.

    A report may come while its message is still being settled: whichever is second sees the first.
    """
    if not number:
        yield
        return
    with transaction.atomic():
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_advisory_xact_lock(hashtextextended(%s, 0))", [f"{channel}:{number[:160]}"])
        yield


def report(said: Said, *, at: datetime) -> bool:
    """Keep what is said, and learn from it what concerns the number itself; False where we know no such message."""
    with numbered(said.channel, said.provider_id):
        return _report(said, at)


def _report(said: Said, at: datetime) -> bool:
    key = {"channel": said.channel, "provider_id": said.provider_id[:160]}
    given = {"state": said.state, "reason": said.reason[:100], "reported_at": at, "outgoing": said.ours[:30]}
    kept, is_new = Report.objects.select_for_update().get_or_create(**key, defaults=given)
    row = Letter.objects.filter(**key).first() or Notice.objects.filter(**key).select_related("person").first()
    if not is_new and kept.state in _AFTER[said.channel][said.state]:
        is_new = bool(Report.objects.filter(pk=kept.pk).update(**given))
    if is_new:
        # What is said again may have been mended since.
        _learn(said, row, at)
        _tell_otherwise(said, at)
    return row is not None


def heed_early(row: Letter | Notice, number: str, *, at: datetime) -> None:
    """Act on a failure that was reported before the row had its number; what concerns a telephone was learned then."""
    failed = Report.objects.filter(channel=row.channel, provider_id=number, state=State.FAILED).first()
    if failed is None:
        return
    to = address_of(row) if row.channel == "email" else ""
    said = Said(channel=row.channel, provider_id=number, state=failed.state, reason=failed.reason, number=to)
    _learn(said, row, at)
    _tell_otherwise(said, at)


def report_all(said: Iterable[Said], *, at: datetime) -> int:
    """Each by itself; returns how many were of messages that we do not know (yet)."""
    return sum(not report(each, at=at) for each in said)


def _learn(said: Said, row: Letter | Notice | None, at: datetime) -> None:
    """What a failure tells of the number or address: that it wants nothing more, or is nobody's."""
    reason = "".join(said.reason.lower().split())
    if said.state != State.FAILED or not said.number:
        return
    if said.channel == "email":
        if reason in _DEAD and row is not None and said.number == address_of(row):
            note_bounce(address=said.number, words=said.reason, at=at)
        return
    if reason == OPTED_OUT:
        stop(channel=said.channel, address=said.number, stopped_by=Correspondent.Stopped.PROVIDER, at=at)
    if reason in _GIVEN_UP:
        doubt(number=said.number, reason=reason, at=at)


def _tell_otherwise(said: Said, at: datetime) -> None:
    """News of the last day that did not arrive goes by the person's next channel."""
    if said.state != State.FAILED or said.reason in _CAME:
        return
    key = {"channel": said.channel, "provider_id": said.provider_id[:160], "sent_at__gt": at - NEWS}
    # In one order: of two messages with the same news each may be passed on to the same third channel.
    for notice in Notice.objects.filter(**key).select_related("person", "entry").order_by("entry"):
        pass_on(notice, at=at)
