"""Trials of the wording: whoever looks gets them, and nobody else."""

from __future__ import annotations

import re
from collections.abc import Callable

import pytest
from django.test import Client
from pytest_django import Settings

from liaison.models import Person
from notify.gsm import SINGLE
from notify.keys import topic_of
from notify.kinds import KINDS
from notify.models import Letter, Notice, Phone
from notify.previews import preview, write_test
from tests.conftest import AT, Cast

MARIE = Person(pk=7, email="marie@portal.example", name="Marie", language="sw")


@pytest.mark.parametrize("kind", ["cargo.money_burns", "tickets.escalated", "corridor.advisory_published"])
def test_a_preview_is_in_the_language_asked_for_and_changes_nobody(kind: str) -> None:
    bodies = {language: preview(kind, language, MARIE)[0].body for language in ("en", "fr", "rw", "sw")}
    assert (len(set(bodies.values())), MARIE.language) == (4, "sw")
    assert preview(kind, "sw", MARIE)[0].body == bodies["sw"]


@pytest.mark.parametrize("kind", sorted(KINDS))
def test_the_way_out_of_a_mail_is_that_of_its_topic_and_its_reader(kind: str, settings: Settings) -> None:
    settings.PORTAL_URL = "https://portal.example"
    body = preview(kind, "en", MARIE)[0].body
    (link,) = (part for part in body.split() if part.startswith("https://portal.example/notifications/end/"))
    assert topic_of(link.removeprefix("https://portal.example/notifications/end/").rstrip("/")) == (
        7,
        KINDS[kind].topic,
        "email",
    )


@pytest.mark.parametrize(
    ("facts", "channels"),
    [
        ({}, ["email"]),
        ({"verified_at": AT}, ["email", "sms"]),
        ({"verified_at": AT, "stopped_at": AT}, ["email"]),
        ({"code": "x"}, ["email"]),
    ],
)
def test_a_trial_goes_to_the_one_who_asks_by_what_is_proven(
    cast: Cast, facts: dict[str, object], channels: list[str]
) -> None:
    if facts:
        Phone.objects.create(person=cast.officer, number="+250788000001", asked_at=AT, **facts)
    Phone.objects.create(person=cast.agent, number="+250788000002", asked_at=AT, verified_at=AT)
    officer = Person.objects.get(pk=cast.officer.pk)
    write_test(kind="cargo.money_burns", language="fr", by=officer, at=AT)
    letters = list(Letter.objects.order_by("pk"))
    assert [letter.channel for letter in letters] == channels
    assert {letter.address for letter in letters} <= {cast.officer.email, "+250788000001"}
    assert (letters[0].subject[:7], letters[0].is_news, letters[0].due_at) == ("[TEST] ", False, AT)
    assert all(len(letter.body) <= SINGLE for letter in letters[1:])
    assert not Notice.objects.exists()


def test_the_page_keeps_the_language_that_was_chosen_whatever_its_own(
    cast: Cast, as_person: Callable[[Person | None], Client]
) -> None:
    page = as_person(cast.officer).get("/outbox/wording/?kind=tickets.resolved&language=fr").content.decode()
    options = [" ".join(option.split()) for option in re.findall(r"<option[^>]*lang[^>]*>", page)]
    assert [option for option in options if "selected" in option] == ['<option value="fr" lang="fr" selected>']
    assert '<input type="hidden" name="language" value="fr">' in page
