"""Consignments from a spreadsheet: looked at first, registered as a whole or not at all, and never twice."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import timedelta
from io import BytesIO
from typing import Any

import pytest
from django.core.exceptions import ValidationError
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import DataError, connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from openpyxl import load_workbook

from cargo import tasks, uploads
from cargo.models import Consignment, Unit, Upload
from cargo.nominations import Terms, accept, end, nominate
from cargo.tasks import register_upload
from cargo.uploads import (
    carry_out,
    counts_of,
    failures,
    keep_upload,
    order,
    plan,
    progress_of,
    template,
    version_of,
)
from feeds.models import Source
from liaison.models import JournalEntry, Person
from tests.cargo.test_finding import fact, record
from tests.cargo.test_reading import BOX, NOW, OTHER_BOX
from tests.conftest import Cast
from tests.liaison.test_sheets import book
from tests.test_queries import box

As = Callable[[Person | None], Client]
HEAD = ["Bill of lading", "Containers", "Goods", "HS code", "Remark"]


def sent(cast: Cast, *rows: Sequence[object], by: Person | None = None) -> Upload:
    upload, _unread = keep_upload(
        content=book(HEAD, *rows),
        file_name="many.xlsx",
        consignee=cast.importer_firm,
        by=by or cast.importer,
        at=NOW,
    )
    return Upload.objects.select_related("by", "consignee").get(pk=upload.pk)


def carried_out(upload: Upload) -> Upload:
    assert order(upload=upload, seen=version_of(plan(upload)), at=NOW)
    assert carry_out(upload_id=upload.pk, at=NOW)
    upload.refresh_from_db()
    return upload


def wrong(upload: Upload) -> list[tuple[int, str, str]]:
    return [(cell.line, cell.label, cell.reason) for each in plan(upload) for cell in each.wrong]


def fates(upload: Upload) -> dict[str, int]:
    return {fate.value: number for fate, number in counts_of(plan(upload)).items() if number}


def test_rows_become_consignments_once_somebody_says_yes(cast: Cast) -> None:
    upload = sent(cast, ["b 1", BOX, "Rice", 1006], ["B1", OTHER_BOX, "", "1006"], [], ["B2", "", "Tea", ""])
    assert (fates(upload), Consignment.objects.count()) == ({"new": 3}, 0)
    assert carried_out(upload).outcome == {"new": 3, "same": 0, "wrong": 0, "registered": 2}
    first, second = Consignment.objects.order_by("pk")
    assert (first.bill_of_lading, first.goods, first.hs_code) == ("B1", "Rice", "1006")
    assert sorted(unit.container for unit in first.units.all()) == sorted([BOX, OTHER_BOX])
    assert (second.bill_of_lading, second.consignee, second.registered_by) == ("B2", cast.importer_firm, cast.importer)
    assert JournalEntry.objects.get(kind="cargo.uploaded").data == upload.outcome
    assert progress_of(upload) == 0


def test_the_same_file_again_makes_nothing_twice(cast: Cast) -> None:
    rows: list[list[object]] = [["B1", BOX, "Rice", ""], ["", OTHER_BOX, "Tea", ""]]
    upload = carried_out(sent(cast, *rows))
    assert (carry_out(upload_id=upload.pk, at=NOW), order(upload=upload, seen="", at=NOW)) == (False, False)
    again = sent(cast, *rows)
    assert fates(again) == {"same": 2}
    assert carried_out(again).outcome == {"new": 0, "same": 2, "wrong": 0, "registered": 0}
    assert (Consignment.objects.count(), Unit.objects.count()) == (2, 2)


def test_wrong_rows_are_left_out_and_come_back_as_a_file_to_mend(cast: Cast) -> None:
    upload = sent(cast, ["B1", BOX, "Rice", ""], ["B2", "TGHU3054381", "Tea", "x"], ["B3", "", "Salt", "2501"])
    reasons = [
        (3, "HS code", "This is no HS code."),
        (3, "Containers", f"TGHU3054381: the last digit does not fit the others. Did you mean {BOX}?"),
    ]
    assert wrong(upload) == reasons
    assert carried_out(upload).outcome == {"new": 2, "same": 0, "wrong": 1, "registered": 2}
    assert wrong(upload) == reasons
    with failures(upload) as file:
        head, row, *more = load_workbook(file).worksheets[0].iter_rows(values_only=True)
    assert (head[:4], more) == (("Bill of lading", "Containers", "Goods", "HS code"), [])
    assert row[:4] == ("B2", "TGHU3054381", "Tea", "x")
    assert "HS code: This is no HS code. Expected: 4 to 10 digits." in str(row[4])
    mended = [list(map(str, head)), ["B2", BOX.replace("0", "0"), "Tea", "0902"]]
    mended[1][1] = box(9)
    again, unread = keep_upload(
        content=book(*mended), file_name="m.xlsx", consignee=cast.importer_firm, by=cast.importer, at=NOW
    )
    assert unread == ["What is wrong"]
    assert fates(Upload.objects.select_related("by", "consignee").get(pk=again.pk)) == {"new": 1}


def test_rows_that_contradict_each_other_are_named_with_the_other(cast: Cast) -> None:
    upload = sent(cast, ["B1", BOX, "Rice", ""], ["B1", OTHER_BOX, "Tea", ""], ["B2", box(1), "", ""], ["B3", box(1)])
    assert wrong(upload) == [
        (3, "Goods", "Row 2 says otherwise of the same bill of lading."),
        (5, "Containers", f"{box(1)}: the same as in row 4. Take one of the two out."),
    ]
    assert fates(upload) == {"wrong": 3, "new": 1}


def test_what_needs_a_proof_is_left_out_without_a_word_of_the_other(
    cast: Cast, clerk: Source, consignment: Consignment
) -> None:
    record(clerk, fact(container=box(5), bill_of_lading="HBL9"))
    reason = "The portal knows this number already. Claim it with a paper, one by one."
    upload, _unread = keep_upload(
        content=book(HEAD, [consignment.bill_of_lading, ""], ["", BOX], ["HBL9", ""], ["HBL9X", box(6)]),
        file_name="s.xlsx",
        consignee=cast.stranger_firm,
        by=cast.stranger,
        at=NOW,
    )
    upload = Upload.objects.select_related("by", "consignee").get(pk=upload.pk)
    assert wrong(upload) == [(2, "Bill of lading", reason), (3, "Containers", reason)]
    assert fates(upload) == {"wrong": 2, "new": 2}


def test_a_yes_to_what_has_changed_meanwhile_is_refused(cast: Cast) -> None:
    upload = sent(cast, ["B1", BOX])
    seen = version_of(plan(upload))
    carried_out(sent(cast, ["B1", ""]))
    with pytest.raises(ValidationError, match="Something has changed"):
        order(upload=upload, seen=seen, at=NOW)
    assert Upload.objects.get(pk=upload.pk).state == "shown"


def test_who_may_act_for_the_firm_no_more_registers_nothing_for_it(cast: Cast) -> None:
    given = nominate(
        principal=cast.importer_firm, nominee=cast.agent_firm, terms=Terms(may_act=True), by=cast.importer, at=NOW
    )
    accept(nomination=given, by=cast.agent, at=NOW)
    shown, ordered = sent(cast, ["B1", ""], by=cast.agent), sent(cast, ["B2", ""], by=cast.agent)
    assert order(upload=ordered, seen=version_of(plan(ordered)), at=NOW)
    end(nomination=given, by=cast.importer, at=NOW)
    with pytest.raises(ValidationError, match="You may register nothing for Umucyo Traders any more"):
        order(upload=shown, seen=version_of(plan(shown)), at=NOW)
    register_upload(upload_id=ordered.pk)
    assert (Consignment.objects.count(), set(Upload.objects.values_list("state", flat=True))) == (0, {"shown"})


def test_nothing_is_half_registered(cast: Cast, monkeypatch: pytest.MonkeyPatch) -> None:
    upload = sent(cast, *([f"B{n}", ""] for n in range(6)))
    order(upload=upload, seen=version_of(plan(upload)), at=NOW)
    monkeypatch.setattr(uploads, "CHUNK", 2)
    told: list[int] = []

    def stop(_pk: int, done: int) -> None:
        told.append(done)
        if done == 4:
            raise RuntimeError("the machine stops")

    monkeypatch.setattr(uploads, "note_progress", stop)
    tasks.register_uploads()
    assert (told, Consignment.objects.count()) == ([0, 2, 4], 0)
    monkeypatch.undo()
    tasks.register_uploads()
    tasks.register_upload(upload_id=upload.pk)
    assert (Consignment.objects.count(), Upload.objects.get().state) == (6, "done")


def test_the_queries_do_not_grow_with_the_rows(cast: Cast) -> None:
    def queries(first: int, last: int) -> int:
        upload = sent(cast, *([f"B{n}", box(n)] for n in range(first, last)))
        with CaptureQueriesContext(connection) as asked:
            carried_out(upload)
        return len(asked)

    assert queries(0, 1) == queries(100, 140)


@pytest.mark.parametrize("is_late", [False, True])
def test_what_cannot_be_registered_says_so_and_may_be_ordered_again(
    cast: Cast, as_person: As, monkeypatch: pytest.MonkeyPatch, is_late: bool
) -> None:
    upload = sent(cast, ["B1", BOX])
    order(upload=upload, seen=version_of(plan(upload)), at=NOW - timedelta(days=2 if is_late else 0))

    def fail(_pk: int, _done: int) -> None:
        raise RuntimeError("a fault") if is_late else DataError("too long")

    monkeypatch.setattr(uploads, "note_progress", fail)
    tasks.register_uploads()
    upload = Upload.objects.select_related("by", "consignee").get()
    assert (upload.state, upload.ordered_at, Consignment.objects.count()) == ("shown", None, 0)
    assert JournalEntry.objects.filter(kind="cargo.upload_failed", key=str(upload.pk)).count() == 1
    page = as_person(cast.importer).get(f"/consignments/upload/{upload.pk}/").content.decode()
    assert "Nothing of this could be registered." in page
    monkeypatch.undo()
    assert (carried_out(upload).state, upload.problem) == ("done", "")
    assert uploads.give_up(upload_id=upload.pk, at=NOW) is False


@pytest.mark.parametrize(
    ("content", "words"),
    [
        (b"", "no row below"),
        (b"Bill of lading,Goods\n", "no row below"),
        (b"Bill of lading,Goods\n,,\n , \n", "no row below"),
        (b"Goods,Vessel\nRice,X\n", "is not among them"),
        (b"PK\x03\x04 broken", "no XLSX workbook"),
        (b"\x00\x01\x02", "no XLSX workbook or CSV"),
    ],
)
def test_what_is_no_table_is_refused_in_words(cast: Cast, content: bytes, words: str) -> None:
    with pytest.raises(ValidationError, match=words):
        keep_upload(content=content, file_name="x", consignee=cast.importer_firm, by=cast.importer, at=NOW)
    assert Upload.objects.count() == 0


@pytest.mark.parametrize("text", ["Bill of lading;Goods\nB1;Café\n", "Bill of lading\tGoods\r\nB1\tCafé\r\n"])
@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "cp1252", "utf-16"])
def test_a_csv_of_any_program_is_read(cast: Cast, text: str, encoding: str) -> None:
    upload, _unread = keep_upload(
        content=text.encode(encoding), file_name="x.csv", consignee=cast.importer_firm, by=cast.importer, at=NOW
    )
    assert upload.rows == [{"line": 2, "bill_of_lading": "B1", "goods": "Café"}]


def test_the_template_can_be_read_back(cast: Cast) -> None:
    with template() as file:
        workbook = load_workbook(file)
        workbook.worksheets[0].append(["B1", BOX])
        filled = BytesIO()
        workbook.save(filled)
    upload, unread = keep_upload(
        content=filled.getvalue(), file_name="t.xlsx", consignee=cast.importer_firm, by=cast.importer, at=NOW
    )
    assert (unread, upload.rows) == ([], [{"line": 2, "bill_of_lading": "B1", "containers": BOX}])


def post(client: Client, cast: Cast, content: bytes) -> Any:
    file = SimpleUploadedFile("many.xlsx", content)
    return client.post("/consignments/upload/", {"consignee": cast.importer_firm.pk, "file": file})


def test_from_the_form_to_the_outcome_on_the_pages(cast: Cast, as_person: As) -> None:
    client = as_person(cast.importer)
    assert post(client, cast, b"nonsense").status_code == 422
    answer = post(client, cast, book(HEAD, ["B1", BOX, "", ""], ["B2", "", "", "x"]))
    upload = Upload.objects.get()
    url = f"/consignments/upload/{upload.pk}/"
    assert answer["Location"] == url
    page = client.get(url)
    text = page.content.decode()
    for words in ("New: 1", "Left out: 1", "Register 1 consignment", "This is no HS code.", "4 to 10 digits", "Remark"):
        assert words in text
    assert client.post(url, {"seen": "other"}).status_code == 422
    assert client.post(url, {"seen": page.context["version"]})["Location"] == url
    uploads.note_progress(upload.pk, 1)
    waiting = " ".join(client.get(url).content.decode().split())
    assert '<progress max="1" value="1"' in waiting
    tasks.register_upload(upload_id=upload.pk)
    done = client.get(url).content.decode()
    assert "1 consignment has been registered." in done
    assert "This is no HS code." in done
    for path, name in ((f"{url}failures/", "to-be-mended"), ("/consignments/upload/template/", "consignments")):
        file = client.get(path)
        assert (len(file.getvalue()) > 1000, file["Content-Disposition"]) == (
            True,
            f'attachment; filename="{name}.xlsx"',
        )
    assert as_person(cast.stranger).get(url).status_code == 404
    assert as_person(cast.stranger).post(url, {"seen": ""}).status_code == 404
    assert "many.xlsx" not in as_person(cast.stranger).get("/consignments/upload/").content.decode()
