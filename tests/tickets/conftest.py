"""What the tests of tickets share: the categories, and a ticket about the importer's cargo."""

from __future__ import annotations

import pytest
from django.utils import timezone

from cargo.models import Consignment
from liaison.models import Organization
from liaison.people import add_person
from tests.conftest import AT, Cast
from tests.rows import put_kept
from tickets.models import Category, Ticket
from tickets.opening import Opening, open_ticket


@pytest.fixture
def categories(db: None) -> None:
    """The taxonomy."""
    put_kept("categories")


@pytest.fixture
def ticket(cast: Cast, categories: None, consignment: Consignment) -> Ticket:
    """The importer's report of a delay in the port about her consignment."""
    put_kept("ticket")
    return Ticket.objects.select_related("category", "organization").get()


def opened(cast: Cast, *consignments: Consignment, code: str = "PORT_DELAY", title: str = "Box not loaded") -> Ticket:
    """A ticket of the importer's."""
    opening = Opening(
        category=Category.objects.get(code=code),
        title=title,
        body="It stands in the yard.",
        consignments=consignments,
        answers={"place": "Yard 5", "since": "Monday"},
        organization=cast.importer_firm,
    )
    return open_ticket(opening=opening, by=cast.importer, at=timezone.now())


@pytest.fixture
def kpa(cast: Cast) -> Organization:
    """The agency of the cast's desk."""
    return Organization.objects.get(name="KPA")


@pytest.fixture
def second(cast: Cast) -> object:
    """A second officer."""
    return add_person(email="second@portal.example", name="Second", role="officer", by=None, at=AT)
