"""What tickets say of one person. They are the business record and stay when she is erased."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from liaison.holdings import Holding, Rows
from liaison.models import Person
from tickets.models import Attachment, DayOff, Entry, Mail, Message, Ticket, Watch


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


def _mails(person: Person) -> Rows:
    sent = Mail.objects.filter(sender=person.email).order_by("pk")
    return sent.values("received_at", "subject", "state", "ticket__ref", "text")


HELD = [
    Holding("tickets", _("Tickets that you opened or work on"), _tickets),
    Holding("ticket_messages", _("What you wrote in tickets"), _messages),
    Holding("ticket_papers", _("Papers that you sent in tickets"), _papers),
    Holding("ticket_acts", _("What you did to tickets"), _acts),
    Holding("ticket_watches", _("Tickets that you watch"), _watches),
    Holding("mails", _("Mails that came in from your address"), _mails),
    Holding("days_off", _("Holidays that you entered"), _days),
]
