"""The pages on an organisation's people, as they are used without JavaScript."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from allauth.usersessions.models import UserSession
from django.contrib.sessions.models import Session
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from liaison.models import JournalEntry, Membership, Organization, Person
from liaison.paging import SIZE
from liaison.people import OFFICE_ORGANIZATION, add_person, reinstate_person
from liaison.roles import Role
from tests.conftest import AT, Cast
from tests.liaison.offers import offer

As = Callable[[Person | None], Client]
FIRM = "Umucyo Traders"


def join(part: str, role: str = "member", firm: str = FIRM) -> Membership:
    add_person(email=f"{part}@portal.example", role=role, organization=firm, name=part.title(), by=None, at=AT)
    return Membership.objects.get(person__email=f"{part}@portal.example", organization__name=firm)


@pytest.fixture
def colleague(cast: Cast) -> Membership:
    return join("colleague")


@pytest.fixture
def administrator(cast: Cast) -> Person:
    return join("chief", "administrator", OFFICE_ORGANIZATION).person


def roles(firm: str = FIRM) -> dict[str, str]:
    rows = Membership.objects.filter(organization__name=firm, suspended_at__isnull=True)
    return dict(rows.values_list("person__name", "role"))


def list_of(cast: Cast) -> str:
    return f"/organizations/{cast.importer_firm.pk}/members/"


def words(client: Client, url: str) -> str:
    return client.get(url).content.decode()


def test_an_owner_sees_her_people_and_open_invitations(cast: Cast, colleague: Membership, as_person: As) -> None:
    offer(cast.importer_firm, "fresh@new.example", by=cast.importer)
    offer(cast.importer_firm, "stale@new.example", by=cast.importer, at=AT.replace(year=2025))
    offer(cast.stranger_firm, "foreign@new.example", by=cast.stranger)
    answer = as_person(cast.importer).get(list_of(cast))
    assert [row.person.name for row in answer.context["page"].rows] == ["Colleague", "Importer"]
    shown = [(row["invitation"].email, row["has_expired"]) for row in answer.context["invitations"]]
    assert shown == [("fresh@new.example", False), ("stale@new.example", True)]
    page = answer.content.decode()
    assert "last sign-in:" in page
    assert "foreign@new.example" not in page


def test_a_member_sees_her_colleagues_and_no_more(cast: Cast, colleague: Membership, as_person: As) -> None:
    offer(cast.importer_firm, "fresh@new.example", by=cast.importer)
    page = words(as_person(colleague.person), list_of(cast))
    assert "importer@portal.example" in page
    hidden = ["last sign-in", "fresh@new.example", "/role/", "/suspend/", "/remove/", "/invitations/", "/hand-over/"]
    assert [word for word in hidden if word in page] == []


@pytest.mark.parametrize(
    ("asked", "found"), [("COLL", ["Colleague"]), ("importer@", ["Importer"]), ("stranger", []), ("%00", [])]
)
def test_people_are_found_by_name_and_address(
    cast: Cast, colleague: Membership, as_person: As, asked: str, found: list[str]
) -> None:
    answer = as_person(cast.importer).get(f"{list_of(cast)}?q={asked}")
    names = [row.person.name for row in answer.context["page"].rows]
    assert names == (found if asked != "%00" else ["Colleague", "Importer"])


def test_a_long_list_is_paged(cast: Cast, as_person: As) -> None:
    for number in range(SIZE):
        join(f"p{number}")
    client = as_person(cast.importer)
    first = client.get(list_of(cast)).context["page"]
    second = client.get(first.next_url).context["page"]
    assert (len(first.rows), [row.person.name for row in second.rows]) == (SIZE, ["Importer"])


CHANGES = [
    ("role", {"role": "readonly"}, {"Importer": "owner", "Colleague": "readonly"}),
    ("suspend", {"reason": "On leave"}, {"Importer": "owner"}),
    ("remove", {}, {"Importer": "owner"}),
]


@pytest.mark.parametrize(("action", "data", "after"), CHANGES)
def test_an_action_asks_first_and_then_does_it(
    cast: Cast, colleague: Membership, as_person: As, action: str, data: dict[str, str], after: dict[str, str]
) -> None:
    client, url = as_person(cast.importer), f"/members/{colleague.pk}/{action}/"
    assert '<form method="post"' in words(client, url)
    assert roles() == {"Importer": "owner", "Colleague": "member"}
    assert client.post(url, data).headers["location"] == list_of(cast)
    assert roles() == after


@pytest.mark.parametrize(("action", "data", "_after"), CHANGES)
@pytest.mark.parametrize(
    ("part", "status"),
    [("nobody", 302), ("agent", 404), ("stranger", 404), ("officer", 403), ("desk", 404), ("colleague", 403)],
)
def test_nobody_else_does_it(
    cast: Cast,
    colleague: Membership,
    as_person: As,
    action: str,
    data: dict[str, str],
    _after: dict[str, str],
    part: str,
    status: int,
) -> None:
    who = {**cast.people(), "colleague": colleague.person, "nobody": None}[part]
    mine = Membership.objects.get(person=cast.importer)
    for target in (colleague, mine):
        assert as_person(who).post(f"/members/{target.pk}/{action}/", data).status_code == status
    assert roles() == {"Importer": "owner", "Colleague": "member"}


def test_what_is_missing_or_impossible_is_said(cast: Cast, colleague: Membership, as_person: As) -> None:
    client = as_person(cast.importer)
    assert client.post(f"/members/{colleague.pk}/suspend/", {"reason": " "}).status_code == 422
    assert client.post(f"/members/{colleague.pk}/role/", {"role": "administrator"}).status_code == 422
    leave = client.post(f"/organizations/{cast.importer_firm.pk}/leave/")
    assert leave.status_code == 422
    assert "Hand the ownership over first." in leave.content.decode()
    assert roles() == {"Importer": "owner", "Colleague": "member"}


def test_a_suspended_member_is_reinstated(cast: Cast, colleague: Membership, as_person: As) -> None:
    Membership.objects.filter(pk=colleague.pk).update(suspended_at=AT)
    client = as_person(cast.importer)
    assert f"/members/{colleague.pk}/reinstate/" in words(client, list_of(cast))
    client.post(f"/members/{colleague.pk}/reinstate/")
    assert roles()["Colleague"] == "member"


def test_an_owner_hands_over_and_leaves(cast: Cast, colleague: Membership, as_person: As) -> None:
    client, firm = as_person(cast.importer), f"/organizations/{cast.importer_firm.pk}"
    gone = join("gone")
    Membership.objects.filter(pk=gone.pk).update(suspended_at=AT)
    offered = client.get(f"{firm}/hand-over/").context["form"].fields["member"].queryset
    assert list(offered) == [colleague]
    foreign = Membership.objects.get(person=cast.stranger)
    for wrong in (gone, foreign):
        assert client.post(f"{firm}/hand-over/", {"member": wrong.pk}).status_code == 422
    assert client.post(f"{firm}/hand-over/", {"member": colleague.pk}).headers["location"] == list_of(cast)
    assert client.post(f"{firm}/leave/").headers["location"] == "/me/"
    assert roles() == {"Colleague": "owner"}
    assert client.get(list_of(cast)).status_code == 404


def test_one_cannot_leave_what_one_does_not_belong_to(cast: Cast, as_person: As) -> None:
    for part in ("stranger", "officer"):
        assert as_person(cast.people()[part]).post(f"/organizations/{cast.importer_firm.pk}/leave/").status_code == 404


@pytest.fixture
def second(cast: Cast) -> Organization:
    """The importer is a member of the stranger's firm, too."""
    return join("importer", "member", "Ikirere Imports").organization


