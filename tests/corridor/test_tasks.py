"""The corridor's tasks: each one call, which may run twice."""

from __future__ import annotations

from django.conf import settings
from django.utils import timezone
from pytest_django import DjangoCaptureOnCommitCallbacks

from corridor.advisories import BELL, publish_advisory, schedule_advisory
from corridor.models import Advisory
from corridor.tasks import publish_due, tell_subscribers
from notify.models import Letter
from tests.conftest import AT, Cast
from tests.corridor.notices import DAY, HOUR, draft, subscriber


def test_what_is_due_is_published_and_told_by_the_timetable_alone(cast: Cast) -> None:
    subscriber()
    advisory = draft(cast.officer, until=timezone.now() + DAY)
    schedule_advisory(advisory=advisory, due_at=AT + HOUR, by=cast.officer, at=AT)
    for _time in range(2):
        publish_due()
        tell_subscribers()
    assert Advisory.objects.get().state == "published"
    assert Letter.objects.filter(is_news=True).count() == 1


def test_publishing_rings_for_the_tellers_once_it_is_committed(
    cast: Cast, django_capture_on_commit_callbacks: DjangoCaptureOnCommitCallbacks
) -> None:
    advisory = draft(cast.officer)
    with django_capture_on_commit_callbacks() as rings:
        publish_advisory(advisory=advisory, by=cast.officer, at=AT)
    assert len(rings) == 1
    assert f"{tell_subscribers.__module__}.{tell_subscribers.__name__}" == BELL


def test_both_are_on_the_timetable_and_wait_for_no_report() -> None:
    names = {entry["task"] for entry in settings.CELERY_BEAT_SCHEDULE.values()}
    for name in (BELL, "corridor.tasks.publish_due"):
        assert name in names
        assert settings.CELERY_TASK_ROUTES[name] == {"queue": "notifying"}
