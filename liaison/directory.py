"""The stakeholder directory: finding organisations, what other apps count of them, and whom to call for what."""

from __future__ import annotations

import re
from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass, field

from django.conf import settings
from django.db.models import Exists, OuterRef, Q, QuerySet
from django.db.models.functions import Lower
from django.utils.module_loading import import_string
from django_stubs_ext import StrPromise

from liaison.concerns import LEADS, Concern
from liaison.identifiers import compact
from liaison.models import FocalPoint, Identifier, Membership, Organization, Person
from liaison.roles import Role

# Below, PostgreSQL's trigrams are of no use, and nearly everything would be found.
SHORTEST = 3
FEWEST_DIGITS = 4
# How many people words may name and still be looked up by their people.
COMMON = 2000
_TELEPHONE = re.compile(r"[\d\s()+./-]+")


@dataclass(frozen=True, slots=True)
class Figure:
    """What an app above counts of organisations: a column of the directory (settings.DIRECTORY_FIGURES).

    ``count`` gives the number by organisation for all the ids that it is given, in one query; who is missing has none.
    ``url`` leads to those that were counted of one organisation.
    """

    name: str
    label: StrPromise
    count: Callable[[Collection[int]], Mapping[int, int]]
    url: Callable[[int], str]


@dataclass(frozen=True, slots=True)
class Counted:
    """A figure of one organisation."""

    label: StrPromise
    number: int
    url: str


@dataclass(frozen=True, slots=True)
class Contact:
    """Whom to call at an organisation first."""

    name: str
    phone: str
    email: str


@dataclass(slots=True)
class Call:
    """Whom to call for a concern at one organisation; ``organization`` is None where nobody is in charge at all."""

    concern: Concern
    organization: Organization | None = None
    first: FocalPoint | None = None
    deputies: list[FocalPoint] = field(default_factory=list)

    @property
    def leads(self) -> str:
        """The agencies that lead, for whoever has to close a gap."""
        return ", ".join(LEADS.get(self.concern, ()))


def figures() -> list[Figure]:
    """All that the apps contribute, in the order of settings.DIRECTORY_FIGURES."""
    return [figure for name in settings.DIRECTORY_FIGURES for figure in import_string(name)]


def figures_of(organizations: Collection[int]) -> dict[int, list[Counted]]:
    """Every figure of each of the organisations; as many queries as there are figures."""
    counted: dict[int, list[Counted]] = {pk: [] for pk in organizations}
    for figure in figures():
        numbers = figure.count(organizations) if organizations else {}
        for pk, shown in counted.items():
            shown.append(Counted(figure.label, numbers.get(pk, 0), figure.url(pk)))
    return counted


def by_name(rows: QuerySet[Organization]) -> QuerySet[Organization]:
    """With their ``sort_name``, by which the directory is sorted and paged."""
    return rows.annotate(sort_name=Lower("name"))


def search(rows: QuerySet[Organization], words: str) -> QuerySet[Organization]:
    """Those that the words name; all for no words, and for one or two letters those with them in their name.

    Words are a part of a name, an e-mail address or a telephone number, of the organisation, its people or its focal
    points, or the beginning of one of its numbers. One query at once, for the people.
    """
    text = words.strip()
    if not text:
        return rows
    if len(text) < SHORTEST:
        return rows.filter(name__icontains=text)
    anybody = Q(name__icontains=text) | Q(email__icontains=text)
    digits = re.sub(r"\D", "", text).lstrip("0")
    if _TELEPHONE.fullmatch(text) and len(digits) >= FEWEST_DIGITS:
        anybody |= Q(phone__icontains=digits)
    people = Person.objects.filter(anybody)
    few = list(people.values_list("pk", flat=True)[: COMMON + 1])
    numbers = Identifier.objects.filter(_begins(text))
    if len(few) > COMMON:
        return _walked(rows, anybody, people, numbers)
    # Each part is answered by its own index; one condition over all of the tables would be by none.
    named = Organization.objects.filter(anybody).order_by().values_list("pk")
    parts = [Membership.objects.filter(person__in=few), FocalPoint.objects.filter(anybody), numbers]
    return rows.filter(pk__in=named.union(*(part.values_list("organization") for part in parts)))


def _walked(
    rows: QuerySet[Organization], anybody: Q, people: QuerySet[Person], numbers: QuerySet[Identifier]
) -> QuerySet[Organization]:
    """For words that name a good part of everybody: one organisation after the other is asked, until enough are found.

    Two bounds in place of one equation keep PostgreSQL from looking at all their people first.
    """
    here = {"organization__gte": OuterRef("pk"), "organization__lte": OuterRef("pk")}
    members = Membership.objects.filter(person__in=people, **here)
    points = FocalPoint.objects.filter(anybody, **here)
    return rows.filter(anybody | Exists(members) | Exists(points) | Exists(numbers.filter(**here)))


def _begins(text: str) -> Q:
    """How a number begins, as it is kept; TINs are written with dashes, too, and kept without."""
    number = compact(text) or text
    return Q(value__startswith=number) | Q(value__startswith=number.replace("-", "") or number)


def contacts_of(organizations: Collection[int]) -> dict[int, Contact]:
    """Whom to call first at each of the organisations: the first focal point, else an owner; two queries."""
    owners = Membership.objects.filter(role=Role.OWNER, suspended_at__isnull=True, person__is_active=True)
    owners = owners.filter(organization__in=organizations).order_by("organization", "pk").distinct("organization")
    points = FocalPoint.objects.filter(organization__in=organizations).order_by("organization", "rank", "pk")
    found = [
        *owners.values_list("organization", "person__name", "person__phone", "person__email"),
        *points.distinct("organization").values_list("organization", "name", "phone", "email"),
    ]
    return {pk: Contact(*contact) for pk, *contact in found}


def numbers_of(organizations: Collection[int]) -> dict[int, list[str]]:
    """The numbers by which authorities know each of the organisations."""
    numbers: dict[int, list[str]] = {pk: [] for pk in organizations}
    found = Identifier.objects.filter(organization__in=organizations).order_by("organization", "scheme")
    for pk, value in found.values_list("organization", "value"):
        numbers[pk].append(value)
    return numbers


def who_to_call(points: QuerySet[FocalPoint]) -> list[Call]:
    """For each concern the organisations with somebody in charge of it, or a line that says that there is nobody."""
    called = points.exclude(concerns=[]).filter(organization__standing=Organization.Standing.VERIFIED)
    rows = list(called.select_related("organization").order_by("rank", "pk"))
    return [line for concern in Concern for line in _calls(concern, rows)]


def _calls(concern: Concern, points: list[FocalPoint]) -> list[Call]:
    lines: dict[int, Call] = {}
    for point in points:
        if concern not in point.concerns:
            continue
        line = lines.setdefault(point.organization_id, Call(concern, point.organization))
        if line.first is None and point.rank == 1:
            line.first = point
        else:
            line.deputies.append(point)
    return list(lines.values()) or [Call(concern)]
