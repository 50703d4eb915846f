"""What the tests of registration and verification share."""

from __future__ import annotations

from typing import Any
from uuid import uuid4

import pytest
from django.utils import timezone
from pytest_django import Settings

from liaison.models import Organization, Person
from liaison.organizations import Particulars, register_organization

NUMBERS = {"rw_tin": "101234567", "agent_licence": "RRA/CA/2026/0123"}
SAID = {
    "name": "Akabuto Clearing",
    "kind": "agent",
    "country": "RW",
    "rw_tin": "101 234 567",
    "agent_licence": "rra/ca/2026/0123",
    "phone": "0788 123 456",
    "address": "KN 3 Road, Kigali",
}
WHO = {"person_name": "Keza Uwera", "email": "Keza@Akabuto.example", "language": "en"}


@pytest.fixture
def fresh_limits(settings: Settings) -> None:
    """Nobody has tried anything yet."""
    memory = "django.core.cache.backends.locmem.LocMemCache"
    settings.CACHES = {"default": {"BACKEND": memory, "LOCATION": uuid4().hex}}


def particulars(**more: Any) -> Particulars:
    """What Akabuto Clearing says of itself."""
    said = {"name": "Akabuto Clearing", "kind": "agent", "country": "RW", "phone": "+250788123456"}
    return Particulars(**{**said, "email": "keza@akabuto.example", "numbers": NUMBERS, **more})


def applicant(email: str = "keza@akabuto.example", language: str = "en", **more: Any) -> Organization:
    """A firm that waits for the office, with its owner."""
    owner = Person.objects.filter(email=email).first()
    owner = owner or Person.objects.create(email=email, name="Keza Uwera", language=language)
    return register_organization(particulars=particulars(**more), owner=owner, by=owner, at=timezone.now())


def owner_of(organization: Organization) -> Person:
    """Its owner, read anew."""
    return Person.objects.get(membership__organization=organization, membership__role="owner")
