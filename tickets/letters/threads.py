"""Threads: which ticket a letter belongs to, by its token, by what it answers, or by its subject and sender."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Literal

from tickets.letters.letter import Letter
from tickets.letters.subjects import topic_of

# Of fewer letters a subject says nothing.
SHORTEST_TOPIC = 6
REASONS = frozenset({"foreign_token", "foreign_reference", "forged_sender"})


@dataclass(frozen=True, slots=True)
class Known:
    """A ticket as far as letters concern it: its reference, its subject, and whose letters it takes.

    ``people`` are addresses in lower case, or ``@domain`` for everybody of an office.
    """

    ref: str
    people: frozenset[str]
    topic: str = ""

    def takes(self, sender: str) -> bool:
        """Whether letters of that sender belong here."""
        return sender in self.people or (bool(sender) and f"@{sender.rpartition('@')[2]}" in self.people)


@dataclass(frozen=True, slots=True)
class Thread:
    """The ticket, and what has led to it; none where the letter begins something new, or is ``refused`` with a code."""

    ticket: Known | None = None
    by: Literal["", "token", "reference", "subject"] = ""
    refused: str = ""


def thread(letter: Letter, known: Mapping[str, Known], tokens: Mapping[str, Known]) -> Thread:
    """The ticket of a letter.

    ``known`` are tickets by the Message-IDs of their mails, ``tokens`` by their tokens in upper case. Whoever names the
    token or answers a mail of a ticket that is not his is refused; so is a sender whose mail host says that it is not
    him. A bounce belongs to the mail that came back, whoever sent it.
    """
    if letter.bounce is not None:
        returned = known.get(letter.bounce.message_id)
        return Thread(returned, "reference") if returned else Thread()
    if letter.authentication.verdict == "fail":
        return Thread(refused="forged_sender")
    return _found(letter, known, tokens)


def _found(letter: Letter, known: Mapping[str, Known], tokens: Mapping[str, Known]) -> Thread:
    named = _known(letter.tokens, tokens)
    # What a mail answers itself comes before what that had answered.
    answered = _known((*letter.in_reply_to, *reversed(letter.references)), known)
    if found := _of_sender(letter, named, "token") or _of_sender(letter, answered, "reference"):
        return found
    # Another's token or mail is no way in under the subject of one's own either.
    if named or answered:
        return Thread(refused="foreign_token" if named else "foreign_reference")
    return _by_subject(letter, {*known.values(), *tokens.values()}) or Thread()


def _known(names: Iterable[str], tickets: Mapping[str, Known]) -> list[Known]:
    return [tickets[name] for name in names if name in tickets]


def _of_sender(letter: Letter, tickets: Iterable[Known], by: Literal["token", "reference"]) -> Thread | None:
    return next((Thread(ticket, by) for ticket in tickets if ticket.takes(letter.sender)), None)


def _by_subject(letter: Letter, tickets: Iterable[Known]) -> Thread | None:
    """The one ticket of the sender with this subject; where there are two, neither."""
    topic = letter.topic.casefold()
    if len(topic) < SHORTEST_TOPIC:
        return None
    fitting = [
        ticket for ticket in tickets if topic_of(ticket.topic).casefold() == topic and ticket.takes(letter.sender)
    ]
    return Thread(fitting[0], "subject") if len(fitting) == 1 else None
