"""Brings a database to where the portal can run: one process for all of it, so that a start is quick."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.core.management import call_command
from django.core.management.base import BaseCommand

from liaison.health import forget_beats


class Command(BaseCommand):
    """``manage.py prepare``: translations, migrations, reference data, and the demo year on an empty database."""

    help = "Compiles translations, migrates, loads reference data and, in the demo, the demo year."
    requires_system_checks: list[str] = []

    def handle(self, *args: Any, **options: Any) -> None:
        """Each step says what it does; all may be repeated."""
        call_command("compile_translations", stdout=self.stdout)
        call_command("migrate", verbosity=0, interactive=False, stdout=self.stdout)
        forget_beats()
        self.stdout.write("database migrated")
        call_command("reference_load", stdout=self.stdout)
        call_command("tariff_load", stdout=self.stdout)
        call_command("categories_load", stdout=self.stdout)
        if settings.DEMO:
            call_command("demo_load", if_empty=True, stdout=self.stdout)
