"""Which reader a page is for, told to her browser, so that it keeps pages for reading offline and nobody else's."""

from __future__ import annotations

from collections.abc import Callable

from django.http import HttpRequest, HttpResponse
from django.utils.crypto import salted_hmac

from liaison.models import Person
from liaison.signin.sessions import lifetime_of

HEADER = "X-Reader"
NOBODY = "nobody 0"


def name_reader(get_response: Callable[[HttpRequest], HttpResponse]) -> Callable[[HttpRequest], HttpResponse]:
    """Middleware: a page says who reads it, as a name that means nothing elsewhere, and for how many seconds.

    The worker in the browser (``static/js/worker.js``) drops what it kept as soon as a page is for another reader.
    """

    def respond(request: HttpRequest) -> HttpResponse:
        response = get_response(request)
        # A page that asked for nobody costs no query to know.
        if response.headers.get("Content-Type", "").startswith("text/html") and "_cached_user" in request.__dict__:
            response.headers[HEADER] = reader_of(request.user) if isinstance(request.user, Person) else NOBODY
        return response

    return respond


def reader_of(person: Person) -> str:
    """Her name for the browser, and for how long after she was last here it may show what it kept."""
    name = salted_hmac(__name__, str(person.pk)).hexdigest()[:16]
    return f"{name} {lifetime_of(person)[0]}"
