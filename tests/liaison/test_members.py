"""Roles as data: who may change whose, what fits where, and that nobody is left without an owner."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from threading import Barrier
from typing import Any

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import connection
from django.test import Client
from django.utils import translation
from django.utils.translation import gettext

from cargo.models import Consignment
from cargo.registration import Particulars, register
from liaison import members
from liaison.invitations import invite
from liaison.models import Invitation, JournalEntry, Membership, Organization, Person
from liaison.people import OFFICE_ORGANIZATION, add_person
from liaison.roles import EVERY, OFFICE, TRADE, head_role, roles_in
from notify.models import Letter, Notice
from notify.outbox import fan_out
from tests.conftest import AT, Cast

As = Callable[[Person | None], Client]
FIRM = "Umucyo Traders"


def join(part: str, role: str, firm: str = FIRM) -> Membership:
    email = f"{part}@portal.example"
    add_person(email=email, role=role, organization=firm, name=part.title(), by=None, at=AT)
    return Membership.objects.select_related("person", "organization").get(person__email=email, organization__name=firm)


def of(person: Person) -> Membership:
    return Membership.objects.select_related("person", "organization").get(person=person)


def fresh(person: Person) -> Person:
    return Person.objects.get(pk=person.pk)


def roles(firm: str = FIRM) -> dict[str, str]:
    rows = Membership.objects.filter(organization__name=firm, suspended_at__isnull=True)
    return dict(rows.values_list("person__name", "role"))


def told(kind: str) -> list[tuple[Any, ...]]:
    return list(JournalEntry.objects.filter(kind=kind).order_by("pk").values_list("key", "by", "data"))


def letters() -> list[tuple[str, str]]:
    return list(Letter.objects.order_by("pk").values_list("address", "subject"))


@pytest.fixture
def colleague(cast: Cast) -> Membership:
    return join("colleague", "member")


@pytest.fixture
def administrator(cast: Cast) -> Person:
    return join("administrator", "administrator", OFFICE_ORGANIZATION).person


@pytest.fixture
def supervisor(cast: Cast) -> Person:
    return join("supervisor", "supervisor", OFFICE_ORGANIZATION).person


@pytest.mark.parametrize("kind", Organization.Kind.values)
def test_every_kind_of_organisation_has_its_roles(kind: str) -> None:
    expected = {"office": OFFICE, "agency": EVERY - OFFICE - TRADE}.get(kind, TRADE)
    assert set(roles_in(kind)) == expected
    assert head_role(kind) == {"office": "administrator", "agency": None}.get(kind, "owner")


def test_a_new_role_counts_at_once_and_is_told(cast: Cast, colleague: Membership) -> None:
    assert members.change_role(membership=colleague, role="readonly", by=cast.importer, at=AT) is True
    assert roles() == {"Importer": "owner", "Colleague": "readonly"}
    data = {"firm": cast.importer_firm.pk, "role": "readonly", "before": "member"}
    assert told("liaison.role_changed") == [(str(colleague.person_id), cast.importer.pk, data)]
    assert letters() == [("colleague@portal.example", "Your role in Umucyo Traders has changed")]
    assert "is now: Read-only." in Letter.objects.get().body


def test_the_same_role_again_is_no_news(cast: Cast, colleague: Membership) -> None:
    assert members.change_role(membership=colleague, role="member", by=cast.importer, at=AT) is False
    assert (told("liaison.role_changed"), letters()) == ([], [])


def test_a_letter_speaks_her_language_and_not_the_sender_s(cast: Cast, colleague: Membership) -> None:
    Person.objects.filter(pk=colleague.person_id).update(language="fr")
    members.change_role(membership=colleague, role="owner", by=cast.importer, at=AT)
    with translation.override("fr"):
        assert gettext("Owner") in Letter.objects.get().body


@pytest.mark.parametrize("role", sorted(EVERY))
def test_only_a_fitting_role_is_given_whoever_asks(cast: Cast, colleague: Membership, role: str) -> None:
    desk = of(cast.desk)
    officer = of(cast.officer)
    for membership, kind in ((colleague, "importer"), (desk, "agency"), (officer, "office")):
        if role not in roles_in(kind):
            with pytest.raises(ValidationError) as failed:
                members.change_role(membership=membership, role=role, by=None, at=AT)
            assert list(failed.value.message_dict) == ["role"]
    assert (of(cast.desk).role, of(cast.officer).role, roles()["Colleague"]) == ("desk", "officer", "member")


def test_an_unknown_role_is_refused(cast: Cast, colleague: Membership) -> None:
    with pytest.raises(ValueError, match="emperor"):
        members.change_role(membership=colleague, role="emperor", by=cast.importer, at=AT)


def managed_by(person: Person, cast: Cast) -> set[str]:
    organizations = Organization.objects.filter(
        name__in=[FIRM, "Inzira Clearing", "Ikirere Imports", "KPA", OFFICE_ORGANIZATION]
    )
    return {row.name for row in organizations if members.may_manage(fresh(person), row)}


def test_who_manages_whose_people(cast: Cast, colleague: Membership, supervisor: Person, administrator: Person) -> None:
    firms = {FIRM, "Inzira Clearing", "Ikirere Imports"}
    readonly = join("looker", "readonly").person
    found = {
        person.name: managed_by(person, cast)
        for person in (*cast.people().values(), colleague.person, readonly, supervisor, administrator)
    }
    assert found == {
        "Importer": {FIRM},
        "Stranger": {"Ikirere Imports"},
        "Supervisor": firms,
        "Administrator": firms | {"KPA", OFFICE_ORGANIZATION},
        **{name: set() for name in ("Agent", "Officer", "Desk", "Official", "Colleague", "Looker")},
    }


@pytest.mark.parametrize("standing", ["pending", "refused", "suspended"])
def test_the_owner_of_a_firm_that_is_not_verified_manages_nobody(cast: Cast, standing: str) -> None:
    Organization.objects.filter(pk=cast.importer_firm.pk).update(standing=standing, decision="Why")
    assert managed_by(cast.importer, cast) == set()


@pytest.mark.parametrize("part", ["agent", "stranger", "officer", "desk", "official"])
def test_nobody_else_changes_a_firm_s_people(cast: Cast, colleague: Membership, part: str) -> None:
    by: dict[str, Any] = {"membership": colleague, "by": cast.people()[part], "at": AT}
    for change in (
        lambda: members.change_role(role="owner", **by),
        lambda: members.suspend_member(reason="So", **by),
        lambda: members.reinstate_member(**by),
        lambda: members.remove_member(**by),
        lambda: members.hand_over(**by),
    ):
        with pytest.raises(PermissionDenied):
            change()
    assert (roles(), letters()) == ({"Importer": "owner", "Colleague": "member"}, [])


def test_nobody_raises_herself(cast: Cast, colleague: Membership, administrator: Person, supervisor: Person) -> None:
    hers = join("supervisor", "member")
    for membership, role in (
        (colleague, "owner"),
        (of(cast.officer), "administrator"),
        (hers, "owner"),
        (of(cast.importer), "readonly"),
    ):
        with pytest.raises(PermissionDenied):
            members.change_role(membership=membership, role=role, by=membership.person, at=AT)
    assert roles() == {"Importer": "owner", "Colleague": "member", "Supervisor": "member"}


def test_an_authority_that_was_lost_meanwhile_counts_no_more(cast: Cast, colleague: Membership) -> None:
    owner = fresh(cast.importer)
    assert owner.roles == {"owner"}
    Membership.objects.filter(person=owner).update(role="readonly")
    with pytest.raises(PermissionDenied):
        members.remove_member(membership=colleague, by=owner, at=AT)


def test_the_office_is_the_administrators_matter(cast: Cast, administrator: Person, supervisor: Person) -> None:
    officer = of(cast.officer)
    with pytest.raises(PermissionDenied):
        members.change_role(membership=officer, role="supervisor", by=supervisor, at=AT)
    members.change_role(membership=officer, role="supervisor", by=administrator, at=AT)
    members.change_role(membership=of(cast.desk), role="official", by=administrator, at=AT)
    assert (of(cast.officer).role, of(cast.desk).role) == ("supervisor", "official")


def losing(membership: Membership, by: Person | None) -> dict[str, Callable[[], object]]:
    return {
        "role": lambda: members.change_role(membership=membership, role="member", by=by, at=AT),
        "suspend": lambda: members.suspend_member(membership=membership, reason="So", by=by, at=AT),
        "remove": lambda: members.remove_member(membership=membership, by=by, at=AT),
        "leave": lambda: members.leave(organization=membership.organization, by=membership.person, at=AT),
    }


@pytest.mark.parametrize("way", ["role", "suspend", "remove", "leave"])
def test_the_last_owner_stays(cast: Cast, colleague: Membership, supervisor: Person, way: str) -> None:
    join("gone", "owner")
    Membership.objects.filter(person__name="Gone").update(suspended_at=AT)
    closed = join("closed", "owner")
    Person.objects.filter(pk=closed.person_id).update(is_active=False)
    with pytest.raises(ValidationError) as failed:
        losing(of(cast.importer), supervisor)[way]()
    assert failed.value.messages == ["Umucyo Traders would be left without an owner. Hand the ownership over first."]
    assert roles()["Importer"] == "owner"


@pytest.mark.parametrize("way", ["role", "suspend", "remove", "leave"])
def test_one_of_two_owners_may_go(cast: Cast, supervisor: Person, way: str) -> None:
    join("second", "owner")
    losing(of(cast.importer), supervisor)[way]()
    assert roles() == {"Second": "owner", **({"Importer": "member"} if way == "role" else {})}


def test_the_last_administrator_stays(cast: Cast, administrator: Person) -> None:
    with pytest.raises(ValidationError, match="without an administrator"):
        members.leave(organization=Organization.objects.get(name=OFFICE_ORGANIZATION), by=administrator, at=AT)
    members.leave(organization=of(cast.desk).organization, by=cast.desk, at=AT)
    assert Membership.objects.filter(person=cast.desk).count() == 0


@pytest.mark.django_db(transaction=True)
def test_two_owners_who_leave_at_the_same_moment_leave_one(cast: Cast) -> None:
    second = join("second", "owner").person
    both_ready = Barrier(2)

    def go(person: Person) -> bool:
        try:
            both_ready.wait(10)
            return members.leave(organization=cast.importer_firm, by=person, at=AT)
        except ValidationError:
            return False
        finally:
            connection.close()

    with ThreadPoolExecutor(2) as pool:
        left = list(pool.map(go, [cast.importer, second]))
    assert sorted(left) == [False, True]
    assert Membership.objects.filter(organization=cast.importer_firm, role="owner").count() == 1


def test_suspension_keeps_the_membership_and_its_reason(cast: Cast, colleague: Membership) -> None:
    given: dict[str, Any] = {"membership": colleague, "by": cast.importer, "at": AT}
    with pytest.raises(ValidationError, match="Say why"):
        members.suspend_member(reason="  ", **given)
    assert [members.suspend_member(reason=" On leave ", **given) for _ in range(2)] == [True, False]
    assert fresh(colleague.person).roles == frozenset()
    assert told("liaison.member_suspended") == [
        (str(colleague.person_id), cast.importer.pk, {"firm": cast.importer_firm.pk, "reason": "On leave"})
    ]
    assert [members.reinstate_member(**given) for _ in range(2)] == [True, False]
    assert fresh(colleague.person).roles == {"member"}
    assert len(told("liaison.member_reinstated")) == 1


def test_who_is_removed_is_told(cast: Cast, colleague: Membership) -> None:
    members.remove_member(membership=colleague, by=cast.importer, at=AT)
    assert roles() == {"Importer": "owner"}
    data = {"firm": cast.importer_firm.pk, "role": "member"}
    assert told("liaison.member_removed") == [(str(colleague.person_id), cast.importer.pk, data)]
    assert letters() == [("colleague@portal.example", "You no longer belong to Umucyo Traders")]
    with pytest.raises(ValidationError, match="has left"):
        members.change_role(membership=colleague, role="owner", by=cast.importer, at=AT)


def test_leaving_is_one_s_own_doing(cast: Cast, colleague: Membership) -> None:
    left = [members.leave(organization=cast.importer_firm, by=colleague.person, at=AT) for _ in range(2)]
    assert (left, roles(), letters()) == ([True, False], {"Importer": "owner"}, [])
    data = {"firm": cast.importer_firm.pk, "role": "member"}
    assert told("liaison.member_left") == [(str(colleague.person_id), colleague.person_id, data)]


def test_handing_over_swaps_the_roles_and_then_she_may_leave(cast: Cast, colleague: Membership) -> None:
    members.hand_over(membership=colleague, by=cast.importer, at=AT)
    assert roles() == {"Importer": "member", "Colleague": "owner"}
    data = {"firm": cast.importer_firm.pk, "before": "member"}
    assert told("liaison.handed_over") == [(str(colleague.person_id), cast.importer.pk, data)]
    assert letters() == [("colleague@portal.example", "Umucyo Traders has been handed over to you")]
    assert members.leave(organization=cast.importer_firm, by=cast.importer, at=AT) is True


@pytest.mark.parametrize("way", ["remove", "suspend", "demote", "leave", "hand_over", "operator"])
def test_who_manages_a_firm_no_more_lets_nobody_into_it(cast: Cast, way: str) -> None:
    second, other = join("second", "owner"), join("second", "owner", "Ikirere Imports")
    for firm, email in ((cast.importer_firm, "alias@evil.example"), (other.organization, "friend@ikirere.example")):
        invite(organization=firm, email=email, role="owner", language="en", by=second.person, at=AT)
    invite(
        organization=cast.importer_firm,
        email="new@umucyo.example",
        role="member",
        language="en",
        by=cast.importer,
        at=AT,
    )
    given: dict[str, Any] = {"membership": second, "by": cast.importer, "at": AT}
    ways: dict[str, Callable[[], object]] = {
        "remove": lambda: members.remove_member(**given),
        "suspend": lambda: members.suspend_member(**given, reason="Left us"),
        "demote": lambda: members.change_role(**given, role="member"),
        "leave": lambda: members.leave(organization=cast.importer_firm, by=second.person, at=AT),
        "hand_over": lambda: members.hand_over(membership=of(cast.importer), by=second.person, at=AT),
        "operator": lambda: join("second", "member"),
    }
    ways[way]()
    still = Invitation.objects.open(AT).order_by("email").values_list("email", flat=True)
    assert list(still) == ["friend@ikirere.example", "new@umucyo.example"]
    told_of = JournalEntry.objects.filter(data__has_key="invitations_withdrawn").values_list("data", flat=True)
    assert [data["invitations_withdrawn"] for data in told_of] == [1]


def test_a_higher_role_takes_no_offer_back_and_the_office_s_are_all_taken(
    cast: Cast, administrator: Person, supervisor: Person
) -> None:
    for by in (supervisor, administrator):
        email = f"{by.name.lower()}@umucyo.example"
        invite(organization=cast.importer_firm, email=email, role="member", language="en", by=by, at=AT)
    members.change_role(membership=of(supervisor), role="administrator", by=administrator, at=AT)
    assert Invitation.objects.open(AT).count() == 2
    members.change_role(membership=of(supervisor), role="officer", by=administrator, at=AT)
    assert list(Invitation.objects.open(AT).values_list("invited_by", flat=True)) == [administrator.pk]


def test_offers_stay_that_their_maker_may_still_make(cast: Cast, administrator: Person) -> None:
    second = join("second", "administrator", OFFICE_ORGANIZATION).person
    agency = Organization.objects.get(name="KPA")
    for firm, role in ((agency, "desk"), (cast.importer_firm, "member")):
        invite(organization=firm, email="new@kpa.example", role=role, language="en", by=second, at=AT)
    place = of(second)
    members.change_role(membership=place, role="supervisor", by=administrator, at=AT)
    # The people of an agency are the administrators' matter, those of a firm a supervisor's, too.
    assert [offer.organization for offer in Invitation.objects.open(AT)] == [cast.importer_firm]
    Membership.objects.create(person=second, organization=cast.importer_firm, role="owner", since=AT)
    Person.objects.filter(pk=second.pk).update(acting_for=place.organization)
    members.change_role(membership=place, role="officer", by=administrator, at=AT)
    assert Invitation.objects.open(AT).count() == 1


def test_it_is_handed_over_to_nobody_who_is_suspended(cast: Cast, colleague: Membership) -> None:
    Membership.objects.filter(pk=colleague.pk).update(suspended_at=AT)
    with pytest.raises(ValidationError, match="is suspended"):
        members.hand_over(membership=colleague, by=cast.importer, at=AT)
    assert roles() == {"Importer": "owner"}


def test_the_office_gives_a_role_but_hands_nothing_over(cast: Cast, colleague: Membership, supervisor: Person) -> None:
    with pytest.raises(PermissionDenied):
        members.hand_over(membership=colleague, by=supervisor, at=AT)
    members.change_role(membership=colleague, role="owner", by=supervisor, at=AT)
    assert roles() == {"Importer": "owner", "Colleague": "owner"}


def end_of(way: str, membership: Membership, by: Person) -> None:
    if way == "leave":
        members.leave(organization=membership.organization, by=membership.person, at=AT)
    elif way == "suspend":
        members.suspend_member(membership=membership, reason="So", by=by, at=AT)
    else:
        members.remove_member(membership=membership, by=by, at=AT)


@pytest.mark.parametrize("way", ["leave", "suspend", "remove"])
def test_an_open_session_sees_nothing_from_that_moment(
    cast: Cast, colleague: Membership, consignment: Consignment, as_person: As, way: str
) -> None:
    session = as_person(colleague.person)
    pages = [f"/consignments/{consignment.ref}/", f"/organizations/{cast.importer_firm.pk}/members/"]
    assert [session.get(page).status_code for page in pages] == [200, 200]
    end_of(way, colleague, cast.importer)
    assert [session.get(page).status_code for page in pages] == [403, 404]
    answers = [session.get(page) for page in (*pages, "/", "/consignments/", "/inbox/")]
    assert [answer for answer in answers if consignment.bill_of_lading in answer.content.decode()] == []


@pytest.fixture
def two_firms(cast: Cast, consignment: Consignment) -> dict[str, str]:
    """The stranger has a consignment, too, and the importer joins his firm; the references by firm."""
    join("importer", "readonly", "Ikirere Imports")
    other = register(
        particulars=Particulars(consignee=cast.stranger_firm, bill_of_lading="IKIR1"), by=cast.stranger, at=AT
    )
    return {FIRM: consignment.ref, "Ikirere Imports": other.ref}


def seen_by(person: Person) -> set[str]:
    return set(Consignment.objects.visible_to(fresh(person)).values_list("ref", flat=True))


def test_the_switch_narrows_roles_and_cargo(cast: Cast, two_firms: dict[str, str]) -> None:
    person = fresh(cast.importer)
    assert (set(person.roles), seen_by(person)) == ({"owner", "readonly"}, set(two_firms.values()))
    firm = cast.stranger_firm.pk
    assert members.switch_organization(organization_id=firm, by=person, at=AT) is True
    assert seen_by(person) == {two_firms["Ikirere Imports"]}
    assert (set(fresh(person).roles), fresh(person).organization_ids()) == ({"readonly"}, [firm])
    assert members.switch_organization(organization_id=None, by=fresh(person), at=AT) is True
    assert seen_by(person) == set(two_firms.values())
    assert [row[2] for row in told("liaison.acting_for_changed")] == [{"firm": firm}, {"firm": None}]


def test_nobody_acts_for_a_firm_that_is_not_hers(cast: Cast, two_firms: dict[str, str]) -> None:
    Membership.objects.filter(person=cast.importer, organization=cast.stranger_firm).update(suspended_at=AT)
    for firm in (cast.agent_firm.pk, cast.stranger_firm.pk, 0):
        assert members.switch_organization(organization_id=firm, by=fresh(cast.importer), at=AT) is False
    assert (fresh(cast.importer).acting_for_id, told("liaison.acting_for_changed")) == (None, [])


@pytest.mark.parametrize("way", ["leave", "suspend", "remove"])
def test_who_loses_the_firm_she_acts_for_acts_for_all_again(cast: Cast, two_firms: dict[str, str], way: str) -> None:
    members.switch_organization(organization_id=cast.stranger_firm.pk, by=fresh(cast.importer), at=AT)
    hers = Membership.objects.select_related("organization", "person").get(
        person=cast.importer, organization=cast.stranger_firm
    )
    end_of(way, hers, cast.stranger)
    assert (set(fresh(cast.importer).roles), seen_by(cast.importer)) == ({"owner"}, {two_firms[FIRM]})


def test_news_reaches_her_for_all_her_organisations(cast: Cast, two_firms: dict[str, str], as_person: As) -> None:
    members.switch_organization(organization_id=cast.stranger_firm.pk, by=fresh(cast.importer), at=AT)
    entry = JournalEntry.objects.create(
        kind="cargo.consignment_moved",
        subject="consignment",
        key="x",
        at=AT,
        data={"ref": two_firms[FIRM], "moves": []},
    )
    fan_out({entry.pk: [cast.importer.pk]}, at=AT)
    assert Notice.objects.visible_to(fresh(cast.importer)).inbox().count() == 1
    assert two_firms[FIRM] in as_person(cast.importer).get("/inbox/").content.decode()
