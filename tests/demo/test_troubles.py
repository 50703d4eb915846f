"""The demo's troubles: over the year, most of them solved, and once however often they are loaded."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta
from functools import lru_cache
from random import Random

import pytest
from django.utils import timezone

from cargo.milestones import rail_of
from cargo.models import Consignment, Milestone
from cargo.registration import Particulars, register_many
from demo.cast import CAST, IMPORTER_FIRM
from demo.troubles import TROUBLES, _chosen, _places, play_troubles
from demo.year import Year
from liaison.models import Organization
from liaison.people import add_person
from notify.models import Notice
from tests.cargo.test_reading import csv, row, take_in
from tests.conftest import source_of
from tests.rows import Rows, made_by, put
from tests.test_queries import box
from tickets.categories import load_categories
from tickets.models import Category, Entry, Message, Ticket
from tickets.questions import QUESTIONS, asked


def people() -> None:
    for part in CAST:
        firm = {"organization": part.firm, "kind": part.kind}
        add_person(email=part.email, role=part.role, name=part.name, **firm, by=None, at=timezone.now())


UNTIL = timezone.now()
YEAR = Year(seed=2026, until=UNTIL, consignments=24)
PLAYED: list[int] = []


def make_corridor() -> None:
    """Two dozen consignments of the demo's importer, half of them lately on their way."""
    people()
    clerk = source_of("clerk", "csv_events")
    firm = Organization.objects.get(name=IMPORTER_FIRM)
    many = [Particulars(consignee=firm, containers=[box(number)]) for number in range(24)]
    register_many(many, by=None, at=UNTIL - timedelta(days=200))
    codes = ("discharged", "do_issued", "kra_cleared", "gate_out")
    for number in range(24):
        hours = 24 * 30 if number % 2 else 24 * 1.5
        take_in(clerk, csv(*(row(code, hours - step, box=box(number)) for step, code in enumerate(codes))))


def make_troubles() -> None:
    """The same with its troubles."""
    make_corridor()
    PLAYED.append(play_troubles(YEAR))


@lru_cache
def rows_of(build: Callable[[], None]) -> Rows:
    """What it makes on the network, made once for all tests."""
    return made_by(build)[0]


@pytest.fixture
def corridor(network: None) -> Year:
    """See ``make_corridor``."""
    put(rows_of(make_corridor))
    return YEAR


@pytest.fixture
def played(network: None) -> int:
    """See ``make_troubles``; how many there are."""
    put(rows_of(make_troubles))
    return PLAYED[0]


def test_most_are_solved_and_those_of_the_last_days_are_in_every_state(played: int) -> None:
    assert played == Ticket.objects.count() > 10
    states = set(Ticket.objects.values_list("state", flat=True))
    assert {"closed", "open"} <= states
    old = Ticket.objects.filter(opened_at__lt=UNTIL - timedelta(days=4))
    assert set(old.values_list("state", flat=True)) == {"closed"}
    assert set(old.values_list("rating", flat=True)) <= {3, 4, 5}
    assert not Entry.objects.filter(at__gt=UNTIL).exists()
    assert set(Message.objects.values_list("kind", flat=True)) >= {"reply", "agency"}


def test_loading_again_changes_nothing_and_history_is_sent_to_nobody(played: int) -> None:
    before = Entry.objects.count()
    assert (play_troubles(YEAR), Entry.objects.count()) == (0, before)
    old = Notice.objects.filter(channel="email", entry__at__lt=UNTIL - timedelta(days=2))
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


def test_each_category_has_one_trouble_and_each_trouble_words_that_fit_a_ticket() -> None:
    assert len({trouble.code for trouble in TROUBLES}) == len(TROUBLES) == 8
    longest = Ticket._meta.get_field("title").max_length or 0
    for trouble in TROUBLES:
        assert 0 < len(trouble.title) <= longest
        assert trouble.body.endswith((".", "?"))
        assert trouble.cure.endswith(".")
        assert len(dict(trouble.answers)) == len(trouble.answers)


def test_every_trouble_follows_a_milestone_of_the_way() -> None:
    assert {trouble.after for trouble in TROUBLES} <= set(rail_of("container"))


def test_the_same_seed_tells_the_same_troubles(corridor: Year) -> None:
    def chosen(seed: int) -> list[tuple[str, int, datetime]]:
        found = _chosen(Random(seed), corridor.until)
        return [(trouble.code, consignment.pk, at) for trouble, consignment, at in found]

    first = chosen(1)
    assert chosen(1) == first
    assert chosen(2) != first
    moments = [at for _code, _pk, at in first]
    assert moments == sorted(moments)
    assert all(at < corridor.until for at in moments)


def test_a_trouble_begins_an_hour_after_its_milestone_and_has_each_consignment_once(corridor: Year) -> None:
    (trouble,) = [one for one in TROUBLES if one.code == "CUSTOMS_KE"]
    found = _places(trouble, corridor.until, 80, Random(3), days=60)
    landed = dict(Milestone.objects.filter(code=trouble.after).values_list("consignment", "actual_at"))
    assert len(found) == len({consignment.pk for _trouble, consignment, _at in found}) == 10
    for _trouble, consignment, at in found:
        passed = landed[consignment.pk]
        assert passed is not None
        assert at - passed == timedelta(hours=1)
    # What has just happened, or happened too long ago, is no trouble.
    lately = _places(trouble, corridor.until, 800, Random(3), days=2)
    assert len(lately) == 12
    assert _places(trouble, corridor.until - timedelta(days=31), 8, Random(3)) == []
    assert _places(trouble, corridor.until, 800, Random(3), days=60, firm="No such firm") == []


def test_every_log_is_in_its_order_and_of_the_cargo_of_the_firm_that_opened_it(played: int) -> None:
    for ticket in Ticket.objects.prefetch_related("entries", "concerned__consignment"):
        entries = sorted(ticket.entries.all(), key=lambda entry: entry.number)
        moments = [entry.at for entry in entries]
        assert moments == sorted(moments)
        assert [entry.number for entry in entries] == list(range(1, len(entries) + 1))
        assert [entry.kind for entry in entries].count("opened") == 1
        (concerned,) = ticket.concerned.all()
        assert ticket.organization_id == concerned.consignment.consignee_id
        assert (ticket.channel, bool(ticket.caller)) in {("web", False), ("phone", True)}
