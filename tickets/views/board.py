"""The triage board: what breaks its promise next, and what it costs somebody."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from liaison.permissions import allow, person_of
from liaison.roles import OFFICE
from tickets.finding import by_urgency, in_queue, queues, team_queues
from tickets.likeness import alike
from tickets.models import Ticket
from tickets.presenting import BOARD_COLUMNS, board_row
from tickets.risks import day_costs

MOST_ROWS = 60


@require_safe
@allow(OFFICE)
def ticket_board(request: HttpRequest) -> HttpResponse:
    """The open tickets of a queue in the order of triage; what is put off is left out until its time."""
    at, person = timezone.now(), person_of(request)
    queue = request.GET.get("queue", "")[:24]
    rows = in_queue(Ticket.objects.visible_to(person).open().awake(at), queue, person)
    counted = queues(person, at=at)
    first = list(by_urgency(rows, at=at).values_list("pk", flat=True)[: MOST_ROWS + 1])
    # What stands beside the tickets is joined to those that are shown alone.
    shown = Ticket.objects.visible_to(person).filter(pk__in=first[:MOST_ROWS]).order_by().values(*BOARD_COLUMNS)
    found = {row["pk"]: row for row in shown}
    context: dict[str, Any] = {
        "rows": [board_row(found[pk], at=at) for pk in first if pk in found],
        "has_more": len(first) > MOST_ROWS,
        "queues": _queues(counted, team_queues(person, at=at), queue),
        "usd_at_risk": day_costs(rows),
        "alike": alike(at=at),
        "late": sum(row["late"] for row in counted),
    }
    return render(request, "tickets/ticket_board.html", context)


def _queues(counted: list[dict[str, Any]], teams: list[dict[str, Any]], chosen: str) -> list[dict[str, Any]]:
    """The queues with their numbers: all, mine, nobody's, each team, each side, each agency."""
    sides = dict(Ticket.Holder.choices)
    total = [{"queue": "", "label": _("All"), "n": _n(counted), "late": _late(counted)}]
    total += [{"queue": queue, "label": label} for queue, label in (("mine", _("Mine")), ("nobody", _("Nobody's")))]
    total += [{"queue": f"team-{row['pk']}", "label": row["name"], **row} for row in teams]
    for side in (Ticket.Holder.OFFICE, Ticket.Holder.IMPORTER, Ticket.Holder.OUTSIDE):
        rows = [row for row in counted if row["waiting_on"] == side]
        total.append({"queue": str(side), "label": sides[side], "n": _n(rows), "late": _late(rows)})
    agencies = [row for row in counted if row["waiting_on"] == Ticket.Holder.AGENCY]
    for row in sorted(agencies, key=lambda row: (-row["n"], row["agency__name"])):
        total.append({"queue": f"agency-{row['agency']}", "label": row["agency__name"], **row})
    return [{**row, "is_current": row["queue"] == chosen} for row in total]


def _n(rows: list[dict[str, Any]]) -> int:
    return sum(row["n"] for row in rows)


def _late(rows: list[dict[str, Any]]) -> int:
    return sum(row["late"] for row in rows)
