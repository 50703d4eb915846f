"""How long the outbox keeps what it has sent."""

from __future__ import annotations

from datetime import datetime, timedelta

from django.utils.translation import gettext_lazy as _

from liaison.retention import MONTH, Rule
from notify.models import Correspondent, Letter, Notice, Report, Tally


def _notices(before: datetime, at: datetime) -> int:
    return Notice.objects.filter(written_at__lt=before).delete()[0]


def _letters(before: datetime, at: datetime) -> int:
    settled = Letter.objects.exclude(state=Letter.State.DUE).filter(is_news=False)
    return settled.filter(written_at__lt=before).delete()[0]


def _news(before: datetime, at: datetime) -> int:
    return Letter.objects.filter(is_news=True, written_at__lt=before).delete()[0]


def _reports(before: datetime, at: datetime) -> int:
    counted = Tally.objects.filter(day__lt=before.date()).delete()[0]
    return counted + Report.objects.filter(reported_at__lt=before).delete()[0]


def _correspondents(before: datetime, at: datetime) -> int:
    """Whoever wants nothing more is not forgotten: she would be written to again."""
    return Correspondent.objects.filter(stopped_at__isnull=True, heard_at__lt=before).delete()[0]


RULES = [
    Rule(
        name="reports",
        what=_("What the providers of SMS and WhatsApp said became of messages"),
        period=12 * MONTH,
        basis=_("Proof that a party was told"),
        remove=_reports,
    ),
    Rule(
        name="correspondents",
        what=_("Telephones that wrote to us, and their language; those that said STOP stay"),
        period=24 * MONTH,
        basis=_("Answering in the language that was chosen"),
        remove=_correspondents,
    ),
    Rule(
        name="notices",
        what=_("News that people were told, in the inbox and by e-mail"),
        period=12 * MONTH,
        basis=_("Proof that a party was told"),
        remove=_notices,
    ),
    Rule(
        name="letters",
        what=_("Addresses and subjects of letters; their words are forgotten once they are sent"),
        period=timedelta(days=30),
        basis=_("Finding faults in the delivery of mail"),
        remove=_letters,
    ),
    Rule(
        name="news",
        what=_("Addresses to which news of the corridor was sent; taken out at once where the subscription ends"),
        period=12 * MONTH,
        basis=_("A correction goes to those who were told"),
        remove=_news,
    ),
]
