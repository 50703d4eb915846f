"""The pages of papers and notes: who opens them, and what they refuse without keeping anything."""

from __future__ import annotations

from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from cargo.models import Consignment, Nomination, Note, Paper
from cargo.papers import Audience, add_paper, write_note
from liaison.models import Membership, Person
from tests.cargo.views.doors import As, statuses, words_of
from tests.conftest import AT, Cast, somebody
from tests.liaison.papers import EXE, HTML, JPEG, PDF, PNG, SVG

ACTING = {
    "importer": 200,
    "agent": 200,
    "stranger": 404,
    "officer": 200,
    "desk": 403,
    "official": 403,
    "reader": 403,
    "nobody": 302,
}


def file(content: bytes = PDF, name: str = "p.pdf") -> SimpleUploadedFile:
    return SimpleUploadedFile(name, content)


def kept(cast: Cast, consignment: Consignment, **audience: bool) -> Paper:
    paper, _is_new = add_paper(
        consignment=consignment,
        organization=cast.importer_firm.pk,
        kind="invoice",
        file_name="Fatura n° 7.pdf",
        content=PDF,
        audience=Audience(**{"importer": False, "agent": False, "office": False, **audience}),
        by=cast.importer,
        at=AT,
    )
    return paper


@pytest.mark.parametrize("part", ["papers", "notes"])
def test_only_who_acts_on_the_goods_opens_them(cast: Cast, consignment: Consignment, as_person: As, part: str) -> None:
    assert statuses(cast, as_person, f"/consignments/{consignment.ref}/{part}/") == ACTING
    assert as_person(cast.officer).get(f"/consignments/RW99-999999/{part}/").status_code == 404
    Nomination.objects.update(may_act=False)
    assert as_person(cast.agent).get(f"/consignments/{consignment.ref}/{part}/").status_code == 403


@pytest.mark.parametrize(
    ("typed", "field"),
    [
        ({}, "file"),
        ({"file": ""}, "file"),
        ({"file": b""}, "file"),
        ({"file": HTML}, "file"),
        ({"file": SVG}, "file"),
        ({"file": EXE}, "file"),
        ({"file": PDF, "kind": ""}, "kind"),
        ({"file": PDF, "kind": "recipe"}, "kind"),
    ],
)
def test_what_is_no_paper_is_named_at_its_field(
    cast: Cast, consignment: Consignment, as_person: As, typed: dict[str, Any], field: str
) -> None:
    sent = {name: file(value) if isinstance(value, bytes) else value for name, value in typed.items()}
    url = f"/consignments/{consignment.ref}/papers/"
    answer = as_person(cast.importer).post(url, {"kind": "invoice", "for_office": "on", **sent})
    assert (answer.status_code, list(answer.context["form"].errors)) == (422, [field])
    assert (Paper.objects.count(), 'enctype="multipart/form-data"' in words_of(answer)) == (0, True)


def test_a_paper_is_sent_without_javascript_and_listed_by_kind(
    cast: Cast, consignment: Consignment, as_person: As
) -> None:
    client, url = as_person(cast.importer), f"/consignments/{consignment.ref}/papers/"
    for kind, content in (("invoice", PDF), ("bl", JPEG), ("invoice", PNG)):
        said = {"kind": kind, "for_importer": "on", "for_agent": "on", "file": file(content, "a<b>.pdf")}
        assert client.post(url, said)["Location"] == url
    answer = client.get(url)
    assert [(line.kind, line.version) for line in answer.context["papers"]] == [
        ("bl", 1),
        ("invoice", 2),
        ("invoice", 1),
    ]
    assert ("a<b>" in words_of(answer), words_of(answer).count("/delete/")) == (False, 3)
    theirs = as_person(cast.agent).get(url)
    assert [line.kind for line in theirs.context["papers"]] == ["bl", "invoice", "invoice"]
    assert words_of(theirs).count("/delete/") == 0
    # Whoever works for both firms acts for the consignee, and is offered to take out its papers alone.
    both = somebody(cast.agent_firm, "owner")
    Membership.objects.create(person=both, organization=cast.importer_firm, role="owner")
    latest = Paper.objects.order_by("pk").last()
    Paper.objects.filter(pk=latest.pk if latest else 0).update(organization=cast.agent_firm)
    offered = as_person(Person.objects.get(pk=both.pk)).get(url)
    assert (len(offered.context["papers"]), words_of(offered).count("/delete/")) == (3, 2)
    assert as_person(cast.officer).get(url).context["papers"] == []


