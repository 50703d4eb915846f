"""The triage board as the office sees it: its order, its queues, their numbers, and what it costs to show."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from decimal import Decimal
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from cargo.models import Consignment, Exposure
from cargo.registration import Particulars, register
from liaison.models import Organization, Person
from tests.conftest import AT, Cast
from tests.tickets.conftest import opened
from tickets.handling import assign, snooze
from tickets.handovers import hand_over, pause
from tickets.models import Ticket
from tickets.resolving import resolve

As = Callable[[Person | None], Client]
BOARD = "/tickets/board/"
HOUR = timedelta(hours=1)


def shown(client: Client, query: str = "") -> list[str]:
    return [row["title"] for row in client.get(BOARD + query).context["rows"]]


def stands(title: str, **facts: Any) -> None:
    Ticket.objects.filter(title=title).update(**facts)


@pytest.mark.parametrize(
    ("part", "status"), [("importer", 403), ("agent", 403), ("stranger", 403), ("desk", 403), ("official", 403)]
)
def test_it_is_the_offices_alone(ticket: Ticket, cast: Cast, as_person: As, part: str, status: int) -> None:
    assert as_person(cast.people()[part]).get(BOARD).status_code == status
    assert (as_person(cast.officer).get(BOARD).status_code, as_person(None).get(BOARD).status_code) == (200, 302)


def test_what_is_over_is_not_on_it(ticket: Ticket, cast: Cast, as_person: As) -> None:
    resolve(ticket=opened(cast, title="Over"), cause="port", words="x", by=cast.officer, at=timezone.now())
    assert shown(as_person(cast.officer)) == ["Box not loaded"]


def test_what_breaks_first_comes_first_and_of_those_what_costs_most(ticket: Ticket, cast: Cast, as_person: As) -> None:
    now = timezone.now()
    facts: dict[str, tuple[timedelta | None, str | None]] = {
        "Late, cheap": (-HOUR, "10"),
        "Late, dear": (-HOUR, "900"),
        "Late, unknown": (-9 * HOUR, None),
        "Soon": (HOUR, "5000"),
        "Today": (9 * HOUR, "9000"),
        "Later": (90 * HOUR, "9000"),
        "Never": (None, "9999"),
    }
    for title, (due, usd) in facts.items():
        opened(cast, title=title)
        stands(title, next_breach_at=now + due if due else None, usd_at_risk=usd and Decimal(usd), risk_at=now)
    stands("Box not loaded", snoozed_until=now + HOUR)
    assert shown(as_person(cast.officer)) == [
        *("Late, dear", "Late, cheap", "Late, unknown", "Soon", "Today", "Later", "Never"),
    ]


def test_the_sum_is_of_the_queue_that_is_shown_and_counts_cargo_once(
    cast: Cast, categories: None, kpa: Organization, consignment: Consignment, as_person: As
) -> None:
    now, officer = timezone.now(), as_person(cast.officer)
    second = register(particulars=Particulars(consignee=cast.importer_firm, containers=["MSCU1234566"]), by=None, at=AT)
    for each, usd in ((consignment, "100.25"), (second, "50")):
        Exposure.objects.create(consignment=each, tomorrow=Decimal(usd), reckoned_at=now)
    opened(cast, consignment, title="One")
    hand_over(ticket=opened(cast, consignment, second, title="Both"), agency=kpa, words="x", by=cast.officer, at=now)
    hand_over(ticket=opened(cast, second, title="Again"), agency=kpa, words="x", by=cast.officer, at=now)
    assign(ticket=opened(cast, title="Without cargo"), to=cast.officer, by=cast.officer, at=now)
    queries = ("", f"?queue=agency-{kpa.pk}", "?queue=office", "?queue=mine")
    sums = [officer.get(BOARD + query).context["usd_at_risk"] for query in queries]
    assert sums == [Decimal("150.25"), Decimal("150.25"), Decimal("100.25"), None]


def test_the_numbers_of_the_queues_are_of_all_whichever_is_shown(
    ticket: Ticket, cast: Cast, kpa: Organization, as_person: As
) -> None:
    now, officer = timezone.now(), as_person(cast.officer)
    kra = Organization.objects.get(name="KRA")
    for title, agency in (("One", kra), ("Two", kra), ("Three", kpa)):
        hand_over(ticket=opened(cast, title=title), agency=agency, words="x", by=cast.officer, at=now)
    pause(ticket=opened(cast, title="Waits"), waiting_on="importer", reason="x", by=cast.officer, at=now)
    snooze(ticket=opened(cast, title="Sleeps"), until=now + HOUR, by=cast.officer, at=now)
    stands("Two", next_breach_at=now - HOUR)
    stands("Box not loaded", next_breach_at=now - HOUR)
    for query in ("", "?queue=importer", "?queue=mine"):
        found = officer.get(BOARD + query).context
        counted = {row["label"]: (row.get("n"), row.get("late")) for row in found["queues"]}
        assert counted == {
            "All": (5, 2),
            "Mine": (None, None),
            "Nobody's": (None, None),
            "the liaison office": (1, 1),
            "the importer": (1, 0),
            "somebody outside": (0, 0),
            "KRA": (2, 1),
            "KPA": (1, 0),
        }
        assert list(counted)[-2:] == ["KRA", "KPA"]
        assert (found["late"], sum(row["is_current"] for row in found["queues"])) == (2, 1)


@pytest.mark.parametrize(
    "queue",
    [
        "%00",
        "agency-",
        "agency-x",
        "agency--1",
        "agency-9999999999999999999",
        "agency-%D9%A3",
        "fate",
        "x" * 300,
        "'--",
    ],
)
def test_a_queue_that_there_is_not_shows_all_or_nothing_and_no_fault(
    ticket: Ticket, cast: Cast, as_person: As, queue: str
) -> None:
    assert len(shown(as_person(cast.officer), f"?queue={queue}")) in (0, 1)


def test_mine_are_hers_who_looks(ticket: Ticket, cast: Cast, second: Person, as_person: As) -> None:
    assign(ticket=ticket, to=second, by=cast.officer, at=timezone.now())
    opened(cast, title="Nobody's")
    assert [shown(as_person(person), "?queue=mine") for person in (cast.officer, second)] == [[], ["Box not loaded"]]
    assert shown(as_person(second), "?queue=nobody") == ["Nobody's"]


def test_what_was_put_off_comes_back_at_its_time(ticket: Ticket, cast: Cast, as_person: As) -> None:
    officer, now = as_person(cast.officer), timezone.now()
    stands("Box not loaded", snoozed_until=now + HOUR)
    assert shown(officer) == []
    stands("Box not loaded", snoozed_until=now)
    assert shown(officer) == ["Box not loaded"]


def test_a_long_title_and_a_name_in_markup_are_harmless(ticket: Ticket, cast: Cast, as_person: As) -> None:
    Ticket.objects.update(title="<script>alert(1)</script>", tags=["<b>"])
    page = as_person(cast.officer).get(BOARD).content.decode()
    assert ("<script>alert" in page, "&lt;script&gt;alert(1)" in page) == (False, True)


def test_it_costs_the_same_with_few_and_with_many(ticket: Ticket, cast: Cast, kpa: Organization, as_person: As) -> None:
    officer = as_person(cast.officer)

    def cost() -> int:
        with CaptureQueriesContext(connection) as queries:
            officer.get(BOARD)
        return len(queries)

    hand_over(ticket=opened(cast, title="Handed"), agency=kpa, words="x", by=cast.officer, at=timezone.now())
    assert cost()
    few = cost()
    for number in range(6):
        more = opened(cast, title=f"More {number}")
        hand_over(ticket=more, agency=kpa, words="x", by=cast.officer, at=timezone.now())
    assert cost() == few <= 12
