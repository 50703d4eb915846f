"""``Idempotency-Key``: the same write sent again within a day is answered as it was, and done once.

After draft-ietf-httpapi-idempotency-key-header: a key is the caller's own, and belongs to one request.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable
from datetime import timedelta
from functools import wraps
from typing import Any

from django.db import connection, transaction
from django.utils import timezone
from django.utils.translation import gettext as _
from rest_framework.exceptions import ValidationError
from rest_framework.request import Request
from rest_framework.response import Response

from api.doors import SAFE, caller, may_see_money
from api.models import KeptAnswer
from api.problems import CONTENT_TYPE, problem
from api.rendering import Json, Written, written
from liaison.sealing import seal, unseal

KEPT = timedelta(hours=24)
LONGEST = 128
# A field of which nothing may be kept that could be read.
_SHOWN_ONCE = "secret"
View = Callable[..., Response]


def once(view: View) -> View:
    """A view whose writes are done once for each key; without a key nothing changes.

    Two at the same moment take turns, so that the second is given the first one's answer.
    """

    @wraps(view)
    def answered(request: Request, *args: Any, **kwargs: Any) -> Response:
        key = request.headers.get("Idempotency-Key", "").strip()
        if request.method in SAFE or not key:
            return view(request, *args, **kwargs)
        if len(key) > LONGEST or not key.isprintable():
            raise ValidationError({"Idempotency-Key": [_("At most 128 printable characters.")]})
        with transaction.atomic():
            _take_turns(request, key)
            before = KeptAnswer.objects.filter(person=caller(request), key=key, kept_at__gt=timezone.now() - KEPT)
            kept = before.first()
            return _again(kept, request) if kept else _first(view, request, key, *args, **kwargs)

    return answered


def _take_turns(request: Request, key: str) -> None:
    lock = int.from_bytes(hashlib.sha256(f"{caller(request).pk} {key}".encode()).digest()[:8], "big", signed=True)
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(%s)", [lock])


def _first(view: View, request: Request, key: str, *args: Any, **kwargs: Any) -> Response:
    answer = view(request, *args, **kwargs)
    text, sealed = Json().render(answer.data).decode(), {}
    if isinstance(answer.data, dict) and (secret := answer.data.get(_SHOWN_ONCE)):
        sealed = {_SHOWN_ONCE: seal(secret)}
        text = text.replace(written(secret), written(sealed[_SHOWN_ONCE]))
    said = {"status": answer.status_code, "text": text, "location": answer.get("Location", ""), "body": sealed}
    KeptAnswer.objects.update_or_create(
        person=caller(request), key=key, defaults={"asked": _asked(request), "kept_at": timezone.now(), **said}
    )
    return answer


def _again(kept: KeptAnswer, request: Request) -> Response:
    if kept.asked != _asked(request):
        return problem(422, _("This key was used for another request. Take a new one."))
    is_problem = kept.status >= 400
    answer = Response(_said(kept), status=kept.status, content_type=CONTENT_TYPE if is_problem else None)
    if kept.location:
        answer["Location"] = kept.location
    answer["Idempotency-Replayed"] = "true"
    return answer


def _said(kept: KeptAnswer) -> Any:
    """The answer's text as it was written; its body alone where no text was kept of it."""
    sealed = kept.body.get(_SHOWN_ONCE) if isinstance(kept.body, dict) else None
    secret = unseal(sealed) if sealed else ""
    if kept.text:
        return Written(kept.text.replace(written(sealed), written(secret)) if sealed else kept.text)
    return ({**kept.body, _SHOWN_ONCE: secret} if sealed else kept.body) or None


def _asked(request: Request) -> str:
    """What was asked, in short: the method, the address, what was sent, and whether charges may be in the answer."""
    sent = json.dumps(request.data, sort_keys=True, default=str)
    asked = f"{request.method} {request.get_full_path()} {may_see_money(request)} {sent}"
    return hashlib.sha256(asked.encode()).hexdigest()
