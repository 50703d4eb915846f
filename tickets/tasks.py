"""Reads mails; opens and closes the portal's own cases, estimates risks, and closes what nobody objects to."""

from __future__ import annotations

import logging

from celery import shared_task
from django.utils import timezone

from liaison.pacing import paced
from tickets import escalating, holidays, inbound, merged_cargo, outcomes, resolving, risks, stalls
from tickets.models import Mail, Talk
from tickets.talk import conversations

logger = logging.getLogger(__name__)
BATCH = 100


@shared_task
def read_mail(*, mail_id: int) -> None:
    """Read one stored mail."""
    inbound.read_mail(mail_id=mail_id, at=timezone.now())


@shared_task
def read_stored_mails() -> None:
    """Read what waits because no bell rang or an earlier attempt failed; one that fails again holds up no other."""
    for pk in list(Mail.objects.waiting().values_list("pk", flat=True)[:BATCH]):
        try:
            inbound.read_mail(mail_id=pk, at=timezone.now())
        except Exception:
            logger.exception("Mail %s could not be read", pk)


@shared_task
def answer_talk(*, talk_id: int) -> None:
    """Answer one stored text."""
    conversations.answer_talk(talk_id=talk_id, at=timezone.now())


@shared_task
def answer_stored_talks() -> None:
    """Answer what waits because no bell rang or an earlier attempt failed; one that fails again holds up no other."""
    for pk in list(Talk.objects.waiting().values_list("pk", flat=True)[:BATCH]):
        try:
            conversations.answer_talk(talk_id=pk, at=timezone.now())
        except Exception:
            logger.exception("Text %s could not be answered", pk)


@shared_task
def watch_stalls() -> None:
    """Open a ticket for what has stalled, close those of what has moved on; tickets follow what was merged."""
    at = timezone.now()
    merged_cargo.follow_merged()
    stalls.open_stalled(at=at)
    stalls.close_moved(at=at)


@shared_task
def escalate_due() -> None:
    """Tell whom it concerns that promises run out."""
    escalating.escalate_due(at=timezone.now())


@shared_task
@paced
def estimate_risks() -> None:
    """What a day more costs, for every open ticket."""
    risks.estimate_risks(at=timezone.now())


@shared_task
def renew_due() -> None:
    """Move the deadlines where staff have changed a holiday."""
    holidays.renew_due(at=timezone.now())


@shared_task
@paced
def reckon_outcomes() -> None:
    """Keep for reports what became of promises."""
    outcomes.reckon_outcomes(at=timezone.now())


@shared_task
def close_silent() -> None:
    """Close what was resolved a fortnight ago."""
    resolving.close_silent(at=timezone.now())
