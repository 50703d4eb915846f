"""Papers: the bytes decide, each is kept once, and who of the office took one is in the journal."""

from __future__ import annotations

import hashlib
from typing import Any

import pytest
from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction

from liaison import documents
from liaison.documents import MOST_BYTES, MOST_PAPERS, add_document, check_content, clean_file_name, missing_papers
from liaison.models import Document, JournalEntry, Organization
from tests.conftest import AT, Cast
from tests.liaison.papers import ELF, EXE, GIF, HTML, JPEG, PDF, PNG, SVG, ZIP


def add(cast: Cast, content: bytes = PDF, **more: Any) -> tuple[Document, bool]:
    given: dict[str, Any] = {"kind": "tax", "file_name": "tax.pdf", "by": cast.importer, "at": AT, **more}
    return add_document(organization=cast.importer_firm, content=content, **given)


def told() -> list[tuple[str, str, str]]:
    entries = JournalEntry.objects.filter(subject="document").order_by("pk")
    return [(entry.kind, entry.key, entry.by.name if entry.by else "") for entry in entries]


@pytest.mark.parametrize(
    ("content", "content_type"),
    [
        (PDF, "application/pdf"),
        (PNG, "image/png"),
        (JPEG, "image/jpeg"),
        (JPEG + b"\x00\x00SEFT camera's own trailer", "image/jpeg"),
        (PDF + b"\r\n%%EOF\r\n" + b"\n" * 3000, "application/pdf"),
        (PDF + b" " * (MOST_BYTES - len(PDF)), "application/pdf"),
    ],
    ids=range(6),
)
def test_the_bytes_say_what_a_paper_is(content: bytes, content_type: str) -> None:
    assert check_content(content) == content_type


@pytest.mark.parametrize(
    ("content", "code"),
    [
        (b"", "empty"),
        (PDF + b" " * (MOST_BYTES - len(PDF) + 1), "size"),
        (HTML, "type"),
        (SVG, "type"),
        (EXE, "type"),
        (ELF, "type"),
        (ZIP, "type"),
        (GIF, "type"),
        (b"plain words", "type"),
        (b"\x00" * 500, "type"),
        (b" " + PDF, "type"),
        (HTML + PDF, "type"),
        (ZIP + PDF, "type"),
        (EXE + PNG, "type"),
        (b"%PDF-1.7\n1 0 obj", "cut"),
        (PNG[:-12], "cut"),
        (JPEG[:-2], "cut"),
        (PDF + ZIP, "hidden"),
        (PNG + ZIP, "hidden"),
        (JPEG + ZIP, "hidden"),
        (JPEG + ZIP + b"a comment of the archive" * 2000, "hidden"),
        (PNG + HTML, "hidden"),
        (JPEG[:20] + b"\xff\xfe\x00\x20<ScRiPt>alert(1)</script>" + JPEG[20:], "hidden"),
        (b"%PDF-1.4\n<HTML><body>" + PDF, "hidden"),
        (b"%PDF-1.4\n<svg\nonload=alert(1)>" + PDF, "hidden"),
    ],
    ids=range(25),
)
def test_what_is_no_paper_or_more_than_one_is_refused(content: bytes, code: str) -> None:
    with pytest.raises(ValidationError) as caught:
        check_content(content)
    assert caught.value.code == code


@pytest.mark.parametrize(
    ("name", "content_type", "kept"),
    [
        ("certificate.pdf", "application/pdf", "certificate.pdf"),
        ("Certificat d'enregistrement é.PDF", "application/pdf", "Certificat_d_enregistrement_é.pdf"),
        ("tax.pdf.exe", "application/pdf", "tax.pdf"),
        ("tax.html", "image/png", "tax.png"),
        ("../../etc/passwd", "image/jpeg", "passwd.jpg"),
        ("C:\\Users\\keza\\scan.jpeg", "image/jpeg", "scan.jpg"),
        ("fdp.\u202egpj.exe", "image/jpeg", "fdp.jpg"),
        ("a\u202eb\r\nSet-Cookie: x", "application/pdf", "a_b_Set-Cookie_x.pdf"),
        ('"; filename=evil.html', "application/pdf", "filename_evil.pdf"),
        (".htaccess", "application/pdf", "paper.pdf"),
        ("", "application/pdf", "paper.pdf"),
        ("---", "application/pdf", "paper.pdf"),
        ("n" * 300 + ".pdf", "application/pdf", "n" * 80 + ".pdf"),
    ],
)
def test_a_name_is_made_harmless_and_ends_as_its_content_does(name: str, content_type: str, kept: str) -> None:
    assert clean_file_name(name, content_type) == kept


