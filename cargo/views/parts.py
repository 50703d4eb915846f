"""What views of consignments share: a page or the part that HTMX asks for, and one on which the person may act."""

from __future__ import annotations

from typing import Any

from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.cache import patch_vary_headers
from django_htmx.middleware import HtmxDetails

from cargo.models import Consignment
from cargo.parties import nominations_of, own_organization
from liaison.permissions import get_visible_or_404, person_of


def render_part(request: HttpRequest, template: str, part: str, context: dict[str, Any]) -> HttpResponse:
    """The page, or only its named part where HTMX asks for that; whoever keeps the answer keeps the two apart."""
    htmx: HtmxDetails = request.htmx  # type: ignore[attr-defined]
    is_part = htmx and not htmx.boosted and not htmx.history_restore_request
    response = render(request, f"{template}#{part}" if is_part else template, context)
    patch_vary_headers(response, ("HX-Request",))
    return response


def acted_on(request: HttpRequest, ref: str) -> tuple[Consignment, int]:
    """The consignment, and for which organisation the person acts on it.

    404 where she does not see it, 403 where she only does.
    """
    consignment = get_visible_or_404(Consignment.objects.whole().select_related("consignee"), request.user, ref=ref)
    nominations = nominations_of(consignment, viewer=person_of(request), at=timezone.now())
    organization = own_organization(consignment, nominations, person_of(request))
    if organization is None:
        raise PermissionDenied
    return consignment, organization
