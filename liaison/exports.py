"""The directory as a spreadsheet that can be read back, the empty one to be filled in, and the journal as CSV."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from datetime import datetime
from itertools import chain
from typing import IO, Any

from django.db import transaction
from django.db.models import OuterRef, QuerySet, Subquery
from django.db.models.functions import JSONObject, Lower
from django.utils.timezone import localtime
from django.utils.translation import gettext as _

from liaison.directory import figures, figures_of
from liaison.forms import JournalForm
from liaison.jobs import Kind, Made
from liaison.journal import record
from liaison.models import FocalPoint, Identifier, Job, JournalEntry, Organization, Person
from liaison.roles import OFFICE, Role
from liaison.sheet_columns import HEADINGS, HELP, NEVER_IMPORTED
from liaison.sheets import CONTENT_TYPE, csv_lines, write_book

MOST_EXPORTED = 20_000
MOST_ENTRIES = 100_000
JOURNAL_READERS = frozenset({Role.SUPERVISOR, Role.ADMINISTRATOR})
_ENTRY = ["number", "kind", "subject", "key", "by", "at", "origin", "data"]
_PLAIN = ("pk", "name", "kind", "country", "phone", "email", "address", "standing", "last_contact_at")
_CONTACT = ("name", "duty", "phone", "email")


@transaction.atomic
def export_directory(
    *, rows: QuerySet[Organization], asked: Mapping[str, Any], by: Person, at: datetime
) -> tuple[IO[bytes], int]:
    """The organisations from A to Z as an XLSX file, and how many; told to the journal.

    ``asked`` are the filters. Words that were searched for may name a person, so the journal learns only that there
    were some.
    """
    found = list(_values(rows))
    counted = figures_of([row["pk"] for row in found])
    head = [*HEADINGS.values(), _("Standing"), _("Last contact"), *_figure_labels()]
    lines = ([*_line(row), *(figure.number for figure in counted[row["pk"]])] for row in found)
    file = write_book([(_("Directory"), _headed(head, lines))])
    record(
        kind="liaison.directory_exported",
        subject="directory",
        key="export",
        by=by,
        at=at,
        rows=len(found),
        is_searched=bool(asked.get("q")),
        filters={name: asked[name] for name in ("kind", "standing") if asked.get(name)},
    )
    return file, len(found)


def make_directory(job: Job) -> Made:
    """The directory's file as it was ordered, of those organisations that may still be seen."""
    rows = Organization.objects.visible_to(job.by).filter(pk__in=job.asked["organizations"])
    file, _count = export_directory(rows=rows, asked=job.asked, by=job.by, at=job.at)
    with file:
        return Made("directory.xlsx", CONTENT_TYPE, file.read())


@transaction.atomic
def note_journal_export(*, asked: Mapping[str, Any], by: Person, at: datetime) -> JournalEntry:
    """Tell the journal that it was taken out, and by which filters; of a person's address only whose it is."""
    filters = {name: asked[name].isoformat() for name in ("since", "until") if asked.get(name)}
    filters |= {name: asked[name] for name in ("kind", "key") if asked.get(name)}
    data: dict[str, Any] = {"filters": filters}
    if asked.get("person"):
        data["person"] = Person.objects.filter(email__iexact=asked["person"]).values_list("pk", flat=True).first()
    return record(kind="liaison.journal_exported", subject="journal", key="export", by=by, at=at, **data)


def journal_lines(entries: QuerySet[JournalEntry]) -> Iterator[str]:
    """Entries of the journal as CSV, the newest first."""
    found = entries.select_related("by").order_by("-pk")[:MOST_ENTRIES].iterator(chunk_size=2000)
    return csv_lines(chain([_ENTRY], map(_entry_cells, found)))


def _entry_cells(entry: JournalEntry) -> list[object]:
    return [
        entry.pk, entry.kind, entry.subject, entry.key, entry.by.email if entry.by else "", entry.at.isoformat(),
        entry.origin or "", words_of(entry),
    ]  # fmt: skip


def words_of(entry: JournalEntry) -> str:
    """What an entry holds beside its columns, as JSON; nothing of nothing."""
    return json.dumps(entry.data, ensure_ascii=False) if entry.data else ""


def make_journal(job: Job) -> Made:
    """The journal's file as it was ordered, up to the entry that was the last then; told to the journal."""
    form = JournalForm(job.asked)
    entries = JournalEntry.objects.visible_to(job.by).filter(pk__lte=job.asked["last"])
    found = entries.filter(**form.conditions()) if form.is_valid() else entries.none()
    note_journal_export(asked=form.cleaned_data, by=job.by, at=job.at)
    return Made("journal.csv", "text/csv; charset=utf-8", b"".join(map(str.encode, journal_lines(found))))


def _may_have_directory(job: Job) -> bool:
    return bool(job.by.roles & OFFICE)


def _may_have_journal(job: Job) -> bool:
    return bool(job.by.roles & JOURNAL_READERS)


JOBS = {"directory": Kind(make_directory, _may_have_directory), "journal": Kind(make_journal, _may_have_journal)}


def template() -> IO[bytes]:
    """A workbook with the headings and nothing below, and a second sheet that says what to write."""
    kinds = ", ".join(str(kind.label) for kind in Organization.Kind if kind not in NEVER_IMPORTED)
    help_for = {**HELP, "kind": _("One of: %(all)s.") % {"all": kinds}}
    explained = [[str(label), str(help_for.get(name, ""))] for name, label in HEADINGS.items()]
    return write_book(
        [
            (_("Directory"), [_texts(HEADINGS.values())]),
            (_("How to fill it in"), [[_("Column"), _("What to write")], *explained]),
        ]
    )


def _headed(head: list[Any], lines: Iterator[list[object]]) -> Iterator[list[object]]:
    yield _texts(head)
    yield from lines


def _texts(labels: Any) -> list[object]:
    return [str(label) for label in labels]


def _figure_labels() -> list[str]:
    return [str(figure.label) for figure in figures()]


def _values(rows: QuerySet[Organization]) -> Iterator[dict[str, Any]]:
    """One query: numbers and the first focal point are fetched beside each row."""
    numbers = {
        scheme: Subquery(Identifier.objects.filter(organization=OuterRef("pk"), scheme=scheme).values("value")[:1])
        for scheme in Identifier.Scheme.values
    }
    first = FocalPoint.objects.filter(organization=OuterRef("pk")).in_order()
    contact = Subquery(first.values(data=JSONObject(**{name: name for name in _CONTACT}))[:1])
    ordered = rows.annotate(contact=contact, **numbers).order_by(Lower("name"), "pk")
    yield from ordered.values(*_PLAIN, "contact", *numbers)[:MOST_EXPORTED]


def _line(row: dict[str, Any]) -> list[object]:
    contact = row["contact"] or {}
    cells = {
        **row,
        "kind": str(Organization.Kind(row["kind"]).label),
        **{f"contact_{name}": contact.get(name, "") for name in _CONTACT},
    }
    last = row["last_contact_at"]
    return [
        *(cells[name] or "" for name in HEADINGS),
        str(Organization.Standing(row["standing"]).label),
        localtime(last).replace(tzinfo=None) if last else "",
    ]
