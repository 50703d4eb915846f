"""The public page on the corridor."""

from __future__ import annotations

import pytest
from django.test import Client
from pytest_django import DjangoAssertNumQueries


def test_it_leads_to_the_network_and_to_the_map(network: None) -> None:
    text = Client().get("/corridor/").content.decode()
    assert [f'href="/corridor/{page}/"' in text for page in ("network", "map")] == [True, True]


def test_the_way_is_in_order_of_distance_and_leaves_out_what_is_not_on_it(network: None) -> None:
    strip = Client().get("/corridor/").context["strip"]
    assert [(node["slug"], node["km"]) for node in strip][:2] == [("ke-port-mombasa", 0), ("ke-icd-naivasha", 572)]
    assert strip[-1]["slug"] == "rw-city-kigali"
    assert [node["km"] for node in strip] == sorted(node["km"] for node in strip)
    assert "tz-port-dar" not in [node["slug"] for node in strip]


def test_without_reference_data_it_is_still_a_page(db: None) -> None:
    answer = Client().get("/corridor/")
    assert (answer.status_code, answer.context["strip"]) == (200, [])


def test_it_costs_two_queries_and_asks_nobody_who_she_is(
    network: None, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    with django_assert_num_queries(2):
        Client().get("/corridor/")


@pytest.mark.parametrize(("method", "status"), [("head", 200), ("post", 405), ("put", 405), ("delete", 405)])
def test_it_is_only_read(network: None, method: str, status: int) -> None:
    assert getattr(Client(), method)("/corridor/").status_code == status


@pytest.mark.parametrize("language", ["fr", "rw", "sw"])
def test_it_speaks_the_visitors_language(network: None, language: str) -> None:
    answer = Client().get("/corridor/", headers={"Accept-Language": language})
    assert f'<html lang="{language}">' in answer.content.decode()
