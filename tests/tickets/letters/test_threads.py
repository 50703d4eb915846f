"""Which ticket a letter belongs to, and whose letters it does not take."""

from __future__ import annotations

from dataclasses import replace

import pytest

from tests.tickets.letters.mails import letter, mail
from tickets.letters.letter import Authentication, Bounce, Letter
from tickets.letters.threads import REASONS, Known, Thread, thread

MINE = Known("T-1", frozenset({"alice@importer.example", "@kpa.example"}), "Box MSCU6639870")
FOREIGN = Known("T-2", frozenset({"bob@other.example"}), "Box MSCU6639870")
KNOWN = {"<1@liaison.example>": MINE, "<2@liaison.example>": FOREIGN}
TOKENS = {"K7QFJ2": MINE, "X9ZZZZ": FOREIGN}


def found(said: Letter) -> Thread:
    return thread(said, KNOWN, TOKENS)


def write(**headers: str) -> Letter:
    return letter(mail(**{"Subject": "Question", **headers}))


@pytest.mark.parametrize(
    ("headers", "by"),
    [
        ({"To": "help+k7qfj2@liaison.example"}, "token"),
        ({"Cc": "Help <HELP+K7QFJ2@liaison.example>", "To": "somebody@else.example"}, "token"),
        ({"Subject": "Re: [#K7QFJ2] Box"}, "token"),
        ({"In_Reply_To": "<1@liaison.example>"}, "reference"),
        ({"References": "<0@x.example> <1@liaison.example> <9@y.example>"}, "reference"),
        ({"Subject": "RE: box mscu6639870"}, "subject"),
    ],
)
def test_a_letter_is_found_by_token_then_references_then_subject_and_sender(headers: dict[str, str], by: str) -> None:
    assert found(write(**headers)) == Thread(MINE, by)  # type: ignore[arg-type]
    assert found(write(**headers, From="Desk <desk@kpa.example>")) == Thread(MINE, by)  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("headers", "reason"),
    [
        ({"Subject": "Re: [X9ZZZZ] Box"}, "foreign_token"),
        ({"To": "help+x9zzzz@liaison.example"}, "foreign_token"),
        ({"In_Reply_To": "<2@liaison.example>"}, "foreign_reference"),
        # Another's token is no way in under the subject of one's own either.
        ({"Subject": "Box MSCU6639870 [X9ZZZZ]"}, "foreign_token"),
    ],
)
def test_the_ticket_of_another_is_refused_with_a_reason(headers: dict[str, str], reason: str) -> None:
    assert found(write(**headers)) == Thread(refused=reason)
    assert reason in REASONS


def test_of_two_tokens_that_of_the_own_ticket_counts() -> None:
    assert found(write(Subject="[X9ZZZZ] [K7QFJ2]")) == Thread(MINE, "token")


@pytest.mark.parametrize(
    "headers",
    [
        {},
        {"Subject": "Re: [NOBODY]"},
        {"In_Reply_To": "<3@liaison.example>"},
        {"To": "other+k7qfj2@liaison.example"},
        {"Subject": "Box MSCU6639870", "From": "eve@elsewhere.example"},
        {"Subject": "Box MSCU6639870", "From": ""},
    ],
)
def test_what_belongs_to_none_begins_something_new(headers: dict[str, str]) -> None:
    assert found(write(**headers)) == Thread()


def test_a_subject_that_says_nothing_or_two_tickets_decides_nothing() -> None:
    twins = {"A": replace(MINE, ref="A"), "B": replace(MINE, ref="B")}
    assert thread(write(Subject="Box MSCU6639870"), {}, twins) == Thread()
    short = replace(MINE, topic="Box")
    assert thread(write(Subject="Re: Box"), {}, {"A": short}) == Thread()


def test_a_forged_sender_gets_into_no_ticket() -> None:
    forged = replace(write(Subject="[K7QFJ2]"), authentication=Authentication(dmarc="fail", verdict="fail"))
    assert found(forged) == Thread(refused="forged_sender")
    assert found(replace(forged, tokens=())) == Thread(refused="forged_sender")
    assert found(replace(forged, tokens=(), topic="Something new")) == Thread(refused="forged_sender")


def test_a_bounce_belongs_to_the_mail_that_came_back() -> None:
    back = replace(write(From="MAILER-DAEMON@mx.example"), bounce=Bounce(message_id="<2@liaison.example>"))
    assert found(back) == Thread(FOREIGN, "reference")
    assert found(replace(back, bounce=Bounce())) == Thread()
