"""Links without a login: making and revoking them, the page that they lead to, and the sheet for the driver."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST, require_safe

from cargo import sharing
from cargo.models import Consignment, ShareLink
from cargo.page_forms import ShareForm
from cargo.qr import qr_of
from cargo.views.parts import acted_on
from liaison.origins import client_address
from liaison.permissions import allow, get_visible_or_404, person_of
from liaison.roles import OFFICE, TRADE, TRADE_WRITE


@require_safe
@never_cache
def tracking(request: HttpRequest, token: str) -> HttpResponse:
    """What a stranger may know of a consignment; the same page for a guess, an expired link and a revoked one."""
    address, at = client_address(request), timezone.now()
    # A whole mobile network may have one address: what others guess there keeps nobody from a link that is right.
    link = sharing.find_link(token, at=at)
    if link is None:
        status = 404 if sharing.may_guess(address) else 429
        if not sharing.was_link(token):
            sharing.note_guess(address)
        return _unindexed(render(request, "cargo/tracking_gone.html", status=status))
    if request.method == "GET":
        sharing.note_opened(link)
    context = {"shared": sharing.redacted(link.consignment, at=at), "link": link, "now": at}
    return _unindexed(render(request, "cargo/tracking.html", context))


def _unindexed(answer: HttpResponse) -> HttpResponse:
    """Neither search engines nor the pages that a reader goes to next learn the address."""
    answer["X-Robots-Tag"] = "noindex, nofollow"
    answer["Referrer-Policy"] = "no-referrer"
    return answer


@never_cache
@allow(TRADE | OFFICE)
def share_new(request: HttpRequest, ref: str) -> HttpResponse:
    """The links of a consignment, and one more."""
    consignment, _organization = acted_on(request, ref)
    form = ShareForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        said = form.cleaned_data
        try:
            link = sharing.share(
                consignment=consignment,
                purpose=said["purpose"],
                days=said["days"],
                by=person_of(request),
                at=timezone.now(),
            )
            return redirect("cargo:share_print", pk=link.pk)
        except ValidationError as error:
            form.add_error(None, error)
    context = {"consignment": consignment, "form": form, "links": _links(request, consignment), "now": timezone.now()}
    return render(request, "cargo/share_new.html", context, status=422 if form.errors else 200)


def _links(request: HttpRequest, consignment: Consignment) -> list[dict[str, Any]]:
    rows = ShareLink.objects.visible_to(request.user).filter(consignment=consignment).live(timezone.now())
    return [{"link": link, "address": _address(link)} for link in rows.select_related("made_by").order_by("-pk")]


def _address(link: ShareLink) -> str:
    """Where it leads; empty where the portal's key has changed since it was made."""
    token = sharing.token_of(link)
    return settings.PORTAL_URL + reverse("cargo:tracking", kwargs={"token": token}) if token else ""


@require_POST
@allow(TRADE_WRITE | OFFICE)
def share_revoke(request: HttpRequest, pk: int) -> HttpResponse:
    """It leads nowhere any more."""
    link = get_visible_or_404(ShareLink.objects.select_related("consignment"), request.user, pk=pk)
    if sharing.revoke(link=link, by=person_of(request), at=timezone.now()):
        messages.success(request, _("The link leads nowhere any more."))
    return redirect("cargo:share_new", ref=link.consignment.ref)


@require_safe
@never_cache
@allow(TRADE_WRITE | OFFICE)
def share_print(request: HttpRequest, pk: int) -> HttpResponse:
    """A sheet for the driver: what the link shows now, and the link as a picture."""
    related = "consignment__status__event__source"
    link = get_visible_or_404(ShareLink.objects.select_related(related), request.user, pk=pk)
    address = _address(link)
    context = {
        "link": link,
        "address": address,
        "picture": qr_of(address) if address else None,
        "shared": sharing.redacted(link.consignment, at=timezone.now()),
        "is_live": link.revoked_at is None and link.expires_at > timezone.now(),
    }
    return render(request, "cargo/share_print.html", context)
