"""The crowd of the benchmark: as many as were asked for, each with a place, whatever the number."""

from __future__ import annotations

from django.db.models import Count

from demo.crowd import gather
from liaison.models import FocalPoint, Identifier, Membership, Organization, Person
from tests.conftest import AT


def test_everybody_has_a_place_and_every_firm_an_owner(db: None) -> None:
    gather(12, 30, at=AT)
    assert [model.objects.count() for model in (Organization, Person, Membership, Identifier, FocalPoint)] == [
        12, 30, 30, 12, 3,
    ]  # fmt: skip
    assert Organization.objects.filter(membership__role="owner").distinct().count() == 12
    sizes = Organization.objects.annotate(n=Count("membership")).values_list("n", flat=True)
    assert sorted(sizes) == [2] * 6 + [3] * 6


def test_the_same_crowd_comes_each_time(db: None) -> None:
    gather(3, 3, at=AT)
    names = sorted(Organization.objects.values_list("name", flat=True))
    Organization.objects.all().delete()
    Person.objects.all().delete()
    gather(3, 3, at=AT)
    assert sorted(Organization.objects.values_list("name", flat=True)) == names


def test_nobody_shares_a_number_or_an_address_and_nobody_can_sign_in(db: None) -> None:
    gather(20, 40, at=AT)
    for model, name in ((Person, "email"), (Person, "phone"), (Organization, "name"), (Identifier, "value")):
        values = list(model.objects.values_list(name, flat=True))
        assert len(set(values)) == len(values)
    assert [person.email for person in Person.objects.all() if person.has_usable_password()] == []
    assert [
        email for email in Person.objects.values_list("email", flat=True) if not email.endswith("@crowd.example")
    ] == []


def test_another_seed_is_another_crowd(db: None) -> None:
    names = []
    for seed in (1, 2):
        gather(5, 5, at=AT, seed=seed)
        names.append(sorted(Organization.objects.values_list("name", flat=True)))
        Organization.objects.all().delete()
        Person.objects.all().delete()
    assert names[0] != names[1]


def test_a_third_of_the_firms_was_spoken_with(db: None) -> None:
    gather(9, 9, at=AT)
    assert Organization.objects.filter(last_contact_at=AT).count() == 3
    assert Organization.objects.filter(last_contact_at__isnull=True).count() == 6
