"""Counts what the portal holds."""

from __future__ import annotations

import json
from typing import Any

from django.core.management.base import BaseCommand
from django.utils import timezone

from observatory.portal_state import portal_state


class Command(BaseCommand):
    """``manage.py portal_state``: one JSON object."""

    help = "Prints what the portal holds as one JSON object."

    def handle(self, *args: Any, **options: Any) -> None:
        """Count and print."""
        self.stdout.write(json.dumps(portal_state(timezone.now()), indent=2))
