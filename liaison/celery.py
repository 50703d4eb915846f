"""The Celery application: four queues, and a timetable that rings for every row that is due."""

from __future__ import annotations

import os
import warnings

from celery import Celery
from celery.exceptions import SecurityWarning

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "liaison.settings")
# The portal's containers run unprivileged; a private demo started by root would only repeat the warning.
warnings.filterwarnings("ignore", category=SecurityWarning)

app = Celery("liaison", task_cls="liaison.logs:LoggedTask")
app.config_from_object("django.conf:settings", namespace="CELERY")
app.autodiscover_tasks()
app.steps["consumer"].add("liaison.pulse:Pulse")
