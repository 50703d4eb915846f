"""What tickets say of one person: the business record, which outlives an erasure, and what came raw, which goes."""

from __future__ import annotations

from datetime import datetime

from django.utils.translation import gettext_lazy as _

from liaison.holdings import Holding, Rows, hers
from liaison.models import Person
from liaison.retention import MONTH, Rule
from tickets.models import Attachment, DayOff, Entry, Mail, Message, Talk, Team, Ticket, Watch


def _tickets(person: Person) -> Rows:
    mine = Ticket.objects.filter(opener=person) | Ticket.objects.filter(assignee=person)
    return mine.order_by("pk").values("ref", "title", "opened_at")


def _messages(person: Person) -> Rows:
    return Message.objects.filter(author=person).order_by("pk").values("ticket__ref", "kind", "at", "text")


def _papers(person: Person) -> Rows:
    sent = Attachment.objects.filter(message__author=person).order_by("pk")
    return sent.values("message__ticket__ref", "file_name", "size")


def _acts(person: Person) -> Rows:
    return Entry.objects.filter(by=person).order_by("pk").values("ticket__ref", "kind", "at")


def _watches(person: Person) -> Rows:
    return Watch.objects.filter(person=person).order_by("pk").values("ticket__ref", "since")


def _days(person: Person) -> Rows:
    return DayOff.objects.filter(by=person).order_by("pk").values("country", "on", "reason", "at")


def _teams(person: Person) -> Rows:
    return Team.objects.filter(people=person).order_by("pk").values("name")


def _mails(person: Person) -> Rows:
    sent = Mail.objects.filter(hers(person, "sender")).order_by("pk")
    return sent.values("received_at", "subject", "state", "ticket__ref", "text")


def _talks(person: Person) -> Rows:
    mine = Talk.objects.filter(person=person).order_by("pk")
    return mine.values("channel", "address", "received_at", "text", "answer", "ticket__ref")


HELD = [
    Holding("tickets", _("Tickets that you opened or work on"), _tickets),
    Holding("ticket_messages", _("What you wrote in tickets"), _messages),
    Holding("ticket_papers", _("Papers that you sent in tickets"), _papers),
    Holding("ticket_acts", _("What you did to tickets"), _acts),
    Holding("ticket_watches", _("Tickets that you watch"), _watches),
    Holding("ticket_teams", _("Teams that you belong to"), _teams),
    Holding("ticket_mails", _("Mails that came in from your address"), _mails),
    Holding("days_off", _("Holidays that you entered"), _days),
    Holding("talks", _("What you wrote by SMS, WhatsApp and USSD"), _talks),
]


def forget(*, person: Person, at: datetime) -> None:
    """Take out the texts from her telephone and the mails from her addresses; what went into a ticket stays there."""
    Talk.objects.filter(person=person).delete()
    sent = Mail.objects.filter(hers(person, "sender"))
    sent.filter(state=Mail.State.LEFT).delete()
    sent.update(raw=b"", text="", sender="", subject="")


def _old_talks(before: datetime, at: datetime) -> int:
    return Talk.objects.filter(received_at__lt=before).delete()[0]


RULES = [
    Rule(
        name="talks",
        what=_("Texts by SMS, WhatsApp and USSD as they came; what went into a ticket stays there"),
        period=6 * MONTH,
        basis=_("Showing who asked what and was told what"),
        remove=_old_talks,
    )
]
