"""Nominations: what the nominee sees and may do, from when to when, and that the end of it is at once."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, datetime, timedelta
from typing import Any

import pytest
from django.core.exceptions import ValidationError
from django.db import IntegrityError, connection, transaction
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from cargo import tasks
from cargo.forms import NominateForm
from cargo.models import Consignment, Nomination, ShareLink
from cargo.nominations import Terms, accept, end, nominate, nominate_each
from cargo.registration import Particulars, consignees_for, register, register_many
from cargo.sharing import find_link, share, token_of
from feeds.models import Source
from liaison.models import Identifier, JournalEntry, Organization, Person
from notify.models import Notice
from tests.cargo.test_reading import csv, row, take_in
from tests.conftest import Cast

As = Callable[[Person | None], Client]
NOON = datetime.fromisoformat("2026-11-20T12:00:00+02:00")


@pytest.fixture
def alone(cast: Cast) -> Consignment:
    """A consignment of the importer's for which nobody is nominated."""
    particulars = Particulars(consignee=cast.importer_firm, containers=["TGHU3054380"])
    return register(particulars=particulars, by=cast.importer, at=timezone.now())


def given(cast: Cast, consignment: Consignment | None = None, *, is_accepted: bool = True, **terms: Any) -> Nomination:
    at = timezone.now()
    nomination = nominate(
        principal=cast.importer_firm,
        nominee=cast.agent_firm,
        consignment=consignment,
        terms=Terms(**terms),
        by=cast.importer,
        at=at,
    )
    if is_accepted:
        accept(nomination=nomination, by=cast.agent, at=at)
    return nomination


def fresh(person: Person) -> Person:
    return Person.objects.get(pk=person.pk)


def sees(person: Person) -> tuple[bool, bool, bool]:
    """Whether the person sees any consignment, may act on it, and sees its money."""
    found, reader = Consignment.objects.all(), fresh(person)
    return (
        found.visible_to(reader).exists(),
        found.actionable_by(reader).exists(),
        found.money_visible_to(reader).exists(),
    )


def test_nobody_is_nominated_at_first(cast: Cast, alone: Consignment) -> None:
    assert [sees(person) for person in (cast.importer, cast.agent, cast.stranger)] == [
        (True, True, True),
        (False, False, False),
        (False, False, False),
    ]


def test_a_nominee_sees_nothing_before_it_accepts(cast: Cast, alone: Consignment) -> None:
    nomination = given(cast, alone, is_accepted=False, may_act=True)
    assert sees(cast.agent) == (False, False, False)
    assert accept(nomination=nomination, by=cast.agent, at=timezone.now()) is True
    assert sees(cast.agent) == (True, True, False)
    assert sees(cast.stranger) == (False, False, False)


@pytest.mark.parametrize(
    ("terms", "seen"),
    [
        ({}, (True, False, False)),
        ({"may_act": True}, (True, True, False)),
        ({"may_see_money": True}, (True, False, True)),
        ({"task": "transporter", "may_act": True, "may_see_money": True}, (True, True, True)),
    ],
)
@pytest.mark.parametrize("for_all", [True, False])
def test_it_grants_what_it_says(
    cast: Cast, alone: Consignment, terms: dict[str, Any], seen: tuple[bool, bool, bool], for_all: bool
) -> None:
    given(cast, None if for_all else alone, **terms)
    assert sees(cast.agent) == seen


def test_a_read_only_member_acts_on_nothing(cast: Cast, alone: Consignment) -> None:
    given(cast, may_act=True)
    cast.agent.membership_set.update(role="readonly")
    cast.importer.membership_set.update(role="readonly")
    assert (sees(cast.agent), sees(cast.importer)) == ((True, False, False), (True, False, True))


def test_for_one_consignment_is_not_for_the_next(cast: Cast, alone: Consignment) -> None:
    given(cast, alone)
    other = register(
        particulars=Particulars(consignee=cast.importer_firm, bill_of_lading="OTHER"), by=cast.importer, at=NOON
    )
    assert list(Consignment.objects.visible_to(cast.agent)) == [alone]
    given(cast)
    assert set(Consignment.objects.visible_to(fresh(cast.agent))) == {alone, other}


