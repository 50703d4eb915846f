"""The benchmark of a spreadsheet of consignments: from the file to registered cargo, of which nothing is kept."""

from __future__ import annotations

from collections.abc import Iterator
from functools import partial

from django.db import transaction
from django.utils import timezone
from stdnum import iso6346

from cargo.models import Upload
from cargo.upload_columns import HEADINGS
from cargo.uploads import carry_out, keep_upload, order, plan, version_of
from demo.measuring import Result, timed
from liaison.models import Organization, Person
from liaison.people import add_person
from liaison.sheets import write_book

ROWS = 5000
LIMIT_S = 20.0
FIRM, EMAIL = "Bench Spreadsheets", "bench-sheets@demo.example"


def uploads() -> Iterator[Result]:
    """The seconds from an XLSX of five thousand rows to as many consignments, against the limit; and of the preview.

    Each row is a consignment of one container. The reading, the preview, the yes, which looks again, and the worker's
    registering are done as the pages do them, and taken back in the end.
    """
    at = timezone.now()
    add_person(email=EMAIL, role="owner", organization=FIRM, by=None, at=at)
    content = sheet(ROWS)
    with transaction.atomic():
        kept: list[Upload] = []
        read_s = timed(lambda: kept.append(_keep(content)))
        upload = kept[0]
        preview_s = read_s + timed(partial(plan, upload))
        order_s = timed(lambda: order(upload=upload, seen=version_of(plan(upload)), at=at))
        worker_s = timed(partial(carry_out, upload_id=upload.pk, at=at))
        if Upload.objects.get(pk=upload.pk).outcome["registered"] != ROWS:
            raise RuntimeError("not every row was registered")
        transaction.set_rollback(True)
    whole_s = preview_s + order_s + worker_s
    yield Result(f"upload_{ROWS}", round(whole_s, 4), "s", LIMIT_S, round(whole_s / LIMIT_S, 4))
    yield Result(f"upload_preview_{ROWS}", round(preview_s, 4), "s", LIMIT_S, round(preview_s / LIMIT_S, 4))


def _keep(content: bytes) -> Upload:
    by, consignee = Person.objects.get(email=EMAIL), Organization.objects.get(name=FIRM)
    upload, _unread = keep_upload(
        content=content, file_name="bench.xlsx", consignee=consignee, by=by, at=timezone.now()
    )
    return upload


def sheet(rows: int) -> bytes:
    """An XLSX with so many consignments, each of one container of its own."""
    names = ("bill_of_lading", "containers", "goods", "hs_code", "weight_t", "vessel", "voyage", "origin_country")
    lines = [
        [f"BNSH{number:08d}", _container(number), "Rice", "100630", "24.5", "BENCH CAPE", f"{number // 500:03d}W", "IN"]
        for number in range(rows)
    ]
    with write_book([("Sheet", [[str(HEADINGS[name]) for name in names], *lines])]) as file:
        return file.read()


def _container(number: int) -> str:
    body = f"BSHU{number:06d}"
    return body + str(iso6346.calc_check_digit(body))
