"""What cannot be done just now is said with when to come again; what is broken is said without."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from django.conf import settings
from django.core.exceptions import RequestDataTooBig, SuspiciousOperation, TooManyFieldsSent
from django.db import OperationalError, ProgrammingError
from django.http import HttpRequest, HttpResponse
from django.test import Client, RequestFactory
from django.utils import translation
from django.views.csrf import csrf_failure
from redis import ConnectionError as RedisAway

from liaison.views.refusals import explain_methods, not_understood, out_of_order
from tests.conftest import Cast


@pytest.mark.parametrize(
    ("error", "status", "again"),
    [
        (OperationalError("disk full"), 503, "60"),
        (RedisAway("gone"), 503, "60"),
        (ProgrammingError("no such column"), 500, None),
    ],
)
def test_an_outage_is_none_of_the_senders_and_a_fault_is_ours(error: Exception, status: int, again: str | None) -> None:
    for path, kind in (
        ("/consignments/", "text/html; charset=utf-8"),
        ("/api/v1/tickets/", "application/problem+json"),
    ):
        try:
            raise error
        except Exception:
            answer = out_of_order(RequestFactory().get(path))
        assert (answer.status_code, answer.headers.get("Retry-After"), answer["Content-Type"]) == (status, again, kind)
        assert str(error) not in answer.content.decode()


def test_the_page_is_in_the_readers_language() -> None:
    with translation.override("fr"):
        try:
            raise OperationalError
        except OperationalError:
            page = out_of_order(RequestFactory().get("/")).content.decode()
    assert f"mailto:{settings.OFFICE_EMAIL}" in page
    assert "Hors service pour un moment" in page


@pytest.mark.parametrize(
    ("error", "status", "words"),
    [
        (SuspiciousOperation("odd"), 400, "load the page again"),
        (RequestDataTooBig("big"), 413, "split the spreadsheet"),
        (TooManyFieldsSent("many"), 413, "split the spreadsheet"),
    ],
)
def test_what_is_not_understood_or_too_large_says_what_to_do(error: Exception, status: int, words: str) -> None:
    answer = not_understood(RequestFactory().post("/consignments/new/"), error)
    page = answer.content.decode()
    assert (answer.status_code, words in page, str(error) in page) == (status, True, False)
    says_what_to_do(page)


def test_a_program_is_told_so_in_a_problem_document() -> None:
    answer = not_understood(RequestFactory().post("/api/v1/tickets/"), RequestDataTooBig("big"))
    assert (answer.status_code, answer["Content-Type"]) == (413, "application/problem+json")


def says_what_to_do(page: str) -> None:
    """A way back, and the office."""
    assert 'href="/"' in page
    assert f"mailto:{settings.OFFICE_EMAIL}" in page
    assert "Nothing was changed" in page or "nothing was changed" in page


def _giving(answer: HttpResponse) -> Callable[[HttpRequest], HttpResponse]:
    return lambda _request: answer


def test_an_address_that_takes_forms_alone_explains_itself_to_who_opens_it(cast: Cast) -> None:
    client = Client()
    client.force_login(cast.importer)
    answer = client.get("/acting-for/")
    assert (answer.status_code, answer.headers["Allow"]) == (405, "POST")
    says_what_to_do(answer.content.decode())
    # A program is not told in pages, and what says something by itself is left as it is.
    for method, answered in (("PUT", HttpResponse(status=405)), ("GET", HttpResponse("own words", status=405))):
        passed = explain_methods(_giving(answered))
        assert passed(RequestFactory().generic(method, "/")) is answered
    assert explain_methods(_giving(HttpResponse(status=405)))(RequestFactory().get("/")).status_code == 405


def test_a_form_without_its_token_leads_back_to_what_was_written() -> None:
    answer = csrf_failure(RequestFactory().post("/tickets/new/"), reason="none")
    page = answer.content.decode()
    assert (answer.status_code, "what you wrote is still there" in page) == (403, True)
    says_what_to_do(page)
    assert Client(enforce_csrf_checks=True).post("/language/", {"language": "fr"}).content.decode() == page
