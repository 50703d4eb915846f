"""What the portal knows of goods that somebody wants to register, and of whose nobody is told."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from cargo.knowledge import Known, Named, holder_of, known_among, known_to, number_of, rest_of
from cargo.models import Consignment, Nomination, Status, Unit
from cargo.registration import Particulars, register
from feeds.models import Source
from tests.cargo.test_finding import fact, record
from tests.cargo.test_reading import BOX, NOW, OTHER_BOX
from tests.conftest import Cast, source_of
from tests.test_queries import box

THIRD_BOX = "MSCU1234566"


def said(cast: Cast, **more: Any) -> Particulars:
    return Particulars(**{"consignee": cast.stranger_firm, **more})


@pytest.mark.parametrize(
    ("more", "number"),
    [
        ({}, ""),
        ({"bill_of_lading": " umuc 1 "}, "UMUC1"),
        ({"bill_of_lading": "  ", "containers": ["", " tghu 305438-0"]}, BOX),
        ({"rw_declaration": "c 77", "kra_entry": "K1"}, "C77"),
        ({"kra_entry": "k 1"}, "K1"),
        ({"bill_of_lading": "B1", "containers": [BOX], "kra_entry": "K1"}, "B1"),
        ({"containers": [OTHER_BOX, BOX], "kra_entry": "K1"}, OTHER_BOX),
    ],
)
def test_goods_are_called_by_their_bill_then_a_container_then_a_declaration(
    cast: Cast, more: dict[str, Any], number: str
) -> None:
    assert number_of(said(cast, **more)) == number


@pytest.mark.parametrize(
    ("more", "is_known"),
    [
        ({}, False),
        ({"bill_of_lading": "UMUC2611001"}, True),
        ({"bill_of_lading": "umuc 2611 001"}, True),
        ({"bill_of_lading": "UMUC2611"}, False),
        ({"bill_of_lading": "UMUC26110011"}, False),
        ({"bill_of_lading": "%"}, False),
        ({"containers": [BOX]}, True),
        ({"containers": ["tghu 305438-0"]}, True),
        ({"containers": [THIRD_BOX]}, False),
        ({"containers": [THIRD_BOX, OTHER_BOX]}, True),
        # A box that is used again goes under another bill of lading; whoever holds it now is asked all the same.
        ({"bill_of_lading": "NEW1", "containers": [BOX]}, True),
        ({"bill_of_lading": "NEW1", "containers": [THIRD_BOX]}, False),
    ],
)
def test_what_others_hold_needs_a_proof_and_is_not_named(
    cast: Cast, consignment: Consignment, more: dict[str, Any], is_known: bool
) -> None:
    found = known_to(cast.stranger, said(cast, **more))
    assert found == Known(holder=consignment.pk if is_known else None)
    assert (found.needs_proof, found.ref, found.pk) == (is_known, "", None)
    held = holder_of(said(cast, **more))
    assert held == (consignment if is_known else None)


@pytest.mark.parametrize("part", ["importer", "agent", "officer"])
def test_whoever_sees_it_is_led_to_it(cast: Cast, consignment: Consignment, part: str) -> None:
    person = cast.people()[part]
    for more in ({"bill_of_lading": "UMUC2611001"}, {"containers": [OTHER_BOX]}):
        found = known_to(person, said(cast, **more))
        assert (found.pk, found.ref, found.needs_proof) == (consignment.pk, consignment.ref, False)


def test_under_another_bill_a_box_of_her_own_is_new_goods(cast: Cast, consignment: Consignment) -> None:
    found = known_to(cast.importer, said(cast, bill_of_lading="NEW1", containers=[BOX]))
    assert found == Known()
    Consignment.objects.update(bill_of_lading="")
    assert known_to(cast.importer, said(cast, bill_of_lading="NEW1", containers=[BOX])).pk == consignment.pk


def test_a_box_of_her_own_that_goes_the_other_way_is_new_goods(cast: Cast, consignment: Consignment) -> None:
    assert known_to(cast.importer, said(cast, containers=[BOX], direction="export")) == Known()
    assert known_to(cast.officer, said(cast, containers=[BOX], direction="export")) == Known()
    # Whoever else holds it is asked all the same, and a bill of lading is one way.
    assert known_to(cast.stranger, said(cast, containers=[BOX], direction="export")) == Known(holder=consignment.pk)
    found = known_to(cast.importer, said(cast, bill_of_lading="UMUC2611001", direction="export"))
    assert found.pk == consignment.pk


def test_an_agent_whose_word_has_ended_needs_a_proof(cast: Cast, consignment: Consignment) -> None:
    Nomination.objects.update(ended_at=NOW)
    found = known_to(cast.agent, said(cast, bill_of_lading="UMUC2611001"))
    assert found == Known(holder=consignment.pk)


@pytest.mark.parametrize("state", Status.State.values)
def test_a_box_is_known_while_its_goods_are_under_way(cast: Cast, consignment: Consignment, state: str) -> None:
    Status.objects.update(state=state)
    is_over = state in Status.DONE
    assert known_to(cast.stranger, said(cast, containers=[BOX])).needs_proof is not is_over
    # Its bill of lading is its own for ever.
    assert known_to(cast.stranger, said(cast, bill_of_lading="UMUC2611001")).needs_proof is True


def test_a_box_whose_trip_has_ended_is_free(cast: Cast, consignment: Consignment) -> None:
    Unit.objects.filter(container=BOX).update(tracked_until=NOW)
    found = [known_to(cast.stranger, said(cast, containers=[number])).needs_proof for number in (BOX, OTHER_BOX)]
    assert found == [False, True]


def test_declarations_of_others_need_a_proof(cast: Cast, consignment: Consignment) -> None:
    Consignment.objects.update(rw_declaration="C77", kra_entry="K9")
    for more in ({"rw_declaration": "c 77"}, {"kra_entry": "k9"}, {"rw_declaration": "K9"}):
        assert known_to(cast.stranger, said(cast, **more)) == Known(holder=consignment.pk)
    # One's own are no goods of others, but two consignments may go under one.
    assert known_to(cast.importer, said(cast, rw_declaration="C77")) == Known()
    assert known_to(cast.stranger, said(cast, rw_declaration="C7")) == Known()


@pytest.mark.parametrize(
    ("more", "is_reported"),
    [
        ({"rw_declaration": "C77"}, True),
        ({"kra_entry": "c 77"}, True),
        ({"kra_entry": "C77", "containers": [OTHER_BOX]}, True),
        ({"kra_entry": "C77", "containers": [BOX]}, False),
        ({"kra_entry": "C77", "containers": [OTHER_BOX, BOX]}, False),
        ({"kra_entry": "C78"}, False),
        ({"bill_of_lading": "HBL9"}, False),
        ({"containers": [BOX]}, False),
    ],
)
def test_a_declaration_that_sources_name_is_hers_who_knows_what_goes_with_it(
    cast: Cast, clerk: Source, more: dict[str, Any], is_reported: bool
) -> None:
    record(clerk, fact(kind="declared", declaration="C77", container=BOX), fact(container=BOX, bill_of_lading="HBL9"))
    found = known_to(cast.stranger, said(cast, **more))
    assert (found.is_reported, found.needs_proof, found.holder) == (is_reported, is_reported, None)
    assert known_to(cast.officer, said(cast, **more)) == Known()


def test_the_rest_of_a_bill_is_told_to_whoever_knows_one_of_its_boxes(cast: Cast, clerk: Source) -> None:
    line = source_of("line", "csv_events")
    record(clerk, *(fact(container=each, bill_of_lading="HBL9") for each in (BOX, OTHER_BOX)))
    record(line, *(fact(container=each, bill_of_lading="HBL9") for each in (OTHER_BOX, THIRD_BOX)))
    record(line, fact(container="TGHU9999999", bill_of_lading="HBL8"), fact(bill_of_lading="HBL9"))
    rest = [Named(OTHER_BOX, ("Clerk", "Line")), Named(THIRD_BOX, ("Line",))]
    assert rest_of(said(cast, bill_of_lading="hbl 9", containers=[BOX])) == rest
    assert rest_of(said(cast, bill_of_lading="HBL9", containers=["TGHU0000009", BOX])) == rest
    assert rest_of(said(cast, bill_of_lading="HBL9", containers=[BOX, THIRD_BOX])) == rest[:1]
    for more in (
        {"bill_of_lading": "HBL9"},
        {"bill_of_lading": "HBL9", "containers": ["TGHU9999999"]},
        {"containers": [BOX]},
        {"bill_of_lading": "HBL", "containers": [BOX]},
        {},
    ):
        assert rest_of(said(cast, **more)) == []


def test_many_are_as_one_by_one_and_cost_no_more(cast: Cast, consignment: Consignment) -> None:
    mine = register(particulars=said(cast, bill_of_lading="MINE1", containers=[THIRD_BOX]), by=None, at=NOW)
    many = [
        said(cast, bill_of_lading="UMUC2611001"),
        said(cast, bill_of_lading="mine 1"),
        said(cast, containers=[THIRD_BOX]),
        said(cast, bill_of_lading="NEW1", kra_entry="K1"),
        said(cast),
    ]
    found = known_among(cast.stranger, many)
    assert found == [known_to(cast.stranger, each) for each in many]
    assert [(known.ref, known.needs_proof) for known in found] == [
        ("", True),
        (mine.ref, False),
        (mine.ref, False),
        ("", False),
        ("", False),
    ]
    costs = []
    for count in (1, 40):
        asked = [said(cast, bill_of_lading=f"N{n}", containers=[box(n)], kra_entry=f"K{n}") for n in range(count)]
        with CaptureQueriesContext(connection) as queries:
            assert known_among(cast.stranger, asked) == [Known()] * count
        costs.append(len(queries))
    assert costs[0] == costs[1] <= 9
    assert known_among(cast.stranger, []) == []


def test_of_several_the_latest_is_led_to(cast: Cast) -> None:
    for days in (2, 1):
        register(particulars=said(cast, bill_of_lading="TWICE"), by=None, at=NOW - timedelta(days=days))
    latest = Consignment.objects.latest("pk")
    assert known_to(cast.stranger, said(cast, bill_of_lading="TWICE")).ref == latest.ref
