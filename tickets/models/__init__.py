"""Tickets, what they are filed under, what was said in them, and their log."""

from tickets.models.answer_links import AnswerLink, AnswerLinkQuerySet, TicketLetter
from tickets.models.calendars import DayOff, OwnHours
from tickets.models.categories import Category
from tickets.models.escalations import Escalation, EscalationQuerySet
from tickets.models.incidents import Incident, IncidentEntry, IncidentQuerySet
from tickets.models.log import Entry
from tickets.models.mails import Mail, MailQuerySet
from tickets.models.messages import Attachment, Message, MessageQuerySet
from tickets.models.outcomes import AgencyComment, Outcome
from tickets.models.presences import Presence
from tickets.models.talks import Talk
from tickets.models.teams import Team
from tickets.models.tickets import REOPEN_WINDOW, Ticket, TicketConsignment, TicketQuerySet, Watch

__all__ = [
    "REOPEN_WINDOW",
    "AgencyComment",
    "AnswerLink",
    "AnswerLinkQuerySet",
    "Attachment",
    "Category",
    "DayOff",
    "Entry",
    "Escalation",
    "EscalationQuerySet",
    "Incident",
    "IncidentEntry",
    "IncidentQuerySet",
    "Mail",
    "MailQuerySet",
    "Message",
    "MessageQuerySet",
    "Outcome",
    "OwnHours",
    "Presence",
    "Talk",
    "Team",
    "Ticket",
    "TicketConsignment",
    "TicketLetter",
    "TicketQuerySet",
    "Watch",
]
