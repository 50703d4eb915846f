"""Registering up to a thousand consignments in one call, each with its own result; what is good is done."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

from django.core.exceptions import ValidationError as InvalidRow
from django.forms.models import construct_instance
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from rest_framework.exceptions import PermissionDenied, ValidationError
from rest_framework.request import Request
from rest_framework.response import Response

from api.bodies import body_of, object_of
from api.description.calls import described
from api.description.vocabulary import json_of, ref
from api.doors import caller, door
from api.idempotency import once
from api.registering import WRITABLE, Consignees, typed
from cargo.admissions import admit_many
from cargo.claims import Admission
from cargo.models import Consignment
from cargo.numbers import compact
from cargo.register_forms import GoodsForm, RegisterForm
from cargo.registration import Particulars, kept_number
from liaison.models import Person
from liaison.roles import OFFICE, TRADE_WRITE

MOST = 1000


@dataclass(slots=True)
class _Item:
    """One of the list: what the form takes, and in the end what became of it."""

    said: dict[str, Any] = field(default_factory=dict)
    particulars: Particulars | None = None
    result: dict[str, Any] = field(default_factory=dict)

    def refuse(self, errors: Any) -> None:
        """It is not registered, for these reasons by field."""
        self.result = {"status": 400, "ref": None, "errors": errors}


class ItemForm(RegisterForm):
    """One consignment after the other of many, whose consignees were looked up together."""

    consignee = None  # type: ignore[assignment]

    class Meta:
        model = Consignment
        fields = [name for name in RegisterForm.Meta.fields if name != "consignee"]

    def __init__(self) -> None:
        GoodsForm.__init__(self, {})
        self.fields["direction"].required = False
        self._choices([])

    def faults(self, said: dict[str, Any]) -> dict[str, list[str]]:
        """Why it cannot be registered, by field."""
        self.data, self.instance, self.is_bound = said, Consignment(), True
        self.full_clean()
        return {name: [str(error) for error in found] for name, found in self.errors.items()}

    def _post_clean(self) -> None:
        """The model's fields are checked; its constraints would be asked of the database, row by row."""
        self.instance = construct_instance(self, self.instance, self.Meta.fields)
        not_said = {each.name for each in Consignment._meta.fields} - set(self.fields)
        try:
            self.instance.clean_fields(exclude=not_said | set(self.errors))
        except InvalidRow as error:
            self.add_error(None, error)


@described(
    "register_consignments",
    gettext_lazy("Register up to 1,000 at once, each with its own result"),
    method="POST",
    takes=json_of("NewConsignments"),
    answers={200: ref("Registrations")},
)
@door("POST")
@once
def consignments_bulk(request: Request) -> Response:
    """What became of each, by its place in the list: a wrong one holds up no other."""
    person = caller(request)
    if not person.roles & (TRADE_WRITE | OFFICE):
        raise PermissionDenied(_("Your role may not register consignments."))
    listed = body_of(request, ("consignments",)).get("consignments")
    if not isinstance(listed, list) or not 0 < len(listed) <= MOST:
        raise ValidationError({"consignments": [_("A list of 1 to %(most)s consignments.") % {"most": MOST}]})
    items = _read(listed, person)
    good = [item for item in items if item.particulars]
    admissions = admit_many(many=[item.particulars for item in good if item.particulars], by=person, at=timezone.now())
    for item, admission in zip(good, admissions, strict=True):
        item.result = _became(admission)
    results = [{"index": place, **item.result} for place, item in enumerate(items)]
    counts = {name: sum(row["status"] == status for row in results) for name, status in _COUNTED.items()}
    return Response({**counts, "refused": len(results) - sum(counts.values()), "results": results})


_COUNTED = {"registered": 201, "known": 200}


def _read(listed: Sequence[object], person: Person) -> list[_Item]:
    """Every item with its particulars, or with why it has none."""
    consignees, items = Consignees(person), [_Item() for _each in listed]
    for item, said in zip(items, listed, strict=True):
        try:
            item.said = typed(object_of(said, WRITABLE), consignees)
        except ValidationError as error:
            item.refuse(error.detail)
    form = ItemForm()
    for item in items:
        if not item.result:
            _check(item, form, consignees)
    _refuse_doubles(items)
    return items


def _check(item: _Item, form: ItemForm, consignees: Consignees) -> None:
    firm = consignees.rows.get(item.said.pop("consignee"))
    errors = form.faults(item.said)
    if firm is None:
        errors["consignee"] = [_("Name a consignee for whom you may register.")]
    if errors or firm is None:
        item.refuse(errors)
        return
    given = {name: value for name, value in form.cleaned_data.items() if name in _GIVEN}
    item.particulars = Particulars(consignee=firm, **given)


_GIVEN = tuple(name for name in WRITABLE if name != "consignee")


def _refuse_doubles(items: Sequence[_Item]) -> None:
    """The later of two that name the same goods says where the first is."""
    first: dict[str, int] = {}
    for place, item in enumerate(items):
        if item.particulars is None:
            continue
        bill = kept_number(item.particulars.bill_of_lading)
        numbers = [*([f"B/L {bill}"] if bill else []), *map(compact, item.particulars.containers)]
        before = next((first[number] for number in numbers if number in first), None)
        if before is None:
            first |= dict.fromkeys(numbers, place)
            continue
        item.particulars = None
        item.refuse({"__all__": [_("The same goods as in item %(place)s of this list.") % {"place": before}]})


def _became(admission: Admission) -> dict[str, Any]:
    made = admission.registered or admission.known
    if made is None:
        words = _("The office must see first that these goods are yours. Claim them in the portal.")
        return {"status": 409, "ref": None, "errors": {"__all__": [words]}}
    return {"status": 201 if admission.registered else 200, "ref": made.ref, "errors": None}
