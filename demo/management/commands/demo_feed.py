"""Runs the feed server that the demo's sources are pulled from."""

from __future__ import annotations

from typing import Any
from urllib.parse import urlsplit

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError

from demo.feed import FeedServer


class Command(BaseCommand):
    """``manage.py demo_feed``: serves at DEMO_FEED_URL until it is stopped."""

    help = "Serves the demo's feeds at the corridor's true pace."
    requires_system_checks: list[str] = []

    def handle(self, *args: Any, **options: Any) -> None:
        """Serve until Ctrl-C or TERM."""
        if not settings.DEMO:
            raise CommandError("DEMO=0: this portal is not a demo.")
        address = urlsplit(settings.DEMO_FEED_URL)
        host, port = address.hostname or "127.0.0.1", address.port or 80
        try:
            server = FeedServer((host, port), settings.STATE_DIR)
        except OSError as error:
            raise CommandError(f"{settings.DEMO_FEED_URL}: {error.strerror}") from error
        self.stdout.write(f"demo feeds at {settings.DEMO_FEED_URL}")
        with server:
            try:
                server.serve_forever()
            except KeyboardInterrupt:
                self.stdout.write("demo feeds stopped")
