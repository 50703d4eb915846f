"""Consignments for people's own programs: what they may see of them on the pages, as data."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django.core.exceptions import ValidationError as InvalidChange
from django.db import transaction
from django.db.models import QuerySet
from django.forms import model_to_dict
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from rest_framework.exceptions import PermissionDenied, ValidationError
from rest_framework.request import Request
from rest_framework.response import Response

from api.answers import is_as_seen, wants
from api.bodies import body_of
from api.description import cargo
from api.description.calls import described
from api.description.vocabulary import json_of, page
from api.description.vocabulary import ref as shape_of
from api.doors import caller, door, may_see_money
from api.idempotency import once
from api.paging import Filter, answer, one_of, since
from api.problems import problem
from api.registering import WRITABLE, Consignees, plain, typed
from api.shapes import consignment_shape, event_shape, forecast_shape, milestone_shapes
from cargo.claims import admit
from cargo.matching import lock_exclusive
from cargo.models import Consignment, ConsignmentQuerySet, Event, Forecast, Status, Unit
from cargo.numbers import compact
from cargo.particulars import amend, may_act
from cargo.register_forms import GoodsForm, RegisterForm
from cargo.rows import Row, boxes_of, money_of_rows, whole_rows
from liaison.permissions import get_visible_or_404
from liaison.roles import OFFICE, TRADE_WRITE


@described(
    "list_consignments",
    gettext_lazy("Your consignments"),
    answers={200: page("Consignment")},
    filters=cargo.CONSIGNMENT_FILTERS,
)
@described(
    "register_consignment",
    gettext_lazy("Register one"),
    method="POST",
    takes=json_of("NewConsignment"),
    answers={200: shape_of("Consignment"), 201: shape_of("Consignment")},
    refusals=(409,),
)
@door("GET", "POST")
@once
def consignments(request: Request) -> Response:
    """The caller's consignments, what moved last first; POST registers one."""
    if request.method == "POST":
        return _register(request)
    return answer(
        request,
        whole_rows().standing_for(caller(request)).whole(),
        filters=FILTERS,
        order="-moved_at",
        shapes=lambda found: _shapes([Row._make(each) for each in found], request),
    )


@described("get_consignment", gettext_lazy("One consignment"), answers={200: shape_of("Consignment")}, refusals=(404,))
@described(
    "change_consignment",
    gettext_lazy("Change what is said of its goods"),
    method="PATCH",
    takes=json_of("ConsignmentChange"),
    answers={200: shape_of("Consignment")},
    refusals=(404, 412),
)
@door("GET", "PATCH")
@once
def consignment(request: Request, ref: str) -> Response:
    """One consignment; PATCH changes what is said of the goods."""
    if request.method == "PATCH" and (refused := _change(request, ref)):
        return refused
    return Response(_shapes([_one(request, ref)], request)[0])


@described(
    "list_events",
    gettext_lazy("All that was said of it"),
    answers={200: page("Event")},
    filters=cargo.EVENT_FILTERS,
    refusals=(404,),
)
@door("GET")
def events(request: Request, ref: str) -> Response:
    """All that was said of a consignment, the latest happening first; what was withdrawn is there too."""
    rows = Event.objects.visible_to(caller(request)).filter(matches__consignment=_bare(request, ref))
    filters = {"kind": _named("kind"), "classifier": one_of("classifier", lambda: list(Event.Classifier.values))}
    return answer(
        request, rows.select_related("node", "source"), filters=filters, order="-occurred_at", shape=event_shape
    )


@described("list_milestones", gettext_lazy("Its whole way in order"), answers={200: page("Milestone")}, refusals=(404,))
@door("GET")
def milestones(request: Request, ref: str) -> Response:
    """The milestones of a consignment in their usual order; unknown is said as unknown."""
    held = _bare(request, ref)
    rows = held.milestones.select_related("event__node", "event__source", "unit").order_by("pk")
    return Response({"next": None, "previous": None, "results": milestone_shapes(held, rows)})


@described(
    "list_forecasts",
    gettext_lazy("Every forecast as it was made"),
    answers={200: page("Forecast")},
    filters={},
    refusals=(404,),
)
@door("GET")
def forecasts(request: Request, ref: str) -> Response:
    """Every forecast of its arrival as it was made, the latest first."""
    rows = Forecast.objects.visible_to(caller(request)).filter(consignment=_bare(request, ref))
    return answer(request, rows, filters={}, order="-made_at", shape=forecast_shape)


