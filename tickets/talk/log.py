"""The office's log of texts: what came in, what was answered, and what became of the answer."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any

from django.db.models import Sum
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from notify.models import Report, Tally, Template
from tickets.models import Talk

LATELY = timedelta(days=7)
KINDS: dict[str, Promise] = {
    "track": _("asks where goods are"),
    "help": _("asks for help"),
    "stop": _("wants no more messages"),
    "start": _("wants messages again"),
    "language": _("chooses a language"),
    "rating": _("rates the help"),
    "ticket": _("writes in a ticket"),
    "words": _("writes to the office"),
    "report": _("reports a problem"),
    "unknown": _("was not understood"),
    # Screens of the menu.
    "menu": _("reads the menu"),
    "cost": _("asks for deadline and cost"),
    "borders": _("asks for the borders"),
}
REASONS: dict[str, Promise] = {
    "flood": _("Not answered: too many in a short time."),
    "silent": _("Asks for no answer."),
}
TALLIES: dict[str, Promise] = {
    "forged_whatsapp": _("WhatsApp calls without Meta’s signature"),
    "forged_email": _("calls about mails without the provider’s signature"),
    "odd_whatsapp": _("parts of WhatsApp calls that were not understood"),
    "odd_report": _("delivery reports that were not understood"),
    "unknown_report": _("reports of messages that we do not know"),
    "large_mail": _("mails too large to be kept, which our mail host was told"),
    "wrong_secret": _("calls with a wrong secret"),
}


def talk_rows(talks: Sequence[Talk]) -> list[dict[str, Any]]:
    """What the list says of each; their tickets, people and letters must have been selected. One query."""
    ids = {talk.letter.provider_id for talk in talks if talk.letter} - {""}
    reports = {(row.channel, row.provider_id): row for row in Report.objects.filter(provider_id__in=ids)}
    return [
        {
            "talk": talk,
            "kind": KINDS.get(talk.kind, ""),
            "reason": REASONS.get(talk.reason, talk.reason),
            "fate": _fate(talk, reports),
        }
        for talk in talks
    ]


def _fate(talk: Talk, reports: dict[tuple[str, str], Report]) -> str:
    """What became of the answer, as far as anybody said."""
    letter = talk.letter
    if letter is None:
        return ""
    if report := reports.get((letter.channel, letter.provider_id)):
        words = str(report.get_state_display())
        return f"{words}: {report.reason}" if report.reason else words
    fates = {"due": _("waits to be sent"), "sent": _("taken by the provider"), "refused": _("refused")}
    return str(fates.get(letter.state, letter.state))


def tallies(*, at: datetime) -> list[dict[str, Any]]:
    """What came in these days and is kept nowhere, most first."""
    lately = Tally.objects.filter(day__gt=(at - LATELY).date(), what__in=TALLIES)
    counted = lately.values("what").annotate(times=Sum("count")).order_by("-times", "what")
    return [{"what": TALLIES[row["what"]], "times": row["times"]} for row in counted]


def spoiled_templates() -> list[Template]:
    """The templates of WhatsApp that Meta lets nobody send, or counts as advertising."""
    return [template for template in Template.objects.order_by("name", "language") if not template.may_be_sent]
