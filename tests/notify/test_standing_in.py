"""Another channel stands in where one fails or is stuck: once, and for whoever has one."""

from __future__ import annotations

from datetime import timedelta

import pytest

from notify import standing_in
from notify.models import ChannelState, Notice
from notify.outbox import fan_out
from notify.reports import Said, report
from notify.standing_in import PATIENCE, pass_on_unsent
from tests.conftest import AT, Cast
from tests.fakes.africastalking import AfricasTalking
from tests.notify.conftest import PostOffice, Tell
from tests.notify.test_sending import NUMBER, deliver, provider, reached, states

__all__ = ["provider", "reached"]


def test_urgent_news_that_stays_unsent_goes_another_way_once(post: PostOffice, reached: Cast, tell: Tell) -> None:
    post.answers[reached.importer.email] = "450 4.2.0 Come again"
    tell(reached.importer, topic="ticket", urgent=True)
    tell(reached.importer, topic="ticket")
    Notice.objects.update(written_at=AT)
    deliver()
    assert pass_on_unsent(at=AT + PATIENCE) == 0
    late = AT + PATIENCE + timedelta(seconds=1)
    assert (pass_on_unsent(at=late), pass_on_unsent(at=late)) == (1, 0)
    assert states() == [("email", "due"), ("email", "due"), ("sms", "due")]


def test_urgent_news_that_was_never_tried_goes_another_way_too(post: PostOffice, reached: Cast, tell: Tell) -> None:
    ChannelState.objects.create(channel="email", is_stopped=True)
    tell(reached.importer, topic="ticket", urgent=True)
    tell(reached.agent, topic="ticket", urgent=True)
    assert [pass_on_unsent(at=AT + PATIENCE), states()] == [0, [("email", "due")] * 2]
    late = AT + PATIENCE + timedelta(seconds=1)
    assert [pass_on_unsent(at=late) for _ in range(2)] == [1, 0]
    assert states() == [("email", "due"), ("email", "due"), ("sms", "due")]


def test_whoever_has_no_other_channel_keeps_nobody_from_theirs(
    reached: Cast, tell: Tell, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(standing_in, "MOST_AT_ONCE", 10)
    for person in (reached.importer, reached.importer, reached.agent, reached.importer):
        tell(person, topic="ticket", urgent=True)
    late = AT + PATIENCE + timedelta(seconds=1)
    assert pass_on_unsent(at=late) == 3
    assert Notice.objects.filter(channel="sms").values_list("person", flat=True).distinct().get() == (
        reached.importer.pk
    )


def test_news_held_until_later_is_not_late_before_it_is_due(reached: Cast, tell: Tell) -> None:
    entry = tell(reached.importer, topic="ticket", urgent=True)
    Notice.objects.all().delete()
    due_at = AT + timedelta(hours=1)
    fan_out({entry.pk: [reached.importer.pk]}, at=AT, due_at=due_at)
    assert pass_on_unsent(at=due_at + PATIENCE) == 0
    assert pass_on_unsent(at=due_at + PATIENCE + timedelta(seconds=1)) == 1


@pytest.mark.parametrize(("state", "then"), [("failed", [("email", "due")]), ("delivered", []), ("on_way", [])])
def test_what_is_reported_before_the_row_has_its_number_is_heeded_once_it_has(
    provider: AfricasTalking, reached: Cast, tell: Tell, state: str, then: list[tuple[str, str]]
) -> None:
    tell(reached.importer, topic="money", urgent=True)
    Notice.objects.filter(channel="email").delete()
    said = Said(channel="sms", provider_id=f"ATXid_{NUMBER[1:]}", state=state, reason="DeliveryFailure")
    assert report(said, at=AT) is False
    deliver()
    assert states() == [("sms", "sent"), *then]
    # The provider says it again.
    assert report(said, at=AT) is True
    assert states() == [("sms", "sent"), *then]
