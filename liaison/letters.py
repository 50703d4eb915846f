"""Letters to an e-mail address: worded from templates, handed to whoever sends (settings.LETTER_WRITER)."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.conf import settings
from django.template.loader import render_to_string
from django.utils import translation
from django.utils.module_loading import import_string


def write_letter(name: str, *, address: str, language: str, at: datetime, **context: Any) -> None:
    """Write the letter ``name`` in the caller's transaction; it is sent after the commit.

    Its words are templates/liaison/letters/<name>.{subject,body}.txt, which are given ``context``, ``portal_url`` and
    ``office_name``.
    """
    given = {**context, "portal_url": settings.PORTAL_URL, "office_name": settings.OFFICE_NAME}
    with translation.override(language):
        subject, body = (
            render_to_string(f"liaison/letters/{name}.{part}.txt", given).strip() for part in ("subject", "body")
        )
    post(address=address, subject=" ".join(subject.split()), body=body + "\n", at=at)


def post(*, address: str, subject: str, body: str, at: datetime) -> None:
    """Hand over a letter that is worded already."""
    import_string(settings.LETTER_WRITER)(address=address, subject=subject, body=body, at=at)
