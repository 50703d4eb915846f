"""Registering a source and knowing its push token."""

from __future__ import annotations

import hashlib
import hmac
import secrets
from datetime import datetime

from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from feeds.credentials import TOKEN, Unreadable, seal_secrets, split_address, split_settings, unseal_secrets
from feeds.days import days_named
from feeds.models import Delivery, Source
from feeds.signatures import is_signed
from liaison.journal import record
from liaison.models import Person

SECRET_HEADERS = ("X-Secret", "X-Api-Key", "X-Token")
# What stands at the place of a slug in the addresses of other pages on sources.
RESERVED = frozenset({"quarantine", "replays", "deliveries", "phoned"})


@transaction.atomic
def add_source(
    *,
    slug: str,
    format: str,
    fetch: str = "",
    url: str = "",
    every_s: int = 60,
    token: str = "",
    settings: dict[str, str] | None = None,
    name: str = "",
    rank: int = 100,
    by: Person | None,
    at: datetime,
) -> tuple[Source, str]:
    """Register or change the source ``slug``; returns it with its push token.

    Raises ValidationError where the values do not fit the model. A new token is made where none is given. The token,
    secrets among the settings and a password in the address are kept sealed, and the token's digest beside them.
    """
    token = token or secrets.token_urlsafe(32)
    url, password = split_address(url)
    plain, hidden = split_settings(settings or {})
    secret = {name: value for name, value in {"password": password, **hidden}.items() if value}
    source = Source.objects.filter(slug=slug).first() or Source(slug=slug, due_at=at)
    if (source.fetch, source.url) != (fetch, url):
        # What the old address said of itself holds for no other.
        source.etag = source.last_modified = source.cursor = source.last_error = ""
    elif source.settings != plain:
        # Asked otherwise it may have more to say. The host key of an SFTP server, kept in ``cursor``, stays the one.
        source.etag = source.last_modified = ""
        source.cursor = "" if fetch == Source.Fetch.HTTP else source.cursor
    if (source.fetch, source.url, source.settings, _sealed_of(source)) != (fetch, url, plain, secret):
        # Whoever gives the password that was wrong need not wait for the circuit.
        source.failures, source.opened_until, source.due_at = 0, None, at
    source.name = name or source.name or slug
    source.format, source.fetch, source.url, source.every_s = format, fetch, url, every_s
    source.settings, source.rank, source.token_digest = plain, rank, digest(token)
    source.sealed = seal_secrets({**secret, TOKEN: token})
    if slug in RESERVED:
        raise ValidationError({"slug": _("This name is an address of the portal's own. Choose another.")})
    if (named := plain.get("working_days")) and days_named(named) is None:
        raise ValidationError({"settings": _("Working days are named like this: mon-fri, or mon wed sat.")})
    source.full_clean()
    source.save()
    record(kind="feeds.source_registered", subject="source", key=slug, by=by, at=at, format=format, fetch=fetch)
    return source, token


def own_source(*, slug: str, format: str, name: str, rank: int, at: datetime) -> Source:
    """A source that the portal itself speaks through; made on first use, once, even if many need it at once."""
    source = Source.objects.filter(slug=slug).first()
    if source is None:
        try:
            return add_source(slug=slug, format=format, name=name, rank=rank, by=None, at=at)[0]
        except (IntegrityError, ValidationError):
            # Somebody was quicker.
            source = Source.objects.get(slug=slug)
    return source


def _sealed_of(source: Source) -> dict[str, str] | None:
    """The secrets by which the source is asked; None where they cannot be opened."""
    try:
        return {name: value for name, value in unseal_secrets(source.sealed).values.items() if name != TOKEN}
    except Unreadable:
        return None


@transaction.atomic
def pause(*, source: Source, by: Person | None, at: datetime, reason: str) -> bool:
    """Stop pulling ``source`` until it is resumed; false where it is paused already.

    What it pushes is still taken in and read, for its sender might not send it twice. Its silence raises no alarm.
    """
    working = Source.objects.filter(pk=source.pk, paused_at__isnull=True)
    if not working.update(paused_at=at, pause_reason=reason, silent_at=None):
        return False
    record(kind="feeds.source_paused", subject="source", key=source.slug, by=by, at=at, reason=reason)
    return True


@transaction.atomic
def resume(*, source: Source, by: Person | None, at: datetime) -> bool:
    """Pull a paused source again, at once and with a closed circuit; false where it was not paused."""
    paused = Source.objects.filter(pk=source.pk, paused_at__isnull=False)
    if not paused.update(paused_at=None, pause_reason="", due_at=at, failures=0, opened_until=None):
        return False
    record(kind="feeds.source_resumed", subject="source", key=source.slug, by=by, at=at)
    return True


def digest(token: str) -> str:
    """What is kept of a push token."""
    return hashlib.sha256(token.encode()).hexdigest()


def source_for_push(slug: str, token: str) -> Source | None:
    """The active source that ``token`` opens; None for a wrong token, in the time that a right one takes."""
    source = Source.objects.filter(slug=slug, is_active=True).first()
    expected = source.token_digest if source and source.token_digest else digest(secrets.token_urlsafe(8))
    return source if hmac.compare_digest(digest(token), expected) else None


def source_for_signature(slug: str, body: bytes, signature: str) -> Source | None:
    """The active source that signed ``body`` with its ``hmac_secret``, or with its push token where it has none."""
    source = Source.objects.filter(slug=slug, is_active=True).first()
    try:
        known = unseal_secrets(source.sealed) if source else None
    except Unreadable:
        known = None
    secret = known.get("hmac_secret") or known.get(TOKEN) if known else ""
    # An unknown source is refused in the time that a wrong signature takes.
    is_right = is_signed(body, signature, secret or secrets.token_urlsafe(32))
    return source if is_right and secret else None


def secret_headers(slug: str) -> list[str]:
    """The names of headers in which the source may send its token, beside Authorization."""
    named = Source.objects.filter(slug=slug, is_active=True).values_list("settings", flat=True).first() or {}
    return list(filter(None, [str(named.get("secret_header", "")), *SECRET_HEADERS]))


def delivery_for_push(pk: int, token: str) -> Delivery | None:
    """The delivery, without its bytes, that came from the active source which ``token`` opens; None otherwise."""
    delivery = Delivery.objects.select_related("source").defer("raw").filter(pk=pk).first()
    slug = delivery.source.slug if delivery else ""
    return delivery if source_for_push(slug, token) else None
