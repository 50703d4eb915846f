"""The staff's pages on what sources said: what matches no consignment, reading again, what was told by telephone."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from cargo import presenting
from cargo.forms import UnmatchedFindForm
from cargo.models import KIGALI, Consignment, Event
from cargo.phoned import take_down
from cargo.phoned_call_forms import MOMBASA, PhonedCallForm
from cargo.phoned_calls import call_told_of, take_down_of_ship
from cargo.phoned_forms import PhonedForm
from cargo.rereading import reread
from cargo.words import kind_label
from feeds.models import Delivery
from feeds.reasons import explain
from liaison.once import once
from liaison.paging import paginate
from liaison.permissions import allow, get_visible_or_404, person_of
from liaison.roles import OFFICE


@allow(OFFICE)
def unmatched_list(request: HttpRequest) -> HttpResponse:
    """Events that belong to no consignment yet, newest first; with ``?q=`` those of which a number begins so."""
    form = UnmatchedFindForm(request.GET)
    events = Event.objects.visible_to(request.user).unmatched().select_related("node", "source")
    asked = form.cleaned_data["q"] if form.is_valid() else ""
    page = paginate(events.numbered(asked) if asked else events, request)
    rows = [
        {
            "kind_label": kind_label(event.kind),
            "container": event.container,
            "bill_of_lading": event.bill_of_lading,
            "reference": event.reference,
            "place": presenting.place_name(event),
            "at": presenting.local_time(event),
            "zone": event.zone,
            "source": event.source.name,
            "received_at": event.received_at,
            "delivery_id": event.delivery_id,
            "flags": [explain(code) for code in event.flags],
        }
        for event in page.rows
    ]
    context = {"page": page, "rows": rows, "filter": form, "is_filtered": bool(asked)}
    return render(request, "cargo/unmatched_list.html", context)


@require_POST
@allow(OFFICE)
def delivery_reread(request: HttpRequest, pk: int) -> HttpResponse:
    """Read a delivery again, after its reader, its source's settings or the nodes have been mended."""
    delivery = get_visible_or_404(Delivery.objects.defer("raw"), request.user, pk=pk)
    outcome = reread(delivery=delivery, by=person_of(request), at=timezone.now())
    messages.info(
        request,
        _("Read again: %(events)s new events, %(quarantined)s parts quarantined.")
        % {"events": outcome.events, "quarantined": outcome.quarantined},
    )
    return redirect("feeds:delivery_detail", pk=delivery.pk)


@allow(OFFICE)
@once
def phoned_new(request: HttpRequest) -> HttpResponse:
    """What somebody told the office by telephone; read at once, and shown with its goods."""
    form = PhonedForm(request.POST or None, initial={"day": timezone.localdate(timezone=KIGALI)})
    if request.method != "POST" or not form.is_valid():
        status = 422 if request.method == "POST" else 200
        return render(request, "cargo/phoned_new.html", {"form": form}, status=status)
    heard = take_down(told=form.told(), by=person_of(request), at=timezone.now())
    if heard.is_duplicate:
        messages.info(request, _("The very same had been taken down before; nothing was added."))
    elif heard.outcome.quarantined:
        messages.warning(request, _("Kept, but it could not be read. The reason is below."))
    elif heard.outcome.unmatched:
        messages.warning(request, _("Taken down. It belongs to no registered consignment yet; it is kept for one."))
    else:
        messages.success(request, _("Taken down. It stands with its consignment now."))
    theirs = Consignment.objects.visible_to(request.user).filter(matches__event__delivery=heard.delivery).first()
    return redirect(
        *(("cargo:consignment_detail", theirs.ref) if theirs else ("feeds:delivery_detail", heard.delivery.pk))
    )


@allow(OFFICE)
@once
def phoned_call_new(request: HttpRequest) -> HttpResponse:
    """What somebody told the office of a ship by telephone; read at once, and shown with the ship's call."""
    form = PhonedCallForm(request.POST or None, initial={"day": timezone.localdate(timezone=MOMBASA)})
    if request.method != "POST" or not form.is_valid():
        status = 422 if request.method == "POST" else 200
        return render(request, "cargo/phoned_call_new.html", {"form": form}, status=status)
    heard = take_down_of_ship(told=form.told(), by=person_of(request), at=timezone.now())
    if heard.is_duplicate:
        messages.info(request, _("The very same had been taken down before; nothing was added."))
    elif heard.outcome.quarantined:
        messages.warning(request, _("Kept, but it could not be read. The reason is below."))
    else:
        messages.success(request, _("Taken down. It stands with the ship's call now."))
    call = call_told_of(heard.delivery.pk)
    return redirect(
        *(("corridor:vessel_call_detail", call.pk) if call else ("feeds:delivery_detail", heard.delivery.pk))
    )
