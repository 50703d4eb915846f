"""Pulls sources now."""

from __future__ import annotations

import logging
from argparse import ArgumentParser
from datetime import datetime
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone

from cargo.reading import Outcome, read_delivery
from feeds.intake import Receipt
from feeds.models import Source
from feeds.pull import Haul, begin, claim_due, pull

logger = logging.getLogger(__name__)


class Command(BaseCommand):
    """``manage.py source_pull [SLUG …]``: those named, or all that are due; a failure does not stop the others."""

    help = "Pulls the sources that are due, or those named, and reads what came."

    def add_arguments(self, parser: ArgumentParser) -> None:
        """The sources, if any."""
        parser.add_argument("slugs", nargs="*", metavar="SLUG")

    def handle(self, *args: Any, **options: Any) -> None:
        """One line a source."""
        named = Source.objects.exclude(fetch="").filter(slug__in=options["slugs"])
        if missing := set(options["slugs"]) - set(named.values_list("slug", flat=True)):
            raise CommandError(f"Not a source that is pulled: {', '.join(sorted(missing))}")
        at = timezone.now()
        sources = list(named) if options["slugs"] else _claimed(at)
        for source in sorted(sources, key=lambda source: source.slug):
            self.stdout.write(f"{source.slug} {self._pull(source)}")

    def _pull(self, source: Source) -> str:
        outcomes: list[Outcome] = []

        def read(receipt: Receipt) -> None:
            if not receipt.is_duplicate:
                outcomes.append(_read(receipt.delivery.pk))

        haul = pull(source=source, at=timezone.now(), then=read)
        words = f"failed  {haul.failure}" if haul.failure else _what_came(haul, outcomes)
        return "  ".join([words, *haul.troubles])


def _claimed(at: datetime) -> list[Source]:
    claimed = (begin(source_id=pk, at=at) for pk in claim_due(at=at, limit=1000))
    return [source for source in claimed if source]


def _read(delivery_id: int) -> Outcome:
    """What a delivery gave; one that cannot be read now is read again by timetable and stops no other source."""
    try:
        return read_delivery(delivery_id)
    except Exception:
        logger.exception("Delivery %s could not be read", delivery_id)
        return Outcome()


def _what_came(haul: Haul, outcomes: list[Outcome]) -> str:
    facts, events = (sum(getattr(outcome, name) for outcome in outcomes) for name in ("facts", "events"))
    if not haul.receipts:
        return "unchanged"
    if len(haul.receipts) > 1:
        duplicates = len(haul.receipts) - len(outcomes)
        return f"stored={len(outcomes)} duplicate={duplicates} facts={facts} events={events}"
    return f"stored  facts={facts} events={events}" if outcomes else "duplicate"
