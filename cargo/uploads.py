"""Consignments from a spreadsheet: what would become of each row, and registering them as a whole after a yes.

Rows of one bill of lading are one consignment. What is registered already stays as it is, so the same file once more
makes nothing twice; what would need a proof is left out and named.
"""

from __future__ import annotations

import hashlib
import json
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import IO, Any

from django.core.cache import cache
from django.core.exceptions import ValidationError
from django.db import DataError, IntegrityError, models, transaction
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, override

from cargo.knowledge import known_among
from cargo.matching import lock_exclusive
from cargo.models import Upload
from cargo.registration import Particulars, consignees_for, register_many
from cargo.upload_columns import HEADINGS, Said, Wrong, columns_of, expected_in, read_said
from liaison.bell import ring
from liaison.jobs import MOST_SHOWN, Work
from liaison.journal import record
from liaison.models import Job, Organization, Person
from liaison.retention import Rule
from liaison.sheets import read_table, write_book

CHUNK = 250
# What registering fails with each time, as the rows themselves are to blame; anything else is tried again for a day.
FOR_GOOD = (DataError, IntegrityError, ValidationError)
PATIENCE = timedelta(days=1)
BELL = "cargo.tasks.register_upload"
_SHOWN_FOR_S = 86_400


class Fate(models.TextChoices):
    """What becomes of a row."""

    WRONG = "wrong", gettext_lazy("Left out")
    NEW = "new", gettext_lazy("New")
    SAME = "same", gettext_lazy("Registered already")


@dataclass(slots=True)
class Planned:
    """The rows of one consignment, and what would become of them; ``known`` is the reference that it has already."""

    rows: list[Said]
    known: str = ""
    values: dict[str, Any] = field(default_factory=dict)

    @property
    def wrong(self) -> list[Wrong]:
        """All that is wrong with its rows."""
        return [wrong for said in self.rows for wrong in said.wrong]

    @property
    def fate(self) -> Fate:
        """What becomes of it: one wrong cell leaves all of its rows out."""
        if self.wrong:
            return Fate.WRONG
        return Fate.SAME if self.known else Fate.NEW


def keep_upload(
    *, content: bytes, file_name: str, consignee: Organization, by: Person, at: datetime
) -> tuple[Upload, list[str]]:
    """Keep the rows of a spreadsheet until its sender says yes; also the headings that are not read.

    Raises ValidationError where the file or its first row cannot be read.
    """
    rows = read_table(content)
    if len(rows) < 2:
        raise ValidationError(_("There is no row below the headings."), code="empty")
    columns, unread = columns_of(rows[0].cells)
    kept = [
        {"line": row.number, **{name: row.cell(place) for place, name in columns.items() if row.cell(place)}}
        for row in rows[1:]
    ]
    said = [row for row in kept if len(row) > 1]
    if not said:
        raise ValidationError(_("There is no row below the headings."), code="empty")
    upload = Upload.objects.create(
        by=by, at=at, consignee=consignee, file_name=file_name, columns=list(columns.values()), rows=said
    )
    return upload, unread


def plan(upload: Upload) -> list[Planned]:
    """What would become of the rows now; a handful of queries, however many they are."""
    planned = _together(
        read_said(int(row["line"]), {name: text for name, text in row.items() if isinstance(text, str)})
        for row in upload.rows
    )
    for each in planned:
        each.values = _united(each.rows)
    _refuse_doubles(planned)
    good = [each for each in planned if not each.wrong]
    particulars = [_particulars(upload, each) for each in good]
    for each, known in zip(good, known_among(upload.by, particulars), strict=True):
        if known.needs_proof:
            column = "bill_of_lading" if each.values.get("bill_of_lading") else "containers"
            each.rows[0].refuse(column, _("The portal knows this number already. Claim it with a paper, one by one."))
        each.known = known.ref
    return planned


