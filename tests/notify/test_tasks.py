"""The notifying queue's one task."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.utils import timezone

from notify import sending
from notify.models import Notice
from notify.tasks import send_due
from tests.conftest import Cast
from tests.notify.conftest import PostOffice, Tell


def test_it_sends_batch_by_batch_until_nothing_is_due(
    post: PostOffice, cast: Cast, tell: Tell, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sending.claim, "__kwdefaults__", {"limit": 2})
    for _ in range(5):
        tell(cast.importer)
    send_due()
    send_due()
    assert post.sent_to() == [cast.importer.email] * 5
    assert set(Notice.objects.values_list("state", flat=True)) == {"sent"}


def test_a_failure_is_put_off_and_does_not_hold_the_task(post: PostOffice, cast: Cast, tell: Tell) -> None:
    tell(cast.importer, cast.agent)
    post.answers[cast.importer.email] = "450 4.2.0 Come again"
    before = timezone.now()
    send_due()
    assert (post.asked.count(cast.importer.email), post.sent_to()) == (1, [cast.agent.email])
    assert Notice.objects.get(state="due").due_at >= before + timedelta(seconds=30)
