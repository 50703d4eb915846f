"""Letting goods in: at once, or with a proof on which the office decides, where somebody else may have a right to them.

Whoever knows a bill of lading that nobody has registered needs no proof: what the portal has of it is what carriers
tell anybody who knows as much. Numbers of declarations follow each other, so that they can be guessed: they need one.
"""

from __future__ import annotations

import hashlib
from dataclasses import asdict, dataclass, replace
from datetime import datetime
from decimal import Decimal
from typing import Any

from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from cargo.deriving import note_change
from cargo.knowledge import holder_of, known_to, number_of
from cargo.matching import lock_exclusive
from cargo.models import Claim, Consignment, Nomination, Paper
from cargo.nominations import Terms, accept, end, nominate
from cargo.numbers import compact
from cargo.papers import check_paper
from cargo.registration import Particulars, ended_trips, kept_number, register
from cargo.sharing import revoke_all
from liaison.documents import clean_file_name
from liaison.journal import record
from liaison.models import Organization, Person
from liaison.people import people_of
from liaison.roles import OFFICE, TRADE_WRITE
from notify.outbox import fan_out


@dataclass(frozen=True, slots=True, kw_only=True)
class Proof:
    """A paper as it was sent, and what its sender says beside it."""

    part: str
    paper: str
    content: bytes
    file_name: str
    words: str = ""


@dataclass(frozen=True, slots=True)
class Admission:
    """What became of goods that somebody wants to register: one of the three, or nothing yet for want of a proof.

    ``waits`` where a claim with another paper waits already: that paper stays, lest the office judge one unseen.
    """

    registered: Consignment | None = None
    known: Consignment | None = None
    claim: Claim | None = None
    waits: bool = False


@transaction.atomic
def admit(*, particulars: Particulars, proof: Proof | None, by: Person, at: datetime) -> Admission:
    """Register the goods; lead to what ``by`` sees of them already; or keep a claim on what may be somebody else's.

    Without the ``proof`` that it would need nothing is done. Doing the same twice does it once.
    """
    # Nobody registers the same between the look and the deed.
    lock_exclusive()
    sent = by.pk and particulars.form_key and Consignment.objects.filter(form_key=particulars.form_key)
    known = known_to(by, particulars)
    mine = (sent and sent.filter(registered_by=by).first()) or Consignment.objects.filter(pk=known.pk or 0).first()
    if mine:
        return Admission(known=mine)
    if not known.needs_proof:
        return Admission(registered=register(particulars=particulars, by=by, at=at))
    if proof is None:
        return Admission()
    claim = _claim(particulars, proof, known.holder, by=by, at=at)
    return Admission(claim=claim, waits=claim.sha256 != hashlib.sha256(proof.content).hexdigest())


def _claim(particulars: Particulars, proof: Proof, holder: int | None, *, by: Person, at: datetime) -> Claim:
    content_type, number = check_paper(proof.content), number_of(particulars)
    claim, is_new = Claim.objects.get_or_create(
        claimant=particulars.consignee,
        number=number,
        decided_at=None,
        defaults={
            "part": proof.part,
            "particulars": _plain(particulars),
            "consignment_id": holder,
            "words": proof.words,
            "paper": proof.paper,
            "file_name": clean_file_name(proof.file_name, content_type),
            "content_type": content_type,
            "sha256": hashlib.sha256(proof.content).hexdigest(),
            "content": proof.content,
            "claimed_by": by,
            "claimed_at": at,
        },
    )
    if is_new:
        record(
            kind="cargo.claimed",
            subject="claim",
            key=str(claim.pk),
            by=by,
            at=at,
            number=number,
            claimant=particulars.consignee.pk,
            paper=proof.paper,
            sha256=claim.sha256,
        )
    return claim


_NOT_KEPT = ("consignee", "agent", "form_key")


def _plain(particulars: Particulars) -> dict[str, Any]:
    """The particulars as JSON keeps them."""
    said = asdict(replace(particulars, consignee=None, agent=None))  # type: ignore[arg-type]
    return {
        name: str(value) if isinstance(value, Decimal) else value
        for name, value in said.items()
        if name not in _NOT_KEPT and value not in (None, "", (), [])
    }


def particulars_of(claim: Claim) -> Particulars:
    """What the claimant wants to register."""
    said = dict(claim.particulars)
    weight = said.pop("weight_t", None)
    return Particulars(consignee=claim.claimant, weight_t=Decimal(weight) if weight else None, **said)


