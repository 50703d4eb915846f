"""Files that are ordered: made once, by whichever worker, kept for who ordered them, given up when nothing helps."""

from __future__ import annotations

import csv
import io
from collections.abc import Callable
from uuid import UUID

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
from liaison.jobs import MOST_ATTEMPTS, Kind, Made, note_progress, run_job, start_job, work_of
from liaison.journal import record
from liaison.models import AnonymousUser, Job, JournalEntry, Membership, Organization, Person
from liaison.people import add_person
from liaison.roles import TRADE
from liaison.tasks import run_jobs
from liaison.views import audit, sheets
from tests.conftest import AT, Cast

As = Callable[[Person | None], Client]
MADE: list[int] = []


def make(job: Job) -> Made:
    """Says in whose language it was made."""
    MADE.append(job.pk)
    if job.asked.get("fails"):
        raise RuntimeError("cannot be made")
    return Made("x.txt", "text/plain", str(get_language()).encode())


JOBS = {"words": Kind(make, lambda job: bool(job.by.roles & TRADE))}


@pytest.fixture
def ordered(cast: Cast, settings: Settings) -> Job:
    """The importer's file, ordered in French."""
    settings.JOBS = [f"{__name__}.JOBS"]
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
    assert work_of(cast.agent) == []
    assert JournalEntry.objects.filter(kind="liaison.job_started", by=cast.importer, key=str(ordered.pk)).count() == 1


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
    # Who has lost her role has lost what it let her take out; so has whoever asks for what nobody makes any more.
    Membership.objects.filter(person=cast.importer).update(suspended_at=AT)
    assert client.get(f"/me/jobs/{ordered.pk}/file/").status_code == 403
    Membership.objects.update(suspended_at=None)
    Job.objects.update(kind="of old")
    assert client.get(f"/me/jobs/{ordered.pk}/file/").status_code == 403


def test_a_long_list_is_ordered_and_a_short_one_comes_at_once(
    cast: Cast, consignment: Consignment, as_person: As, monkeypatch: pytest.MonkeyPatch
) -> None:
    client = as_person(cast.importer)
    at_once = client.get("/consignments/export.xlsx")
    assert (at_once["Content-Disposition"].endswith('"consignments.xlsx"'), at_once.getvalue()[:2]) == (True, b"PK")
    assert Job.objects.count() == 0
    register_many(
        [Particulars(consignee=cast.importer_firm, bill_of_lading="BL2")], by=cast.importer, at=timezone.now()
    )
    monkeypatch.setattr(consignments, "MOST_WAITED_FOR", {"csv": 1, "xlsx": 1})
    # To follow a link orders nothing: the page asks first; and a button that is pressed twice orders one file.
    asking = client.get("/consignments/export.csv").content.decode()
    assert ("2 consignments as CSV" in asking, "Have it made" in asking, Job.objects.count()) == (True, True, 0)
    assert not JournalEntry.objects.filter(kind="cargo.consignments_exported", data__format="csv").exists()
    once = {"once": str(UUID(int=7))}
    for kind in ("xlsx", "csv", "csv"):
        assert client.post(f"/consignments/export.{kind}", once)["Location"] == "/me/jobs/"
    foreign = register_many([Particulars(consignee=cast.stranger_firm, bill_of_lading="BL3")], by=cast.stranger, at=AT)
    for job in Job.objects.all():
        job.asked["consignments"] += list(Consignment.objects.filter(bill_of_lading="BL3").values_list("pk", flat=True))
        job.save()
    run_jobs()
    made = {job.label: bytes(job.content or b"") for job in Job.objects.all()}
    assert list(made) == ["2 consignments as XLSX", "2 consignments as CSV"]
    sheet = load_workbook(io.BytesIO(made["2 consignments as XLSX"])).worksheets[0]
    refs = {str(row[0].value) for row in sheet.iter_rows(min_row=2)}
    # What she may not see is not in it, whatever was asked for.
    assert refs == set(Consignment.objects.visible_to(cast.importer).values_list("ref", flat=True))
    assert (len(refs), bool(foreign)) == (2, True)
    # What is in it is hers to see, and it is handed out; of one that was made without a note of that, all must be.
    job = Job.objects.get(label="2 consignments as CSV")
    assert client.get(f"/me/jobs/{job.pk}/file/").status_code == 200
    Job.objects.update(asked={"consignments": job.asked["consignments"]})
    assert client.get(f"/me/jobs/{job.pk}/file/").status_code == 403
    lines = list(csv.reader(io.StringIO(made["2 consignments as CSV"].decode("utf-8-sig"))))
    assert ({line[0] for line in lines[1:]}, len(lines)) == (refs, 3)


