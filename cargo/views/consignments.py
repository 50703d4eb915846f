"""The list of consignments."""

from __future__ import annotations

from typing import Any

from django.db.models import Prefetch
from django.http import HttpRequest, HttpResponse
from django.utils import timezone

from cargo import presenting
from cargo.affected import affected_by
from cargo.charge_lines import binding_line
from cargo.finding import asked_for
from cargo.forecast_presenting import window_of
from cargo.forms import FindForm
from cargo.models import Consignment, ConsignmentQuerySet, Forecast, Unit
from cargo.money import money_of
from cargo.views.parts import render_part
from feeds.models import Source
from liaison.models import Person
from liaison.paging import paginate
from liaison.permissions import allow, person_of
from liaison.roles import OFFICE, TRADE, TRADE_WRITE


@allow(TRADE | OFFICE)
def consignment_list(request: HttpRequest) -> HttpResponse:
    """The consignments that the person may see, what moved last first."""
    form = FindForm(request.GET)
    rows = _found(Consignment.objects.visible_to(request.user), form, person_of(request))
    # Every consignment has a status: said so, the database may begin with what moved last.
    related = rows.filter(status__isnull=False).select_related(
        "consignee", "status__event__node", "status__event__source"
    )
    page = paginate(
        related.prefetch_related(
            Prefetch("units", Unit.objects.order_by("pk")),
            Prefetch("forecasts", Forecast.objects.visible_to(request.user).current()),
        ),
        request,
        order="status__moved_at",
    )
    now = timezone.now()
    money = money_of(page.rows, viewer=request.user, at=now)
    context: dict[str, Any] = {
        "page": page,
        "rows": [
            {
                "consignment": consignment,
                "status": presenting.status_line(consignment.status),
                "window": window_of(next(iter(consignment.forecasts.all()), None), at=now),
                "unit_text": presenting.unit_text(list(consignment.units.all())),
                "binding": binding_line(money.get(consignment.pk)),
            }
            for consignment in page.rows
        ],
        "filter": form,
        "is_filtered": any(request.GET.get(name) for name in form.fields),
        "asked": asked_for(form),
        "can_register": bool(person_of(request).roles & (TRADE_WRITE | OFFICE)),
        "silent": Source.objects.visible_to(request.user).silent(),
    }
    return render_part(request, "cargo/consignment_list.html", "rows", context)


def _found(rows: ConsignmentQuerySet, form: FindForm, person: Person) -> ConsignmentQuerySet:
    if not form.is_valid():
        return rows
    asked = form.cleaned_data
    rows = rows.search(asked["q"])
    # Who else handles what one sees is the office's alone to ask.
    if asked["organization"] and person.roles & OFFICE:
        rows = rows.handled_by([asked["organization"]])
    if asked["affected"]:
        rows = rows.filter(pk__in=affected_by(asked["affected"]).values("pk"))
    if asked["state"]:
        rows = rows.open() if asked["state"] == "open" else rows.filter(status__state=asked["state"])
    return rows.filter(cargo_kind=asked["kind"]) if asked["kind"] else rows
