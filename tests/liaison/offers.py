"""Invitations in tests, and the tokens in their letters."""

from __future__ import annotations

import re
from datetime import datetime

from django.utils import timezone

from liaison.invitations import invite
from liaison.models import Invitation, Organization, Person
from notify.models import Letter


def offer(
    organization: Organization, email: str, role: str = "member", *, by: Person | None, at: datetime | None = None
) -> Invitation:
    """Invite the address in English."""
    return invite(organization=organization, email=email, role=role, language="en", by=by, at=at or timezone.now())


def token_for(email: str) -> str:
    """The token in the latest letter to the address."""
    body = Letter.objects.filter(address=email).latest("pk").body
    found = re.search(r"/invitations/([\w-]+)/", body)
    assert found
    return found[1]
