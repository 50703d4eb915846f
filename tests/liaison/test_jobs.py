"""Files that are ordered: made once, by whichever worker, kept for who ordered them, given up when nothing helps."""

from __future__ import annotations

import io
from collections.abc import Callable

import pytest
from django.db import IntegrityError, transaction
from django.test import Client
from django.utils import timezone
from django.utils.translation import get_language, override
from openpyxl import load_workbook
from pytest_django import Settings

from cargo.models import Consignment, Upload
from cargo.registration import Particulars, register_many
from cargo.views import consignments
from liaison.jobs import MOST_ATTEMPTS, Made, note_progress, run_job, start_job, work_of
from liaison.models import Job, JournalEntry, Person
from liaison.tasks import run_jobs
from tests.conftest import AT, Cast

As = Callable[[Person | None], Client]
MADE: list[int] = []


def make(job: Job) -> Made:
    """Says in whose language it was made."""
    MADE.append(job.pk)
    if job.asked.get("fails"):
        raise RuntimeError("cannot be made")
    return Made("x.txt", "text/plain", str(get_language()).encode())


@pytest.fixture
def ordered(cast: Cast, settings: Settings) -> Job:
    """The importer's file, ordered in French."""
    settings.JOBS = {"words": f"{__name__}.make"}
    MADE.clear()
    with override("fr"):
        return start_job(kind="words", label="Words", asked={}, by=cast.importer, at=AT)


def test_it_is_made_once_in_the_language_of_its_order_and_told(ordered: Job, cast: Cast) -> None:
    assert [work.is_running for work in work_of(cast.importer)] == [True]
    note_progress(ordered, 3, 9)
    assert [(work.done, work.whole, work.url) for work in work_of(cast.importer)] == [(3, 9, "")]
    assert (run_job(job_id=ordered.pk, at=AT), run_job(job_id=ordered.pk, at=AT), len(MADE)) == (True, False, 1)
    ordered.refresh_from_db()
    assert (ordered.state, ordered.file_name, bytes(ordered.content or b"")) == ("done", "x.txt", b"fr")
    assert [(work.state, work.url) for work in work_of(cast.importer)] == [("done", f"/me/jobs/{ordered.pk}/file/")]
    assert (work_of(cast.agent), JournalEntry.objects.get().kind) == ([], "liaison.job_started")


def test_what_cannot_be_made_is_given_up_and_holds_up_no_other(ordered: Job, cast: Cast) -> None:
    bad = start_job(kind="words", label="Bad", asked={"fails": True}, by=cast.importer, at=AT)
    for _time in range(MOST_ATTEMPTS + 1):
        run_jobs()
    assert dict(Job.objects.values_list("label", "state")) == {"Words": "done", "Bad": "failed"}
    assert MADE.count(bad.pk) == MOST_ATTEMPTS


def test_the_database_keeps_what_is_ready_whole(ordered: Job) -> None:
    for wrong in ({"state": "done"}, {"state": "lost"}):
        with pytest.raises(IntegrityError), transaction.atomic():
            Job.objects.filter(pk=ordered.pk).update(**wrong)


def test_the_page_is_left_and_found_again(ordered: Job, cast: Cast, as_person: As) -> None:
    client = as_person(cast.importer)
    page = client.get("/me/jobs/").content.decode()
    assert ("every 2s" in page, "<progress" in page, "Look again" in page) == (True, True, True)
    assert client.get(f"/me/jobs/{ordered.pk}/file/").status_code == 404
    run_jobs()
    page = client.get("/me/jobs/").content.decode()
    assert ("every 2s" in page, f'href="/me/jobs/{ordered.pk}/file/"' in page) == (False, True)
    file = client.get(f"/me/jobs/{ordered.pk}/file/")
    assert (file.content, file["Content-Disposition"], file["Cache-Control"]) == (
        b"fr", 'attachment; filename="x.txt"', "no-store",
    )  # fmt: skip
    assert as_person(cast.agent).get(f"/me/jobs/{ordered.pk}/file/").status_code == 404
    assert 'href="/me/jobs/"' in client.get("/me/").content.decode()


def test_a_long_list_is_ordered_and_a_short_one_comes_at_once(
    cast: Cast, consignment: Consignment, as_person: As, monkeypatch: pytest.MonkeyPatch
) -> None:
    client = as_person(cast.importer)
    assert client.get("/consignments/export.xlsx")["Content-Disposition"].endswith('"consignments.xlsx"')
    register_many(
        [Particulars(consignee=cast.importer_firm, bill_of_lading="BL2")], by=cast.importer, at=timezone.now()
    )
    monkeypatch.setattr(consignments, "MOST_WAITED_FOR", 1)
    assert client.get("/consignments/export.xlsx")["Location"] == "/me/jobs/"
    foreign = register_many([Particulars(consignee=cast.stranger_firm, bill_of_lading="BL3")], by=cast.stranger, at=AT)
    job = Job.objects.get()
    job.asked["consignments"] += list(Consignment.objects.filter(bill_of_lading="BL3").values_list("pk", flat=True))
    job.save()
    run_jobs()
    job.refresh_from_db()
    sheet = load_workbook(io.BytesIO(bytes(job.content or b""))).worksheets[0]
    refs = {str(row[0].value) for row in sheet.iter_rows(min_row=2)}
    # What she may not see is not in it, whatever was asked for.
    assert refs == set(Consignment.objects.visible_to(cast.importer).values_list("ref", flat=True))
    assert (len(refs), bool(foreign)) == (2, True)


def test_spreadsheets_that_are_registered_stand_on_the_same_page(cast: Cast) -> None:
    firm = {"by": cast.importer, "at": AT, "consignee": cast.importer_firm, "ordered_at": AT}
    Upload.objects.create(**firm, file_name="one.csv", state="ordered", outcome={"wanted": 7})
    Upload.objects.create(**firm, file_name="two.csv", state="done", done_at=AT)
    Upload.objects.create(**firm, file_name="not yet.csv", state="shown")
    found = {work.label: (work.state, work.whole) for work in work_of(cast.importer)}
    assert found == {"one.csv": ("waiting", 7), "two.csv": ("done", 0)}
