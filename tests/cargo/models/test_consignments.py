"""Who sees, acts on and pays for which consignment, by every sort of nomination, and how consignments are found."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from django.contrib.auth.models import AnonymousUser
from django.db import IntegrityError, connection, transaction
from django.utils import timezone
from pytest_django import DjangoAssertNumQueries

from cargo.models import KIGALI, Consignment, Nomination, Status, Unit, naming
from cargo.nominations import Terms, accept, end, nominate
from cargo.registration import Particulars, register
from liaison.models import Membership, Organization, Person
from liaison.roles import OFFICE, TRADE, TRADE_WRITE, Role
from tests.conftest import Cast, somebody

DAY = timedelta(days=1)


@pytest.fixture
def goods(cast: Cast) -> dict[str, Consignment]:
    """Two of the importer's and one of the stranger's; nobody is nominated for any."""
    firms = {"one": cast.importer_firm, "two": cast.importer_firm, "theirs": cast.stranger_firm}
    at = timezone.now()
    return {
        name: register(particulars=Particulars(consignee=firm, bill_of_lading=f"BL{name}"), by=None, at=at)
        for name, firm in firms.items()
    }


def seen(viewer: Person, way: str = "visible_to") -> list[str]:
    """The bills of lading that the viewer may see, act on, or pay for."""
    found = getattr(Consignment.objects, way)(viewer)
    return sorted(bill.removeprefix("BL").lower() for bill in found.values_list("bill_of_lading", flat=True))


def given(cast: Cast, consignment: Consignment | None = None, *, is_accepted: bool = True, **terms: Any) -> Nomination:
    """The importer's word for her agent."""
    nomination = nominate(
        principal=cast.importer_firm,
        nominee=cast.agent_firm,
        consignment=consignment,
        terms=Terms(**terms),
        by=None,
        at=timezone.now(),
    )
    if is_accepted:
        accept(nomination=nomination, by=None, at=timezone.now())
    return nomination


def today() -> Any:
    return timezone.localdate(timezone=KIGALI)


def test_without_a_nomination_the_agent_sees_nothing(cast: Cast, goods: dict[str, Consignment]) -> None:
    assert [seen(cast.agent, way) for way in ("visible_to", "actionable_by", "money_visible_to")] == [[], [], []]
    assert (seen(cast.importer), seen(cast.stranger)) == (["one", "two"], ["theirs"])


def test_a_nomination_for_one_opens_that_one_alone(cast: Cast, goods: dict[str, Consignment]) -> None:
    given(cast, goods["two"])
    assert seen(cast.agent) == ["two"]


def test_a_nomination_for_all_opens_all_of_the_principal_s_also_those_that_come_later(
    cast: Cast, goods: dict[str, Consignment]
) -> None:
    given(cast)
    assert seen(cast.agent) == ["one", "two"]
    later = Particulars(consignee=cast.importer_firm, bill_of_lading="BLlater")
    register(particulars=later, by=None, at=timezone.now())
    assert seen(cast.agent) == ["later", "one", "two"]


def test_one_and_all_together_show_each_once(cast: Cast, goods: dict[str, Consignment]) -> None:
    given(cast)
    given(cast, goods["one"])
    given(cast, goods["one"], task="transporter")
    assert seen(cast.agent) == ["one", "two"]


@pytest.mark.parametrize("for_all", [True, False])
@pytest.mark.parametrize(
    ("starts", "ends", "is_seen"),
    [
        (0, None, True),
        (0, 0, True),
        (-9, 0, True),
        (-9, -1, False),
        (1, None, False),
        (1, 9, False),
        (-9, 9, True),
    ],
)
def test_a_nomination_holds_from_its_first_day_through_its_last(
    cast: Cast, goods: dict[str, Consignment], starts: int, ends: int | None, is_seen: bool, for_all: bool
) -> None:
    last = None if ends is None else today() + ends * DAY
    given(cast, None if for_all else goods["one"], starts_on=today() + starts * DAY, ends_on=last)
    expected = (["one", "two"] if for_all else ["one"]) if is_seen else []
    assert seen(cast.agent) == expected


