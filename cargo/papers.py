"""Papers and notes of a consignment: taken in by their bytes, in versions, handed out and told to the journal."""

from __future__ import annotations

import hashlib
import re
from dataclasses import dataclass
from datetime import datetime

from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.models import Max
from django.utils.translation import gettext_lazy as _

from cargo.models import Consignment, Note, Paper
from liaison.documents import check_content, clean_file_name
from liaison.journal import record
from liaison.models import JournalEntry, Person

MOST_PAPERS = 60
MOST_NOTES = 500
# The latest downloads that are shown; the journal has them all.
MOST_TAKEN = 50
HANDED_OUT = "cargo.paper_handed_out"
# What runs by itself when a PDF is opened, or hides another file in it (ISO 32000-1, 7.11.4, 12.6.4). Office files,
# which may hold macros, are not taken at all. What a writer has packed into compressed objects is not seen here.
_ACTIVE = re.compile(rb"/(?:JavaScript|JS|Launch|EmbeddedFiles?|RichMedia|XFA)\b")


@dataclass(frozen=True, slots=True)
class Taken:
    """That somebody took a version of a paper with her."""

    label: str
    version: int
    name: str
    at: datetime


@dataclass(frozen=True, slots=True)
class Audience:
    """Who may see a paper beside the organisation that sent it."""

    importer: bool = True
    agent: bool = True
    office: bool = True


def check_paper(content: bytes) -> str:
    """The content type of a paper. ValidationError for what the portal does not take, or what runs by itself."""
    content_type = check_content(content)
    if content_type == "application/pdf" and _ACTIVE.search(content):
        raise ValidationError(_("This file holds a macro or another file. Print it to a plain PDF."), code="active")
    return content_type


@transaction.atomic
def add_paper(
    *,
    consignment: Consignment,
    organization: int,
    kind: str,
    file_name: str,
    content: bytes,
    audience: Audience,
    by: Person,
    at: datetime,
) -> tuple[Paper, bool]:
    """The paper as the next version of its kind, and whether it is new: an organisation's same bytes are kept once."""
    content_type = check_paper(content)
    digest = hashlib.sha256(content).hexdigest()
    # Papers of one consignment come one after the other, so that no version comes twice.
    Consignment.objects.select_for_update(no_key=True).get(pk=consignment.pk)
    every = Paper.objects.filter(consignment=consignment).defer("content")
    held = every.filter(organization=organization, sha256=digest).first()
    if held is not None:
        return held, False
    if every.count() >= MOST_PAPERS:
        raise ValidationError(_("There are as many papers as can be kept. Take one out first."), code="many")
    latest = every.filter(organization=organization, kind=kind).aggregate(Max("version"))["version__max"]
    paper = Paper.objects.create(
        consignment=consignment,
        organization_id=organization,
        kind=kind,
        version=(latest or 0) + 1,
        file_name=clean_file_name(file_name, content_type),
        content_type=content_type,
        size=len(content),
        sha256=digest,
        content=content,
        for_importer=audience.importer,
        for_agent=audience.agent,
        for_office=audience.office,
        uploaded_by=by,
        uploaded_at=at,
    )
    _tell("cargo.paper_added", paper, by=by, at=at)
    return paper, True


@transaction.atomic
def hand_out(*, paper: Paper, by: Person, at: datetime) -> bytes:
    """The bytes of a paper; who took them is told to the journal."""
    _tell(HANDED_OUT, paper, by=by, at=at)
    return bytes(paper.content)


def taken_of(consignment: Consignment, organization: int) -> list[Taken]:
    """Who took which of the papers that the organisation has sent, the latest first; three queries.

    Of those of a consignment that was merged into this one, too. Their versions have other numbers since.
    """
    merged = Consignment.objects.filter(merged_into=consignment).order_by("pk").values_list("ref", flat=True)
    told = JournalEntry.objects.filter(subject="consignment", key__any=[consignment.ref, *merged], kind=HANDED_OUT)
    rows = told.filter(data__organization=organization).order_by("-pk")
    numbers = dict(
        Paper.objects.filter(consignment=consignment, organization=organization).values_list("sha256", "version")
    )
    kinds = dict(Paper.Kind.choices)
    return [
        Taken(str(kinds.get(kind, kind)), numbers.get(digest, version), name or "", at)
        for kind, version, digest, name, at in rows.values_list(*_TAKEN)[:MOST_TAKEN]
    ]


_TAKEN = ("data__paper", "data__version", "data__sha256", "by__name", "at")


@transaction.atomic
def take_out(*, paper: Paper, by: Person, at: datetime) -> bool:
    """Forget one version of a paper; False where that was done before."""
    if not Paper.objects.filter(pk=paper.pk).delete()[0]:
        return False
    _tell("cargo.paper_taken_out", paper, by=by, at=at)
    return True


def _tell(kind: str, paper: Paper, *, by: Person, at: datetime) -> None:
    record(
        kind=kind,
        subject="consignment",
        key=paper.consignment.ref,
        by=by,
        at=at,
        paper=paper.kind,
        version=paper.version,
        organization=paper.organization_id,
        sha256=paper.sha256,
    )


@transaction.atomic
def write_note(
    *, consignment: Consignment, organization: int, text: str, is_shared: bool, by: Person, at: datetime
) -> Note:
    """Write something down; the journal learns that there is a note, not what it says."""
    if Note.objects.filter(consignment=consignment, organization=organization).count() >= MOST_NOTES:
        raise ValidationError(_("There are as many notes as can be kept."), code="many")
    note = Note.objects.create(
        consignment=consignment,
        organization_id=organization,
        text=text,
        is_shared=is_shared,
        written_by=by,
        written_at=at,
    )
    record(
        kind="cargo.note_written",
        subject="consignment",
        key=consignment.ref,
        by=by,
        at=at,
        note=note.pk,
        organization=organization,
        is_shared=is_shared,
    )
    return note
