"""What a day more costs the cargo that open tickets are about: an estimate by the tariff, kept with its time."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from decimal import Decimal

from django.db.models import QuerySet, Sum

from cargo.models import Consignment, Exposure
from cargo.money import goods_of, load_book, moneys
from liaison.bulk import update_rows
from tickets.models import Ticket, TicketConsignment

BATCH = 500


def estimate_risks(*, at: datetime) -> int:
    """Estimate every open ticket anew; returns how many. What nobody can price is unknown and not nothing."""
    ids = list(Ticket.objects.open().order_by("pk").values_list("pk", flat=True))
    for start in range(0, len(ids), BATCH):
        _keep(risks_of(ids[start : start + BATCH], at=at), at)
    return len(ids)


def risks_of(tickets: Iterable[int], *, at: datetime) -> dict[int, Decimal | None]:
    """USD that tomorrow adds over the consignments of each ticket, by its id; five queries for however many."""
    concerned: dict[int, list[int]] = {pk: [] for pk in tickets}
    links = TicketConsignment.objects.filter(ticket__in=list(concerned))
    for ticket, consignment in links.values_list("ticket_id", "consignment_id"):
        concerned[ticket].append(consignment)
    adds = _what_tomorrow_adds({pk for found in concerned.values() for pk in found}, at)
    return {ticket: _sum(adds[pk] for pk in found) for ticket, found in concerned.items()}


def day_costs(tickets: QuerySet[Ticket]) -> Decimal | None:
    """USD that tomorrow adds over the cargo of these tickets, as last reckoned, each consignment once; None for
    unknown."""
    concerned = TicketConsignment.objects.filter(ticket__in=tickets.order_by().values("pk")).values("consignment")
    found = Exposure.objects.filter(consignment__in=concerned).aggregate(total=Sum("tomorrow"))
    total: Decimal | None = found["total"]
    return total


def _what_tomorrow_adds(consignments: set[int], at: datetime) -> dict[int, Decimal | None]:
    if not consignments:
        return {}
    rows = list(Consignment.objects.filter(pk__in=consignments).order_by("pk"))
    money = moneys(goods_of(rows), load_book(consignments), at=at)
    return {pk: each.tomorrow.amount() for pk, each in money.items()}


def _sum(amounts: Iterable[Decimal | None]) -> Decimal | None:
    known = [amount for amount in amounts if amount is not None]
    return sum(known, Decimal(0)) if known else None


def _keep(risks: dict[int, Decimal | None], at: datetime) -> None:
    """Beside the log and without a new version: an estimate is nobody's doing."""
    rows = [Ticket(pk=pk, usd_at_risk=amount, risk_at=at) for pk, amount in risks.items()]
    update_rows(rows, ["usd_at_risk", "risk_at"])
