"""The consignments' pages: the list, and one of them."""

from __future__ import annotations

from typing import Any

from django.db.models import Max, Prefetch
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.cache import patch_vary_headers
from django.utils.translation import gettext as _
from django_htmx.middleware import HtmxDetails

from cargo import presenting
from cargo.affected import affected_by, lying_ahead
from cargo.charge_lines import MoneyCard, binding_line, money_card
from cargo.finding import asked_for
from cargo.forecast_presenting import window_of
from cargo.forms import FindForm
from cargo.models import Consignment, ConsignmentQuerySet, Event, Forecast, Milestone, Nomination, Unit
from cargo.money import exchange_rates, money_here, money_of
from cargo.particulars import lines_of, may_act
from cargo.whereabouts import whereabouts
from feeds.models import Source
from liaison.models import Person
from liaison.paging import paginate
from liaison.permissions import allow, get_visible_or_404, person_of
from liaison.roles import OFFICE, TRADE, TRADE_WRITE

MOST_EVENTS = 200
REFRESH_S = 300


def _render(request: HttpRequest, template: str, part: str, context: dict[str, Any]) -> HttpResponse:
    """The page, or only its named part where HTMX asks for that; whoever keeps the answer keeps the two apart."""
    htmx: HtmxDetails = request.htmx  # type: ignore[attr-defined]
    is_part = htmx and not htmx.boosted and not htmx.history_restore_request
    response = render(request, f"{template}#{part}" if is_part else template, context)
    patch_vary_headers(response, ("HX-Request",))
    return response


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
    return _render(request, "cargo/consignment_list.html", "rows", context)


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


@allow(TRADE | OFFICE)
def consignment_detail(request: HttpRequest, ref: str) -> HttpResponse:
    """One consignment: where it is, who says so, who holds it, its milestones and its events."""
    related = ("consignee", "status__event__node", "status__event__source")
    consignment = get_visible_or_404(Consignment.objects.select_related(*related), request.user, ref=ref)
    forecast = consignment.forecasts.current().first()
    version = _version(consignment, forecast)
    if request.GET.get("seen") == version:
        return HttpResponse(status=204)
    milestones = list(consignment.milestones.select_related("event__node", "event__source").order_by("pk"))
    units = list(consignment.units.order_by("pk"))
    events = (
        Event.objects.visible_to(request.user)
        .filter(matches__consignment=consignment)
        .select_related("node", "source")
        .order_by("-occurred_at", "-pk")
    )
    context: dict[str, Any] = {
        "consignment": consignment,
        "money": _money(request, consignment, units, milestones),
        "status": presenting.status_line(consignment.status),
        "window": window_of(forecast, at=timezone.now()),
        "rail": presenting.rail_steps(consignment, milestones, len(units)),
        "units": presenting.unit_lines(units, milestones),
        "events": presenting.event_lines(consignment, events[:MOST_EVENTS]),
        "conflicts": presenting.conflicts(milestones),
        "trackers": whereabouts(consignment.pk),
        "ahead": lying_ahead(consignment.pk),
        "parties": _parties(request, consignment),
        "particulars": lines_of(consignment),
        "can_amend": may_act(person_of(request), consignment),
        "can_nominate": consignment.consignee_id in person_of(request).organization_ids(*TRADE_WRITE),
        "version": version,
    }
    return _render(request, "cargo/consignment_detail.html", "live", context)


def _money(
    request: HttpRequest, consignment: Consignment, units: list[Unit], milestones: list[Milestone]
) -> MoneyCard | None:
    """What it owes, for those who may see that."""
    found = money_here(consignment, units, milestones, viewer=request.user, at=timezone.now())
    if found is None:
        return None
    money, book = found
    return money_card(money, exchange_rates() if money.accrued.amount() else (), book.campaigns)


def _version(consignment: Consignment, forecast: Forecast | None) -> str:
    """Changes with every event and forecast, and now and then, for a page says how long ago things were heard."""
    latest = consignment.matches.aggregate(Max("pk"))["pk__max"]
    return f"{latest or 0}-{forecast.pk if forecast else 0}-{int(timezone.now().timestamp() // REFRESH_S)}"


def _parties(request: HttpRequest, consignment: Consignment) -> list[dict[str, str]]:
    """The consignee, and those nominated of whom the viewer may know."""
    named = Nomination.objects.visible_to(request.user).of(consignment).in_force(timezone.now())
    return [
        {"label": _("Consignee"), "name": consignment.consignee.name},
        *(
            {"label": nomination.get_task_display(), "name": nomination.nominee.name}
            for nomination in named.select_related("nominee").order_by("pk")
        ),
    ]
