"""Addresses that are proven or dead: a telephone by a code, an e-mail address until mail to it comes back."""

from __future__ import annotations

import hashlib
import hmac
import secrets
from collections.abc import Collection
from datetime import datetime, timedelta

from django.conf import settings
from django.core.exceptions import ValidationError
from django.db import transaction
from django.template.loader import render_to_string
from django.utils import translation
from django.utils.translation import gettext as _

from liaison.journal import record
from liaison.models import JournalEntry, Person
from notify.correspondents import has_stopped
from notify.gsm import gsm
from notify.letters import write_letter
from notify.message_ids import row_of
from notify.models import Bounce, Letter, Notice, Phone
from notify.outbox import fan_out

VALID = timedelta(minutes=30)
MOST_TRIES = 5
# A new code is sent no sooner than so long after the one before: each costs money.
PAUSE = timedelta(minutes=1)
ASKED = "notify.phone_asked"
# Codes ring telephones and cost money: so many that were sent in a day, of one person to one number, of one person, and
# to one number. A stranger's five are far from the last, so that nobody uses up what the owner needs.
DAY = timedelta(days=1)
MOST_TO_ONE, MOST_OF_ONE, MOST_OF_ALL = 5, 10, 25
BOUNCED = "notify.address_bounced"
NO_PHONE = "No telephone that the person has shown to be hers"


def phone_of(person: Person) -> str:
    """The number to which the person is sent SMS; empty where none is proven, or she said STOP by SMS."""
    number = proven_phone_of(person)
    return "" if has_stopped(channel="sms", address=number) else number


def proven_phone_of(person: Person) -> str:
    """The number that the person has shown to be hers, whether or not she said STOP; empty where there is none."""
    held = getattr(person, "messaging", None)
    return held.number if held and held.verified_at else ""


def kept_of(person: Person) -> tuple[Phone | None, Bounce | None]:
    """The person's own telephone, proven or not, and the mark on her e-mail address, where there are any."""
    return Phone.objects.filter(person=person).first(), Bounce.objects.filter(address=person.email).first()


@transaction.atomic
def ask_phone(*, person: Person, number: str, by: Person | None, at: datetime) -> bool:
    """Send a code to ``number``, which proves it within half an hour; False where one was sent a moment ago.

    ValidationError for a number that has said STOP, where nothing is sent before it says START, and for too many codes
    in a day. One that was not sent is not counted.
    """
    if has_stopped(channel="sms", address=number):
        raise ValidationError(
            _("This number has said STOP: no code goes there. Send START from it to our number first.")
        )
    # Of two first ones that come together the second finds the row of the first: there is none to lock before.
    Person.objects.select_for_update(no_key=True).get(pk=person.pk)
    held = Phone.objects.filter(person=person).first()
    if held is not None and held.asked_at > at - PAUSE:
        return False
    if _too_many(person, number, at):
        raise ValidationError(_("Too many codes were asked for today. Try again tomorrow."))
    code = f"{secrets.randbelow(1_000_000):06d}"
    given = {"number": number, "code": _digest(person, number, code), "tries": 0, "asked_at": at}
    Phone.objects.update_or_create(person=person, defaults={**given, "verified_at": None, "stopped_at": None})
    with translation.override(person.language):
        text = render_to_string("components/phone_code.txt", {"code": code, "office_name": settings.OFFICE_NAME})
    letter = write_letter(channel="sms", address=number, subject="", body=gsm(text.strip()), at=at)
    record(kind=ASKED, subject="person", key=str(person.pk), by=by, at=at, letter=letter.pk)
    return True


def _too_many(person: Person, number: str, at: datetime) -> bool:
    """Whether the day's codes are used up; the outbox knows which of them were refused."""
    asked = JournalEntry.objects.filter(kind=ASKED, at__gt=at - DAY).values_list("data__letter", "key")
    askers = {letter: key for letter, key in asked if letter}
    letters = Letter.objects.filter(pk__in=list(askers)).exclude(state=Letter.State.REFUSED)
    sent = [(askers[pk], address) for pk, address in letters.values_list("pk", "address")]
    mine = [address for key, address in sent if key == str(person.pk)]
    to_it = [address for _key, address in sent if address == number]
    return mine.count(number) >= MOST_TO_ONE or len(mine) >= MOST_OF_ONE or len(to_it) >= MOST_OF_ALL


def _digest(person: Person, number: str, code: str) -> str:
    """A code has few digits: without the portal's own key its digest tells nothing."""
    return hmac.new(settings.SECRET_KEY.encode(), f"{person.pk}:{number}:{code}".encode(), hashlib.sha256).hexdigest()


@transaction.atomic
def prove_phone(*, person: Person, code: str, by: Person | None, at: datetime) -> bool:
    """Let the number count from now on; False for a wrong or late code, of which five spoil it.

    Whoever had proven the same number before has it no more: it has changed hands.
    """
    held = Phone.objects.select_for_update().filter(person=person, verified_at__isnull=True).first()
    if held is None or not held.code or held.tries >= MOST_TRIES or held.asked_at < at - VALID:
        return False
    if not hmac.compare_digest(held.code, _digest(person, held.number, code)):
        Phone.objects.filter(pk=person.pk).update(tries=held.tries + 1)
        return False
    Phone.objects.filter(number=held.number).exclude(pk=person.pk).delete()
    Phone.objects.filter(pk=person.pk).update(verified_at=at, code="")
    record(kind="notify.phone_proven", subject="person", key=str(person.pk), by=by, at=at)
    return True


@transaction.atomic
def forget_phone(*, person: Person, by: Person | None, at: datetime) -> bool:
    """Send no more messages to the person's telephone; False where none was kept."""
    if not Phone.objects.filter(person=person).delete()[0]:
        return False
    record(kind="notify.phone_forgotten", subject="person", key=str(person.pk), by=by, at=at)
    return True


@transaction.atomic
def note_bounce(*, address: str, words: str, at: datetime) -> bool:
    """Send no more mail to an address from which it came back for good, and tell its person in the inbox.

    False where that is known.
    """
    given = {"at": at, "words": words[:300]}
    _known, is_new = Bounce.objects.get_or_create(address=address.strip().lower()[:254], defaults=given)
    if not is_new:
        return False
    person = Person.objects.filter(email__iexact=address.strip(), is_active=True).first()
    if person is not None:
        entry = record(kind=BOUNCED, subject="person", key=str(person.pk), by=None, at=at, words=words[:300])
        fan_out({entry.pk: [person.pk]}, at=at)
    return True


def address_of(row: Notice | Letter) -> str:
    """Where the mail of that row went."""
    return (row.person.email if isinstance(row, Notice) else row.address).lower()


def note_returned(*, message: str, recipients: Collection[str], words: str, at: datetime) -> bool:
    """Mark an address where the mail of that Message-ID, which only we can have written, came back for good.

    Only the address to which that mail went: whoever forges a report shuts up nobody.
    """
    row = row_of(message)
    if row is None or row.channel != "email":
        return False
    address = address_of(row)
    if recipients and address not in {recipient.lower() for recipient in recipients}:
        return False
    return note_bounce(address=address, words=words, at=at)


@transaction.atomic
def mend_address(*, person: Person, by: Person | None, at: datetime) -> bool:
    """Send mail to the person's address again: she says that it works now; False where it was not marked."""
    if not Bounce.objects.filter(address=person.email).delete()[0]:
        return False
    record(kind="notify.address_mended", subject="person", key=str(person.pk), by=by, at=at)
    return True
