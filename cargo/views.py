"""The consignments' pages, and the staff's page on what matches no consignment."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied, ValidationError
from django.db.models import Max, Prefetch
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.cache import patch_vary_headers
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST
from django_htmx.middleware import HtmxDetails

from cargo import presenting
from cargo.affected import affected_by, lying_ahead
from cargo.forms import FindForm, NominateForm, RegisterForm
from cargo.models import KIGALI, Consignment, ConsignmentQuerySet, Event, Nomination, Unit
from cargo.nominations import accept, end, nominate
from cargo.phoned import take_down
from cargo.phoned_call_forms import MOMBASA, PhonedCallForm
from cargo.phoned_calls import call_told_of, take_down_of_ship
from cargo.phoned_forms import PhonedForm
from cargo.registration import register
from cargo.rereading import reread
from cargo.whereabouts import whereabouts
from cargo.words import kind_label
from feeds.models import Delivery, Source
from feeds.reasons import explain
from liaison.models import Person
from liaison.paging import paginate
from liaison.permissions import allow, get_visible_or_404, person_of
from liaison.roles import OFFICE, TRADE, TRADE_WRITE

MOST_EVENTS = 200
REFRESH_S = 300
_SIDES = ("principal", "nominee", "consignment")


def _render(request: HttpRequest, template: str, part: str, context: dict[str, Any]) -> HttpResponse:
    """The page, or only its named part where HTMX asks for that; whoever keeps the answer keeps the two apart."""
    htmx: HtmxDetails = request.htmx  # type: ignore[attr-defined]
    is_part = htmx and not htmx.boosted and not htmx.history_restore_request
    response = render(request, f"{template}#{part}" if is_part else template, context)
    patch_vary_headers(response, ("HX-Request",))
    return response


@allow(TRADE | OFFICE)
def consignment_list(request: HttpRequest) -> HttpResponse:
    """The consignments that the person may see, what moved last first."""
    form = FindForm(request.GET)
    rows = _found(Consignment.objects.visible_to(request.user), form, person_of(request))
    # Every consignment has a status: said so, the database may begin with what moved last.
    related = rows.filter(status__isnull=False).select_related(
        "consignee", "status__event__node", "status__event__source"
    )
    page = paginate(
        related.prefetch_related(Prefetch("units", Unit.objects.order_by("pk"))), request, order="status__moved_at"
    )
    context: dict[str, Any] = {
        "page": page,
        "rows": [
            {
                "consignment": consignment,
                "status": presenting.status_line(consignment.status),
                "unit_text": presenting.unit_text(list(consignment.units.all())),
            }
            for consignment in page.rows
        ],
        "filter": form,
        "is_filtered": any(request.GET.get(name) for name in form.fields),
        "can_register": bool(person_of(request).roles & (TRADE_WRITE | OFFICE)),
        "silent": Source.objects.visible_to(request.user).silent(),
    }
    return _render(request, "cargo/consignment_list.html", "rows", context)


def _found(rows: ConsignmentQuerySet, form: FindForm, person: Person) -> ConsignmentQuerySet:
    if not form.is_valid():
        return rows
    asked = form.cleaned_data
    rows = rows.search(asked["q"])
    # Who else handles what one sees is the office's alone to ask.
    if asked["organization"] and person.roles & OFFICE:
        rows = rows.handled_by([asked["organization"]])
    if asked["affected"]:
        rows = rows.filter(pk__in=affected_by(asked["affected"]).values("pk"))
    if asked["state"]:
        rows = rows.open() if asked["state"] == "open" else rows.filter(status__state=asked["state"])
    return rows.filter(cargo_kind=asked["kind"]) if asked["kind"] else rows


@allow(TRADE | OFFICE)
def consignment_detail(request: HttpRequest, ref: str) -> HttpResponse:
    """One consignment: where it is, who says so, who holds it, its milestones and its events."""
    related = ("consignee", "status__event__node", "status__event__source")
    consignment = get_visible_or_404(Consignment.objects.select_related(*related), request.user, ref=ref)
    version = _version(consignment)
    if request.GET.get("seen") == version:
        return HttpResponse(status=204)
    milestones = list(consignment.milestones.select_related("event__node", "event__source").order_by("pk"))
    units = list(consignment.units.order_by("pk"))
    events = (
        Event.objects.visible_to(request.user)
        .filter(matches__consignment=consignment)
        .select_related("node", "source")
        .order_by("-occurred_at", "-pk")
    )
    context: dict[str, Any] = {
        "consignment": consignment,
        "status": presenting.status_line(consignment.status),
        "rail": presenting.rail_steps(consignment, milestones, len(units)),
        "units": presenting.unit_lines(units, milestones),
        "events": presenting.event_lines(consignment, events[:MOST_EVENTS]),
        "conflicts": presenting.conflicts(milestones),
        "trackers": whereabouts(consignment.pk),
        "ahead": lying_ahead(consignment.pk),
        "parties": _parties(request, consignment),
        "can_nominate": consignment.consignee_id in person_of(request).organization_ids(*TRADE_WRITE),
        "version": version,
    }
    return _render(request, "cargo/consignment_detail.html", "live", context)


def _version(consignment: Consignment) -> str:
    """Changes with every event, and now and then, for a page says how long ago things were heard."""
    latest = consignment.matches.aggregate(Max("pk"))["pk__max"]
    return f"{latest or 0}-{int(timezone.now().timestamp() // REFRESH_S)}"


def _parties(request: HttpRequest, consignment: Consignment) -> list[dict[str, str]]:
    """The consignee, and those nominated of whom the viewer may know."""
    named = Nomination.objects.visible_to(request.user).of(consignment).in_force(timezone.now())
    return [
        {"label": _("Consignee"), "name": consignment.consignee.name},
        *(
            {"label": nomination.get_task_display(), "name": nomination.nominee.name}
            for nomination in named.select_related("nominee").order_by("pk")
        ),
    ]


@allow(TRADE_WRITE | OFFICE)
def consignment_new(request: HttpRequest) -> HttpResponse:
    """Register a consignment; what was said of its numbers before is there at once."""
    form = RegisterForm(request.POST or None, person=person_of(request))
    if request.method == "POST" and form.is_valid():
        consignment = register(particulars=form.particulars(), by=person_of(request), at=timezone.now())
        messages.success(request, _("Registered as %(ref)s.") % {"ref": consignment.ref})
        return redirect("cargo:consignment_detail", ref=consignment.ref)
    status = 422 if form.is_bound else 200
    return render(request, "cargo/consignment_new.html", {"form": form}, status=status)


@allow(OFFICE)
def unmatched_list(request: HttpRequest) -> HttpResponse:
    """Events that belong to no consignment yet, newest first."""
    events = Event.objects.visible_to(request.user).unmatched().select_related("node", "source")
    page = paginate(events, request)
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
    return render(request, "cargo/unmatched_list.html", {"page": page, "rows": rows})


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


@allow(TRADE | OFFICE)
def nomination_list(request: HttpRequest) -> HttpResponse:
    """Who works for whom: what the person's organisations have given and hold, newest first."""
    nominations = Nomination.objects.visible_to(request.user).select_related("principal", "nominee", "consignment")
    page = paginate(nominations, request)
    person, today = person_of(request), timezone.localdate(timezone=KIGALI)
    mine = set(person.organization_ids(*TRADE_WRITE))
    rows = [presenting.nomination_row(nomination, mine=mine, today=today) for nomination in page.rows]
    context = {"page": page, "rows": rows, "can_nominate": bool(person.roles & TRADE_WRITE)}
    return render(request, "cargo/nomination_list.html", context)


