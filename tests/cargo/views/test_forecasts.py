"""The public report card: to everybody, also when it is bad, and unknown where nothing is known."""

from __future__ import annotations

from typing import Any

import pytest
from django.test import Client

from cargo.models import ForecastScore
from tests.cargo.views.doors import As, statuses, words_of
from tests.conftest import AT, Cast

URL = "/forecasts/"


def score(**more: Any) -> None:
    values: dict[str, Any] = {"basis": "said", "method": "C", "days_out": "all", "n": 10, "hits": 3}
    ForecastScore.objects.create(**{**values, "since": AT, "until": AT, **more})


def test_it_is_everybody_s(cast: Cast, as_person: As) -> None:
    assert set(statuses(cast, as_person, URL).values()) == {200}
    assert [Client().head(URL).status_code, Client().post(URL).status_code] == [200, 405]


@pytest.mark.django_db
def test_before_anything_was_scored_it_claims_nothing() -> None:
    for basis in ("said", "replayed"):
        score(basis=basis, n=0, hits=0)
    answer = Client().get(URL)
    assert (answer.status_code, answer.context["cards"]) == (200, [])
    assert "<table" not in words_of(answer)


@pytest.mark.django_db
def test_a_bad_rate_is_told_with_how_many_it_is_of() -> None:
    score(mae_h=30.0, width_h=12.0)
    score(days_out="0-1", n=1, hits=0)
    score(method="B0", n=10, hits=9)
    score(method="X", n=99, hits=99)
    (card,) = Client().get(URL).context["cards"]
    assert [(row.n, row.hits, row.percent) for row in card.rows] == [
        (1, 0, 0),
        (0, 0, None),
        (0, 0, None),
        (0, 0, None),
        (0, 0, None),
        (10, 3, 30),
    ]
    assert all(row.low <= (row.percent or 0) <= row.high for row in card.rows if row.n)
    text = words_of(Client().get(URL))
    assert [words in text for words in ("30 %", "0 %", "unknown")] == [True, True, True]
