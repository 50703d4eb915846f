"""What a tracker rides on: containers and number plates found in what people call their trackers."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from feeds.facts import Position
from feeds.traccar import is_on_earth
from tests.feeds.formats.test_gps import one, position


def named(name: Any, **more: Any) -> Position:
    return one(position(device={"name": name, "uniqueId": "17", **more}))


@pytest.mark.parametrize(
    ("name", "container", "flags"),
    [
        ("CSQU3054383", "CSQU3054383", ()),
        ("seal on csqu 305438-3", "CSQU3054383", ()),
        ("CSQU3054384", "CSQU3054384", ("check_digit",)),
        ("MSCU1234567 CSQU3054383", "CSQU3054383", ()),
        ("XCSQU3054383", "", ()),
        ("CSQU30543831", "", ()),
        ("CSQA3054383", "", ()),
        ("", "", ()),
    ],
)
def test_a_container_has_its_form_wherever_it_stands(name: str, container: str, flags: tuple[str, ...]) -> None:
    for fact in (
        named(name),
        named("", uniqueId=name or "17"),
        named("", attributes={"Container_Number": name}),
        one(position(attributes={"equipment": name, "remark": "TGHU3054380"})),
    ):
        assert (fact.container, fact.flags) == (container, flags)


@pytest.mark.parametrize(
    ("name", "plate"),
    [
        ("RAD 123 B", "RAD123B"),
        ("truck rad-123-b, Jean", "RAD123B"),
        ("KDA 123A", "KDA123A"),
        ("UBA123X", "UBA123X"),
        ("UA 123AB", "UA123AB"),
        ("T 123 ABC", "T123ABC"),
        ("T676EFG", "T676EFG"),
        ("KPA 100 tracker", ""),
        ("XRAD 123 B", ""),
        ("RAD 1234 B", ""),
        ("CSQU3054383", ""),
    ],
)
def test_a_plate_has_a_neighbour_s_form(name: str, plate: str) -> None:
    assert [fact.plate for fact in (named(name), named("", contact=name), named("", uniqueId=name))] == [plate] * 3
    assert named("", attributes={"truck": name}).plate == plate


@pytest.mark.parametrize(
    ("attributes", "plate"),
    [
        ({"licensePlate": "cd 1234-ab"}, "CD1234AB"),
        ({"Plate": "no plate"}, "KDA123A"),
        ({"registration": "12345678"}, "KDA123A"),
        ({"vehicle": "Actros 2645"}, "KDA123A"),
        ({"vehicle": "RAD 123 B"}, "RAD123B"),
        ({"plate": ["RAD 123 B"]}, "KDA123A"),
    ],
)
def test_what_is_called_a_plate_is_one_of_any_country(attributes: dict[str, Any], plate: str) -> None:
    assert named("KDA 123A", attributes=attributes).plate == plate


@pytest.mark.parametrize(
    ("device", "number"),
    [
        ({"uniqueId": " RW7711 ", "id": 3}, "RW7711"),
        ({"uniqueId": 861239290, "id": 3}, "861239290"),
        ({"uniqueId": None, "id": 3, "name": "x"}, "7"),
        ({"uniqueId": "9" * 90}, "9" * 60),
    ],
)
def test_a_tracker_is_known_by_its_own_number(device: dict[str, Any], number: str) -> None:
    assert one(position(device=device)).device == number
    assert one(position(device={"name": "x", "uniqueId": ""}, deviceId=None)).device == "x"


@given(st.floats(-90, 90), st.floats(-180, 180))
def test_every_place_on_earth_but_one_is_a_place(lat: float, lon: float) -> None:
    assert is_on_earth(lat, lon) == (abs(lat) > 1e-6 or abs(lon) > 1e-6)
    assert not any((is_on_earth(lat + 181, lon), is_on_earth(lat, lon - 361), is_on_earth(float("nan"), lon)))
