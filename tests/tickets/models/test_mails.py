"""What must never be false of a mail, and which mails are chosen."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from django.db import IntegrityError, transaction

from tests.conftest import AT
from tickets.models import Mail, Ticket
from tickets.models.mails import BEGINNING, MOST_ATTEMPTS


def kept(digest: str = "1", **facts: Any) -> Mail:
    return Mail.objects.create(**{"digest": digest, "raw": b"x", "received_at": AT, **facts})


@pytest.mark.parametrize(
    ("facts", "constraint"),
    [
        ({"state": "lost", "read_at": AT}, "mail_state_known"),
        ({"state": "taken", "read_at": AT}, "mail_taken_into_a_ticket"),
        ({"state": "left", "read_at": AT}, "mail_left_for_a_reason"),
        ({"state": "left", "reason": "loop"}, "mail_read_has_time"),
    ],
)
@pytest.mark.django_db
def test_what_must_never_be_false(facts: dict[str, Any], constraint: str) -> None:
    with pytest.raises(IntegrityError, match=constraint), transaction.atomic():
        kept(**facts)


def test_a_mail_is_kept_once_and_a_message_comes_from_one(ticket: Ticket) -> None:
    message = ticket.messages.create(kind="reply", text="x", at=AT)
    kept(state="taken", read_at=AT, ticket=ticket, message=message)
    for again in ({"digest": "1"}, {"digest": "2", "message": message}):
        with pytest.raises(IntegrityError), transaction.atomic():
            kept(**again)


@pytest.mark.django_db
def test_those_wait_that_nobody_has_read_but_for_those_that_always_fail() -> None:
    first, _tired = kept("1"), kept("2", attempts=MOST_ATTEMPTS)
    last, _left = kept("3", attempts=MOST_ATTEMPTS - 1), kept("4", state="left", reason="loop", read_at=AT)
    assert list(Mail.objects.waiting()) == [first, last]
    assert [len(Mail.objects.in_state(state)) for state in ("stored", "left", "taken", "")] == [3, 1, 0, 4]


@pytest.mark.django_db
def test_what_somebody_wrote_lately() -> None:
    late = kept("1", sender="a@b.example")
    kept("2", sender="a@b.example", received_at=AT - timedelta(minutes=11))
    kept("3", sender="c@b.example", subject="From a@b.example")
    assert list(Mail.objects.before(late, since=AT - timedelta(minutes=10))) == []
    last = Mail(pk=0, sender="a@b.example", received_at=AT + timedelta(minutes=1))
    assert list(Mail.objects.before(last, since=AT - timedelta(minutes=10))) == [late]
    assert [mail.digest for mail in Mail.objects.about("A@B").order_by("pk")] == ["1", "2", "3"]


@pytest.mark.django_db
def test_a_list_has_the_beginning_of_the_text() -> None:
    kept(text="a" * BEGINNING + "b")
    found = Mail.objects.with_beginnings().get()
    assert (vars(found)["beginning"], found.get_deferred_fields()) == ("a" * BEGINNING, {"raw", "text"})


def test_only_what_was_read_and_is_in_no_ticket_may_be_opened(ticket: Ticket) -> None:
    left = {"state": "left", "reason": "list", "read_at": AT}
    found = [
        kept("1", kind="list", **left),
        kept("2", **left),
        kept("3", kind="bounce", ticket=ticket, **left),
        kept("4"),
        kept("5", kind="letter", state="taken", read_at=AT, ticket=ticket),
    ]
    assert [mail.may_open for mail in found] == [True, False, False, False, False]
    assert [str(mail) for mail in found[:1]] == [f"mail {found[0].pk} of nobody"]
