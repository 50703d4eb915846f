"""The portal's own figures for Prometheus; not public."""

from __future__ import annotations

from hmac import compare_digest

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe
from prometheus_client import CONTENT_TYPE_LATEST

from liaison.models import Person
from liaison.roles import Role
from observatory.metrics import exposition


@never_cache
@require_safe
def metrics(request: HttpRequest) -> HttpResponse:
    """To whoever bears ``METRICS_TOKEN``, and to a signed-in administrator."""
    if not _is_let_in(request):
        status = 403 if request.user.is_authenticated else 401
        answer = HttpResponse("Give the metrics token as bearer.\n", content_type="text/plain", status=status)
        answer["WWW-Authenticate"] = 'Bearer realm="metrics"'
        return answer
    return HttpResponse(exposition(at=timezone.now()), content_type=CONTENT_TYPE_LATEST)


def _is_let_in(request: HttpRequest) -> bool:
    scheme, _blank, token = request.headers.get("Authorization", "").partition(" ")
    if settings.METRICS_TOKEN and scheme.lower() == "bearer":
        return compare_digest(token.strip().encode(), settings.METRICS_TOKEN.encode())
    return isinstance(request.user, Person) and Role.ADMINISTRATOR in request.user.roles
