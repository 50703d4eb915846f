"""Links without a login to what a stranger may know of a consignment: made, revoked, found, counted, and redacted."""

from __future__ import annotations

import base64
import hashlib
import hmac
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import uuid4

from django.conf import settings
from django.core.cache import cache
from django.core.exceptions import ValidationError
from django.db import connection, transaction
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from cargo.forecast_presenting import Window, window_of
from cargo.models import Consignment, ShareLink
from cargo.plain_words import one_line, standpoint
from cargo.remembered import count_up, counted
from cargo.usual import figures
from cargo.words import holder_label, step_label
from liaison.journal import record
from liaison.models import Person

MOST_LIVE = 20
LONGEST = timedelta(days=90)
# Who presses the button twice is given one link.
TWICE = timedelta(seconds=30)
# A token has 144 bits, so that guessing is hopeless; whoever tries on and on is asked to stop.
MOST_GUESSES, GUESSES_LAST = 60, timedelta(hours=1)
_BYTES = 18
_CHUNK = 1000
# One SMS of letters that every telephone has.
SMS_LENGTH = 160
FIRST_DIGITS, LAST_DIGITS = 4, 3


def token_of(link: ShareLink) -> str:
    """The token of a link, made from its seed with the portal's own key: the database alone opens nothing.

    Empty where the key has changed since; the link itself still leads where it did.
    """
    words = f"cargo.sharing:{link.seed}".encode()
    made = hmac.new(settings.SECRET_KEY.encode(), words, hashlib.sha256).digest()[:_BYTES]
    token = base64.urlsafe_b64encode(made).decode()
    return token if link.token_digest in ("", digest_of(token)) else ""


def digest_of(token: str) -> str:
    """What is kept of a token."""
    return hashlib.sha256(token.encode()).hexdigest()


@transaction.atomic
def share(*, consignment: Consignment, purpose: str, days: int, by: Person, at: datetime) -> ShareLink:
    """Make a link that leads somewhere for so many days. ValidationError where there are too many, or days."""
    if not timedelta(0) < timedelta(days=days) <= LONGEST:
        raise ValidationError(gettext_lazy("A link lasts for 1 to 90 days."), code="days")
    Consignment.objects.select_for_update(no_key=True).get(pk=consignment.pk)
    live = ShareLink.objects.filter(consignment=consignment).live(at)
    pressed = live.filter(purpose=purpose, made_by=by, made_at__gt=at - TWICE).first()
    if pressed is not None:
        return pressed
    if live.count() >= MOST_LIVE:
        raise ValidationError(gettext_lazy("There are as many links as can be. Revoke one first."), code="many")
    link = ShareLink(
        consignment=consignment,
        seed=uuid4(),
        purpose=purpose,
        made_by=by,
        made_at=at,
        expires_at=at + timedelta(days=days),
    )
    link.token_digest = digest_of(token_of(link))
    link.save()
    _tell("cargo.shared", link, consignment.ref, by=by, at=at)
    return link


@transaction.atomic
def revoke(*, link: ShareLink, by: Person | None, at: datetime) -> bool:
    """It leads nowhere from now on; False where it had been revoked before."""
    if not ShareLink.objects.filter(pk=link.pk, revoked_at__isnull=True).update(revoked_at=at, revoked_by=by):
        return False
    _tell("cargo.share_revoked", link, link.consignment.ref, by=by, at=at)
    return True


@transaction.atomic
def revoke_all(*, consignment: Consignment, by: Person, at: datetime) -> None:
    """None of its links leads anywhere from now on."""
    for link in ShareLink.objects.filter(consignment=consignment).live(at).select_related("consignment"):
        revoke(link=link, by=by, at=at)


def _tell(kind: str, link: ShareLink, ref: str, *, by: Person | None, at: datetime) -> None:
    record(kind=kind, subject="consignment", key=ref, by=by, at=at, link=link.pk, until=link.expires_at.isoformat())


def may_guess(address: str) -> bool:
    """Whether a network address has not guessed too often of late."""
    return counted(_guesses(address)) < MOST_GUESSES


def note_guess(address: str) -> None:
    """Count a token that leads nowhere."""
    count_up(_guesses(address), GUESSES_LAST)


def _guesses(address: str) -> str:
    return f"cargo.sharing.guesses.{address}"


def was_link(token: str) -> bool:
    """Whether the token led somewhere once: whoever has it did not guess."""
    return ShareLink.objects.filter(token_digest=digest_of(token)).exists()


