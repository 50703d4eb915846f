"""Indicators for other systems: open to every origin, with what the public may know, in pages."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.test import Client
from django.utils import timezone
from jsonschema import Draft202012Validator

from api.description.calls import COMPONENTS
from feeds.models import Source
from observatory.registry import INDICATORS
from tests.conftest import Cast
from tests.observatory.boxes import six_boxes


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
    assert (month["p10"], month["p50"], month["p90"], month["n"], month["coverage"]) == (35.0, 55.0, 75.0, 6, 100.0)
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
    assert (found["grain"], found["part"], len(found["series"])) == ("day", "cargo:container", 4)
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
