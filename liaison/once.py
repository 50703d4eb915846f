"""Forms that make something, sent twice by a finger or a line that dropped: the second leads where the first did."""

from __future__ import annotations

import hashlib
from functools import wraps
from typing import Any, cast
from uuid import UUID, uuid5

from django.conf import settings
from django.core.files.uploadedfile import UploadedFile
from django.db import transaction
from django.http import HttpRequest, HttpResponseRedirect
from django.http.response import HttpResponseBase
from django.utils import timezone

from liaison.models import Sending
from liaison.permissions import P, View, person_of

FIELD = "once"
_NOT_SAID = (FIELD, "csrfmiddlewaretoken")


def once(view: View[P]) -> View[P]:
    """What a form with ``{% once %}`` in it makes is made once; behind ``allow``, for views that redirect when done.

    Two that arrive together wait for one another at the database's constraint.
    """

    @wraps(view)
    def sent(request: HttpRequest, /, *args: P.args, **kwargs: P.kwargs) -> HttpResponseBase:
        token = _token(request)
        if token is None:
            return view(request, *args, **kwargs)
        with transaction.atomic():
            sending, is_new = Sending.objects.get_or_create(
                by=person_of(request), token=token, defaults={"at": timezone.now()}
            )
            if not is_new:
                return _arrived(request, HttpResponseRedirect(sending.led_to or request.path))
            answer = view(request, *args, **kwargs)
            if not isinstance(answer, HttpResponseRedirect):
                # Nothing was made: the form is mended and sent again.
                sending.delete()
                return answer
            sending.led_to = answer.url[:500]
            sending.save(update_fields=["led_to"])
            return _arrived(request, answer)

    return cast("View[P]", sent)


def _arrived(request: HttpRequest, answer: HttpResponseRedirect) -> HttpResponseRedirect:
    """Tells the page that its form's answer has come (``static/js/portal.js``): until then it keeps the same token."""
    answer.set_cookie(
        FIELD, str(UUID(request.POST[FIELD])), max_age=60, samesite="Lax", secure=bool(settings.SESSION_COOKIE_SECURE)
    )
    return answer


def _token(request: HttpRequest) -> UUID | None:
    """The form's token with what it says: other words under the same token are another thing that is meant."""
    if request.method != "POST":
        return None
    try:
        token = UUID(request.POST.get(FIELD, ""))
    except ValueError:
        return None
    said = [(name, request.POST.getlist(name)) for name in sorted(request.POST) if name not in _NOT_SAID]
    sent = [(name, file.name, _digest(file)) for name in sorted(request.FILES) for file in request.FILES.getlist(name)]
    return uuid5(token, repr((request.get_full_path(), said, sent)))


def _digest(file: UploadedFile[Any]) -> str:
    """Of its content: a paper with one figure mended has the name and the size of the wrong one."""
    digest = hashlib.blake2b()
    for chunk in file.chunks():
        digest.update(chunk)
    file.seek(0)
    return digest.hexdigest()
