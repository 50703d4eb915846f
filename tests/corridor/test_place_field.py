"""Places to choose from: in the reader's language, in the order of the names she reads; the empty choice stays first."""

from __future__ import annotations

from django import forms
from django.utils import translation
from hypothesis import given
from hypothesis import settings as few
from hypothesis import strategies as st

from cargo.phoned_call_forms import PhonedCallForm
from cargo.phoned_calls import BERTHS
from cargo.phoned_forms import PhonedForm
from corridor.advisory_forms import NodesField
from corridor.call_forms import CallFindForm
from corridor.forms import ConditionForm
from corridor.models import Node
from corridor.place_field import PlaceField, places_by_name
from tests.conftest import Cast
from tickets.incident_forms import IncidentForm

FEW = ("xx-border-malaba", "ke-port-mombasa", "ug-city-kampala", "ke-wb-gilgil")


def offered(form: forms.Form, name: str) -> list[tuple[str, str]]:
    """The values and the words of a form's choice."""
    field = form.fields[name]
    assert isinstance(field, forms.ModelChoiceField)
    return [(str(value), str(words)) for value, words in field.iterator(field)]


def test_names_stand_in_the_order_in_which_they_are_read(network: None) -> None:
    few_nodes = Node.objects.filter(slug__in=FEW)
    assert few_nodes.count() == len(FEW)
    orders = {
        "en": ["Gilgil weighbridge", "Kampala", "Malaba one-stop border post", "Port of Mombasa"],
        "fr": ["Kampala", "Pont-bascule de Gilgil", "Port de Mombasa", "Poste-frontière à arrêt unique de Malaba"],
        "rw": ["Icyambu cya Mombasa", "Kampala", "Umunzani wa Gilgil", "Umupaka uhuriweho wa Malaba"],
        "sw": ["Bandari ya Mombasa", "Kampala", "Kituo cha pamoja cha mpaka cha Malaba", "Mizani ya Gilgil"],
    }
    form = forms.Form()
    field = PlaceField(queryset=few_nodes, empty_label="–")
    form.fields |= {"place": field, "places": NodesField("Places", "")}
    for language, names in orders.items():
        with translation.override(language):
            assert [words for _slug, words in places_by_name(few_nodes)] == names
            shown = offered(form, "place")
            assert [words for _value, words in shown] == ["–", *names]
            assert {value for value, _words in shown} == {"", *FEW}
            # Boxes to tick keep the order of the way, in the reader's words.
            assert set(names) <= {words for _value, words in offered(form, "places")}
    assert field.clean("xx-border-malaba") == Node.objects.get(slug="xx-border-malaba")


def test_every_form_of_the_office_asks_for_places_in_this_way(cast: Cast) -> None:
    asked = {ConditionForm(): "node", PhonedForm(): "node", PhonedCallForm(): "terminal", CallFindForm(): "terminal"}
    asked |= {IncidentForm(person=cast.officer): "node"}
    assert {type(form).__name__: type(form.fields[name]) for form, name in asked.items()} == dict.fromkeys(
        ("ConditionForm", "PhonedForm", "PhonedCallForm", "CallFindForm", "IncidentForm"), PlaceField
    )
    assert {value for value, _words in offered(PhonedCallForm(), "terminal")} - {""} <= set(BERTHS)


@few(max_examples=30, deadline=None)
@given(st.lists(st.text(max_size=20), max_size=6, unique=True))
def test_no_name_is_lost_and_capitals_and_accents_do_not_matter(names: list[str]) -> None:
    nodes = [Node(slug=str(number), name=name) for number, name in enumerate(names)]
    assert sorted(places_by_name(nodes)) == sorted((node.slug, node.name) for node in nodes)
    pair = [Node(slug="b", name="Éldoret"), Node(slug="c", name="Fort"), Node(slug="a", name="eldama")]
    assert [slug for slug, _name in places_by_name(pair)] == ["a", "b", "c"]
