"""Who belongs to an e-mail address and a password, at the same cost whether anybody does."""

from __future__ import annotations

from typing import Any

from django.contrib.auth.backends import ModelBackend
from django.contrib.postgres.aggregates import JSONBAgg
from django.db.models import OuterRef, Subquery
from django.db.models.functions import JSONArray
from django.http import HttpRequest

from liaison.models import Membership, Person
from liaison.models.people import Standing
from liaison.prepared import Prepared


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

    def get_user(self, user_id: int) -> Person | None:
        """Whose session it is, while her account is open, with her standings: each page asks for both."""
        for person in _SIGNED_IN([user_id]):
            if self.user_can_authenticate(person):
                person.standings = [Standing(*held) for held in person.__dict__.pop("held") or ()]
                return person
        return None


_STANDING = JSONBAgg(JSONArray("organization_id", "role", "organization__name"), order_by=("since", "pk"))
_HELD = Membership.objects.in_force().filter(person=OuterRef("pk")).order_by().values("person")
_SIGNED_IN = Prepared(
    lambda people: Person.objects.filter(pk__any=people).annotate(
        held=Subquery(_HELD.annotate(held=_STANDING).values("held"))
    )
)
