"""The pages of claims: the claimant's and the office's, and what nobody else can tell."""

from __future__ import annotations

from typing import Any

import pytest

from cargo.claims import Proof, admit
from cargo.models import Claim, Consignment
from cargo.registration import Particulars
from feeds.models import Source
from liaison.models import JournalEntry
from tests.cargo.test_reading import BOX, in_kigali_since
from tests.cargo.views.doors import As, statuses, words_of
from tests.conftest import AT, Cast, somebody
from tests.liaison.papers import PDF


def claimed(cast: Cast, bill: str = "UMUC2611001", file_name: str = "b l.pdf") -> Claim:
    """The stranger's claim on a bill of lading that the importer holds."""
    proof = Proof(part="own", paper="bill", content=PDF, file_name=file_name, words="<b>Ours</b> since May")
    said = Particulars(consignee=cast.stranger_firm, bill_of_lading=bill)
    claim = admit(particulars=said, proof=proof, by=cast.stranger, at=AT).claim
    assert claim is not None
    return claim


@pytest.fixture
def claim(cast: Cast, consignment: Consignment) -> Claim:
    return claimed(cast)


def test_who_opens_the_list(cast: Cast, as_person: As, claim: Claim) -> None:
    found = statuses(cast, as_person, "/claims/")
    assert {part: status for part, status in found.items() if status != 200} == {
        "desk": 403,
        "official": 403,
        "nobody": 302,
    }


@pytest.mark.parametrize("part", ["", "paper/"])
def test_who_opens_one_and_its_paper(cast: Cast, as_person: As, claim: Claim, part: str) -> None:
    assert statuses(cast, as_person, f"/claims/{claim.pk}/{part}") == {
        "importer": 404,
        "agent": 404,
        "stranger": 200,
        "officer": 200,
        "desk": 403,
        "official": 403,
        "reader": 404,
        "nobody": 302,
    }
    assert as_person(cast.officer).get(f"/claims/{claim.pk + 1000}/{part}").status_code == 404


def test_the_claimant_reads_nothing_of_whoever_holds_the_goods(
    cast: Cast, as_person: As, claim: Claim, consignment: Consignment
) -> None:
    hers, offices = (as_person(person).get(f"/claims/{claim.pk}/") for person in (cast.stranger, cast.officer))
    assert (hers.context["held"], offices.context["held"]) == (None, consignment)
    assert (hers.context["can_decide"], offices.context["can_decide"]) == (False, True)
    secret = [consignment.ref, cast.importer_firm.name, cast.agent_firm.name, "Rice"]
    assert [words for words in secret if words in words_of(hers)] == []
    assert [words in words_of(offices) for words in secret[:2]] == [True, True]
    for page in (hers, offices):
        assert "<b>Ours" not in words_of(page)


def test_the_office_is_told_where_the_box_was_on_an_earlier_trip(cast: Cast, clerk: Source, as_person: As) -> None:
    old = in_kigali_since(cast, clerk, 80)
    said = Particulars(consignee=cast.stranger_firm, bill_of_lading="NEW1", containers=[BOX])
    claim = admit(
        particulars=said, proof=Proof(part="own", paper="bill", content=PDF, file_name="x.pdf"), by=cast.stranger, at=AT
    ).claim
    assert claim
    page = as_person(cast.officer).get(f"/claims/{claim.pk}/")
    assert (page.context["held"], page.context["is_beside"]) == (old, True)
    assert "a grant registers the claimed goods beside it" in words_of(page)


def test_a_colleague_who_only_reads_sees_it_and_decides_nothing(cast: Cast, as_person: As, claim: Claim) -> None:
    colleague = as_person(somebody(cast.stranger_firm, "readonly"))
    url = f"/claims/{claim.pk}/"
    assert colleague.get(url).status_code == 200
    assert colleague.post(url, {"decision": "granted", "reason": "Ours"}).status_code == 403
    assert Claim.objects.open().count() == 1


@pytest.mark.parametrize(
    ("typed", "field"),
    [
        ({}, "decision"),
        ({"decision": "", "reason": "x"}, "decision"),
        ({"decision": "maybe", "reason": "x"}, "decision"),
        ({"decision": "granted"}, "reason"),
        ({"decision": "granted", "reason": "  "}, "reason"),
        ({"decision": "refused", "reason": "x" * 501}, "reason"),
        ({"decision": "refused", "reason": "\x00"}, "reason"),
    ],
)
def test_a_slip_decides_nothing(
    cast: Cast, as_person: As, claim: Claim, consignment: Consignment, typed: dict[str, str], field: str
) -> None:
    answer = as_person(cast.officer).post(f"/claims/{claim.pk}/", typed)
    assert (answer.status_code, field in answer.context["form"].errors) == (422, True)
    consignment.refresh_from_db()
    assert (Claim.objects.open().count(), consignment.consignee) == (1, cast.importer_firm)


@pytest.mark.parametrize(("decision", "holder"), [("granted", "Ikirere Imports"), ("refused", "Umucyo Traders")])
def test_a_decision_moves_the_goods_or_leaves_them(
    cast: Cast, as_person: As, claim: Claim, consignment: Consignment, decision: str, holder: str
) -> None:
    office, url = as_person(cast.officer), f"/claims/{claim.pk}/"
    answer = office.post(url, {"decision": decision, "reason": "<i>Seen</i>"}, follow=True)
    assert "decided. The claimant is told." in words_of(answer)
    consignment.refresh_from_db()
    assert consignment.consignee.name == holder
    hers = words_of(as_person(cast.stranger).get(url))
    assert ("&lt;i&gt;Seen&lt;/i&gt;" in hers, consignment.ref in hers) == (True, decision == "granted")
    again = office.post(url, {"decision": "refused", "reason": "Again"})
    assert (again.status_code, again.context["can_decide"]) == (422, False)


def test_the_office_sees_first_what_waits_for_it(cast: Cast, as_person: As, claim: Claim) -> None:
    def listed(person: Any, query: str = "") -> list[str]:
        page = as_person(person).get(f"/claims/{query}").context["page"]
        return [each.number for each in page.rows]

    assert [listed(cast.officer), listed(cast.stranger), listed(cast.importer)] == [[claim.number], [claim.number], []]
    said = {"decision": "refused", "reason": "No"}
    as_person(cast.officer).post(f"/claims/{claim.pk}/", said)
    assert [listed(cast.officer), listed(cast.officer, "?all=1"), listed(cast.officer, "?all=")] == [
        [],
        [claim.number],
        [],
    ]
    assert listed(cast.stranger) == [claim.number]


def test_the_paper_is_saved_and_only_the_office_s_taking_is_told(cast: Cast, as_person: As, claim: Claim) -> None:
    url = f"/claims/{claim.pk}/paper/"
    answers = [as_person(person).get(url) for person in (cast.stranger, cast.officer)]
    for answer in answers:
        assert (answer.content, answer["Content-Type"], answer["X-Content-Type-Options"]) == (
            PDF,
            "application/pdf",
            "nosniff",
        )
        assert answer["Content-Disposition"].startswith("attachment")
        assert answer["Content-Security-Policy"] == "default-src 'none'; sandbox"
    told = JournalEntry.objects.filter(kind="cargo.claim_paper_handed_out")
    assert list(told.values_list("by", "key")) == [(cast.officer.pk, str(claim.pk))]
    assert as_person(cast.officer).post(url).status_code == 405
