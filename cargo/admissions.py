"""Letting in many goods at once: each as ``cargo.claims.admit`` does one without a proof, by a handful of queries."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from django.db import transaction

from cargo.claims import Admission
from cargo.knowledge import known_among
from cargo.matching import lock_exclusive
from cargo.models import Consignment
from cargo.registration import Particulars, register_many
from liaison.models import Person


@transaction.atomic
def admit_many(*, many: Sequence[Particulars], by: Person, at: datetime) -> list[Admission]:
    """What became of each, in the order given: registered, known to ``by`` already, or nothing for want of a proof.

    No two of them may be of the same goods.
    """
    # Nobody registers the same between the look and the deed.
    lock_exclusive()
    known = known_among(by, many)
    there = Consignment.objects.in_bulk([each.pk for each in known if each.pk])
    new = [place for place, each in enumerate(known) if not each.pk and not each.needs_proof]
    made = dict(zip(new, register_many([many[place] for place in new], by=by, at=at), strict=True))
    return [Admission(registered=made.get(place), known=there.get(each.pk or 0)) for place, each in enumerate(known)]
