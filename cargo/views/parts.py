"""Answering with a whole page, or with the part of it that HTMX asks for."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.cache import patch_vary_headers
from django_htmx.middleware import HtmxDetails


def render_part(request: HttpRequest, template: str, part: str, context: dict[str, Any]) -> HttpResponse:
    """The page, or only its named part where HTMX asks for that; whoever keeps the answer keeps the two apart."""
    htmx: HtmxDetails = request.htmx  # type: ignore[attr-defined]
    is_part = htmx and not htmx.boosted and not htmx.history_restore_request
    response = render(request, f"{template}#{part}" if is_part else template, context)
    patch_vary_headers(response, ("HX-Request",))
    return response
