"""Nominations: who works for whom, and the two sides' answers."""

from __future__ import annotations

from django.contrib import messages
from django.core.exceptions import PermissionDenied, ValidationError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from cargo import presenting
from cargo.forms import NominateForm
from cargo.models import KIGALI, Nomination
from cargo.nominations import accept, end, nominate_each
from liaison.paging import paginate
from liaison.permissions import allow, get_visible_or_404, person_of
from liaison.roles import OFFICE, TRADE, TRADE_WRITE

_SIDES = ("principal", "nominee", "consignment")


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
    named = {"consignment": " ".join(request.GET.getlist("consignment"))[:1200]}
    form = NominateForm(request.POST or None, initial=named, person=person_of(request))
    if request.method == "POST" and form.is_valid() and _nominated(request, form):
        messages.success(request, _("Nominated. It begins when the other side has accepted."))
        return redirect("cargo:nomination_list")
    return render(request, "cargo/nomination_new.html", {"form": form}, status=422 if form.is_bound else 200)


def _nominated(request: HttpRequest, form: NominateForm) -> bool:
    """All of them or none."""
    given, at = form.cleaned_data, timezone.now()
    try:
        nominate_each(
            principal=given["principal"],
            nominee=given["nominee"],
            consignments=given["consignment"] or [None],
            terms=form.terms(),
            by=person_of(request),
            at=at,
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
