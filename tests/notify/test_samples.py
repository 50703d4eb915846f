"""Every kind of news in every language by every channel: it fits, it says where and how to change it, and no name is lost."""

from __future__ import annotations

import pytest
from django.utils import translation
from django.utils.translation import gettext
from pytest_django import Settings

from liaison.models import Person
from notify.gsm import SINGLE, gsm
from notify.keys import notice_key
from notify.kinds import KINDS
from notify.previews import preview
from notify.samples import REF, every
from notify.wording import fitted, sms_of, stop_words

LANGUAGES = ("en", "fr", "rw", "sw")


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_kind_fits_into_one_sms_of_its_alphabet(language: str, settings: Settings) -> None:
    settings.PORTAL_URL, settings.AFRICASTALKING_SENDER = "https://portal.liaison-office.example", ""
    person = Person(pk=7, email="importer@portal.example", name="Marie-Béatrice Mukamana Uwimana", language=language)
    assert set(every()) == set(KINDS)
    # The number of a notice in some decades.
    url, led = f"{settings.PORTAL_URL}/n/{notice_key(10**10)}/", 0
    with translation.override(language):
        stop, lead = gsm(stop_words()), gsm(gettext("More, and why:"))
    for kind, data in every().items():
        for text in (sms_of(kind, data, person), sms_of(kind, data, person, url=url)):
            assert (len(text) <= SINGLE, text == gsm(text), settings.PORTAL_URL in text) == (True, True, True), text
            assert ("{" in text, "None" in text, text.startswith(". "), ".. " in text.replace("... ", "")) == (
                False,
            ) * 4, text
        first = sms_of(kind, data, person, url=url, says_stop=True)
        assert (len(first) <= SINGLE, stop in first, first.endswith(f" {url}")) == (True, True, True), first
        led += f"{lead} {url}" in text
    # The page says why, whether there was room to say so or not.
    assert led >= len(KINDS) // 3


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_kind_says_what_it_is_about_and_how_to_change_what_one_is_told(language: str) -> None:
    person = Person(pk=7, email="importer@portal.example", name="Marie", language=language)
    for kind in KINDS:
        shown = preview(kind, language, person)
        assert [each.channel for each in shown] == ["email", "sms", "whatsapp", "push", "inbox"]
        mail, whatsapp, inbox = shown[0], shown[2], shown[-1]
        assert (whatsapp.subject, whatsapp.body.count("portal_news"), whatsapp.body.count(mail.subject) >= 1) == (
            mail.subject,
            1,
            True,
        )
        assert "/me/notifications/" in mail.body
        assert "/notifications/end/" in mail.body
        assert ("{" in mail.body, "None" in mail.body, "\n" in mail.subject) == (False, False, False), kind
        assert mail.body.startswith(inbox.body)


def test_an_sms_says_what_and_where_and_who_has_it_before_it_is_cut() -> None:
    person = Person(pk=7, email="importer@portal.example", name="Marie", language="en")
    text = sms_of("cargo.money_burns", every()["cargo.money_burns"], person)
    assert text.startswith(f"{REF}: last free day 21 Nov 2026. tomorrow adds USD 420.00. with ")
    solved = sms_of("tickets.resolved", every()["tickets.resolved"], person)
    assert solved.startswith("T26-000123 is solved, says the office. Confirm it, or say what is still wrong")
    handed = sms_of("tickets.handed_over", every()["tickets.handed_over"], person)
    assert handed.startswith("T26-000123 is handed to you: accept it and answer")
    assert fitted(["a" * 200, "b"], "http://x") == "a" * 148 + "... http://x"
    assert fitted(["one", "two", "three" * 30], "http://x") == "one. two http://x"
