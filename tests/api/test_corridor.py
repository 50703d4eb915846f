"""The corridor for other systems: open, in pages, with filters that say what they do not understand."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any
from urllib.parse import urlencode

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from corridor.models import Leg, Node, VesselCall
from feeds.models import Source
from tests.cargo.test_reading import take_in
from tests.conftest import source_of
from tests.corridor.test_calls import Sender, eta
from tests.corridor.test_settling import said
from tests.corridor.views.test_vessels import listed

BASE = "/api/v1/corridor/"
CALLS = f"{BASE}vessel-calls/"


@pytest.fixture
def port(network: None) -> Source:
    return source_of("port", "schedule")


def at(days: float) -> str:
    return f"{timezone.now() + timedelta(days=days, hours=3):%Y-%m-%d %H:%M}"


def get(url: str) -> dict[str, Any]:
    answer = Client().get(url)
    assert (answer.status_code, answer["Content-Type"]) == (200, "application/json")
    found: dict[str, Any] = answer.json()
    assert sorted(found) == ["next", "previous", "results"]
    return found


def every(url: str, key: str) -> list[Any]:
    """What ``key`` gives on all pages from ``url`` on."""
    found, pages = [], 0
    while url:
        page = get(url)
        found += [row[key] for row in page["results"]]
        url, pages = page["next"], pages + 1
        assert pages < 60
    return found


def test_nodes_and_legs_are_all_there_with_their_sources(network: None) -> None:
    assert every(f"{BASE}nodes/?limit=7", "slug") == sorted(Node.objects.values_list("slug", flat=True))
    malaba = next(row for row in get(f"{BASE}nodes/?kind=border")["results"] if row["slug"] == "xx-border-malaba")
    assert (malaba["time_zone"], malaba["lat"], malaba["lon"], malaba["operator"]) == (
        "Africa/Nairobi",
        0.636,
        34.276,
        "KRA and URA",
    )
    assert {row["country"] for row in get(f"{BASE}nodes/?country=rw")["results"]} == {"RW"}
    assert len(every(f"{BASE}legs/", "source")) == Leg.objects.count()
    assert all(every(f"{BASE}legs/?mode=road", "source"))
    first = get(f"{BASE}legs/?origin=ke-port-mombasa&limit=1")["results"][0]
    assert sorted(first) == ["confidence", "destination", "km", "mode", "origin", "source"]


def test_a_call_says_its_times_at_the_place_and_who_said_so(port: Source) -> None:
    listed(
        port,
        {"VESSEL": "ABACUS", "IMO": "9321483", "VOYAGE": "411E", "CALL NO": "V1", "ETB": "2026-11-24 09:00"},
    )
    VesselCall.objects.update(
        heard_at="2026-11-20T06:00Z", changed_at="2026-11-20T06:00Z", eta_received_at="2026-11-20T06:00Z"
    )
    (row,) = get(CALLS)["results"]
    call = VesselCall.objects.get()
    row.pop("is_overdue")
    assert row == {
        "id": call.pk,
        "vessel": {"name": "ABACUS", "imo": "9321483", "mmsi": ""},
        "port": "ke-port-mombasa",
        "terminal": None,
        "berth": "",
        "voyage": "411E",
        "call": "V1",
        "state": "due",
        "is_contested": False,
        "eta": {
            "at": "2026-11-24T09:00:00+03:00",
            "to": "berth",
            "source": "Port",
            "received_at": "2026-11-20T09:00:00+03:00",
        },
        **dict.fromkeys(("arrived_at", "berthed_at", "first_lift_at", "last_lift_at", "departed_at")),
        "discharge": "",
        "source": "Port",
        "received_at": "2026-11-20T09:00:00+03:00",
        "updated_at": "2026-11-20T09:00:00+03:00",
    }


def test_a_day_alone_is_a_date_and_overdue_is_said(port: Source) -> None:
    listed(port, {"VESSEL": "ABACUS", "ETA": "2020-11-24"})
    (row,) = get(CALLS)["results"]
    assert (row["eta"]["at"], row["eta"]["to"], row["is_overdue"]) == ("2020-11-24", "port", True)


def test_calls_are_narrowed_and_paged_both_ways(port: Source) -> None:
    listed(
        port,
        {"VESSEL": "BERTHED", "IMO": "9321483", "ATB": at(-2), "BERTH": "17"},
        *({"VESSEL": f"DUE {number}", "ETA": at(number)} for number in range(1, 6)),
    )
    names = ["BERTHED", *(f"DUE {number}" for number in range(1, 6))]
    assert [vessel["name"] for vessel in every(f"{CALLS}?limit=2", "vessel")] == names
    second = get(get(f"{CALLS}?limit=2")["next"])
    assert [row["vessel"]["name"] for row in get(second["previous"])["results"]] == names[:2]
    soon = (timezone.now() + timedelta(days=3.5)).isoformat().replace("+", "%2B")
    for query, found in {
        "state=at_berth": names[:1],
        "terminal=ke-term-ct1": names[:1],
        "port=ke-port-mombasa": names,
        "port=tz-port-dar": [],
        "imo=9321483": names[:1],
        "q=due 4": ["DUE 4"],
        f"eta_until={soon}": names[1:4],
        f"eta_from={soon}": names[4:],
        "updated_since=2099-01-01T00:00:00Z": [],
    }.items():
        assert [vessel["name"] for vessel in every(f"{CALLS}?{query}", "vessel")] == found, query


def test_what_was_read_late_is_new_to_whoever_has_seen_what_came_later(gate: Source) -> None:
    sender = Sender(gate)
    early, late = sender.context(), sender.context()
    sender.say(eta(vessel="SECOND"), context=late)
    (seen,) = every(CALLS, "updated_at")
    sender.say(eta(vessel="FIRST"), context=early)
    asked = urlencode({"updated_since": seen})
    assert sorted(vessel["name"] for vessel in every(f"{CALLS}?{asked}", "vessel")) == ["FIRST", "SECOND"]


@pytest.mark.parametrize(
    ("language", "words"),
    [
        ("fr", ["Un nombre de 1 à 500.", "Paramètre inconnu. Connus : kind, country, cursor, limit, fields."]),
        (
            "sw",
            [
                "Namba kuanzia 1 hadi 500.",
                "Kigezo hakijulikani. Vinavyojulikana: kind, country, cursor, limit, fields.",
            ],
        ),
        ("rw", ["Umubare uri hagati ya 1 na 500.", "Igipimo kitazwi. Ibizwi: kind, country, cursor, limit, fields."]),
    ],
)
def test_what_is_refused_says_why_in_the_callers_language(network: None, language: str, words: list[str]) -> None:
    client = Client(headers={"accept-language": language})
    refused = [client.get(f"{BASE}nodes/?{query}").json()["violations"] for query in ("limit=0", "colour=red")]
    assert [one["detail"] for (one,) in refused] == words
    for query in ("country=KEN", "cursor=rubbish"):
        english, told = (each.get(f"{BASE}nodes/?{query}").json()["violations"] for each in (Client(), client))
        assert english != told


@pytest.mark.parametrize(
    ("url", "name", "words"),
    [
        (f"{CALLS}?state=arrived", "state", "One of: due, anchored, at_berth, sailed, omitted, unknown."),
        (f"{CALLS}?terminal=atlantis", "terminal", "No such node. See /api/v1/corridor/nodes/."),
        (f"{CALLS}?imo=12", "imo", "Seven digits."),
        (f"{CALLS}?eta_from=tomorrow", "eta_from", "ISO 8601 with an offset, for example 2026-11-25T06:00:00+03:00."),
        (f"{CALLS}?eta_from=2026-11-25T06:00:00", "eta_from", "ISO 8601 with an offset, for example 2026-11-25T06:00:00+03:00."),
        (f"{CALLS}?q=%00", "q", "No such text."),
        (f"{CALLS}?limit=0", "limit", "A number from 1 to 500."),
        (f"{CALLS}?limit=many", "limit", "A number from 1 to 500."),
        (f"{CALLS}?cursor=rubbish", "cursor", "Take a cursor from next or previous as it is."),
        (f"{BASE}nodes/?country=KEN", "country", "Two letters of ISO 3166, for example KE."),
        (f"{BASE}nodes/?colour=red", "colour", "Unknown parameter. Known: kind, country, cursor, limit, fields."),
        (f"{BASE}legs/?mode=air", "mode", "One of: road, rail, pipeline."),
    ],
)  # fmt: skip
def test_what_is_not_understood_is_a_problem_that_says_why(network: None, url: str, name: str, words: str) -> None:
    answer = Client().get(url)
    assert (answer.status_code, answer["Content-Type"]) == (400, "application/problem+json")
    assert answer.json()["errors"] == {name: [words]}


def test_nothing_is_written_here(network: None) -> None:
    for url in (f"{BASE}nodes/", f"{BASE}legs/", CALLS):
        answer = Client().post(url, {})
        assert (answer.status_code, answer["Content-Type"]) == (405, "application/problem+json")


def test_a_page_costs_the_same_with_one_row_and_with_thirty(port: Source) -> None:
    def queries(url: str) -> int:
        with CaptureQueriesContext(connection) as found:
            get(url)
        return len(found)

    listed(port, {"VESSEL": "SHIP 0", "ETA": at(1)})
    assert [queries(url) for url in (CALLS, f"{BASE}nodes/", f"{BASE}legs/")] == [1, 1, 1]
    listed(port, *({"VESSEL": f"SHIP {number}", "ETA": at(2), "BERTH": "17"} for number in range(30)))
    assert queries(CALLS) == 1


def test_conditions_are_the_last_words_with_their_times_and_sources(network: None) -> None:
    ura = source_of("ura", "status")
    take_in(ura, said("severe"))
    take_in(ura, said("slow", until_h=5))
    take_in(ura, said("shut", "S1", kind="system", system="iCMS", node="", since_h=30))
    take_in(ura, said("shut", "X1"))
    take_in(ura, said("shut", "X1", cancelled=True))
    rows = get(f"{BASE}conditions/")["results"]
    assert [(row["reference"], row["severity"], row["is_in_force"]) for row in rows] == [
        ("S1", "shut", False),
        ("Q1", "slow", True),
    ]
    assert (rows[1]["kind"], rows[1]["node"], rows[1]["source"], rows[1]["text"]) == (
        "border",
        "xx-border-malaba",
        "Ura",
        "A queue of 6 km",
    )
    assert datetime.fromisoformat(rows[1]["until"]) - datetime.fromisoformat(rows[1]["from"]) == timedelta(hours=6)
    assert (rows[0]["system"], rows[0]["node"], rows[0]["until"]) == ("iCMS", None, None)
    assert (rows[1]["place"], rows[0]["place"]) == (Node.objects.get(slug="xx-border-malaba").name, "")


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ("in_force=true", ["Q1"]),
        ("in_force=false", ["S1"]),
        ("kind=system", ["S1"]),
        ("node=xx-border-malaba", ["Q1"]),
        ("severity=shut&kind=border", []),
    ],
)
def test_conditions_are_narrowed(network: None, query: str, found: list[str]) -> None:
    ura = source_of("ura", "status")
    take_in(ura, said("slow"))
    take_in(ura, said("shut", "S1", kind="system", system="iCMS", node="", since_h=30))
    assert every(f"{BASE}conditions/?{query}&limit=1", "reference") == found


@pytest.mark.parametrize("query", ["in_force=maybe", "kind=weather", "node=atlantis", "severity=bad", "colour=red"])
def test_a_wrong_filter_of_conditions_says_what_is_expected(network: None, query: str) -> None:
    answer = Client().get(f"{BASE}conditions/?{query}")
    assert (answer.status_code, answer["Content-Type"]) == (400, "application/problem+json")
    assert list(answer.json()["errors"]) == [query.partition("=")[0]]
