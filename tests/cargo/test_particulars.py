"""The particulars of a consignment: shown, and changed by those who may act for it."""

from __future__ import annotations

from collections.abc import Callable
from decimal import Decimal

import pytest
from django.core.exceptions import ValidationError
from django.test import Client

from cargo.models import Consignment
from cargo.particulars import Line, amend, lines_of, may_act
from cargo.registration import Particulars, register
from feeds.models import Source
from liaison.models import JournalEntry, Person
from tests.cargo.test_finding import fact, record
from tests.cargo.test_reading import BOX, NOW, csv, row, take_in
from tests.conftest import Cast

As = Callable[[Person | None], Client]


def test_every_particular_is_shown_and_what_is_unknown_is_empty(consignment: Consignment) -> None:
    consignment.weight_t = Decimal("24.500")
    consignment.origin_country, consignment.trade_regime = "KE", "eac"
    assert lines_of(consignment) == [
        Line("Your own reference", ""),
        Line("Rwandan declaration", ""),
        Line("KRA entry", ""),
        Line("Goods", "Rice"),
        Line("HS code", ""),
        Line("Direction", "Import: Mombasa to Kigali"),
        Line("Weight in tonnes", "24.5 t"),
        Line("Packages", ""),
        Line("Country of origin", "Kenya"),
        Line("Preference claimed", "EAC"),
        Line("Certificate of origin", ""),
    ]


def test_who_may_act_changes_what_is_said_and_the_journal_knows(
    cast: Cast, as_person: As, consignment: Consignment
) -> None:
    url = f"/consignments/{consignment.ref}/edit/"
    said = {"own_reference": "po 12", "goods": "Rice, white", "hs_code": "1006.30", "weight_t": "24.5", "packages": "9"}
    assert as_person(cast.agent).post(url, said)["Location"] == f"/consignments/{consignment.ref}/"
    kept = Consignment.objects.get()
    assert (kept.own_reference, kept.goods, kept.hs_code, kept.packages) == ("PO12", "Rice, white", "100630", 9)
    entry = JournalEntry.objects.get(kind="cargo.consignment_amended")
    assert entry.data == {"changed": ["goods", "hs_code", "own_reference", "packages", "weight_t"]}
    assert "PO12" in as_person(cast.importer).get(f"/consignments/{consignment.ref}/").content.decode()
    as_person(cast.importer).post(url, {**said, "own_reference": "PO12", "hs_code": "100630"})
    assert JournalEntry.objects.filter(kind="cargo.consignment_amended").count() == 1
    bad = as_person(cast.importer).post(url, {"hs_code": "1", "origin_certificate": "X1"})
    assert (bad.status_code, set(bad.context["form"].errors)) == (422, {"hs_code", "trade_regime"})
    assert as_person(cast.stranger).post(url, said).status_code == 404


def test_who_only_sees_does_not_change(cast: Cast, as_person: As, consignment: Consignment) -> None:
    consignment.nominations.update(may_act=False)
    assert {part: may_act(person, consignment) for part, person in cast.people().items()} == {
        "importer": True, "agent": False, "stranger": False, "officer": True, "desk": False, "official": False,
    }  # fmt: skip
    assert as_person(cast.agent).get(f"/consignments/{consignment.ref}/edit/").status_code == 403
    assert "/edit/" not in as_person(cast.agent).get(f"/consignments/{consignment.ref}/").content.decode()
    assert "/edit/" in as_person(cast.importer).get(f"/consignments/{consignment.ref}/").content.decode()


def kinds(consignment: Consignment) -> list[str]:
    return sorted(consignment.matches.values_list("event__kind", flat=True))


def test_a_declaration_finds_and_loses_what_is_said_of_it(cast: Cast, clerk: Source, consignment: Consignment) -> None:
    record(clerk, fact(container=BOX, declaration="C1"), fact(kind="declared", declaration="C1"))
    assert kinds(consignment) == ["sealed"]
    assert amend(consignment=consignment, changes={"rw_declaration": "c 1"}, by=cast.importer, at=NOW) == [
        "rw_declaration"
    ]
    assert kinds(consignment) == ["declared", "sealed"]
    assert consignment.milestones.filter(code="declared").count() == 2
    amend(consignment=consignment, changes={"rw_declaration": ""}, by=cast.importer, at=NOW)
    assert kinds(consignment) == ["sealed"]
    assert consignment.milestones.filter(code="declared").count() == 0


def test_nobody_takes_the_declaration_of_others(cast: Cast, clerk: Source, consignment: Consignment) -> None:
    record(clerk, fact(container="MSCU1234566", declaration="C2"))
    with pytest.raises(ValidationError, match="knows this declaration already"):
        amend(consignment=consignment, changes={"kra_entry": "C2"}, by=cast.importer, at=NOW)
    assert Consignment.objects.get().kra_entry == ""
    assert amend(consignment=consignment, changes={"kra_entry": "C2"}, by=cast.officer, at=NOW) == ["kra_entry"]


def test_a_forgotten_container_is_added_with_what_was_said_of_it_and_not_that_of_others(
    cast: Cast, clerk: Source, consignment: Consignment, as_person: As
) -> None:
    forgotten, foreign = "MSKU0000011", "MSKU0000027"
    take_in(clerk, csv(row("gate_out", 2, box=forgotten)))
    register(particulars=Particulars(consignee=cast.stranger_firm, containers=[foreign]), by=None, at=NOW)
    url = f"/consignments/{consignment.ref}/edit/"
    bad = as_person(cast.importer).post(url, {"more_containers": f"{forgotten} {foreign}".replace(" ", "\n")})
    assert bad.context["form"].errors == {
        "more_containers": ["One of these containers is registered already. Claim it with a paper."]
    }
    slip = as_person(cast.importer).post(url, {"more_containers": "MSKU0000012"})
    assert set(slip.context["form"].errors) == {"more_containers"}
    added = as_person(cast.importer).post(url, {"goods": "Rice", "more_containers": f"{forgotten}, {BOX}"})
    assert added.status_code == 302
    assert set(consignment.units.values_list("container", flat=True)) == {BOX, "CSQU3054383", forgotten}
    assert consignment.milestones.filter(code="gate_out", unit__container=forgotten).count() == 1
    assert JournalEntry.objects.get(kind="cargo.consignment_amended").data == {"changed": ["containers"]}