def test_for_all_of_one_principal_is_not_for_another(cast: Cast) -> None:
    given(cast, may_act=True, may_see_money=True)
    register(particulars=Particulars(consignee=cast.stranger_firm, bill_of_lading="X"), by=cast.stranger, at=NOON)
    assert sees(cast.agent) == (False, False, False)


@pytest.mark.parametrize(
    ("starts", "ends", "is_seen"),
    [(0, None, True), (-5, 0, True), (-5, -1, False), (1, None, False), (0, 0, True), (-1, 1, True)],
)
def test_it_holds_on_its_days(cast: Cast, alone: Consignment, starts: int, ends: int | None, is_seen: bool) -> None:
    today = timezone.localdate()
    nomination = given(cast, alone, starts_on=today + timedelta(days=min(starts, 0)))
    Nomination.objects.filter(pk=nomination.pk).update(
        starts_on=today + timedelta(days=starts), ends_on=None if ends is None else today + timedelta(days=ends)
    )
    assert sees(cast.agent)[0] is is_seen


@pytest.mark.parametrize(("at", "holds"), [("21:59", True), ("22:01", False)])
def test_days_are_those_of_kigali(cast: Cast, at: str, holds: bool) -> None:
    day = date(2026, 11, 20)
    nomination = given(cast, starts_on=day)
    Nomination.objects.filter(pk=nomination.pk).update(ends_on=day)
    moment = datetime.fromisoformat(f"2026-11-20T{at}:00+00:00")
    assert Nomination.objects.in_force(moment).exists() is holds


@pytest.mark.parametrize("who", ["importer", "agent"])
def test_its_end_is_at_once_in_an_open_session(cast: Cast, alone: Consignment, as_person: As, who: str) -> None:
    nomination = given(cast, alone)
    client, page = as_person(cast.agent), f"/consignments/{alone.ref}/"
    assert client.get(page).status_code == 200
    assert as_person(cast.people()[who]).post(f"/nominations/{nomination.pk}/end/").status_code == 302
    assert client.get(page).status_code == 404
    assert client.get("/consignments/").context["rows"] == []
    assert end(nomination=nomination, by=cast.importer, at=timezone.now()) is False


def test_an_ended_one_cannot_be_accepted(cast: Cast, alone: Consignment) -> None:
    nomination = given(cast, alone, is_accepted=False)
    end(nomination=nomination, by=cast.importer, at=timezone.now())
    assert accept(nomination=nomination, by=cast.agent, at=timezone.now()) is False
    assert sees(cast.agent)[0] is False


def test_a_suspended_or_unverified_nominee_sees_nothing(cast: Cast, alone: Consignment) -> None:
    given(cast, alone)
    Organization.objects.filter(pk=cast.agent_firm.pk).update(standing="suspended", decision="Licence ran out")
    assert sees(cast.agent)[0] is False


def test_news_reaches_the_nominee_while_it_holds(cast: Cast, alone: Consignment, clerk: Source) -> None:
    def told() -> set[str]:
        rows = Notice.objects.filter(entry__kind="cargo.consignment_moved", channel="inbox")
        return set(rows.values_list("person__email", flat=True))

    nomination = given(cast)
    take_in(clerk, csv(row("gate_out", 2)))
    assert told() == {"importer@portal.example", "agent@portal.example"}
    end(nomination=nomination, by=cast.importer, at=timezone.now())
    Notice.objects.all().delete()
    take_in(clerk, csv(row("border_in", 1, node="xx-border-malaba")))
    assert told() == {"importer@portal.example"}


def test_the_journal_and_both_sides_hear_of_it(cast: Cast, alone: Consignment) -> None:
    nomination = given(cast, alone, may_act=True)
    end(nomination=nomination, by=cast.importer, at=timezone.now())
    entries = JournalEntry.objects.filter(subject="nomination", key=str(nomination.pk)).order_by("pk")
    assert list(entries.values_list("kind", "by")) == [
        ("cargo.nominated", cast.importer.pk),
        ("cargo.nomination_accepted", cast.agent.pk),
        ("cargo.nomination_ended", cast.importer.pk),
    ]
    assert entries[0].data["consignment"] == alone.ref
    inbox = Notice.objects.filter(channel="inbox", entry__subject="nomination").order_by("pk")
    assert list(inbox.values_list("entry__kind", "person__email")) == [
        ("cargo.nominated", "agent@portal.example"),
        ("cargo.nomination_accepted", "importer@portal.example"),
        ("cargo.nomination_ended", "agent@portal.example"),
    ]


