"""What the outbox holds of one person, and how it is forgotten."""

from __future__ import annotations

from datetime import datetime

from django.utils.translation import gettext_lazy as _

from liaison.holdings import Holding, Rows
from liaison.models import Person
from notify.models import Letter, Notice


def _notices(person: Person) -> Rows:
    mine = Notice.objects.filter(person=person).order_by("pk")
    return mine.values(
        "channel", "state", "written_at", "sent_at", "read_at", "entry__kind", "entry__subject", "entry__key"
    )


def _letters(person: Person) -> Rows:
    """Letters to her address without their words, which open doors."""
    mine = Letter.objects.filter(address__iexact=person.email).order_by("pk")
    return mine.values("subject", "state", "written_at", "sent_at")


HELD = [
    Holding("notices", _("News that you were told"), _notices),
    Holding("letters", _("Letters to your e-mail address"), _letters),
]


def forget(*, person: Person, at: datetime) -> None:
    """Take out the person's notices and the letters to her address, sent or not."""
    Notice.objects.filter(person=person).delete()
    Letter.objects.filter(address__iexact=person.email).delete()
