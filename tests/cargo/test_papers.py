"""Papers and notes of a consignment: what is taken, in which version, who sees it, and who took it out."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from django.core.exceptions import ValidationError
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from cargo import papers
from cargo.models import Consignment, Nomination, Note, Paper
from cargo.papers import Audience, add_paper, check_paper, hand_out, write_note
from liaison.models import JournalEntry, Organization, Person
from tests.conftest import AT, Cast, somebody
from tests.liaison.papers import ELF, EXE, GIF, HTML, JPEG, PDF, PNG, SVG

As = Callable[[Person | None], Client]


def sent(
    consignment: Consignment,
    firm: Organization,
    by: Person,
    content: bytes = PDF,
    kind: str = "invoice",
    **audience: bool,
) -> Paper:
    paper, _is_new = add_paper(
        consignment=consignment,
        organization=firm.pk,
        kind=kind,
        file_name="My invoice.exe",
        content=content,
        audience=Audience(**audience),
        by=by,
        at=AT,
    )
    return paper


def told(kind: str) -> list[tuple[int | None, Any, Any]]:
    rows = JournalEntry.objects.filter(kind=f"cargo.{kind}").order_by("pk")
    return [(entry.by_id, entry.data.get("paper"), entry.data.get("version")) for entry in rows]


def test_each_new_file_of_a_kind_is_the_next_version_and_the_same_is_kept_once(
    cast: Cast, consignment: Consignment
) -> None:
    firm = cast.importer_firm
    first = sent(consignment, firm, cast.importer)
    assert (first.version, first.file_name, first.content_type) == (1, "My_invoice.pdf", "application/pdf")
    assert sent(consignment, firm, cast.importer) == first
    assert sent(consignment, firm, cast.importer, PDF + b"\n").version == 2
    assert sent(consignment, firm, cast.importer, PNG, "packing").version == 1
    # Another organisation has versions of its own, and learns nothing of those it cannot see.
    assert sent(consignment, cast.agent_firm, cast.agent).version == 1
    assert told("paper_added")[:2] == [(cast.importer.pk, "invoice", 1), (cast.importer.pk, "invoice", 2)]
    assert hand_out(paper=first, by=cast.officer, at=AT) == PDF
    assert told("paper_handed_out") == [(cast.officer.pk, "invoice", 1)]


@pytest.mark.parametrize(
    "content", [b"", GIF, EXE, ELF, HTML, SVG, b"PK\x03\x04[Content_Types].xml word/vbaProject.bin"]
)
def test_what_is_no_paper_is_not_taken(content: bytes) -> None:
    with pytest.raises(ValidationError):
        check_paper(content)


@pytest.mark.parametrize(
    "name", [b"/JavaScript", b"/JS", b"/Launch", b"/EmbeddedFile", b"/EmbeddedFiles", b"/RichMedia"]
)
def test_a_pdf_that_does_something_by_itself_is_not_taken(name: bytes) -> None:
    with pytest.raises(ValidationError, match="macro"):
        check_paper(PDF.replace(b"/Type", name + b" (x) /Type"))
    assert check_paper(PDF.replace(b"/Type", b"/JSON 1 /Type")) == "application/pdf"
    assert (check_paper(JPEG), check_paper(PNG)) == ("image/jpeg", "image/png")


def test_there_are_never_too_many(cast: Cast, consignment: Consignment, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(papers, "MOST_PAPERS", 1)
    monkeypatch.setattr(papers, "MOST_NOTES", 0)
    sent(consignment, cast.importer_firm, cast.importer)
    with pytest.raises(ValidationError, match="Take one out first"):
        sent(consignment, cast.importer_firm, cast.importer, PNG)
    with pytest.raises(ValidationError, match="as many notes"):
        write_note(
            consignment=consignment,
            organization=cast.importer_firm.pk,
            text="x",
            is_shared=True,
            by=cast.importer,
            at=AT,
        )


def seen(rows: Any, cast: Cast, *more: Person) -> dict[str, list[str]]:
    """What each of the cast sees."""
    people = {**cast.people(), **{person.email: person for person in more}}
    field = "file_name" if rows.model is Paper else "text"
    return {
        name: list(rows.visible_to(person).order_by("pk").values_list(field, flat=True))
        for name, person in people.items()
    }


def test_a_paper_is_seen_by_those_for_whom_it_is(cast: Cast, consignment: Consignment) -> None:
    every = dict.fromkeys(("importer", "agent", "office"), False)
    for number, name in enumerate(("importer", "agent", "office", "")):
        by, firm = (cast.agent, cast.agent_firm) if name == "importer" else (cast.importer, cast.importer_firm)
        audience = {**every, name: True} if name else every
        paper = sent(consignment, firm, by, PDF + b"%d" % number, "invoice", **audience)
        Paper.objects.filter(pk=paper.pk).update(file_name=name or "own")
    assert seen(Paper.objects, cast) == {
        "importer": ["importer", "agent", "office", "own"],
        "agent": ["importer", "agent"],
        "stranger": [],
        "officer": ["office"],
        "desk": [],
        "official": [],
    }
    Nomination.objects.update(ended_at=AT)
    assert seen(Paper.objects, cast)["agent"] == []


def test_a_note_is_for_ones_own_unless_it_is_shared_with_the_office(cast: Cast, consignment: Consignment) -> None:
    office = Organization.objects.get(kind="office")
    for firm, by, text, is_shared in [
        (cast.importer_firm, cast.importer, "ours", False),
        (cast.importer_firm, cast.importer, "shared", True),
        (cast.agent_firm, cast.agent, "agent's", False),
        (office, cast.officer, "office's", False),
    ]:
        write_note(consignment=consignment, organization=firm.pk, text=text, is_shared=is_shared, by=by, at=AT)
    assert seen(Note.objects, cast) == {
        "importer": ["ours", "shared"],
        "agent": ["agent's"],
        "stranger": [],
        "officer": ["shared", "office's"],
        "desk": [],
        "official": [],
    }
    entry = JournalEntry.objects.filter(kind="cargo.note_written").earliest("pk")
    assert (entry.key, "ours" in str(entry.data)) == (consignment.ref, False)


def test_a_paper_by_its_pages(cast: Cast, consignment: Consignment, as_person: As) -> None:
    importer, agent = as_person(cast.importer), as_person(cast.agent)
    url = f"/consignments/{consignment.ref}/papers/"
    typed = {"kind": "permit", "for_importer": "on", "for_office": "on"}
    answer = importer.post(url, typed | {"file": SimpleUploadedFile("permit.pdf", PDF)})
    assert (answer.status_code, answer["Location"]) == (302, url)
    paper = Paper.objects.get()
    assert (paper.kind, paper.for_agent, paper.organization) == ("permit", False, cast.importer_firm)
    assert "permit.pdf" in importer.get(f"/consignments/{consignment.ref}/").content.decode()
    bad = importer.post(url, typed | {"file": SimpleUploadedFile("permit.pdf", HTML)})
    assert (bad.status_code, Paper.objects.count()) == (422, 1)
    assert (
        "This very file has been sent before"
        in importer.post(url, typed | {"file": SimpleUploadedFile("again.pdf", PDF)}, follow=True).content.decode()
    )
    download = as_person(cast.officer).get(f"/papers/{paper.pk}/")
    assert (download.content, download.headers["Content-Disposition"]) == (PDF, 'attachment; filename="permit.pdf"')
    assert "sandbox" in download.headers["Content-Security-Policy"]
    assert told("paper_handed_out") == [(cast.officer.pk, "permit", 1)]
    # Who sent it sees who took it, and nobody else does.
    seen = {
        name: as_person(person).get(url).context["taken"]
        for name, person in (("her", cast.importer), ("agent", cast.agent))
    }
    assert [(taken.label, taken.version, taken.name) for taken in seen["her"]] == [
        ("Import permit or licence", 1, cast.officer.name)
    ]
    assert (seen["agent"], papers.taken_of(consignment, cast.stranger_firm.pk)) == ([], [])
    statuses = [agent.get(f"/papers/{paper.pk}/"), agent.post(f"/papers/{paper.pk}/delete/")]
    assert [answer.status_code for answer in statuses] == [404, 404]
    assert as_person(cast.officer).post(f"/papers/{paper.pk}/delete/").status_code == 403
    assert importer.post(f"/papers/{paper.pk}/delete/").status_code == 302
    assert (Paper.objects.count(), told("paper_taken_out")) == (0, [(cast.importer.pk, "permit", 1)])


def test_a_note_by_its_page(cast: Cast, consignment: Consignment, as_person: As) -> None:
    url = f"/consignments/{consignment.ref}/notes/"
    reader = somebody(cast.importer_firm, "readonly")
    people = [cast.importer, cast.agent, cast.officer, reader, cast.stranger, cast.desk]
    assert [as_person(person).get(url).status_code for person in people] == [200, 200, 200, 403, 404, 403]
    assert as_person(cast.importer).post(url, {"text": " ", "is_shared": "on"}).status_code == 422
    assert as_person(cast.importer).post(url, {"text": "<b>Call</b> the driver"}).status_code == 302
    note = Note.objects.get()
    assert (note.organization, note.written_by, note.is_shared) == (cast.importer_firm, cast.importer, False)
    page = f"/consignments/{consignment.ref}/"
    assert "&lt;b&gt;Call&lt;/b&gt; the driver" in as_person(reader).get(page).content.decode()
    for person in (cast.agent, cast.officer):
        assert "the driver" not in as_person(person).get(page).content.decode()
