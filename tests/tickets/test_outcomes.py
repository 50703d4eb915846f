"""Outcomes of promises: made anew from the log as often as asked for, and of nothing that still goes on."""

from __future__ import annotations

import pytest
from django.db import IntegrityError, connection, transaction
from django.test.utils import CaptureQueriesContext

from liaison.models import Organization
from tests.conftest import Cast
from tests.tickets.test_reporting import HOUR, MONDAY, at, lived
from tickets.conversation import Saying, say
from tickets.handovers import give_back
from tickets.merging import merge
from tickets.models import Outcome, Ticket
from tickets.outcomes import reckon_outcomes
from tickets.reporting import promises_by_agency

Row = tuple[int, str, str, float, bool, bool]


def rows() -> list[Row]:
    found = Outcome.objects.order_by("ticket", "contract", "started_at", "kind")
    return [(row.ticket_id, row.contract, row.kind, row.worked / HOUR, row.is_met, row.is_late) for row in found]


def test_of_nothing_nothing_is_reckoned(categories: None) -> None:
    with CaptureQueriesContext(connection) as queries:
        assert reckon_outcomes(at=MONDAY) == 0
    assert len(queries) == 1


def test_what_goes_on_has_no_outcome_yet(cast: Cast, categories: None) -> None:
    ticket = lived(cast, reply=0)
    assert (reckon_outcomes(at=at(100)), rows(), reckon_outcomes(at=at(200))) == (1, [], 0)
    say(ticket=ticket, saying=Saying(text="We ask"), by=cast.officer, at=at(101))
    assert (reckon_outcomes(at=at(102)), rows()) == (1, [(ticket.pk, "ours", "first_reply", 101, True, True)])


def test_made_anew_from_nothing_they_are_the_same(cast: Cast, categories: None) -> None:
    for handed in (None, 2, 3):
        lived(cast, handed=handed, back=12 if handed else 0, end=30)
    reckon_outcomes(at=at(31))
    first = rows()
    Outcome.objects.all().delete()
    Ticket.objects.update(reckoned_version=0)
    assert (reckon_outcomes(at=at(900)), rows()) == (3, first)
    assert len(first) == 2 + 4 + 4


def test_a_change_of_one_ticket_reckons_that_one_alone(cast: Cast, categories: None) -> None:
    one, other = lived(cast), lived(cast)
    reckon_outcomes(at=at(2))
    kept = Outcome.objects.get(ticket=other).pk
    say(ticket=one, saying=Saying(text="Still", kind="note"), by=cast.officer, at=at(3))
    assert reckon_outcomes(at=at(4)) == 1
    assert Outcome.objects.get(ticket=other).pk == kept
    assert set(Ticket.objects.values_list("reckoned_version", flat=True)) == set(
        Ticket.objects.values_list("version", flat=True)
    )


def test_what_was_merged_counts_with_the_one_that_it_went_into(cast: Cast, categories: None) -> None:
    one, other = lived(cast, reply=1), lived(cast, reply=1.5)
    merge(ticket=other, into=one, by=cast.officer, at=at(2))
    reckon_outcomes(at=at(3))
    assert {row[0] for row in rows()} == {one.pk}
    assert all(row[1] == "ours" for row in rows())


def test_many_cost_as_many_queries_as_one(cast: Cast, categories: None) -> None:
    def cost() -> int:
        with CaptureQueriesContext(connection) as queries:
            assert reckon_outcomes(at=at(40)) > 0
        return len(queries)

    lived(cast, handed=2, back=12, end=30)
    one = cost()
    for _number in range(5):
        lived(cast, handed=2, back=12, end=30)
    assert cost() == one


@pytest.mark.parametrize(
    ("facts", "constraint"),
    [
        ({"contract": "theirs"}, "outcome_contract_known"),
        ({"kind": "answer"}, "outcome_kind_known"),
        ({"ended_at": at(-1)}, "outcome_ends_after_its_start"),
    ],
)
def test_what_must_never_be_false(cast: Cast, categories: None, facts: dict[str, object], constraint: str) -> None:
    lived(cast)
    reckon_outcomes(at=at(2))
    with pytest.raises(IntegrityError, match=constraint), transaction.atomic():
        Outcome.objects.update(**facts)


def test_a_renamed_agency_keeps_its_place(cast: Cast, categories: None) -> None:
    ticket = lived(cast, handed=2)
    kpa = Organization.objects.get(name="KPA")
    Organization.objects.filter(pk=kpa.pk).update(name="Ports Authority")
    desk = Ticket.objects.get(pk=ticket.pk)
    say(ticket=desk, saying=Saying(text="Loaded", kind="agency"), by=cast.desk, at=at(5))
    give_back(ticket=desk, words="Done", by=cast.desk, at=at(6))
    reckon_outcomes(at=at(7))
    kept = Outcome.objects.filter(contract="agency").order_by("kind")
    assert [(row.kind, row.agency, row.is_met) for row in kept] == [("first_reply", kpa, True), ("resolve", kpa, True)]
    (answered, _receipt) = promises_by_agency(since=MONDAY, until=at(8))[::-1]
    assert (answered.name, answered.met) == ("Ports Authority", 1)
