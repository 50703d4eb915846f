"""The map: every place on it with a link and a title, unknown until somebody says otherwise, and the same as a list."""

from __future__ import annotations

import re

from django.test import Client
from pytest_django import DjangoAssertNumQueries

from corridor.models import Leg, Node
from corridor.views.map import map_context
from tests.cargo.test_reading import take_in
from tests.conftest import source_of
from tests.corridor.test_settling import said

URL = "/corridor/map/"


def test_every_place_is_named_by_a_mark_and_stands_in_the_list(network: None) -> None:
    text = Client().get(URL).content.decode()
    titles = ", ".join(re.findall(r"<title>([^<]+): unknown</title>", text))
    names = set(Node.objects.values_list("name", flat=True))
    assert [name for name in names if name not in titles] == []
    assert sorted(re.findall(r'<li id="([-\w]+)">', text)) == sorted(Node.objects.values_list("slug", flat=True))
    links = re.findall(r'<a href="(#[-\w]+)"', text.split('<svg class="map"')[1])
    assert [link for link in links if f'id="{link[1:]}"' not in text] == []


def test_it_names_whose_outline_it_is_and_asks_nobody_for_tiles(network: None) -> None:
    text = Client().get(URL).content.decode()
    assert "Made with Natural Earth" in text
    assert re.findall(r'(?:src|href)="https?://', text) == []
    assert ("style=" in text, len(text.encode()) < 40_000) == (False, True)


def test_a_place_stands_as_it_is_said_to_stand(network: None) -> None:
    context = map_context({"ke-term-ct1": "severe", "xx-border-malaba": "normal", "ke-port-lamu": "normal"})
    words = {node.slug: words for node, words in context["places"]}
    assert {slug: said for slug, said in words.items() if said != "unknown"} == {
        "ke-term-ct1": "Severe delays",
        "xx-border-malaba": "Normal",
        "ke-port-lamu": "Normal",
    }
    marks = {mark.spots[0].slug: (mark.severity, words) for mark, words in context["marks"]}
    assert marks["ke-port-mombasa"] == ("severe", "Severe delays")
    assert marks["ke-port-lamu"] == ("normal", "Normal")
    # Tororo is drawn with Malaba, and nobody said anything of it.
    assert marks["xx-border-malaba"] == ("unknown", "unknown")


def test_what_a_source_says_of_a_place_is_on_the_map_until_it_is_over(network: None) -> None:
    ura = source_of("ura", "status")
    take_in(ura, said("slow", "Q1"))
    marks = {mark.spots[0].slug: mark.severity for mark, _words in Client().get(URL).context["marks"]}
    assert {slug for slug, severity in marks.items() if severity != "unknown"} == {"xx-border-malaba"}
    assert marks["xx-border-malaba"] == "slow"


def test_only_legs_of_routes_are_drawn(network: None) -> None:
    lines = {line.mode: line.path.count("M") for line in map_context({})["drawing"].lines}
    assert lines == {"road": 20, "rail": 2, "pipeline": 3}
    Leg.objects.filter(stages__isnull=True).update(via=["ke-port-lamu"])
    assert {line.mode: line.path.count("M") for line in map_context({})["drawing"].lines} == lines


def test_kigali_and_the_borders_have_their_names_also_where_it_is_small(network: None) -> None:
    named = {mark.spots[0].label for mark in map_context({})["drawing"].marks if mark.name and not mark.name.is_fine}
    assert {"Mombasa", "Malaba", "Kampala", "Kigali", "Gatuna", "Kagitumba"} - named == set()


def test_it_costs_three_queries(network: None, django_assert_num_queries: DjangoAssertNumQueries) -> None:
    with django_assert_num_queries(3):
        Client().get(URL)


def test_without_reference_data_it_is_still_a_map(db: None) -> None:
    answer = Client().get(URL)
    assert (answer.status_code, answer.context["marks"], answer.context["places"]) == (200, [], [])
