"""Links by which an agency's people answer one ticket without an account: made, found, counted and revoked."""

from __future__ import annotations

import base64
import hashlib
import hmac
from datetime import datetime, timedelta
from uuid import uuid4

from django.conf import settings
from django.db import transaction
from django.db.models import F

from liaison.journal import record
from liaison.models import FocalPoint, Organization, Person
from liaison.people import people_of
from liaison.roles import Role
from tickets.models import AnswerLink, Ticket

LASTS = timedelta(days=30)
_BYTES = 18


def token_of(link: AnswerLink) -> str:
    """The token of a link, made from its seed with the portal's own key: the database alone opens nothing.

    Empty where the key has changed since; the link itself still leads where it did.
    """
    words = f"tickets.answer_links:{link.seed}".encode()
    made = hmac.new(settings.SECRET_KEY.encode(), words, hashlib.sha256).digest()[:_BYTES]
    token = base64.urlsafe_b64encode(made).decode()
    return token if link.token_digest in ("", _digest(token)) else ""


def _digest(token: str) -> str:
    return hashlib.sha256(token.encode()).hexdigest()


def address_at(agency: Organization, concern: str) -> str:
    """Where the agency reads mail about a concern: its focal point for it, else its first one, else its own address.

    Empty where there is none, or where it is that of somebody at the desk, who is told in the portal.
    """
    points = list(FocalPoint.objects.filter(organization=agency).exclude(email="").in_order())
    fitting = [point.email for point in points if concern in point.concerns] or [point.email for point in points]
    address = (fitting[0] if fitting else agency.email).lower()
    desk = people_of({agency.pk}, {Role.DESK})[agency.pk]
    is_known = bool(address) and Person.objects.filter(pk__in=desk, email=address).exists()
    return "" if is_known else address


def offer_link(*, ticket: Ticket, address: str, by: Person | None, at: datetime) -> AnswerLink:
    """The link for the agency that has the ticket, in place of all earlier ones; in the caller's transaction."""
    assert ticket.agency is not None
    AnswerLink.objects.filter(ticket=ticket, revoked_at__isnull=True).update(revoked_at=at, revoked_by=by)
    link = AnswerLink(
        ticket=ticket,
        agency=ticket.agency,
        address=address,
        seed=uuid4(),
        made_by=by,
        made_at=at,
        expires_at=at + LASTS,
    )
    link.token_digest = _digest(token_of(link))
    link.save()
    _tell("tickets.answer_link_made", link, by=by, at=at)
    return link


@transaction.atomic
def revoke_link(*, link: AnswerLink, by: Person, at: datetime) -> bool:
    """It leads nowhere from now on; False where it had been revoked before."""
    if not AnswerLink.objects.filter(pk=link.pk, revoked_at__isnull=True).update(revoked_at=at, revoked_by=by):
        return False
    _tell("tickets.answer_link_revoked", link, by=by, at=at)
    return True


def _tell(kind: str, link: AnswerLink, *, by: Person | None, at: datetime) -> None:
    record(kind=kind, subject="ticket", key=link.ticket.ref, by=by, at=at, link=link.pk, agency=link.agency.name)


def find_link(token: str, *, at: datetime) -> AnswerLink | None:
    """The link of a token that leads somewhere; None for what was guessed, has expired, was revoked or handed on."""
    rows = AnswerLink.objects.live(at).select_related("agency", "ticket__category", "ticket__agency")
    return rows.filter(token_digest=_digest(token)).first()


def was_link(token: str) -> bool:
    """Whether the token led somewhere once: whoever has it did not guess."""
    return AnswerLink.objects.filter(token_digest=_digest(token)).exists()


def note_opened(link: AnswerLink, *, at: datetime) -> None:
    """Count that its page was looked at."""
    AnswerLink.objects.filter(pk=link.pk).update(opened=F("opened") + 1, opened_at=at)


def note_answered(link: AnswerLink) -> None:
    """Count that something was sent from its page."""
    AnswerLink.objects.filter(pk=link.pk).update(answered=F("answered") + 1)
