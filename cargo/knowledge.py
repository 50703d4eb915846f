"""What the portal knows already of goods that somebody wants to register: her own, those of others, those reported."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass, field

from django.db.models.functions import Coalesce

from cargo.models import Consignment, ConsignmentQuerySet, Event, Unit
from cargo.numbers import compact
from cargo.registration import Particulars, kept_number
from liaison.models import Person
from liaison.roles import OFFICE

MOST_OF_A_BILL = 200


@dataclass(frozen=True, slots=True)
class Named:
    """A container of a bill of lading, and the sources that name the two together."""

    container: str
    sources: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Known:
    """What is known of goods: the consignment that the person sees of them already, or that they need a proof.

    ``holder`` is the consignment of others, which nobody but the office may be told of.
    """

    pk: int | None = None
    ref: str = ""
    holder: int | None = None
    is_reported: bool = False

    @property
    def needs_proof(self) -> bool:
        """Whether another firm has registered them, or a source names a declaration without what goes with it."""
        return self.pk is None and (self.holder is not None or self.is_reported)


@dataclass(slots=True)
class _Numbers:
    """The numbers of goods as they are kept."""

    bill: str
    boxes: list[str]
    declarations: list[str]
    direction: str


@dataclass(slots=True)
class _Held:
    """Who has which number: the consignments by number, each with its bill of lading and reference, and those of boxes
    with their direction.
    """

    by_bill: dict[str, list[int]] = field(default_factory=dict)
    by_box: dict[str, list[int]] = field(default_factory=dict)
    by_declaration: dict[str, list[int]] = field(default_factory=dict)
    bills: dict[int, str] = field(default_factory=dict)
    refs: dict[int, str] = field(default_factory=dict)
    directions: dict[int, str] = field(default_factory=dict)


def known_to(person: Person, particulars: Particulars) -> Known:
    """What the portal knows of these goods, as far as the person is concerned."""
    return known_among(person, [particulars])[0]


def known_among(person: Person, many: Sequence[Particulars]) -> list[Known]:
    """As ``known_to``, for many at once; a handful of queries. The office needs no proof: it sees all that there is."""
    numbers = [_numbers(particulars) for particulars in many]
    held = _held(numbers)
    seen = set(Consignment.objects.visible_to(person).filter(pk__any=list(held.refs)).values_list("pk", flat=True))
    reported = set() if person.roles & OFFICE else _reported(numbers)
    return [_known(each, held, seen, is_reported=place in reported) for place, each in enumerate(numbers)]


def _known(numbers: _Numbers, held: _Held, seen: Collection[int], *, is_reported: bool) -> Known:
    same = held.by_bill.get(numbers.bill, []) if numbers.bill else []
    boxed = [pk for box in numbers.boxes for pk in held.by_box.get(box, [])]
    # A box that is used again goes under another bill of lading, or the other way.
    again = [pk for pk in boxed if not numbers.bill or not held.bills[pk]]
    one_way = [pk for pk in again if held.directions[pk] == numbers.direction]
    mine = [pk for pk in (*same, *one_way) if pk in seen]
    declared = [pk for number in numbers.declarations for pk in held.by_declaration.get(number, [])]
    others = [pk for pk in (*same, *boxed, *declared) if pk not in seen]
    pk = mine[0] if mine else None
    return Known(pk, held.refs[pk] if pk else "", others[0] if others else None, is_reported)


def holder_of(particulars: Particulars) -> Consignment | None:
    """The consignment that has any number of these goods, whosever it is."""
    numbers = _numbers(particulars)
    known = _known(numbers, _held([numbers]), (), is_reported=False)
    return Consignment.objects.filter(pk=known.holder or 0).select_related("consignee").first()


def rest_of(particulars: Particulars) -> list[Named]:
    """The other containers that sources name with the bill of lading, for whoever knows one of them."""
    numbers = _numbers(particulars)
    if not numbers.bill or not numbers.boxes:
        return []
    named = Event.objects.filter(bill_of_lading=numbers.bill).exclude(container="")
    if not named.filter(container__in=numbers.boxes).exists():
        return []
    others: dict[str, list[str]] = {}
    pairs = named.exclude(container__in=numbers.boxes).values_list("container", "source__name").distinct()
    for container, source in pairs.order_by("container", "source__name")[:MOST_OF_A_BILL]:
        others.setdefault(container, []).append(source)
    return [Named(container, tuple(sources)) for container, sources in others.items()]


def number_of(particulars: Particulars) -> str:
    """The number by which goods are called: the bill of lading, else a container, else a declaration."""
    numbers = _numbers(particulars)
    return next(iter([*filter(None, [numbers.bill]), *numbers.boxes, *numbers.declarations]), "")


def _numbers(particulars: Particulars) -> _Numbers:
    return _Numbers(
        kept_number(particulars.bill_of_lading),
        [number for number in map(compact, particulars.containers) if number],
        [number for number in map(kept_number, (particulars.rw_declaration, particulars.kra_entry)) if number],
        particulars.direction,
    )


def _held(many: Sequence[_Numbers]) -> _Held:
    """Four queries: each has an index of its own."""
    held = _Held()
    bills = sorted({numbers.bill for numbers in many if numbers.bill})
    boxes = sorted({box for numbers in many for box in numbers.boxes})
    declarations = sorted({number for numbers in many for number in numbers.declarations})
    columns = ("pk", "ref", "bill_of_lading")
    found = Consignment.objects.filter(bill_of_lading__any=bills).exclude(bill_of_lading="")
    for number, pk, ref, bill in _wholes(found, "bill_of_lading"):
        _note(held, held.by_bill, number, pk, ref, bill)
    now = Unit.objects.filter(container__any=boxes, tracked_until__isnull=True)
    under_way = now.filter(consignment__in=Consignment.objects.open()).order_by("-consignment")
    boxed = (f"consignment__{name}" for name in (*columns, "direction"))
    for box, pk, ref, bill, direction in under_way.values_list("container", *boxed):
        _note(held, held.by_box, box, pk, ref, bill)
        held.directions[pk] = direction
    for column in ("rw_declaration", "kra_entry"):
        declared = Consignment.objects.filter(**{f"{column}__any": declarations}).exclude(**{column: ""})
        for number, pk, ref, bill in _wholes(declared, column):
            _note(held, held.by_declaration, number, pk, ref, bill)
    return held


def _wholes(found: ConsignmentQuerySet, column: str) -> Iterable[tuple[str, int, str, str]]:
    """A number of each with the id and the reference of what it was merged into, or its own, and its bill; the latest
    first.
    """
    whole = found.with_into().annotate(whole=Coalesce("merged_into", "pk"), whole_ref=Coalesce("into", "ref"))
    return whole.order_by("-pk").values_list(column, "whole", "whole_ref", "bill_of_lading")


def _note(held: _Held, by: dict[str, list[int]], number: str, pk: int, ref: str, bill: str) -> None:
    by.setdefault(number, []).append(pk)
    held.refs[pk], held.bills[pk] = ref, bill


def _reported(many: Sequence[_Numbers]) -> set[int]:
    """The places of those of which sources name a declaration, but never with one of their containers.

    Declarations are numbered one after the other, so that they can be guessed. A bill of lading cannot, and carriers
    tell whoever knows one where the goods are.
    """
    every = sorted({number for numbers in many for number in numbers.declarations})
    if not every:
        return set()
    named: dict[str, set[str]] = {}
    rows = Event.objects.filter(declaration__any=every).exclude(declaration="")
    for number, container in rows.values_list("declaration", "container").distinct():
        named.setdefault(number, set()).add(container)
    return {
        place
        for place, numbers in enumerate(many)
        if any(number in named and not named[number] & set(numbers.boxes) for number in numbers.declarations)
    }
