"""Two who act at once: one is first, the other is told, and nothing is done twice or by halves."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from threading import Barrier
from typing import Any

import pytest
from django.core.exceptions import ValidationError
from django.db import connection
from django.utils import timezone

from liaison.models import Organization, Person
from liaison.people import add_organization, add_person
from tests.conftest import AT
from tests.tickets.letters.mails import mail
from tickets.categories import load_categories
from tickets.conversation import Saying, say
from tickets.handling import assign
from tickets.inbound import read_mail, receive_mail
from tickets.log import Stale
from tickets.merging import merge
from tickets.models import Category, Entry, Mail, Message, Ticket
from tickets.opening import Opening, open_ticket
from tickets.resolving import resolve

pytestmark = pytest.mark.django_db(transaction=True)
NOW = timezone.now()


@pytest.fixture
def officer() -> Person:
    load_categories()
    return add_person(email="officer@portal.example", name="Officer", role="officer", by=None, at=AT)


def asked(firm: Organization, title: str = "A question") -> Ticket:
    opening = Opening(category=Category.objects.get(code="INFO"), title=title, organization=firm)
    return open_ticket(opening=opening, by=None, at=NOW)


def at_once(*changes: Callable[[], Any]) -> list[str]:
    """What became of each, in order: done, stale, or refused."""
    start = Barrier(len(changes))

    def run(change: Callable[[], Any]) -> str:
        try:
            start.wait(timeout=10)
            change()
        except Stale:
            return "stale"
        except ValidationError:
            return "refused"
        else:
            return "done"
        finally:
            connection.close()

    with ThreadPoolExecutor(len(changes)) as pool:
        return sorted(pool.map(run, changes))


def test_two_at_once_on_one_ticket(officer: Person) -> None:
    firm = add_organization(name="Firm", kind="importer", by=None, at=AT)
    ticket, other = asked(firm), asked(firm, "The same")

    def solve() -> object:
        return resolve(ticket=ticket, cause="answered", words="Yes", by=officer, at=NOW, version=ticket.version)

    # Of three who saw the same, one resolves it.
    assert at_once(solve, solve, solve) == ["done", "stale", "stale"]
    assert (Message.objects.count(), Ticket.objects.get(pk=ticket.pk).version) == (1, ticket.version + 1)
    # Without a version nobody is lost: each entry has a number of its own.
    said = [lambda text=text: say(ticket=other, saying=Saying(text=text), by=officer, at=NOW) for text in "abcd"]
    assert at_once(*said, lambda: assign(ticket=other, to=officer, by=officer, at=NOW)) == ["done"] * 5
    numbers = list(Entry.objects.filter(ticket=other).order_by("number").values_list("number", flat=True))
    assert numbers == list(range(1, Ticket.objects.get(pk=other.pk).version + 1))
    assert sorted(other.messages.values_list("text", flat=True)) == list("abcd")


def test_two_merge_crosswise_and_one_mail_is_read_by_one(officer: Person) -> None:
    firm = add_organization(name="Firm", kind="importer", by=None, at=AT)
    one, two = asked(firm, "One"), asked(firm, "Two")
    crosswise = at_once(
        lambda: merge(ticket=one, into=two, by=officer, at=NOW),
        lambda: merge(ticket=two, into=one, by=officer, at=NOW),
    )
    assert crosswise == ["done", "refused"]
    assert sorted(Ticket.objects.values_list("state", flat=True)) == ["merged", "new"]
    raw = mail("Where is it?", From="eve@elsewhere.example", Subject="Quite new").as_bytes()
    assert at_once(*[lambda: receive_mail(raw=raw, at=NOW)] * 3) == ["done"] * 3
    kept = Mail.objects.get()
    assert at_once(*[lambda: read_mail(mail_id=kept.pk, at=NOW)] * 3) == ["done"] * 3
    kept.refresh_from_db()
    assert (kept.state, Ticket.objects.filter(caller="eve@elsewhere.example").count()) == ("taken", 1)
