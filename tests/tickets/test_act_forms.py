"""The forms of what can be done to a ticket: what each takes, cleans and refuses."""

from __future__ import annotations

from typing import Any

import pytest
from django.utils import timezone

from liaison.models import Membership, Organization, Person
from liaison.people import add_organization
from tests.conftest import AT, Cast, somebody
from tests.tickets.conftest import opened
from tickets import act_forms
from tickets.act_forms import ActForm
from tickets.handling import assign
from tickets.models import Category, Ticket

NOW = timezone.now()
LONG = "x" * 8001


def form(kind: type[ActForm], ticket: Ticket, person: Person, **data: Any) -> ActForm:
    return kind(data, ticket=ticket, person=person)


def errors(kind: type[ActForm], ticket: Ticket, person: Person, **data: Any) -> dict[str, list[str]]:
    return {name: [str(error) for error in found] for name, found in form(kind, ticket, person, **data).errors.items()}


def cleaned(kind: type[ActForm], ticket: Ticket, person: Person, **data: Any) -> dict[str, Any]:
    found = form(kind, ticket, person, **data)
    assert found.is_valid(), found.errors
    return found.cleaned_data


def test_each_knows_the_version_that_was_seen_and_asks_for_none(ticket: Ticket, cast: Cast) -> None:
    shown = ActForm(ticket=ticket, person=cast.officer)
    assert (shown.fields["version"].initial, shown["version"].is_hidden, list(shown.fields)) == (2, True, ["version"])
    assert [cleaned(ActForm, ticket, cast.officer, **given) for given in ({}, {"version": ""}, {"version": "7"})] == [
        {"version": None},
        {"version": None},
        {"version": 7},
    ]
    assert list(errors(ActForm, ticket, cast.officer, version="two")) == ["version"]


def test_each_of_them_carries_a_hidden_version(ticket: Ticket, cast: Cast) -> None:
    kinds = [
        kind for kind in vars(act_forms).values() if isinstance(kind, type) and issubclass(kind, ActForm)
    ]  # fmt: skip
    assert len(kinds) == 14
    for kind in kinds:
        shown = kind(ticket=ticket, person=cast.officer)
        # Why it is late is asked where it is.
        why = ["reason"] if kind in (act_forms.ResolveForm, act_forms.SnoozeForm) else []
        assert [field.name for field in shown.hidden_fields()] == ["version", *why], kind
        assert all(field.label for field in shown.visible_fields()), kind


def test_why_it_is_late_is_asked_where_it_is(ticket: Ticket, cast: Cast) -> None:
    ticket.next_breach_at = ticket.opened_at
    shown = act_forms.ResolveForm(ticket=ticket, person=cast.officer)
    assert [field.name for field in shown.visible_fields()] == ["cause", "words", "reason"]


def test_somebody_of_the_office_is_named_by_her_address(ticket: Ticket, cast: Cast) -> None:
    assert cleaned(act_forms.AssignForm, ticket, cast.officer, to=cast.officer.email)["to"] == cast.officer
    assert cleaned(act_forms.AssignForm, ticket, cast.officer)["to"] is None
    for other in ("importer@portal.example", "desk@portal.example", "nobody@portal.example", str(cast.officer.pk)):
        assert list(errors(act_forms.AssignForm, ticket, cast.officer, to=other)) == ["to"]


def test_who_has_it_is_offered_first_and_without_one_who_asks(ticket: Ticket, cast: Cast) -> None:
    second = somebody(Membership.objects.get(person=cast.officer).organization, "officer", "second@portal.example")
    assert act_forms.AssignForm(ticket=ticket, person=second).fields["to"].initial == second
    taken = assign(ticket=ticket, to=cast.officer, by=cast.officer, at=NOW)
    assert act_forms.AssignForm(ticket=taken, person=second).fields["to"].initial == cast.officer


