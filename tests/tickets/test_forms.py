"""The forms for finding, opening and answering tickets, and the ready answers."""

from __future__ import annotations

from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.utils.datastructures import MultiValueDict

from cargo.models import Consignment
from cargo.registration import Particulars, register
from liaison.models import Organization, Person
from liaison.people import add_person
from tests.conftest import AT, Cast, somebody
from tests.liaison.papers import PDF
from tickets.canned import REPLIES, ready_text
from tickets.concerned import consignments_of, sees_money
from tickets.forms import FindForm, MessageForm, OpenForm
from tickets.handovers import hand_over
from tickets.models import Category, Ticket

ANSWERS: dict[str, Any] = {"answer_place": "Yard 5", "answer_since": "Monday"}


def opening(person: Person, code: str = "PORT_DELAY", *, is_strict: bool = True, **data: Any) -> OpenForm:
    category = Category.objects.get(code=code)
    given = {"category": code, "title": "Box not loaded", **data}
    return OpenForm(given, person=person, category=category, is_strict=is_strict)


def test_the_questions_of_the_category_are_asked(cast: Cast, categories: None) -> None:
    form = opening(cast.importer)
    assert [name for name in form.fields if name.startswith("answer_")] == [
        "answer_place",
        "answer_since",
        "answer_pickup_order",
    ]
    assert list(form.errors) == ["answer_since"]
    assert opening(cast.importer, is_strict=False).is_valid()
    assert opening(cast.importer, **ANSWERS).is_valid()


def test_a_trader_opens_for_her_own_firm_and_the_office_for_a_caller(
    cast: Cast, categories: None, consignment: Consignment
) -> None:
    own = opening(cast.importer, "INFO")
    assert own.is_valid()
    assert (own.opening().organization, own.opening().caller, own.opening().channel) == (cast.importer_firm, "", "web")
    assert "caller" not in own.fields
    called = opening(cast.officer, "INFO", caller="Jean", caller_phone="+250788", organization=cast.stranger_firm.pk)
    assert called.is_valid(), called.errors
    given = called.opening()
    assert (given.organization, given.caller, given.channel) == (cast.stranger_firm, "Jean", "phone")
    about = opening(cast.officer, "INFO", consignments=consignment.ref)
    assert about.is_valid()
    assert (about.opening().organization, about.opening(channel="api").channel) == (None, "api")


def test_cargo_is_named_by_reference_as_people_write_it(cast: Cast, categories: None, consignment: Consignment) -> None:
    second = register(particulars=Particulars(consignee=cast.importer_firm, bill_of_lading="B2"), by=None, at=AT)
    written = f" {second.ref.lower()}, {consignment.ref}  {second.ref}"
    form = opening(cast.importer, "INFO", consignments=written)
    assert form.is_valid()
    assert form.opening().consignments == [second, consignment]
    assert opening(cast.agent, "INFO", consignments=consignment.ref).is_valid()


@pytest.mark.parametrize("part", ["stranger", "agent", "reader"])
def test_cargo_that_one_may_not_act_on_reads_like_none(
    cast: Cast, categories: None, consignment: Consignment, part: str
) -> None:
    other = register(particulars=Particulars(consignee=cast.importer_firm, bill_of_lading="B2"), by=None, at=AT)
    person = somebody(cast.importer_firm, "readonly") if part == "reader" else cast.people()[part]
    for ref in (other.ref, "RW26-999999"):
        assert opening(person, "INFO", consignments=ref).errors == {"consignments": [f"You have no consignment {ref}."]}


def test_the_office_chooses_among_verified_firms_of_the_trade(cast: Cast, categories: None) -> None:
    Organization.objects.create(name="Waiting", kind="importer", standing="pending")
    page = str(opening(cast.officer, "INFO")["organization"])
    assert ("Umucyo Traders" in page, "Waiting" in page, "KRA" in page) == (True, False, False)


def test_several_papers_come_at_once_and_none_is_none() -> None:
    files = MultiValueDict({"papers": [SimpleUploadedFile("a.pdf", PDF), SimpleUploadedFile("b.pdf", PDF + b"b")]})
    form = MessageForm({"kind": "reply", "text": "x"}, files, kinds=["reply"])
    assert form.is_valid()
    assert form.cleaned_data["papers"] == [("a.pdf", PDF), ("b.pdf", PDF + b"b")]
    bare = MessageForm({"kind": "reply", "text": "x"}, kinds=["reply"])
    assert bare.is_valid()
    assert (bare.cleaned_data["papers"], bare["kind"].is_hidden) == ([], True)


@pytest.mark.parametrize("data", [{"kind": "note", "text": "x"}, {"kind": "reply", "text": ""}, {"text": "x"}])
def test_only_the_kinds_that_are_offered_are_taken(data: dict[str, str]) -> None:
    assert not MessageForm(data, kinds=["reply"]).is_valid()


def test_the_box_above_the_list_takes_what_it_knows() -> None:
    assert FindForm({"state": "unsolved", "category": "INFO", "waiting_on": "agency", "organization": "5"}).is_valid()
    for wrong in ({"state": "lost"}, {"category": "x"}, {"organization": "x"}, {"waiting_on": "fate"}):
        assert not FindForm(wrong).is_valid()


@pytest.mark.parametrize("language", ["en", "fr", "rw", "sw"])
def test_ready_answers_hold_the_facts_in_the_readers_language(
    ticket: Ticket, cast: Cast, consignment: Consignment, language: str
) -> None:
    cargo = consignments_of(ticket, cast.officer)[0]
    texts = {code: ready_text(code, ticket, cargo, language=language) for code in REPLIES}
    assert all(ticket.ref in text and consignment.ref in text and "%" not in text for text in texts.values())
    assert len(set(texts.values())) == 4
    assert (texts["received"] == ready_text("received", ticket, cargo, language="en")) == (language == "en")


def test_without_cargo_or_agency_a_ready_answer_says_so(ticket: Ticket) -> None:
    text = ready_text("asked", ticket, None, language="en")
    assert text.startswith(f"We have handed {ticket.ref} to the agency")
    assert ("your cargo is here: unknown" in text, ready_text("unheard", ticket, None, language="en")) == (True, "")


def test_the_agency_knows_all_of_a_tickets_cargo_and_others_what_they_may_see(
    ticket: Ticket, cast: Cast, kpa: Organization, consignment: Consignment
) -> None:
    second = register(particulars=Particulars(consignee=cast.importer_firm, bill_of_lading="B2"), by=None, at=AT)
    ticket.concerned.create(consignment=second)
    both = [consignment, second]
    assert [consignments_of(ticket, person) for person in (cast.importer, cast.officer)] == [both, both]
    assert consignments_of(ticket, cast.agent) == [consignment]
    assert [consignments_of(ticket, person) for person in (cast.stranger, cast.desk, cast.official)] == [[], [], []]
    found = hand_over(ticket=ticket, agency=kpa, words="x", by=cast.officer, at=AT)
    assert consignments_of(found, cast.desk) == both
    assert (sees_money(cast.importer, both), sees_money(cast.agent, [consignment])) == (True, False)
    assert (sees_money(cast.officer, both), sees_money(cast.officer, [])) == (True, False)


def test_a_supervisor_is_of_the_office_too(cast: Cast, categories: None) -> None:
    head = add_person(email="head@portal.example", role="supervisor", by=None, at=AT)
    assert "caller" in opening(head, "INFO").fields
