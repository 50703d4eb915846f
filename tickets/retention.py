"""How long mails are kept as they came."""

from __future__ import annotations

from datetime import datetime, timedelta

from django.utils.translation import gettext_lazy as _

from liaison.retention import MONTH, Rule
from tickets.models import Mail, Presence


def _left(before: datetime, at: datetime) -> int:
    return Mail.objects.filter(state=Mail.State.LEFT, received_at__lt=before).delete()[0]


def _raw(before: datetime, at: datetime) -> int:
    """What was taken into a ticket stays there; its raw bytes, and the text that it quoted, go."""
    taken = Mail.objects.filter(state=Mail.State.TAKEN, received_at__lt=before).exclude(raw=b"")
    return taken.update(raw=b"", text="")


def _presences(before: datetime, at: datetime) -> int:
    return Presence.objects.filter(seen_at__lt=before).delete()[0]


RULES = [
    Rule(
        name="mails_left",
        what=_("Mails that were put into no ticket"),
        period=6 * MONTH,
        basis=_("Time to find a mail that was left by mistake"),
        remove=_left,
    ),
    Rule(
        name="mails_raw",
        what=_("Mails as they came, of which the ticket keeps the words and the papers"),
        period=24 * MONTH,
        basis=_("Proof of what was written, for as long as a claim is usual"),
        remove=_raw,
    ),
    Rule(
        name="presences",
        what=_("Who had a ticket before her when"),
        period=timedelta(days=1),
        basis=_("Not to work twice: then no purpose is left"),
        remove=_presences,
    ),
]
