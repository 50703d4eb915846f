"""What the page of one consignment is put together from: few queries, what each viewer may know, what is new."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from cargo import page
from cargo.models import Consignment, Forecast, Look, Nomination, Unit
from cargo.registration import Particulars, register
from cargo.tariffs import load_tariff
from feeds.models import Source
from liaison.models import Person
from tests.cargo.test_reading import BOX, NOW, OTHER_BOX, csv, row, take_in
from tests.conftest import AT, Cast, somebody

As = Callable[[Person | None], Client]
MALABA = "xx-border-malaba"
EAST = ZoneInfo("Africa/Nairobi")


def contents(viewer: Person, *, since: datetime | None = None, forecast: Forecast | None = None) -> dict[str, Any]:
    consignment = page.row(Consignment.objects.get(), viewer)
    return page.contents(consignment, forecast, viewer=viewer, since=since, at=NOW)


def forecast_of(consignment: Consignment, days: float = 2) -> Forecast:
    middle = NOW + timedelta(days=days)
    return Forecast.objects.create(
        consignment=consignment,
        made_at=NOW,
        p10=middle - timedelta(days=1),
        p50=middle,
        p90=middle + timedelta(days=1),
        days_out="1-3",
        trips=40,
        fingerprint="x",
        reason="trips",
        stands="gate_out",
    )


def test_a_version_changes_with_what_is_told_and_with_time(cast: Cast, clerk: Source, consignment: Consignment) -> None:
    def version(minutes: float = 0, forecast: Forecast | None = None) -> str:
        return page.version(
            page.row(Consignment.objects.get(), cast.importer), forecast, at=NOW + timedelta(minutes=minutes)
        )

    first = version()
    assert version() == first
    take_in(clerk, csv(row("gate_out", 3)))
    second = version()
    assert second != first
    assert version(forecast=forecast_of(consignment)) != second
    assert version(minutes=6) != second
    # What matches other cargo is none of its news.
    take_in(clerk, csv(row("gate_out", 3, box="MSCU1234566")))
    assert version() == second


def test_one_row_brings_status_and_the_viewers_own_look(cast: Cast, consignment: Consignment) -> None:
    Look.objects.create(person=cast.agent, consignment=consignment, seen_at=NOW, before_at=NOW - timedelta(days=1))
    with CaptureQueriesContext(connection) as queries:
        mine, agents = [page.row(consignment, viewer) for viewer in (cast.importer, cast.agent)]
        assert (mine.status.state, mine.consignee.name, mine.status.event) == ("registered", "Umucyo Traders", None)
    assert len(queries) == 2
    assert page.looked(agents, by=cast.agent, at=NOW) == NOW - timedelta(days=1)
    assert page.looked(mine, by=cast.importer, at=NOW) is None
    assert Look.objects.filter(person=cast.importer).count() == 1


def test_before_anything_is_heard_the_page_says_so_and_guesses_nothing(cast: Cast, consignment: Consignment) -> None:
    found = contents(cast.importer)
    assert found["line"] == "Nothing has been heard of it yet; waiting for the shipping line"
    assert {step.state for step in found["rail"]} == {"unknown"}
    assert (found["delays"], found["map"], found["events"], found["conflicts"], found["trackers"]) == (
        [],
        None,
        [],
        [],
        [],
    )
    assert {line.state for line in found["checklist"]} == {"open"}
    assert (found["window"], found["news"], found["papers"], found["notes"]) == (None, 0, [], [])


def test_an_export_has_its_own_money_delay_and_releases(cast: Cast, clerk: Source, consignment: Consignment) -> None:
    load_tariff(at=AT)
    Consignment.objects.update(direction="export")
    told = [
        ("rra_released", 300, "rw-city-kigali"), ("loaded", 290, "rw-city-kigali"),
        ("border_in", 286, "xx-border-gatuna"), ("border_out", 284, "xx-border-gatuna"),
        ("border_in", 240, MALABA), ("border_out", 230, MALABA), ("truck_in", 170, "ke-port-mombasa"),
    ]  # fmt: skip
    take_in(clerk, csv(*(row(kind, ago, box=box, node=node) for kind, ago, node in told for box in (BOX, OTHER_BOX))))
    Unit.objects.update(size_type="22G1")
    found = contents(cast.importer)
    assert found["line"] == "At Mombasa since 7 days; waiting for KPA"
    free_until = (NOW - timedelta(hours=170)).astimezone(EAST).date() + timedelta(days=19)
    assert [(line.label, line.state, line.last_free_on) for line in found["money"].lines] == [
        ("KPA storage at the port", "free", free_until),
        ("The line's container, until it is aboard", "unknown", None),
    ]
    assert found["money"].lines[0].note == "COVID measure, current status unknown"
    assert found["money"].lacks == [
        "KPA: sources give different figures, KES 9000–15000.",
        "the shipping line: how many days are free is not in the tariff known to us.",
    ]
    assert [(line.part, line.lasted, line.is_open) for line in found["delays"]] == [
        ("port", "7 days", True), ("road", "4 days", False), ("border", "12 hours", False), ("kigali", "10 hours", False),
    ]  # fmt: skip
    assert [(line.label, line.state, line.resolver) for line in found["checklist"]] == [
        ("Release of the export entry", "done", ""),
        ("Electronic seal", "open", "RRA"),
        ("Passage into Uganda", "done", ""),
        ("Passage into Kenya", "done", ""),
        ("Customs clearance in Kenya", "open", "KRA"),
        ("Received at the port", "done", ""),
    ]


def test_all_of_it_follows_from_what_was_told(cast: Cast, clerk: Source, consignment: Consignment) -> None:
    rows = [row("discharged", 100, box=box) for box in (BOX, OTHER_BOX)]
    rows += [row("kra_cleared", 80, box=box) for box in (BOX, OTHER_BOX)]
    rows += [row("gate_out", 70, box=box) for box in (BOX, OTHER_BOX)]
    rows += [row("border_in", 9, box=box, node=MALABA) for box in (BOX, OTHER_BOX)]
    take_in(clerk, csv(*rows))
    found = contents(cast.importer, forecast=forecast_of(consignment), since=NOW - timedelta(days=1))
    assert found["line"].startswith("At Malaba since 9 hours; waiting for KRA, URA; reaches Kigali ")
    assert [(step.code, step.state) for step in found["rail"] if step.state != "unknown"] == [
        ("discharged", "done"),
        ("kra_cleared", "done"),
        ("gate_out", "done"),
        ("border1_in", "done"),
    ]
    assert [step.code for step in found["rail"] if step.is_now] == ["border1_out"]
    assert [(line.part, line.lasted, line.is_open) for line in found["delays"]] == [
        ("port", "10 hours", False),
        ("customs", "20 hours", False),
        ("road", "3 days", False),
        ("border", "9 hours", True),
    ]
    assert {line.code: line.state for line in found["checklist"] if line.state != "open"} == {"kra_cleared": "done"}
    assert (found["map"].here.name, found["news"], len(found["events"])) == ("Malaba", 8, 8)
    assert [unit.headline for unit in found["units"]] == ["At the border", "At the border"]


@pytest.mark.parametrize(
    ("part", "can_act", "can_nominate", "is_office", "sees_money"),
    [
        ("importer", True, True, False, True),
        ("agent", True, False, False, False),
        ("officer", True, False, True, True),
    ],
)
def test_what_each_may_do_and_know(
    cast: Cast,
    consignment: Consignment,
    part: str,
    can_act: bool,
    can_nominate: bool,
    is_office: bool,
    sees_money: bool,
) -> None:
    load_tariff(at=AT)
    found = contents(cast.people()[part])
    assert (found["can_act"], found["can_nominate"], found["is_office"]) == (can_act, can_nominate, is_office)
    assert (found["money"] is not None) is sees_money
    assert [party.name for party in found["parties"]] == ["Umucyo Traders", "Inzira Clearing"]


def test_a_reader_and_a_nominee_who_may_only_see_are_offered_nothing(cast: Cast, consignment: Consignment) -> None:
    reader = somebody(cast.importer_firm, "readonly")
    Nomination.objects.update(may_act=False)
    for viewer in (reader, cast.agent):
        found = contents(viewer)
        assert (found["can_act"], found["can_nominate"]) == (False, False)


def test_sources_that_disagree_are_both_there_with_the_one_in_use(
    cast: Cast, clerk: Source, gate: Source, consignment: Consignment
) -> None:
    take_in(clerk, csv(row("gate_out", 70)))
    other = Source.objects.create(slug="other", name="Other", format="csv_events", rank=1)
    take_in(other, csv(row("gate_out", 60)))
    (conflict,) = contents(cast.importer)["conflicts"]
    assert conflict.source == "Other"
    assert "sources give different times" in conflict.sentence


@pytest.mark.parametrize("part", ["importer", "agent", "officer"])
def test_the_page_costs_few_queries_whoever_looks_and_however_much_there_is(
    cast: Cast, clerk: Source, consignment: Consignment, as_person: As, part: str
) -> None:
    load_tariff(at=AT)
    Nomination.objects.update(may_see_money=True)
    client, url = as_person(cast.people()[part]), f"/consignments/{consignment.ref}/"

    def cost() -> int:
        client.get(url)
        with CaptureQueriesContext(connection) as queries:
            assert client.get(url).status_code == 200
        return len(queries)

    few = cost()
    take_in(clerk, csv(*(row("weighed", hours / 4, node="ke-wb-gilgil") for hours in range(1, 60))))
    take_in(clerk, csv(row("discharged", 100), row("gate_out", 90), row("border_in", 9, node=MALABA)))
    assert few <= cost() <= 20


def test_the_page_is_small_on_the_way(cast: Cast, clerk: Source, consignment: Consignment, as_person: As) -> None:
    """As browsers ask for it: at most 30 kB after the first visit, whose style and script they keep."""
    load_tariff(at=AT)
    take_in(clerk, csv(*(row("weighed", hours / 4, node="ke-wb-gilgil") for hours in range(1, 100))))
    answer = as_person(cast.importer).get(f"/consignments/{consignment.ref}/", headers={"Accept-Encoding": "gzip"})
    assert answer.headers["Content-Encoding"] == "gzip"
    assert len(answer.content) <= 30_000


def test_other_cargo_of_the_same_firm_is_not_on_it(cast: Cast, clerk: Source, consignment: Consignment) -> None:
    other = register(particulars=Particulars(consignee=cast.importer_firm, containers=["MSCU1234566"]), by=None, at=NOW)
    take_in(clerk, csv(row("held", 3, box="MSCU1234566"), row("gate_out", 5)))
    found = page.contents(page.row(consignment, cast.importer), None, viewer=cast.importer, since=None, at=NOW)
    assert [event.kind_label for event in found["events"]] == ["Out of the gate"]
    assert "held" not in {line.code for line in found["checklist"]}
    theirs = page.contents(page.row(other, cast.importer), None, viewer=cast.importer, since=None, at=NOW)
    assert {line.code for line in theirs["checklist"] if line.state == "held"} == {"held"}
