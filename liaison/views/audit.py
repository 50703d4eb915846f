"""The supervisors' pages on the journal: who did what to what, when and from where."""

from __future__ import annotations

from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse, StreamingHttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from liaison.exports import JOURNAL_READERS, journal_lines, note_journal_export, words_of
from liaison.forms import JournalForm
from liaison.models import JournalEntry
from liaison.once import once
from liaison.paging import paginate
from liaison.permissions import allow, person_of
from liaison.views.jobs import order

# More entries take longer than a second.
MOST_WAITED_FOR = 10_000


@allow(JOURNAL_READERS)
def journal_list(request: HttpRequest) -> HttpResponse:
    """What was done, newest first."""
    form = JournalForm(request.GET)
    page = paginate(_found(request, form).select_related("by"), request)
    rows = [{"entry": entry, "data": words_of(entry)} for entry in page.rows]
    context = {"page": page, "rows": rows, "filter": form, "query": request.GET.urlencode()}
    return render(request, "liaison/journal_list.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
@allow(JOURNAL_READERS)
@once
def journal_export(request: HttpRequest) -> HttpResponseBase:
    """The same entries as CSV, told to the journal; of many it is ordered with a POST and made in the background."""
    form = JournalForm(request.GET)
    entries = _found(request, form)
    if last := _last_of_many(entries):
        asked = {**{name: request.GET.get(name, "") for name in JournalForm.base_fields}, "last": last}
        return order(request, kind="journal", label=_("The journal as CSV"), asked=asked)
    noted = note_journal_export(asked=form.cleaned_data, by=person_of(request), at=timezone.now())
    answer = StreamingHttpResponse(journal_lines(entries.exclude(pk=noted.pk)), content_type="text/csv; charset=utf-8")
    answer["Content-Disposition"] = 'attachment; filename="journal.csv"'
    return answer


def _last_of_many(entries: QuerySet[JournalEntry]) -> int:
    """The number of the newest entry where there are more than can be waited for; else 0."""
    newest = entries.order_by("-pk").values_list("pk", flat=True)
    return newest[0] if newest[MOST_WAITED_FOR : MOST_WAITED_FOR + 1] else 0


def _found(request: HttpRequest, form: JournalForm) -> QuerySet[JournalEntry]:
    entries = JournalEntry.objects.visible_to(request.user)
    return entries.filter(**form.conditions()) if form.is_valid() else entries.none()
