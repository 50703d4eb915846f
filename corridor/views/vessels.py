"""The public pages on ships' calls: which are at the port, due and gone, and everything that was said of one."""

from __future__ import annotations

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_safe

from corridor.call_calendar import calendar_of
from corridor.call_forms import LOST, CallFindForm
from corridor.call_presenting import Told, grouped, place_of, row_of, state_of
from corridor.calling.accuracy import DAYS_OUT
from corridor.models import VesselCall
from corridor.models.ships import VesselCallQuerySet
from corridor.onboard import aboard, lines
from corridor.port_calls import Quays, call_holding, calls_of_vessel, timings_of
from liaison.paging import paginate


@require_safe
def vessel_call_list(request: HttpRequest) -> HttpResponse:
    """Ships at berth, at anchorage, due and sailed, in this order."""
    form, now = CallFindForm(request.GET), timezone.now()
    rows = _found(VesselCall.objects.visible_to(request.user), form)
    page = paginate(rows.with_places(), request, order="position", alphabetical=True)
    counts = aboard(page.rows)
    context = {
        "page": page,
        "groups": grouped(row_of(call, at=now, aboard=counts) for call in page.rows),
        "filter": form,
        "is_filtered": any(request.GET.get(name) for name in form.fields),
    }
    return render(request, "corridor/vessel_call_list.html", context)


def _found(rows: VesselCallQuerySet, form: CallFindForm) -> VesselCallQuerySet:
    now = timezone.now()
    if not form.is_valid():
        return rows.known(now)
    asked = form.cleaned_data
    rows = rows.search(asked["q"])
    if asked["terminal"]:
        rows = rows.filter(terminal=asked["terminal"])
    if asked["state"] == LOST:
        return rows.lost(now)
    rows = rows.known(now)
    return rows.filter(state=asked["state"]) if asked["state"] else rows


@require_safe
def vessel_call_detail(request: HttpRequest, pk: int) -> HttpResponse:
    """One call: its times, who said so and when, how that changed, how far off it was, and what contradicts."""
    call = VesselCall.objects.visible_to(request.user).with_places().filter(pk=pk).first()
    quays = Quays()
    if call is None:
        return _joined(pk, quays)
    now = timezone.now()
    told = _told(call, quays)
    state, state_label = state_of(call, now)
    context = {
        "call": call,
        "state": state,
        "state_label": state_label,
        "place": place_of(call),
        "expectation": told.expectation(),
        "times": told.times(),
        "history": told.history(),
        "disputes": told.disputes(),
        "turns": told.turns({slug: node.name for slug, node in quays.by_slug.items()}),
        "errors": told.errors(),
        "days_out": DAYS_OUT,
        "chart": told.chart(at=now),
        "aboard": aboard([call]).get(call.pk),
        "own": lines(call, request.user),
        "zone": call.port.time_zone,
    }
    return render(request, "corridor/vessel_call_detail.html", context)


def _told(call: VesselCall, quays: Quays) -> Told:
    """Everything that was said of the call."""
    calls = calls_of_vessel(call.vessel_id, quays)
    derived = next((each for each in calls if each.first == call.pk), None)
    if derived is None:
        raise Http404
    return Told(derived, timings_of(derived), call.port.time_zone, [each for each in calls if each is not derived])


def _joined(pk: int, quays: Quays) -> HttpResponse:
    """To the call that this one proved to be the same as."""
    first = call_holding(pk, quays)
    if first is None:
        raise Http404
    return redirect("corridor:vessel_call_detail", pk=first, permanent=False)


@require_safe
def vessel_call_calendar(request: HttpRequest, pk: int) -> HttpResponse:
    """The call as an entry for a calendar; none where nobody says when it is."""
    call = VesselCall.objects.visible_to(request.user).with_places().filter(pk=pk).first()
    if call is None or call.begins_at is None:
        raise Http404
    address = request.build_absolute_uri(reverse("corridor:vessel_call_detail", kwargs={"pk": pk}))
    answer = HttpResponse(calendar_of(call, address), content_type="text/calendar; charset=utf-8")
    answer["Content-Disposition"] = f'attachment; filename="call-{pk}.ics"'
    return answer
