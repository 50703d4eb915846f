"""The office's queue and its decision, as the officer's browser meets them."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import timedelta

import pytest
from django.test import Client
from django.utils import timezone

from liaison.documents import add_document
from liaison.models import Membership, Organization, Person
from liaison.verification import Decision, decide
from notify.models import Letter
from tests.conftest import AT, Cast
from tests.liaison.conftest import applicant, owner_of
from tests.liaison.papers import PDF

As = Callable[[Person | None], Client]


def names(client: Client, query: str = "") -> list[str]:
    answer = client.get(f"/verification/{query}")
    assert answer.status_code == 200
    return [row.name for row in answer.context["page"].rows]


def waiting(client: Client) -> int | None:
    page = client.get("/corridor/").content.decode()
    entry = re.search(r'<a href="/verification/"\s*>.*?</a>', page, re.DOTALL)
    badge = re.search(r'"badge soon">(\d+)', entry[0]) if entry else None
    return int(badge[1]) if badge else None


@pytest.fixture
def queue(cast: Cast) -> dict[str, Organization]:
    """One of each standing, and two that claim one number."""
    made = {
        "old": applicant("a@akabuto.example", name="Old", kind="importer", numbers={"rw_tin": "101111111"}),
        "new": applicant("b@akabuto.example", name="New", numbers={"rw_tin": "102222222"}),
        "twin": applicant("c@akabuto.example", name="Twin", numbers={"rw_tin": "102222222"}),
        "refused": applicant("d@akabuto.example", name="No", numbers={"ke_pin": "P051234567X"}),
        "suspended": applicant("e@akabuto.example", name="Out", numbers={}),
    }
    Organization.objects.filter(pk=made["old"].pk).update(created_at=timezone.now() - timedelta(days=3))
    decide(organization=made["refused"], decision=Decision.REFUSE, reason="x", by=cast.officer, at=AT)
    decide(organization=made["suspended"], decision=Decision.VERIFY, by=cast.officer, at=AT)
    decide(organization=made["suspended"], decision=Decision.SUSPEND, reason="x", by=cast.officer, at=AT)
    return made


def test_the_queue_shows_who_waits_longest_first(cast: Cast, as_person: As, queue: dict[str, Organization]) -> None:
    client = as_person(cast.officer)
    assert names(client) == ["Old", "New", "Twin"]
    answer = client.get("/verification/")
    assert [(row.name, row.is_doubled, row.papers) for row in answer.context["page"].rows] == [
        ("Old", False, 0),
        ("New", True, 0),
        ("Twin", True, 0),
    ]
    assert [(count["standing"], count["n"], count["is_chosen"]) for count in answer.context["counts"]] == [
        ("pending", 3, True),
        ("refused", 1, False),
        ("suspended", 1, False),
    ]


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ("?standing=refused", ["No"]),
        ("?standing=suspended", ["Out"]),
        ("?standing=verified", ["Old", "New", "Twin"]),
        ("?kind=agent", ["New", "Twin"]),
        ("?kind=importer", ["Old"]),
        ("?kind=agency", ["Old", "New", "Twin"]),
        ("?q=tw", ["Twin"]),
        ("?q=102 222", ["New", "Twin"]),
        ("?q=%25", []),
        ("?q=nothing", []),
        ("?q=p051&standing=refused", ["No"]),
        ("?q=old&kind=agent", []),
        ("?cursor=damaged", ["Old", "New", "Twin"]),
    ],
)
def test_the_queue_can_be_narrowed(
    cast: Cast, as_person: As, queue: dict[str, Organization], query: str, found: list[str]
) -> None:
    assert names(as_person(cast.officer), query) == found


def test_the_queue_has_pages_in_the_same_order(cast: Cast, as_person: As) -> None:
    for number in range(33):
        applicant(f"{number}@akabuto.example", name=f"Firm {number}", numbers={})
    client = as_person(cast.officer)
    first = client.get("/verification/").context["page"]
    second = client.get(first.next_url).context["page"]
    shown = [row.name for row in (*first.rows, *second.rows)]
    assert (shown, second.next_url) == ([f"Firm {number}" for number in range(33)], None)


def test_the_navigation_says_how_many_wait_and_only_to_the_office(
    cast: Cast, as_person: As, queue: dict[str, Organization]
) -> None:
    counts = {part: waiting(as_person(person)) for part, person in cast.people().items()}
    assert counts == {part: 3 if part == "officer" else None for part in counts}


def test_an_officer_reads_all_that_a_decision_rests_on(
    cast: Cast, as_person: As, queue: dict[str, Organization]
) -> None:
    twin = queue["twin"]
    add_document(organization=twin, kind="tax", file_name="t", content=PDF, by=owner_of(twin), at=AT)
    answer = as_person(cast.officer).get(f"/verification/{twin.pk}/")
    context = answer.context
    assert [
        (row["number"].value, [other.organization.name for other in row["others"]]) for row in context["numbers"]
    ] == [("102222222", ["New"])]
    assert [paper.kind for paper in context["papers"]] == ["tax"]
    assert context["missing"] == ["Certificate of registration", "Licence"]
    assert [owner.person.email for owner in context["owners"]] == ["c@akabuto.example"]
    assert f'href="/verification/{queue["new"].pk}/"' in answer.content.decode()


def test_an_officer_verifies_and_the_firm_is_told(cast: Cast, as_person: As, queue: dict[str, Organization]) -> None:
    client = as_person(cast.officer)
    url = f"/verification/{queue['old'].pk}/"
    seen = client.get(url).context["version"]
    answer = client.post(url, {"decision": "verify", "seen": seen})
    assert (answer.status_code, answer["Location"]) == (302, "/verification/")
    queue["old"].refresh_from_db()
    assert (queue["old"].standing, queue["old"].decided_by) == ("verified", cast.officer)
    assert Letter.objects.latest("pk").address == "a@akabuto.example"
    assert names(client) == ["New", "Twin"]
    assert as_person(owner_of(queue["old"])).get("/consignments/").status_code == 200


@pytest.mark.parametrize(
    ("said", "faulty"),
    [
        ({"decision": "refuse"}, ["reason"]),
        ({"decision": "refuse", "reason": "   "}, ["reason"]),
        ({"decision": "refuse", "reason": "x" * 501}, ["reason"]),
        ({}, ["decision"]),
        ({"decision": "suspend", "reason": "x"}, ["decision"]),
        ({"decision": "crown"}, ["decision"]),
        ({"decision": "verify", "seen": ""}, ["seen"]),
        ({"decision": "verify", "seen": "0" * 16}, ["__all__"]),
    ],
)
def test_a_faulty_decision_changes_nothing(
    cast: Cast, as_person: As, queue: dict[str, Organization], said: dict[str, str], faulty: list[str]
) -> None:
    client = as_person(cast.officer)
    url = f"/verification/{queue['old'].pk}/"
    answer = client.post(url, {"seen": client.get(url).context["version"], **said})
    assert (answer.status_code, list(answer.context["form"].errors)) == (422, faulty)
    queue["old"].refresh_from_db()
    assert (queue["old"].standing, queue["old"].decided_at) == ("pending", None)


def test_after_a_change_the_officer_decides_on_what_is_shown_now(
    cast: Cast, as_person: As, queue: dict[str, Organization]
) -> None:
    client = as_person(cast.officer)
    url = f"/verification/{queue['old'].pk}/"
    answer = client.post(url, {"decision": "verify", "seen": "0" * 16})
    assert "Look at it again" in answer.content.decode()
    assert client.post(url, {"decision": "verify", "seen": answer.context["version"]}).status_code == 302


def test_a_number_verified_elsewhere_is_named_to_the_office(
    cast: Cast, as_person: As, queue: dict[str, Organization]
) -> None:
    decide(organization=queue["new"], decision=Decision.VERIFY, by=cast.officer, at=AT)
    client = as_person(cast.officer)
    url = f"/verification/{queue['twin'].pk}/"
    page = client.get(url)
    answer = client.post(url, {"decision": "verify", "seen": page.context["version"]})
    assert answer.status_code == 422
    assert "102222222 is verified for New already" in answer.content.decode()


def test_nobody_decides_on_her_own(cast: Cast, as_person: As, queue: dict[str, Organization]) -> None:
    Membership.objects.create(person=cast.officer, organization=queue["old"], role="readonly")
    client = as_person(cast.officer)
    url = f"/verification/{queue['old'].pk}/"
    page = client.get(url)
    assert "Somebody else of the office has to decide" in page.content.decode()
    assert 'name="decision"' not in page.content.decode()
    assert client.post(url, {"decision": "verify", "seen": page.context["version"]}).status_code == 403
    queue["old"].refresh_from_db()
    assert queue["old"].standing == "pending"
