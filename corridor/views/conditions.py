"""Pages on single conditions: what was reported and when, what staff say themselves, and their judgment."""

from __future__ import annotations

from django.contrib import messages
from django.db.models import Prefetch, QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from corridor.forms import ConditionForm, VerdictForm
from corridor.models import Condition, Node, Verdict
from corridor.place_field import places_by_name
from corridor.spoken import speak
from corridor.verdicts import judge
from liaison.models import Person
from liaison.once import once
from liaison.paging import paginate
from liaison.permissions import allow, person_of
from liaison.roles import OFFICE


@require_safe
def condition_list(request: HttpRequest) -> HttpResponse:
    """Everything that was reported, newest first, with what staff held of it; public, but for who judged."""
    page = paginate(_asked(request), request, order="since")
    person = request.user if isinstance(request.user, Person) else None
    context = {
        "page": page,
        "kinds": Condition.Kind.choices,
        "kind": request.GET.get("kind", ""),
        "nodes": places_by_name(Node.objects.all()),
        "node": request.GET.get("node", ""),
        "is_office": bool(person and person.roles & OFFICE),
    }
    return render(request, "corridor/condition_list.html", context)


def _asked(request: HttpRequest) -> QuerySet[Condition]:
    verdicts = Prefetch("verdicts", Verdict.objects.select_related("by").order_by("-at", "-pk"))
    rows = Condition.objects.select_related("node", "source").prefetch_related(verdicts)
    if (kind := request.GET.get("kind", "")) in Condition.Kind.values:
        rows = rows.filter(kind=kind)
    if node := request.GET.get("node", "").replace("\x00", ""):
        rows = rows.filter(node__slug=node)
    if words := request.GET.get("q", "").replace("\x00", "").strip():
        rows = rows.filter(text__icontains=words)
    return rows


@allow(OFFICE)
@once
def condition_new(request: HttpRequest) -> HttpResponse:
    """Staff say how a place or a system stands."""
    chosen = {"node": request.GET.get("node", ""), "kind": request.GET.get("kind", "")}
    form = ConditionForm(request.POST or None, initial=chosen)
    if request.method == "POST" and form.is_valid():
        speak(spoken=form.spoken(), by=person_of(request), at=timezone.now())
        messages.success(request, _("Taken down. It is on this page within seconds."))
        return redirect("corridor:corridor_state")
    status = 422 if request.method == "POST" else 200
    return render(request, "corridor/condition_new.html", {"form": form}, status=status)


@allow(OFFICE)
def condition_judge(request: HttpRequest, pk: int) -> HttpResponse:
    """Staff confirm or refute what a source reported."""
    condition = get_object_or_404(Condition.objects.select_related("node", "source"), pk=pk)
    form = VerdictForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        judge(condition=condition, by=person_of(request), at=timezone.now(), **form.cleaned_data)
        messages.success(request, _("Noted. It counts from now on."))
        return redirect("corridor:corridor_state")
    status = 422 if request.method == "POST" else 200
    return render(request, "corridor/condition_judge.html", {"form": form, "condition": condition}, status=status)
