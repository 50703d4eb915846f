"""Takes files in as deliveries of a source and reads them."""

from __future__ import annotations

import logging
import sys
from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone

from cargo.reading import read_delivery
from feeds.intake import receive
from feeds.models import Delivery, Source

logger = logging.getLogger(__name__)


class Command(BaseCommand):
    """``manage.py source_receive SLUG FILE…``: one line a file; 2 when a file could not be read from disk."""

    help = "Takes files in as deliveries of a source and reads them."

    def add_arguments(self, parser: ArgumentParser) -> None:
        """The source and the files."""
        parser.add_argument("slug")
        parser.add_argument("files", nargs="+", metavar="FILE")
        parser.add_argument("--history", action="store_true", help="a back-fill: nobody is told")

    def handle(self, *args: Any, **options: Any) -> None:
        """Take in each file; an unreadable one does not stop the others."""
        source = Source.objects.filter(slug=options["slug"]).first()
        if source is None:
            raise CommandError(f"There is no source {options['slug']}. Register it with source_add.", returncode=1)
        unreadable = [name for name in options["files"] if not self._take(source, name, options["history"])]
        if unreadable:
            sys.exit(2)

    def _take(self, source: Source, name: str, is_history: bool) -> bool:
        # What is said of a file is text, which the name of a file on a disk need not be.
        path, name = Path(name), name.encode("utf-8", "replace").decode()
        try:
            with path.open("rb") as file:
                # No more is read of it than can be taken, however long it is.
                raw = file.read(settings.DELIVERY_MAX_BYTES + 1)
        except OSError as error:
            self.stderr.write(f"{name}: {error.strerror}")
            return False
        if len(raw) > settings.DELIVERY_MAX_BYTES:
            self.stderr.write(f"{name}: larger than {settings.DELIVERY_MAX_BYTES} bytes")
            return False
        receipt = receive(source=source, raw=raw, at=timezone.now(), file_name=path.name, is_history=is_history)
        if receipt.is_duplicate:
            self.stdout.write(f"{name} duplicate  facts=0 events=0 unmatched=0 quarantined=0")
            return True
        try:
            read_delivery(receipt.delivery.pk)
        except Exception:
            # It is stored, and read again by timetable; the files behind it are taken in all the same.
            logger.exception("Delivery %s could not be read", receipt.delivery.pk)
        read = Delivery.objects.defer("raw").get(pk=receipt.delivery.pk)
        self.stdout.write(
            f"{name} stored  facts={read.facts} events={read.events} "
            f"unmatched={read.unmatched} quarantined={read.quarantined}"
        )
        return True
