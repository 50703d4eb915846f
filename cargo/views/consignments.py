"""The list of consignments with its worklists, the list as a table to take away, and the filters that people keep."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime
from typing import Any

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.db.models import QuerySet
from django.http import (
    FileResponse,
    HttpRequest,
    HttpResponse,
    HttpResponseBadRequest,
    HttpResponseBase,
    StreamingHttpResponse,
)
from django.shortcuts import redirect
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import get_language, override
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from cargo import presenting
from cargo.affected import affected_by
from cargo.charge_lines import alarm_words, binding_line
from cargo.exports import MOST_EXPORTED, book, csv_lines, lines, note_export
from cargo.finding import asked_for
from cargo.forecast_presenting import days_ahead
from cargo.forms import FindForm, SaveFilterForm
from cargo.models import Consignment, ConsignmentQuerySet, SavedFilter
from cargo.money import money_of, units_of
from cargo.saved_filters import save_filter
from cargo.silence_words import silence_line
from cargo.views.parts import render_part
from cargo.worklists import BY_SLUG, WORKLISTS, Worklist
from feeds.models import Source
from liaison.models import Person
from liaison.once import once
from liaison.paging import Page, paginate
from liaison.permissions import allow, get_visible_or_404, person_of
from liaison.roles import OFFICE, TRADE, TRADE_WRITE
from liaison.views.jobs import order

_BOOK = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
MOST_CHOSEN = 100
# A book of so many is made within a second; a longer one is ordered.
# More rows take longer than a second.
MOST_WAITED_FOR = {"csv": 2_000, "xlsx": 1_000}


@allow(TRADE | OFFICE)
def consignment_list(request: HttpRequest) -> HttpResponse:
    """The consignments that the person may see, what moved last first; a worklist in the order of its own."""
    form, now, person = FindForm(request.GET), timezone.now(), person_of(request)
    worklist = BY_SLUG.get(form.cleaned_data["list"]) if form.is_valid() else None
    rows = _found(Consignment.objects.standing_for(request.user), form, person)
    page = _page(rows, worklist, request, is_named=form.is_valid() and bool(form.cleaned_data["q"]))
    context: dict[str, Any] = {
        "page": page,
        "rows": _rows(page.rows, worklist, viewer=person, at=now),
        "filter": form,
        "is_filtered": any(request.GET.get(name) for name in form.fields),
        "asked": asked_for(form),
        "can_register": bool(person.roles & (TRADE_WRITE | OFFICE)),
        "silent": Source.objects.visible_to(request.user).silent(),
        **_worklists(request, worklist.slug if worklist else ""),
    }
    return render_part(request, "cargo/consignment_list.html", "rows", context)


def _page(
    rows: QuerySet[Consignment], worklist: Worklist | None, request: HttpRequest, *, is_named: bool
) -> Page[Consignment]:
    """In the order of its worklist, else what moved last first."""
    # Of a truck's many trips, and of a worklist, only those of the page are joined to the rest. A worklist that joins
    # what it is about is read whole.
    is_first = is_named or (worklist is not None and not rows.query.select_related)
    whole, beside = (rows, _whole) if is_first else (_whole(rows), None)
    if worklist is None:
        return paginate(whole, request, beside=beside, order="status__moved_at")
    order, oldest_first, numeric = worklist.order, worklist.oldest_first, worklist.numeric
    return paginate(whole, request, beside=beside, order=order, oldest_first=oldest_first, numeric=numeric)


def _whole(rows: QuerySet[Consignment]) -> QuerySet[Consignment]:
    """With all that a row shows but its units, forecast and money."""
    related = rows.select_related("consignee", "status__event__node", "status__event__source")
    columns = () if rows.query.select_related else (*_SHOWN, *presenting.STATUS_COLUMNS)
    return related.only(*columns) if columns else related


# What a row says of its goods, and what their money follows from; the rest of some hundred columns is not read.
_SHOWN = ("ref", "consignee__name", "bill_of_lading", "cargo_kind", "goods", "direction")


def _rows(found: list[Consignment], worklist: Worklist | None, *, viewer: Person, at: datetime) -> list[dict[str, Any]]:
    """The rows of a page, whose units, windows and money are fetched for all of them together."""
    units, windows = units_of(found), days_ahead(found)
    money = money_of(found, viewer=viewer, at=at, units=units)
    return [
        _row(each, worklist)
        | {
            "window": windows.get(each.pk),
            "unit_text": presenting.unit_text(units[each.pk]),
            "binding": binding_line(money.get(each.pk)),
        }
        for each in found
    ]


def _row(consignment: Consignment, worklist: Worklist | None) -> dict[str, Any]:
    """One consignment with its status; what its worklist is about as well."""
    slug = worklist.slug if worklist else ""
    return {
        "consignment": consignment,
        "choose": _("Choose %(ref)s") % {"ref": consignment.ref},
        "status": presenting.status_line(consignment.status),
        "silence": silence_line(consignment) if slug == "silent" else None,
        "alarm": alarm_words(consignment.alarm) if slug == "alarms" else "",
    }


def _worklists(request: HttpRequest, chosen: str) -> dict[str, Any]:
    """The links to the worklists and to the filters that the person keeps; one query."""
    query = request.GET.copy()
    query.pop("cursor", None)
    return {
        "worklist": BY_SLUG.get(chosen),
        "worklists": WORKLISTS,
        "saved": SavedFilter.objects.visible_to(request.user).order_by("name"),
        "save": SaveFilterForm(initial={"query": query.urlencode()}),
        "query": query.urlencode(),
        "can_nominate": bool(person_of(request).organization_ids(*TRADE_WRITE)),
    }


def _found(rows: ConsignmentQuerySet, form: FindForm, person: Person) -> ConsignmentQuerySet:
    if not form.is_valid():
        return rows.whole().filter(archived_at__isnull=True)
    asked = form.cleaned_data
    rows = _narrowed(rows.search(asked["q"]), asked, person)
    if asked["list"]:
        rows = BY_SLUG[asked["list"]].rows(_for_money(rows, asked["list"], person), timezone.now())
    rows = _of_state(rows, asked["state"], is_named=bool(asked["q"]))
    return rows.filter(cargo_kind=asked["kind"]) if asked["kind"] else rows


def _of_state(rows: ConsignmentQuerySet, state: str, *, is_named: bool) -> ConsignmentQuerySet:
    """What was put away is shown where that is asked for, or where its number is."""
    if state == "archived":
        return rows.filter(archived_at__isnull=False)
    if not is_named:
        rows = rows.filter(archived_at__isnull=True)
    if state == "open":
        return rows.open()
    return rows.filter(status__state=state) if state else rows


def _narrowed(rows: ConsignmentQuerySet, asked: dict[str, Any], person: Person) -> ConsignmentQuerySet:
    # Who else handles what one sees is the office's alone to ask.
    if asked["organization"] and person.roles & OFFICE:
        rows = rows.handled_by([asked["organization"]])
    if asked["affected"]:
        rows = rows.filter(pk__in=affected_by(asked["affected"]).values("pk"))
    return rows


def _for_money(rows: ConsignmentQuerySet, slug: str, person: Person) -> ConsignmentQuerySet:
    """To be on a list of what costs says something of the costs."""
    return rows.money_visible_to(person) if BY_SLUG[slug].tells_money else rows


@require_http_methods(["GET", "HEAD", "POST"])
@allow(TRADE | OFFICE)
@once
def consignment_export(request: HttpRequest, kind: str) -> HttpResponseBase:
    """The same rows as a table, or those that were chosen one by one, told to the journal; many with a POST."""
    form, person = FindForm(request.GET), person_of(request)
    if not form.is_valid():
        return HttpResponseBadRequest(_("A filter of this address is not understood."), content_type="text/plain")
    rows = _found(Consignment.objects.visible_to(person), form, person)
    if chosen := request.GET.getlist("consignment")[:MOST_CHOSEN]:
        rows = rows.filter(ref__in=[ref[:20].replace("\x00", "") for ref in chosen])
    waiting = _too_many(rows, MOST_WAITED_FOR[kind])
    if not waiting or request.method == "POST":
        asked = [name for name in request.GET if name in form.fields]
        note_export(kind=kind, asked=asked, by=person, at=timezone.now())
    if waiting:
        label = _("%(n)d consignments as %(kind)s") % {"n": len(waiting), "kind": kind.upper()}
        return order(request, kind="consignments", label=label, asked={"consignments": waiting, "as": kind})
    table = lines(rows, viewer=person)
    if kind == "xlsx":
        return FileResponse(book(table), as_attachment=True, filename="consignments.xlsx", content_type=_BOOK)
    answer = StreamingHttpResponse(
        _in_language(csv_lines(table), get_language() or "en"), content_type="text/csv; charset=utf-8"
    )
    answer["Content-Disposition"] = 'attachment; filename="consignments.csv"'
    return answer


def _too_many(rows: ConsignmentQuerySet, most: int) -> list[int]:
    """Those of a list that is longer than what can be waited for; none of a shorter one."""
    found = list(rows.order_by("pk").values_list("pk", flat=True)[:MOST_EXPORTED])
    return found if len(found) > most else []


def _in_language(parts: Iterator[str], language: str) -> Iterator[str]:
    """The parts as they are made, in the reader's language: they are asked for once the request's has been put off."""
    while True:
        with override(language):
            part = next(parts, None)
        if part is None:
            return
        yield part


@require_POST
@allow(TRADE | OFFICE)
def filter_save(request: HttpRequest) -> HttpResponse:
    """Keep what is asked for under a name."""
    form = SaveFilterForm(request.POST)
    if not form.is_valid():
        messages.error(request, _("Give the filter a name of at most 40 letters."))
        return redirect("cargo:consignment_list")
    try:
        kept = save_filter(**form.cleaned_data, by=person_of(request), at=timezone.now())
    except ValidationError as error:
        messages.error(request, " ".join(error.messages))
        return redirect("cargo:consignment_list")
    messages.success(request, _("Kept as “%(name)s”.") % {"name": kept.name})
    return redirect(f"{reverse('cargo:consignment_list')}?{kept.query}")


@require_POST
@allow(TRADE | OFFICE)
def filter_remove(request: HttpRequest, pk: int) -> HttpResponse:
    """Keep it no longer."""
    get_visible_or_404(SavedFilter.objects, request.user, pk=pk).delete()
    messages.success(request, _("The filter is removed."))
    return redirect("cargo:consignment_list")
