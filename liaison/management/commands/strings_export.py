"""Writes every string with its context and its translations, for those who speak the language from home."""

from __future__ import annotations

import csv
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandParser

from liaison.catalogs import LANGUAGES, review_rows


class Command(BaseCommand):
    """``manage.py strings_export rw > rw.csv``."""

    help = "Writes every string of a language as CSV: where it stands, what is asked for, and what it is translated by."

    def add_arguments(self, parser: CommandParser) -> None:
        """Which language."""
        parser.add_argument("language", choices=LANGUAGES)

    def handle(self, *args: Any, **options: Any) -> None:
        """One line a string, singular and plural apart."""
        writer = csv.writer(self.stdout)
        writer.writerow(["where", "context", "English", options["language"], "better", "remark"])
        writer.writerows(review_rows(settings.BASE_DIR, options["language"]))
