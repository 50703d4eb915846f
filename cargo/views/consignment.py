"""One consignment's page, as its parties and the office see it."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from django.db.models import Max, OuterRef, Subquery
from django.http import HttpRequest, HttpResponse
from django.utils import timezone
from django.utils.translation import gettext as _

from cargo import presenting
from cargo.affected import lying_ahead
from cargo.charge_lines import MoneyCard, money_card
from cargo.deriving import happening_of
from cargo.forecast_presenting import window_of
from cargo.milestones import withdrawn
from cargo.models import Consignment, EventMatch, Forecast, Milestone, Nomination, Unit
from cargo.money import exchange_rates, money_here
from cargo.plain_words import one_line, standpoint
from cargo.usual import figures
from cargo.views.parts import render_part
from cargo.whereabouts import whereabouts
from liaison.permissions import allow, get_visible_or_404, person_of
from liaison.roles import OFFICE, TRADE, TRADE_WRITE

MOST_EVENTS = 200
REFRESH_S = 300


@allow(TRADE | OFFICE)
def consignment_detail(request: HttpRequest, ref: str) -> HttpResponse:
    """One consignment: where it is, who says so, who holds it, its milestones and its events."""
    consignment = _found(request, ref)
    forecast = consignment.forecasts.current().first()
    at = timezone.now()
    version = _version(consignment, forecast, at)
    if request.GET.get("seen") == version:
        return HttpResponse(status=204)
    context = _context(request, consignment, forecast, at) | {"version": version}
    return render_part(request, "cargo/consignment_detail.html", "live", context)


def _found(request: HttpRequest, ref: str) -> Consignment:
    related = ("consignee", "status__event__node", "status__event__source")
    latest = EventMatch.objects.filter(consignment=OuterRef("pk")).order_by().values("consignment")
    rows = Consignment.objects.select_related(*related).annotate(
        latest_match=Subquery(latest.annotate(latest=Max("pk")).values("latest"))
    )
    return get_visible_or_404(rows, request.user, ref=ref)


def _version(consignment: Consignment, forecast: Forecast | None, at: datetime) -> str:
    """Changes with every event and forecast, and now and then, for a page says how long ago things were heard."""
    latest = getattr(consignment, "latest_match", None) or 0
    return f"{latest}-{forecast.pk if forecast else 0}-{int(at.timestamp() // REFRESH_S)}"


def _context(request: HttpRequest, consignment: Consignment, forecast: Forecast | None, at: datetime) -> dict[str, Any]:
    milestones = list(consignment.milestones.select_related("event__node", "event__source").order_by("pk"))
    units = list(consignment.units.order_by("pk"))
    usual = figures()
    # Who sees a consignment sees every event of it.
    told = consignment.matches.select_related("event__node", "event__source")
    matches = list(told.order_by("-event__occurred_at", "-event__pk"))
    gone = withdrawn([happening_of(match) for match in matches])
    window = window_of(forecast, at=at)
    return {
        "consignment": consignment,
        "line": one_line(consignment.status, standpoint(milestones, usual), window, at=at),
        "money": _money(request, consignment, units, milestones),
        "status": presenting.status_line(consignment.status),
        "window": window,
        "rail": presenting.rail_steps(consignment, milestones, units, figures=usual, at=at),
        "units": presenting.unit_lines(units, milestones),
        "events": presenting.event_lines([match.event for match in matches[:MOST_EVENTS]], gone),
        "conflicts": presenting.conflicts(milestones),
        "trackers": whereabouts(consignment.pk),
        "ahead": lying_ahead(consignment.pk),
        "parties": _parties(request, consignment),
        "can_nominate": consignment.consignee_id in person_of(request).organization_ids(*TRADE_WRITE),
    }


def _money(
    request: HttpRequest, consignment: Consignment, units: Sequence[Unit], milestones: Sequence[Milestone]
) -> MoneyCard | None:
    """What it owes, for those who may see that."""
    found = money_here(consignment, units, milestones, viewer=request.user, at=timezone.now())
    if found is None:
        return None
    money, book = found
    return money_card(money, exchange_rates() if money.accrued.amount() else (), book.campaigns)


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
