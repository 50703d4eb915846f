"""The tree of causes: each stands on one side, and reports add them up by sides."""

from __future__ import annotations

from collections import Counter

from tickets.causes import TREE, Branch, branches, cause_choices
from tickets.models import Ticket


def test_each_cause_stands_on_one_side() -> None:
    assert Counter(cause for _label, causes in TREE for cause in causes) == Counter(Ticket.Cause)


def test_a_field_offers_each_under_its_side() -> None:
    offered = dict(cause_choices())
    assert list(offered) == [str(label) for label, _causes in TREE]
    assert offered["The importer or the agent"] == [
        ("papers", "Papers of the importer or the agent"),
        ("payment", "Payment or charges"),
    ]


def test_causes_are_added_up_by_sides_the_most_first_and_sides_without_any_left_out() -> None:
    counted = [("payment", "Payment", 3), ("port", "Port", 2), ("customs", "Customs", 2), ("papers", "Papers", 1)]
    assert branches(counted) == [
        Branch("Public agencies and their systems", [("Port", 2), ("Customs", 2)], 4),
        Branch("The importer or the agent", [("Payment", 3), ("Papers", 1)], 4),
    ]
    assert branches([]) == []