def test_only_who_has_several_organisations_is_shown_the_switch(
    cast: Cast, second: Organization, as_person: As
) -> None:
    assert 'action="/acting-for/"' in words(as_person(cast.importer), "/corridor/")
    for part in ("agent", "stranger", "officer", "desk", "nobody"):
        assert "/acting-for/" not in words(as_person(cast.people().get(part)), "/corridor/")


def test_the_switch_costs_no_query(cast: Cast, as_person: As) -> None:
    def cost() -> int:
        with CaptureQueriesContext(connection) as queries:
            assert client.get("/inbox/").status_code == 200
        return len(queries)

    client = as_person(cast.importer)
    one = cost()
    join("importer", "member", "Ikirere Imports")
    assert cost() == one


def test_every_page_says_for_whom_one_acts(cast: Cast, second: Organization, as_person: As) -> None:
    client = as_person(cast.importer)
    pages = ["/consignments/", "/consignments/new/", "/inbox/", "/me/", "/corridor/", "/nowhere/", "/sources/"]

    def acting() -> set[str]:
        found = {client.get(page).content.decode().split("Acting for:")[1].split("</strong>")[0] for page in pages}
        return {said.split(">")[-1].strip() for said in found}

    assert acting() == {"all my organisations"}
    assert client.post("/acting-for/", {"organization": second.pk}).headers["location"] == "/"
    assert acting() == {"Ikirere Imports"}
    client.post("/acting-for/", {"organization": ""})
    assert acting() == {"all my organisations"}


