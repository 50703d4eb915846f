"""What providers say became of messages, in whatever order it comes: never back from what is final."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from django.db import transaction

from notify.correspondents import doubt, stop
from notify.models import Correspondent, Letter, Notice, Outgoing, Report

State = Report.State
# What each word may follow. By SMS the first final one stays; a WhatsApp message that failed on one device may still
# come to another, and may be read without a word that it was delivered.
_AFTER: dict[str, dict[str, frozenset[str]]] = {
    "sms": {
        State.ON_WAY: frozenset(),
        State.DELIVERED: frozenset({State.ON_WAY}),
        State.FAILED: frozenset({State.ON_WAY}),
    },
    "whatsapp": {
        State.ON_WAY: frozenset(),
        State.FAILED: frozenset({State.ON_WAY}),
        State.DELIVERED: frozenset({State.ON_WAY, State.FAILED}),
        State.READ: frozenset({State.ON_WAY, State.FAILED, State.DELIVERED}),
    },
}
OPTED_OUT = "userinblacklist"
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


def name_of(row: Outgoing) -> str:
    """The name of a row that a provider gives back."""
    return f"{row._meta.model_name}-{row.pk}"


@transaction.atomic
def report(said: Said, *, at: datetime) -> bool:
    """Keep what is said, and learn from it what concerns the number itself; False where we know no such message."""
    key = {"channel": said.channel, "provider_id": said.provider_id[:160]}
    given = {"state": said.state, "reason": said.reason[:100], "reported_at": at, "outgoing": said.ours[:30]}
    kept, is_new = Report.objects.select_for_update().get_or_create(**key, defaults=given)
    if not is_new and kept.state in _AFTER[said.channel][said.state]:
        Report.objects.filter(pk=kept.pk).update(**given)
    _learn(said, at)
    return any(rows.filter(**key).exists() for rows in (Letter.objects, Notice.objects))


def report_all(said: Iterable[Said], *, at: datetime) -> int:
    """Each by itself; returns how many were of messages that we do not know (yet)."""
    return sum(not report(each, at=at) for each in said)


def _learn(said: Said, at: datetime) -> None:
    """What a failure tells of the number: that it wants nothing more, or is nobody's."""
    reason = "".join(said.reason.lower().split())
    if said.state != State.FAILED or not said.number:
        return
    if reason == OPTED_OUT:
        stop(channel=said.channel, address=said.number, stopped_by=Correspondent.Stopped.PROVIDER, at=at)
    if reason in _GIVEN_UP:
        doubt(number=said.number, reason=reason, at=at)
