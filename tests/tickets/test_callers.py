"""Callers by text hear what becomes of their ticket by the way that they wrote, and nobody else does."""

from __future__ import annotations

import pytest
from django.utils import timezone

from notify.correspondents import choose_language
from notify.gsm import SINGLE
from notify.models import Letter
from tests.conftest import AT, Cast
from tickets.callers import tell_callers
from tickets.conversation import Saying, say
from tickets.models import Category, Ticket
from tickets.opening import Opening, open_ticket

NUMBER = "+250788123456"


def called(channel: str, caller: str = NUMBER) -> Ticket:
    """A ticket of somebody without an account."""
    category = Category.objects.get(code="INFO")
    opening = Opening(category=category, title="Where is it?", channel=channel, caller=caller, caller_phone=NUMBER)
    return open_ticket(opening=opening, by=None, at=AT)


@pytest.mark.parametrize(("channel", "caller"), [("sms", NUMBER), ("whatsapp", NUMBER), ("whatsapp", "RW.7712")])
def test_a_caller_is_told_by_the_way_that_she_wrote(categories: None, channel: str, caller: str) -> None:
    ticket = called(channel, caller)
    choose_language(channel=channel, address=caller, language="sw")
    assert tell_callers([ticket], "replied", "Lori liko Malaba. " * 20, at=AT) == 1
    letter = Letter.objects.get()
    assert (letter.channel, letter.address, letter.is_answer) == (channel, caller, False)
    assert letter.body.startswith(f"{ticket.ref}, Ofisi ya Uhusiano ya KPA: Lori liko Malaba.")
    assert len(letter.body) <= SINGLE


@pytest.mark.parametrize("channel", ["phone", "email", "web", "api"])
def test_whoever_came_another_way_is_not(categories: None, channel: str) -> None:
    assert tell_callers([called(channel)], "replied", "Yes", at=AT) == 0
    assert not Letter.objects.exists()


def test_a_note_an_agency_s_words_and_her_own_are_not_told_her(cast: Cast, categories: None, ticket: Ticket) -> None:
    caller = called("sms")
    say(ticket=caller, saying=Saying(text="For us", kind="note"), by=cast.officer, at=timezone.now())
    say(ticket=caller, saying=Saying(text="Hello?", channel="sms", address=NUMBER), by=None, at=timezone.now())
    say(ticket=ticket, saying=Saying(text="To the importer"), by=cast.officer, at=timezone.now())
    assert not Letter.objects.filter(channel="sms").exists()
    say(ticket=caller, saying=Saying(text="It is at Malaba"), by=cast.officer, at=timezone.now())
    assert Letter.objects.get(channel="sms").body == f"{caller.ref}, KPA Liaison Office: It is at Malaba"
