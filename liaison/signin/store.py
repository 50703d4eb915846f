"""Where sessions are kept: Django's table, read as each page reads it."""

from __future__ import annotations

from typing import Any

from django.contrib.sessions.backends import db
from django.contrib.sessions.models import Session
from django.utils import timezone

from liaison.prepared import Prepared


class SessionStore(db.SessionStore):
    """Django's, but that the statement which reads a session is not compiled anew for each page."""

    def load(self) -> dict[str, Any]:
        """What is kept under the key; nothing, and the key is no more, where that is unknown or has expired."""
        for data, expires_at in _KEPT([self.session_key]):
            if expires_at > timezone.now():
                return self.decode(data)
        self._session_key = None
        return {}


_KEPT = Prepared(lambda keys: Session.objects.filter(session_key__any=keys).values_list("session_data", "expire_date"))
