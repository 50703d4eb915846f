"""The timetable's own Celery application: it rings tasks by their names and loads none, so it stays small."""

from __future__ import annotations

from typing import Any

from celery import Celery
from celery.signals import setup_logging
from django.conf import settings
from django.utils.log import configure_logging

from liaison.telemetry import begin

# Without Celery's help for Django, which loads every app.
app = Celery("ringing", fixups=[])
app.config_from_object("django.conf:settings", namespace="CELERY")
begin()


@setup_logging.connect
def log_as_the_portal(**_said: Any) -> None:
    """Write lines as the other processes do; Django itself would say so when its apps are loaded."""
    configure_logging(settings.LOGGING_CONFIG, settings.LOGGING)
