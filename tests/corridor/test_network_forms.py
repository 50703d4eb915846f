"""Forms of the network: what they take, and how they say what is wrong."""

from __future__ import annotations

from typing import Any

import pytest

from corridor.models import Leg, Node
from corridor.network_forms import DistanceForm, NodeForm, UseForm
from liaison.models import Organization
from tests.conftest import AT

SAID = {"name": "Gatuna", "lat": "-1.42", "lon": "30.01", "coordinates": "surveyed"}


@pytest.fixture
def node(network: None) -> Node:
    return Node.objects.get(slug="xx-border-gatuna")


@pytest.fixture
def leg(network: None) -> Leg:
    return Leg.objects.get(origin__slug="tz-port-dar", km__isnull=False)


def errors(node: Node, **more: str) -> dict[str, list[str]]:
    form = NodeForm({**SAID, **more}, instance=node)
    return {name: [str(error) for error in found] for name, found in form.errors.items()}


def test_what_is_said_becomes_an_entry(node: Node) -> None:
    more = {"phone": "0788 123 456", "opening_hours": " Mo-Fr  08:00-17:00 ", "hours_source": "RRA", "operator": "RRA"}
    form = NodeForm({**SAID, **more, "agency": str(Organization.objects.get(name="RRA").pk)}, instance=node)
    assert form.is_valid()
    entry = form.entry()
    assert (entry.phone, entry.opening_hours, str(entry.agency)) == ("+250788123456", "Mo-Fr 08:00-17:00", "RRA")
    assert form.cleaned_data["seen"] is None


@pytest.mark.parametrize(
    ("more", "field"),
    [
        ({"name": ""}, "name"),
        ({"phone": "12"}, "phone"),
        ({"email": "nobody"}, "email"),
        ({"opening_hours": "daily", "hours_source": "S"}, "opening_hours"),
        ({"opening_hours": "24/7"}, "hours_source"),
        ({"lat": "91"}, "lat"),
        ({"lon": "-181"}, "lon"),
        ({"lat": "here"}, "lat"),
        ({"coordinates": "guessed"}, "coordinates"),
        ({"agency": "0"}, "agency"),
        ({"label": "x" * 25}, "label"),
    ],
)
def test_each_fault_is_said_at_its_field_and_alone(node: Node, more: dict[str, str], field: str) -> None:
    assert list(errors(node, **more)) == [field]


def test_a_firm_is_never_in_charge_of_a_place(node: Node) -> None:
    firm = Organization.objects.create(name="Umucyo Traders", kind="importer")
    suspended = Organization.objects.create(name="Old Agency", kind="agency", standing="suspended", decision="closed")
    offered = {str(choice) for _pk, choice in NodeForm(instance=node).fields["agency"].choices}  # type: ignore[attr-defined]
    assert offered & {str(firm), str(suspended)} == set()
    assert {"KPA", "RRA", "MAGERWA"} <= offered
    assert list(errors(node, agency=str(firm.pk))) == ["agency"]


def test_the_form_remembers_when_the_place_was_read(node: Node) -> None:
    node.edited_at = AT
    shown = str(NodeForm(instance=node)["seen"])
    assert AT.isoformat() in shown
    form = NodeForm({**SAID, "seen": AT.isoformat()}, instance=node)
    assert (form.is_valid(), form.cleaned_data["seen"]) == (True, AT)


def test_every_distance_of_the_leg_and_unknown_can_be_chosen(leg: Leg) -> None:
    form = UseForm(leg=leg)
    choices = [str(label) for _pk, label in form.fields["distance"].choices]  # type: ignore[attr-defined]
    assert [choice.split(" ")[0] for choice in choices] == ["unknown", "1350", "1380", "1460", "1500"]
    assert form.fields["distance"].initial == leg.distances.get(km=1460).pk
    for chosen, known in (("", None), (str(leg.distances.get(km=1350).pk), 1350)):
        sent = UseForm({"distance": chosen, "reason": "x"}, leg=leg)
        assert sent.is_valid()
        assert getattr(sent.cleaned_data["distance"], "km", None) == known


def test_a_distance_of_another_leg_cannot_be_chosen(leg: Leg) -> None:
    other = Leg.objects.exclude(pk=leg.pk).filter(km__isnull=False)[0].distances.earliest("pk")
    assert list(UseForm({"distance": str(other.pk), "reason": "x"}, leg=leg).errors) == ["distance"]
    assert list(UseForm({"distance": ""}, leg=leg).errors) == ["reason"]


@pytest.mark.parametrize(
    ("change", "fields"),
    [
        ({}, []),
        ({"km": "0"}, ["km"]),
        ({"km": "10000"}, ["km"]),
        ({"km": "1.5"}, ["km"]),
        ({"source": " "}, ["source"]),
        ({"confidence": "guess"}, ["confidence"]),
    ],
)
def test_a_distance_has_a_length_a_source_and_how_sure_it_is(
    db: None, change: dict[str, Any], fields: list[str]
) -> None:
    said = {"km": "1400", "source": "A driver", "confidence": "measured", **change}
    assert list(DistanceForm(said).errors) == fields