@pytest.mark.parametrize(
    ("kind", "is_offered"), [("agency", True), ("line", True), ("warehouse", True), ("importer", False)]
)
def test_it_is_handed_to_those_that_were_verified(ticket: Ticket, cast: Cast, kind: str, is_offered: bool) -> None:
    add_organization(name="Somebody", kind=kind, by=None, at=AT)
    Organization.objects.create(name="Waiting", kind=kind, standing="pending")
    given = {"words": "Look"}
    taken = form(act_forms.HandOverForm, ticket, cast.officer, agency="Somebody", **given)
    assert taken.is_valid() is is_offered
    assert list(errors(act_forms.HandOverForm, ticket, cast.officer, agency="Waiting", **given)) == ["agency"]


@pytest.mark.parametrize(
    ("kind", "data", "names"),
    [
        (act_forms.HandOverForm, {"agency": "KPA", "words": LONG}, ["words"]),
        (act_forms.HandOverForm, {}, ["agency", "words"]),
        (act_forms.GiveBackForm, {"words": " "}, ["words"]),
        (act_forms.PauseForm, {"waiting_on": "office", "reason": "x" * 301}, ["waiting_on", "reason"]),
        (act_forms.PauseForm, {"waiting_on": "importer", "reason": "a\x00b"}, ["reason"]),
        (act_forms.ResolveForm, {"cause": "", "words": LONG}, ["cause", "words"]),
        (act_forms.ConfirmForm, {"rating": "0"}, ["rating"]),
        (act_forms.ConfirmForm, {"rating": "five"}, ["rating"]),
        (act_forms.ReopenForm, {"reason": "x" * 301}, ["reason"]),
        (act_forms.MergeForm, {"into": ""}, ["into"]),
        (act_forms.MergeForm, {"into": "T" * 21}, ["into"]),
        (act_forms.PriorityForm, {}, ["priority"]),
        (act_forms.CategoryForm, {"category": "info"}, ["category"]),
        (act_forms.TagForm, {"tags": "x" * 301}, ["tags"]),
        (act_forms.SnoozeForm, {}, ["until"]),
        (act_forms.SnoozeForm, {"until": "2026-13-40T99:99"}, ["until"]),
    ],
)
def test_what_is_missing_too_long_or_unheard_of_is_named(
    ticket: Ticket, cast: Cast, kind: type[ActForm], data: dict[str, str], names: list[str]
) -> None:
    assert list(errors(kind, ticket, cast.officer, **data)) == names


def test_a_rating_is_a_number_or_none(ticket: Ticket, cast: Cast) -> None:
    found = [cleaned(act_forms.ConfirmForm, ticket, cast.importer, rating=said)["rating"] for said in ("", "1", "5")]
    assert found == [None, 1, 5]


@pytest.mark.parametrize(
    ("said", "tags"),
    [("", []), (" , ,", []), ("rice", ["rice"]), ("Rice, yard 5 ,x", ["Rice", " yard 5 ", "x"])],
)
def test_tags_are_parted_by_commas(ticket: Ticket, cast: Cast, said: str, tags: list[str]) -> None:
    assert cleaned(act_forms.TagForm, ticket, cast.officer, tags=said)["tags"] == tags


def test_a_category_is_chosen_by_its_code(ticket: Ticket, cast: Cast) -> None:
    found = cleaned(act_forms.CategoryForm, ticket, cast.officer, category="SECURITY")["category"]
    assert found == Category.objects.get(code="SECURITY")


def test_until_when_is_of_the_place_where_it_is_read(ticket: Ticket, cast: Cast) -> None:
    found = [
        cleaned(act_forms.SnoozeForm, ticket, cast.officer, until=said)["until"].isoformat()
        for said in ("2026-12-01T08:00", "2026-12-01T08:00:00+00:00")
    ]
    assert found == ["2026-12-01T08:00:00+02:00", "2026-12-01T08:00:00+00:00"]


def test_a_ticket_that_one_may_not_see_reads_like_none(ticket: Ticket, cast: Cast) -> None:
    other = opened(cast, title="Other")
    none = ["There is no ticket with this reference."]
    assert errors(act_forms.MergeForm, ticket, cast.stranger, into=other.ref) == {"into": none}
    assert errors(act_forms.MergeForm, ticket, cast.officer, into="T26-999999") == {"into": none}
    assert cleaned(act_forms.MergeForm, ticket, cast.importer, into=f" {other.ref.lower()} ")["into"] == other
