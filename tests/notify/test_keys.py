"""Keys in messages: each is one person's and one topic's, or one notice's, and none can be made up."""

from __future__ import annotations

import pytest
from django.core.signing import Signer
from hypothesis import given, settings
from hypothesis import strategies as st

from notify.keys import notice_key, notice_of, topic_key, topic_of
from notify.kinds import SENT_BY, TOPICS


@settings(max_examples=40, deadline=None)
@given(person=st.integers(1, 2**63 - 1), topic=st.sampled_from(TOPICS), channel=st.sampled_from(SENT_BY))
def test_a_key_says_whose_and_which_and_by_what(person: int, topic: str, channel: str) -> None:
    assert topic_of(topic_key(person, topic, channel)) == (person, topic, channel)
    assert topic_of(topic_key(person, topic)) == (person, topic, "email")
    key = notice_key(person)
    assert (notice_of(key), len(key) <= 24) == (person, True)
    assert [
        notice_of(forged) for forged in (key[:-1], f"{key}x", f"1{key}", key.swapcase(), key.partition("-")[0])
    ] == ([None] * 5)


@settings(max_examples=40, deadline=None)
@given(st.text(max_size=60))
def test_what_is_made_up_is_no_key(text: str) -> None:
    assert (topic_of(text), notice_of(text)) == (None, None)


def test_no_part_of_a_key_can_be_changed_for_another() -> None:
    mine, other = topic_key(7, "movement"), topic_key(8, "money")
    (said, seal), (_said, foreign) = (key.rsplit(":", 1) for key in (mine, other))
    forged = [f"{said}:{foreign}", f"8.movement:{seal}", f"7.money:{seal}", said, f"{said}:", f"{mine} ", f"{mine}x"]
    assert [topic_of(key) for key in forged] == [None] * len(forged)


@pytest.mark.parametrize("salt", ["notify.topic", "corridor.subscriptions", ""])
def test_a_key_of_another_part_of_the_portal_opens_nothing(salt: str) -> None:
    foreign = Signer(salt=salt) if salt else Signer()
    assert topic_of(foreign.sign("7.movement")) is None


@pytest.mark.parametrize("topic", ["", "weather", "movement.pigeon", "movement.inbox", "movement.sms.x", "MOVEMENT"])
def test_a_key_of_a_topic_that_is_none_ends_nothing(topic: str) -> None:
    assert topic_of(topic_key(7, topic)) is None