def test_the_agent_of_a_registration_has_to_accept(cast: Cast) -> None:
    particulars = Particulars(consignee=cast.importer_firm, agent=cast.agent_firm, bill_of_lading="A1")
    by_importer = register(particulars=particulars, by=cast.importer, at=timezone.now())
    by_agent = register(particulars=particulars, by=cast.agent, at=timezone.now())
    by_nobody = register(particulars=particulars, by=None, at=timezone.now())
    waits = [item.nominations.get().accepted_at is None for item in (by_importer, by_agent, by_nobody)]
    assert waits == [True, False, False]


def test_an_agent_registers_for_those_who_let_it_act_on_all(cast: Cast, alone: Consignment) -> None:
    def names() -> list[str]:
        return [firm.name for firm in consignees_for(fresh(cast.agent))]

    given(cast, alone, may_act=True)
    assert names() == ["Inzira Clearing"]
    nomination = given(cast)
    assert names() == ["Inzira Clearing"]
    end(nomination=nomination, by=cast.agent, at=timezone.now())
    given(cast, may_act=True)
    assert names() == ["Inzira Clearing", "Umucyo Traders"]


def refusal(**changed: Any) -> list[str]:
    with pytest.raises(ValidationError) as refused:
        nominate(**changed, at=timezone.now())
    return list(refused.value.messages)


def test_what_does_not_fit_is_refused_with_its_reason(cast: Cast, alone: Consignment) -> None:
    usual = {"principal": cast.importer_firm, "nominee": cast.agent_firm, "terms": Terms(), "by": cast.importer}
    assert refusal(**{**usual, "nominee": cast.importer_firm}) == ["An organisation cannot nominate itself."]
    assert refusal(**{**usual, "principal": cast.stranger_firm}, consignment=alone) == [
        "This consignment belongs to another consignee."
    ]
    past = Terms(starts_on=date(2026, 11, 2), ends_on=date(2026, 11, 1))
    assert refusal(**{**usual, "terms": past}) == ["The last day lies before the first."]
    given(cast)
    assert refusal(**usual) == ["There is such a nomination already; withdraw it first."]
    cast.agent_firm.standing = "pending"
    assert refusal(**usual) == ["The office has not verified this organisation."]


@pytest.mark.parametrize(
    ("change", "constraint"),
    [
        ({"nominee_id": None}, "nominee_id"),
        ({"task": "friend"}, "nomination_task_known"),
        ({"ends_on": date(2000, 1, 1)}, "nomination_days_in_order"),
    ],
)
def test_the_database_keeps_the_rules(cast: Cast, change: dict[str, Any], constraint: str) -> None:
    nomination = given(cast)
    with pytest.raises(IntegrityError, match=constraint), transaction.atomic():
        Nomination.objects.filter(pk=nomination.pk).update(**change)


def form(cast: Cast, **data: str) -> NominateForm:
    values = {"principal": str(cast.importer_firm.pk), "nominee": "inzira clearing", "task": "agent", **data}
    return NominateForm(values, person=cast.importer)


@pytest.mark.parametrize("words", ["Inzira Clearing", " INZIRA clearing ", "RRA/CA/2026/7", "rra/ca/2026/7"])
def test_a_firm_is_found_by_its_name_or_number(cast: Cast, words: str) -> None:
    Identifier.objects.create(
        organization=cast.agent_firm, scheme="agent_licence", value="RRA/CA/2026/7", is_verified=True
    )
    filled = form(cast, nominee=words)
    assert filled.is_valid(), filled.errors
    assert filled.cleaned_data["nominee"] == cast.agent_firm


