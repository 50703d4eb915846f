"""Letting goods in: at once, or with a proof where somebody else may have a right to them."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime
from decimal import Decimal
from typing import Any
from uuid import uuid4

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from cargo.claims import Admission, Proof, admit, decide, particulars_of
from cargo.knowledge import Named, holder_of, known_to, rest_of
from cargo.merging import merge
from cargo.models import Claim, Consignment, EventMatch, Nomination, Note, Paper, ShareLink, Status
from cargo.papers import Audience, add_paper, write_note
from cargo.registration import Particulars, register
from cargo.sharing import share
from feeds.models import Source
from liaison.models import JournalEntry, Membership, Person
from notify.models import Notice
from tests.cargo.test_finding import fact, record
from tests.cargo.test_reading import BOX, NOW, OTHER_BOX, in_kigali_since
from tests.conftest import Cast, source_of
from tests.liaison.papers import PDF

As = Callable[[Person | None], Client]
THIRD_BOX = "MSCU1234566"
PROOF = Proof(part="own", paper="bill", content=PDF, file_name="../B L.pdf", words="Ours")


def goods(cast: Cast, **said: Any) -> Particulars:
    return Particulars(**{"consignee": cast.stranger_firm, **said})


def let_in(cast: Cast, particulars: Particulars, proof: Proof | None = None) -> Admission:
    return admit(particulars=particulars, proof=proof, by=cast.stranger, at=NOW)


def claimed(cast: Cast, particulars: Particulars, proof: Proof = PROOF) -> Claim:
    claim = let_in(cast, particulars, proof).claim
    assert claim is not None
    return claim


@pytest.fixture
def reported(cast: Cast, clerk: Source) -> None:
    """Two sources name containers with the bill HBL9, and one a declaration."""
    record(clerk, fact(container=BOX, bill_of_lading="HBL9"), fact(container=OTHER_BOX, bill_of_lading="HBL9"))
    line = source_of("line", "csv_events")
    record(line, fact(container=OTHER_BOX, bill_of_lading="HBL9"), fact(kind="declared", declaration="C77"))


def test_what_nobody_knows_is_registered_at_once_and_once(cast: Cast) -> None:
    said = goods(cast, bill_of_lading="NEW1", containers=[BOX], form_key=uuid4())
    first = let_in(cast, said)
    assert first.registered is not None
    assert let_in(cast, said) == Admission(known=first.registered)
    other_form = replace(said, form_key=uuid4(), bill_of_lading=" new 1")
    assert let_in(cast, other_form) == Admission(known=first.registered)
    assert Consignment.objects.count() == 1


def test_a_form_s_key_is_nobody_else_s(cast: Cast) -> None:
    key = uuid4()
    mine = let_in(cast, goods(cast, bill_of_lading="A1", form_key=key)).registered
    hers = admit(
        particulars=Particulars(consignee=cast.importer_firm, bill_of_lading="A2", form_key=key),
        proof=None,
        by=cast.importer,
        at=NOW,
    ).registered
    assert mine
    assert hers
    assert mine != hers


def test_one_s_own_is_led_to_by_bill_of_lading_or_a_container_under_way(cast: Cast, consignment: Consignment) -> None:
    def known(**said: Any) -> Consignment | None:
        found = known_to(cast.importer, Particulars(consignee=cast.importer_firm, **said))
        assert found.holder is None
        return Consignment.objects.filter(pk=found.pk or 0, ref=found.ref).first()

    assert known(bill_of_lading="umuc 2611001") == consignment
    assert known(containers=["tghu 305438-0"]) == consignment
    assert known(bill_of_lading="UMUC2611001", containers=[THIRD_BOX]) == consignment
    assert known(bill_of_lading="ANOTHER", containers=[BOX]) is None
    assert known(bill_of_lading="ANOTHER") is None
    assert known_to(cast.stranger, goods(cast, bill_of_lading="UMUC2611001")).pk is None
    consignment.status.state = "closed"
    consignment.status.save()
    assert known(containers=[BOX]) is None


@pytest.mark.parametrize(
    ("said", "proves"),
    [
        ({"bill_of_lading": "UMUC2611001"}, True),
        ({"containers": [BOX]}, True),
        ({"bill_of_lading": "MINE", "containers": [BOX]}, True),
        ({"bill_of_lading": "MINE", "kra_entry": "K1"}, True),
        ({"bill_of_lading": "MINE", "rw_declaration": "K1"}, True),
        ({"bill_of_lading": "MINE", "containers": [THIRD_BOX]}, False),
        ({"bill_of_lading": "UMUC26110"}, False),
    ],
)
def test_what_another_firm_has_registered_needs_a_proof(
    cast: Cast, consignment: Consignment, said: dict[str, Any], proves: bool
) -> None:
    Consignment.objects.update(kra_entry="K1")
    assert known_to(cast.stranger, goods(cast, **said)).needs_proof is proves
    assert known_to(cast.officer, goods(cast, **said)).needs_proof is False
    assert let_in(cast, goods(cast, **said)).registered is None or not proves


@pytest.mark.parametrize(
    ("said", "proves"),
    [
        ({"bill_of_lading": "HBL9"}, False),
        ({"bill_of_lading": "HBL9", "containers": [THIRD_BOX]}, False),
        ({"bill_of_lading": "HBL9", "containers": [BOX]}, False),
        ({"containers": [BOX]}, False),
        ({"bill_of_lading": "HBL", "kra_entry": "C77"}, True),
        ({"bill_of_lading": "HBL"}, False),
    ],
)
def test_what_sources_name_needs_none_but_for_declarations_which_can_be_guessed(
    cast: Cast, reported: None, said: dict[str, Any], proves: bool
) -> None:
    assert known_to(cast.stranger, goods(cast, **said)).needs_proof is proves


def test_the_rest_of_a_bill_of_lading_is_told_to_whoever_knows_a_part(cast: Cast, reported: None) -> None:
    assert rest_of(goods(cast, bill_of_lading="hbl 9", containers=[BOX])) == [Named(OTHER_BOX, ("Clerk", "Line"))]
    assert rest_of(goods(cast, bill_of_lading="HBL9", containers=[BOX, OTHER_BOX])) == []
    assert rest_of(goods(cast, bill_of_lading="HBL9", containers=[THIRD_BOX])) == []
    assert rest_of(goods(cast, bill_of_lading="HBL9")) == []
    assert rest_of(goods(cast, containers=[BOX])) == []


def test_a_claim_is_kept_once_with_its_paper(cast: Cast, consignment: Consignment) -> None:
    said = goods(cast, bill_of_lading="UMUC2611001", containers=[BOX], weight_t=Decimal("2.5"), goods="Rice")
    claim = claimed(cast, said)
    assert claimed(cast, replace(said, form_key=uuid4())) == claim
    assert (claim.number, claim.consignment, claim.claimant) == ("UMUC2611001", consignment, cast.stranger_firm)
    assert (claim.file_name, claim.content_type, bytes(claim.content)) == ("B_L.pdf", "application/pdf", PDF)
    assert particulars_of(Claim.objects.get()) == said
    entry = JournalEntry.objects.get(kind="cargo.claimed")
    assert (entry.key, entry.data["number"]) == (str(claim.pk), "UMUC2611001")
    assert Consignment.objects.visible_to(cast.stranger).count() == 0


def test_what_is_no_paper_is_not_taken_for_a_proof(cast: Cast, consignment: Consignment) -> None:
    with pytest.raises(ValidationError, match="Only PDF"):
        let_in(cast, goods(cast, containers=[BOX]), replace(PROOF, content=b"MZ a program"))
    assert Claim.objects.count() == 0


def decided(cast: Cast, claim: Claim, decision: str = "granted") -> Claim:
    return decide(claim=claim, decision=decision, reason=" B/L seen ", by=cast.officer, at=NOW)


def subjects() -> set[tuple[str, str]]:
    rows = Notice.objects.filter(channel="inbox", entry__subject__in=["claim", "consignment"])
    return set(rows.values_list("entry__kind", "person__email"))


def test_the_goods_go_to_whoever_proves_them_to_be_her_own(cast: Cast, consignment: Consignment) -> None:
    claim = decided(cast, claimed(cast, goods(cast, bill_of_lading="UMUC2611001")))
    assert (claim.outcome, claim.reason) == (consignment, "B/L seen")
    # Who follows changes hears of goods that are new to him.
    assert Status.objects.get(pk=consignment.pk).changed_at == NOW
    seen = {part: Consignment.objects.visible_to(person).count() for part, person in cast.people().items()}
    assert seen == {"importer": 0, "agent": 0, "stranger": 1, "officer": 1, "desk": 0, "official": 0}
    assert subjects() == {
        ("cargo.claim_granted", cast.stranger.email),
        ("cargo.consignment_given_over", cast.importer.email),
    }
    lost = JournalEntry.objects.get(kind="cargo.consignment_given_over")
    assert cast.stranger_firm.name not in str(lost.data)


def test_a_claim_on_a_box_that_is_used_again_takes_nothing_from_its_former_trip(cast: Cast, clerk: Source) -> None:
    old = in_kigali_since(cast, clerk, 80)
    claim = claimed(cast, goods(cast, bill_of_lading="NEW1", containers=[BOX], goods="Tea"))
    assert claim.consignment == old
    made = decided(cast, claim).outcome
    assert made
    assert (made.bill_of_lading, made.goods, made.consignee) == ("NEW1", "Tea", cast.stranger_firm)
    assert Consignment.objects.get(pk=old.pk).consignee == cast.importer_firm
    assert list(Consignment.objects.visible_to(cast.stranger)) == [made]
    assert JournalEntry.objects.filter(kind="cargo.consignment_given_over").count() == 0


def test_a_claim_on_a_box_for_an_export_takes_nothing_from_the_import_in_it(cast: Cast, clerk: Source) -> None:
    old = in_kigali_since(cast, clerk, 5)
    claim = claimed(cast, goods(cast, bill_of_lading="", containers=[BOX], goods="Tea", direction="export"))
    made = decided(cast, claim).outcome
    assert made
    assert (claim.consignment, made.goods, made.direction, made.consignee) == (old, "Tea", "export", cast.stranger_firm)
    assert Consignment.objects.get(pk=old.pk).consignee == cast.importer_firm
    assert list(Consignment.objects.visible_to(cast.stranger)) == [made]
    assert not EventMatch.objects.filter(consignment=made).exists()


@pytest.mark.parametrize("is_merged", [False, True])
def test_a_claim_on_a_declaration_is_of_the_same_goods_whichever_way_they_are_said_to_go(
    cast: Cast, consignment: Consignment, is_merged: bool
) -> None:
    declared = Particulars(consignee=cast.importer_firm, rw_declaration="C88")
    held = register(particulars=declared, by=None, at=NOW)
    if is_merged:
        whole = register(particulars=Particulars(consignee=cast.importer_firm, kra_entry="C99"), by=None, at=NOW)
        merge(kept=whole, other=held, by=cast.importer, at=NOW)
        held = whole
    claim = decided(cast, claimed(cast, goods(cast, rw_declaration="C88", direction="export")))
    assert claim.outcome == held
    assert list(Consignment.objects.visible_to(cast.stranger).whole()) == [held]


def test_a_claim_on_a_bill_that_was_merged_gives_over_the_whole(cast: Cast, consignment: Consignment) -> None:
    other = register(particulars=Particulars(consignee=cast.importer_firm, bill_of_lading="HBL77"), by=None, at=NOW)
    merge(kept=consignment, other=other, by=cast.importer, at=NOW)
    claim = decided(cast, claimed(cast, goods(cast, bill_of_lading="HBL77")))
    assert claim.outcome == consignment
    assert set(Consignment.objects.values_list("consignee", flat=True)) == {cast.stranger_firm.pk}
    assert Consignment.objects.visible_to(cast.importer).count() == 0


def test_what_the_former_holder_shared_stays_with_it(cast: Cast, consignment: Consignment) -> None:
    sent: dict[str, Any] = {"organization": cast.importer_firm.pk, "by": cast.importer, "at": NOW}
    paper: dict[str, Any] = {"kind": "invoice", "file_name": "i.pdf", "audience": Audience(), **sent}
    add_paper(consignment=consignment, content=PDF, **paper)
    write_note(consignment=consignment, text="Ours", is_shared=True, **sent)
    until = datetime.now(UTC)
    link = share(consignment=consignment, purpose="driver", days=7, by=cast.importer, at=until)
    other = register(particulars=Particulars(consignee=cast.importer_firm, bill_of_lading="B9"), by=None, at=NOW)
    add_paper(consignment=other, content=PDF, **paper)
    share(consignment=other, purpose="driver", days=7, by=cast.importer, at=until)
    decided(cast, claimed(cast, goods(cast, bill_of_lading="UMUC2611001")))
    assert [rows.objects.visible_to(cast.stranger).count() for rows in (Paper, Note, ShareLink)] == [0, 0, 1]
    assert ShareLink.objects.visible_to(cast.stranger).live(NOW).count() == 0
    assert ShareLink.objects.get(pk=link.pk).revoked_by == cast.officer
    assert list(ShareLink.objects.live(NOW).values_list("consignment", flat=True)) == [other.pk]
    assert list(Paper.objects.order_by("pk").values_list("for_importer", "for_agent", "for_office")) == [
        (False, False, True),
        (True, True, True),
    ]
    assert Note.objects.visible_to(cast.officer).count() == 1


def test_a_second_paper_waits_behind_the_first(cast: Cast, as_person: As, consignment: Consignment) -> None:
    said = goods(cast, containers=[BOX])
    first = let_in(cast, said, PROOF)
    again, other = let_in(cast, said, PROOF), let_in(cast, said, replace(PROOF, content=PDF + b"\n"))
    assert [(each.claim, each.waits) for each in (first, again, other)] == [
        (first.claim, False),
        (first.claim, False),
        (first.claim, True),
    ]
    assert bytes(Claim.objects.get().content) == PDF
    form = {**FORM, "consignee": cast.stranger_firm.pk, "claim": "on", "part": "own", "paper": "bill"}
    for content, words in ((PDF + b"\n", "waits already"), (PDF.replace(b"trailer", b"/JS trailer"), "holds a macro")):
        sent = {**form, "bill_of_lading": "", "file": SimpleUploadedFile("b.pdf", content)}
        assert words in as_person(cast.stranger).post("/consignments/new/", sent, follow=True).content.decode()


def test_whoever_acts_for_the_consignee_is_nominated(cast: Cast, consignment: Consignment) -> None:
    claim = claimed(cast, goods(cast, containers=[BOX]), replace(PROOF, part="act", paper="nomination"))
    assert decided(cast, claim).outcome == consignment
    nomination = Nomination.objects.get(nominee=cast.stranger_firm)
    assert (nomination.consignment, nomination.may_act, nomination.accepted_at) == (consignment, True, NOW)
    assert Consignment.objects.visible_to(cast.importer).count() == 1
    assert ("cargo.consignment_given_over", cast.importer.email) not in subjects()


def test_what_sources_alone_named_is_registered_for_the_claimant(cast: Cast, reported: None) -> None:
    claim = decided(cast, claimed(cast, goods(cast, bill_of_lading="HBL", kra_entry="C77", goods="Tea")))
    assert claim.outcome is not None
    assert (claim.outcome.consignee, claim.outcome.goods) == (cast.stranger_firm, "Tea")
    assert claim.outcome.matches.count() == 1


def test_a_refusal_changes_nothing_but_is_told(cast: Cast, consignment: Consignment) -> None:
    claim = decided(cast, claimed(cast, goods(cast, containers=[BOX])), "refused")
    assert (claim.outcome, claim.decision) == (None, "refused")
    assert Consignment.objects.visible_to(cast.stranger).count() == 0
    assert subjects() == {("cargo.claim_refused", cast.stranger.email)}
    again = claimed(cast, goods(cast, containers=[BOX]))
    assert again != claim


def test_a_decision_is_made_once_with_a_reason_and_by_others(cast: Cast, consignment: Consignment) -> None:
    claim = claimed(cast, goods(cast, containers=[BOX]))
    with pytest.raises(ValidationError, match="Say why"):
        decide(claim=claim, decision="granted", reason=" ", by=cast.officer, at=NOW)
    with pytest.raises(PermissionDenied):
        decide(claim=claim, decision="granted", reason="mine", by=cast.stranger, at=NOW)
    decided(cast, claim, "refused")
    with pytest.raises(ValidationError, match="decided already"):
        decided(cast, claim)
    assert Consignment.objects.get().consignee == cast.importer_firm


def test_whoever_came_to_hold_the_goods_meanwhile_is_found(cast: Cast, reported: None) -> None:
    claim = claimed(cast, goods(cast, bill_of_lading="HBL", kra_entry="C77"))
    said = Particulars(consignee=cast.importer_firm, bill_of_lading="HBL", kra_entry="C77", containers=[THIRD_BOX])
    later = register(particulars=said, by=cast.importer, at=NOW)
    assert holder_of(particulars_of(claim)) == later
    assert decided(cast, claim).outcome == later
    assert [c.consignee for c in Consignment.objects.all()] == [cast.stranger_firm]


FORM = {"cargo_kind": "container", "bill_of_lading": "HBL9", "containers": BOX}


def test_the_rest_is_offered_as_a_second_step(cast: Cast, as_person: As, reported: None) -> None:
    client, said = as_person(cast.stranger), {**FORM, "consignee": cast.stranger_firm.pk}
    first = client.post("/consignments/new/", said)
    text = first.content.decode()
    assert (first.status_code, Consignment.objects.count()) == (200, 0)
    assert f"{OTHER_BOX} (Clerk, Line)" in text
    assert 'name="is_rest_asked" value="on"' in text
    answer = client.post("/consignments/new/", {**said, "is_rest_asked": "on", "rest": [OTHER_BOX]})
    kept = Consignment.objects.get()
    assert answer["Location"] == f"/consignments/{kept.ref}/"
    assert sorted(unit.container for unit in kept.units.all()) == sorted([BOX, OTHER_BOX])
    again = client.post("/consignments/new/", {**said, "is_rest_asked": "on"})
    assert (again["Location"], Consignment.objects.count()) == (answer["Location"], 1)


def test_a_proof_is_asked_for_without_a_word_of_the_other(cast: Cast, as_person: As, consignment: Consignment) -> None:
    client = as_person(cast.stranger)
    said = {**FORM, "consignee": cast.stranger_firm.pk, "bill_of_lading": consignment.bill_of_lading}
    text = client.post("/consignments/new/", said).content.decode()
    assert "Send a paper that shows your right to it" in text
    for words in (consignment.ref, cast.importer_firm.name, "Rice", OTHER_BOX):
        assert words not in text
    refused = client.post("/consignments/new/", {**said, "claim": "on", "part": "own", "paper": "bill"})
    assert (refused.status_code, Claim.objects.count()) == (422, 0)


def test_a_claim_from_its_form_to_the_decision(
    cast: Cast, as_person: As, consignment: Consignment, tmp_path: Any
) -> None:
    (tmp_path / "bill.pdf").write_bytes(PDF)
    said = {**FORM, "consignee": cast.stranger_firm.pk, "claim": "on", "part": "own", "paper": "bill"}
    with (tmp_path / "bill.pdf").open("rb") as file:
        answer = as_person(cast.stranger).post("/consignments/new/", {**said, "file": file})
    claim = Claim.objects.get()
    url = f"/claims/{claim.pk}/"
    assert answer["Location"] == url
    hers = as_person(cast.stranger).get(url).content.decode()
    assert "Waits for the office" in hers
    assert consignment.ref not in hers
    assert cast.importer_firm.name not in hers
    assert as_person(cast.importer).get(url).status_code == 404
    assert as_person(cast.importer).get(f"{url}paper/").status_code == 404
    assert as_person(cast.stranger).post(url, {"decision": "granted", "reason": "me"}).status_code == 403
    office = as_person(cast.officer)
    assert f"{cast.importer_firm.name} ·" in office.get(url).content.decode()
    paper = office.get(f"{url}paper/")
    assert (paper.content, paper["Content-Disposition"]) == (PDF, 'attachment; filename="bill.pdf"')
    assert JournalEntry.objects.filter(kind="cargo.claim_paper_handed_out", by=cast.officer).count() == 1
    assert office.post(url, {"decision": "granted", "reason": ""}).status_code == 422
    assert office.post(url, {"decision": "granted", "reason": "Seen"})["Location"] == "/claims/"
    assert office.post(url, {"decision": "refused", "reason": "No"}).status_code == 422
    assert claim.number not in office.get("/claims/").content.decode()
    assert claim.number in office.get("/claims/?all=1").content.decode()
    assert "Granted" in as_person(cast.stranger).get(url).content.decode()


def test_a_number_is_filled_in_for_whoever_comes_from_the_box(cast: Cast, as_person: As) -> None:
    text = as_person(cast.stranger).get(f"/consignments/new/?containers={BOX}&claim=on").content.decode()
    assert f"{BOX}</textarea>" in text
    assert 'name="claim" value="on"' in text
    assert Membership.objects.filter(person=cast.stranger).count() == 1
