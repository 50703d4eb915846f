"""What the codes of one source mean and how its times are read: seen, tried on past deliveries, set."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.http import urlencode
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from feeds.comparing import Comparison, compare_past
from feeds.forms import NOT_FOLLOWED, MappingForm, ReadingForm
from feeds.mappings import Code, codes_seen, set_mapping, set_reading
from feeds.models import Source
from feeds.words import meaning_words
from liaison.permissions import allow, get_visible_or_404, person_of
from liaison.roles import HEADS, OFFICE


@allow(OFFICE)
def mapping_list(request: HttpRequest, slug: str) -> HttpResponse:
    """The table of a source's codes; supervisors and administrators try a meaning on past deliveries and set it."""
    source = get_visible_or_404(Source.objects.all(), request.user, slug=slug)
    if request.method != "POST":
        return _page(request, source)
    if not person_of(request).roles & HEADS:
        raise PermissionDenied
    form = MappingForm(request.POST)
    if not form.is_valid():
        return _page(request, source, form=form, status=422)
    code = form.cleaned_data["code"]
    if "save" not in request.POST:
        return _page(request, source, form=form, comparison=compare_past(source, {code: form.kind}))
    return _save(request, source, form)


def _save(request: HttpRequest, source: Source, form: MappingForm) -> HttpResponse:
    code, note = form.cleaned_data["code"], form.cleaned_data["note"]
    if set_mapping(source=source, code=code, kind=form.kind, note=note, by=person_of(request), at=timezone.now()):
        messages.success(request, _("Saved. It holds for everything that is read from now on."))
    else:
        messages.info(request, _("That was so already."))
    return redirect(f"{reverse('feeds:mapping_list', kwargs={'slug': source.slug})}?{urlencode({'saved': code})}")


@require_POST
@allow(HEADS)
def source_reading(request: HttpRequest, slug: str) -> HttpResponse:
    """Set how the times of a source are read."""
    source = get_visible_or_404(Source.objects.all(), request.user, slug=slug)
    form = ReadingForm(request.POST)
    if not form.is_valid():
        return _page(request, source, reading=form, status=422)
    if set_reading(source=source, **form.cleaned_data, by=person_of(request), at=timezone.now()):
        messages.success(request, _("Saved. It holds for everything that is read from now on."))
    else:
        messages.info(request, _("That was so already."))
    return redirect("feeds:mapping_list", slug=slug)


def _page(
    request: HttpRequest,
    source: Source,
    *,
    form: MappingForm | None = None,
    reading: ReadingForm | None = None,
    comparison: Comparison | None = None,
    status: int = 200,
) -> HttpResponse:
    codes = codes_seen(source)
    context: dict[str, Any] = {
        "source": source,
        "is_head": bool(person_of(request).roles & HEADS),
        "codes": [_code_row(code) for code in codes],
        "form": form or MappingForm(initial=_initial(codes, request.GET.get("code", "")[:60])),
        "reading": reading or ReadingForm(initial=_reading_of(source)),
        "comparison": comparison,
        "changes": [
            {"before": meaning_words(before), "after": meaning_words(after), "n": n}
            for before, after, n in (comparison.rows if comparison else [])
        ],
        "examples": [
            {
                "delivery": pk,
                "change": change,
                "before": meaning_words(change.before),
                "after": meaning_words(change.after),
            }
            for pk, change in (comparison.examples if comparison else [])
        ],
        "saved": next((code for code in codes if code.code == request.GET.get("saved") and code.parts), None),
    }
    return render(request, "feeds/mapping_list.html", context, status=status)


def _code_row(code: Code) -> dict[str, Any]:
    meaning = meaning_words(code.mapping.kind) if code.mapping else ""
    return {"code": code.code, "parts": code.parts, "mapping": code.mapping, "meaning": meaning}


def _initial(codes: list[Code], chosen: str) -> dict[str, str]:
    """The form as the table has it for the chosen code."""
    mapping = next((code.mapping for code in codes if code.code == chosen), None)
    if mapping is None:
        return {"code": chosen, "meaning": ""}
    return {"code": chosen, "meaning": mapping.kind or NOT_FOLLOWED, "note": mapping.note}


def _reading_of(source: Source) -> dict[str, Any]:
    return {"has_false_z": source.setting("false_z") == "1", "time_zone": source.setting("time_zone")}
