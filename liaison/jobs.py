"""Files that take longer than a page may: ordered here, made by a worker, left and found again at ``/me/jobs/``.

Each app says what makes its kinds (settings.JOBS); what else it does in the background it shows there, too
(settings.WORK).
"""

from __future__ import annotations

import logging
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.conf import settings
from django.core.cache import cache
from django.db import transaction
from django.urls import reverse
from django.utils.module_loading import import_string
from django.utils.translation import get_language, override

from liaison.bell import ring
from liaison.journal import record
from liaison.models import Job, Person

logger = logging.getLogger(__name__)
BELL = "liaison.tasks.run_job"
MOST_ATTEMPTS = 3
MOST_SHOWN = 50
_SHOWN_FOR_S = 86_400


@dataclass(frozen=True, slots=True)
class Made:
    """What a job has made."""

    file_name: str
    content_type: str
    content: bytes


@dataclass(frozen=True, slots=True)
class Kind:
    """What makes a job's file, and whether she who ordered it may have it still; asked each time that it is fetched."""

    make: Callable[[Job], Made]
    may_have: Callable[[Job], bool]


@dataclass(frozen=True, slots=True)
class Work:
    """One line of the page: how far something is and where it leads; ``whole`` is 0 where nobody knows it."""

    label: str
    at: datetime
    state: str
    url: str
    done: int = 0
    whole: int = 0

    @property
    def is_running(self) -> bool:
        """Whether it is still to come."""
        return self.state == Job.State.WAITING


@transaction.atomic
def start_job(*, kind: str, label: str, asked: dict[str, Any], by: Person, at: datetime) -> Job:
    """Have a file made in the language of now."""
    job = Job.objects.create(kind=kind, label=label, asked=asked, language=get_language() or "en", by=by, at=at)
    record(kind="liaison.job_started", subject="job", key=str(job.pk), by=by, at=at, job=kind)
    ring(BELL, job_id=job.pk)
    return job


def run_job(*, job_id: int, at: datetime) -> bool:
    """Make the file, unless it is made already or another worker is at it; after a few failures it is given up.

    The row is locked for as long as it takes: a worker that dies leaves it to the next.
    """
    with transaction.atomic():
        rows = Job.objects.select_for_update(of=("self",), skip_locked=True).select_related("by")
        job = rows.filter(pk=job_id, state=Job.State.WAITING).first()
        if job is None:
            return False
        job.attempts += 1
        made = _made(job)
        if made is not None:
            job.state, job.done_at, job.content = Job.State.DONE, at, made.content
            job.file_name, job.content_type = made.file_name, made.content_type
        elif job.attempts >= MOST_ATTEMPTS:
            job.state = Job.State.FAILED
        job.save()
    return made is not None


def may_have(job: Job) -> bool:
    """Whether she who ordered the file may have it now: she may have lost a role or a party since."""
    kind = _kinds().get(job.kind)
    return kind is not None and kind.may_have(job)


def _kinds() -> dict[str, Kind]:
    kinds: dict[str, Kind] = {}
    for name in settings.JOBS:
        kinds |= import_string(name)
    return kinds


def _made(job: Job) -> Made | None:
    try:
        with transaction.atomic(), override(job.language):
            return _kinds()[job.kind].make(job)
    except Exception:
        logger.exception("Job %s has failed", job.pk)
        return None


def note_progress(job: Job, done: int, whole: int) -> None:
    """Say how far it is; seen by others before it is done."""
    cache.set(f"job-{job.pk}", (done, whole), _SHOWN_FOR_S)


def work_of(person: Person) -> list[Work]:
    """All that was ordered by the person, the newest first."""
    found = [_line(job) for job in Job.objects.visible_to(person).defer("content").order_by("-at")[:MOST_SHOWN]]
    for name in settings.WORK:
        found += import_string(name)(person)
    return sorted(found, key=lambda work: work.at, reverse=True)[:MOST_SHOWN]


def _line(job: Job) -> Work:
    done, whole = cache.get(f"job-{job.pk}") or (0, 0) if job.state == Job.State.WAITING else (0, 0)
    url = reverse("liaison:job_file", kwargs={"pk": job.pk}) if job.state == Job.State.DONE else ""
    return Work(job.label, job.at, job.state, url, done, whole)
