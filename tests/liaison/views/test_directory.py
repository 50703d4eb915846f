"""The directory's pages, as the office uses them without JavaScript."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone

from cargo.models import Consignment
from liaison.calls import note_call
from liaison.focal_points import Entry, add_focal_point
from liaison.models import CallNote, FocalPoint, JournalEntry, Organization, Person
from liaison.people import add_person
from tests.conftest import AT, Cast

As = Callable[[Person | None], Client]
SALIM = Entry(name="Mwanaidi Salim", duty="Yard", phone="+254722000111", concerns=["PORT_DELAY"])
CALL = {"spoken_to": "Keza", "about": "Seals", "text": "None to be had.", "called_at": "2026-11-20T08:00"}
POINT = {
    "name": "Peter",
    "duty": "Gate",
    "phone": "0722 000 112",
    "email": "",
    "rank": "2",
    "concerns": ["INFO", "FUEL"],
}


@pytest.fixture
def supervisor(cast: Cast) -> Person:
    return add_person(email="super@portal.example", role="supervisor", by=None, at=AT)


@pytest.fixture
def kpa(cast: Cast) -> Organization:
    return Organization.objects.get(name="KPA")


@pytest.fixture
def salim(kpa: Organization) -> FocalPoint:
    return add_focal_point(organization=kpa, entry=SALIM, by=None, at=AT)


def listed(client: Client, **asked: str) -> list[str]:
    return [row["organization"].name for row in client.get("/directory/", asked).context["rows"]]


def seen() -> list[tuple[str, str, dict[str, Any]]]:
    entries = JournalEntry.objects.filter(kind="liaison.personal_data_seen").order_by("pk")
    return list(entries.values_list("subject", "key", "data"))


# The list


def test_all_stand_from_a_to_z_over_the_pages(cast: Cast, as_person: As) -> None:
    for number in range(40):
        Organization.objects.create(name=f"{'aB'[number % 2]}kabuto {number:02d}", kind="agent", standing="pending")
    client, url, names = as_person(cast.officer), "/directory/", list[str]()
    while url:
        page = client.get(url).context["page"]
        names += [row.name for row in page.rows]
        url = page.next_url
    assert names == sorted(names, key=str.lower)
    assert len(names) == Organization.objects.count()


def test_a_row_says_how_to_reach_what_is_under_way_and_when_it_was_spoken_to(
    cast: Cast, consignment: Consignment, as_person: As
) -> None:
    firm = cast.importer_firm
    Organization.objects.filter(pk=firm.pk).update(phone="+250788123456")
    called_at = timezone.now() - timedelta(hours=3)
    note_call(organization=firm, spoken_to="A", about="B", text="C", called_at=called_at, by=cast.officer, at=called_at)
    page = as_person(cast.officer).get("/directory/", {"q": "umucyo"}).content.decode()
    assert 'href="tel:+250788123456"' in page
    assert 'href="mailto:importer@portal.example"' in page
    assert f'href="/consignments/?organization={firm.pk}&amp;state=open">Open consignments: <strong>1</strong>' in page
    assert "Last contact: 3 hours ago" in " ".join(page.split())


@pytest.mark.parametrize(
    ("asked", "found"),
    [
        ({"kind": "agent"}, ["Inzira Clearing"]),
        ({"kind": "agent", "standing": "pending"}, []),
        ({"kind": "importer", "q": "IKI"}, ["Ikirere Imports"]),
        ({"q": "importer@portal"}, ["Umucyo Traders"]),
        ({"kind": "nonsense"}, []),
        ({"standing": "nonsense"}, []),
        ({"q": "a\x00"}, []),
        ({"q": "x" * 81}, []),
        ({"q": "nobody is called so"}, []),
    ],
)
def test_what_is_asked_for_is_found(cast: Cast, as_person: As, asked: dict[str, str], found: list[str]) -> None:
    assert listed(as_person(cast.officer), **asked) == found


def test_whose_contacts_were_listed_is_noted_once_for_a_page(cast: Cast, as_person: As) -> None:
    client = as_person(cast.officer)
    client.get("/directory/", {"kind": "agent"})
    client.get("/directory/", {"q": "nobody is called so"})
    assert seen() == [("directory", "list", {"organizations": [cast.agent_firm.pk]})]


# One organisation


def test_the_page_gathers_what_the_office_knows(
    cast: Cast, kpa: Organization, salim: FocalPoint, as_person: As
) -> None:
    note_call(organization=kpa, spoken_to="Keza", about="Seals", text="None.", called_at=AT, by=cast.officer, at=AT)
    client = as_person(cast.officer)
    page = client.get(f"/directory/{kpa.pk}/").content.decode()
    for words in ("Mwanaidi Salim", "Delay in the port", "desk@portal.example", "Seals", "Keza", "None."):
        assert words in page
    assert f"/verification/{kpa.pk}/" in page
    assert [words for words in ("/focal-points/", "/concerns/", "/remove/") if words in page] == [
        "/focal-points/", "/concerns/",
    ]  # fmt: skip
    client.get(f"/directory/{kpa.pk}/")
    assert seen() == [("organization", str(kpa.pk), {})]


def test_long_lists_of_people_and_notes_go_on_elsewhere(cast: Cast, kpa: Organization, as_person: As) -> None:
    for number in range(31):
        add_person(email=f"d{number}@kpa.example", role="desk", organization="KPA", by=None, at=AT)
        CallNote.objects.create(organization=kpa, by=cast.officer, at=AT + timedelta(hours=number), text=f"n{number}")
    client = as_person(cast.officer)
    context = client.get(f"/directory/{kpa.pk}/").context
    assert (len(context["people"]), context["has_more_people"]) == (30, True)
    assert [note.text for note in context["page"].rows] == [f"n{number}" for number in range(30, 10, -1)]
    rest = client.get(context["page"].next_url).context["page"]
    assert [note.text for note in rest.rows] == [f"n{number}" for number in range(10, -1, -1)]


def test_an_organisation_that_is_not_there_is_404(cast: Cast, as_person: As) -> None:
    client = as_person(cast.officer)
    assert [client.get(f"/directory/{pk}/").status_code for pk in (0, 10**12)] == [404, 404]


# Calls


def test_a_call_is_noted_in_kigalis_time(cast: Cast, as_person: As) -> None:
    client, url = as_person(cast.officer), f"/directory/{cast.agent_firm.pk}/"
    assert client.post(f"{url}notes/", CALL)["Location"] == url
    note = CallNote.objects.get()
    assert (note.by, note.at, note.spoken_to, note.about, note.text) == (
        cast.officer, AT, "Keza", "Seals", "None to be had.",
    )  # fmt: skip
    assert Organization.objects.get(pk=cast.agent_firm.pk).last_contact_at == AT


@pytest.mark.parametrize(
    ("wrong", "field"),
    [
        ({"spoken_to": ""}, "spoken_to"),
        ({"about": " "}, "about"),
        ({"text": ""}, "text"),
        ({"text": "x" * 2001}, "text"),
        ({"called_at": "yesterday"}, "called_at"),
        ({"called_at": "2126-11-20T08:00"}, "called_at"),
    ],
)
def test_a_slip_is_shown_with_what_was_typed(cast: Cast, as_person: As, wrong: dict[str, str], field: str) -> None:
    answer = as_person(cast.officer).post(f"/directory/{cast.agent_firm.pk}/notes/", {**CALL, **wrong})
    assert (answer.status_code, list(answer.context["form"].errors)) == (422, [field])
    assert '<details class="card" open>' in answer.content.decode()
    assert not CallNote.objects.exists()


# Focal points


def test_a_supervisor_names_changes_and_removes(supervisor: Person, kpa: Organization, as_person: As) -> None:
    client, url = as_person(supervisor), f"/directory/{kpa.pk}/"
    assert client.post(f"{url}focal-points/", POINT)["Location"] == url
    point = FocalPoint.objects.get()
    assert (point.name, point.phone, point.rank, point.concerns) == ("Peter", "+254722000112", 2, ["FUEL", "INFO"])
    assert 'value="FUEL" id="id_concerns_17" checked' in client.get(f"/focal-points/{point.pk}/").content.decode()
    assert client.post(f"/focal-points/{point.pk}/", {**POINT, "duty": "Yard", "concerns": []})["Location"] == url
    assert FocalPoint.objects.values_list("duty", "concerns").get() == ("Yard", [])
    assert "Notes of calls stay" in client.get(f"/focal-points/{point.pk}/remove/").content.decode()
    assert client.post(f"/focal-points/{point.pk}/remove/")["Location"] == url
    assert not FocalPoint.objects.exists()
    kinds = JournalEntry.objects.filter(subject="focal_point").order_by("pk").values_list("kind", flat=True)
    assert [kind.rpartition("_")[2] for kind in kinds] == ["added", "changed", "removed"]


@pytest.mark.parametrize(
    ("wrong", "words"),
    [
        ({"phone": "12"}, "Write the telephone number with its country code"),
        ({"phone": ""}, "Give a telephone number or an e-mail address."),
        ({"name": ""}, "This field is required."),
        ({"rank": "9"}, "Select a valid choice."),
        ({"concerns": ["PORT"]}, "Select a valid choice."),
    ],
)
def test_a_slip_keeps_nothing(
    supervisor: Person, kpa: Organization, salim: FocalPoint, as_person: As, wrong: dict[str, Any], words: str
) -> None:
    for url in (f"/directory/{kpa.pk}/focal-points/", f"/focal-points/{salim.pk}/"):
        answer = as_person(supervisor).post(url, {**POINT, **wrong})
        assert (answer.status_code, words in answer.content.decode()) == (422, True)
    assert FocalPoint.objects.get().name == "Mwanaidi Salim"


def test_an_officer_assigns_categories_and_nothing_else(cast: Cast, salim: FocalPoint, as_person: As) -> None:
    client = as_person(cast.officer)
    assert (
        client.post(f"/focal-points/{salim.pk}/concerns/", {"concerns": ["NTB", "FRAUD"], "name": "X"}).status_code
        == 302
    )
    salim.refresh_from_db()
    assert (salim.concerns, salim.name) == (["FRAUD", "NTB"], "Mwanaidi Salim")
    assert client.post(f"/focal-points/{salim.pk}/concerns/", {"concerns": ["PORT"]}).status_code == 422
    for url in (f"/focal-points/{salim.pk}/", f"/focal-points/{salim.pk}/remove/"):
        assert client.post(url, POINT).status_code == 403
    assert client.get("/focal-points/0/concerns/").status_code == 404
    assert FocalPoint.objects.count() == 1


# Whom to call


def test_gaps_are_shown_as_gaps(cast: Cast, kpa: Organization, salim: FocalPoint, as_person: As) -> None:
    page = as_person(cast.officer).get("/directory/who-to-call/").content.decode()
    assert page.count("nobody in charge") == 22
    assert page.count("no deputy") == 1
    assert "22 lines have nobody to be called first." in page
    assert 'href="tel:+254722000111"' in page
    assert seen() == [("directory", "list", {"organizations": [kpa.pk]})]


@pytest.mark.parametrize("when", ["0001-01-01T00:00", "1926-11-20T08:00"])
def test_a_slip_in_the_year_of_a_call_leaves_the_page_as_it_was(cast: Cast, as_person: As, when: str) -> None:
    client, url = as_person(cast.officer), f"/directory/{cast.importer_firm.pk}/"
    answer = client.post(f"{url}notes/", CALL | {"called_at": when})
    assert (answer.status_code, "Check the year." in answer.content.decode()) == (422, True)
    assert (client.get(url).status_code, client.get("/directory/").status_code) == (200, 200)
    assert CallNote.objects.count() == 0


@pytest.mark.parametrize("part", ["importer", "agent", "stranger", "desk", "official", "nobody"])
def test_nobody_outside_the_office_writes_anything_in_the_directory(
    cast: Cast, salim: FocalPoint, as_person: As, part: str
) -> None:
    client = as_person(cast.people().get(part))
    organization, point = f"/directory/{cast.importer_firm.pk}/", f"/focal-points/{salim.pk}/"
    posts = {f"{organization}notes/": CALL, f"{organization}focal-points/": POINT, point: POINT,
             f"{point}concerns/": {"concerns": "INFO"}, f"{point}remove/": {}}  # fmt: skip
    refused = 302 if part == "nobody" else 403
    assert {url: client.post(url, said).status_code for url, said in posts.items()} == dict.fromkeys(posts, refused)
    salim.refresh_from_db()
    assert (CallNote.objects.count(), FocalPoint.objects.count(), salim.concerns) == (0, 1, ["PORT_DELAY"])


def test_an_officer_assigns_concerns_and_leaves_the_people_to_her_supervisor(
    cast: Cast, salim: FocalPoint, as_person: As
) -> None:
    client, point = as_person(cast.officer), f"/focal-points/{salim.pk}/"
    posts = {f"/directory/{salim.organization_id}/focal-points/": POINT, point: POINT, f"{point}remove/": {}}
    assert [client.post(url, said).status_code for url, said in posts.items()] == [403, 403, 403]
    assert client.post(f"{point}concerns/", {"concerns": ["INFO", "FUEL"]}).status_code == 302
    salim.refresh_from_db()
    assert (salim.name, salim.concerns, FocalPoint.objects.count()) == ("Mwanaidi Salim", ["FUEL", "INFO"], 1)
