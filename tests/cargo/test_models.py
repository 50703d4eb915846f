"""What the database never lets be, and what of cargo each role may see."""

from __future__ import annotations

import uuid
from collections.abc import Callable
from decimal import Decimal
from typing import Any

import pytest
from django.db import IntegrityError, models, transaction
from django.db.models import ProtectedError

from cargo.models import Consignment, Event, EventMatch, Milestone, Status, Unit
from cargo.registration import Particulars, register
from feeds.models import Source
from liaison.models import AnonymousUser, Membership, Organization, Person
from liaison.roles import OFFICE, TRADE, Role
from tests.cargo.test_reading import BOX, NOW, OTHER_BOX, csv, row, take_in
from tests.conftest import AT, Cast, somebody

STRANGE_BOX = "MSCU1234566"


@pytest.fixture
def event(clerk: Source, consignment: Consignment) -> Event:
    """An event of BOX, matched to the consignment."""
    take_in(clerk, csv(row("gate_out", 1)))
    return Event.objects.get()


def copy_of(row: models.Model, **changed: Any) -> None:
    """Write one more row that differs in what is given."""
    values = {field.attname: getattr(row, field.attname) for field in row._meta.concrete_fields}
    values.pop("id", None)
    type(row)._default_manager.create(**(values | changed))


def fresh(**changed: Any) -> dict[str, Any]:
    return {"key": uuid.uuid4()} | changed


@pytest.mark.parametrize(
    ("model", "changed", "constraint"),
    [
        (Consignment, {"ref": ""}, "consignment_has_ref"),
        (Consignment, {}, "cargo_consignment_ref"),
        (Consignment, {"ref": "N", "weight_t": Decimal(0)}, "consignment_weight_positive"),
        (Consignment, {"ref": "N", "weight_t": Decimal(-1)}, "consignment_weight_positive"),
        (Consignment, {"ref": "N", "hs_code": "87A3"}, "consignment_hs_digits"),
        (Consignment, {"ref": "N", "hs_code": "870"}, "consignment_hs_digits"),
        (Consignment, {"ref": "N", "cargo_kind": "parcel"}, "consignment_cargo_kind_known"),
        (Unit, {}, "unit_once"),
        (Unit, {"container": "tghu3054380"}, "unit_container_compact"),
        (Unit, {"container": "TGHU 3054380"}, "unit_container_compact"),
        (Unit, {"container": ""}, "unit_container_compact"),
        (Unit, {"container": STRANGE_BOX, "tracked_from": NOW, "tracked_until": AT}, "unit_tracked_in_order"),
        (Event, {}, "cargo_event_key"),
        (Event, fresh(kind=""), "event_has_kind"),
        (Event, fresh(classifier="MAY"), "event_classifier_known"),
        (Event, fresh(function="erase"), "event_function_known"),
        (Event, fresh(container="", bill_of_lading="", reference=""), "event_names_goods"),
        (EventMatch, {}, "event_match_once"),
        (Milestone, {}, "milestone_once"),
        (Milestone, {"code": "sealed", "actual_at": None}, "milestone_has_time"),
        (Status, {}, "cargo_status_pkey"),
    ],
)
def test_the_database_refuses_what_must_never_be(
    event: Event, model: type[models.Model], changed: dict[str, Any], constraint: str
) -> None:
    row = model._default_manager.order_by("pk")[0]
    with pytest.raises(IntegrityError, match=constraint), transaction.atomic():
        copy_of(row, **changed)


def test_a_milestone_of_the_whole_consignment_is_there_once_too(event: Event) -> None:
    milestone = Milestone.objects.get()
    copy_of(milestone, unit_id=None)
    with pytest.raises(IntegrityError, match="milestone_once"), transaction.atomic():
        copy_of(milestone, unit_id=None)


def test_a_status_is_one_of_those_that_are_known(event: Event) -> None:
    with pytest.raises(IntegrityError, match="status_state_known"), transaction.atomic():
        Status.objects.update(state="lost")
    for state in Status.State.values:
        Status.objects.update(state=state)


def test_what_is_allowed_can_be_kept(event: Event) -> None:
    consignment = Consignment.objects.get()
    for number, kind in enumerate(Consignment.CargoKind.values):
        copy_of(consignment, ref=f"N{number}", cargo_kind=kind, weight_t=Decimal("0.001"), hs_code="8703231000")
    copy_of(Unit.objects.earliest("pk"), container=STRANGE_BOX, tracked_from=AT, tracked_until=AT)
    copy_of(event, **fresh(container="", bill_of_lading="", reference="X1"))
    assert (Consignment.objects.count(), Unit.objects.count(), Event.objects.count()) == (6, 3, 2)


@pytest.mark.parametrize("of", ["consignee", "source", "delivery", "node", "registered_by"])
def test_what_events_and_consignments_rest_on_cannot_be_taken_away(event: Event, of: str) -> None:
    consignment = Consignment.objects.get()
    owner: models.Model = consignment if hasattr(consignment, of) else event
    with pytest.raises(ProtectedError):
        getattr(owner, of).delete()


