"""Where partners push their deliveries, and ask what became of them."""

from __future__ import annotations

from django.conf import settings
from django.core.exceptions import RequestDataTooBig
from django.http import Http404
from django.utils import timezone
from django.views.decorators.csrf import csrf_exempt
from rest_framework.decorators import api_view, parser_classes
from rest_framework.request import Request
from rest_framework.response import Response

from api.problems import problem
from feeds.intake import receive
from feeds.sources import delivery_for_push, source_for_push


def _bearer(request: Request) -> str:
    scheme, _space, token = request.headers.get("Authorization", "").partition(" ")
    return token.strip() if scheme.lower() == "bearer" else ""


def _unauthorized() -> Response:
    answer = problem(401, "Unauthorized", "Send the source's push token: Authorization: Bearer <token>.")
    answer["WWW-Authenticate"] = "Bearer"
    return answer


def _body(request: Request) -> bytes | None:
    """The body as it came, also in chunks without a length, which Django takes for none; None where it is too large."""
    meta, limit = request.META, settings.DELIVERY_MAX_BYTES
    if int(meta.get("CONTENT_LENGTH") or 0) > limit:
        return None
    is_chunked = meta.get("wsgi.input_terminated") and not meta.get("CONTENT_LENGTH")
    try:
        raw: bytes = meta["wsgi.input"].read(limit + 1) if is_chunked else request._request.body
    except RequestDataTooBig:
        return None
    return raw if len(raw) <= limit else None


@csrf_exempt
@api_view(["POST"])
@parser_classes([])
def push(request: Request, slug: str) -> Response:
    """Take in the raw body as a delivery of the source; 202 before it is read."""
    token = _bearer(request)
    source = source_for_push(slug, token) if token else None
    if source is None:
        return _unauthorized()
    raw = _body(request)
    if raw is None:
        detail = f"A delivery has at most {settings.DELIVERY_MAX_BYTES} bytes. Send it in parts."
        return problem(413, "Content too large", detail)
    name = request.headers.get("Content-Disposition", "").partition("filename=")[2].strip('"; ')
    receipt = receive(
        source=source, raw=raw, at=timezone.now(), file_name=name, content_type=request.META.get("CONTENT_TYPE", "")
    )
    body = {"id": receipt.delivery.pk, "state": "duplicate" if receipt.is_duplicate else "stored"}
    return Response(body, status=202)


@api_view(["GET"])
def delivery(request: Request, pk: int) -> Response:
    """What became of a delivery, told to the source that sent it."""
    token = _bearer(request)
    if not token:
        return _unauthorized()
    found = delivery_for_push(pk, token)
    if found is None:
        raise Http404
    return Response(
        {
            "id": found.pk,
            "source": found.source.slug,
            "received_at": found.received_at,
            "state": found.state,
            "facts": found.facts,
            "events": found.events,
            "unmatched": found.unmatched,
            "quarantined": found.quarantined,
            "reason": found.reason_text,
        }
    )
