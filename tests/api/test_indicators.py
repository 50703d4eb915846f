"""Indicators for other systems: open to every origin, with what the public may know, in pages."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta

import pytest
from django.test import Client
from django.utils import timezone
from jsonschema import Draft202012Validator

from api.description.calls import COMPONENTS
from feeds.models import Source
from liaison.models import Person
from observatory.registry import INDICATORS
from tests.conftest import Cast, program_of
from tests.observatory.boxes import six_boxes

LIST = "/api/v1/indicators/"
DWELL = f"{LIST}container_dwell_time/"


@pytest.fixture
def trips(cast: Cast, clerk: Source) -> None:
    """Boxes that stayed in the port for 30 to 80 hours."""
    six_boxes(cast, clerk)


def test_the_api_lists_every_indicator_to_everybody(trips: None) -> None:
    answer = Client().get("/api/v1/indicators/")
    assert answer["Access-Control-Allow-Origin"] == "*"
    found = answer.json()
    assert (found["next"], found["previous"]) == (None, None)
    assert [one["slug"] for one in found["results"]] == list(INDICATORS)
    dwell = next(one for one in found["results"] if one["slug"] == "container_dwell_time")
    month = dwell["series"][-1]
    # Deciles of six are nearly somebody's own.
    assert (month["p10"], month["p50"], month["p90"], month["n"], month["coverage"]) == (None, 55.0, None, 6, 100.0)
    assert dwell["made_at"]
    assert dwell["definition"].startswith("From ")
    assert {one["block"] for one in Client().get("/api/v1/indicators/?block=port").json()["results"]} == {"port"}


@pytest.mark.parametrize(
    "wrong", ["grain=year", "from=soon", "until=2026-99", "part=x", "colour=red", "part=cargo:%00"]
)
def test_the_api_says_what_it_does_not_understand(network: None, wrong: str) -> None:
    answer = Client().get(f"/api/v1/indicators/container_dwell_time/?{wrong}")
    assert (answer.status_code, answer["Content-Type"]) == (400, "application/problem+json")
    assert Client().get("/api/v1/indicators/?block=x").status_code == 400
    assert Client().get("/api/v1/indicators/nothing/").status_code == 404


def test_one_indicator_by_the_api(trips: None) -> None:
    today = timezone.localdate()
    url = f"/api/v1/indicators/container_dwell_time/?grain=day&from={today - timedelta(days=3)}&part=cargo:container"
    found = Client().get(url).json()
    # Of a part the public is told months, whatever it asks for.
    assert (found["grain"], found["part"]) == ("month", "cargo:container")
    assert sum(one["n"] for one in found["series"]) == 6


def test_what_is_answered_is_what_is_described(trips: None) -> None:
    components = {"components": {"schemas": COMPONENTS}}
    for name, found in (
        ("Indicator", Client().get("/api/v1/indicators/").json()["results"]),
        ("IndicatorSeries", [Client().get(f"/api/v1/indicators/{slug}/").json() for slug in list(INDICATORS)[:12]]),
    ):
        check = Draft202012Validator({"$ref": f"#/components/schemas/{name}", **components})
        assert [list(check.iter_errors(one)) for one in found if list(check.iter_errors(one))] == []


def test_pages_follow_each_other(network: None) -> None:
    seen, url = [], "/api/v1/indicators/?limit=20"
    while url:
        page = Client().get(url).json()
        seen += [one["slug"] for one in page["results"]]
        before, url = url, page["next"]
        assert before.endswith("limit=20") == (page["previous"] is None)
    assert seen == list(INDICATORS)
    for wrong in ("limit=0", "limit=x", "cursor=nothing"):
        assert Client().get(f"/api/v1/indicators/?{wrong}").status_code == 400


@pytest.mark.parametrize("grain", ["day", "week", "month"])
@pytest.mark.parametrize("until", ["0001-01-01", "0001-01", "1999-12-31"])
def test_a_day_before_all_times_is_no_error(db: None, grain: str, until: str) -> None:
    for url in (
        f"{DWELL}?grain={grain}&until={until}",
        f"/observatory/container_dwell_time/?grain={grain}&until={until}",
    ):
        assert Client().get(url).status_code == 200


@pytest.mark.parametrize(
    ("query", "field"),
    [
        ("limit=501", "limit"),
        ("limit=-1", "limit"),
        ("limit=1.5", "limit"),
        ("limit=", "limit"),
        ("limit=" + "9" * 5000, "limit"),
        ("cursor=container_dwell_time%00", "cursor"),
        ("block=Port", "block"),
        ("grain=month", "grain"),
    ],
)
def test_a_list_says_which_parameter_it_does_not_understand(db: None, query: str, field: str) -> None:
    answer = Client().get(f"{LIST}?{query}")
    assert (answer.status_code, answer["Content-Type"]) == (400, "application/problem+json")
    assert field in answer.content.decode()


def test_pages_lead_back_to_where_they_came_from(db: None) -> None:
    first = Client().get(f"{LIST}?block=corridor&limit=7").json()
    second = Client().get(first["next"]).json()
    assert Client().get(second["previous"]).json() == first
    third = Client().get(second["next"]).json()
    assert Client().get(third["previous"]).json() == second
    assert {one["block"] for page in (first, second, third) for one in page["results"]} == {"corridor"}
    assert Client().get(f"{LIST}?limit=500").json()["next"] is None
    last = Client().get(f"{LIST}?cursor={list(INDICATORS)[-1]}").json()
    assert (last["results"], last["next"]) == ([], None)


def test_whoever_asks_is_told_what_the_public_is(
    trips: None, cast: Cast, as_person: Callable[[Person], Client]
) -> None:
    url = "/api/v1/indicators/border_crossing_time_malaba/"
    public = Client().get(url).json()
    assert (public["range"]["n"], public["range"]["p50"]) == (2, None)
    for person in cast.people().values():
        assert as_person(person).get(url).json() == public
    program = program_of(cast.officer, "read")
    assert program.get(url).json() == public


def test_of_nothing_every_figure_is_empty(db: None) -> None:
    rows = [row for one in Client().get(LIST).json()["results"] for row in one["series"]]
    assert rows == []
    found = Client().get(f"{DWELL}?grain=week&from=2026-01-05&until=2026-01-18").json()
    assert [(row["from"], row["until"], row["n"], row["value"], row["coverage"]) for row in found["series"]] == [
        ("2026-01-05", "2026-01-11", 0, None, None),
        ("2026-01-12", "2026-01-18", 0, None, None),
    ]


@pytest.mark.parametrize("method", ["post", "put", "patch", "delete"])
def test_indicators_are_only_read(db: None, method: str) -> None:
    assert [getattr(Client(), method)(url).status_code for url in (LIST, DWELL)] == [405, 405]
