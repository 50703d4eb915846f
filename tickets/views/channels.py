"""Where the mail host hands in what was written to the office."""

from __future__ import annotations

import hmac

from django.conf import settings
from django.core.exceptions import RequestDataTooBig
from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.utils import timezone
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_POST

from tickets.inbound import receive_mail


@csrf_exempt
@require_POST
def email_inbound(request: HttpRequest, secret: str) -> HttpResponse:
    """Take a mail in as it is (RFC 5322); 202 before it is read. 413 says that it is too large to be kept at all."""
    known = settings.EMAIL_INBOUND_SECRET
    if not known or not hmac.compare_digest(secret.encode(), known.encode()):
        raise Http404
    try:
        raw = request.body
    except RequestDataTooBig:
        return JsonResponse({"state": "refused", "reason": "too_large"}, status=413)
    if not raw.strip():
        return JsonResponse({"state": "refused", "reason": "empty"}, status=400)
    received = receive_mail(raw=raw, at=timezone.now())
    return JsonResponse(
        {"id": received.mail.pk, "state": "duplicate" if received.is_duplicate else "stored"}, status=202
    )
