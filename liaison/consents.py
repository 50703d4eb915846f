"""Consent: the purposes that need a yes, the words that are agreed to, and giving and withdrawing it."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import datetime

from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction
from django.utils.translation import gettext_lazy as _
from django_stubs_ext import StrPromise

from liaison.journal import record
from liaison.models import Consent, Person


@dataclass(frozen=True, slots=True, kw_only=True)
class Purpose:
    """What a yes is asked for. ``version`` goes up whenever ``text`` says something else: then a new yes is needed."""

    version: int
    title: StrPromise
    text: StrPromise


PURPOSES: dict[str, Purpose] = {
    "news_sms": Purpose(
        version=1,
        title=_("News by SMS"),
        text=_(
            "Send news of my cargo to my telephone number as SMS. The number and the words pass through the message"
            " provider and the telephone company."
        ),
    ),
    "news_whatsapp": Purpose(
        version=1,
        title=_("News by WhatsApp"),
        text=_(
            "Send news of my cargo to my telephone number by WhatsApp. The number and the words pass through WhatsApp,"
            " whose computers stand outside Rwanda and Kenya."
        ),
    ),
    "survey": Purpose(
        version=1,
        title=_("Questions about the portal"),
        text=_(
            "Ask me now and then by e-mail how well the portal serves me. My answers are used for nothing but making"
            " it better."
        ),
    ),
}


@transaction.atomic
def give(*, person: Person, purpose: str, version: int, language: str, by: Person, at: datetime) -> bool:
    """Keep the yes to the words of ``version`` as read in ``language``; False where it stands already.

    A yes to older words ends with it. Raises ValidationError for an unknown purpose, and where the words have changed
    since they were read.
    """
    asked = PURPOSES.get(purpose)
    if asked is None:
        raise ValidationError(_("Nobody asks for consent to this."))
    if version != asked.version:
        raise ValidationError(_("The words have changed meanwhile. Please read them again."))
    standing = Consent.objects.filter(person=person, purpose=purpose, withdrawn_at__isnull=True)
    if standing.filter(version=version).exists():
        return False
    # A yes to the same words that came in at this moment is not ended by ours.
    standing.exclude(version=version).update(withdrawn_at=at)
    consent = Consent(person=person, purpose=purpose, version=version, language=language, given_at=at)
    try:
        with transaction.atomic():
            consent.save()
    except IntegrityError as error:
        if "consent_once" not in str(error):
            raise
        return False
    _tell("liaison.consent_given", person, by, at, purpose=purpose, version=version, language=language)
    return True


def give_all(*, person: Person, consents: Mapping[str, int], language: str, by: Person, at: datetime) -> None:
    """Keep several, given as the version of the words by purpose."""
    for purpose, version in consents.items():
        give(person=person, purpose=purpose, version=version, language=language, by=by, at=at)


@transaction.atomic
def withdraw(*, person: Person, purpose: str, by: Person | None, at: datetime) -> bool:
    """End the yes, whatever its version, with immediate effect; False where there is none. The row stays as proof."""
    standing = Consent.objects.filter(person=person, purpose=purpose, withdrawn_at__isnull=True)
    if not standing.update(withdrawn_at=at):
        return False
    _tell("liaison.consent_withdrawn", person, by, at, purpose=purpose)
    return True


def _tell(kind: str, person: Person, by: Person | None, at: datetime, **data: str | int) -> None:
    record(kind=kind, subject="person", key=str(person.pk), by=by, at=at, **data)


def agreed(*, purpose: str, people: Collection[int]) -> set[int]:
    """The ids of those of ``people`` whose yes to the present words stands."""
    rows = Consent.objects.filter(
        person__in=people,
        purpose=purpose,
        version=PURPOSES[purpose].version,
        withdrawn_at__isnull=True,
        person__is_active=True,
    )
    return set(rows.values_list("person_id", flat=True))
