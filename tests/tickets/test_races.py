"""Two at the same moment: one after the other, and the second is told what the first has done."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor

import pytest
from django.core.exceptions import ValidationError
from django.db import connection
from django.utils import timezone

from liaison.people import add_organization, add_person
from tests.conftest import AT
from tickets.categories import load_categories
from tickets.log import Stale
from tickets.models import Category, Entry, Ticket
from tickets.opening import Opening, open_ticket
from tickets.resolving import resolve


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("is_seen", [True, False])
def test_a_ticket_is_resolved_by_one_of_four(is_seen: bool) -> None:
    load_categories()
    add_organization(name="Firm", kind="importer", by=None, at=AT)
    officer = add_person(email="o@x.example", role="officer", by=None, at=AT)
    opening = Opening(category=Category.objects.get(code="INFO"), title="A question", caller="Jean")
    ticket = open_ticket(opening=opening, by=officer, at=AT)

    def attempt(_number: int) -> str:
        try:
            version = ticket.version if is_seen else None
            resolve(
                ticket=ticket,
                cause="answered",
                words="Yes",
                reason="Late",
                by=officer,
                at=timezone.now(),
                version=version,
            )
        except Stale:
            return "stale"
        except ValidationError:
            return "over"
        finally:
            connection.close()
        return "done"

    with ThreadPoolExecutor(4) as pool:
        outcomes = sorted(pool.map(attempt, range(4)))
    assert outcomes == ["done", *["stale" if is_seen else "over"] * 3]
    assert Entry.objects.filter(kind="resolved").count() == 1
    assert (Ticket.objects.get().version, Ticket.objects.get().state) == (2, "resolved")
