"""Makes the database's user for the portal's processes."""

from __future__ import annotations

from typing import Any

import dj_database_url
from django.conf import settings
from django.core.management.base import BaseCommand, CommandError

from liaison.database_roles import give_rights


class Command(BaseCommand):
    """``manage.py database_roles``: as the database's owner, after each ``migrate``."""

    help = "Makes the user of DATABASE_APP_URL, which can neither change the journal nor alter tables."
    requires_system_checks: list[str] = []

    def handle(self, *args: Any, **options: Any) -> None:
        """Give the rights. Raises CommandError."""
        named = dj_database_url.parse(settings.DATABASE_APP_URL) if settings.DATABASE_APP_URL else {}
        user, password = str(named.get("USER") or ""), str(named.get("PASSWORD") or "")
        if not user or not password:
            raise CommandError("DATABASE_APP_URL must name a user and a password.")
        try:
            give_rights(user=user, password=password)
        except ValueError as error:
            raise CommandError(str(error)) from error
        self.stdout.write(f"{user} reads and writes rows; the journal it can only add to, tables it cannot alter")
