"""Notes of calls between the office and an organisation."""

from __future__ import annotations

from datetime import datetime, timedelta

from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.models import Value
from django.db.models.functions import Greatest
from django.utils.translation import gettext_lazy as _

from liaison.journal import record
from liaison.models import CallNote, Organization, Person

# The clocks of two computers differ a little.
TOLERANCE = timedelta(minutes=5)
# An earlier one is a slip of the hand; one of the year 1 could not even be read back.
OLDEST = timedelta(days=3653)


@transaction.atomic
def note_call(
    *,
    organization: Organization,
    spoken_to: str,
    about: str,
    text: str,
    called_at: datetime,
    by: Person,
    at: datetime,
) -> CallNote:
    """Keep who was spoken to, about what, what was said and when it was; it is the latest contact where it is later.

    The very same by the same person is the button pressed twice, and adds nothing. The journal is told that there was
    a call, not with whom. ValidationError for a call that is still to come, or older than the office can mean.
    """
    _check_time(called_at, at)
    # One after the other, or the second of two presses would not see the first.
    Organization.objects.select_for_update(no_key=True).get(pk=organization.pk)
    said = {"organization": organization, "spoken_to": spoken_to, "about": about, "text": text, "at": called_at}
    known = CallNote.objects.filter(by=by, **said).first()
    if known is not None:
        return known
    note = CallNote(by=by, **said)
    note.full_clean(validate_constraints=False)
    note.save()
    Organization.objects.filter(pk=organization.pk).update(
        last_contact_at=Greatest("last_contact_at", Value(called_at))
    )
    record(
        kind="liaison.call_noted",
        subject="organization",
        key=str(organization.pk),
        by=by,
        at=at,
        note=note.pk,
        called_at=called_at.isoformat(),
    )
    return note


def _check_time(called_at: datetime, at: datetime) -> None:
    if called_at > at + TOLERANCE:
        raise ValidationError({"called_at": _("This is still to come. Note a call once it is over.")})
    if called_at < at - OLDEST:
        raise ValidationError({"called_at": _("This is more than ten years ago. Check the year.")})
