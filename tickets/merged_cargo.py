"""When consignments are merged, the tickets on the one are about the other: read from the journal."""

from __future__ import annotations

from django.db import transaction

from cargo.merging import MERGED
from cargo.models import Consignment
from liaison.journal import mark, unmarked
from tickets.models import TicketConsignment

READER = "tickets.merged_cargo"
BATCH = 100


@transaction.atomic
def follow_merged() -> int:
    """Have the tickets on each consignment that was merged concern the one that stays; returns how many moved.

    May run twice at any moment: the entries are marked in the same transaction.
    """
    entries = list(unmarked(reader=READER, kinds=[MERGED])[:BATCH])
    mark(entries, reader=READER)
    moved = 0
    merged = Consignment.objects.filter(ref__in=[entry.key for entry in entries], merged_into__isnull=False)
    for consignment in merged.order_by("pk"):
        theirs = TicketConsignment.objects.filter(consignment=consignment)
        known = TicketConsignment.objects.filter(consignment=consignment.merged_into_id)
        theirs.filter(ticket__in=known.values("ticket")).delete()
        moved += theirs.update(consignment=consignment.merged_into_id)
    return moved
