"""Worklists: what stands on each and what does not, for whom, and in which order."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone

from cargo.alarms import raise_alarms
from cargo.exposures import reckon_costing
from cargo.forecasting import forecast_consignments
from cargo.models import Consignment, Exposure, Forecast, Nomination, Unit
from cargo.registration import Particulars, register
from cargo.tariffs import load_tariff
from cargo.worklists import BY_SLUG, WORKLISTS
from feeds.models import Source
from liaison.models import Person
from tests.cargo.test_reading import csv, row, take_in
from tests.conftest import AT, Cast
from tests.test_queries import box

As = Callable[[Person | None], Client]
DAY = 24


def shipped(cast: Cast, number: int, **more: Any) -> Consignment:
    particulars = Particulars(
        consignee=more.pop("consignee", cast.importer_firm), bill_of_lading=f"WL{number}", containers=[box(number)],
        **more,
    )  # fmt: skip
    made = register(particulars=particulars, by=None, at=timezone.now())
    Unit.objects.filter(consignment=made).update(size_type="22G1")
    return made


def on(slug: str) -> list[str]:
    rows = BY_SLUG[slug].rows(Consignment.objects.all(), timezone.now())
    return list(rows.order_by("bill_of_lading").values_list("bill_of_lading", flat=True))


def listed(client: Client, slug: str) -> list[str]:
    page = client.get(f"/consignments/?list={slug}")
    assert page.status_code == 200
    return [each.bill_of_lading for each in page.context["rows"]]


@pytest.fixture
def many(cast: Cast, clerk: Source) -> None:
    """Landed 30, 17, 13 and 2 days ago; delivered; still at sea."""
    load_tariff(at=AT)
    for number in range(6):
        shipped(cast, number)
    landed = {0: 30, 1: 17, 2: 13, 3: 2, 4: 20}
    events = [row("discharged", DAY * days, box=box(number)) for number, days in landed.items()]
    events += [
        row(kind, hours, box=box(4)) for kind, hours in (("gate_out", 200), ("arrived_kigali", 40), ("delivered", 30))
    ]
    take_in(clerk, csv(*events, row("vessel_departed", DAY * 3, box=box(5))))
    reckon_costing(at=timezone.now())


def test_each_list_holds_what_it_says(many: None, cast: Cast, clerk: Source) -> None:
    for number in (6, 7):
        shipped(cast, number, direction="export")
    take_in(clerk, csv(row("rra_released", DAY, box=box(7), node="rw-city-kigali")))
    assert {
        worklist.slug: on(worklist.slug) for worklist in WORKLISTS if worklist.slug not in ("stalled", "arriving")
    } == {
        "alarms": [],
        "silent": [],
        "money": ["WL0", "WL1", "WL2"],
        "long_stay": ["WL0"],
        "papers": ["WL0", "WL1", "WL2", "WL3", "WL6"],
        "empties": ["WL4"],
    }


def test_what_is_late_and_what_arrives_soon_follow_the_forecast(many: None) -> None:
    now = timezone.now()
    forecast_consignments(list(Consignment.objects.values_list("pk", flat=True)), at=now)
    Forecast.objects.update(reason="trips", p10=now, p50=now + timedelta(days=20), p90=now + timedelta(days=30))
    assert (on("stalled"), on("arriving")) == ([], [])
    late = Forecast.objects.filter(consignment__bill_of_lading="WL3")
    late.update(reason="late", p50=now + timedelta(days=6))
    assert (on("stalled"), on("arriving")) == (["WL3"], ["WL3"])
    late.update(is_current=False)
    assert (on("stalled"), on("arriving")) == ([], [])


def test_what_went_inland_by_rail_stays_no_more_in_the_port(many: None, clerk: Source) -> None:
    take_in(clerk, csv(row("railed_to_icd", DAY, box=box(1), node="ke-icd-naivasha")))
    assert on("long_stay") == ["WL0"]
    take_in(clerk, csv(row("railed_to_icd", DAY, box=box(0), node="ke-icd-naivasha")))
    assert on("long_stay") == []


@pytest.mark.parametrize(
    ("node", "left"), [("ke-icd-naivasha", True), ("ke-cfs-mombasa", True), ("ke-term-ct1", False)]
)
def test_what_was_moved_by_order_stays_no_more_in_the_port_unless_within_it(
    many: None, clerk: Source, node: str, left: bool
) -> None:
    take_in(clerk, csv(row("relocated", DAY, box=box(0), node=node)))
    assert on("long_stay") == ([] if left else ["WL0"])


def test_money_comes_first_where_it_burns_longest(many: None, cast: Cast, as_person: As) -> None:
    assert listed(as_person(cast.importer), "money") == ["WL0", "WL1", "WL2"]
    assert listed(as_person(cast.officer), "money") == ["WL0", "WL1", "WL2"]
    assert listed(as_person(cast.stranger), "money") == []


def test_to_stand_on_the_list_of_money_is_to_be_told_of_it(many: None, cast: Cast, as_person: As) -> None:
    now = timezone.now()
    nomination = Nomination.objects.create(
        principal=cast.importer_firm, nominee=cast.agent_firm, task="agent", starts_on=now.date() - timedelta(days=1),
        nominated_at=now, accepted_at=now,
    )  # fmt: skip
    agent = as_person(cast.agent)
    assert (listed(agent, "money"), listed(agent, "long_stay")) == ([], ["WL0"])
    nomination.may_see_money = True
    nomination.save(update_fields=["may_see_money"])
    assert listed(agent, "money") == ["WL0", "WL1", "WL2"]


def test_alarms_are_of_the_most_costly_and_for_those_who_may_see_the_money(
    many: None, cast: Cast, as_person: As, settings: Any
) -> None:
    """Of six open ones two; who sees the goods and not their charges sees neither the list nor a word of it."""
    now = timezone.now()
    settings.ALARM_BUDGET = "2"
    for number, expected in enumerate((900, 5000, 70, 3000)):
        row_of = Exposure.objects.filter(consignment__bill_of_lading=f"WL{number}")
        row_of.update(accrued=0, expected=expected, clock="port_storage", miss_chance=0.5)
    assert raise_alarms(at=now) == 2
    Nomination.objects.create(
        principal=cast.importer_firm, nominee=cast.agent_firm, task="agent", starts_on=now.date() - timedelta(days=1),
        nominated_at=now, accepted_at=now,
    )  # fmt: skip
    seen = [listed(as_person(each), "alarms") for each in (cast.importer, cast.officer, cast.agent, cast.stranger)]
    assert seen == [["WL1", "WL3"], ["WL1", "WL3"], [], []]
    words = "50 in 100; about USD\u00a05,000 to be lost yet"
    assert words in as_person(cast.importer).get("/consignments/?list=alarms").content.decode()
    ref = Consignment.objects.get(bill_of_lading="WL1").ref
    shown = [
        words in as_person(each).get(f"/consignments/{ref}/").content.decode() for each in (cast.importer, cast.agent)
    ]
    forecast_consignments([Consignment.objects.get(ref=ref).pk], at=now)
    after = [
        words in as_person(each).get(f"/consignments/{ref}/").content.decode() for each in (cast.importer, cast.agent)
    ]
    assert (shown, after) == ([False, False], [True, False])


def test_a_long_list_of_money_goes_on_where_it_ended(cast: Cast, clerk: Source, as_person: As) -> None:
    load_tariff(at=AT)
    for number in range(33):
        shipped(cast, number)
    take_in(clerk, csv(*(row("discharged", DAY * (16 + number), box=box(number)) for number in range(33))))
    reckon_costing(at=timezone.now())
    client = as_person(cast.importer)
    first = client.get("/consignments/?list=money")
    second = client.get(first.context["page"].next_url)
    found = [each.bill_of_lading for page in (first, second) for each in page.context["rows"]]
    assert found == [f"WL{number}" for number in range(32, -1, -1)]


def test_an_unknown_list_and_other_filters(many: None, cast: Cast, as_person: As) -> None:
    client = as_person(cast.importer)
    assert len(client.get("/consignments/?list=rubbish").context["rows"]) == 6
    narrowed = client.get("/consignments/?list=papers&q=WL3").context["rows"]
    assert [each.bill_of_lading for each in narrowed] == ["WL3"]
    text = client.get("/consignments/?list=long_stay").content.decode()
    assert "auctioned" in text
    assert 'href="/consignments/?list=long_stay"\n       aria-current="page"' in text


def test_what_is_over_is_exposed_no_more(many: None, clerk: Source) -> None:
    assert Exposure.objects.filter(consignment__bill_of_lading="WL4").count() == 1
    take_in(clerk, csv(row("delivered", 1, box=box(0)), row("empty_returned", 1, box=box(4))))
    reckon_costing(at=timezone.now())
    assert on("money") == ["WL1", "WL2"]
    assert Exposure.objects.filter(consignment__bill_of_lading="WL4").count() == 0


def test_an_empty_worklist_says_so_and_leads_to_all_of_them(cast: Cast, as_person: As) -> None:
    page = as_person(cast.officer).get("/consignments/?list=stalled").content.decode()
    empty = page.partition('class="empty"')[2].partition("</div>")[0]
    assert ("This list is empty now" in empty, 'href="/consignments/"' in empty) == (True, True)
    # The list itself narrows nothing that could be unfolded.
    folded = {
        query: '<details class="narrowing" open>'
        in as_person(cast.officer).get(f"/consignments/?{query}").content.decode()
        for query in ("list=stalled", "list=stalled&kind=roro", "q=none")
    }
    assert folded == {"list=stalled": False, "list=stalled&kind=roro": True, "q=none": False}