def _together(rows: Iterable[Said]) -> list[Planned]:
    """The rows by their bill of lading; those without one stand alone."""
    found: dict[str, Planned] = {}
    planned = []
    for said in rows:
        bill = said.values.get("bill_of_lading", "")
        if bill and bill in found:
            found[bill].rows.append(said)
            continue
        planned.append(Planned([said]))
        if bill:
            found[bill] = planned[-1]
    return planned


def _united(rows: Sequence[Said]) -> dict[str, Any]:
    """The values of one consignment: its containers together, all else as the first row that says it."""
    values = dict(rows[0].values)
    origin = dict.fromkeys(values, rows[0].line)
    for said in rows[1:]:
        for name, value in said.values.items():
            if name == "containers":
                values[name] = list(dict.fromkeys([*values.get(name, []), *value]))
            elif values.setdefault(name, value) != value:
                words = _("Row %(line)s says otherwise of the same bill of lading.")
                said.refuse(name, words % {"line": origin[name]})
            origin.setdefault(name, said.line)
    return values


def _refuse_doubles(planned: Sequence[Planned]) -> None:
    """A container that stands in two consignments: the later row says where the first is."""
    first: dict[str, int] = {}
    for each in planned:
        for said in each.rows:
            for number in said.values.get("containers", []):
                if number in first and first[number] != each.rows[0].line:
                    words = _("%(number)s: the same as in row %(line)s. Take one of the two out.")
                    said.refuse("containers", words % {"number": number, "line": first[number]})
                first.setdefault(number, each.rows[0].line)


def _particulars(upload: Upload, planned: Planned) -> Particulars:
    assert upload.consignee is not None
    return Particulars(consignee=upload.consignee, **planned.values)


def version_of(planned: Sequence[Planned]) -> str:
    """Changes when anything else would be done."""
    facts = [(each.rows[0].line, each.fate, each.known) for each in planned]
    return hashlib.sha256(json.dumps(facts).encode()).hexdigest()[:16]


def counts_of(planned: Iterable[Planned]) -> dict[Fate, int]:
    """How many rows have which fate."""
    counted: Counter[Fate] = Counter()
    for each in planned:
        counted[each.fate] += len(each.rows)
    return {fate: counted[fate] for fate in Fate}


@transaction.atomic
def order(*, upload: Upload, seen: str, at: datetime) -> bool:
    """Have the good rows registered, by a worker; False where that was done before.

    ValidationError where something else would be done by now than what was ``seen``, and for a firm for which whoever
    sent it may register nothing any more.
    """
    kept = Upload.objects.select_for_update(of=("self",)).select_related("by", "consignee").get(pk=upload.pk)
    if kept.state != Upload.State.SHOWN:
        return False
    _check_consignee(kept)
    planned = plan(kept)
    if version_of(planned) != seen:
        raise ValidationError(_("Something has changed since you opened the page. Look at it again, then say yes."))
    kept.state, kept.ordered_at, kept.problem = Upload.State.ORDERED, at, ""
    kept.outcome = {"wanted": sum(each.fate == Fate.NEW for each in planned)}
    kept.save(update_fields=["state", "ordered_at", "problem", "outcome"])
    ring(BELL, upload_id=kept.pk)
    return True


@transaction.atomic
def carry_out(*, upload_id: int, at: datetime) -> bool:
    """Register the good rows of an ordered upload, all of them or none; False where there is nothing (more) to do.

    ValidationError as of ``order``.
    """
    # Nobody registers the same between the plan and the deed.
    lock_exclusive()
    rows = Upload.objects.select_for_update(of=("self",)).select_related("by", "consignee")
    upload = rows.filter(pk=upload_id, state=Upload.State.ORDERED).first()
    if upload is None:
        return False
    _check_consignee(upload)
    with override(upload.by.language):
        planned = plan(upload)
    new = [_particulars(upload, each) for each in planned if each.fate == Fate.NEW]
    for start in range(0, len(new), CHUNK):
        note_progress(upload.pk, start)
        register_many(new[start : start + CHUNK], by=upload.by, at=at)
    counts = {fate.value: number for fate, number in counts_of(planned).items()}
    upload.outcome = {**counts, "registered": len(new)}
    upload.state, upload.done_at = Upload.State.DONE, at
    # What was registered is known as such from now on; what is left to mend stays.
    upload.rows = [dict(said.cells, line=said.line) for each in planned if each.wrong for said in each.rows]
    upload.save(update_fields=["outcome", "state", "done_at", "rows"])
    record(kind="cargo.uploaded", subject="upload", key=str(upload.pk), by=upload.by, at=at, **upload.outcome)
    return True


