"""Drops and rebuilds everything derived."""

from __future__ import annotations

from typing import Any

from django.core.management.base import BaseCommand
from django.utils import timezone

from cargo.registration import rebuild
from corridor import settling
from observatory import counting


class Command(BaseCommand):
    """``manage.py rebuild``: matches, milestones and status, the standings from conditions, and all that is counted."""

    help = "Drops everything derived and derives it again from the events."

    def handle(self, *args: Any, **options: Any) -> None:
        """Rebuild and say how many consignments there are."""
        self.stdout.write(f"{rebuild()} consignments rebuilt")
        self.stdout.write(f"{settling.rebuild(at=timezone.now())} standings settled")
        self.stdout.write(f"{counting.rebuild(at=timezone.now())} days of indicators counted")
