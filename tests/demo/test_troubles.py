"""The demo's troubles: over the year, most of them solved, and once however often they are loaded."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.utils import timezone

from cargo.models import Consignment
from cargo.registration import Particulars, register_many
from demo.cast import CAST, IMPORTER_FIRM
from demo.troubles import TROUBLES, play_troubles
from demo.year import Year
from feeds.models import Source
from liaison.models import Organization
from liaison.people import add_person
from notify.models import Notice
from tests.cargo.test_reading import csv, row, take_in
from tests.test_queries import box
from tickets.categories import load_categories
from tickets.models import Category, Entry, Message, Ticket
from tickets.questions import QUESTIONS, asked


def people() -> None:
    for part in CAST:
        firm = {"organization": part.firm, "kind": part.kind}
        add_person(email=part.email, role=part.role, name=part.name, **firm, by=None, at=timezone.now())


@pytest.fixture
def corridor(network: None, clerk: Source) -> Year:
    """Two dozen consignments of the demo's importer, half of them lately on their way."""
    people()
    firm = Organization.objects.get(name=IMPORTER_FIRM)
    many = [Particulars(consignee=firm, containers=[box(number)]) for number in range(24)]
    register_many(many, by=None, at=timezone.now() - timedelta(days=200))
    codes = ("discharged", "do_issued", "kra_cleared", "gate_out")
    for number in range(24):
        hours = 24 * 30 if number % 2 else 24 * 1.5
        take_in(clerk, csv(*(row(code, hours - step, box=box(number)) for step, code in enumerate(codes))))
    return Year(seed=2026, until=timezone.now(), consignments=24)


def test_most_are_solved_and_those_of_the_last_days_are_in_every_state(corridor: Year) -> None:
    count = play_troubles(corridor)
    assert count == Ticket.objects.count() > 10
    states = set(Ticket.objects.values_list("state", flat=True))
    assert {"closed", "open"} <= states
    old = Ticket.objects.filter(opened_at__lt=corridor.until - timedelta(days=4))
    assert set(old.values_list("state", flat=True)) == {"closed"}
    assert set(old.values_list("rating", flat=True)) <= {3, 4, 5}
    assert not Entry.objects.filter(at__gt=corridor.until).exists()
    assert set(Message.objects.values_list("kind", flat=True)) >= {"reply", "agency"}


def test_loading_again_changes_nothing_and_history_is_sent_to_nobody(corridor: Year) -> None:
    play_troubles(corridor)
    before = Entry.objects.count()
    assert (play_troubles(corridor), Entry.objects.count()) == (0, before)
    old = Notice.objects.filter(channel="email", entry__at__lt=corridor.until - timedelta(days=2))
    assert set(old.values_list("state", flat=True)) == {"dropped"}


def test_without_cargo_there_is_no_trouble(network: None) -> None:
    people()
    assert play_troubles(Year(seed=1, until=timezone.now(), consignments=0)) == 0
    assert (Ticket.objects.count(), Consignment.objects.count()) == (0, 0)


def test_every_trouble_answers_what_its_category_asks(network: None) -> None:
    load_categories()
    for trouble in TROUBLES:
        needed = {code for code, is_needed in asked(Category.objects.get(code=trouble.code).questions) if is_needed}
        given = dict(trouble.answers).keys()
        assert needed <= given <= QUESTIONS.keys(), trouble.code
        assert trouble.cause in Ticket.Cause.values
    agencies = set(Organization.objects.filter(kind="agency").values_list("name", flat=True))
    assert {trouble.agency for trouble in TROUBLES} - {""} <= agencies
