"""Merging tickets: one goes on for both, and no firm reads of another."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta

import pytest
from django.core.exceptions import ValidationError
from django.test import Client
from django.utils import timezone

from cargo.models import Consignment
from cargo.registration import Particulars, register
from liaison.models import JournalEntry, Person
from tests.conftest import AT, Cast
from tests.tickets.conftest import opened
from tickets.conversation import Saying, say
from tickets.handling import follow
from tickets.log import Stale
from tickets.merging import merge, part, threads_of
from tickets.models import Category, Ticket
from tickets.opening import Opening, open_ticket
from tickets.resolving import resolve
from tickets.timing import clocks_of_many

NOW = timezone.now()


def test_one_goes_on_with_the_cargo_and_the_watchers_of_both(
    ticket: Ticket, cast: Cast, consignment: Consignment
) -> None:
    second = register(particulars=Particulars(consignee=cast.importer_firm, bill_of_lading="B2"), by=None, at=AT)
    other = opened(cast, second, title="The same")
    follow(ticket=other, by=cast.officer, at=NOW)
    left = merge(ticket=other, into=ticket, by=cast.officer, at=NOW)
    other.refresh_from_db()
    assert (left.pk, other.state, other.merged_into_id, other.waiting_on) == (ticket.pk, "merged", ticket.pk, "")
    assert list(left.concerned.order_by("pk").values_list("consignment", flat=True)) == [consignment.pk, second.pk]
    assert sorted(left.watches.values_list("person__email", flat=True)) == [cast.importer.email, cast.officer.email]
    assert (left.entries.latest("number").data, other.entries.latest("number").data) == (
        {"of": other.ref, "cargo": [second.ref]},
        {"into": ticket.ref},
    )


def test_the_clocks_of_both_are_one_from_the_earlier_start(
    ticket: Ticket, cast: Cast, consignment: Consignment
) -> None:
    other = opened(cast, consignment, title="The same")
    say(ticket=other, saying=Saying(text="We look"), by=cast.officer, at=timezone.now())
    merge(ticket=ticket, into=other, by=cast.officer, at=timezone.now())
    other = Ticket.objects.select_related("category").get(pk=other.pk)
    clocks = {clock.kind: clock for clock in clocks_of_many([other], at=timezone.now())[other.pk]}
    assert sorted(clocks) == ["first_reply", "resolve"]
    assert clocks["resolve"].started_at == ticket.opened_at < other.opened_at
    assert clocks["first_reply"].met_at is not None


@pytest.mark.parametrize("is_turned", [False, True])
def test_two_firms_are_never_merged(ticket: Ticket, cast: Cast, is_turned: bool) -> None:
    opening = Opening(category=Category.objects.get(code="INFO"), title="Other", organization=cast.stranger_firm)
    foreign = open_ticket(opening=opening, by=cast.stranger, at=NOW)
    pair = (foreign, ticket) if is_turned else (ticket, foreign)
    with pytest.raises(ValidationError, match="different firms"):
        merge(ticket=pair[0], into=pair[1], by=cast.officer, at=NOW)
    assert set(Ticket.objects.values_list("state", flat=True)) == {"new"}


def test_a_ticket_is_not_merged_into_itself_nor_into_one_that_is_over(
    ticket: Ticket, cast: Cast, consignment: Consignment
) -> None:
    with pytest.raises(ValidationError, match="same ticket"):
        merge(ticket=ticket, into=ticket, by=cast.officer, at=NOW)
    other = opened(cast, consignment)
    resolve(ticket=other, cause="port", words="Loaded", by=cast.officer, at=NOW)
    for pair in ((ticket, other), (other, ticket)):
        with pytest.raises(ValidationError, match="over"):
            merge(ticket=pair[0], into=pair[1], by=cast.officer, at=NOW)


def test_a_stale_page_merges_nothing(ticket: Ticket, cast: Cast, consignment: Consignment) -> None:
    other = opened(cast, consignment)
    with pytest.raises(Stale):
        merge(ticket=ticket, into=other, by=cast.officer, at=NOW + timedelta(hours=1), version=1)
    assert merge(ticket=ticket, into=other, by=cast.officer, at=NOW, version=2).pk == other.pk


def test_what_was_merged_says_no_more(ticket: Ticket, cast: Cast, consignment: Consignment) -> None:
    other = opened(cast, consignment)
    merge(ticket=ticket, into=other, by=cast.officer, at=NOW)
    with pytest.raises(ValidationError, match="over"):
        say(ticket=ticket, saying=Saying(text="Hello?"), by=cast.importer, at=NOW)


def test_cargo_of_one_firm_under_the_name_of_another_is_never_merged(
    ticket: Ticket, cast: Cast, consignment: Consignment
) -> None:
    by_agent = opened(cast, consignment, title="Her agent's")
    Ticket.objects.filter(pk=by_agent.pk).update(organization=cast.agent_firm)
    for pair in ((ticket, by_agent), (by_agent, ticket)):
        with pytest.raises(ValidationError) as refused:
            merge(ticket=pair[0], into=pair[1], by=cast.officer, at=NOW)
        assert refused.value.message_dict == {"into": ["The two belong to different firms."]}


def test_the_same_cargo_and_a_watcher_of_both_are_there_once(
    ticket: Ticket, cast: Cast, consignment: Consignment
) -> None:
    other = opened(cast, consignment, title="The same")
    for each in (ticket, other):
        follow(ticket=each, by=cast.agent, at=NOW)
    left = merge(ticket=other, into=ticket, by=cast.officer, at=NOW)
    assert (left.concerned.get().consignment, left.watches.filter(person=cast.agent).count()) == (consignment, 1)


def test_a_chain_goes_on_in_the_last(ticket: Ticket, cast: Cast, consignment: Consignment) -> None:
    second, third = (opened(cast, consignment, title=title) for title in ("Second", "Third"))
    merge(ticket=third, into=second, by=cast.officer, at=NOW)
    left = merge(ticket=second, into=ticket, by=cast.officer, at=NOW)
    chain = Ticket.objects.order_by("pk").values_list("title", "state", "merged_into__title")
    assert list(chain) == [
        ("Box not loaded", "new", None),
        ("Second", "merged", "Box not loaded"),
        ("Third", "merged", "Second"),
    ]
    for gone in (second, third):
        with pytest.raises(ValidationError, match="over"):
            merge(ticket=left, into=gone, by=cast.officer, at=NOW)


def test_the_clocks_and_the_words_of_a_chain_are_those_of_all(
    cast: Cast, ticket: Ticket, consignment: Consignment
) -> None:
    second, third = (opened(cast, consignment, title=title) for title in ("Second", "Third"))
    merge(ticket=ticket, into=second, by=cast.officer, at=timezone.now())
    left = merge(ticket=second, into=third, by=cast.officer, at=timezone.now())
    clocks = {clock.kind: clock for clock in clocks_of_many([left], at=timezone.now())[left.pk]}
    assert clocks["resolve"].started_at == ticket.opened_at < second.opened_at
    assert sorted(threads_of(left)) == sorted([ticket.pk, second.pk, third.pk])
    assert threads_of(ticket) == [ticket.pk]


def test_who_merged_what_is_in_both_logs_and_in_the_journal(
    ticket: Ticket, cast: Cast, consignment: Consignment
) -> None:
    other = opened(cast, consignment, title="The same")
    merge(ticket=other, into=ticket, by=cast.officer, at=NOW)
    told = JournalEntry.objects.filter(kind__in=["tickets.merged", "tickets.absorbed"]).order_by("pk")
    assert [(entry.kind, entry.key, entry.by) for entry in told] == [
        ("tickets.merged", other.ref, cast.officer),
        ("tickets.absorbed", ticket.ref, cast.officer),
    ]
    assert (told[0].data["into"], told[1].data["of"]) == (ticket.ref, other.ref)


def later(minutes: int) -> datetime:
    return timezone.now() + timedelta(minutes=minutes)


def test_undone_each_goes_on_with_its_own_cargo_and_its_own_words(
    ticket: Ticket, cast: Cast, consignment: Consignment, as_person: Callable[[Person | None], Client]
) -> None:
    second = register(particulars=Particulars(consignee=cast.importer_firm, bill_of_lading="B2"), by=None, at=AT)
    other = opened(cast, consignment, second, title="The same")
    before = clocks_of_many([ticket], at=later(90))[ticket.pk]
    left = merge(ticket=other, into=ticket, by=cast.officer, at=later(1))
    say(ticket=left, saying=Saying(text="Loaded on Monday"), by=cast.officer, at=later(2))
    gone = Ticket.objects.select_related("merged_into").get(pk=other.pk)
    page = as_person(cast.officer).get(f"/tickets/{gone.ref}/?act=part")
    assert (page.status_code, page.context["acts"], b"Undo the merger" in page.content) == (200, ["part"], True)
    answer = as_person(cast.importer).post(f"/tickets/{gone.ref}/actions/", {"action": "part"})
    assert (answer.status_code, Ticket.objects.get(pk=gone.pk).state) == (403, "merged")
    parted = part(ticket=gone, by=cast.officer, at=later(30))
    left.refresh_from_db()
    assert (parted.state, parted.merged_into, parted.waiting_on) == ("open", None, "office")
    assert (list(left.concerned.values_list("consignment", flat=True)), parted.concerned.count()) == (
        [consignment.pk],
        2,
    )
    assert (threads_of(left), threads_of(parted)) == ([left.pk], [parted.pk])
    assert [each.entries.latest("number").data for each in (left, parted)] == [{"of": other.ref}, {"from": left.ref}]
    found = {clock.kind: clock for clock in clocks_of_many([parted], at=later(90))[parted.pk]}
    assert (found["first_reply"].met_at is not None, found["first_reply"].breached) == (True, False)
    again = {clock.kind: clock.started_at for clock in clocks_of_many([left], at=later(90))[left.pk]}
    assert again == {clock.kind: clock.started_at for clock in before}
    with pytest.raises(ValidationError, match="not merged"):
        part(ticket=parted, by=cast.officer, at=later(31))


def test_two_that_were_merged_crosswise_and_undone_have_clocks_of_their_own(
    ticket: Ticket, cast: Cast, consignment: Consignment
) -> None:
    other = opened(cast, consignment, title="The same")
    merge(ticket=other, into=ticket, by=cast.officer, at=later(1))
    part(ticket=Ticket.objects.get(pk=other.pk), by=cast.officer, at=later(2))
    left = merge(ticket=Ticket.objects.get(pk=ticket.pk), into=other, by=cast.officer, at=later(3))
    (clock,) = [each for each in clocks_of_many([left], at=later(9))[left.pk] if each.kind == "resolve"]
    assert clock.started_at == ticket.opened_at
    resolve(ticket=left, cause="port", words="Loaded", by=cast.officer, at=later(4))
    with pytest.raises(ValidationError, match=f"{other.ref} is over"):
        part(ticket=Ticket.objects.get(pk=ticket.pk), by=cast.officer, at=later(5))


def test_a_stall_that_was_opened_again_meanwhile_is_the_new_ticket_s(
    ticket: Ticket, cast: Cast, consignment: Consignment
) -> None:
    other = opened(cast, consignment, title="The same")
    merge(ticket=other, into=ticket, by=cast.officer, at=later(1))
    for pk in (other.pk, ticket.pk):
        Ticket.objects.filter(pk=pk).update(stalled=consignment, stands="discharged")
    parted = part(ticket=Ticket.objects.get(pk=other.pk), by=cast.officer, at=later(2))
    assert (parted.stalled, parted.stands, parted.is_open) == (None, "", True)


def cargo_of(ticket: Ticket) -> list[str]:
    return sorted(ticket.concerned.values_list("consignment__bill_of_lading", flat=True))


def undo(ticket: Ticket, by: Person, minutes: int = 9) -> Ticket:
    return part(ticket=Ticket.objects.select_related("merged_into").get(pk=ticket.pk), by=by, at=later(minutes))


@pytest.fixture
def pair(ticket: Ticket, cast: Cast) -> tuple[Ticket, Ticket]:
    """Two about the same second bill of lading, one after the other merged into the first ticket."""
    goods = register(particulars=Particulars(consignee=cast.importer_firm, bill_of_lading="B2"), by=None, at=AT)
    one, other = (opened(cast, goods, title=title) for title in ("One", "Other"))
    for minutes, each in enumerate((one, other), 1):
        merge(ticket=each, into=ticket, by=cast.officer, at=later(minutes))
    return one, other


@pytest.mark.parametrize("first", [0, 1])
def test_cargo_that_two_have_brought_goes_with_the_last_of_them(
    ticket: Ticket, pair: tuple[Ticket, Ticket], cast: Cast, first: int
) -> None:
    before = [bill for bill in cargo_of(ticket) if bill != "B2"]
    undo(pair[first], cast.officer)
    assert cargo_of(ticket) == sorted([*before, "B2"])
    undo(pair[1 - first], cast.officer, 10)
    assert (cargo_of(ticket), [cargo_of(each) for each in pair]) == (before, [["B2"], ["B2"]])


def test_in_the_middle_of_a_chain_the_last_is_parted_with_all_that_came_with_it(
    ticket: Ticket, cast: Cast, consignment: Consignment
) -> None:
    goods = register(particulars=Particulars(consignee=cast.importer_firm, bill_of_lading="B3"), by=None, at=AT)
    middle, end = opened(cast, consignment, title="Middle"), opened(cast, goods, title="End")
    merge(ticket=end, into=middle, by=cast.officer, at=later(1))
    merge(ticket=middle, into=ticket, by=cast.officer, at=later(2))
    with pytest.raises(ValidationError, match=f"{middle.ref} is over"):
        undo(end, cast.officer)
    parted = undo(middle, cast.officer)
    assert ("B3" in cargo_of(ticket), "B3" in cargo_of(parted)) == (False, True)
    assert (threads_of(ticket), sorted(threads_of(parted))) == ([ticket.pk], sorted([middle.pk, end.pk]))
    undo(end, cast.officer, 10)
    assert ("B3" in cargo_of(middle), cargo_of(end)) == (False, ["B3"])


def test_a_stale_page_and_one_that_was_never_merged_part_nothing(
    ticket: Ticket, cast: Cast, consignment: Consignment
) -> None:
    with pytest.raises(ValidationError) as never:
        part(ticket=ticket, by=cast.officer, at=NOW)
    other = opened(cast, consignment, title="The same")
    merge(ticket=other, into=ticket, by=cast.officer, at=later(1))
    gone = Ticket.objects.select_related("merged_into").get(pk=other.pk)
    with pytest.raises(Stale):
        part(ticket=gone, by=cast.officer, at=later(2), version=gone.version - 1)
    assert (never.value.code, Ticket.objects.get(pk=other.pk).state) == ("merged", "merged")
    # Two officers undo it at once: the second has read of it before the first was done.
    assert part(ticket=gone, by=cast.officer, at=later(2), version=gone.version).is_open
    with pytest.raises(ValidationError) as twice:
        part(ticket=gone, by=cast.officer, at=later(3))
    kinds = Ticket.objects.get(pk=other.pk).entries.order_by("number").values_list("kind", flat=True)
    assert (twice.value.code, list(kinds)[-2:]) == ("merged", ["merged", "parted"])


def test_undone_and_merged_again_it_brings_its_cargo_again(ticket: Ticket, cast: Cast) -> None:
    goods = register(particulars=Particulars(consignee=cast.importer_firm, bill_of_lading="B4"), by=None, at=AT)
    other = opened(cast, goods, title="Other")
    for minutes in (1, 3):
        merge(ticket=Ticket.objects.get(pk=other.pk), into=ticket, by=cast.officer, at=later(minutes))
        assert "B4" in cargo_of(ticket)
        undo(other, cast.officer, minutes + 1)
        assert "B4" not in cargo_of(ticket)
