"""Kinds of news: which topic, whether urgent, and what an entry's own data may say of it."""

from __future__ import annotations

import pytest
from django.utils import translation
from hypothesis import given, settings
from hypothesis import strategies as st

from notify.kinds import ACCOUNT, CHANNELS, INBOX, KINDS, OTHER, SENT_BY, TOPICS, Kind, kind_of
from notify.models.outgoing import STATES
from notify.words import channel_label, state_label, topic_label

LANGUAGES = ("en", "fr", "rw", "sw")


@settings(max_examples=40, deadline=None)
@given(
    name=st.sampled_from(sorted(KINDS)) | st.text(max_size=20),
    topic=st.none() | st.sampled_from(TOPICS) | st.text(max_size=12),
    is_urgent=st.none() | st.booleans(),
)
def test_every_kind_has_a_topic_of_ours_and_what_the_entry_says_comes_first(
    name: str, topic: str | None, is_urgent: bool | None
) -> None:
    found, known = kind_of(name, topic, is_urgent=is_urgent), KINDS.get(name, OTHER)
    assert found.topic == (topic if topic in TOPICS else known.topic)
    assert found.is_urgent is (known.is_urgent if is_urgent is None else is_urgent)


def test_only_what_cannot_wait_is_urgent_by_itself() -> None:
    urgent = {name for name, kind in KINDS.items() if kind.is_urgent}
    assert urgent == {"cargo.money_burns", "tickets.escalated", "notify.address_bounced"}
    assert kind_of("tickets.escalated", is_urgent=False) == Kind("ticket")
    assert (OTHER.topic, OTHER.is_urgent) == (ACCOUNT, False)


def test_the_channels_are_those_that_send_and_the_inbox() -> None:
    assert ((*SENT_BY, INBOX), len(set(CHANNELS)), len(set(TOPICS))) == (CHANNELS, len(CHANNELS), len(TOPICS))


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize(("label", "names"), [(topic_label, TOPICS), (channel_label, CHANNELS), (state_label, STATES)])
def test_everything_is_called_something_of_its_own_in_every_language(
    language: str, label: object, names: tuple[str, ...]
) -> None:
    assert callable(label)
    with translation.override(language):
        said = [label(name) for name in names]
    assert (all(word.strip() for word in said), len(set(said))) == (True, len(names))


@pytest.mark.parametrize("label", [topic_label, channel_label, state_label])
def test_what_nobody_named_is_called_as_it_is(label: object) -> None:
    assert callable(label)
    assert (label("odd"), label("")) == ("odd", "")
