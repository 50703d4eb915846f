"""The timetable's own Celery application: it rings tasks by their names and loads none, so it stays small."""

from __future__ import annotations

import logging
from typing import Any

from celery import Celery
from celery.beat import PersistentScheduler
from celery.signals import setup_logging
from django.conf import settings
from django.utils.log import configure_logging

from liaison.telemetry import begin

# Without Celery's help for Django, which loads every app.
app = Celery("ringing", fixups=[], set_as_current=False)
app.config_from_object("django.conf:settings", namespace="CELERY")
app.conf.beat_scheduler = "liaison.ringing:Ringer"
begin()


@setup_logging.connect
def log_as_the_portal(loglevel: int | None = None, **_said: Any) -> None:
    """Write lines as the other processes do; Django itself would say so when its apps are loaded."""
    configure_logging(settings.LOGGING_CONFIG, settings.LOGGING)
    if loglevel:
        logging.getLogger().setLevel(loglevel)


class Ringer(PersistentScheduler):
    """Celery's scheduler, but what is overdue after a stop begins where the timetable has it begin, not all at once."""

    def setup_schedule(self) -> None:
        """Read the file of what was rung when; an entry in it would keep its own time and ring with all the others."""
        super().setup_schedule()
        for name, given in self.app.conf.beat_schedule.items():
            entry = self.schedule[name]
            is_due, _wait = entry.is_due()
            if "last_run_at" in given and is_due:
                entry.last_run_at = given["last_run_at"]
