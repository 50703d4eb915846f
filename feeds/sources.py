"""Registering a source and knowing its push token."""

from __future__ import annotations

import hashlib
import hmac
import secrets
from datetime import datetime

from django.db import transaction

from feeds.models import Delivery, Source
from liaison.journal import record
from liaison.models import Person


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
    """Register or change the source ``slug``; returns it with its push token, which is kept as a digest only.

    Raises ValidationError where the values do not fit the model. A new token is made where none is given.
    """
    token = token or secrets.token_urlsafe(32)
    source = Source.objects.filter(slug=slug).first() or Source(slug=slug, due_at=at)
    if (source.fetch, source.url) != (fetch, url):
        # What the old address said of itself holds for no other.
        source.etag = source.last_modified = source.last_error = ""
        source.failures, source.opened_until, source.due_at = 0, None, at
    source.name = name or source.name or slug
    source.format, source.fetch, source.url, source.every_s = format, fetch, url, every_s
    source.settings, source.rank, source.token_digest = settings or {}, rank, digest(token)
    source.full_clean()
    source.save()
    record(kind="feeds.source_registered", subject="source", key=slug, by=by, at=at, format=format, fetch=fetch)
    return source, token


def digest(token: str) -> str:
    """What is kept of a push token."""
    return hashlib.sha256(token.encode()).hexdigest()


def source_for_push(slug: str, token: str) -> Source | None:
    """The active source that ``token`` opens; None for a wrong token, in the time that a right one takes."""
    source = Source.objects.filter(slug=slug, is_active=True).first()
    expected = source.token_digest if source and source.token_digest else digest(secrets.token_urlsafe(8))
    return source if hmac.compare_digest(digest(token), expected) else None


def delivery_for_push(pk: int, token: str) -> Delivery | None:
    """The delivery, without its bytes, that came from the active source which ``token`` opens; None otherwise."""
    delivery = Delivery.objects.select_related("source").defer("raw").filter(pk=pk).first()
    slug = delivery.source.slug if delivery else ""
    return delivery if source_for_push(slug, token) else None
