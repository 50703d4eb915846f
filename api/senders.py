"""Who pushes: by bearer token, by a signature over the raw bytes, or by a secret in another header."""

from __future__ import annotations

import base64
import binascii
from typing import NamedTuple

from django.conf import settings
from django.core.exceptions import RequestDataTooBig
from django.utils import timezone
from django.utils.translation import gettext as _
from rest_framework.request import Request
from rest_framework.response import Response

from api.limits import hold_to_limit
from api.models import Scope
from api.problems import problem
from api.tokens import PREFIX, token_for
from feeds.models import Source
from feeds.sources import secret_headers, source_for_push, source_for_signature
from liaison.models import Person
from liaison.signin.factors import lacks_second

# The second is the name of DCSA's early versions.
SIGNATURES = ("Notification-Signature", "Signature")


def bearer(request: Request) -> str:
    """The bearer token; empty where there is none."""
    scheme, _space, token = request.headers.get("Authorization", "").partition(" ")
    return token.strip() if scheme.lower() == "bearer" else ""


def unauthorized() -> Response:
    """The answer to whoever shows no right token and no right signature."""
    answer = problem(401, _("Send the source's push token: Authorization: Bearer <token>."))
    answer["WWW-Authenticate"] = "Bearer"
    return answer


def too_large() -> Response:
    """The answer to a body that is larger than a delivery may be."""
    detail = _("A delivery has at most %(most)s bytes. Send it in parts.") % {"most": settings.DELIVERY_MAX_BYTES}
    return problem(413, detail)


def packed() -> Response:
    """The answer to a body that is packed for its way: a signature is over bytes, and which ones would be a guess."""
    answer = problem(415, _("Send the body as it is, without Content-Encoding."))
    answer["Accept-Encoding"] = "identity"
    return answer


def cut_short() -> Response:
    """The answer to whoever announced more than came."""
    return problem(400, _("The body ended before its announced length. Send it again."))


class Push(NamedTuple):
    """What was pushed: for which source, its raw body, and whose own token it was where it was no source's."""

    source: Source
    raw: bytes
    by: Person | None


def pushed(request: Request, slug: str) -> Push | Response:
    """What is pushed, or the refusal. A signature that is there must be right. Raises Throttled.

    Where a token opens the source the body is read only then; a signature is over the body.
    """
    signature = next(filter(None, (request.headers.get(name, "") for name in SIGNATURES)), "")
    by = None if signature else pusher(request)
    source = None if signature else _by_token(request, slug, by)
    if source is None and not signature:
        return unauthorized()
    raw = _body(request)
    if isinstance(raw, Response):
        return raw
    if signature:
        source = source_for_signature(slug, raw, signature)
    return Push(source, raw, by) if source else unauthorized()


def pusher(request: Request, *scopes: str) -> Person | None:
    """The person whose own token it is, where it may push, or is of one of ``scopes``; None otherwise.

    Her call is counted as those are that her token makes elsewhere. Raises Throttled.
    """
    secret = bearer(request)
    token = token_for(secret, at=timezone.now()) if secret.startswith(PREFIX) else None
    if token is None or not {Scope.PUSH, *scopes} & {*token.scopes} or lacks_second(token.person):
        return None
    hold_to_limit(request, token)
    return token.person


def _by_token(request: Request, slug: str, person: Person | None) -> Source | None:
    if person:
        return Source.objects.visible_to(person).filter(slug=slug, is_active=True).first()
    given = [bearer(request), _basic(request), *(request.headers.get(name, "") for name in secret_headers(slug))]
    return next(filter(None, (source_for_push(slug, token) for token in given if token)), None)


def _basic(request: Request) -> str:
    """The password of basic authentication, whoever the user."""
    scheme, _space, pair = request.headers.get("Authorization", "").partition(" ")
    if scheme.lower() != "basic":
        return ""
    try:
        return base64.b64decode(pair.strip(), validate=True).decode().partition(":")[2]
    except (binascii.Error, ValueError):
        return ""


def _body(request: Request) -> bytes | Response:
    """The body as it came, also in chunks without a length, which Django takes for none; or why it is not taken."""
    meta, limit = request.META, settings.DELIVERY_MAX_BYTES
    if request.headers.get("Content-Encoding", "").strip().lower() not in ("", "identity"):
        return packed()
    announced = int(meta.get("CONTENT_LENGTH") or 0)
    if announced > limit:
        return too_large()
    is_chunked = meta.get("wsgi.input_terminated") and not meta.get("CONTENT_LENGTH")
    try:
        raw: bytes = meta["wsgi.input"].read(limit + 1) if is_chunked else request._request.body
    except RequestDataTooBig:
        return too_large()
    except OSError:
        return cut_short()
    if len(raw) > limit:
        return too_large()
    # A line that breaks off in the middle ends the body for the web server; half a delivery is none.
    return raw if len(raw) >= announced else cut_short()
