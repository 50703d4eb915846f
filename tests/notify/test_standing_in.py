"""Another channel stands in where one fails or is stuck: once, and for whoever has one."""

from __future__ import annotations

from datetime import datetime, timedelta

import pytest
from pytest_django import Settings

from liaison.journal import record
from liaison.models import JournalEntry, Person
from notify import standing_in
from notify.correspondents import stop
from notify.models import ChannelState, Notice
from notify.outbox import fan_out
from notify.preferences import end_topic, take_stance
from notify.reports import Said, report
from notify.standing_in import PATIENCE, pass_on_unsent
from tests.conftest import AT, Cast
from tests.fakes.africastalking import AfricasTalking
from tests.notify.conftest import PostOffice, Tell
from tests.notify.test_sending import NUMBER, deliver, provider, reached, states

__all__ = ["provider", "reached"]
LATER = AT + timedelta(hours=1)


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


def corrected(first: JournalEntry, *people: Person) -> list[tuple[str, str, datetime]]:
    """Who is told a correction, by which channels and when."""
    entry = record(kind=first.kind, subject="consignment", key=first.key, by=None, at=LATER, topic="ticket")
    fan_out({entry.pk: [person.pk for person in people]}, at=LATER, corrects={entry.pk: [first.pk]})
    rows = Notice.objects.filter(entry=entry).order_by("person_id", "channel")
    return list(rows.values_list("person__name", "channel", "due_at"))


@pytest.mark.parametrize(("urgent", "by"), [(True, "sms"), (False, "whatsapp")])
def test_a_correction_goes_where_a_stand_in_had_brought_what_it_corrects(
    post: PostOffice, reached: Cast, tell: Tell, settings: Settings, urgent: bool, by: str
) -> None:
    settings.PERSONAL_CHANNELS = ["email", by]
    post.answers[reached.importer.email] = "550 5.1.1 No such mailbox"
    first = tell(reached.importer, reached.agent, topic="ticket", urgent=urgent)
    deliver()
    assert states() == [("email", "refused"), ("email", "sent"), (by, "due")]
    Notice.objects.filter(channel=by).update(state="sent", sent_at=AT)
    assert corrected(first, reached.importer, reached.agent, reached.stranger) == [
        *(("Importer", "inbox", LATER), ("Importer", by, LATER)),
        *(("Agent", "email", LATER), ("Agent", "inbox", LATER)),
    ]


def test_a_correction_comes_no_sooner_than_a_stand_in_that_still_waits(
    post: PostOffice, reached: Cast, tell: Tell
) -> None:
    post.answers[reached.importer.email] = "550 5.1.1 No such mailbox"
    first = tell(reached.importer, topic="ticket", urgent=True)
    deliver()
    put_off = LATER + timedelta(hours=1)
    Notice.objects.filter(channel="sms").update(attempts=8, due_at=put_off)
    assert corrected(first, reached.importer) == [("Importer", "inbox", LATER), ("Importer", "sms", put_off)]


@pytest.mark.parametrize("then", ["no", "stop", "mute", "not urgent"])
def test_a_correction_goes_by_no_stand_in_that_would_not_stand_in_now(
    post: PostOffice, reached: Cast, tell: Tell, then: str
) -> None:
    post.answers[reached.importer.email] = "550 5.1.1 No such mailbox"
    first = tell(reached.importer, topic="ticket", urgent=True)
    deliver()
    deliver()
    assert states() == [("email", "refused"), ("sms", "sent")]
    if then == "no":
        end_topic(person=reached.importer, topic="ticket", channel="sms", by=None, at=LATER)
    elif then == "stop":
        stop(channel="sms", address=NUMBER, stopped_by="user", at=LATER)
    elif then == "mute":
        take_stance(person=reached.importer, subject="consignment", key=first.key, stance="mute", by=None, at=LATER)
    else:
        Notice.objects.update(is_urgent=False)
    assert corrected(first, reached.importer) == [("Importer", "inbox", LATER)]


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
