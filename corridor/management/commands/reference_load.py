"""Loads the reference data."""

from __future__ import annotations

from typing import Any

from django.core.management.base import BaseCommand
from django.utils import timezone

from corridor.reference import load_reference


class Command(BaseCommand):
    """``manage.py reference_load``: nodes, legs and agencies; may be repeated."""

    help = "Loads nodes, legs and agencies from the reference files."

    def handle(self, *args: Any, **options: Any) -> None:
        """Load and say how many."""
        nodes, legs = load_reference(at=timezone.now())
        self.stdout.write(f"reference data: {nodes} nodes, {legs} legs")