def test_the_people_of_a_firm_one_does_not_act_for_are_not_shown(
    cast: Cast, second: Organization, as_person: As
) -> None:
    client = as_person(cast.importer)
    client.post("/acting-for/", {"organization": second.pk})
    assert client.get(f"/organizations/{second.pk}/members/").status_code == 200
    assert client.get(list_of(cast)).status_code == 404
    assert "Act for it" in words(client, "/me/")


@pytest.mark.parametrize("chosen", ["0", "-1", "x", "²", "9" * 30, "9" * 5000, "None"])
def test_nobody_switches_to_what_is_not_hers(cast: Cast, second: Organization, as_person: As, chosen: str) -> None:
    client = as_person(cast.importer)
    assert client.post("/acting-for/", {"organization": chosen}).status_code == 404
    assert client.post("/acting-for/", {"organization": cast.agent_firm.pk}).status_code == 404
    assert client.get("/acting-for/").status_code == 405
    assert Person.objects.filter(acting_for__isnull=False).count() == 0


def test_my_page_shows_each_organisation_with_its_standing(cast: Cast, second: Organization, as_person: As) -> None:
    third = join("importer", "readonly", "Third Firm")
    Membership.objects.filter(pk=third.pk).update(suspended_at=AT)
    fourth = join("importer", "owner", "Waiting Firm")
    Organization.objects.filter(pk=fourth.organization_id).update(standing="pending")
    rows = as_person(cast.importer).get("/me/").context["memberships"]
    assert [
        (row["organization"].name, row["role"], row["is_in_force"], row["is_suspended"], row["is_owner"])
        for row in rows
    ] == [
        ("Ikirere Imports", "Member", True, False, False),
        ("Third Firm", "Read-only", False, True, False),
        (FIRM, "Owner", True, False, True),
        ("Waiting Firm", "Owner", False, False, False),
    ]


def test_an_account_is_suspended_at_once_and_everywhere(cast: Cast, administrator: Person, as_person: As) -> None:
    join("importer", "member", "Ikirere Imports")
    made = offer(cast.importer_firm, "friend@new.example", by=cast.importer)
    sessions = [as_person(cast.importer) for _ in range(2)]
    chief, url = as_person(administrator), f"/people/{cast.importer.pk}/suspend/"
    page = words(chief, url)
    assert (FIRM in page, "Ikirere Imports" in page) == (True, False)
    assert chief.post(url, {"reason": ""}).status_code == 422
    assert [client.get("/me/").status_code for client in sessions] == [200, 200]
    chief.post(url, {"reason": "The password was stolen"})
    assert [client.get("/me/").status_code for client in sessions] == [302, 302]
    made.refresh_from_db()
    assert made.withdrawn_at is not None
    entry = JournalEntry.objects.get(kind="liaison.person_suspended")
    assert (entry.key, entry.by, entry.data) == (
        str(cast.importer.pk),
        administrator,
        {"reason": "The password was stolen", "invitations_withdrawn": 1},
    )


def test_no_session_from_before_opens_again(cast: Cast, administrator: Person, as_person: As) -> None:
    client = as_person(cast.importer)
    key = str(client.session.session_key)
    UserSession.objects.get_or_create(session_key=key, defaults={"user_id": cast.importer.pk, "ip": "127.0.0.1"})
    chief = as_person(administrator)
    chief.post(f"/people/{cast.importer.pk}/suspend/", {"reason": "So"})
    assert Session.objects.filter(session_key=key).exists() is False
    chief.post(f"/people/{cast.importer.pk}/reinstate/", {"reason": "Settled"})
    assert Person.objects.get(pk=cast.importer.pk).roles == {Role.OWNER}
    assert client.get("/me/").status_code == 302
    assert JournalEntry.objects.get(kind="liaison.person_reinstated").data == {"reason": "Settled"}


def test_an_account_is_the_administrators_matter_and_never_one_s_own(
    cast: Cast, administrator: Person, as_person: As
) -> None:
    supervisor = join("super", "supervisor", OFFICE_ORGANIZATION).person
    for who, whom in ((supervisor, cast.importer), (cast.importer, cast.stranger), (administrator, administrator)):
        for action in ("suspend", "reinstate"):
            answer = as_person(who).post(f"/people/{whom.pk}/{action}/", {"reason": "So"})
            assert answer.status_code == 403
    assert Person.objects.filter(is_active=False).count() == 0
    assert as_person(administrator).get("/people/0/suspend/").status_code == 404


def test_an_erased_person_is_not_brought_back(cast: Cast, administrator: Person, as_person: As) -> None:
    Person.objects.filter(pk=cast.stranger.pk).update(is_active=False, erased_at=AT)
    assert as_person(administrator).get(f"/people/{cast.stranger.pk}/reinstate/").status_code == 404
    assert reinstate_person(person=cast.stranger, reason="So", by=administrator, at=AT) is False
