"""How many requests were answered and how long each took, counted in every process; ``/metrics`` puts them together.

Where ``PROMETHEUS_MULTIPROC_DIR`` names a folder, all processes of the web server count there.
"""

from __future__ import annotations

from collections.abc import Callable
from time import perf_counter

from django.http import HttpRequest, HttpResponse
from prometheus_client import Counter, Histogram

REQUESTS = Counter("portal_http_requests", "Requests that were answered.", ["view", "method", "status"])
SECONDS = Histogram(
    "portal_http_seconds",
    "Seconds from a request's arrival to its answer.",
    ["view"],
    buckets=(0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 10),
)
_METHODS = frozenset("GET HEAD POST PUT PATCH DELETE OPTIONS".split())


def meter(get_response: Callable[[HttpRequest], HttpResponse]) -> Callable[[HttpRequest], HttpResponse]:
    """Middleware: count the request under its view's name, which no client can make up."""

    def respond(request: HttpRequest) -> HttpResponse:
        began = perf_counter()
        response = get_response(request)
        match = request.resolver_match
        view = match.view_name if match else "none"
        method = request.method if request.method in _METHODS else "other"
        REQUESTS.labels(view, method, str(response.status_code)).inc()
        SECONDS.labels(view).observe(perf_counter() - began)
        return response

    return respond