@pytest.mark.parametrize(
    ("at", "is_in_force"),
    [
        (datetime(2026, 11, 24, 21, 59, 59, tzinfo=UTC), False),
        (datetime(2026, 11, 24, 22, tzinfo=UTC), True),
        (datetime(2026, 11, 26, 21, 59, 59, tzinfo=UTC), True),
        (datetime(2026, 11, 26, 22, tzinfo=UTC), False),
    ],
)
def test_its_days_begin_and_end_at_kigali_s_midnight(
    cast: Cast, goods: dict[str, Consignment], at: datetime, is_in_force: bool
) -> None:
    first, last = (datetime(2026, 11, day, tzinfo=UTC).date() for day in (25, 26))
    nomination = given(cast, starts_on=first, ends_on=last)
    assert list(Nomination.objects.in_force(at)) == ([nomination] if is_in_force else [])


def test_nothing_is_seen_before_it_is_accepted_nor_after_it_is_withdrawn(
    cast: Cast, goods: dict[str, Consignment]
) -> None:
    nomination = given(cast, goods["one"], is_accepted=False, may_act=True, may_see_money=True)
    ways = ("visible_to", "actionable_by", "money_visible_to")
    assert [seen(cast.agent, way) for way in ways] == [[], [], []]
    accept(nomination=nomination, by=cast.agent, at=timezone.now())
    assert [seen(cast.agent, way) for way in ways] == [["one"]] * 3
    end(nomination=nomination, by=cast.importer, at=timezone.now())
    assert [seen(cast.agent, way) for way in ways] == [[], [], []]
    assert accept(nomination=nomination, by=cast.agent, at=timezone.now()) is False
    assert seen(cast.agent) == []


def test_one_that_was_declined_leaves_the_others(cast: Cast, goods: dict[str, Consignment]) -> None:
    given(cast)
    end(nomination=given(cast, goods["one"], is_accepted=False), by=cast.agent, at=timezone.now())
    assert seen(cast.agent) == ["one", "two"]


@pytest.mark.parametrize("for_all", [True, False])
@pytest.mark.parametrize("may_act", [True, False])
@pytest.mark.parametrize("may_see_money", [True, False])
def test_acting_and_money_are_each_given_or_not(
    cast: Cast, goods: dict[str, Consignment], may_act: bool, may_see_money: bool, for_all: bool
) -> None:
    given(cast, None if for_all else goods["one"], may_act=may_act, may_see_money=may_see_money)
    mine = ["one", "two"] if for_all else ["one"]
    assert seen(cast.agent) == mine
    assert seen(cast.agent, "actionable_by") == (mine if may_act else [])
    assert seen(cast.agent, "money_visible_to") == (mine if may_see_money else [])


def test_what_one_nomination_gives_another_does_not_give_elsewhere(cast: Cast, goods: dict[str, Consignment]) -> None:
    given(cast, may_see_money=True)
    given(cast, goods["two"], may_act=True)
    assert seen(cast.agent) == ["one", "two"]
    assert seen(cast.agent, "actionable_by") == ["two"]
    assert seen(cast.agent, "money_visible_to") == ["one", "two"]


def test_the_list_of_what_moved_last_holds_what_is_visible_and_no_other(
    cast: Cast, goods: dict[str, Consignment]
) -> None:
    given(cast, goods["two"])
    for name, person in cast.people().items():
        assert seen(person, "standing_for") == seen(person), name
    assert seen(cast.agent, "standing_for") == ["two"]


def test_the_status_follows_its_consignment_to_another_consignee(cast: Cast, goods: dict[str, Consignment]) -> None:
    Consignment.objects.filter(pk=goods["one"].pk).update(consignee=cast.stranger_firm)
    assert seen(cast.stranger, "standing_for") == ["one", "theirs"]
    with pytest.raises(IntegrityError):
        _say_of_the_status_alone(goods["one"], cast.importer_firm)


@transaction.atomic
def _say_of_the_status_alone(consignment: Consignment, firm: Organization) -> None:
    Status.objects.filter(pk=consignment.pk).update(consignee=firm)
    connection.check_constraints()


def test_a_nominee_passes_nothing_on(cast: Cast, goods: dict[str, Consignment]) -> None:
    given(cast, may_act=True)
    onward = nominate(
        principal=cast.agent_firm,
        nominee=cast.stranger_firm,
        terms=Terms(may_act=True, may_see_money=True),
        by=None,
        at=timezone.now(),
    )
    accept(nomination=onward, by=None, at=timezone.now())
    assert seen(cast.stranger) == ["theirs"]


def test_the_principal_sees_nothing_of_her_nominee_s(cast: Cast, goods: dict[str, Consignment]) -> None:
    given(cast)
    register(particulars=Particulars(consignee=cast.agent_firm, bill_of_lading="BLagent"), by=None, at=timezone.now())
    assert (seen(cast.importer), seen(cast.agent)) == (["one", "two"], ["agent", "one", "two"])


