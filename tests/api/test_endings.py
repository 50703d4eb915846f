"""What goes away says so in its answers and in the description; what stays says nothing."""

from __future__ import annotations

from datetime import date

import pytest
from django.test import Client

from api.endings import ENDINGS, Ending, ending_of
from api.reference import _described

NODES = "/api/v1/corridor/nodes/"


@pytest.fixture(autouse=True)
def _anew() -> None:
    _described.cache_clear()


def test_a_call_that_goes_away_says_since_when_and_until_when(
    network: None, monkeypatch: pytest.MonkeyPatch, request: pytest.FixtureRequest
) -> None:
    request.addfinalizer(_described.cache_clear)
    monkeypatch.setitem(ENDINGS, f"GET {NODES}", Ending(date(2026, 12, 1), date(2027, 6, 30)))
    monkeypatch.setitem(ENDINGS, "GET /api/v1/indicators/{slug}/", Ending(date(2026, 12, 1), date(2027, 6, 30)))
    for answer in (Client().get(NODES), Client().head(NODES), Client().get("/api/v1/indicators/exports_rwanda/")):
        assert (answer.status_code, answer["Deprecation"], answer["Sunset"], answer["Link"]) == (
            200, "@1796083200", "Wed, 30 Jun 2027 00:00:00 GMT", '</api/docs/>; rel="deprecation"',
        )  # fmt: skip
    stays = Client().get("/api/v1/corridor/legs/")
    assert not {"Deprecation", "Sunset"} & set(stays.headers)
    paths = Client().get("/api/schema/").json()["paths"]
    marked = [path for path, calls in paths.items() for call in calls.values() if call.get("deprecated")]
    assert sorted(marked) == [NODES, "/api/v1/indicators/{slug}/"]


def test_nothing_goes_without_half_a_years_notice() -> None:
    assert all((ending.until - ending.since).days >= 182 for ending in ENDINGS.values())
    assert (ending_of("get", NODES), ending_of("HEAD", "")) == (None, None)
