"""Which node a sender's place is, and which zone its clock shows."""

from __future__ import annotations

from zoneinfo import ZoneInfo

import pytest
from pytest_django import DjangoAssertNumQueries

from corridor.models import Node
from corridor.places import ACROSS, load_gazetteer, zone_of
from feeds.facts import Place


@pytest.mark.parametrize(
    ("place", "slug"),
    [
        (Place(node="ke-port-mombasa"), "ke-port-mombasa"),
        (Place(node="KE-Port-Mombasa"), "ke-port-mombasa"),
        (Place(node="nowhere"), None),
        (Place(node="nowhere", unlocode="KEMBA"), None),
        (Place(node="rw-city-kigali", unlocode="KEMBA", facility="KCT"), "rw-city-kigali"),
        (Place(unlocode="KEMBA"), "ke-port-mombasa"),
        (Place(unlocode="KEMBA", facility="KCT"), "ke-term-ct2"),
        (Place(unlocode="KEMBA", facility="kct"), "ke-term-ct2"),
        (Place(unlocode="KEMBA", facility="MCT"), "ke-term-ct1"),
        (Place(unlocode="KEMBA", facility="UNHEARD"), "ke-port-mombasa"),
        (Place(facility="KCT"), "ke-term-ct2"),
        (Place(facility="MAGERWA"), "rw-wh-magerwa"),
        (Place(unlocode="RWKGL", facility="KLP"), "rw-port-klp"),
        (Place(unlocode="RWKGL", facility="KCT"), "rw-city-kigali"),
        (Place(unlocode="UGKLA"), "ug-city-kampala"),
        (Place(unlocode="KEMAL"), "xx-border-malaba"),
        (Place(unlocode="UGMAL"), "xx-border-malaba"),
        (Place(unlocode="KEBUS"), "xx-border-busia"),
        (Place(unlocode="UGBUS"), "xx-border-busia"),
        (Place(unlocode="RWGTA"), "xx-border-gatuna"),
        (Place(unlocode="RWRUO"), "xx-border-rusumo"),
        (Place(unlocode="KEMAL", facility="KCT"), "xx-border-malaba"),
        (Place(unlocode="SGSIN"), None),
        (Place(unlocode="SGSIN", facility="KCT"), None),
        (Place(facility="UNHEARD"), None),
        (Place(name="Port of Mombasa"), None),
        (Place(), None),
    ],
    ids=str,
)
def test_a_place_is_found_the_most_exact_first(network: None, place: Place, slug: str | None) -> None:
    node = load_gazetteer().find(place)
    assert (node.slug if node else None) == slug


def test_every_node_is_found_by_its_slug_and_every_code_by_its_node(network: None) -> None:
    gazetteer = load_gazetteer()
    for node in Node.objects.all():
        assert gazetteer.find(Place(node=node.slug)) == node
        if node.unlocode:
            assert gazetteer.find(Place(unlocode=node.unlocode)) == node
        for code in node.facility_codes:
            assert gazetteer.find(Place(facility=code)) == node


def test_the_codes_of_the_other_side_are_those_of_borders_that_there_are(network: None) -> None:
    assert set(ACROSS.values()) <= set(Node.objects.filter(kind="border").values_list("slug", flat=True))
    Node.objects.filter(slug="xx-border-busia").update(slug="another")
    assert load_gazetteer().find(Place(unlocode="UGBUS")) is None


def test_it_is_loaded_with_one_query(network: None, django_assert_num_queries: DjangoAssertNumQueries) -> None:
    with django_assert_num_queries(1):
        gazetteer = load_gazetteer()
        gazetteer.find(Place(unlocode="KEMBA", facility="KCT"))


@pytest.mark.parametrize(
    ("unlocode", "default", "zone", "is_assumed"),
    [
        ("SGSIN", "Africa/Nairobi", "Asia/Singapore", False),
        ("TZZNZ", "Africa/Kigali", "Africa/Dar_es_Salaam", False),
        ("AEJEA", "Africa/Kigali", "Asia/Dubai", False),
        ("USNYC", "Africa/Kigali", "Africa/Kigali", True),
        ("CNSHA", "Africa/Nairobi", "Africa/Nairobi", True),
        ("", "Africa/Kigali", "Africa/Kigali", True),
        ("X", "Africa/Kigali", "Africa/Kigali", True),
        ("XZXXX", "UTC", "UTC", True),
        ("", "", "Africa/Nairobi", True),
        ("", "Mars/Olympus", "Africa/Nairobi", True),
        ("", "../../etc/passwd", "Africa/Nairobi", True),
        ("", "Africa", "Africa/Nairobi", True),
        ("", "a\x00b", "Africa/Nairobi", True),
        ("SGSIN", "Mars/Olympus", "Asia/Singapore", False),
    ],
)
def test_a_country_with_one_zone_has_no_doubt_and_others_are_assumed(
    unlocode: str, default: str, zone: str, is_assumed: bool
) -> None:
    assert zone_of(unlocode, default) == (ZoneInfo(zone), is_assumed)
