"""A number names consignments: those merged as what they were merged into, a truck's by its whole plate, and how many."""

from __future__ import annotations

import pytest
from pytest_django import DjangoAssertNumQueries

from cargo.merging import merge
from cargo.models import naming
from cargo.models.naming import box_of, named_by
from cargo.registration import Particulars, register
from feeds.models import Source
from tests.cargo.test_finding import fact, record
from tests.cargo.test_reading import BOX, NOW
from tests.conftest import Cast


@pytest.mark.parametrize(
    ("text", "box"), [("TGHU305438-0", "TGHU3054380"), ("TGHU/305.438", "TGHU305438"), ("-", "-"), ("", "")]
)
def test_a_containers_number_is_looked_for_without_what_parts_it(text: str, box: str) -> None:
    assert box_of(text) == box


def test_a_number_names_what_was_merged_as_the_other_and_a_plate_every_trip(
    cast: Cast, clerk: Source, monkeypatch: pytest.MonkeyPatch, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    firm = cast.importer_firm
    kept, other, third = (
        register(particulars=Particulars(consignee=firm, bill_of_lading=bill, containers=boxes), by=None, at=NOW).pk
        for bill, boxes in (("PLATE1", [BOX]), ("PLATE2", ["CSQU3054383"]), ("ELSE", ["MSKU0000017"]))
    )
    for box, plate in ((BOX, "KDA123A"), ("CSQU3054383", "KDA-123A"), ("MSKU0000017", "KDA123B")):
        record(clerk, fact(container=box, plate=plate, seals=("RW1", f"KE{box}"), declaration=f"C{box}"))
    with django_assert_num_queries(1):
        assert named_by("PLATE") == ({kept, other}, True)
    assert [named_by(text)[0] for text in ("KDA123A", "KDA-123A", "KDA123", "RW1", f"KE{BOX}", "CMSKU", "%")] == [
        {kept},
        {kept, other},
        set(),
        {kept, other, third},
        {kept},
        {third},
        set(),
    ]
    rows = firm.consignments.in_bulk()
    merge(kept=rows[kept], other=rows[other], by=cast.importer, at=NOW)
    assert [named_by(text)[0] for text in ("PLATE2", "CSQU305438-3", "KDA-123A", "RW1")] == [
        {kept},
        {kept},
        {kept},
        {kept, third},
    ]
    monkeypatch.setattr(naming, "MOST_NAMED", 1)
    assert (named_by("PLATE"), named_by("ELSE")) == (({kept}, False), ({third}, True))
    pks, is_all = named_by("RW1")
    assert (len(pks), is_all) == (1, True), "of what events tell so many are looked at, whatever more there is"
