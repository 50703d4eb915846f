"""Pages of one place: what everybody reads, what the office changes, and who sees its history."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from django.test import Client
from pytest_django import DjangoAssertNumQueries

from corridor.models import Leg, Node
from liaison.models import JournalEntry, Person
from tests.cargo.test_reading import take_in
from tests.conftest import Cast, source_of
from tests.corridor.test_settling import said

As = Callable[[Person | None], Client]
URL = "/corridor/nodes/xx-border-gatuna/"
EDIT = f"{URL}edit/"
SAID = {
    "name": "Gatuna",
    "label": "Gatuna",
    "operator": "URA and RRA",
    "lat": "-1.42",
    "lon": "30.01",
    "coordinates": "approximate",
    "opening_hours": "Mo-Su 06:00-22:00",
    "hours_source": "RRA, by telephone",
    "phone": "+250788123456",
    "email": "gatuna@rra.example",
    "note": "",
}


def test_it_says_what_is_known_and_that_the_rest_is_unknown(network: None) -> None:
    answer = Client().get(URL)
    text = answer.content.decode()
    assert [words in text for words in ("URA and RRA", "-1.42000, 30.01000", "Approximate", "Rwanda")] == [True] * 4
    assert (answer.context["standing"].is_open, answer.context["week"]) == (None, [])
    assert ("Open now" in text, "Shut now" in text, text.count('class="unknown"')) == (False, False, 3)
    assert "Nobody has said how it stands." in text


@pytest.mark.parametrize(
    ("slug", "address"),
    [
        ("xx-border-gatuna", "/observatory/border_crossing_time_gatuna/"),
        ("ke-port-mombasa", "/observatory/ship_turnaround_time/?part=node%3Ake-port-mombasa"),
        ("xx-border-rusumo", ""),
        ("rw-city-kigali", ""),
    ],
)
def test_it_leads_to_its_figures_where_there_are_some(network: None, slug: str, address: str) -> None:
    answer = Client().get(f"/corridor/nodes/{slug}/")
    assert (answer.context["figures"], "Its figures in the observatory" in answer.content.decode()) == (
        address, bool(address),
    )  # fmt: skip
    assert not address or Client().get(address).status_code == 200


def test_its_neighbours_stand_with_their_distances(network: None) -> None:
    context = Client().get(URL).context
    ends = {name: [(*leg.slugs, leg.km) for leg in context[name]] for name in ("arriving", "leaving", "passing")}
    assert ends == {
        "arriving": [("ug-city-kampala", "xx-border-gatuna", "road", 429)],
        "leaving": [("xx-border-gatuna", "rw-city-kigali", "road", 87)],
        "passing": [],
    }
    passing = Client().get("/corridor/nodes/ug-wb-lukaya/").context["passing"]
    assert {leg.destination.slug for leg in passing} == {"xx-border-gatuna", "xx-border-kagitumba"}
    assert "No leg of the network leads here." in Client().get("/corridor/nodes/ke-port-lamu/").content.decode()


def test_hours_stand_as_a_week_with_their_source(network: None) -> None:
    Node.objects.filter(slug="xx-border-gatuna").update(opening_hours="Mo-Fr 08:00-17:00", hours_source="A sign")
    text = Client().get(URL).content.decode()
    assert ["Monday – Friday" in text, "08:00–17:00" in text, "A sign" in text, "Saturday – Sunday" in text] == [
        True
    ] * 4
    assert ("Open now" in text) != ("Shut now" in text)


def test_an_unknown_place_is_not_found(network: None) -> None:
    assert Client().get("/corridor/nodes/no-such-place/").status_code == 404


def test_what_an_officer_changes_is_shown_and_told_and_its_history_is_the_offices(cast: Cast, as_person: As) -> None:
    client = as_person(cast.officer)
    answer = client.post(EDIT, SAID)
    assert (answer.status_code, answer["Location"]) == (302, URL)
    node = Node.objects.get(slug="xx-border-gatuna")
    assert (node.name, node.phone, node.opening_hours, node.agency) == (
        "Gatuna",
        "+250788123456",
        "Mo-Su 06:00-22:00",
        None,
    )
    entry = JournalEntry.objects.get(kind="corridor.node_edited")
    assert (entry.by, entry.key, entry.data["changes"]["agency"]) == (cast.officer, node.slug, ["RRA", ""])
    for part, person in {"nobody": None, **cast.people()}.items():
        page = as_person(person).get(URL).content.decode()
        assert "tel:+250788123456" in page
        assert ("Katuna/Gatuna one-stop border post" in page, "Officer" in page) == (part == "officer",) * 2, part


def test_a_form_that_was_read_before_another_change_is_refused(cast: Cast, as_person: As) -> None:
    client = as_person(cast.officer)
    assert client.post(EDIT, SAID).status_code == 302
    late = client.post(EDIT, {**SAID, "name": "Another"})
    assert late.status_code == 422
    assert "in the meantime" in late.content.decode()
    read = client.get(EDIT).context["form"]["seen"].value()
    assert client.post(EDIT, {**SAID, "name": "Another", "seen": read}).status_code == 302
    assert Node.objects.get(slug="xx-border-gatuna").name == "Another"


@pytest.mark.parametrize("change", [{"opening_hours": "daily"}, {"lat": "99"}, {"phone": "1"}, {"name": "\x00"}])
def test_what_cannot_be_kept_is_said_and_nothing_is_changed(cast: Cast, as_person: As, change: dict[str, str]) -> None:
    answer = as_person(cast.officer).post(EDIT, {**SAID, **change})
    assert (answer.status_code, set(answer.context["form"].errors)) == (422, set(change))
    assert Node.objects.get(slug="xx-border-gatuna").edited_at is None


def test_nobody_else_changes_anything(cast: Cast, as_person: As) -> None:
    found = {part: as_person(person).post(EDIT, SAID).status_code for part, person in cast.people().items()}
    assert found == {**dict.fromkeys(found, 403), "officer": 302}
    assert Client().post(EDIT, SAID)["Location"].startswith("/accounts/login/")
    assert JournalEntry.objects.filter(kind="corridor.node_edited").count() == 1


def test_what_is_reported_of_it_stands_with_it_and_with_no_other(network: None) -> None:
    take_in(source_of("ura", "status"), said("slow", node="xx-border-gatuna"))
    found = {slug: Client().get(f"/corridor/nodes/{slug}/") for slug in ("xx-border-gatuna", "xx-border-kagitumba")}
    assert {slug: len(answer.context["conditions"]) for slug, answer in found.items()} == {
        "xx-border-gatuna": 1,
        "xx-border-kagitumba": 0,
    }
    told = {slug: "A queue of 6 km" in answer.content.decode() for slug, answer in found.items()}
    assert told == {"xx-border-gatuna": True, "xx-border-kagitumba": False}


def test_it_costs_the_same_with_many_neighbours_and_reports(
    network: None, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    with django_assert_num_queries(5):
        Client().get(URL)
    node = Node.objects.get(slug="xx-border-gatuna")
    others = Node.objects.filter(slug__startswith="ke-")
    Leg.objects.bulk_create(Leg(origin=other, destination=node, mode="rail", source="S") for other in others)
    ura = source_of("ura", "status")
    for number in range(5):
        take_in(ura, said("slow", f"Q{number}", node="xx-border-gatuna"))
    with django_assert_num_queries(5):
        Client().get(URL)