def test_the_offices_long_tables_are_ordered_too(cast: Cast, as_person: As, monkeypatch: pytest.MonkeyPatch) -> None:
    supervisor = add_person(email="supervisor@portal.example", role="supervisor", by=None, at=AT)
    client = as_person(supervisor)
    monkeypatch.setattr(sheets, "MOST_WAITED_FOR", 1)
    monkeypatch.setattr(audit, "MOST_WAITED_FOR", 1)
    at_once = client.get("/directory/export.xlsx?kind=importer&q=umucyo")
    assert (at_once.getvalue()[:2], Job.objects.count()) == (b"PK", 0)
    for url in ("/directory/export.xlsx?kind=importer", "/journal/export.csv?kind=liaison.&since=2026-11-01"):
        assert "Have it made" in client.get(url).content.decode()
        assert client.post(url)["Location"] == "/me/jobs/"
    record(kind="liaison.later", subject="test", key="1", by=None, at=AT)
    run_jobs()
    made = {job.kind: job for job in Job.objects.all()}
    firms = load_workbook(io.BytesIO(bytes(made["directory"].content or b""))).worksheets[0]
    importers = set(Organization.objects.filter(kind="importer").values_list("name", flat=True))
    assert ({row[0].value for row in firms.iter_rows(min_row=2)}, len(importers) > 1) == (importers, True)
    assert made["directory"].asked["q"] is False
    # What was written after it was ordered is not in it.
    head, *entries = csv.reader(io.StringIO(bytes(made["journal"].content or b"").decode()))
    kinds = {line[1] for line in entries}
    assert (head[:2], "liaison.later" in kinds, {kind[:8] for kind in kinds}) == (
        ["number", "kind"],
        False,
        {"liaison."},
    )
    assert (made["journal"].file_name, made["journal"].label) == ("journal.csv", "The journal as CSV")
    # Who took it out, and by what, is told to it once it is made, as it is of one that is had at once.
    told = JournalEntry.objects.get(kind="liaison.journal_exported")
    assert (told.by, told.data) == (supervisor, {"filters": {"kind": "liaison.", "since": "2026-11-01"}})
    # An officer may have the directory and not the journal; who is no more with the office neither.
    for role, answers in (("supervisor", [200, 200]), ("officer", [200, 403]), ("official", [403, 403])):
        Membership.objects.filter(person=supervisor).update(role=role)
        found = [client.get(f"/me/jobs/{made[kind].pk}/file/").status_code for kind in ("directory", "journal")]
        assert found == answers, role


def test_spreadsheets_that_are_registered_stand_on_the_same_page(cast: Cast) -> None:
    firm = {"by": cast.importer, "at": AT, "consignee": cast.importer_firm, "ordered_at": AT}
    Upload.objects.create(**firm, file_name="one.csv", state="ordered", outcome={"wanted": 7})
    Upload.objects.create(**firm, file_name="two.csv", state="done", done_at=AT)
    Upload.objects.create(**firm, file_name="not yet.csv", state="shown")
    found = {work.label: (work.state, work.whole) for work in work_of(cast.importer)}
    assert found == {"one.csv": ("waiting", 7), "two.csv": ("done", 0)}


def test_a_job_is_its_owners_alone_and_says_what_it_is(ordered: Job, cast: Cast) -> None:
    seen = {part: Job.objects.visible_to(person).count() for part, person in cast.people().items()}
    assert seen == {**dict.fromkeys(seen, 0), "importer": 1}
    assert (Job.objects.visible_to(AnonymousUser()).count(), str(ordered)) == (0, "Words")
    assert run_job(job_id=ordered.pk + 1, at=AT) is False


@pytest.mark.parametrize(("state", "is_running"), [("waiting", True), ("done", False), ("failed", False)])
def test_what_is_still_to_come_is_asked_for_again(ordered: Job, cast: Cast, state: str, is_running: bool) -> None:
    Job.objects.filter(pk=ordered.pk).update(state=state, content=b"x", done_at=AT)
    found = work_of(cast.importer)
    assert [(work.label, work.at, work.is_running) for work in found] == [("Words", AT, is_running)]
    assert bool(found[0].url) == (state == "done")
