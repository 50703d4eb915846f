"""People, firms and memberships as they are kept."""

from __future__ import annotations

import pytest
from django.db import models

from liaison.journal import mark, record
from liaison.models import JournalEntry, JournalMark, Membership, Organization, Person
from tests.conftest import AT, Cast


@pytest.mark.parametrize("typed", ["importer@portal.example", "IMPORTER@Portal.Example"])
def test_a_person_is_known_by_her_address_whatever_its_case(cast: Cast, typed: str) -> None:
    assert Person.objects.get_by_natural_key(typed) == cast.importer


@pytest.mark.parametrize("typed", [None, "", "importer", " importer@portal.example", "nobody@portal.example"])
def test_an_address_that_is_nobody_s_is_nobody(cast: Cast, typed: str | None) -> None:
    with pytest.raises(Person.DoesNotExist):
        Person.objects.get_by_natural_key(typed)


def test_a_new_person_has_the_office_s_language_and_zone_and_no_role(db: None) -> None:
    person = Person.objects.create(email="keza@firm.example")
    person.refresh_from_db()
    assert (person.language, person.time_zone, person.is_active) == ("en", "Africa/Kigali", True)
    assert (person.roles, person.organization_ids(), str(person)) == (frozenset(), [], "keza@firm.example")
    assert person.joined_at.tzinfo is not None


def test_what_she_may_do_follows_from_her_memberships_alone(cast: Cast) -> None:
    """There is no mark of a superuser that could be set beside them."""
    names = {field.name for field in Person._meta.get_fields()}
    assert names & {"is_staff", "is_superuser", "groups", "user_permissions"} == set()


def test_her_firms_are_those_in_which_she_holds_one_of_the_roles(cast: Cast) -> None:
    Membership.objects.create(person=cast.importer, organization=cast.agent_firm, role="readonly")
    person = Person.objects.get(pk=cast.importer.pk)
    asked = {
        roles: sorted(person.organization_ids(*roles)) for roles in [(), ("owner",), ("owner", "readonly"), ("desk",)]
    }
    mine, other = cast.importer_firm.pk, cast.agent_firm.pk
    assert asked == {
        (): sorted([mine, other]),
        ("owner",): [mine],
        ("owner", "readonly"): sorted([mine, other]),
        ("desk",): [],
    }


def test_who_goes_takes_her_memberships_with_her_and_leaves_the_firm(cast: Cast) -> None:
    Person.objects.get(pk=cast.stranger.pk).delete()
    assert not Membership.objects.filter(organization=cast.stranger_firm).exists()
    assert Organization.objects.filter(pk=cast.stranger_firm.pk).exists()


def test_a_mark_can_go_and_its_entry_stays(db: None) -> None:
    mark([record(kind="test.happened", subject="test", key="1", by=None, at=AT)], reader="a")
    JournalMark.objects.all().delete()
    assert JournalEntry.objects.count() == 1


def test_they_say_what_they_are(cast: Cast) -> None:
    entry = record(kind="test.happened", subject="test", key="1", by=None, at=AT)
    mark([entry], reader="a")
    membership = Membership.objects.get(person=cast.importer)
    said = [str(row) for row in (cast.importer, cast.importer_firm, membership, entry, JournalMark.objects.get())]
    assert said == [
        "Importer",
        "Umucyo Traders",
        f"{cast.importer.pk} owner of {cast.importer_firm.pk}",
        "test.happened test 1",
        f"a {entry.pk}",
    ]


@pytest.mark.parametrize(("model", "column"), [(Organization, "kind"), (Membership, "role")])
def test_every_choice_fits_its_column(model: type[models.Model], column: str) -> None:
    field = model._meta.get_field(column)
    assert isinstance(field, models.CharField)
    assert field.max_length is not None
    assert [value for value, _label in field.flatchoices if len(value) > field.max_length] == []
