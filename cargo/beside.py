"""The papers and the latest notes of one consignment as its page shows them, by one query."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from django.db.models import BooleanField, CharField, F, IntegerField, TextField, Value
from django.db.models.functions import Cast

from cargo.models import Consignment, Nomination, Note, Paper
from cargo.models.page import Side
from liaison.models import Person
from liaison.roles import OFFICE, TRADE

LATEST_NOTES = 3
_COLUMNS = "pk kind text number size first second third organization at sender".split()


@dataclass(frozen=True, slots=True, kw_only=True)
class PaperLine:
    """One version of a paper, who sent it (``sender`` by its id), and who may see it."""

    pk: int
    kind: str
    kind_label: str
    version: int
    file_name: str
    size: int
    for_importer: bool
    for_agent: bool
    for_office: bool
    organization: str
    at: datetime
    sender: int


@dataclass(frozen=True, slots=True, kw_only=True)
class NoteLine:
    """One note, of whose organisation, and whether the office sees it."""

    text: str
    is_shared: bool
    organization: str
    at: datetime


def side_on(consignment: Consignment, nominations: Iterable[Nomination], viewer: Person) -> Side:
    """The side of a viewer of this one consignment, which she sees; no query."""
    if viewer.roles & OFFICE:
        return Side(True, frozenset(viewer.organization_ids()))
    mine = frozenset(viewer.organization_ids(*TRADE))
    is_nominated = any(row.nominee_id in mine for row in nominations)
    return Side(False, mine, single=frozenset([consignment.pk] if is_nominated else []))


def beside(consignment: Consignment, side: Side) -> tuple[list[PaperLine], list[NoteLine]]:
    """The papers by kind, the latest version first, and the latest notes; one query."""
    papers = Paper.objects.seen_from(side).filter(consignment=consignment).order_by()
    notes = Note.objects.seen_from(side).filter(consignment=consignment).order_by("-written_at", "-pk")
    off, none = Value(False, BooleanField()), Value(0, IntegerField())
    sent_rows = papers.values_list(
        "pk", F("kind"), Cast("file_name", TextField()), Cast("version", IntegerField()), "size", "for_importer",
        "for_agent", "for_office", "organization__name", "uploaded_at", "organization",
    )  # fmt: skip
    note_rows = notes.values_list(
        "pk",
        Value("", CharField()),
        "text",
        none,
        none,
        "is_shared",
        off,
        off,
        "organization__name",
        "written_at",
        "organization",
    )
    rows = [dict(zip(_COLUMNS, row, strict=True)) for row in sent_rows.union(note_rows[:LATEST_NOTES], all=True)]
    kinds = dict(Paper.Kind.choices)
    sent = [
        PaperLine(
            pk=row["pk"], kind=row["kind"], kind_label=str(kinds[row["kind"]]), version=row["number"],
            file_name=row["text"], size=row["size"], for_importer=row["first"], for_agent=row["second"],
            for_office=row["third"], organization=row["organization"], at=row["at"],
            sender=row["sender"],
        )
        for row in rows
        if row["kind"]
    ]  # fmt: skip
    written = [
        NoteLine(text=row["text"], is_shared=row["first"], organization=row["organization"], at=row["at"])
        for row in rows
        if not row["kind"]
    ]
    order = list(kinds)
    sent.sort(key=lambda paper: (order.index(paper.kind), paper.organization, -paper.version))
    return sent, sorted(written, key=lambda note: note.at, reverse=True)
