"""Says whether the journal is as it was written."""

from __future__ import annotations

from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from liaison.chain import extend, verify


class Command(BaseCommand):
    """``manage.py journal_verify [NUMBER:DIGEST …]``: exit code 1 and the faults when the chain does not hold."""

    help = "Verifies the journal's chain, and that it still holds the links that were noted elsewhere before."

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Heads that earlier runs printed."""
        parser.add_argument("noted", nargs="*", metavar="NUMBER:DIGEST", type=_noted)

    def handle(self, *args: Any, **options: Any) -> None:
        """Link what waits, verify all, print the head to be noted. Raises CommandError naming the faults."""
        extend(everything=True)
        verdict = verify(expected=options["noted"])
        if verdict.faults:
            raise CommandError("The journal has been tampered with: " + "; ".join(verdict.faults))
        self.stdout.write(f"{verdict.links} links hold; note this head: {verdict.links}:{verdict.head}")


def _noted(text: str) -> tuple[int, str]:
    number, _colon, digest = text.partition(":")
    return int(number), digest.lower()
