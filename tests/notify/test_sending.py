"""What becomes of rows whose channel fails, costs too much, rests, or has many for one person."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from decimal import Decimal

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from pytest_django import Settings

from notify import budget
from notify.addresses import note_bounce
from notify.health import AT_A_TIME, LONGEST_REST, REST, Outcome, may_send, note_outcome, turn
from notify.models import ChannelState, ChannelTally, Letter, Notice, Phone
from notify.preferences import Hours, choose
from notify.rules import BURST, FREE
from notify.sending import BATCH, TRIP, claim, release, send, wait_after
from notify.tasks import send_due
from tests.conftest import AT, Cast
from tests.fakes.africastalking import KEY, USER, AfricasTalking
from tests.fakes.serving import serving
from tests.notify.conftest import PostOffice, Tell
from tests.notify.test_outbox import in_another_connection

NUMBER = "+250788000001"


@pytest.fixture
def provider(settings: Settings) -> object:
    with serving(AfricasTalking()) as fake:
        settings.AFRICASTALKING_URL, settings.AFRICASTALKING_API_KEY = fake.url, KEY
        settings.AFRICASTALKING_USERNAME = USER
        settings.PERSONAL_CHANNELS = ["email", "sms"]
        yield fake


@pytest.fixture
def reached(cast: Cast, provider: AfricasTalking) -> Cast:
    """The cast, whose importer has a telephone, too."""
    Phone.objects.create(person=cast.importer, number=NUMBER, asked_at=AT, verified_at=AT)
    return cast


def states() -> list[tuple[str, str]]:
    return list(Notice.objects.exclude(channel="inbox").order_by("pk").values_list("channel", "state"))


def deliver(at: object = AT) -> int:
    return send(claim(Notice, at=at), at=at)  # type: ignore[arg-type]


def test_where_a_channel_fails_for_good_the_next_one_stands_in(post: PostOffice, reached: Cast, tell: Tell) -> None:
    post.answers[reached.importer.email] = "550 5.1.1 No such mailbox"
    post.answers[reached.agent.email] = "550 5.1.1 No such mailbox"
    tell(reached.importer, reached.agent, topic="money", urgent=False)
    # SMS is wanted for money anyway: nothing stands in, nor for whoever has no other channel.
    assert states() == [("email", "due"), ("sms", "due"), ("email", "due")]
    deliver()
    assert states() == [("email", "refused"), ("sms", "sent"), ("email", "refused")]
    tell(reached.importer, reached.agent, topic="ticket", urgent=True)
    deliver()
    assert states()[3:] == [("email", "refused"), ("email", "refused"), ("sms", "due")]
    deliver()
    assert states()[-1] == ("sms", "sent")
    tell(reached.importer, topic="ticket")
    deliver()
    assert states()[-1] == ("email", "refused")


def test_an_address_from_which_mail_came_back_is_not_tried_again(post: PostOffice, reached: Cast, tell: Tell) -> None:
    tell(reached.agent)
    note_bounce(address=reached.agent.email.upper(), words="550 gone", at=AT)
    Letter.objects.create(address=reached.agent.email, subject="Your code", body="x", due_at=AT)
    deliver()
    send(claim(Letter, at=AT), at=AT)
    assert (states(), [str(mail["Subject"]) for mail in post.mails]) == ([("email", "refused")], ["Your code"])
    tell(reached.agent)
    kinds = Notice.objects.filter(person=reached.agent, channel="inbox").order_by("pk")
    assert list(kinds.values_list("entry__kind", flat=True)) == [
        *("cargo.consignment_moved", "notify.address_bounced", "cargo.consignment_moved")
    ]
    assert states() == [("email", "refused")]


def test_sms_costs_are_kept_and_beyond_the_budget_only_urgent_ones_go(
    provider: AfricasTalking, reached: Cast, tell: Tell, settings: Settings
) -> None:
    settings.SMS_MONTHLY_BUDGET = Decimal(18)
    for urgent in (False, True):
        tell(reached.importer, topic="money", urgent=urgent)
    waiting = [tell(reached.importer, topic="money") for _ in range(2)]
    Notice.objects.exclude(channel="sms").delete()
    send(claim(Notice, at=AT, limit=2), at=AT)
    assert (budget.spent(at=AT), budget.is_spent(at=AT)) == (Decimal(18), True)
    assert budget.spent(at=AT + timedelta(days=30)) == 0
    paid = Notice.objects.filter(state="sent").values_list("cost", "currency", "provider_id")
    assert list(paid) == [(Decimal(9), "RWF", f"ATXid_{NUMBER[1:]}")] * 2
    deliver()
    assert list(Notice.objects.filter(entry__in=waiting, channel="sms").values_list("state", flat=True)) == [
        *("refused", "refused")
    ]
    # The mail of these was taken away above, so it stands in.
    assert Notice.objects.filter(entry__in=waiting, channel="email", state="due").count() == 2
    later = tell(reached.importer, topic="money", urgent=False)
    hurried = tell(reached.importer, topic="money", urgent=True)
    found = Notice.objects.filter(entry__in=[later, hurried], channel="sms").values_list("entry", flat=True)
    assert list(found) == [hurried.pk]


def test_what_is_held_together_is_one_message(post: PostOffice, cast: Cast, tell: Tell) -> None:
    choose(person=cast.importer, hours=Hours(digest="daily"), table={}, by=None, at=AT)
    for ref in ("RW26-000041", "RW26-000042", "RW26-000043"):
        tell(cast.importer, cast.agent, ref=ref)
    at = AT + timedelta(days=1)
    found = claim(Notice, at=at, limit=4)
    assert len(found) == 6
    assert send(found, at=at) == 6
    mine = [mail for mail in post.mails if mail["To"] == cast.importer.email]
    assert (len(mine), len(post.mails)) == (1, 4)
    assert str(mine[0]["Subject"]).startswith("3 pieces of news: RW26-000041: Out of the gate")
    assert [line for line in mine[0].get_content().splitlines() if line.startswith("- ")] == [
        f"- RW26-00004{number}: Out of the gate, Port of Mombasa" for number in (1, 2, 3)
    ]
    assert {state for _channel, state in states()} == {"sent"}


def test_a_dead_channel_keeps_the_attempts_of_what_it_did_not_try_and_rests(
    post: PostOffice, cast: Cast, tell: Tell, settings: Settings
) -> None:
    settings.EMAIL_PORT = 1
    for _ in range(2):
        tell(*cast.people().values())
    assert send(claim(Notice, at=AT), at=AT) == 0
    attempts = sorted(Notice.objects.filter(channel="email").values_list("attempts", flat=True))
    assert attempts == [0] * (12 - TRIP) + [1] * TRIP
    held = ChannelState.objects.get(channel="email")
    assert (held.failed_at, held.failures, held.rests_until, "refused" in held.error) == (AT, 1, AT + REST, True)
    assert [may_send("email", at=at) for at in (AT, AT + REST)] == [-1, 1]
    assert may_send("sms", at=AT) == 0
    assert list(ChannelTally.objects.values_list("channel", "sent", "failed", "refused")) == [("email", 0, TRIP, 0)]


def test_a_rest_grows_and_one_success_ends_it(db: None) -> None:
    for _ in range(12):
        note_outcome("email", Outcome(failed=TRIP, error="down"), at=AT, is_down=True)
    held = ChannelState.objects.get(channel="email")
    assert (held.failures, held.rests_until) == (12, AT + LONGEST_REST)
    note_outcome("email", Outcome(sent=1), at=AT, is_down=False)
    assert may_send("email", at=AT) == 0
    ChannelState.objects.update(is_stopped=True)
    note_outcome("email", Outcome(sent=1), at=AT, is_down=False)
    assert may_send("email", at=AT) == -1


@pytest.mark.django_db(transaction=True)
def test_only_so_many_send_by_one_channel_and_a_turn_is_given_back(cast: Cast) -> None:
    def take() -> bool:
        with turn("email") as is_mine:
            return is_mine

    with connection.cursor() as cursor:
        taken = [turn("email") for _ in range(AT_A_TIME["email"])]
        # PostgreSQL lets one session take a lock again: others hold the turns.
        cursor.execute("SELECT 1")
        with taken[0]:
            assert in_another_connection(take) is True
    assert in_another_connection(take) is True


def test_a_channel_that_is_down_holds_up_no_other(
    post: PostOffice, reached: Cast, tell: Tell, settings: Settings
) -> None:
    settings.EMAIL_PORT = 1
    tell(reached.importer, topic="money", urgent=True)
    send_due(channel="email")
    send_due(channel="sms")
    assert states() == [("email", "due"), ("sms", "sent")]
    assert BATCH == 100


def test_a_closed_account_is_sent_nothing(post: PostOffice, cast: Cast, tell: Tell) -> None:
    tell(cast.importer)
    cast.importer.is_active = False
    cast.importer.save()
    assert (deliver(), states(), post.asked) == (0, [("email", "dropped")], [])


NIGHT = datetime(2026, 11, 20, 20, 0, tzinfo=UTC)
SIX = datetime(2026, 11, 21, 4, 0, tzinfo=UTC)


def test_what_can_wait_rings_by_no_other_channel_at_night(post: PostOffice, reached: Cast, tell: Tell) -> None:
    post.answers[reached.importer.email] = "550 5.1.1 No such mailbox"
    tell(reached.importer, topic="money", urgent=False)
    tell(reached.importer, topic="money", urgent=True)
    Notice.objects.filter(channel="sms").delete()
    deliver(NIGHT)
    found = Notice.objects.filter(channel="sms").order_by("entry_id").values_list("due_at", "is_bundled", "is_urgent")
    assert list(found) == [(SIX, True, False), (NIGHT, False, True)]


def test_a_digest_that_came_back_rings_no_more_often_than_other_news(
    post: PostOffice, reached: Cast, tell: Tell
) -> None:
    post.answers[reached.importer.email] = "550 5.1.1 No such mailbox"
    choose(person=reached.importer, hours=Hours(digest="daily"), table={}, by=None, at=AT)
    for _ in range(FREE["sms"] + 2):
        tell(reached.importer, topic="money", urgent=False)
    Notice.objects.filter(channel="sms").delete()
    at = AT + timedelta(days=1)
    deliver(at)
    found = Notice.objects.filter(channel="sms").order_by("entry_id").values_list("due_at", "is_bundled")
    assert list(found) == [(at, False)] * FREE["sms"] + [(at + BURST, True)] * 2


def test_a_trial_after_a_rest_costs_one_row_one_attempt(
    post: PostOffice, cast: Cast, tell: Tell, settings: Settings
) -> None:
    settings.EMAIL_PORT = 1
    tell(*cast.people().values())
    tell(*cast.people().values())
    send_due(channel="email")
    tried = Notice.objects.filter(channel="email", attempts__gt=0)
    assert tried.count() == TRIP
    for number in (1, 2):
        ChannelState.objects.update(rests_until=AT)
        send_due(channel="email")
        assert (tried.count(), ChannelState.objects.get().failures) == (TRIP + number, 1 + number)


def test_a_trial_that_succeeds_sends_all_the_rest(post: PostOffice, cast: Cast, tell: Tell) -> None:
    tell(*cast.people().values())
    ChannelState.objects.create(channel="email", failures=3, rests_until=AT, error="HTTP 503")
    send_due(channel="email")
    held = ChannelState.objects.get()
    assert (len(post.mails), held.failures, held.rests_until) == (6, 0, None)


def test_bundles_of_two_people_and_two_channels_never_mix(post: PostOffice, reached: Cast, tell: Tell) -> None:
    for person in (reached.importer, reached.agent):
        choose(person=person, hours=Hours(digest="daily"), table={}, by=None, at=AT)
    for ref in ("RW26-000041", "RW26-000042"):
        tell(reached.importer, reached.agent, ref=ref, topic="money", urgent=False)
    at = AT + timedelta(days=1)
    found = claim(Notice, at=at, channel="email", limit=1)
    assert {(row.person_id, row.channel) for row in found} == {(reached.importer.pk, "email")}
    assert len(found) == 2
    send(found, at=at)
    assert post.sent_to() == [reached.importer.email]


def test_a_bundle_that_is_put_off_stays_together(post: PostOffice, cast: Cast, tell: Tell) -> None:
    choose(person=cast.importer, hours=Hours(digest="daily"), table={}, by=None, at=AT)
    for _ in range(3):
        tell(cast.importer)
    post.answers[cast.importer.email] = "450 4.2.0 Come again"
    at = AT + timedelta(days=1)
    assert deliver(at) == 0
    found = Notice.objects.filter(channel="email").values_list("state", "attempts", "due_at", "lease_until")
    assert set(found) == {("due", 1, at + wait_after(1), None)}
    post.answers.clear()
    assert (deliver(at + wait_after(1)), len(post.mails)) == (3, 1)


def test_what_is_given_back_is_not_the_lease_of_another(cast: Cast, tell: Tell) -> None:
    tell(cast.importer, cast.agent)
    mine = claim(Notice, at=AT)
    taken = mine[0]
    other = AT + timedelta(hours=1)
    Notice.objects.filter(pk=taken.pk).update(lease_until=other)
    release(mine)
    leases = Notice.objects.filter(channel="email").order_by("pk").values_list("lease_until", flat=True)
    assert list(leases) == [other, None]


def test_a_mail_more_costs_one_statement_more(post: PostOffice, cast: Cast, tell: Tell) -> None:
    took = []
    # The first of all has the channel's state to write.
    for people in ([cast.importer], [cast.importer], [cast.importer, cast.agent, cast.stranger]):
        tell(*people)
        rows = claim(Notice, at=AT)
        with CaptureQueriesContext(connection) as asked:
            assert send(rows, at=AT) == len(people)
        took.append(len(asked))
    assert took[2] - took[1] == 2


def test_nothing_to_send_opens_no_connection(post: PostOffice, db: None) -> None:
    assert (send([], at=AT), claim(Notice, at=AT), post.connections) == (0, [], set())