def _bare(request: Request, ref: str) -> Consignment:
    held: Consignment = get_visible_or_404(Consignment.objects, caller(request), ref=ref.upper())
    return held


def _one(request: Request, ref: str) -> Row:
    found: Any = get_visible_or_404(whole_rows(), caller(request), ref=ref.upper())
    return Row._make(found)


def _shapes(found: Sequence[Row], request: Request) -> list[dict[str, Any]]:
    is_shown = may_see_money(request) and wants(request, "money")
    at, boxes = timezone.now(), boxes_of(found)
    money = money_of_rows(found, boxes, viewer=caller(request), at=at) if is_shown else {}
    return [
        consignment_shape(row, [number for _unit, number, _size in boxes[row.pk]], money.get(row.pk), at=at)
        for row in found
    ]


def _register(request: Request) -> Response:
    """The same form as the page's, so the same rules and reasons."""
    person = caller(request)
    if not person.roles & (TRADE_WRITE | OFFICE):
        raise PermissionDenied(_("Your role may not register consignments."))
    form = RegisterForm(typed(body_of(request, WRITABLE), Consignees(person)), person=person)
    if not form.is_valid():
        raise ValidationError({name: [str(error) for error in errors] for name, errors in form.errors.items()})
    admission = admit(particulars=form.particulars(), proof=None, by=person, at=timezone.now())
    made = admission.registered or admission.known
    if made is None:
        return problem(409, _("The office must see first that these goods are yours. Claim them in the portal."))
    answer = Response(_shapes([_one(request, made.ref)], request)[0], status=201 if admission.registered else 200)
    answer["Location"] = f"{request.path}{made.ref}/"
    return answer


@transaction.atomic
def _change(request: Request, ref: str) -> Response | None:
    """Change it as it was seen, or the refusal: of two who change what both saw, one is told."""
    if "If-Match" in request.headers:
        lock_exclusive()
    if not is_as_seen(request, _shapes([_one(request, ref)], request)[0]):
        return problem(412, _("It has changed since you read it. Read it again first."))
    _amend(request, _bare(request, ref))
    return None


def _amend(request: Request, held: Consignment) -> None:
    """Change the fields that are given; PermissionDenied, or ValidationError by field."""
    person = caller(request)
    if not may_act(person, held):
        raise PermissionDenied(_("You may see this consignment, but not change it."))
    given = {name: str(value) for name, value in plain(body_of(request, GoodsForm.Meta.fields)).items()}
    form = GoodsForm({**model_to_dict(held, GoodsForm.Meta.fields), **given}, instance=held)
    if not form.is_valid():
        raise ValidationError({name: [str(error) for error in errors] for name, errors in form.errors.items()})
    changes = {name: form.cleaned_data[name] for name in given}
    try:
        amend(consignment=held, changes=changes, by=person, at=timezone.now())
    except InvalidChange as error:
        raise ValidationError(error.message_dict) from error


def _named(field: str) -> Filter:
    def by(rows: QuerySet[Any], words: str) -> QuerySet[Any]:
        return rows.filter(**{field: words[:20]})

    return by


def _search(rows: QuerySet[Any], words: str) -> QuerySet[Any]:
    assert isinstance(rows, ConsignmentQuerySet)
    return rows.search(words[:40])


def _state(rows: QuerySet[Any], words: str) -> QuerySet[Any]:
    if words == "open":
        assert isinstance(rows, ConsignmentQuerySet)
        return rows.open()
    if words not in Status.State.values:
        raise ValueError(_("One of: %(names)s.") % {"names": ", ".join(["open", *Status.State.values])})
    return rows.filter(status__state=words)


def _container(rows: QuerySet[Any], words: str) -> QuerySet[Any]:
    return rows.filter(pk__in=Unit.objects.filter(container=compact(words)[:17]).values("consignment"))


def _bill_of_lading(rows: QuerySet[Any], words: str) -> QuerySet[Any]:
    return rows.filter(bill_of_lading="".join(words.upper().split()))


FILTERS: dict[str, Filter] = {
    "q": _search,
    "state": _state,
    "cargo_kind": one_of("cargo_kind", lambda: list(Consignment.CargoKind.values)),
    "container": _container,
    "bill_of_lading": _bill_of_lading,
    "updated_since": since("status__changed_at__gte"),
}
