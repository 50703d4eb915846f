"""The stakeholders: people, organisations and memberships, and the journal of what they did."""

from django.contrib.auth.models import AnonymousUser

from liaison.models.journal import JournalEntry, JournalLink, JournalMark, RetentionRun
from liaison.models.memberships import Invitation, Membership
from liaison.models.organizations import (
    CallNote,
    Document,
    FocalPoint,
    Identifier,
    Organization,
    Registration,
    SheetDraft,
)
from liaison.models.people import Consent, Person, Viewer
from liaison.models.sendings import Sending

__all__ = [
    "AnonymousUser",
    "CallNote",
    "Consent",
    "Document",
    "FocalPoint",
    "Identifier",
    "Invitation",
    "JournalEntry",
    "JournalLink",
    "JournalMark",
    "Membership",
    "Organization",
    "Person",
    "Registration",
    "RetentionRun",
    "Sending",
    "SheetDraft",
    "Viewer",
]
