"""What must never be false of a text, who sees them, and which are chosen."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from django.contrib.auth.models import AnonymousUser

from tests.conftest import AT, Cast
from tests.liaison.models.conftest import refused
from tickets.models import Talk, Ticket
from tickets.models.talks import MOST_ATTEMPTS

NUMBER = "+250788123456"


def kept(provider_id: str = "1", **facts: Any) -> Talk:
    return Talk.objects.create(**{**FACTS, "provider_id": provider_id, **facts})


FACTS: dict[str, Any] = {"channel": "sms", "provider_id": "1", "address": NUMBER, "received_at": AT}


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("facts", "constraint"),
    [
        ({"channel": "fax"}, "talk_channel_known"),
        ({"state": "lost", "answered_at": AT}, "talk_state_known"),
        ({"state": "answered"}, "talk_answered_has_time"),
        ({"state": "left", "answered_at": AT}, "talk_left_for_a_reason"),
    ],
)
def test_what_must_never_be_false(facts: dict[str, Any], constraint: str) -> None:
    refused(constraint, Talk, **{**FACTS, **facts})


@pytest.mark.django_db
def test_a_text_is_kept_once_by_channel_and_number() -> None:
    kept()
    refused("talk_once", Talk, **FACTS)
    assert str(kept(channel="whatsapp")).startswith("whatsapp ")


@pytest.mark.django_db
def test_those_wait_that_nobody_has_answered_but_for_those_that_always_fail() -> None:
    first, _tired = kept("1"), kept("2", attempts=MOST_ATTEMPTS)
    last, _left = kept("3", attempts=MOST_ATTEMPTS - 1), kept("4", state="left", reason="flood", answered_at=AT)
    assert list(Talk.objects.waiting()) == [first, last]


@pytest.mark.django_db
def test_what_an_address_wrote_lately_by_one_channel() -> None:
    late = kept("1")
    kept("2", received_at=AT - timedelta(minutes=11))
    kept("3", channel="whatsapp")
    kept("4", address="+250788000000")
    assert list(Talk.objects.lately_of("sms", NUMBER, AT - timedelta(minutes=10))) == [late]


def test_texts_are_found_by_digits_ticket_and_words(ticket: Ticket) -> None:
    kept("1", text="Where is 100 % of it?")
    kept("2", address="+250700000001", ticket=ticket)
    kept("3", address="RW.990011223", channel="whatsapp", text="Rice")

    def found(asked: str, channel: str = "") -> list[str]:
        rows = Talk.objects.by_channel(channel).about(asked).order_by("pk")
        return list(rows.values_list("provider_id", flat=True))

    assert found("") == ["1", "2", "3"]
    assert [found(asked) for asked in ("788 123 456", ticket.ref.lower(), "RICE", "9900112", "100 %", "12345")] == [
        *(["1"], ["2"], ["3"], ["3"], ["1"], []),
    ]
    assert found("", "whatsapp") == ["3"]


def test_the_office_alone_sees_them(cast: Cast) -> None:
    kept()
    seers = [part for part, person in cast.people().items() if Talk.objects.visible_to(person).exists()]
    assert (seers, Talk.objects.visible_to(AnonymousUser()).exists()) == (["officer"], False)
