"""Runs the local mail server whose post the demo shows."""

from __future__ import annotations

import signal
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError

from demo.mailbox import serve


class Command(BaseCommand):
    """``manage.py demo_mail``: takes mail in at EMAIL_URL until it is stopped."""

    help = "Takes in the demo's mail and keeps it in DEMO_MAIL_DIR."
    requires_system_checks: list[str] = []

    def handle(self, *args: Any, **options: Any) -> None:
        """Serve until Ctrl-C or TERM."""
        if not settings.DEMO:
            raise CommandError("DEMO=0: this portal is not a demo.")
        stops = {signal.SIGINT, signal.SIGTERM}
        # Blocked before the server's thread starts, which inherits it: only this one is to hear them.
        signal.pthread_sigmask(signal.SIG_BLOCK, stops)
        try:
            server = serve(settings.DEMO_MAIL_DIR, settings.EMAIL_HOST, settings.EMAIL_PORT)
        except OSError as error:
            raise CommandError(f"{settings.EMAIL_HOST}:{settings.EMAIL_PORT}: {error.strerror}") from error
        self.stdout.write(f"demo mail at {settings.EMAIL_HOST}:{settings.EMAIL_PORT} into {settings.DEMO_MAIL_DIR}")
        signal.sigwait(stops)
        server.stop()