def test_they_say_what_they_are(event: Event) -> None:
    consignment, unit = Consignment.objects.get(), Unit.objects.earliest("pk")
    assert (str(consignment), str(unit), str(event)) == (consignment.ref, BOX, f"gate_out {BOX}")
    assert str(Status.objects.get()) == f"{consignment.pk} on_road"
    assert str(Milestone.objects.get()) == f"gate_out of {consignment.pk}"
    assert str(EventMatch.objects.get()) == f"{event.pk} in {consignment.pk}"


@pytest.fixture
def everything(cast: Cast, clerk: Source, consignment: Consignment) -> None:
    """The importer's consignment, one of the stranger's, one of his that shares a box with hers, and a stray event."""
    for box in (STRANGE_BOX, OTHER_BOX):
        register(particulars=Particulars(consignee=cast.stranger_firm, containers=[box]), by=None, at=NOW)
    take_in(clerk, csv(row("gate_out", 1), row("weighed", 2, box=STRANGE_BOX), row("sealed", 3, box=OTHER_BOX)))
    take_in(clerk, csv(row("gate_in", 4, box="HLXU1234560")))


def seen_by(viewer: Person | AnonymousUser) -> tuple[list[str], list[str]]:
    """The firms of the consignments, and the kinds of the events, that the viewer may see."""
    consignments = Consignment.objects.visible_to(viewer).order_by("pk").values_list("consignee__name", flat=True)
    events = Event.objects.visible_to(viewer).order_by("delivery", "line").values_list("kind", flat=True)
    return list(consignments), list(events)


MINE = ["Umucyo Traders"], ["gate_out", "sealed"]
THEIRS = ["Ikirere Imports"] * 2, ["weighed", "sealed"]
ALL = ["Umucyo Traders", *THEIRS[0]], ["gate_out", "weighed", "sealed", "gate_in"]
NOTHING: tuple[list[str], list[str]] = [], []


@pytest.mark.parametrize(
    ("part", "seen"),
    [
        ("importer", MINE),
        ("agent", MINE),
        ("stranger", THEIRS),
        ("officer", ALL),
        ("desk", NOTHING),
        ("official", NOTHING),
    ],
)
def test_what_each_of_the_cast_sees(cast: Cast, everything: None, part: str, seen: tuple[list[str], list[str]]) -> None:
    assert seen_by(cast.people()[part]) == seen


@pytest.mark.parametrize("firm", ["Umucyo Traders", "Inzira Clearing"])
@pytest.mark.parametrize("role", Role.values)
def test_what_each_role_sees_in_a_firm_of_the_consignment(everything: None, role: str, firm: str) -> None:
    person = somebody(Organization.objects.get(name=firm), role)
    assert seen_by(person) == (ALL if role in OFFICE else MINE if role in TRADE else NOTHING)


def without_role(cast: Cast) -> Person:
    Membership.objects.filter(person=cast.importer).delete()
    return Person.objects.get(pk=cast.importer.pk)


def inactive(cast: Cast) -> Person:
    Person.objects.filter(pk=cast.officer.pk).update(is_active=False)
    return Person.objects.get(pk=cast.officer.pk)


def visitor(cast: Cast) -> AnonymousUser:
    return AnonymousUser()


@pytest.mark.parametrize("who", [without_role, inactive, visitor])
def test_who_has_no_role_sees_nothing(
    cast: Cast, everything: None, who: Callable[[Cast], Person | AnonymousUser]
) -> None:
    assert seen_by(who(cast)) == NOTHING


def test_who_belongs_to_two_firms_sees_both_each_row_once(cast: Cast, everything: None) -> None:
    for firm in (cast.agent_firm, cast.stranger_firm):
        Membership.objects.create(person=cast.importer, organization=firm, role="readonly")
    assert seen_by(Person.objects.get(pk=cast.importer.pk)) == (ALL[0], ALL[1][:-1])


@pytest.mark.parametrize(
    ("words", "found"),
    [
        ("", 3),
        ("  ", 3),
        ("umuc 2611", 1),
        (BOX, 1),
        ("cs qu305 4383", 2),
        ("RW", 3),
        ("%", 0),
        ("_", 0),
        ("GHU", 0),
        ("\\", 0),
        ("2611001", 0),
        (f"{BOX}9", 0),
    ],
)
def test_the_search_is_by_how_a_number_begins(everything: None, words: str, found: int) -> None:
    assert Consignment.objects.search(words).count() == found


def test_the_search_finds_each_once_and_nothing_that_is_not_visible(cast: Cast, everything: None) -> None:
    Unit.objects.create(consignment=Consignment.objects.earliest("pk"), container="TGHU9999999")
    refs = Consignment.objects.visible_to(cast.importer).search("TGHU").values_list("consignee__name", flat=True)
    assert list(refs) == [cast.importer_firm.name]
    assert list(Consignment.objects.visible_to(cast.importer).search(STRANGE_BOX)) == []


def test_an_organisation_may_be_consignee_and_agent_at_once(cast: Cast) -> None:
    firm = Organization.objects.get(pk=cast.agent_firm.pk)
    register(particulars=Particulars(consignee=firm, agent=firm, bill_of_lading="B1"), by=None, at=NOW)
    assert seen_by(cast.agent) == ([firm.name], [])
