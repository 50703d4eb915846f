"""How a channel is doing: what its tally counts, when it rests and for how long, and who may send by it."""

from __future__ import annotations

from datetime import datetime, timedelta
from decimal import Decimal

import pytest
from django.db import IntegrityError, transaction

from notify.health import AT_A_TIME, FEW, LONGEST_REST, REST, STEP, Outcome, may_send, note_outcome, turn
from notify.kinds import CHANNELS, SENT_BY
from notify.models import ChannelState, ChannelTally
from tests.conftest import AT
from tests.notify.test_outbox import in_another_connection

SECOND = timedelta(seconds=1)
DOWN = Outcome(failed=4, in_a_row=4, error="HTTP 503")


def state(channel: str = "email") -> ChannelState:
    return ChannelState.objects.get(channel=channel)


def tallies() -> list[tuple[str, datetime, int, int, int, Decimal]]:
    rows = ChannelTally.objects.order_by("channel", "starts_at")
    return list(rows.values_list("channel", "starts_at", "sent", "failed", "refused", "cost"))


def test_what_happens_within_five_minutes_is_one_row_and_every_channel_has_its_own(db: None) -> None:
    cost = Decimal("9.5")
    note_outcome("sms", Outcome(sent=2, cost=cost), at=AT, is_down=False)
    note_outcome("sms", Outcome(failed=1, refused=3, cost=cost), at=AT + STEP - SECOND, is_down=False)
    note_outcome("sms", Outcome(sent=1), at=AT + STEP, is_down=False)
    note_outcome("email", Outcome(sent=7), at=AT + SECOND, is_down=False)
    assert tallies() == [
        ("email", AT, 7, 0, 0, Decimal(0)),
        ("sms", AT, 2, 1, 3, Decimal(19)),
        ("sms", AT + STEP, 1, 0, 0, Decimal(0)),
    ]


def test_a_batch_in_which_nothing_happened_leaves_no_row_and_no_word(db: None) -> None:
    note_outcome("email", Outcome(), at=AT, is_down=False)
    assert tallies() == []
    assert (state().sent_at, state().failed_at, state().error, may_send("email", at=AT)) == (None, None, "", 0)


@pytest.mark.parametrize(
    ("times", "rest"),
    [(1, REST), (2, 2 * REST), (3, 4 * REST), (5, 16 * REST), (6, LONGEST_REST), (40, LONGEST_REST)],
)
def test_a_channel_that_stays_down_rests_twice_as_long_each_time(db: None, times: int, rest: timedelta) -> None:
    for _ in range(times):
        note_outcome("email", DOWN, at=AT, is_down=True)
    assert (state().failures, state().rests_until) == (times, AT + rest)
    assert [may_send("email", at=at) for at in (AT, AT + rest - SECOND, AT + rest)] == [-1, -1, 1]


def test_a_trial_that_fails_is_a_rest_again_and_no_second_row_is_tried(db: None) -> None:
    note_outcome("email", DOWN, at=AT, is_down=True)
    trial = Outcome(failed=1, in_a_row=1, error="HTTP 503")
    note_outcome("email", trial, at=AT + REST, is_down=False)
    assert (state().failures, state().rests_until) == (2, AT + REST + 2 * REST)
    assert may_send("email", at=AT + REST) == -1


def test_one_failure_of_a_channel_that_is_well_is_no_rest(db: None) -> None:
    note_outcome("email", Outcome(failed=1, in_a_row=1, error="450"), at=AT, is_down=False)
    assert (state().failures, state().rests_until, state().error) == (0, None, "450")
    assert may_send("email", at=AT) == 0


@pytest.mark.parametrize(
    ("trial", "allowed"),
    [
        (Outcome(sent=1), 0),
        (Outcome(sent=1, failed=1, in_a_row=1, error="450"), 0),
        # An address refused, or words that cannot be made, say nothing of the channel: one more is tried.
        (Outcome(refused=1, error="550"), 1),
        (Outcome(failed=1, error="KeyError"), 1),
        (Outcome(), 1),
    ],
)
def test_what_a_trial_says_of_the_channel(db: None, trial: Outcome, allowed: int) -> None:
    note_outcome("email", DOWN, at=AT, is_down=True)
    note_outcome("email", trial, at=AT + REST, is_down=False)
    assert may_send("email", at=AT + REST) == allowed


def test_a_channel_of_which_nothing_is_known_sends_and_one_stopped_never_does(db: None) -> None:
    assert [may_send(channel, at=AT) for channel in SENT_BY] == [0] * len(SENT_BY)
    ChannelState.objects.create(channel="sms", is_stopped=True, rests_until=AT - timedelta(days=1))
    assert [may_send(channel, at=AT) for channel in SENT_BY] == [0, 0, 0, -1]


def test_a_batch_neither_starts_nor_stops_what_an_administrator_decided(db: None) -> None:
    ChannelState.objects.create(channel="email", is_stopped=True)
    for outcome, is_down in ((Outcome(sent=3), False), (DOWN, True)):
        note_outcome("email", outcome, at=AT, is_down=is_down)
        assert state().is_stopped


@pytest.mark.parametrize(
    ("facts", "constraint"),
    [
        ({"channel": "pigeon"}, "channel_tally_channel_known"),
        ({"channel": "sms", "cost": Decimal(-1)}, "channel_tally_cost_not_negative"),
    ],
)
def test_the_database_refuses_tallies_that_mean_nothing(db: None, facts: dict[str, object], constraint: str) -> None:
    with pytest.raises(IntegrityError, match=constraint), transaction.atomic():
        ChannelTally.objects.create(starts_at=AT, **facts)
    with pytest.raises(IntegrityError, match="channel_state_channel_known"), transaction.atomic():
        ChannelState.objects.create(channel="pigeon")


@pytest.mark.parametrize("channel", SENT_BY)
def test_a_turn_is_given_back_also_by_whoever_fails(db: None, channel: str) -> None:
    def failing() -> None:
        with turn(channel) as is_mine:
            assert is_mine
            raise LookupError

    def take() -> bool:
        with turn(channel) as is_mine:
            return bool(is_mine)

    for _ in range(AT_A_TIME.get(channel, FEW) + 1):
        with pytest.raises(LookupError):
            failing()
    assert in_another_connection(take) is True


def test_the_turns_of_two_channels_are_never_the_same() -> None:
    most = max(AT_A_TIME.get(channel, FEW) for channel in CHANNELS)
    assert (most <= 10, set(AT_A_TIME) <= set(CHANNELS)) == (True, True)