def _check_consignee(upload: Upload) -> None:
    if upload.consignee is None or not consignees_for(upload.by).contains(upload.consignee):
        raise ValidationError(_("You may register nothing for %(firm)s any more."), params={"firm": upload.consignee})


@transaction.atomic
def give_up(*, upload_id: int, at: datetime) -> bool:
    """Show an ordered upload again, with word that it could not be registered; False where it is ordered no more."""
    rows = Upload.objects.select_for_update(of=("self",)).select_related("by").defer("rows")
    upload = rows.filter(pk=upload_id, state=Upload.State.ORDERED).first()
    if upload is None:
        return False
    with override(upload.by.language):
        upload.problem = _("Nothing of this could be registered. Look at the rows and try again, or tell the office.")
    upload.state, upload.ordered_at = Upload.State.SHOWN, None
    upload.save(update_fields=["problem", "state", "ordered_at"])
    record(kind="cargo.upload_failed", subject="upload", key=str(upload.pk), by=upload.by, at=at)
    return True


def note_progress(upload_id: int, done: int) -> None:
    """Say how many consignments are registered so far; seen by others before they are."""
    cache.set(f"upload-{upload_id}", done, _SHOWN_FOR_S)


def progress_of(upload: Upload) -> int:
    """How many consignments a worker has come to."""
    return int(cache.get(f"upload-{upload.pk}") or 0)


def work_of(person: Person) -> list[Work]:
    """The person's spreadsheets that are or were being registered, for the page of all that she has ordered."""
    rows = Upload.objects.visible_to(person).exclude(state=Upload.State.SHOWN).defer("rows").order_by("-pk")
    return [
        Work(
            upload.file_name,
            upload.at,
            Job.State.DONE if upload.state == Upload.State.DONE else Job.State.WAITING,
            reverse("cargo:upload_detail", kwargs={"pk": upload.pk}),
            progress_of(upload),
            upload.outcome.get("wanted", 0),
        )
        for upload in rows[:MOST_SHOWN]
    ]


def failures(upload: Upload) -> IO[bytes]:
    """The rows to be mended as XLSX: the same columns, and what is wrong."""
    head = [str(HEADINGS[name]) for name in upload.columns]
    lines = [
        [*(said.cells.get(name, "") for name in upload.columns), " ".join(_sentence(wrong) for wrong in said.wrong)]
        for each in plan(upload)
        if each.wrong
        for said in each.rows
    ]
    return write_book([(_("To be mended"), [[*head, _("What is wrong")], *lines])])


def _sentence(wrong: Wrong) -> str:
    words = _("%(column)s: %(reason)s Expected: %(expected)s.")
    return words % {"column": wrong.label, "reason": wrong.reason, "expected": wrong.expected}


def template() -> IO[bytes]:
    """The empty spreadsheet, and how to fill it in."""
    explained = [[str(label), expected_in(name)] for name, label in HEADINGS.items()]
    return write_book(
        [
            (_("Consignments"), [[str(label) for label in HEADINGS.values()]]),
            (_("How to fill it in"), [[_("Column"), _("What to write")], *explained]),
        ]
    )


def _old_uploads(before: datetime, at: datetime) -> int:
    return Upload.objects.filter(at__lt=before).delete()[0]


RULES = [
    Rule(
        name="uploads",
        what=gettext_lazy("Spreadsheets of consignments that were sent"),
        period=timedelta(days=30),
        basis=gettext_lazy("Time to mend what was left out"),
        remove=_old_uploads,
    ),
]
