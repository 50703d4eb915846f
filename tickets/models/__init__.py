"""Tickets, what they are filed under, what was said in them, and their log."""

from tickets.models.calendars import DayOff
from tickets.models.categories import Category
from tickets.models.log import Entry
from tickets.models.mails import Mail, MailQuerySet
from tickets.models.messages import Attachment, Message, MessageQuerySet
from tickets.models.talks import Talk
from tickets.models.tickets import REOPEN_WINDOW, Ticket, TicketConsignment, TicketQuerySet, Watch

__all__ = [
    "REOPEN_WINDOW",
    "Attachment",
    "Category",
    "DayOff",
    "Entry",
    "Mail",
    "MailQuerySet",
    "Message",
    "MessageQuerySet",
    "Talk",
    "Ticket",
    "TicketConsignment",
    "TicketQuerySet",
    "Watch",
]
