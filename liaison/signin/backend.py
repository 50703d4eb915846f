"""Who belongs to an e-mail address and a password, at the same cost whether anybody does."""

from __future__ import annotations

from typing import Any

from django.contrib.auth.backends import ModelBackend
from django.http import HttpRequest

from liaison.models import Person


def person_at(address: str) -> Person | None:
    """The person with that address whose account is open; one query, whoever is asked for."""
    # PostgreSQL keeps no NUL, so nobody's address has one.
    email = address.strip().lower().replace("\x00", "\ufffd")
    return Person.objects.filter(email=email, is_active=True).first()


class EmailBackend(ModelBackend):
    """Signs in by e-mail address and password."""

    def authenticate(
        self,
        request: HttpRequest | None,
        username: str | None = None,
        password: str | None = None,
        email: str | None = None,
        **_others: Any,
    ) -> Person | None:
        """The person, or None; the password is hashed once for an address that nobody has, too."""
        if not password:
            return None
        person = person_at(email or username or "")
        if person is None:
            Person().set_password(password)
            return None
        return person if person.check_password(password) else None