@pytest.fixture(params=Role.values)
def role(request: pytest.FixtureRequest) -> str:
    """Each role in turn."""
    return str(request.param)


@pytest.mark.parametrize("firm", ["Umucyo Traders", "Inzira Clearing"])
def test_what_each_role_may_do_in_the_firm_and_at_its_nominee(
    cast: Cast, goods: dict[str, Consignment], role: str, firm: str
) -> None:
    given(cast, goods["one"], may_act=True, may_see_money=True)
    person = somebody(Organization.objects.get(name=firm), role)
    mine = ["one", "two"] if firm == "Umucyo Traders" else ["one"]
    everything = ["one", "theirs", "two"]
    expected = everything if role in OFFICE else mine if role in TRADE else []
    acting = everything if role in OFFICE else mine if role in TRADE_WRITE else []
    assert (seen(person), seen(person, "actionable_by"), seen(person, "money_visible_to")) == (
        expected,
        acting,
        expected,
    )


def test_who_has_left_the_nominee_sees_nothing_any_more(cast: Cast, goods: dict[str, Consignment]) -> None:
    given(cast)
    Membership.objects.filter(person=cast.agent).delete()
    assert seen(Person.objects.get(pk=cast.agent.pk)) == []


def test_whom_nominations_are_shown_to(cast: Cast, goods: dict[str, Consignment]) -> None:
    mine = given(cast, goods["one"], is_accepted=False)
    other = nominate(principal=cast.stranger_firm, nominee=cast.agent_firm, terms=Terms(), by=None, at=timezone.now())
    end(nomination=other, by=None, at=timezone.now())
    found = {
        part: sorted(Nomination.objects.visible_to(person).values_list("pk", flat=True))
        for part, person in cast.people().items()
    }
    assert found == {
        "importer": [mine.pk],
        "agent": [mine.pk, other.pk],
        "stranger": [other.pk],
        "officer": [mine.pk, other.pk],
        "desk": [],
        "official": [],
    }


def test_the_nominations_of_a_consignment_are_its_own_and_its_consignee_s_for_all(
    cast: Cast, goods: dict[str, Consignment]
) -> None:
    for_all, own, other = given(cast), given(cast, goods["one"]), given(cast, goods["two"])
    assert set(Nomination.objects.of(goods["one"])) == {for_all, own}
    assert set(Nomination.objects.of(goods["two"])) == {for_all, other}
    assert set(Nomination.objects.of(goods["theirs"])) == set()


