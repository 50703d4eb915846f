"""Papers: what may be taken in, by its bytes and not by its name, and to whom it was handed out."""

from __future__ import annotations

import hashlib
import re
import unicodedata
from dataclasses import dataclass
from datetime import datetime
from pathlib import PurePosixPath

import filetype
from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.translation import gettext_lazy as _

from liaison.journal import record
from liaison.models import Document, Organization, Person
from liaison.roles import OFFICE

MOST_BYTES = 5 * 1024 * 1024
MOST_PAPERS = 20
NAME_LENGTH = 80


@dataclass(frozen=True, slots=True)
class _Format:
    """A format's ending, and the bytes without which a file of it is cut short."""

    ending: str
    needs: bytes


_FORMATS = {
    "application/pdf": _Format("pdf", b"%%EOF"),
    "image/png": _Format("png", b"IEND"),
    "image/jpeg": _Format("jpg", b"\xff\xd9"),
}
# What makes a browser or an unpacker take a paper for something else: markup, and the directory of a ZIP archive,
# which is looked for at a file's end (APPNOTE 6.3.10, 4.3.16: 22 bytes and a comment of 65,535 at most).
_MARKUP = re.compile(rb"<(?:!doctype|html|script|iframe|svg\s|\?php)", re.IGNORECASE)
_ZIP_DIRECTORY, _ZIP_TAIL = b"PK\x05\x06", 65_557
_BASIC = (Document.Kind.REGISTRATION, Document.Kind.TAX)


# Why bytes are refused, by the codes of ``check_content``.
NOT_TAKEN = frozenset({"size", "type", "cut", "hidden"})


def check_content(content: bytes) -> str:
    """The content type that the bytes are of; ValidationError that says what can be taken."""
    if not content:
        raise ValidationError(_("This file is empty."), code="empty")
    if len(content) > MOST_BYTES:
        raise ValidationError(_("This file is larger than 5 MB."), code="size")
    found = filetype.guess_mime(content)
    if found not in _FORMATS:
        raise ValidationError(_("Only PDF, PNG and JPEG can be taken."), code="type")
    if _FORMATS[found].needs not in content:
        raise ValidationError(_("This file is cut short. Save it anew and send it again."), code="cut")
    if _MARKUP.search(content) or _ZIP_DIRECTORY in content[-_ZIP_TAIL:]:
        raise ValidationError(_("This file holds something else beside the paper."), code="hidden")
    return str(found)


def clean_file_name(name: str, content_type: str) -> str:
    """A harmless name that ends as its content does: letters, digits, dashes and underscores."""
    stem = PurePosixPath(unicodedata.normalize("NFC", name).replace("\\", "/")).name.partition(".")[0]
    harmless = re.sub(r"[^\w-]+", "_", stem).strip("_-")[:NAME_LENGTH] or "paper"
    return f"{harmless}.{_FORMATS[content_type].ending}"


@transaction.atomic
def add_document(
    *, organization: Organization, kind: str, file_name: str, content: bytes, by: Person, at: datetime
) -> tuple[Document, bool]:
    """The paper, and whether it is new: the same bytes are kept once. ValidationError for what is not taken."""
    content_type = check_content(content)
    digest = hashlib.sha256(content).hexdigest()
    # Papers of one organisation come one after the other, so that there are never too many or two of one.
    Organization.objects.select_for_update().get(pk=organization.pk)
    papers = organization.documents.defer("content")
    found = papers.filter(sha256=digest).first()
    if found:
        return found, False
    if papers.count() >= MOST_PAPERS:
        raise ValidationError(_("There are as many papers as can be kept. Take one out first."), code="many")
    document = organization.documents.create(
        kind=kind,
        file_name=clean_file_name(file_name, content_type),
        content_type=content_type,
        size=len(content),
        sha256=digest,
        content=content,
        uploaded_by=by,
        uploaded_at=at,
    )
    _tell("liaison.document_added", document, by=by, at=at)
    return document, True


@transaction.atomic
def hand_out(*, document: Document, by: Person, at: datetime) -> bytes:
    """The bytes of a paper; that somebody of the office took them is told to the journal."""
    if by.roles & OFFICE:
        _tell("liaison.document_handed_out", document, by=by, at=at)
    return bytes(document.content)


@transaction.atomic
def take_out(*, document: Document, by: Person, at: datetime) -> bool:
    """Forget a paper. False once the office's decision rests on it: only of a firm that waits or was refused."""
    organization = Organization.objects.select_for_update().get(pk=document.organization_id)
    if not may_take_out(organization):
        return False
    if Document.objects.filter(pk=document.pk).delete()[0]:
        _tell("liaison.document_taken_out", document, by=by, at=at)
    return True


def may_take_out(organization: Organization) -> bool:
    """Whether papers of the organisation may still be taken out."""
    return organization.standing in (Organization.Standing.PENDING, Organization.Standing.REFUSED)


def missing_papers(organization_kind: str, sent: set[str]) -> list[str]:
    """What the office still needs to see, as labels."""
    needed = [*_BASIC, *([Document.Kind.LICENCE] if organization_kind == Organization.Kind.AGENT else [])]
    return [str(kind.label) for kind in needed if kind not in sent]


def _tell(kind: str, document: Document, *, by: Person, at: datetime) -> None:
    record(
        kind=kind,
        subject="document",
        key=str(document.pk),
        by=by,
        at=at,
        organization=document.organization_id,
        paper=document.kind,
        sha256=document.sha256,
    )
