"""Where carriers that follow DCSA send what was subscribed to: stored raw, answered at once, read later."""

from __future__ import annotations

import hmac

from django.utils import timezone
from django.views.decorators.csrf import csrf_exempt
from drf_spectacular.utils import extend_schema
from rest_framework.decorators import api_view, parser_classes
from rest_framework.request import Request
from rest_framework.response import Response

from api.senders import pushed, unauthorized
from feeds.intake import receive
from feeds.models import Source


@extend_schema(exclude=True)
@csrf_exempt
@api_view(["POST"])
@parser_classes([])
def callback(request: Request, slug: str) -> Response:
    """Take in a notification of Track & Trace: 204 to version 2.2, an empty list of complaints to 3.0."""
    found = pushed(request, slug)
    if isinstance(found, Response):
        return found
    source, raw, _by = found
    if not _is_subscribed(request, source):
        return unauthorized()
    receive(source=source, raw=raw, at=timezone.now(), content_type=request.META.get("CONTENT_TYPE", ""))
    # Version 2.2 sends an array, 3.0 an object; more is not looked at before it is stored.
    is_newer = raw.removeprefix(b"\xef\xbb\xbf").lstrip()[:1] == b"{"
    return Response({"feedbackElements": []}) if is_newer else Response(status=204)


def _is_subscribed(request: Request, source: Source) -> bool:
    expected = source.setting("subscription_id").strip().lower()
    given = request.headers.get("Subscription-ID", "").strip().lower()
    return not expected or hmac.compare_digest(given.encode(), expected.encode())
