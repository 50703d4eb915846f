"""Pages that refuse."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render


def too_many_requests(request: HttpRequest, *, seconds: int = 60) -> HttpResponse:
    """429: come again in so many seconds."""
    response = render(request, "429.html", {"minutes": -(-seconds // 60)}, status=429)
    response.headers["Retry-After"] = str(seconds)
    return response
