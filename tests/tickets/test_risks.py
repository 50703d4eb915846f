"""What a day more costs: summed over a ticket's cargo, unknown where nobody can price it, kept with its time."""

from __future__ import annotations

from decimal import Decimal

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from cargo.models import Consignment, Unit
from cargo.money import money_of
from cargo.registration import Particulars, register
from cargo.tariffs import load_tariff
from feeds.models import Source
from tests.cargo.test_reading import BOX, OTHER_BOX, csv, row, take_in
from tests.conftest import AT, Cast
from tests.tickets.conftest import opened
from tickets.models import Ticket
from tickets.resolving import resolve
from tickets.risks import estimate_risks, risks_of
from tickets.tasks import estimate_risks as estimate_risks_task

NOW = timezone.now()


@pytest.fixture
def burning(cast: Cast, clerk: Source, consignment: Consignment) -> Consignment:
    """Both boxes stand in the port far beyond their free days."""
    load_tariff(at=AT)
    Unit.objects.update(size_type="22G1")
    take_in(clerk, csv(row("discharged", 24 * 20, box=BOX), row("discharged", 24 * 20 - 1, box=OTHER_BOX)))
    return consignment


def test_it_is_what_tomorrow_adds_over_all_consignments(cast: Cast, categories: None, burning: Consignment) -> None:
    second = register(particulars=Particulars(consignee=cast.importer_firm, containers=["MSCU1234566"]), by=None, at=AT)
    one, both = opened(cast, burning), opened(cast, burning, second)
    found = risks_of([one.pk, both.pk], at=NOW)
    tomorrow = money_of([burning], viewer=cast.officer, at=NOW)[burning.pk].tomorrow.amount()
    assert tomorrow
    assert tomorrow > 0
    assert found[one.pk] == tomorrow
    assert found[both.pk] == tomorrow + (
        money_of([second], viewer=cast.officer, at=NOW)[second.pk].tomorrow.amount() or 0
    )


def test_without_cargo_nothing_is_known(cast: Cast, categories: None) -> None:
    ticket = opened(cast)
    assert (risks_of([ticket.pk], at=NOW), ticket.usd_at_risk, ticket.risk_at) == ({ticket.pk: None}, None, None)


def test_open_tickets_are_estimated_anew_and_those_that_are_over_stay(
    cast: Cast, categories: None, burning: Consignment
) -> None:
    ticket, over = opened(cast, burning), opened(cast, burning)
    resolve(ticket=over, cause="port", words="x", by=cast.officer, at=NOW)
    Ticket.objects.update(usd_at_risk=Decimal(1), risk_at=AT)
    version = Ticket.objects.get(pk=ticket.pk).version
    assert estimate_risks(at=NOW) == 1
    ticket.refresh_from_db()
    over.refresh_from_db()
    assert ticket.usd_at_risk
    assert ticket.usd_at_risk > 1
    assert (ticket.risk_at, ticket.version, over.usd_at_risk, over.risk_at) == (NOW, version, Decimal(1), AT)
    estimate_risks_task()


def test_many_cost_as_many_queries_as_one(cast: Cast, categories: None, burning: Consignment) -> None:
    def cost() -> int:
        ids = list(Ticket.objects.values_list("pk", flat=True))
        with CaptureQueriesContext(connection) as queries:
            risks_of(ids, at=NOW)
        return len(queries)

    opened(cast, burning)
    few = cost()
    for _more in range(6):
        opened(cast, burning)
    assert cost() == few <= 7
