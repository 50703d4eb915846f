"""Claims: what the database refuses, which wait for the office, and who sees them."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from django.db import IntegrityError, transaction

from cargo.models import Claim, Consignment
from liaison.models import AnonymousUser
from liaison.roles import OFFICE, TRADE, Role
from tests.conftest import AT, Cast, somebody

Make = Callable[..., Claim]


@pytest.fixture
def claim(cast: Cast) -> Make:
    def make(**more: Any) -> Claim:
        values: dict[str, Any] = {
            "claimant": cast.stranger_firm,
            "number": "UMUC2611001",
            "paper": "bill",
            "file_name": "b.pdf",
            "content_type": "application/pdf",
            "sha256": "0" * 64,
            "content": b"%PDF",
            "claimed_by": cast.stranger,
            "claimed_at": AT,
        }
        return Claim.objects.create(**{**values, **more})

    return make


def decided(cast: Cast, decision: str = "granted") -> dict[str, Any]:
    return {"decision": decision, "reason": "Seen", "decided_by": cast.officer, "decided_at": AT}


def refused(make: Make, constraint: str, **values: Any) -> None:
    with pytest.raises(IntegrityError, match=f'"{constraint}"'), transaction.atomic():
        make(**values)


@pytest.mark.parametrize(
    ("constraint", "values"),
    [
        ("claim_part_known", {"part": ""}),
        ("claim_part_known", {"part": "any"}),
        ("claim_has_number", {"number": ""}),
        ("claim_paper_type_allowed", {"content_type": ""}),
        ("claim_paper_type_allowed", {"content_type": "text/html"}),
        ("claim_paper_type_allowed", {"content_type": "image/svg+xml"}),
    ],
)
def test_a_claim_that_cannot_be_is_refused(claim: Make, constraint: str, values: dict[str, Any]) -> None:
    refused(claim, constraint, **values)
    assert Claim.objects.count() == 0


def test_a_decision_is_somebodys_at_a_time_with_a_reason(cast: Cast, claim: Make) -> None:
    halves: list[dict[str, Any]] = [
        {"decision": ""},
        {"decision": "maybe"},
        {"decided_by": None},
        {"decided_at": None},
        {"decided_by": None, "decided_at": None},
    ]
    for half in halves:
        refused(claim, "claim_decided_by_somebody", **{**decided(cast), **half})
    refused(claim, "claim_decision_has_reason", **{**decided(cast), "reason": ""})
    kept = [claim(number=decision, **decided(cast, decision)) for decision in Claim.Decision.values]
    assert [each.get_decision_display() for each in kept] == ["Granted", "Refused"]


def test_a_firm_claims_a_number_once_at_a_time(cast: Cast, claim: Make) -> None:
    first = claim()
    refused(claim, "claim_open_once", part="act")
    claim(claimant=cast.agent_firm)
    claim(number="UMUC2611002")
    Claim.objects.filter(pk=first.pk).update(**decided(cast, "refused"))
    again = claim()
    Claim.objects.filter(pk=again.pk).update(**decided(cast))
    assert (Claim.objects.count(), Claim.objects.open().count()) == (4, 2)
    assert str(first) == f"UMUC2611001 claimed by {cast.stranger_firm.pk}"


def test_it_names_its_containers_as_texts(claim: Make) -> None:
    said = [{}, {"containers": []}, {"containers": ["TGHU3054380", 7]}]
    assert [claim(number=str(n), particulars=each).containers for n, each in enumerate(said)] == [
        [],
        [],
        ["TGHU3054380", "7"],
    ]


def test_it_goes_with_the_goods_that_it_is_of_but_outlives_its_outcome(claim: Make, consignment: Consignment) -> None:
    of_goods = claim(consignment=consignment)
    outcome = claim(number="other", outcome=consignment)
    consignment.nominations.all().delete()
    consignment.delete()
    outcome.refresh_from_db()
    assert (outcome.outcome, Claim.objects.filter(pk=of_goods.pk).exists()) == (None, False)


def test_whoever_holds_the_goods_sees_no_claim_on_them(cast: Cast, claim: Make, consignment: Consignment) -> None:
    mine = claim(consignment=consignment)
    agents = claim(claimant=cast.agent_firm, consignment=consignment, claimed_by=cast.agent, part="act")
    seen = {part: list(Claim.objects.visible_to(one).order_by("pk")) for part, one in cast.people().items()}
    assert seen == {
        "importer": [],
        "agent": [agents],
        "stranger": [mine],
        "officer": [mine, agents],
        "desk": [],
        "official": [],
    }
    assert list(Claim.objects.visible_to(AnonymousUser())) == []


@pytest.mark.parametrize("role", Role.values)
def test_a_claim_by_the_role_in_the_claimants_firm(cast: Cast, claim: Make, role: str) -> None:
    mine = claim()
    claim(claimant=cast.agent_firm)
    found = Claim.objects.visible_to(somebody(cast.stranger_firm, role))
    assert found.count() == (2 if role in OFFICE else 1 if role in TRADE else 0)
    assert (mine in found) == (role in OFFICE | TRADE)
