"""The papers and the latest notes of one consignment: one query, and only what the viewer's side may see."""

from __future__ import annotations

from datetime import timedelta

from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from cargo.beside import LATEST_NOTES, NoteLine, PaperLine, beside, side_on
from cargo.models import Consignment, Nomination, Paper
from cargo.models.page import Side, side_of
from cargo.papers import Audience, add_paper, write_note
from cargo.parties import nominations_of
from cargo.registration import Particulars, register
from liaison.models import Person
from tests.conftest import AT, Cast
from tests.liaison.papers import PDF, PNG


def side(consignment: Consignment, viewer: Person) -> Side:
    return side_on(consignment, nominations_of(consignment, viewer=viewer, at=timezone.now()), viewer)


def test_the_side_on_one_consignment_is_a_part_of_that_on_all(cast: Cast, consignment: Consignment) -> None:
    for viewer in (cast.importer, cast.agent, cast.officer):
        assert side(consignment, viewer) == side_of(viewer)
    Nomination.objects.update(consignment=None)
    assert side(consignment, cast.agent).single == {consignment.pk}
    assert side(consignment, cast.stranger) == Side(False, frozenset([cast.stranger_firm.pk]))


def test_one_query_tells_of_papers_and_notes(cast: Cast, consignment: Consignment) -> None:
    with CaptureQueriesContext(connection) as queries:
        assert beside(consignment, Side(False, frozenset([cast.importer_firm.pk]))) == ([], [])
    assert len(queries) == 1
    for number, kind in enumerate(["packing", "invoice", "invoice"]):
        add_paper(
            consignment=consignment,
            organization=cast.importer_firm.pk,
            kind=kind,
            file_name=f"{kind} {number}",
            content=PDF + b"%d" % number,
            audience=Audience(agent=kind == "packing"),
            by=cast.importer,
            at=AT,
        )
    for number in range(LATEST_NOTES + 2):
        write_note(
            consignment=consignment,
            organization=cast.importer_firm.pk,
            text=f"note {number}",
            is_shared=number == 4,
            by=cast.importer,
            at=AT + timedelta(minutes=number),
        )
    assert cast.importer.roles
    with CaptureQueriesContext(connection) as queries:
        papers, notes = beside(consignment, side(consignment, cast.importer))
    assert len(queries) == 1 + 1
    assert [(paper.kind, paper.version, paper.file_name) for paper in papers] == [
        ("invoice", 2, "invoice_2.pdf"),
        ("invoice", 1, "invoice_1.pdf"),
        ("packing", 1, "packing_0.pdf"),
    ]
    assert papers[2] == PaperLine(
        pk=Paper.objects.get(kind="packing").pk,
        kind="packing",
        kind_label="Packing list",
        version=1,
        file_name="packing_0.pdf",
        size=len(PDF) + 1,
        for_importer=True,
        for_agent=True,
        for_office=True,
        organization="Umucyo Traders",
        at=AT,
        sender=cast.importer_firm.pk,
    )
    assert notes[0] == NoteLine(
        text="note 4", is_shared=True, organization="Umucyo Traders", at=AT + timedelta(minutes=4)
    )
    assert [note.text for note in notes] == ["note 4", "note 3", "note 2"]
    agents_papers, agents_notes = beside(consignment, side(consignment, cast.agent))
    assert ([paper.kind for paper in agents_papers], agents_notes) == (["packing"], [])
    _papers, offices_notes = beside(consignment, side(consignment, cast.officer))
    assert [note.text for note in offices_notes] == ["note 4"]


def test_another_consignments_papers_are_not_here(cast: Cast, consignment: Consignment) -> None:
    other = register(
        particulars=Particulars(consignee=cast.importer_firm, bill_of_lading="OTHER1"), by=None, at=timezone.now()
    )
    add_paper(
        consignment=other,
        organization=cast.importer_firm.pk,
        kind="bl",
        file_name="bl",
        content=PNG,
        audience=Audience(),
        by=cast.importer,
        at=AT,
    )
    write_note(consignment=other, organization=cast.importer_firm.pk, text="x", is_shared=True, by=cast.importer, at=AT)
    for viewer in (cast.importer, cast.officer):
        assert beside(consignment, side(consignment, viewer)) == ([], [])
    assert beside(other, side(other, cast.agent)) == ([], [])
