"""The pages on which spreadsheets go out and come in: nothing is kept before a yes, and only by whom it may be."""

from __future__ import annotations

from collections.abc import Callable
from io import BytesIO
from typing import Any

import pytest
from django.contrib.messages import get_messages
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from openpyxl import load_workbook

from liaison.models import JournalEntry, Organization, Person, SheetDraft
from liaison.people import add_person
from tests.conftest import AT, Cast
from tests.liaison.test_sheets import book

As = Callable[[Person | None], Client]
HEAD: list[object] = ["Name", "Kind", "Country", "Remarks"]


@pytest.fixture
def supervisor(cast: Cast) -> Person:
    return add_person(email="super@portal.example", role="supervisor", by=None, at=AT)


def send(client: Client, content: bytes, name: str = "f.xlsx") -> Any:
    return client.post("/directory/import/", {"file": SimpleUploadedFile(name, content)})


def names_in(answer: Any) -> list[str]:
    sheet = load_workbook(BytesIO(answer.getvalue())).worksheets[0]
    return [str(row[0].value) for row in sheet.rows]


def test_what_the_box_finds_is_what_is_taken_out(cast: Cast, as_person: As) -> None:
    client = as_person(cast.officer)
    answer = client.get("/directory/export.xlsx", {"kind": "importer", "q": "u"})
    assert (answer["Content-Disposition"], answer["Cache-Control"]) == (
        'attachment; filename="directory.xlsx"', "no-store",
    )  # fmt: skip
    assert names_in(answer) == ["Name", "Umucyo Traders"]
    assert JournalEntry.objects.latest("pk").data == {
        "rows": 1, "is_searched": True, "filters": {"kind": "importer"},
    }  # fmt: skip
    assert names_in(client.get("/directory/export.xlsx", {"kind": "nonsense"})) == ["Name"]


def test_the_way_from_the_file_to_the_directory(supervisor: Person, as_person: As) -> None:
    client = as_person(supervisor)
    content = book(HEAD, ["Keza Ltd", "importer", "RW", "x"], ["", "agent", "RW"], ["KPA"])
    answer = send(client, content)
    draft = SheetDraft.objects.get()
    assert answer["Location"] == f"/directory/import/{draft.pk}/"
    page = client.get(answer["Location"])
    assert "These columns are not read: Remarks." in page.content.decode()
    assert {str(row["fate"].label): row["n"] for row in page.context["counts"]} == {
        "Left out": 1, "New": 1, "Changed": 0, "As it is": 1,
    }  # fmt: skip
    assert [(row.said.line, row.fate.value) for row in page.context["rows"]] == [(3, "wrong"), (2, "new")]
    assert not Organization.objects.filter(name="Keza Ltd").exists()
    done = client.post(answer["Location"], {"seen": page.context["version"]})
    assert done["Location"] == "/directory/"
    assert [str(message) for message in get_messages(done.wsgi_request)][-1] == "1 organisation is kept."
    assert Organization.objects.get(name="Keza Ltd").standing == "pending"


def test_pressing_twice_shows_what_the_first_time_did(cast: Cast, supervisor: Person, as_person: As) -> None:
    client = as_person(supervisor)
    url = send(client, book(HEAD, ["Keza Ltd", "importer", "RW"], ["Gorilla Ltd", "importer", "RW"]))["Location"]
    seen = client.get(url).context["version"]
    answers = [client.post(url, {"seen": seen}), client.post(url, {"seen": seen}), client.get(url)]
    assert [answer["Location"] for answer in answers] == ["/directory/"] * 3
    assert [str(message) for message in get_messages(answers[1].wsgi_request)][-1] == "2 organisations are kept."
    assert Organization.objects.filter(name__in=["Keza Ltd", "Gorilla Ltd"]).count() == 2
    other = add_person(email="admin@portal.example", role="administrator", by=None, at=AT)
    assert [as_person(other).get(url).status_code, client.get("/directory/import/987654/").status_code] == [404, 404]


def test_a_yes_to_something_else_is_asked_again(supervisor: Person, as_person: As) -> None:
    client = as_person(supervisor)
    url = send(client, book(HEAD, ["Keza Ltd", "importer", "RW"]))["Location"]
    answer = client.post(url, {"seen": "x"})
    assert (answer.status_code, "changed since you opened" in answer.content.decode()) == (422, True)
    assert not Organization.objects.filter(name="Keza Ltd").exists()


@pytest.mark.parametrize(
    ("content", "words"),
    [
        (b"", "The submitted file is empty."),
        (b"x", "no XLSX workbook that can be read"),
        (b"x" * (5 * 1024 * 1024 + 1), "This file is larger than 5 MB."),
        (book(["Kind"], ["agent"]), "“Name” is not among them"),
    ],
    ids=["empty", "no workbook", "too large", "no names"],
)
def test_a_file_that_cannot_be_read_says_why(supervisor: Person, as_person: As, content: bytes, words: str) -> None:
    answer = send(as_person(supervisor), content)
    assert (answer.status_code, words in answer.content.decode()) == (422, True)
    assert not SheetDraft.objects.exists()
    assert as_person(supervisor).post("/directory/import/").status_code == 422


def test_a_draft_is_ones_own(supervisor: Person, as_person: As) -> None:
    url = send(as_person(supervisor), book(HEAD, ["Keza Ltd", "importer", "RW"]))["Location"]
    other = add_person(email="admin@portal.example", role="administrator", by=None, at=AT)
    for answer in (as_person(other).get(url), as_person(other).post(url, {"seen": "x"})):
        assert answer.status_code == 404
    Person.objects.get(pk=supervisor.pk).membership_set.update(role="officer")
    assert as_person(Person.objects.get(pk=supervisor.pk)).get(url).status_code == 403


def test_the_template_is_a_file(supervisor: Person, as_person: As) -> None:
    answer = as_person(supervisor).get("/directory/import/template.xlsx")
    assert answer["Content-Disposition"] == 'attachment; filename="organisations.xlsx"'
    assert names_in(answer) == ["Name"]
    page = as_person(supervisor).get("/directory/import/").content.decode()
    assert 'href="/directory/import/template.xlsx"' in page


def test_who_imports_sees_the_way_and_who_does_not_is_kept_out(cast: Cast, supervisor: Person, as_person: As) -> None:
    seen = {person.email: 'href="/directory/import/"' in as_person(person).get("/directory/").content.decode()
            for person in (cast.officer, supervisor)}  # fmt: skip
    assert seen == {cast.officer.email: False, supervisor.email: True}
    assert send(as_person(cast.officer), book(HEAD, ["Keza Ltd", "importer", "RW"])).status_code == 403
    assert not SheetDraft.objects.exists()
