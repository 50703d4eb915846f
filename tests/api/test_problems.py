"""Errors of the API: one shape for all (RFC 9457), with the statuses and headers that they would have anyway."""

from __future__ import annotations

from typing import Any

import pytest
from django.core.exceptions import PermissionDenied
from django.http import Http404
from django.test import Client, RequestFactory
from django.utils.translation import override
from rest_framework.exceptions import APIException, MethodNotAllowed, ParseError, Throttled, ValidationError
from rest_framework.request import Request

from api.problems import CONTENT_TYPE, TITLES, handle, problem

NO_ADDRESS = "The API has no such address; /api/docs/ names all that it has."


def document(error: Exception) -> tuple[Any, dict[str, str]]:
    """The problem document of an error, and the answer's headers."""
    answer = handle(error, {})
    assert answer is not None
    assert answer.content_type == CONTENT_TYPE
    assert answer.data["status"] == answer.status_code
    return answer.data, dict(answer.headers)


@pytest.mark.parametrize(
    ("error", "status", "title", "detail"),
    [
        (Http404("TGHU3054380"), 404, "Not Found", "There is none, or it is not yours."),
        (PermissionDenied(), 403, "Forbidden", "The token, or your role, may not do this."),
        (PermissionDenied("Not you."), 403, "Forbidden", "Not you."),
        (ParseError("No JSON"), 400, "Bad Request", "No JSON"),
        (MethodNotAllowed("PUT"), 405, "Method Not Allowed", "That cannot be done here; Allow says what can."),
        (APIException(), 500, "Internal Server Error", "A server error occurred."),
    ],
)
def test_an_error_has_the_title_of_its_status_and_its_own_detail(
    error: Exception, status: int, title: str, detail: str
) -> None:
    assert document(error)[0] == {"type": "about:blank", "title": title, "status": status, "detail": detail}


def test_each_field_says_what_is_wrong_with_it() -> None:
    said, _headers = document(ValidationError({"container": ["Wrong check digit."]}))
    assert said == {
        "type": "about:blank",
        "title": "Bad Request",
        "status": 400,
        "errors": {"container": ["Wrong check digit."]},
        "violations": [{"pointer": "#/container", "detail": "Wrong check digit."}],
    }


@pytest.mark.parametrize(
    ("method", "query", "name", "where"),
    [
        ("post", "", "weight_t", {"pointer": "#/weight_t"}),
        ("post", "", "a/b~c", {"pointer": "#/a~1b~0c"}),
        ("post", "", "__all__", {"pointer": "#"}),
        ("post", "", "Idempotency-Key", {"parameter": "Idempotency-Key"}),
        ("post", "?fields=x", "fields", {"parameter": "fields"}),
        ("get", "?limit=x", "limit", {"parameter": "limit"}),
        ("delete", "", "id", {"parameter": "id"}),
    ],
)
def test_each_wrong_place_has_its_pointer(method: str, query: str, name: str, where: dict[str, str]) -> None:
    request = Request(getattr(RequestFactory(), method)(f"/{query}"))
    answer = handle(ValidationError({name: ["Wrong."]}), {"request": request})
    assert answer is not None
    assert answer.data["violations"] == [{**where, "detail": "Wrong."}]


def test_errors_of_no_field_are_told_too() -> None:
    said, _headers = document(ValidationError(["One is needed."]))
    assert (said["status"], said["errors"]) == (400, ["One is needed."])


def test_who_asks_too_often_is_told_when_to_come_again() -> None:
    said, headers = document(Throttled(wait=7))
    assert (said["status"], said["title"], headers["Retry-After"]) == (429, "Too Many Requests", "7")
    assert said["detail"] == "Too many calls; Retry-After says when to come again."


@pytest.mark.parametrize("language", ["fr", "rw", "sw"])
def test_titles_and_reasons_speak_the_language_of_whoever_asks(language: str) -> None:
    errors = [Http404(), PermissionDenied(), MethodNotAllowed("PUT"), Throttled()]
    ours, titles = [document(error)[0] for error in errors], {str(words) for words in TITLES.values()}
    with override(language):
        theirs = [document(error)[0] for error in errors]
        assert titles.isdisjoint(map(str, TITLES.values()))
    for one, english in zip(theirs, ours, strict=True):
        assert [name for name in one if one[name] == english[name]] == ["type", "status"]


def test_what_is_no_error_of_the_api_is_left_to_django() -> None:
    assert handle(LookupError(), {}) is None


def test_a_problem_may_say_more() -> None:
    answer = problem(409, ref="RW26-000001")
    assert answer.data == {"type": "about:blank", "title": "Conflict", "status": 409, "ref": "RW26-000001"}


@pytest.mark.parametrize("path", ["/api/v1/nothing/", "/api/v2/", "/api/v1/sources/a b/deliveries/"])
@pytest.mark.parametrize("method", ["get", "post"])
def test_an_address_that_the_api_does_not_have(db: None, path: str, method: str) -> None:
    answer = getattr(Client(enforce_csrf_checks=True), method)(path)
    assert (answer.status_code, answer["Content-Type"]) == (404, CONTENT_TYPE)
    said = {"title": "Not Found", "status": 404}
    assert answer.json() == {"type": "about:blank", **said, "detail": NO_ADDRESS}
    in_french = getattr(Client(enforce_csrf_checks=True), method)(path, headers={"accept-language": "fr"}).json()
    assert [name for name in in_french if in_french[name] == answer.json()[name]] == ["type", "status"]


@pytest.mark.parametrize("path", ["/nothing/", "/apiary/"])
def test_other_addresses_have_the_portals_own_page(db: None, path: str) -> None:
    answer = Client().get(path)
    assert (answer.status_code, answer["Content-Type"]) == (404, "text/html; charset=utf-8")


def test_who_does_not_ask_for_json_gets_it_all_the_same(db: None) -> None:
    answer = Client().get("/api/v1/deliveries/1/", headers={"accept": "image/png"})
    assert (answer.status_code, answer["Content-Type"]) == (401, CONTENT_TYPE)
    assert answer.json()["title"] == "Unauthorized"
