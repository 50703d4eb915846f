"""What the cargo's rows say of one person: her own doings, in their order, and nothing of anybody else's."""

from __future__ import annotations

from datetime import timedelta

from django.utils import timezone

from cargo.claims import Proof, admit, decide
from cargo.holdings import HELD, RULES
from cargo.models import Consignment, Look, Lot, Measure, Nomination, ShareLink, Upload
from cargo.registration import Particulars
from cargo.sharing import share
from liaison.models import Person
from tests.conftest import AT, Cast
from tests.liaison.papers import PDF

NAMES = [
    "consignments",
    "nominations",
    "papers",
    "notes",
    "links",
    "looks",
    "claims",
    "decided_claims",
    "uploads",
    "measures",
    "filters",
]


def held_of(person: Person) -> dict[str, list[object]]:
    return {holding.name: list(holding.of_person(person)) for holding in HELD}


def test_each_person_is_given_what_she_did_herself(cast: Cast, consignment: Consignment) -> None:
    Nomination.objects.update(nominated_by=cast.importer)
    held = held_of(cast.importer)
    assert list(held) == NAMES
    assert held["consignments"] == [{"ref": consignment.ref, "registered_at": consignment.registered_at}]
    nomination = Nomination.objects.get()
    assert held["nominations"] == [
        {
            "pk": nomination.pk,
            "task": nomination.task,
            "nominated_at": nomination.nominated_at,
            "accepted_at": nomination.accepted_at,
            "ended_at": None,
        }
    ]
    for person in (cast.agent, cast.stranger, cast.officer):
        assert held_of(person) == {name: [] for name in NAMES}


def test_claims_spreadsheets_and_measures_are_hers_too(cast: Cast, consignment: Consignment) -> None:
    proof = Proof(part="own", paper="bill", content=PDF, file_name="bill.pdf", words="Ours")
    said = Particulars(consignee=cast.stranger_firm, bill_of_lading=consignment.bill_of_lading)
    claim = admit(particulars=said, proof=proof, by=cast.stranger, at=AT).claim
    assert claim is not None
    decide(claim=claim, decision="refused", reason="No", by=cast.officer, at=AT)
    Upload.objects.create(by=cast.stranger, at=AT, file_name="many.xlsx")
    lot = Lot.objects.create(consignment=consignment, number="P1", product="ago")
    Measure.objects.create(lot=lot, stage="depot", litres=1, measured_on=AT, by=cast.officer, at=AT)
    told = {"number": claim.number, "decision": "refused", "decided_at": AT}
    assert {name: rows for name, rows in held_of(cast.stranger).items() if rows} == {
        "claims": [{**told, "words": "Ours", "file_name": "bill.pdf", "claimed_at": AT}],
        "uploads": [{"file_name": "many.xlsx", "at": AT, "ordered_at": None, "done_at": None}],
    }
    assert {name: rows for name, rows in held_of(cast.officer).items() if rows} == {
        "decided_claims": [told],
        "measures": [{"lot__number": "P1", "stage": "depot", "at": AT}],
    }


def test_looks_and_ended_links_are_kept_for_a_while(cast: Cast, consignment: Consignment) -> None:
    periods = {rule.name: rule.period for rule in RULES}
    at = timezone.now()
    Look.objects.create(person=cast.importer, consignment=consignment, seen_at=at - periods["looks"])
    Look.objects.create(person=cast.agent, consignment=consignment, seen_at=at - timedelta(days=1))
    long_ago = at - periods["links"] - timedelta(days=40)
    old, revoked, live = (
        share(consignment=consignment, purpose=purpose, days=30, by=cast.importer, at=made)
        for purpose, made in (("old", long_ago), ("revoked", at), ("live", at))
    )
    ShareLink.objects.filter(pk=revoked.pk).update(revoked_at=at - periods["links"] - timedelta(days=1))
    removed = {rule.name: rule.remove(at + timedelta(seconds=1) - rule.period, at) for rule in RULES}
    assert removed == {"looks": 1, "links": 2}
    assert list(Look.objects.values_list("person", flat=True)) == [cast.agent.pk]
    assert list(ShareLink.objects.all()) == [live]
    assert old.pk != live.pk
