"""Loads the categories of tickets."""

from __future__ import annotations

from typing import Any

from django.core.management.base import BaseCommand

from tickets.categories import load_categories


class Command(BaseCommand):
    """``manage.py categories_load``: the taxonomy with its promises; may be repeated."""

    help = "Brings the categories of tickets to what their file says."

    def handle(self, *args: Any, **options: Any) -> None:
        """Load and say how many."""
        self.stdout.write(f"categories: {load_categories()}")
