"""Everything that the page of one consignment shows, put together in few queries."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from django.db.models import Max, OuterRef, Subquery
from django.utils.translation import gettext as _

from cargo import presenting
from cargo.affected import lying_ahead
from cargo.authorities import contacts
from cargo.charge_lines import MoneyCard, money_card
from cargo.checklist import checklist
from cargo.checklist_lines import check_lines
from cargo.deriving import happening_of
from cargo.forecast_presenting import window_of
from cargo.milestones import withdrawn
from cargo.models import Consignment, ConsignmentQuerySet, EventMatch, Forecast, Milestone, Nomination, Unit
from cargo.money import exchange_rates, money_here
from cargo.plain_words import one_line, standpoint
from cargo.usual import figures
from cargo.whereabouts import whereabouts
from liaison.models import Person
from liaison.roles import OFFICE, TRADE_WRITE

MOST_EVENTS = 200
REFRESH_S = 300


def rows() -> ConsignmentQuerySet:
    """Consignments with all that a page needs of one at once: its status, and the latest event matched to it."""
    latest = EventMatch.objects.filter(consignment=OuterRef("pk")).order_by().values("consignment")
    related = ("consignee", "status__event__node", "status__event__source")
    return Consignment.objects.select_related(*related).annotate(
        latest_match=Subquery(latest.annotate(latest=Max("pk")).values("latest"))
    )


def version(consignment: Consignment, forecast: Forecast | None, *, at: datetime) -> str:
    """Changes with every event and forecast, and now and then, for a page says how long ago things were heard."""
    latest = getattr(consignment, "latest_match", None) or 0
    return f"{latest}-{forecast.pk if forecast else 0}-{int(at.timestamp() // REFRESH_S)}"


def contents(consignment: Consignment, forecast: Forecast | None, *, viewer: Person, at: datetime) -> dict[str, Any]:
    """What the page shows to a viewer who may see the consignment, which came with its status (``rows``)."""
    milestones = list(consignment.milestones.select_related("event__node", "event__source").order_by("pk"))
    units = list(consignment.units.order_by("pk"))
    usual = figures()
    window = window_of(forecast, at=at)
    return {
        "consignment": consignment,
        "line": one_line(consignment.status, standpoint(milestones, usual), window, at=at),
        "money": _money(consignment, units, milestones, viewer=viewer, at=at),
        "status": presenting.status_line(consignment.status),
        "window": window,
        "rail": presenting.rail_steps(consignment, milestones, units, figures=usual, at=at),
        "units": presenting.unit_lines(units, milestones),
        "conflicts": presenting.conflicts(milestones),
        "trackers": whereabouts(consignment.pk),
        "ahead": lying_ahead(consignment.pk),
        "parties": _parties(consignment, viewer=viewer, at=at),
        "can_nominate": consignment.consignee_id in viewer.organization_ids(*TRADE_WRITE),
        "is_office": bool(viewer.roles & OFFICE),
        **_told(consignment, units),
    }


def _told(consignment: Consignment, units: Sequence[Unit]) -> dict[str, Any]:
    """What sources said, and what follows for the releases; one query. Who sees a consignment sees all of that."""
    told = consignment.matches.select_related("event__node", "event__source")
    matches: list[EventMatch] = list(told.order_by("-event__occurred_at", "-event__pk"))
    happenings = [happening_of(match) for match in matches]
    items = checklist(happenings, [unit.pk for unit in units], consignment.cargo_kind)
    return {
        "events": presenting.event_lines([match.event for match in matches[:MOST_EVENTS]], withdrawn(happenings)),
        "checklist": check_lines(items, {match.event_id: match.event for match in matches}, contacts()),
    }


def _money(
    consignment: Consignment,
    units: Sequence[Unit],
    milestones: Sequence[Milestone],
    *,
    viewer: Person,
    at: datetime,
) -> MoneyCard | None:
    """What it owes, for those who may see that."""
    found = money_here(consignment, units, milestones, viewer=viewer, at=at)
    if found is None:
        return None
    money, book = found
    return money_card(money, exchange_rates() if money.accrued.amount() else (), book.campaigns)


def _parties(consignment: Consignment, *, viewer: Person, at: datetime) -> list[dict[str, str]]:
    """The consignee, and those nominated of whom the viewer may know."""
    named = Nomination.objects.visible_to(viewer).of(consignment).in_force(at)
    return [
        {"label": _("Consignee"), "name": consignment.consignee.name},
        *(
            {"label": nomination.get_task_display(), "name": nomination.nominee.name}
            for nomination in named.select_related("nominee").order_by("pk")
        ),
    ]
