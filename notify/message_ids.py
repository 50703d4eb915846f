"""The Message-ID of our mails: it names the outbox row, and a seal says that only we can have written it."""

from __future__ import annotations

import hashlib
import hmac
import re

from django.conf import settings

from notify.models import Letter, Notice

_OURS = re.compile(r"<(notice|letter)-(\d{1,18})\.([0-9a-f]{16})@([^<>\s]+)>")


def name_of(row: Notice | Letter) -> str:
    """The row's name: it stands in Message-IDs, and providers give it back."""
    return f"{row._meta.model_name}-{row.pk}"


def message_id(row: Notice | Letter) -> str:
    """The same for each copy of a row, so that a second one can be recognised."""
    name = name_of(row)
    return f"<{name}.{_seal(name)}@{_domain()}>"


def row_of(text: str) -> Notice | Letter | None:
    """The row that a Message-ID names; None where it is not ours."""
    found = _OURS.fullmatch(text.strip())
    if found is None or found[4] != _domain() or not hmac.compare_digest(found[3], _seal(f"{found[1]}-{found[2]}")):
        return None
    if found[1] == "notice":
        return Notice.objects.select_related("person").filter(pk=int(found[2])).first()
    return Letter.objects.filter(pk=int(found[2])).first()


def _seal(name: str) -> str:
    return hmac.new(settings.SECRET_KEY.encode(), f"message-id:{name}".encode(), hashlib.sha256).hexdigest()[:16]


def _domain() -> str:
    return str(settings.DEFAULT_FROM_EMAIL).rpartition("@")[2].strip("> ")
