"""The box that finds: by any number, only what one may see, and what it says of a number that it does not find."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from django.db import connection, transaction
from django.test import Client
from django.test.utils import CaptureQueriesContext

from cargo.entries import to_rows
from cargo.finding import Asked, asked_for
from cargo.forms import FindForm
from cargo.models import Consignment
from cargo.recording import append
from cargo.registration import Particulars, register
from corridor.entries import Context
from corridor.places import load_gazetteer
from feeds.facts import Moment, Movement
from feeds.intake import receive
from feeds.models import Source
from liaison.models import Person
from tests.cargo.test_reading import BOX, NOW
from tests.conftest import Cast

As = Callable[[Person | None], Client]
OTHER_BILL = "OTHER26001"


def record(source: Source, *facts: Movement) -> None:
    """As if a delivery of the source had said so."""
    delivery = receive(source=source, raw=repr(facts).encode(), at=NOW).delivery
    context = Context(
        source_id=source.pk, delivery_id=delivery.pk, received_at=NOW, settings={}, gazetteer=load_gazetteer()
    )
    rows, faults = to_rows(facts, context)
    assert faults == []
    with transaction.atomic():
        append(rows)


def fact(**said: Any) -> Movement:
    return Movement(**{"kind": "sealed", "classifier": "ACT", "when": Moment(value=NOW), **said})


@pytest.fixture
def two(cast: Cast, clerk: Source) -> tuple[Consignment, Consignment]:
    """The importer's with all numbers, and a stranger's with others; events name seals, truck and declaration."""
    mine = register(
        particulars=Particulars(
            consignee=cast.importer_firm,
            bill_of_lading="UMUC2611001",
            containers=[BOX],
            own_reference="po 4711/26",
            rw_declaration="2026 KGL C 812",
            kra_entry="2026123456789012",
        ),
        by=None,
        at=NOW,
    )
    foreign = register(
        particulars=Particulars(
            consignee=cast.stranger_firm,
            bill_of_lading=OTHER_BILL,
            containers=["CSQU3054383"],
            own_reference="PO9",
            kra_entry="2026999999999999",
        ),
        by=None,
        at=NOW,
    )
    record(clerk, fact(container=BOX, seals=("RW881", "KE772"), plate="RAD 123 B", declaration="C 5512"))
    record(clerk, fact(container="CSQU3054383", seals=("RW99", "KE99"), plate="KDA123A", declaration="C999"))
    return mine, foreign


MINE = [
    "umuc 2611", "tghu305", "TGHU 305438-0", "PO4711/26", "po 4711", "2026KGLC812", "2026 1234 5678 9012", "rw881",
    "RW88", "KE772", "rad 123 b", "RAD-123B", "C5512", "c55",
]  # fmt: skip
FOREIGN = [OTHER_BILL, "CSQU3054383", "PO9", "2026999999999999", "RW99", "KE99", "KDA123A", "C999"]


def test_every_number_finds_its_consignment_for_whoever_may_see_it(
    cast: Cast, two: tuple[Consignment, Consignment]
) -> None:
    seen = Consignment.objects.visible_to(cast.importer)
    every = Consignment.objects.visible_to(cast.officer)
    assert {words: list(seen.search(words)) for words in MINE} == {words: [two[0]] for words in MINE}
    assert {words: list(seen.search(words)) for words in FOREIGN} == {words: [] for words in FOREIGN}
    assert {words: list(every.search(words)) for words in FOREIGN} == {words: [two[1]] for words in FOREIGN}
    assert list(every.search("RAD123")) == []
    assert list(every.search("E772")) == []
    assert set(every.search("RW")) == set(two)
    assert set(every.search(" ")) == set(two)


def test_what_names_a_declaration_alone_belongs_to_whoever_has_it(
    cast: Cast, clerk: Source, two: tuple[Consignment, Consignment]
) -> None:
    record(
        clerk,
        fact(kind="kra_cleared", declaration="2026123456789012"),
        fact(kind="rra_released", reference="2026kglc812"),
        fact(kind="declared", declaration="2026LATER"),
    )
    kinds = Consignment.objects.filter(pk=two[0].pk).values_list("matches__event__kind", flat=True)
    assert sorted(kinds) == ["kra_cleared", "rra_released", "sealed"]
    later = register(
        particulars=Particulars(consignee=cast.importer_firm, bill_of_lading="L1", rw_declaration="2026 later"),
        by=None,
        at=NOW,
    )
    assert list(later.matches.values_list("event__kind", flat=True)) == ["declared"]


def test_each_part_of_the_search_has_an_index_of_its_own(cast: Cast, two: tuple[Consignment, Consignment]) -> None:
    """What joins the parts depends on what PostgreSQL has counted; that each column can be begun at does not."""
    with CaptureQueriesContext(connection) as queries:
        list(Consignment.objects.search("RW881"))
    with connection.cursor() as cursor:
        cursor.execute("SET LOCAL enable_seqscan = off")
        cursor.execute("EXPLAIN " + queries.captured_queries[0]["sql"])
        plan = "\n".join(line for (line,) in cursor.fetchall())
        cursor.execute("SELECT indexname FROM pg_indexes WHERE tablename IN ('cargo_unit', 'cargo_event')")
        there = {name for (name,) in cursor.fetchall()}
    own = ["consignment_bl", "consignment_own_reference", "consignment_rw_declaration", "consignment_kra_entry"]
    assert [index for index in own if index not in plan] == []
    assert {"unit_container", "event_declaration", "event_plate", "event_seals", "event_seal_list"} <= there


@pytest.mark.parametrize(
    ("words", "asked"),
    [
        ("", None),
        (BOX, Asked(BOX, "", f"containers={BOX}")),
        ("TGHU3054381", Asked("TGHU3054381", BOX, f"containers={BOX}")),
        ("hlcu/26 1", Asked("hlcu/26 1", "", "bill_of_lading=HLCU%2F261")),
        ("2026123456789012", Asked("2026123456789012", "", "kra_entry=2026123456789012")),
        ("1M8GDM9AXKP042788", Asked("1M8GDM9AXKP042788", "", "containers=1M8GDM9AXKP042788&cargo_kind=roro")),
        ("RAD 123 B", Asked("RAD 123 B", "", "")),
        ("RW26-000001", Asked("RW26-000001", "", "")),
    ],
)
def test_what_can_be_said_of_a_number(words: str, asked: Asked | None) -> None:
    assert asked_for(FindForm({"q": words})) == asked
    assert asked_for(FindForm({"q": "x" * 41})) is None


def test_a_slip_offers_the_right_number_and_a_strange_one_to_bring_it_in(
    cast: Cast, as_person: As, two: tuple[Consignment, Consignment]
) -> None:
    client = as_person(cast.importer)
    slip = client.get("/consignments/?q=TGHU3O5438O").content.decode()
    assert f'href="/consignments/?q={BOX}"' in slip
    texts = [
        client.get(f"/consignments/?q={words}", headers={"HX-Request": "true"}).content.decode().replace(words, "")
        for words in ("CSQU3054383", "MSCU1234566")
    ]
    assert texts[0] == texts[1]
    assert "none of the consignments that you may see has this number" in texts[0]
    assert 'href="/consignments/new/?containers="' in texts[0]
    assert 'href="/consignments/new/?containers=&amp;claim=on"' in texts[0]
