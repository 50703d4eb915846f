"""The pages of spreadsheets: who sends one, whose each is, and what is refused before anything is registered."""

from __future__ import annotations

from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test.utils import CaptureQueriesContext

from cargo.models import Consignment, Upload
from tests.cargo.test_reading import BOX
from tests.cargo.views.doors import As, statuses, words_of
from tests.conftest import Cast
from tests.liaison.papers import PDF, ZIP
from tests.liaison.test_sheets import book

URL = "/consignments/upload/"
HEAD = ["Bill of lading", "Containers", "Goods"]
SENDERS = {
    "importer": 200,
    "agent": 200,
    "stranger": 200,
    "officer": 200,
    "desk": 403,
    "official": 403,
    "reader": 403,
    "nobody": 302,
}


def sent(client: Any, cast: Cast, content: bytes, **more: Any) -> Any:
    file = SimpleUploadedFile("many<b>.xlsx", content)
    return client.post(URL, {"consignee": cast.importer_firm.pk, "file": file, **more})


@pytest.fixture
def upload(cast: Cast, as_person: As) -> Upload:
    sent(as_person(cast.importer), cast, book(HEAD, ["B1", BOX, "Tea"], ["B2", "TGHU3054381", ""]))
    return Upload.objects.get()


@pytest.mark.parametrize("part", ["", "template/"])
def test_who_may_register_may_send_many(cast: Cast, as_person: As, part: str) -> None:
    assert statuses(cast, as_person, URL + part) == SENDERS


@pytest.mark.parametrize(
    ("content", "words"),
    [
        (b"", "The submitted file is empty."),
        (PDF, ""),
        (ZIP, ""),
        (b"\x00\x01\x02", ""),
        (b"Bill of lading,Containers\n", "There is no row below the headings."),
        (b"Bill of lading,Containers\n,\n ,\n", "There is no row below the headings."),
        (b"Colour,Smell\nred,sweet\n", ""),
    ],
)
def test_what_is_no_list_is_named_at_the_file(cast: Cast, as_person: As, content: bytes, words: str) -> None:
    answer = sent(as_person(cast.importer), cast, content)
    assert (answer.status_code, list(answer.context["form"].errors), Upload.objects.count()) == (422, ["file"], 0)
    assert words in words_of(answer)


@pytest.mark.parametrize(
    ("change", "field"),
    [({"file": ""}, "file"), ({"consignee": "0"}, "consignee"), ({"consignee": "x"}, "consignee")],
)  # fmt: skip
def test_a_slip_in_the_form_keeps_nothing(cast: Cast, as_person: As, change: dict[str, str], field: str) -> None:
    answer = sent(as_person(cast.importer), cast, book(HEAD, ["B1", "", ""]), **change)
    assert (answer.status_code, list(answer.context["form"].errors), Upload.objects.count()) == (422, [field], 0)


def test_whoever_has_one_firm_need_not_say_for_whom(cast: Cast, as_person: As) -> None:
    assert sent(as_person(cast.importer), cast, book(HEAD, ["B1", "", ""]), consignee="").status_code == 302
    assert Upload.objects.get().consignee == cast.importer_firm
    answer = sent(as_person(cast.officer), cast, book(HEAD, ["B1", "", ""]), consignee="")
    assert (answer.status_code, list(answer.context["form"].errors)) == (422, ["consignee"])


def test_nobody_sends_for_a_firm_of_others(cast: Cast, as_person: As) -> None:
    for person in (cast.stranger, cast.agent):
        assert sent(as_person(person), cast, book(HEAD, ["B1", "", ""])).status_code == 422
    assert Upload.objects.count() == 0


def test_each_is_its_senders_alone(cast: Cast, as_person: As, upload: Upload) -> None:
    others = {"importer": 200, "agent": 404, "stranger": 404, "officer": 404, "desk": 403, "official": 403}
    assert statuses(cast, as_person, f"{URL}{upload.pk}/") == {**others, "reader": 403, "nobody": 302}


def test_what_is_wrong_is_handed_out_to_its_sender_alone(cast: Cast, as_person: As, upload: Upload) -> None:
    found = statuses(cast, as_person, f"{URL}{upload.pk}/failures/")
    assert [part for part, status in found.items() if status == 200] == ["importer"]
    answer = as_person(cast.importer).get(f"{URL}{upload.pk}/failures/")
    assert (answer["Cache-Control"], answer["Content-Disposition"], answer.getvalue()[:2]) == (
        "no-store",
        'attachment; filename="to-be-mended.xlsx"',
        b"PK",
    )
    assert as_person(cast.importer).post(f"{URL}{upload.pk}/failures/").status_code == 405


def test_nothing_is_registered_without_a_yes_to_what_was_seen(cast: Cast, as_person: As, upload: Upload) -> None:
    client, url = as_person(cast.importer), f"{URL}{upload.pk}/"
    seen = client.get(url).context["version"]
    for wrong in ({}, {"seen": ""}, {"seen": seen + "x"}, {"seen": seen.upper() + " "}):
        answer = client.post(url, wrong)
        assert (answer.status_code, "Look at it again" in words_of(answer)) == (422, True)
    upload.refresh_from_db()
    assert (upload.state, Consignment.objects.count()) == ("shown", 0)
    assert client.post(url, {"seen": seen})["Location"] == url
    upload.refresh_from_db()
    assert upload.state == "ordered"
    # Said twice it is done once.
    assert client.post(url, {"seen": seen})["Location"] == url
    with CaptureQueriesContext(connection) as queries:
        assert '<progress max="1" value="0"' in words_of(client.get(url))
    assert [query["sql"] for query in queries if '"cargo_upload"."rows"' in query["sql"]] == []


def test_each_wrong_cell_is_named_with_its_row(cast: Cast, as_person: As, upload: Upload) -> None:
    answer = as_person(cast.importer).get(f"{URL}{upload.pk}/")
    assert [(cell.line, cell.label) for cell in answer.context["wrong"]] == [(3, "Containers")]
    assert {str(each["fate"].value): each["n"] for each in answer.context["counts"]} == {
        "wrong": 1,
        "new": 1,
        "same": 0,
    }
    assert (answer.context["consignments"], answer.context["more"]) == (1, 0)


def test_the_last_ten_are_listed_and_their_names_are_shown_as_they_are(cast: Cast, as_person: As) -> None:
    client = as_person(cast.importer)
    for number in range(12):
        sent(client, cast, book(HEAD, [f"B{number}", "", ""]))
    answer = client.get(URL)
    newest = list(Upload.objects.order_by("-pk").values_list("pk", flat=True)[:10])
    assert [each.pk for each in answer.context["old"]] == newest
    assert "many<b>" not in words_of(answer)
    assert list(as_person(cast.stranger).get(URL).context["old"]) == []