@allow(TRADE_WRITE)
def nomination_new(request: HttpRequest) -> HttpResponse:
    """Nominate an agent or a transporter."""
    named = {"consignment": request.GET.get("consignment", "")}
    form = NominateForm(request.POST or None, initial=named, person=person_of(request))
    if request.method == "POST" and form.is_valid() and _nominated(request, form):
        messages.success(request, _("Nominated. It begins when the other side has accepted."))
        return redirect("cargo:nomination_list")
    return render(request, "cargo/nomination_new.html", {"form": form}, status=422 if form.is_bound else 200)


def _nominated(request: HttpRequest, form: NominateForm) -> bool:
    given = form.cleaned_data
    try:
        nominate(
            principal=given["principal"],
            nominee=given["nominee"],
            consignment=given["consignment"],
            terms=form.terms(),
            by=person_of(request),
            at=timezone.now(),
        )
    except ValidationError as error:
        form.add_error(None, error)
        return False
    return True


@require_POST
@allow(TRADE_WRITE)
def nomination_accept(request: HttpRequest, pk: int) -> HttpResponse:
    """The nominee takes it on."""
    nomination = get_visible_or_404(Nomination.objects.select_related(*_SIDES), request.user, pk=pk)
    if nomination.nominee_id not in person_of(request).organization_ids(*TRADE_WRITE):
        raise PermissionDenied
    if accept(nomination=nomination, by=person_of(request), at=timezone.now()):
        messages.success(request, _("Accepted."))
    else:
        messages.info(request, _("This nomination has been answered or ended already."))
    return redirect("cargo:nomination_list")


@require_POST
@allow(TRADE_WRITE)
def nomination_end(request: HttpRequest, pk: int) -> HttpResponse:
    """Either side ends it, with immediate effect: the one withdraws, the other declines or gives it up."""
    nomination = get_visible_or_404(Nomination.objects.select_related(*_SIDES), request.user, pk=pk)
    if not {nomination.principal_id, nomination.nominee_id} & set(person_of(request).organization_ids(*TRADE_WRITE)):
        raise PermissionDenied
    if end(nomination=nomination, by=person_of(request), at=timezone.now()):
        messages.success(request, _("Ended. The nominee sees nothing by it from now on."))
    else:
        messages.info(request, _("This nomination has been answered or ended already."))
    return redirect("cargo:nomination_list")