def find_link(token: str, *, at: datetime) -> ShareLink | None:
    """The link of a token that leads somewhere; None for what was guessed, has expired or was revoked."""
    rows = ShareLink.objects.live(at).select_related("consignment__status__event__source")
    return rows.filter(token_digest=digest_of(token)).first()


def note_opened(link: ShareLink) -> None:
    """Count that it was opened: nothing is written to the database until all are counted together."""
    count_up(_key(link.pk))


def count_opened(*, at: datetime) -> int:
    """Write down how often each link was opened since this was last done; returns how many links were."""
    live = list(ShareLink.objects.live(at - timedelta(days=1)).order_by("pk").values_list("pk", flat=True))
    return sum(_count(live[start : start + _CHUNK], at) for start in range(0, len(live), _CHUNK))


def _count(links: Sequence[int], at: datetime) -> int:
    kept = cache.get_many([_key(pk) for pk in links])
    # Taken away first: should the writing fail, some are lost, but nothing is ever counted twice.
    opened = {pk: count for pk in links if (count := _taken(pk, int(kept.get(_key(pk), 0))))}
    if not opened:
        return 0
    with connection.cursor() as cursor:
        cursor.execute(
            "UPDATE cargo_sharelink l SET opened = l.opened + counted.n, opened_at = %s "
            "FROM unnest(%s::bigint[], %s::int[]) AS counted (link, n) WHERE l.id = counted.link",
            [at, list(opened), list(opened.values())],
        )
    return len(opened)


def _taken(link: int, count: int) -> int:
    """So many as were taken from the counter: none where another worker was quicker."""
    if count <= 0:
        return 0
    if cache.decr(_key(link), count) >= 0:
        return count
    cache.incr(_key(link), count)
    return 0


def _key(link: int) -> str:
    return f"cargo.sharing.opened.{link}"


@dataclass(frozen=True, slots=True, kw_only=True)
class Redacted:
    """What a stranger may know of a consignment: where it is, when it comes, what is next, and who says so when.

    No firm, money, paper, reference, bill of lading or free word of a sender; ``boxes`` are masked. ``text`` says it
    in one SMS.
    """

    line: str
    state_label: str
    cargo_kind: str
    are_vehicles: bool
    boxes: tuple[str, ...]
    held_by: str
    next_step: str
    window: Window | None
    source: str
    received_at: datetime | None
    text: str


def redacted(consignment: Consignment, *, at: datetime) -> Redacted:
    """The consignment as strangers may see it; its status, event and source must have been selected with it."""
    milestones = list(consignment.milestones.select_related("event__node").order_by("pk"))
    boxes = tuple(masked(name) for name in consignment.units.order_by("pk").values_list("container", flat=True))
    window = window_of(consignment.forecasts.current().first(), consignment.direction, at=at)
    status = consignment.status
    # The sender's own words for a place may be somebody's premises.
    line = one_line(status, standpoint(milestones, figures(), only_nodes=True), window, at=at)
    return Redacted(
        line=line,
        state_label=str(status.get_state_display()),
        cargo_kind=str(consignment.get_cargo_kind_display()),
        are_vehicles=consignment.cargo_kind == Consignment.CargoKind.RORO,
        boxes=boxes,
        held_by=holder_label(status.held_by),
        next_step=step_label(status.next_step),
        window=window,
        source=status.event.source.name if status.event else "",
        received_at=status.event.received_at if status.event else None,
        text=short_text(boxes, line),
    )


def masked(container: str) -> str:
    """Whose a container is and how its number ends: enough to know one's own by."""
    shown = LAST_DIGITS if len(container) > FIRST_DIGITS + LAST_DIGITS else 0
    hidden = len(container) - FIRST_DIGITS - shown
    return f"{container[:FIRST_DIGITS]}{'*' * hidden}{container[len(container) - shown :]}"


def short_text(boxes: Sequence[str], line: str) -> str:
    """One SMS: whose cargo, where, when; what is too long loses its middle parts, then its end."""
    name = boxes[0] if boxes else _("Your cargo")
    more = f" +{len(boxes) - 1}" if len(boxes) > 1 else ""
    parts = line.replace("–", "-").replace("’", "'").split("; ")
    while len(text := f"{name}{more}: {'; '.join(parts)}") > SMS_LENGTH and len(parts) > 1:
        parts.pop(1 if len(parts) > 2 else -1)
    return text[:SMS_LENGTH]
