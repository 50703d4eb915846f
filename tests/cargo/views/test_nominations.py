"""The pages of nominations: who nominates, who answers, and what the other side never learns."""

from __future__ import annotations

from typing import Any

import pytest
from django.utils import timezone

from cargo.models import Consignment, Nomination
from cargo.nominations import Terms, nominate
from tests.cargo.views.doors import As, statuses, words_of
from tests.conftest import Cast, somebody

NEW = "/nominations/new/"


def given(cast: Cast) -> Nomination:
    """The importer's word for the agent on all of hers, not answered yet."""
    terms = Terms(may_act=True)
    at = timezone.now()
    return nominate(principal=cast.importer_firm, nominee=cast.agent_firm, terms=terms, by=None, at=at)


def said(cast: Cast, **more: Any) -> dict[str, Any]:
    return {"principal": cast.importer_firm.pk, "nominee": "inzira clearing", "task": "agent", **more}


@pytest.mark.parametrize(("url", "others"), [("/nominations/", 200), (NEW, 403)])
def test_who_opens_them(cast: Cast, as_person: As, url: str, others: int) -> None:
    assert statuses(cast, as_person, url) == {
        "importer": 200,
        "agent": 200,
        "stranger": 200,
        "officer": others,
        "desk": 403,
        "official": 403,
        "reader": others,
        "nobody": 302,
    }


@pytest.mark.parametrize(
    ("change", "field"),
    [
        ({"principal": ""}, "principal"),
        ({"principal": "x"}, "principal"),
        ({"nominee": ""}, "nominee"),
        ({"nominee": "Nobody Ltd"}, "nominee"),
        ({"nominee": "%"}, "nominee"),
        ({"nominee": "x\x00"}, "nominee"),
        ({"task": ""}, "task"),
        ({"task": "friend"}, "task"),
        ({"consignment": "RW99-999999"}, "consignment"),
        ({"starts_on": "soon"}, "starts_on"),
        ({"ends_on": "2026-13-01"}, "ends_on"),
        ({"nominee": "umucyo traders"}, "__all__"),
        ({"starts_on": "2027-02-02", "ends_on": "2027-02-01"}, "__all__"),
    ],
)
def test_a_slip_nominates_nobody(cast: Cast, as_person: As, change: dict[str, str], field: str) -> None:
    answer = as_person(cast.importer).post(NEW, said(cast, **change))
    assert (answer.status_code, Nomination.objects.count()) == (422, 0)
    assert answer.context["form"].errors


def test_nobody_nominates_for_others_nor_on_their_goods(cast: Cast, as_person: As, consignment: Consignment) -> None:
    before = Nomination.objects.count()
    theirs = as_person(cast.stranger).post(NEW, said(cast))
    assert (theirs.status_code, list(theirs.context["form"].errors)) == (422, ["principal"])
    own = said(cast, principal=cast.stranger_firm.pk, consignment=consignment.ref)
    words = []
    for ref in (consignment.ref, "RW99-9"):
        (said_of,) = (
            as_person(cast.stranger).post(NEW, {**own, "consignment": ref}).context["form"].errors["consignment"]
        )
        words.append(said_of.replace(ref, "…"))
    assert words == ["You have no consignment …."] * 2
    assert Nomination.objects.count() == before


def test_a_nomination_goes_from_one_side_to_the_other(cast: Cast, as_person: As) -> None:
    assert as_person(cast.importer).post(NEW, said(cast, may_act="on"))["Location"] == "/nominations/"
    made = Nomination.objects.get()
    assert (made.may_act, made.may_see_money, made.consignment, made.accepted_at) == (True, False, None, None)
    assert [as_person(person).get("/nominations/").context["rows"] != [] for person in (
        cast.importer, cast.agent, cast.stranger, cast.officer,
    )] == [True, True, False, True]  # fmt: skip
    again = as_person(cast.importer).post(NEW, said(cast))
    assert (again.status_code, "withdraw it first" in words_of(again)) == (422, True)


def test_only_the_nominee_accepts_and_once(cast: Cast, as_person: As) -> None:
    made = given(cast)
    url = f"/nominations/{made.pk}/accept/"
    people: list[Any] = [
        cast.importer,
        cast.stranger,
        cast.officer,
        cast.desk,
        somebody(cast.agent_firm, "readonly"),
        None,
    ]
    assert [as_person(person).post(url).status_code for person in people] == [403, 404, 403, 403, 403, 302]
    assert as_person(cast.agent).get(url).status_code == 405
    assert Nomination.objects.filter(accepted_at__isnull=False).count() == 0
    for words in ("Accepted.", "This nomination has been answered or ended already."):
        assert words in words_of(as_person(cast.agent).post(url, follow=True))


@pytest.mark.parametrize("part", ["importer", "agent"])
def test_either_side_ends_it_and_nobody_else(cast: Cast, as_person: As, part: str) -> None:
    made = given(cast)
    url = f"/nominations/{made.pk}/end/"
    people: list[Any] = [cast.stranger, cast.officer, cast.official, somebody(cast.importer_firm, "readonly"), None]
    assert [as_person(person).post(url).status_code for person in people] == [404, 403, 403, 403, 302]
    assert as_person(cast.importer).get(url).status_code == 405
    assert Nomination.objects.filter(ended_at__isnull=False).count() == 0
    for words in ("Ended.", "This nomination has been answered or ended already."):
        assert words in words_of(as_person(cast.people()[part]).post(url, follow=True))
    accept = as_person(cast.agent).post(f"/nominations/{made.pk}/accept/", follow=True)
    assert "This nomination has been answered or ended already." in words_of(accept)
    made.refresh_from_db()
    assert made.accepted_at is None


def test_the_consignment_of_the_page_one_came_from_is_filled_in(
    cast: Cast, as_person: As, consignment: Consignment
) -> None:
    form = as_person(cast.importer).get(f"{NEW}?consignment={consignment.ref}").context["form"]
    assert form["consignment"].value() == consignment.ref
    strange = as_person(cast.importer).get(f"{NEW}?consignment=%22%3E%3Cscript%3Ex")
    assert (strange.status_code, "<script>x" in words_of(strange)) == (200, False)
