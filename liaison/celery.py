"""The Celery application: four queues, and a timetable that rings for every row that is due."""

from __future__ import annotations

import os
import warnings
from collections.abc import Mapping
from typing import Any

from celery import Celery
from celery.exceptions import SecurityWarning
from celery.signals import celeryd_init

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "liaison.settings")
# The portal's containers run unprivileged; a private demo started by root would only repeat the warning.
warnings.filterwarnings("ignore", category=SecurityWarning)

app = Celery("liaison", task_cls="liaison.logs:LoggedTask")
app.config_from_object("django.conf:settings", namespace="CELERY")
app.autodiscover_tasks()
# In kB: a process that a night's work has made larger is replaced by a new one, or it would keep that for good.
app.conf.worker_max_memory_per_child = 256 * 1024
app.steps["consumer"].add("liaison.pulse:Pulse")

# Where processors are few, pages come first, then what deliveries and mails say, then what is only counted.
NICENESS = {"pulling": 5, "deriving": 5, "notifying": 5, "reports": 10}


@celeryd_init.connect
def yield_to_pages(options: Mapping[str, Any], **_said: Any) -> None:
    """Have a worker, and the processes that it starts, leave the processor to the web server where both want it."""
    queues = options.get("queues") or NICENESS
    os.nice(max(NICENESS.get(queue, 0) for queue in queues))
