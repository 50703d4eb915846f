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