@pytest.mark.parametrize("words", ["Inzira", "RRA/CA/2026/7", "nobody", "\x00"])
def test_a_firm_is_not_guessed(cast: Cast, words: str) -> None:
    Identifier.objects.create(organization=cast.agent_firm, scheme="agent_licence", value="RRA/CA/2026/7")
    assert "nominee" in form(cast, nominee=words).errors


def test_only_own_consignments_are_named(cast: Cast, alone: Consignment) -> None:
    foreign = register(
        particulars=Particulars(consignee=cast.stranger_firm, bill_of_lading="F"), by=cast.stranger, at=NOON
    )
    assert form(cast, consignment=alone.ref.lower()).is_valid()
    refused = {ref: str(form(cast, consignment=ref).errors["consignment"]) for ref in (foreign.ref, "RW26-999999")}
    assert refused[foreign.ref].replace(foreign.ref, "RW26-999999") == refused["RW26-999999"]


def test_several_are_nominated_for_together_or_not_at_all(cast: Cast, alone: Consignment, as_person: As) -> None:
    other, foreign = (
        register(particulars=Particulars(consignee=firm, bill_of_lading=bill), by=None, at=NOON)
        for firm, bill in ((cast.importer_firm, "B2"), (cast.stranger_firm, "F"))
    )
    importer = as_person(cast.importer)
    data = {"principal": str(cast.importer_firm.pk), "nominee": "Inzira Clearing", "task": "agent"}
    wrong = {**data, "consignment": f"{alone.ref} {foreign.ref}"}
    assert importer.post("/nominations/new/", wrong).status_code == 422
    assert Nomination.objects.count() == 0
    chosen = importer.get(f"/nominations/new/?consignment={alone.ref}&consignment={other.ref}").context["form"]
    assert chosen["consignment"].value() == f"{alone.ref} {other.ref}"
    assert importer.post("/nominations/new/", {**data, "consignment": f"{alone.ref},{other.ref}"}).status_code == 302
    assert sorted(Nomination.objects.values_list("consignment__ref", flat=True)) == [alone.ref, other.ref]
    Nomination.objects.filter(consignment=other).delete()
    assert importer.post("/nominations/new/", {**data, "consignment": f"{other.ref} {alone.ref}"}).status_code == 422
    assert Nomination.objects.count() == 1


def test_a_hundred_cost_as_many_statements_as_one(cast: Cast) -> None:
    """Chosen in a list, they are nominated for while one waits."""
    asked = [Particulars(consignee=cast.importer_firm, bill_of_lading=f"M{number}") for number in range(101)]
    made = register_many(asked, by=None, at=NOON)
    counts = []
    for consignments in (made[:1], made[1:]):
        with CaptureQueriesContext(connection) as statements:
            nominate_each(
                principal=cast.importer_firm,
                nominee=cast.agent_firm,
                consignments=consignments,
                terms=Terms(),
                by=cast.importer,
                at=NOON,
            )
        counts.append(len(statements))
    assert (counts[0], Nomination.objects.count()) == (counts[1], 101)


def test_through_the_pages(cast: Cast, alone: Consignment, as_person: As) -> None:
    importer, agent = as_person(cast.importer), as_person(cast.agent)
    asked = importer.get(f"/nominations/new/?consignment={alone.ref}")
    assert asked.context["form"]["consignment"].value() == alone.ref
    data = {"principal": str(cast.importer_firm.pk), "nominee": "Inzira Clearing", "task": "agent"}
    assert importer.post("/nominations/new/", {**data, "consignment": alone.ref}).status_code == 302
    assert importer.post("/nominations/new/", {**data, "consignment": alone.ref}).status_code == 422
    nomination = Nomination.objects.get()
    assert importer.post(f"/nominations/{nomination.pk}/accept/").status_code == 403
    assert agent.post(f"/nominations/{nomination.pk}/accept/").status_code == 302
    assert [row.state for row in importer.get("/nominations/").context["rows"]] == ["accepted"]
    assert agent.get(f"/consignments/{alone.ref}/").status_code == 200


