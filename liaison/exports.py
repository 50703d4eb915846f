"""The directory as a spreadsheet, in the columns that can be read back, and the empty one to be filled in."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import datetime
from typing import IO, Any

from django.db import transaction
from django.db.models import OuterRef, QuerySet, Subquery
from django.db.models.functions import JSONObject, Lower
from django.utils.timezone import localtime
from django.utils.translation import gettext as _

from liaison.directory import figures, figures_of
from liaison.journal import record
from liaison.models import FocalPoint, Identifier, Organization, Person
from liaison.sheet_columns import HEADINGS, HELP, NEVER_IMPORTED
from liaison.sheets import write_book

MOST_EXPORTED = 20_000
_PLAIN = ("pk", "name", "kind", "country", "phone", "email", "address", "standing", "last_contact_at")
_CONTACT = ("name", "duty", "phone", "email")


@transaction.atomic
def export_directory(
    *, rows: QuerySet[Organization], asked: Mapping[str, str], by: Person, at: datetime
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