@transaction.atomic
def decide(*, claim: Claim, decision: str, reason: str, by: Person, at: datetime) -> Claim:
    """Grant or refuse a claim, with a reason that the claimant reads; whoever held the goods is told of a grant.

    PermissionDenied to whoever belongs to the claimant. ValidationError where there is no reason, or it was decided
    before.
    """
    if by.membership_set.filter(organization=claim.claimant).exists():
        raise PermissionDenied
    if not reason.strip():
        raise ValidationError({"reason": _("Say why. The claimant will read it.")})
    lock_exclusive()
    kept = Claim.objects.select_for_update(of=("self",)).select_related("claimant").get(pk=claim.pk)
    if kept.decided_at:
        raise ValidationError(_("This claim has been decided already."))
    kept.decision, kept.reason, kept.decided_by, kept.decided_at = decision, reason.strip(), by, at
    held = goods_of(kept)
    former = held.consignee if held and held.consignee_id != kept.claimant_id else None
    if decision == Claim.Decision.GRANTED:
        kept.outcome = _grant(kept, held, by=by, at=at)
    kept.save()
    _tell(kept, former, by=by, at=at)
    return kept


def goods_of(claim: Claim) -> Consignment | None:
    """The consignment that is claimed, as a whole; None where there is none, or only a former trip of the same box."""
    for found in filter(None, (claim.consignment, holder_of(particulars_of(claim)))):
        held = found.merged_into or found
        if not _is_used_again(claim, held):
            return held
    return None


def _is_used_again(claim: Claim, held: Consignment) -> bool:
    """Whether what is claimed is another trip of the box: under another bill of lading, after that one had ended, or
    the other way. What is declared under the same number is the same goods, whichever way they are said to go.
    """
    said = particulars_of(claim)
    bill = kept_number(said.bill_of_lading)
    parts = Consignment.objects.filter(Q(pk=held.pk) | Q(merged_into=held))
    bills = set(parts.values_list("bill_of_lading", flat=True)) - {""}
    if bill and bill in bills:
        return False
    if said.direction != held.direction:
        declared = {number for pair in parts.values_list("rw_declaration", "kra_entry") for number in pair if number}
        return declared.isdisjoint(map(kept_number, (said.rw_declaration, said.kra_entry)))
    if not bill or not bills:
        return False
    over = ended_trips(dict.fromkeys(map(compact, said.containers), bill), at=claim.claimed_at)
    return held.pk in {trip.consignment for trip in over}


def _grant(claim: Claim, held: Consignment | None, *, by: Person, at: datetime) -> Consignment:
    """The consignment that the claimant sees from now on."""
    if held is None:
        return register(particulars=particulars_of(claim), by=by, at=at)
    if held.consignee_id == claim.claimant_id:
        return held
    if claim.part == Claim.Part.ACT:
        nomination = nominate(
            principal=held.consignee,
            nominee=claim.claimant,
            terms=Terms(may_act=True),
            consignment=held,
            by=by,
            at=at,
        )
        accept(nomination=nomination, by=by, at=at)
        return held
    # Whoever the former holder nominated for it has nothing to do with it any more.
    for nomination in Nomination.objects.filter(consignment=held, ended_at__isnull=True).select_related(
        "principal", "nominee", "consignment"
    ):
        end(nomination=nomination, by=by, at=at)
    _part_from_former(held, claim.claimant, by=by, at=at)
    held.consignee = claim.claimant
    Consignment.objects.filter(Q(pk=held.pk) | Q(merged_into=held)).update(consignee=claim.claimant)
    note_change(held.pk, at=at)
    return held


def _part_from_former(held: Consignment, claimant: Organization, *, by: Person, at: datetime) -> None:
    """What the former holder shared leads nowhere, and its papers are the office's and its own alone."""
    revoke_all(consignment=held, by=by, at=at)
    others = Paper.objects.filter(consignment=held).exclude(organization=claimant)
    others.update(for_importer=False, for_agent=False)


def _tell(claim: Claim, former: Organization | None, *, by: Person, at: datetime) -> None:
    """Tell the claimant; and the firm that loses the goods, without who claimed them."""
    data = {"number": claim.number, "claim": claim.pk, "reason": claim.reason}
    entry = record(kind=f"cargo.claim_{claim.decision}", subject="claim", key=str(claim.pk), by=by, at=at, **data)
    told = {entry.pk: people_of([claim.claimant_id], TRADE_WRITE)[claim.claimant_id]}
    is_taken = former and claim.decision == Claim.Decision.GRANTED and claim.part == Claim.Part.OWN and claim.outcome
    if former and is_taken and claim.outcome:
        lost = record(
            kind="cargo.consignment_given_over",
            subject="consignment",
            key=claim.outcome.ref,
            by=by,
            at=at,
            ref=claim.outcome.ref,
            former=former.pk,
        )
        told[lost.pk] = people_of([former.pk], TRADE_WRITE)[former.pk]
    fan_out(told, at=at)


@transaction.atomic
def hand_out(*, claim: Claim, by: Person, at: datetime) -> bytes:
    """The bytes of a claim's paper; that somebody of the office took them is told to the journal."""
    if by.roles & OFFICE:
        record(
            kind="cargo.claim_paper_handed_out",
            subject="claim",
            key=str(claim.pk),
            by=by,
            at=at,
            sha256=claim.sha256,
        )
    return bytes(claim.content)
