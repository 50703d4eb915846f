"""Reads mails that came in, when the bell rings and by timetable."""

from __future__ import annotations

import logging

from celery import shared_task
from django.utils import timezone

from tickets import inbound
from tickets.models import Mail

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
