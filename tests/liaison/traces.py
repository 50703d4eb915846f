"""Somebody who has left a trace in every table that holds something of people."""

from __future__ import annotations

from datetime import timedelta

from allauth.account.models import EmailAddress
from allauth.mfa.models import Authenticator
from allauth.usersessions.models import UserSession
from django.contrib.sessions.backends.db import SessionStore

from api.tokens import make_token
from corridor.models import Subscription
from liaison.consents import give
from liaison.journal import record
from liaison.models import (
    CallNote,
    Document,
    FocalPoint,
    Invitation,
    Membership,
    Organization,
    Person,
    Registration,
    SheetDraft,
)
from notify.letters import write_letter
from notify.outbox import fan_out
from tests.conftest import AT
from tickets.models import Talk

WORDS = "Nyiramana"
ADDRESS = "nyiramana@firm.example"


def leave_traces(person: Person, firm: Organization, *, address: str = ADDRESS, words: str = WORDS) -> Person:
    """Give the person this address and name, make her the firm's colleague, and let her be known everywhere."""
    Person.objects.filter(pk=person.pk).update(email=address, name=words, phone="+250788123456", last_login=AT)
    person.refresh_from_db()
    Membership.objects.get_or_create(person=person, organization=firm, defaults={"role": "member"})
    Invitation.objects.create(
        organization=firm, email=address, role="member", token_digest=address, invited_at=AT, expires_at=AT + DAY
    )
    Registration.objects.create(
        email=address, particulars={"name": words}, token_digest=address, asked_at=AT, expires_at=AT + DAY
    )
    FocalPoint.objects.create(organization=firm, name=words, email=address.upper(), phone="+250788123456")
    give(person=person, purpose="survey", version=1, language="en", by=person, at=AT)
    _sign_in(person)
    Document.objects.create(
        organization=firm, kind="tax", file_name="tax.pdf", content_type="application/pdf", size=1,
        sha256=address, content=b"x", uploaded_by=person, uploaded_at=AT,
    )  # fmt: skip
    CallNote.objects.create(organization=firm, by=person, at=AT, spoken_to=words.upper(), text="What others said")
    SheetDraft.objects.create(by=person, at=AT, file_name="f", rows=[{"line": 2, "contact_email": address}])
    Subscription.objects.create(channel="email", address=address, asked_at=AT)
    entry = record(kind="cargo.consignment_moved", subject="consignment", key="RW26-000042", by=None, at=AT)
    fan_out({entry.pk: [person.pk]}, at=AT)
    write_letter(address=address, subject="Your code", body="code 998877", at=AT)
    number = {"provider_id": address, "address": "+250788123456", "received_at": AT}
    Talk.objects.create(**number, channel="sms", text=words, person=person)
    make_token(person=person, name="ERP", scopes=["read"], days=1, by=None, at=AT)
    return person


DAY = timedelta(days=1)


def _sign_in(person: Person) -> None:
    session = SessionStore()
    session["_auth_user_id"] = str(person.pk)
    session.create()
    UserSession.objects.create(
        user=person, session_key=session.session_key, ip="192.0.2.7", user_agent="Phone", last_seen_at=AT
    )
    EmailAddress.objects.update_or_create(user=person, primary=True, defaults={"email": person.email, "verified": True})
    Authenticator.objects.create(user=person, type="totp", data={"secret": "hidden"})