def test_a_paper_is_kept_with_what_it_is_and_told_to_the_journal(cast: Cast) -> None:
    document, is_new = add(cast, PNG, kind="licence", file_name="x/licence.pdf")
    found = Document.objects.get()
    assert (found.pk, is_new) == (document.pk, True)
    assert (found.organization, found.kind, found.file_name, found.content_type, found.size, bytes(found.content)) == (
        cast.importer_firm,
        "licence",
        "licence.png",
        "image/png",
        len(PNG),
        PNG,
    )
    assert (found.sha256, found.uploaded_by, found.uploaded_at) == (hashlib.sha256(PNG).hexdigest(), cast.importer, AT)
    entry = JournalEntry.objects.latest("pk")
    assert (entry.kind, entry.subject, entry.key, entry.by, entry.at) == (
        "liaison.document_added",
        "document",
        str(document.pk),
        cast.importer,
        AT,
    )
    assert entry.data == {"organization": cast.importer_firm.pk, "paper": "licence", "sha256": found.sha256}


def test_the_same_bytes_are_kept_once_for_each_organisation(cast: Cast) -> None:
    first, _new = add(cast)
    again, is_new = add(cast, kind="other", file_name="another.pdf")
    assert (again, is_new) == (first, False)
    other, is_new = add_document(
        organization=cast.stranger_firm, kind="tax", file_name="t", content=PDF, by=cast.stranger, at=AT
    )
    assert (is_new, other.pk == first.pk) == (True, False)
    assert [kind for kind, _key, _by in told()] == ["liaison.document_added"] * 2


def test_there_are_never_too_many(cast: Cast) -> None:
    for number in range(MOST_PAPERS):
        add(cast, PDF + b"%d" % number)
    with pytest.raises(ValidationError) as caught:
        add(cast, PNG)
    assert caught.value.code == "many"
    assert add(cast, PDF + b"0")[1] is False
    assert Document.objects.count() == MOST_PAPERS


def test_what_is_refused_leaves_nothing(cast: Cast) -> None:
    with pytest.raises(ValidationError):
        add(cast, ZIP, file_name="tax.pdf")
    assert (Document.objects.count(), told()) == (0, [])


def test_only_the_offices_downloads_are_journaled(cast: Cast) -> None:
    document, _new = add(cast)
    assert documents.hand_out(document=document, by=cast.importer, at=AT) == PDF
    assert documents.hand_out(document=document, by=cast.officer, at=AT) == PDF
    assert told() == [
        ("liaison.document_added", str(document.pk), "Importer"),
        ("liaison.document_handed_out", str(document.pk), "Officer"),
    ]


@pytest.mark.parametrize(
    ("standing", "is_out"), [("pending", True), ("refused", True), ("verified", False), ("suspended", False)]
)
def test_a_paper_stays_once_a_decision_rests_on_it(cast: Cast, standing: str, is_out: bool) -> None:
    document, _new = add(cast)
    Organization.objects.filter(pk=cast.importer_firm.pk).update(standing=standing, decision="x")
    assert documents.take_out(document=document, by=cast.importer, at=AT) is is_out
    assert Document.objects.exists() is not is_out
    assert [kind for kind, *_ in told()] == ["liaison.document_added"] + ["liaison.document_taken_out"] * is_out
    documents.take_out(document=document, by=cast.importer, at=AT)
    assert len(told()) == 1 + is_out


def test_papers_are_for_owners_and_the_office(cast: Cast) -> None:
    add(cast)
    seen = {part: Document.objects.visible_to(person).count() for part, person in cast.people().items()}
    assert seen == {"importer": 1, "agent": 0, "stranger": 0, "officer": 1, "desk": 0, "official": 0}
    cast.importer.membership_set.update(role="member")
    assert Document.objects.visible_to(cast.importer).count() == 0


@pytest.mark.parametrize(
    ("kind", "sent", "missing"),
    [
        ("importer", set(), ["Certificate of registration", "Tax certificate"]),
        ("importer", {"tax", "other"}, ["Certificate of registration"]),
        ("importer", {"tax", "registration"}, []),
        ("agent", {"tax", "registration"}, ["Licence"]),
        ("agent", {"tax", "registration", "licence"}, []),
        ("line", {"licence", "mandate"}, ["Certificate of registration", "Tax certificate"]),
    ],
)
def test_what_the_office_still_needs_to_see(kind: str, sent: set[str], missing: list[str]) -> None:
    assert missing_papers(kind, sent) == missing


@pytest.mark.parametrize(
    ("wrong", "constraint"),
    [
        ({"content_type": "text/html"}, "document_type_allowed"),
        ({"content_type": "image/svg+xml"}, "document_type_allowed"),
        ({"kind": "passport"}, "document_kind_known"),
        ({"sha256": hashlib.sha256(PDF).hexdigest()}, "document_once"),
    ],
)
def test_the_database_refuses_what_must_never_be(cast: Cast, wrong: dict[str, str], constraint: str) -> None:
    add(cast)
    good = {"kind": "tax", "content_type": "image/png", "file_name": "x.png", "sha256": "0" * 64}
    with pytest.raises(IntegrityError, match=constraint), transaction.atomic():
        Document.objects.create(
            organization=cast.importer_firm, size=1, content=b"x", uploaded_at=AT, **{**good, **wrong}
        )
