"""Letting in many at once decides of each as letting in one does."""

from __future__ import annotations

import pytest

from cargo.admissions import admit_many
from cargo.claims import admit
from cargo.models import Consignment
from cargo.registration import Particulars, register
from liaison.models import Person
from tests.conftest import AT, Cast
from tests.test_queries import box


@pytest.mark.parametrize("part", ["importer", "officer"])
def test_many_are_let_in_as_one_is(cast: Cast, part: str) -> None:
    person: Person = cast.people()[part]
    firm = cast.importer_firm
    mine = register(particulars=Particulars(consignee=firm, bill_of_lading="MINE", containers=[box(1)]), by=None, at=AT)
    register(particulars=Particulars(consignee=cast.stranger_firm, bill_of_lading="THEIRS"), by=None, at=AT)
    many = [
        Particulars(consignee=firm, bill_of_lading="NEW", containers=[box(2)]),
        Particulars(consignee=firm, bill_of_lading="mine"),
        Particulars(consignee=firm, bill_of_lading="THEIRS"),
        Particulars(consignee=firm, containers=[box(3)]),
    ]
    found = admit_many(many=many, by=person, at=AT)
    numbers = [each.registered and each.registered.bill_of_lading for each in found]
    # The office sees the stranger's goods, so that they are known to it.
    assert (numbers, found[1].known) == (["NEW", None, None, ""], mine)
    assert [bool(each.known) for each in found] == [False, True, part == "officer", False]
    again = [admit(particulars=each, proof=None, by=person, at=AT) for each in many]
    assert [each.known for each in again] == [found[0].registered, mine, found[2].known, found[3].registered]
    assert Consignment.objects.count() == 4


def test_none_are_let_in_by_no_harm(cast: Cast) -> None:
    assert admit_many(many=[], by=cast.importer, at=AT) == []
