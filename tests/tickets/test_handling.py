"""Whose ticket it is, how urgent, under what it is filed, its tags, and until when it is put off."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.core.exceptions import ValidationError
from django.test import Client
from django.utils import timezone

from cargo.models import Consignment
from cargo.registration import Particulars, register
from liaison.models import JournalEntry, Membership, Person
from notify.models import Notice
from tests.conftest import AT, Cast, somebody
from tickets.handling import assign, attach, file_under, follow, set_priority, snooze, tag, unfollow
from tickets.log import Stale
from tickets.models import Category, Ticket, Watch
from tickets.resolving import resolve

NOW = timezone.now() + timedelta(minutes=25)


def kinds(ticket: Ticket) -> list[str]:
    return list(ticket.entries.order_by("number").values_list("kind", flat=True))[2:]


def told() -> list[tuple[str, str]]:
    rows = Notice.objects.filter(channel="inbox").order_by("pk")
    return list(rows.values_list("entry__kind", "person__email"))


def test_who_gets_it_is_told_and_the_ticket_is_in_work(ticket: Ticket, cast: Cast) -> None:
    other = somebody(Membership.objects.get(person=cast.officer).organization, "supervisor")
    found = assign(ticket=ticket, to=other, by=cast.officer, at=NOW)
    assert (found.assignee, found.state, found.version) == (other, "open", 3)
    assert told() == [("tickets.assigned", other.email)]
    assert ticket.entries.latest("number").data == {"assignee": "New"}


def test_who_takes_it_herself_is_told_nothing(ticket: Ticket, cast: Cast) -> None:
    assign(ticket=ticket, to=cast.officer, by=cast.officer, at=NOW)
    assert told() == []


def test_giving_it_again_to_the_same_is_nothing(ticket: Ticket, cast: Cast) -> None:
    for _again in range(2):
        assign(ticket=ticket, to=cast.officer, by=cast.officer, at=NOW)
    assert kinds(ticket) == ["assigned"]


def test_it_can_be_put_back_into_the_queue(ticket: Ticket, cast: Cast) -> None:
    assign(ticket=ticket, to=cast.officer, by=cast.officer, at=NOW)
    found = assign(ticket=ticket, to=None, by=cast.officer, at=NOW)
    assert (found.assignee, found.state, kinds(ticket)) == (None, "open", ["assigned", "assigned"])


@pytest.mark.parametrize("part", ["importer", "agent", "desk", "official"])
def test_only_people_of_the_office_work_on_tickets(ticket: Ticket, cast: Cast, part: str) -> None:
    with pytest.raises(ValidationError, match="people of the office"):
        assign(ticket=ticket, to=cast.people()[part], by=cast.officer, at=NOW)
    assert kinds(ticket) == []


def test_a_priority_is_set_once(ticket: Ticket, cast: Cast) -> None:
    for _again in range(2):
        found = set_priority(ticket=ticket, priority="urgent", by=cast.officer, at=NOW)
    assert (found.priority, kinds(ticket)) == ("urgent", ["priority"])
    with pytest.raises(ValueError, match="whatever"):
        set_priority(ticket=ticket, priority="whatever", by=cast.officer, at=NOW)


def test_another_category_brings_its_own_promises(ticket: Ticket, cast: Cast) -> None:
    before = Ticket.objects.get().next_breach_at
    security = Category.objects.get(code="SECURITY")
    found = file_under(ticket=ticket, category=security, by=cast.officer, at=NOW)
    assert found.category == security
    assert found.next_breach_at == found.opened_at + timedelta(minutes=30)
    assert before == found.opened_at + timedelta(hours=2)
    file_under(ticket=ticket, category=security, by=cast.officer, at=NOW)
    assert kinds(ticket) == ["category"]
    assert JournalEntry.objects.get(kind="tickets.category").data["filed_under"] == "SECURITY"


def test_tags_are_short_lower_case_and_each_once(ticket: Ticket, cast: Cast) -> None:
    found = tag(ticket=ticket, tags=[" Rice ", "rice", "", "x" * 40], by=cast.officer, at=NOW)
    assert found.tags == ["rice", "x" * 30]
    tag(ticket=ticket, tags=["rice", "x" * 30], by=cast.officer, at=NOW)
    assert kinds(ticket) == ["tagged"]
    with pytest.raises(ValidationError, match="8 tags at most"):
        tag(ticket=ticket, tags=[str(number) for number in range(9)], by=cast.officer, at=NOW)
    assert tag(ticket=ticket, tags=[], by=cast.officer, at=NOW).tags == []


def test_what_is_put_off_is_off_the_board_until_then_and_its_clocks_run_on(ticket: Ticket, cast: Cast) -> None:
    before = Ticket.objects.get().next_breach_at
    until = NOW + timedelta(hours=20)
    found = snooze(ticket=ticket, until=until, by=cast.officer, at=NOW)
    assert found.next_breach_at == before
    seen = [Ticket.objects.awake(at).count() for at in (NOW, until - timedelta(minutes=1), until)]
    assert seen == [0, 0, 1]
    with pytest.raises(ValidationError, match="passed"):
        snooze(ticket=ticket, until=NOW, by=cast.officer, at=NOW)


def test_following_is_told_to_nobody_and_done_once(ticket: Ticket, cast: Cast) -> None:
    before = JournalEntry.objects.count()
    for _again in range(2):
        follow(ticket=ticket, by=cast.importer, at=NOW)
    assert Watch.objects.count() == 1
    unfollow(ticket=ticket, by=cast.stranger, at=NOW)
    assert Watch.objects.count() == 1
    unfollow(ticket=ticket, by=cast.importer, at=NOW)
    assert (Watch.objects.count(), JournalEntry.objects.count(), kinds(ticket)) == (0, before, [])


CHANGES: dict[str, tuple[Callable[..., object], dict[str, Any]]] = {
    "assign": (assign, {"to": None}),
    "set_priority": (set_priority, {"priority": "high"}),
    "snooze": (snooze, {"until": NOW + timedelta(days=1)}),
}


@pytest.mark.parametrize("name", CHANGES)
def test_nothing_is_changed_in_a_ticket_that_is_over(ticket: Ticket, cast: Cast, name: str) -> None:
    resolve(ticket=ticket, cause="port", words="Loaded", by=cast.officer, at=NOW)
    run, given = CHANGES[name]
    with pytest.raises(ValidationError, match="This ticket is over"):
        run(ticket=ticket, by=cast.officer, at=NOW, **given)


@pytest.mark.parametrize("name", CHANGES)
def test_nothing_is_changed_from_a_stale_page(ticket: Ticket, cast: Cast, name: str) -> None:
    run, given = CHANGES[name]
    with pytest.raises(Stale):
        run(ticket=ticket, by=cast.officer, at=NOW, version=1, **given)
    run(ticket=ticket, by=cast.officer, at=NOW, version=2, **given)


def test_an_assignee_who_has_left_can_be_replaced(ticket: Ticket, cast: Cast) -> None:
    assign(ticket=ticket, to=cast.officer, by=cast.officer, at=NOW)
    other = somebody(Membership.objects.get(person=cast.officer).organization, "officer")
    Person.objects.filter(pk=cast.officer.pk).update(is_active=False)
    assert assign(ticket=ticket, to=other, by=other, at=NOW).assignee == other


def test_more_cargo_is_attached_as_it_stands_and_never_of_another_firm(
    ticket: Ticket, cast: Cast, consignment: Consignment, as_person: Callable[[Person | None], Client]
) -> None:
    given = [register(particulars=Particulars(consignee=firm, bill_of_lading=f"B{n}"), by=None, at=AT)
             for n, firm in enumerate((cast.importer_firm, cast.importer_firm, cast.stranger_firm))]  # fmt: skip
    left = attach(ticket=ticket, consignments=[consignment, given[0]], by=cast.officer, at=timezone.now())
    assert list(left.concerned.order_by("pk").values_list("consignment", flat=True)) == [consignment.pk, given[0].pk]
    entry = left.entries.latest("number")
    assert (entry.kind, entry.data["consignment"], left.risk_at is not None) == ("attached", given[0].ref, True)
    with pytest.raises(ValidationError, match="several firms"):
        attach(ticket=ticket, consignments=[given[2]], by=cast.officer, at=timezone.now())
    url = f"/tickets/{ticket.ref}/actions/"

    def post(person: Person, ref: str) -> int:
        return as_person(person).post(url, {"action": "attach", "consignments": ref}).status_code

    assert [post(cast.importer, given[number].ref) for number in (1, 2)] == [302, 422]
    assert (post(cast.stranger, given[2].ref), ticket.concerned.count()) == (404, 3)
