"""What could not be read, across the sources: found, read again, put aside; and what a replay came to."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_POST

from feeds.forms import IgnoreForm, PartsForm, QuarantineForm, ReasonForm
from feeds.models import Quarantine, Replay, Source
from feeds.quarantines import by_reason, find, ignore
from feeds.reasons import explain
from feeds.replays import outcome, replay_parts, replay_source
from liaison.paging import paginate
from liaison.permissions import allow, get_visible_or_404, person_of
from liaison.roles import OFFICE


@allow(OFFICE)
def quarantine_list(request: HttpRequest) -> HttpResponse:
    """The open parts, newest first, with how many there are for each reason."""
    return _list_page(request)


def _list_page(request: HttpRequest, *, reason: ReasonForm | None = None, status: int = 200) -> HttpResponse:
    sources = list(Source.objects.visible_to(request.user).order_by("name"))
    form = QuarantineForm(request.GET, sources=sources)
    asked = form.cleaned_data if form.is_valid() else {}
    slug, code, words = (asked.get(name, "") for name in ("source", "code", "q"))
    every = find(Quarantine.objects.visible_to(request.user).open(), source=slug, words=words)
    parts = find(every, code=code).select_related("delivery", "source").defer("delivery__raw")
    context: dict[str, Any] = {
        "page": paginate(parts, request),
        "filter": form,
        "reasons": by_reason(every),
        "chosen": next((source for source in sources if source.slug == slug), None),
        "code": code,
        "code_words": explain(code) if code else "",
        "is_filtered": bool(slug or code or words),
        "reason": reason or ReasonForm(),
        "query": request.GET.urlencode(),
    }
    return render(request, "feeds/quarantine_list.html", context, status=status)


@require_POST
@allow(OFFICE)
def quarantine_replay(request: HttpRequest) -> HttpResponse:
    """Have the deliveries of the ticked parts read again."""
    form = PartsForm(request.POST)
    if not form.is_valid():
        messages.error(request, " ".join(map(str, form.errors["parts"])))
        return _list_page(request, status=422)
    parts = Quarantine.objects.visible_to(request.user).filter(pk__in=form.cleaned_data["parts"])
    replay = replay_parts(parts=list(parts.values_list("pk", flat=True)), by=person_of(request), at=timezone.now())
    return redirect("feeds:replay_detail", pk=replay.pk)


@require_POST
@allow(OFFICE)
def quarantine_ignore(request: HttpRequest) -> HttpResponse:
    """Put the ticked parts aside, with a reason."""
    form = IgnoreForm(request.POST)
    if not form.is_valid():
        messages.error(request, " ".join(str(words) for errors in form.errors.values() for words in errors))
        return _list_page(request, reason=ReasonForm(request.POST), status=422)
    chosen, reason = form.cleaned_data["parts"], form.cleaned_data["reason"]
    parts = list(Quarantine.objects.visible_to(request.user).filter(pk__in=chosen).values_list("pk", flat=True))
    n = ignore(parts=parts, reason=reason, by=person_of(request), at=timezone.now())
    messages.success(request, ngettext("%(n)d part put aside.", "%(n)d parts put aside.", n) % {"n": n})
    return redirect("feeds:quarantine_list")


@require_POST
@allow(OFFICE)
def source_replay(request: HttpRequest, slug: str) -> HttpResponse:
    """Have everything that is quarantined of a source read again, of one reason or one code where it is named."""
    source = get_visible_or_404(Source.objects.all(), request.user, slug=slug)
    code, detail = (
        request.POST.get(name, "").replace("\x00", "")[:most] for name, most in (("code", 40), ("detail", 60))
    )
    replay = replay_source(source=source, code=code, detail=detail, by=person_of(request), at=timezone.now())
    messages.success(request, _("It is being read again."))
    return redirect("feeds:replay_detail", pk=replay.pk)


@allow(OFFICE)
def replay_detail(request: HttpRequest, pk: int) -> HttpResponse:
    """What a replay came to so far."""
    replay = get_visible_or_404(Replay.objects.select_related("source", "by"), request.user, pk=pk)
    context = {
        "replay": replay,
        "outcome": outcome(replay),
        "reason": explain(replay.code) if replay.code else "",
    }
    return render(request, "feeds/replay_detail.html", context)