@pytest.mark.parametrize("nominations", [0, 1, 9])
def test_what_is_seen_costs_two_queries_however_many_nominations_there_are(
    cast: Cast, goods: dict[str, Consignment], nominations: int, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    at = timezone.now()
    for number in range(nominations):
        some = Particulars(consignee=cast.importer_firm, bill_of_lading=f"N{number}")
        given(cast, register(particulars=some, by=None, at=at))
    agent = Person.objects.get(pk=cast.agent.pk)
    assert agent.roles
    with django_assert_num_queries(2):
        found = list(Consignment.objects.visible_to(agent))
    assert len(found) == nominations


@pytest.fixture
def numbered(cast: Cast) -> None:
    """Consignments whose numbers begin alike, and some that hold what LIKE takes for any letter."""
    at = timezone.now()
    for bill, boxes in (
        ("UMUC2611001", ["TGHU3054380", "CSQU3054383"]),
        ("UMUC2611002", ["TGHU3054396"]),
        ("UM%C", []),
        ("UM_C", []),
        ("UM\\C", []),
        ("TGHU30", []),
    ):
        register(
            particulars=Particulars(consignee=cast.importer_firm, bill_of_lading=bill, containers=boxes), by=None, at=at
        )


def found(words: str) -> list[str]:
    return sorted(Consignment.objects.search(words).values_list("bill_of_lading", flat=True))


@pytest.mark.parametrize(
    ("words", "bills"),
    [
        ("UMUC2611001", ["UMUC2611001"]),
        ("umuc2611001", ["UMUC2611001"]),
        (" umuc 2611 001 ", ["UMUC2611001"]),
        ("\tUMUC\n2611", ["UMUC2611001", "UMUC2611002"]),
        ("UMUC", ["UMUC2611001", "UMUC2611002"]),
        ("UM", ["UM%C", "UMUC2611001", "UMUC2611002", "UM\\C", "UM_C"]),
        ("UM%", ["UM%C"]),
        ("UM_", ["UM_C"]),
        ("um_c", ["UM_C"]),
        ("UM\\", ["UM\\C"]),
        ("%C", []),
        ("_", []),
        ("TGHU3054380", ["UMUC2611001"]),
        ("TGHU 305438 0", ["UMUC2611001"]),
        ("tghu30", ["TGHU30", "UMUC2611001", "UMUC2611002"]),
        ("CSQU3054383", ["UMUC2611001"]),
        ("2611001", []),
        ("UMUC26110011", []),
        ("'; DROP TABLE cargo_unit; --", []),
        ("\N{LATIN SMALL LETTER LONG S}", []),
    ],
)
def test_a_search_is_by_how_a_number_begins_whatever_its_case_and_blanks(
    numbered: None, words: str, bills: list[str]
) -> None:
    assert found(words) == sorted(bills)


@pytest.mark.parametrize("most", [0, 1, 500])
def test_a_beginning_that_very_many_have_finds_the_same(
    cast: Cast, numbered: None, monkeypatch: pytest.MonkeyPatch, most: int
) -> None:
    monkeypatch.setattr(naming, "MOST_NAMED", most)
    assert found("um") == ["UM%C", "UMUC2611001", "UMUC2611002", "UM\\C", "UM_C"]
    assert (found("tghu"), found("TGHU3054380")) == (["TGHU30", "UMUC2611001", "UMUC2611002"], ["UMUC2611001"])
    assert (len(found("RW")), found("NONE")) == (6, [])
    for viewer, count in ((cast.importer, 6), (cast.officer, 6), (cast.stranger, 0), (AnonymousUser(), 0)):
        assert Consignment.objects.visible_to(viewer).search("RW").count() == count


@pytest.mark.parametrize("words", ["", " ", "\n\t"])
def test_a_search_for_nothing_leaves_all(numbered: None, words: str) -> None:
    assert len(found(words)) == 6


def test_a_reference_is_found_and_each_consignment_once(numbered: None) -> None:
    first = Consignment.objects.get(bill_of_lading="UMUC2611001")
    assert found(first.ref.lower()) == ["UMUC2611001"]
    assert len(found(first.ref[:2])) == 6
    Unit.objects.create(consignment=first, container="UMUC2611003")
    assert found("UMUC2611").count("UMUC2611001") == 1


def test_a_search_within_what_is_visible_finds_nothing_else(cast: Cast, numbered: None) -> None:
    for viewer, count in ((cast.importer, 2), (cast.officer, 2), (cast.stranger, 0), (cast.agent, 0)):
        assert Consignment.objects.visible_to(viewer).search("UMUC").count() == count
        assert Consignment.objects.search("UMUC").visible_to(viewer).count() == count


@pytest.mark.parametrize("for_all", [True, False])
@pytest.mark.parametrize("is_over", [True, False])
def test_the_list_of_what_moved_last_opens_and_closes_with_a_nomination(
    cast: Cast, goods: dict[str, Consignment], for_all: bool, is_over: bool
) -> None:
    nomination = given(cast, None if for_all else goods["one"])
    if is_over:
        end(nomination=nomination, by=cast.importer, at=timezone.now())
    mine = [] if is_over else ["one", "two"] if for_all else ["one"]
    assert (seen(cast.agent, "standing_for"), seen(cast.agent)) == (mine, mine)


def test_nobody_is_shown_a_list_and_two_ways_to_one_show_it_once(cast: Cast, goods: dict[str, Consignment]) -> None:
    given(cast)
    given(cast, goods["one"])
    assert seen(cast.agent, "standing_for") == ["one", "two"]
    assert Consignment.objects.standing_for(AnonymousUser()).count() == 0
    Membership.objects.filter(person=cast.importer).delete()
    assert seen(Person.objects.get(pk=cast.importer.pk), "standing_for") == []


def test_back_with_its_consignee_it_is_on_her_list_again_and_off_the_other(
    cast: Cast, goods: dict[str, Consignment]
) -> None:
    one = Consignment.objects.filter(pk=goods["one"].pk)
    for firm, lists in (
        (cast.stranger_firm, (["two"], ["one", "theirs"])),
        (cast.importer_firm, (["one", "two"], ["theirs"])),
    ):
        one.update(consignee=firm)
        assert tuple(seen(each, "standing_for") for each in (cast.importer, cast.stranger)) == lists
        assert [seen(each, "standing_for") == seen(each) for each in cast.people().values()] == [True] * len(
            cast.people()
        )
