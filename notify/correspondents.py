"""Addresses that write to us: whose they are, in which language, and whether they want anything, or free text."""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime, timedelta

from django.db import transaction

from liaison.journal import record
from liaison.models import Person
from notify.models import Correspondent, Phone

# For so long after the user's last message WhatsApp takes free text.
WINDOW = timedelta(hours=24)
# Networks give a number that nobody uses to somebody else after some months: shown to be hers longer ago it may be
# anybody's.
BELIEVED = timedelta(days=180)


def owner_of(number: str, *, at: datetime) -> Person | None:
    """The person who has shown that the number is hers; None for others, and where that was too long ago."""
    proven = Phone.objects.proven().filter(number=number, verified_at__gt=at - BELIEVED, person__is_active=True)
    found = proven.select_related("person").first()
    return found.person if found else None


@transaction.atomic
def doubt(*, number: str, reason: str, at: datetime) -> bool:
    """Believe no more that the number is whose it was, until a code shows it again; ``reason`` is a code word."""
    held = Phone.objects.select_for_update().proven().filter(number=number).first()
    if held is None:
        return False
    Phone.objects.filter(pk=held.pk).update(verified_at=None)
    record(kind="notify.phone_doubted", subject="person", key=str(held.person_id), by=None, at=at, reason=reason)
    return True


def hear(*, channel: str, address: str, at: datetime) -> Correspondent:
    """Note that the address wrote; never back to an earlier moment."""
    found, _is_new = Correspondent.objects.get_or_create(channel=channel, address=address, defaults={"heard_at": at})
    if found.heard_at is None or found.heard_at < at:
        found.heard_at = at
        found.save(update_fields=["heard_at"])
    return found


def choose_language(*, channel: str, address: str, language: str) -> None:
    """Answer it in this language from now on."""
    given = {"language": language}
    Correspondent.objects.update_or_create(channel=channel, address=address, defaults=given)


def language_of(*, channel: str, address: str) -> str:
    """The language that it last chose; empty where it chose none."""
    return languages_of([(channel, address)]).get((channel, address), "")


def languages_of(addresses: Collection[tuple[str, str]]) -> dict[tuple[str, str], str]:
    """As ``language_of`` of those who chose one, by channel and address; one query."""
    channels, numbers = ({pair[place] for pair in addresses} for place in (0, 1))
    rows = Correspondent.objects.filter(channel__in=channels, address__in=numbers).exclude(language="")
    return {(row.channel, row.address): row.language for row in rows.only("channel", "address", "language")}


@transaction.atomic
def stop(*, channel: str, address: str, stopped_by: str, at: datetime) -> bool:
    """Send it nothing more that it does not ask for; False where that was so before."""
    found, _is_new = Correspondent.objects.select_for_update().get_or_create(channel=channel, address=address)
    if found.stopped_at is not None:
        return False
    found.stopped_at, found.stopped_by = at, stopped_by
    found.save(update_fields=["stopped_at", "stopped_by"])
    if channel == "sms":
        Phone.objects.filter(number=address, stopped_at__isnull=True).update(stopped_at=at)
    record(
        kind="notify.stopped",
        subject="correspondent",
        key=str(found.pk),
        by=None,
        at=at,
        channel=channel,
        who=stopped_by,
    )
    return True


@transaction.atomic
def start(*, channel: str, address: str, at: datetime) -> bool:
    """Send it news again; False where it had not stopped them."""
    found, _is_new = Correspondent.objects.select_for_update().get_or_create(channel=channel, address=address)
    if not has_stopped(channel=channel, address=address):
        return False
    found.stopped_at, found.stopped_by = None, ""
    found.save(update_fields=["stopped_at", "stopped_by"])
    if channel == "sms":
        Phone.objects.filter(number=address).update(stopped_at=None)
    record(kind="notify.started", subject="correspondent", key=str(found.pk), by=None, at=at, channel=channel)
    return True


def has_stopped(*, channel: str, address: str) -> bool:
    """Whether it wants nothing more, or the provider takes nothing for it.

    A STOP by WhatsApp from before STOP was by channel is kept with the telephone alone, and holds for SMS.
    """
    stopped = Correspondent.objects.filter(channel=channel, address=address, stopped_at__isnull=False)
    phones = Phone.objects.filter(number=address, stopped_at__isnull=False)
    return stopped.exists() or (channel == "sms" and phones.exists())


def is_open(*, address: str, at: datetime) -> bool:
    """Whether WhatsApp takes free text for the address."""
    return Correspondent.objects.filter(channel="whatsapp", address=address, heard_at__gt=at - WINDOW).exists()


def shut(*, address: str) -> None:
    """The provider says that the window is closed, whatever our clock says."""
    Correspondent.objects.filter(channel="whatsapp", address=address).update(heard_at=None)
