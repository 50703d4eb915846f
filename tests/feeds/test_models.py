"""What the database never lets be false of sources and deliveries, and which rows a selection gives to whom."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from django.db import IntegrityError, transaction
from django.db.models import ProtectedError

from feeds.formats import READERS
from feeds.intake import receive
from feeds.models import FORMATS, Delivery, Quarantine, Source
from feeds.reasons import FAULTS
from liaison.models import AnonymousUser, Membership, Person
from liaison.people import add_person
from liaison.roles import OFFICE, Role
from tests.conftest import AT, Cast

SECOND = timedelta(seconds=1)


@pytest.fixture
def delivery(gate: Source) -> Delivery:
    return receive(source=gate, raw=b"x", at=AT, file_name="gate.edi").delivery


@pytest.fixture
def part(delivery: Delivery) -> Quarantine:
    return Quarantine.objects.create(delivery=delivery, source=delivery.source, line=7, code="no_time", since=AT)


def refusal(model: type[Source] | type[Delivery] | type[Quarantine], **change: Any) -> str:
    """The name of the constraint that forbids to change the one row so."""
    with pytest.raises(IntegrityError) as refused, transaction.atomic():
        model._default_manager.update(**change)
    return str(refused.value).split('constraint "')[1].split('"')[0]


@pytest.mark.parametrize(
    ("change", "constraint"),
    [
        ({"every_s": 0}, "source_every_positive"),
        ({"fetch": "http", "url": ""}, "source_fetch_has_url"),
        ({"format": "telex"}, "source_format_known"),
    ],
)
def test_a_source_is_never(gate: Source, change: dict[str, Any], constraint: str) -> None:
    assert refusal(Source, **change) == constraint


@pytest.mark.parametrize(
    ("change", "constraint"),
    [
        ({"state": "lost", "read_at": AT}, "delivery_state_known"),
        ({"state": "read"}, "delivery_read_has_time"),
        ({"state": "quarantined"}, "delivery_read_has_time"),
    ],
)
def test_a_delivery_is_never(delivery: Delivery, change: dict[str, Any], constraint: str) -> None:
    assert refusal(Delivery, **change) == constraint


def test_a_part_is_never_quarantined_without_a_reason(part: Quarantine) -> None:
    assert refusal(Quarantine, code="") == "quarantine_has_reason"


def again(delivery: Delivery, **change: Any) -> None:
    same = {"source": delivery.source, "content_key": delivery.content_key, "received_at": AT, "raw": b"x", "size": 1}
    with transaction.atomic():
        Delivery.objects.create(**{**same, **change})


def test_a_source_s_content_is_stored_once(delivery: Delivery, clerk: Source) -> None:
    with pytest.raises(IntegrityError, match="delivery_once"):
        again(delivery)
    again(delivery, source=clerk)
    again(delivery, content_key="0" * 64)
    assert Delivery.objects.count() == 3


def test_two_sources_never_share_a_slug(gate: Source) -> None:
    with pytest.raises(IntegrityError, match="feeds_source_slug"), transaction.atomic():
        Source.objects.create(slug="gate", name="Another", format="dcsa")


def test_a_source_cannot_go_while_something_of_it_is_kept(delivery: Delivery, gate: Source) -> None:
    with pytest.raises(ProtectedError):
        gate.delete()
    assert (Source.objects.count(), Delivery.objects.count()) == (1, 1)


def test_every_format_that_may_be_registered_has_its_reader() -> None:
    assert sorted(FORMATS) == sorted(READERS)


def test_every_reason_fits_its_column() -> None:
    longest = max(map(len, FAULTS))
    columns = [Quarantine._meta.get_field("code"), Delivery._meta.get_field("reason")]
    assert [column.max_length >= longest for column in columns] == [True, True]  # type: ignore[operator]


def counts(viewer: Person | AnonymousUser) -> list[int]:
    return [model.objects.visible_to(viewer).count() for model in (Source, Delivery, Quarantine)]


@pytest.mark.parametrize("role", list(Role))
def test_sources_and_what_came_are_the_office_s_alone(network: None, part: Quarantine, role: Role) -> None:
    person = add_person(email="viewer@portal.example", role=role, by=None, at=AT)
    assert counts(person) == ([1, 1, 1] if role in OFFICE else [0, 0, 0])


def test_nobody_and_who_has_left_the_office_see_nothing(cast: Cast, part: Quarantine) -> None:
    assert counts(cast.officer) == [1, 1, 1]
    Membership.objects.filter(person=cast.officer).delete()
    assert [counts(viewer) for viewer in (Person.objects.get(pk=cast.officer.pk), AnonymousUser())] == [[0, 0, 0]] * 2


def test_who_may_see_a_source_sees_its_selections_too(cast: Cast, part: Quarantine) -> None:
    for viewer, count in ((cast.officer, 1), (cast.importer, 0)):
        assert Quarantine.objects.open().visible_to(viewer).count() == count
        assert Quarantine.objects.visible_to(viewer).open().count() == count


@pytest.mark.parametrize(
    ("change", "is_due"),
    [
        ({}, True),
        ({"due_at": AT - SECOND}, True),
        ({"due_at": AT + SECOND}, False),
        ({"is_active": False}, False),
        ({"fetch": ""}, False),
        ({"opened_until": AT + SECOND}, False),
        ({"opened_until": AT}, True),
    ],
)
def test_which_source_is_due(gate: Source, change: dict[str, Any], is_due: bool) -> None:
    Source.objects.update(**{"fetch": "http", "url": "http://gate.example/", "due_at": AT, **change})
    assert list(Source.objects.due(AT)) == ([gate] if is_due else [])


@pytest.mark.parametrize(
    ("change", "waits"),
    [
        ({}, True),
        ({"retry_at": AT + SECOND}, False),
        ({"state": "read", "read_at": AT}, False),
        ({"state": "quarantined", "read_at": AT}, False),
    ],
)
def test_which_delivery_waits(delivery: Delivery, change: dict[str, Any], waits: bool) -> None:
    Delivery.objects.update(**{"retry_at": AT, **change})
    assert list(Delivery.objects.waiting(AT)) == ([delivery] if waits else [])


def test_the_oldest_delivery_is_read_first(gate: Source) -> None:
    first, second, third = (receive(source=gate, raw=raw, at=AT).delivery for raw in (b"1", b"2", b"3"))
    Delivery.objects.filter(pk=first.pk).update(retry_at=AT + SECOND)
    Delivery.objects.exclude(pk=first.pk).update(retry_at=AT)
    assert list(Delivery.objects.waiting(AT)) == [second, third]
    assert list(Delivery.objects.waiting(AT + SECOND)) == [first, second, third]


def test_a_part_that_a_later_reading_resolved_is_no_longer_open(part: Quarantine) -> None:
    assert list(Quarantine.objects.open()) == [part]
    Quarantine.objects.update(resolved_at=AT)
    assert list(Quarantine.objects.open()) == []


def test_everything_says_what_it_is(gate: Source, delivery: Delivery, part: Quarantine) -> None:
    nameless = receive(source=gate, raw=b"y", at=AT).delivery
    assert [str(row) for row in (gate, delivery, nameless, part)] == [
        "Gate",
        f"{gate.pk} gate.edi",
        f"{gate.pk} {nameless.pk}",
        f"{delivery.pk}:7 no_time",
    ]


def test_a_reason_is_told_in_a_clerk_s_words(delivery: Delivery, part: Quarantine) -> None:
    assert (delivery.reason_text, part.reason_text) == ("", FAULTS["no_time"])
    assert Delivery(reason="html").reason_text == FAULTS["html"]


def test_a_number_is_whole_and_above_zero_or_its_default() -> None:
    said = {"pages": "7", "zero": "0", "below": "-1", "words": "many", "half": "1.5"}
    assert [Source(settings=said).number(name, 50) for name in (*said, "none")] == [7, 50, 50, 50, 50, 50]


def test_a_setting_is_text_or_its_default(gate: Source) -> None:
    found = [gate.setting("node"), gate.setting("zone"), gate.setting("zone", "Africa/Kigali")]
    assert found == ["ke-port-mombasa", "", "Africa/Kigali"]
