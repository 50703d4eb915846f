"""Loads the reference data."""

from __future__ import annotations

from typing import Any

from django.core.management.base import BaseCommand
from django.utils import timezone

from corridor.reference import load_reference
from corridor.trail import ready_months


class Command(BaseCommand):
    """``manage.py reference_load``: nodes, legs, fences, agencies, and the trail's months; may be repeated."""

    help = "Loads nodes, legs and agencies from the reference files."

    def handle(self, *args: Any, **options: Any) -> None:
        """Load and say how many."""
        at = timezone.now()
        nodes, legs = load_reference(at=at)
        ready_months(at=at)
        self.stdout.write(f"reference data: {nodes} nodes, {legs} legs")