def test_who_is_not_a_side_cannot_tell_that_it_exists(cast: Cast, alone: Consignment, as_person: As) -> None:
    nomination = given(cast, alone)
    stranger = as_person(cast.stranger)
    assert stranger.get("/nominations/").context["rows"] == []
    assert stranger.post(f"/nominations/{nomination.pk}/end/").status_code == 404
    assert stranger.post(f"/nominations/{nomination.pk}/accept/").status_code == 404
    assert Nomination.objects.get().ended_at is None


def test_one_nominee_does_not_see_the_other(cast: Cast, alone: Consignment, as_person: As) -> None:
    given(cast, alone)
    nominate(
        principal=cast.importer_firm, nominee=cast.stranger_firm, consignment=alone, terms=Terms(task="transporter"),
        by=None, at=timezone.now(),
    )  # fmt: skip
    Nomination.objects.update(accepted_at=timezone.now())
    pages = {part: as_person(cast.people()[part]).get(f"/consignments/{alone.ref}/") for part in ("importer", "agent")}
    names = {part: [party.name for party in page.context["parties"]] for part, page in pages.items()}
    assert names == {
        "importer": ["Umucyo Traders", "Inzira Clearing", "Ikirere Imports"],
        "agent": ["Umucyo Traders", "Inzira Clearing"],
    }


def test_links_of_the_agent_end_with_its_nomination_unless_another_holds(cast: Cast, alone: Consignment) -> None:
    one, for_all = given(cast, alone, may_act=True), given(cast, may_act=True)
    hers, theirs = (
        share(consignment=alone, purpose="", days=7, by=person, at=timezone.now())
        for person in (cast.agent, cast.importer)
    )
    end(nomination=one, by=cast.importer, at=timezone.now())
    assert ShareLink.objects.live(timezone.now()).count() == 2
    end(nomination=for_all, by=cast.importer, at=timezone.now())
    assert list(ShareLink.objects.live(timezone.now())) == [theirs]
    hers.refresh_from_db()
    assert hers.revoked_by == cast.importer


def test_once_its_last_day_has_passed_it_ends_with_its_links_and_may_be_given_again(
    cast: Cast, alone: Consignment, as_person: As
) -> None:
    today = timezone.localdate()
    gone = given(cast, alone, may_act=True, starts_on=today - timedelta(days=30))
    hers = share(consignment=alone, purpose="", days=90, by=cast.agent, at=timezone.now())
    lasting = given(cast, task="transporter", starts_on=today - timedelta(days=30), ends_on=today)
    tasks.end_lapsed()
    assert Nomination.objects.filter(ended_at__isnull=False).count() == 0
    Nomination.objects.filter(pk=gone.pk).update(ends_on=today - timedelta(days=1))
    data = {"principal": cast.importer_firm.pk, "nominee": "Inzira Clearing", "consignment": alone.ref, "task": "agent"}
    assert as_person(cast.importer).post("/nominations/new/", data).status_code == 302
    states = {row.nomination.pk: row.state for row in as_person(cast.importer).get("/nominations/").context["rows"]}
    assert states == {gone.pk: "ended", lasting.pk: "accepted", max(states): "waiting"}
    assert find_link(token_of(hers), at=timezone.now()) is None


def test_by_timetable_it_ends_once_and_nobody_is_told_what_both_knew(cast: Cast, alone: Consignment) -> None:
    one, for_all = (given(cast, held, may_act=True) for held in (alone, None))
    hers = share(consignment=alone, purpose="", days=90, by=cast.agent, at=timezone.now())
    Notice.objects.all().delete()
    yesterday = timezone.localdate() - timedelta(days=1)
    for nomination, live in ((one, 1), (for_all, 0)):
        Nomination.objects.filter(pk=nomination.pk).update(starts_on=yesterday, ends_on=yesterday)
        for _ in range(2):
            tasks.end_lapsed()
        assert ShareLink.objects.live(timezone.now()).count() == live
    entries = JournalEntry.objects.filter(kind="cargo.nomination_ended").order_by("pk")
    assert [(entry.key, entry.by) for entry in entries] == [(str(one.pk), None), (str(for_all.pk), None)]
    hers.refresh_from_db()
    assert (hers.revoked_by, Notice.objects.count()) == (None, 0)
