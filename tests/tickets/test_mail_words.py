"""What the office's list says of a mail: why it was left, which files were not kept, and who says who wrote it."""

from __future__ import annotations

from typing import Any

import pytest
from django.utils import translation

from tests.conftest import AT
from tickets.mail_words import FILES, REASONS, SENDERS, mail_row
from tickets.models import Mail

LANGUAGES = ("en", "fr", "rw", "sw")


def row(**facts: Any) -> dict[str, Any]:
    """What is said of a mail that nobody stored, in plain texts."""
    found = mail_row(Mail(digest="1", raw=b"x", received_at=AT, **facts))
    del found["mail"]
    return {
        **found,
        "reason": str(found["reason"]),
        "files": [(file["name"], str(file["why"])) for file in found["files"]],
        "checked": str(found["checked"]),
    }


def test_a_mail_that_waits_has_nothing_to_say() -> None:
    assert row() == {"reason": "", "files": [], "checked": "", "details": ""}


def test_one_that_was_left_says_why_what_was_not_kept_and_who_vouches_for_the_sender() -> None:
    found = row(
        sender="eve@elsewhere.example",
        reason="foreign_token",
        declined=[{"name": "a.docm", "reason": "macros"}, {"name": "b.zip", "reason": "archive"}],
        checked={"verdict": "pass", "spf": "pass", "dkim": "pass", "dmarc": "pass"},
    )
    assert found == {
        "reason": "It names the ticket of somebody else.",
        "files": [("a.docm", "may hold macros"), ("b.zip", "packed or locked")],
        "checked": "sender confirmed by the mail server",
        "details": "SPF pass DKIM pass DMARC pass",
    }


@pytest.mark.parametrize(
    ("checked", "words", "details"),
    [
        ({}, "sender not checked", ""),
        ({"verdict": ""}, "sender not checked", ""),
        ({"verdict": "", "spf": "none"}, "sender not checked", "SPF none"),
        ({"verdict": "fail", "dmarc": "fail", "dkim": ""}, "sender forged, says the mail server", "DMARC fail"),
        ({"verdict": "pass", "dkim": "pass"}, "sender confirmed by the mail server", "DKIM pass"),
    ],
)
def test_what_the_mail_server_found_of_the_sender(checked: dict[str, str], words: str, details: str) -> None:
    found = row(sender="a@b.example", checked=checked)
    assert (found["checked"], found["details"]) == (words, details)


def test_of_a_mail_without_a_sender_nobody_is_vouched_for() -> None:
    assert row(checked={"verdict": "pass"})["checked"] == ""


def test_a_reason_that_has_no_words_any_more_keeps_its_code() -> None:
    found = row(reason="ancient", declined=[{"name": "a", "reason": "old"}])
    assert (found["reason"], found["files"]) == ("ancient", [("a", "old")])


@pytest.mark.parametrize("words", [REASONS, FILES, SENDERS], ids=["reasons", "files", "senders"])
def test_each_code_has_words_of_its_own_in_every_language(words: dict[str, Any]) -> None:
    told = {}
    for language in LANGUAGES:
        with translation.override(language):
            told[language] = {code: str(said) for code, said in words.items()}
        assert len(set(told[language].values())) == len(words), language
    for language in LANGUAGES[1:]:
        assert [code for code in words if told[language][code] == told["en"][code]] == [], language


def test_reasons_are_sentences_and_what_is_said_of_a_file_goes_on_in_one() -> None:
    assert [code for code, said in REASONS.items() if not str(said).endswith(".")] == []
    assert [code for code, said in FILES.items() if str(said).endswith(".") or str(said)[0].isupper()] == []
