"""Brings the .po files to what the code and the templates ask for."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand

from liaison.catalogs import LANGUAGES, update


class Command(BaseCommand):
    """``manage.py make_messages``: new strings are added, unused ones dropped, translations kept."""

    help = "Brings the message catalogues to what the code and the templates ask for."
    requires_system_checks: list[str] = []

    def handle(self, *args: Any, **options: Any) -> None:
        """Update each language and say what is missing."""
        for language in LANGUAGES:
            total, missing = update(settings.BASE_DIR, language)
            self.stdout.write(f"{language}: {total} messages, {missing} untranslated")
