"""The public page on the network."""

from __future__ import annotations

import pytest
from django.test import Client
from pytest_django import DjangoAssertNumQueries

from corridor.comparison import PUBLISHED
from corridor.models import Distance, Leg, Node, Route
from tests.conftest import Cast

URL = "/corridor/network/"


def test_every_place_stands_in_its_country_in_the_order_of_the_corridor(network: None) -> None:
    answer = Client().get(URL)
    countries = dict(answer.context["countries"])
    assert list(countries) == ["Kenya", "Uganda", "Rwanda", "Tanzania"]
    slugs = {name: [place.node.slug for place in places] for name, places in countries.items()}
    assert sorted(slug for found in slugs.values() for slug in found) == sorted(
        Node.objects.values_list("slug", flat=True)
    )
    assert slugs["Kenya"][0] == "ke-port-mombasa"
    assert slugs["Uganda"] == [
        "ug-city-tororo",
        "ug-wb-busitema",
        "ug-city-jinja",
        "ug-city-kampala",
        "ug-wb-lukaya",
        "ug-city-mbarara",
    ]
    assert slugs["Rwanda"] == [
        "xx-border-gatuna",
        "xx-border-kagitumba",
        "xx-border-rusumo",
        "rw-city-kigali",
        "rw-wh-magerwa",
        "rw-port-klp",
    ]
    text = answer.content.decode()
    assert all(f'href="/corridor/nodes/{slug}/"' in text for found in slugs.values() for slug in found)


def test_only_what_is_known_to_be_open_is_called_open(network: None) -> None:
    places = [place for _name, found in Client().get(URL).context["countries"] for place in found]
    assert {place.node.slug: place.standing.is_open for place in places if place.standing.is_open is not None} == {
        "xx-border-kagitumba": True
    }


def test_every_leg_shows_the_distance_in_use_and_all_others_with_their_sources(network: None) -> None:
    answer = Client().get(URL)
    lines = answer.context["lines"]
    assert [line.leg for line in lines] == list(Leg.objects.order_by("pk"))
    others = {line.leg.pk: [distance.km for distance in line.others] for line in lines if line.others}
    assert sorted(others.values()) == [[158], [221, 223], [372], [560], [1350, 1380, 1500], [1682]]
    text = answer.content.decode().replace("&#x27;", "'")
    assert [source for source in Distance.objects.values_list("source", flat=True) if source not in text] == []
    assert [source for source in Leg.objects.values_list("source", flat=True) if source not in text] == []


def test_routes_stand_side_by_side_and_say_at_least_where_a_length_is_unknown(network: None) -> None:
    answer = Client().get(URL)
    found = [
        (course.route.slug, course.total.km, course.total.is_complete, course.borders, course.spread)
        for course in answer.context["courses"]
    ]
    assert found == [
        ("road-malaba-gatuna", 1660, True, 2, (1660, 1682)),
        ("road-malaba-kagitumba", 1630, True, 2, None),
        ("road-busia-gatuna", 1650, True, 2, None),
        ("road-busia-kagitumba", 1620, True, 2, None),
        ("sgr-malaba-gatuna", 1088, False, 2, None),
        ("sgr-malaba-kagitumba", 1058, False, 2, None),
        ("pipeline-eldoret-gatuna", 860, False, 2, None),
        ("pipeline-kisumu-gatuna", 716, False, 2, None),
        ("central-rusumo", None, False, 1, (1350, 1500)),
    ]
    text = answer.content.decode()
    assert ["at least 1088 km" in text, "at least 1660 km" in text, "1350 – 1500 km" in text] == [True, False, True]
    modes = {course.route.slug: [str(mode) for mode in course.modes] for course in answer.context["courses"]}
    assert (modes["sgr-malaba-gatuna"], modes["road-busia-gatuna"]) == (["Rail", "Road"], ["Road"])


def test_what_others_published_of_the_central_corridor_names_its_source(network: None) -> None:
    text = Client().get(URL).content.decode()
    assert [figure.source for figure in PUBLISHED if figure.source not in text or not figure.source] == []


def test_the_office_alone_is_offered_to_change_a_distance(cast: Cast) -> None:
    offered = {}
    for part, person in {"nobody": None, **cast.people()}.items():
        client = Client()
        if person is not None:
            client.force_login(person)
        offered[part] = client.get(URL).content.decode().count("/edit/")
    assert {part for part, count in offered.items() if count} == {"officer"}
    assert offered["officer"] == Leg.objects.count()


def test_without_reference_data_it_is_still_a_page(db: None) -> None:
    answer = Client().get(URL)
    assert (answer.status_code, answer.context["countries"], answer.context["courses"]) == (200, [], [])


def test_it_costs_five_queries_however_much_there_is(
    network: None, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    with django_assert_num_queries(5):
        Client().get(URL)
    leg = Leg.objects.earliest("pk")
    Distance.objects.bulk_create(
        Distance(leg=leg, km=km, source="S", confidence="sourced", noted_at="2026-11-20T06:00Z") for km in range(1, 31)
    )
    Route.objects.bulk_create(Route(slug=f"r{n}", name="R", corridor="northern", whole=leg) for n in range(30))
    with django_assert_num_queries(5):
        Client().get(URL)


@pytest.mark.parametrize(("method", "status"), [("head", 200), ("post", 405), ("put", 405), ("delete", 405)])
@pytest.mark.parametrize("page", ["network", "map", "nodes/rw-city-kigali"])
def test_it_is_only_read(network: None, page: str, method: str, status: int) -> None:
    assert getattr(Client(), method)(f"/corridor/{page}/").status_code == status


@pytest.mark.parametrize("language", ["fr", "rw", "sw"])
@pytest.mark.parametrize("page", ["network", "map", "nodes/rw-city-kigali"])
def test_it_speaks_the_visitors_language(network: None, page: str, language: str) -> None:
    answer = Client().get(f"/corridor/{page}/", headers={"Accept-Language": language})
    assert f'<html lang="{language}">' in answer.content.decode()
