"""Tickets follow the goods that they are about into the consignment that stays."""

from __future__ import annotations

from cargo.merging import merge
from cargo.models import Consignment
from tests.cargo.test_merging import second
from tests.cargo.test_reading import NOW
from tests.conftest import Cast
from tests.tickets.conftest import opened
from tickets.merged_cargo import follow_merged
from tickets.models import TicketConsignment


def test_tickets_follow_and_none_is_about_the_same_goods_twice(
    cast: Cast, categories: None, consignment: Consignment
) -> None:
    other, third = second(cast, bill_of_lading="MEDU777"), second(cast, bill_of_lading="MEDU778")
    of_other, of_both, of_third = opened(cast, other), opened(cast, consignment, other), opened(cast, third)
    merge(kept=consignment, other=other, by=cast.importer, at=NOW)
    assert [follow_merged() for _ in range(2)] == [1, 0]
    assert sorted(TicketConsignment.objects.values_list("ticket", "consignment")) == [
        (of_other.pk, consignment.pk),
        (of_both.pk, consignment.pk),
        (of_third.pk, third.pk),
    ]
