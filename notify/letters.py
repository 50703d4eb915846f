"""Letters: mail to an address, written with a change and sent like the rest of the outbox."""

from __future__ import annotations

from datetime import datetime

from django.conf import settings

from liaison.bell import ring
from notify.models import Letter


def write_letter(*, address: str, subject: str, body: str, at: datetime) -> Letter:
    """Write one letter in the caller's transaction, due at once."""
    letter = Letter.objects.create(address=address, subject=subject[:200], body=body, due_at=at)
    ring(settings.OUTBOX_BELL)
    return letter
