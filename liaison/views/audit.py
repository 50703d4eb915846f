"""The supervisors' pages on the journal: who did what to what, when and from where."""

from __future__ import annotations

import csv
import json
from collections.abc import Iterator

from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse, StreamingHttpResponse
from django.shortcuts import render

from liaison.forms import JournalForm
from liaison.models import JournalEntry
from liaison.paging import paginate
from liaison.permissions import allow
from liaison.roles import Role

MOST_EXPORTED = 100_000
_HEADER = ["number", "kind", "subject", "key", "by", "at", "origin", "data"]


@allow({Role.SUPERVISOR, Role.ADMINISTRATOR})
def journal_list(request: HttpRequest) -> HttpResponse:
    """What was done, newest first."""
    form = JournalForm(request.GET)
    page = paginate(_found(request, form).select_related("by"), request)
    rows = [{"entry": entry, "data": _plain(entry)} for entry in page.rows]
    context = {"page": page, "rows": rows, "filter": form, "query": request.GET.urlencode()}
    return render(request, "liaison/journal_list.html", context)


@allow({Role.SUPERVISOR, Role.ADMINISTRATOR})
def journal_export(request: HttpRequest) -> StreamingHttpResponse:
    """The same entries as CSV."""
    entries = _found(request, JournalForm(request.GET)).select_related("by").order_by("-pk")[:MOST_EXPORTED]
    answer = StreamingHttpResponse(_lines(entries), content_type="text/csv; charset=utf-8")
    answer["Content-Disposition"] = 'attachment; filename="journal.csv"'
    return answer


def _found(request: HttpRequest, form: JournalForm) -> QuerySet[JournalEntry]:
    entries = JournalEntry.objects.visible_to(request.user)
    return entries.filter(**form.conditions()) if form.is_valid() else entries.none()


def _plain(entry: JournalEntry) -> str:
    return json.dumps(entry.data, ensure_ascii=False) if entry.data else ""


class _Echo:
    """What csv writes into: hands each line back."""

    def write(self, line: str) -> str:
        return line


def _lines(entries: QuerySet[JournalEntry]) -> Iterator[str]:
    writer = csv.writer(_Echo())
    yield writer.writerow(_HEADER)
    for entry in entries.iterator(chunk_size=2000):
        by = entry.by.email if entry.by else ""
        row = [
            entry.pk,
            entry.kind,
            entry.subject,
            entry.key,
            by,
            entry.at.isoformat(),
            entry.origin or "",
            _plain(entry),
        ]
        yield writer.writerow([_harmless(str(value)) for value in row])


def _harmless(value: str) -> str:
    """A cell that no spreadsheet takes for a formula."""
    return f"'{value}" if value.startswith(("=", "+", "-", "@", "\t", "\r")) else value
