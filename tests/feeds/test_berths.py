"""Berths of Mombasa by number and by name, and the headings of a list's sections."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from feeds.berths import Port, port_of, trade_of
from feeds.facts import Place

CT1, CT2 = Place(unlocode="KEMBA", facility="MCT"), Place(unlocode="KEMBA", facility="KCT")


def jetty(slug: str) -> Place:
    return Place(node=slug, unlocode="KEMBA")


@pytest.mark.parametrize(
    ("berth", "place"),
    [
        *(("KCT", CT2), ("ct2", CT2), ("CT-1", CT1), ("MCT berth 4", CT1), ("20-22", CT2), ("Berth No. 19", CT1)),
        *(("B16/17", CT1), ("019", CT1), ("KOT 2", jetty("ke-jetty-kot2")), ("KOT1", jetty("ke-jetty-kot1"))),
        *(
            ("SOT", jetty("ke-jetty-shimanzi")),
            ("7", jetty("ke-term-conventional")),
            ("5A", jetty("ke-term-conventional")),
        ),
        *(
            ("15", Place(unlocode="KEMBA", name="15")),
            ("", Place(unlocode="KEMBA")),
            ("KOT", Place(unlocode="KEMBA", name="KOT")),
        ),
        ("Mbaraki 3", Place(unlocode="KEMBA", name="Mbaraki 3")),
    ],
)
def test_where_a_berth_of_mombasa_is(berth: str, place: Place) -> None:
    assert Port().place(berth) == place


@given(st.text(max_size=12))
def test_berths_of_another_port_are_not_mombasa_s(berth: str) -> None:
    assert Port(unlocode="TZDAR").place(berth) == Place(unlocode="TZDAR", name=berth)


@pytest.mark.parametrize(
    ("words", "heading", "column"),
    [
        *(
            ("container vessels", "container", "container"),
            ("car carriers", "car_carrier", "car_carrier"),
            ("tankers", "tanker", "tanker"),
        ),
        *(
            ("conventional cargo vessels 11", "conventional", "conventional"),
            ("oil tankers at berth", "tanker", "tanker"),
        ),
        *(
            ("container king", "", "container"),
            ("vessels expected", "", ""),
            ("", "", ""),
            ("ro ro", "car_carrier", "car_carrier"),
        ),
        ("navires porte conteneurs", "container", "container"),
    ],
)
def test_the_trade_of_a_section_and_of_a_ship(words: str, heading: str, column: str) -> None:
    assert (trade_of(words.split(), is_heading=True), trade_of(words.split(), is_heading=False)) == (heading, column)


DAR, LAMU = Port(node="tz-port-dar", unlocode="TZDAR"), Port(node="ke-port-lamu", unlocode="KELAU")


@pytest.mark.parametrize(
    ("words", "port"),
    [
        *(("", Port()), ("Mombasa", Port()), ("KEMBA", Port()), ("KE MBA", Port()), ("MSA (KCT)", Port())),
        *(("Port of Mombasa, Kenya", Port()), ("Kilindini", Port()), ("KOT 2", Port()), ("Berth 19", Port())),
        *(("DAR ES SALAAM", DAR), ("Dar-es-Salaam", DAR), ("TZDAR", DAR), ("Port of Lamu", LAMU), ("KELAU", LAMU)),
        *(("Zanzibar", Port(name="Zanzibar")), ("Mombasa / Dar", Port(name="Mombasa / Dar"))),
    ],
)
def test_which_port_a_row_names(words: str, port: Port) -> None:
    assert port_of(words, Port()) == port


def test_a_row_that_names_no_port_is_of_its_list_s() -> None:
    named = Port(node="ke-port-mombasa")
    assert (port_of("", DAR), port_of("Mombasa", DAR), port_of("MOMBASA", named)) == (DAR, Port(), named)
    assert Port(name="Zanzibar").place("3") == Place(name="Zanzibar 3")
