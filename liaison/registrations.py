"""Registrations: a firm's own application, from the question to the letter that confirms its e-mail address."""

from __future__ import annotations

import hashlib
import secrets
from collections.abc import Mapping
from datetime import datetime, timedelta

from allauth.account.models import EmailAddress
from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction
from django.utils.translation import gettext_lazy as _

from liaison.consents import give_all
from liaison.journal import record
from liaison.letters import write_letter
from liaison.models import Organization, Person, Registration
from liaison.organizations import Particulars, particulars_from, register_organization

VALID = timedelta(hours=48)


@transaction.atomic
def ask_registration(
    *, particulars: Particulars, person_name: str, email: str, language: str, by: Person | None, at: datetime
) -> None:
    """Keep the application and write to its address.

    Whether somebody has that address already shows only in the letter: the same is done either way, but then the
    application has expired as it is written, and its token is told to nobody.
    """
    address = email.strip().lower()
    is_known = Person.objects.filter(email=address).exists()
    token = secrets.token_urlsafe(32)
    registration = Registration.objects.create(
        email=address,
        language=language,
        particulars={**particulars.as_text(), "email": address, "person": person_name},
        token_digest=_digest(token),
        asked_at=at,
        expires_at=at if is_known else at + VALID,
    )
    write_letter(
        "registration_known" if is_known else "registration_confirm",
        address=address,
        language=language,
        at=at,
        token=token,
        hours=int(VALID.total_seconds() // 3600),
    )
    record(kind="liaison.registration_asked", subject="registration", key=str(registration.pk), by=by, at=at)


def find_registration(token: str, *, at: datetime) -> Registration | None:
    """The application that ``token`` opens at ``at``; None where it was used, has expired or never was."""
    open_now = Registration.objects.filter(token_digest=_digest(token), expires_at__gt=at)
    return open_now.exclude(email__in=Person.objects.values("email")).first()


def _digest(token: str) -> str:
    return hashlib.sha256(token.encode("utf-8", "replace")).hexdigest()


def new_person(registration: Registration) -> Person:
    """The person that an application will make, not kept yet: a password is checked against her name and address."""
    name = registration.particulars["person"]
    return Person(email=registration.email, name=name, language=registration.language)


def confirm_registration(
    *,
    registration: Registration,
    password: str,
    consents: Mapping[str, int] | None = None,
    language: str = "en",
    at: datetime,
) -> Organization:
    """Make the person with a confirmed address, and her firm, which then waits for the office; both are her own doing.

    ``consents`` are the versions of the words that she agreed to by purpose, as she read them in ``language``.
    ValidationError where the application has been used in the meantime.
    """
    try:
        with transaction.atomic():
            person = _confirm(registration, password, at)
            give_all(person=person, consents=consents or {}, language=language, by=person, at=at)
            return _register_firm(registration, person, at)
    except IntegrityError as error:
        raise ValidationError(_("This link has been used."), code="used") from error


def _confirm(registration: Registration, password: str, at: datetime) -> Person:
    person = new_person(registration)
    person.set_password(password)
    person.full_clean(validate_unique=False, validate_constraints=False)
    person.save()
    EmailAddress.objects.create(user=person, email=person.email, verified=True, primary=True)
    record(kind="liaison.person_registered", subject="person", key=str(person.pk), by=person, at=at)
    return person


def _register_firm(registration: Registration, person: Person, at: datetime) -> Organization:
    organization = register_organization(
        particulars=particulars_from(registration.particulars), owner=person, by=person, at=at
    )
    Registration.objects.filter(email=person.email).delete()
    return organization
