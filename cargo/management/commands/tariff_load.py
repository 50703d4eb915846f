"""Loads the tariff."""

from __future__ import annotations

from typing import Any

from django.core.management.base import BaseCommand
from django.utils import timezone

from cargo.tariffs import load_tariff


class Command(BaseCommand):
    """``manage.py tariff_load``: the rows and campaigns of the tariff's file; may be repeated."""

    help = "Adds the rows of the tariff's file that are not there yet; what staff changed stays."

    def handle(self, *args: Any, **options: Any) -> None:
        """Load and say how many."""
        self.stdout.write(f"tariff: {load_tariff(at=timezone.now())} rows")