@pytest.mark.parametrize(
    ("audience", "seen"),
    [
        ({}, ["importer", "reader"]),
        ({"agent": True}, ["importer", "agent", "reader"]),
        ({"office": True}, ["importer", "officer", "reader"]),
    ],
)
def test_a_paper_is_handed_out_to_those_for_whom_it_is(
    cast: Cast, consignment: Consignment, as_person: As, audience: dict[str, bool], seen: list[str]
) -> None:
    url = f"/papers/{kept(cast, consignment, **audience).pk}/"
    found = statuses(cast, as_person, url)
    assert [part for part, status in found.items() if status == 200] == seen
    assert {part: found[part] for part in ("stranger", "desk", "official", "nobody")} == {
        "stranger": 404,
        "desk": 403,
        "official": 403,
        "nobody": 302,
    }


def test_a_paper_is_saved_and_never_shown(cast: Cast, consignment: Consignment, as_person: As) -> None:
    client, url = as_person(cast.importer), f"/papers/{kept(cast, consignment).pk}/"
    answer = client.get(url)
    assert (answer.content, answer["Content-Type"], answer["X-Content-Type-Options"]) == (
        PDF,
        "application/pdf",
        "nosniff",
    )
    assert answer["Content-Disposition"].startswith("attachment")
    assert answer["Content-Security-Policy"] == "default-src 'none'; sandbox"
    assert "no-store" in answer["Cache-Control"]
    assert client.post(url).status_code == 405


def test_a_paper_is_taken_out_by_its_sender_s_firm_alone(cast: Cast, consignment: Consignment, as_person: As) -> None:
    paper = kept(cast, consignment, agent=True, office=True)
    url = f"/papers/{paper.pk}/delete/"
    assert as_person(cast.importer).get(url).status_code == 405
    people = (cast.agent, cast.officer, cast.stranger, cast.desk, somebody(cast.importer_firm, "readonly"))
    assert [as_person(person).post(url).status_code for person in people] == [403, 403, 404, 403, 403]
    assert Paper.objects.count() == 1
    colleague = somebody(cast.importer_firm, "member", "colleague@portal.example")
    assert as_person(colleague).post(url)["Location"] == f"/consignments/{consignment.ref}/papers/"
    assert (Paper.objects.count(), as_person(cast.importer).post(url).status_code) == (0, 404)


@pytest.mark.parametrize("text", ["", " ", "\n\t", "\x00", "x\x00y", "x" * 5001])
def test_a_note_that_says_nothing_is_refused(cast: Cast, consignment: Consignment, as_person: As, text: str) -> None:
    answer = as_person(cast.importer).post(f"/consignments/{consignment.ref}/notes/", {"text": text})
    assert (answer.status_code, list(answer.context["form"].errors), Note.objects.count()) == (422, ["text"], 0)


def test_notes_are_listed_latest_first_and_those_of_others_are_not(
    cast: Cast, consignment: Consignment, as_person: As
) -> None:
    def write(firm: int, text: str, *, is_shared: bool = False) -> None:
        by = cast.agent if firm == cast.agent_firm.pk else cast.importer
        write_note(consignment=consignment, organization=firm, text=text, is_shared=is_shared, by=by, at=AT)

    write(cast.importer_firm.pk, "<i>ours</i>")
    write(cast.importer_firm.pk, "for the office", is_shared=True)
    write(cast.agent_firm.pk, "the agent's")
    url = f"/consignments/{consignment.ref}/notes/"
    people = (cast.importer, cast.agent, cast.officer)
    assert [[note.text for note in as_person(person).get(url).context["notes"]] for person in people] == [
        ["for the office", "<i>ours</i>"],
        ["the agent's"],
        ["for the office"],
    ]
    assert "&lt;i&gt;ours&lt;/i&gt;" in words_of(as_person(cast.importer).get(url))
