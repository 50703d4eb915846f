"""The workers' heartbeat, one a queue, the journal's chain, the retention timetable, and the nightly backup."""

from __future__ import annotations

from celery import shared_task
from django.conf import settings
from django.utils import timezone

from liaison import chain, retention
from liaison.backup.making import make_backup as make
from liaison.backup.vault import read_key
from liaison.health import beat


@shared_task
def heartbeat(*, queue: str) -> None:
    """Runs in the worker of ``queue`` and says that it is alive."""
    beat(queue)


@shared_task
def extend_chain() -> None:
    """Link the journal's new entries."""
    chain.extend()


@shared_task
def apply_retention() -> None:
    """Take out what has met its purpose."""
    retention.apply(at=timezone.now())


@shared_task
def make_backup() -> None:
    """Make the night's backup, where folders and a key are set."""
    if settings.BACKUP_FOLDERS and settings.BACKUP_KEY:
        make(folders=settings.BACKUP_FOLDERS, key=read_key(settings.BACKUP_KEY), by=None, at=timezone.now())
