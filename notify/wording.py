"""The words of a notice: templates per kind, rendered in the reader's language."""

from __future__ import annotations

from dataclasses import dataclass

from django.conf import settings
from django.template.loader import render_to_string
from django.utils import translation

from notify.models import Notice


@dataclass(frozen=True, slots=True)
class Words:
    """A subject without line breaks, a plain-text body, and the address in the portal that it is about."""

    subject: str
    body: str
    url: str


def word(notice: Notice) -> Words:
    """Word ``notice`` in its person's language, with templates/notify/<kind of entry>.{subject,body,url}.txt."""
    context = {**notice.entry.data, "person": notice.person, "portal_url": settings.PORTAL_URL}
    with translation.override(notice.person.language):
        subject, body, url = (
            render_to_string(f"notify/{notice.entry.kind}.{part}.txt", context).strip()
            for part in ("subject", "body", "url")
        )
    return Words(" ".join(subject.split()), body + "\n", url)
