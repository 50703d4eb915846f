"""A program's client that holds every answer of the API to its own description."""

from __future__ import annotations

import re
from functools import lru_cache
from typing import Any

from django.test import Client
from django.urls import Resolver404, resolve
from django.utils.translation import override
from jsonschema import Draft202012Validator, FormatChecker

from api.description.vocabulary import Schema
from api.reference import description_of


@lru_cache(maxsize=1)
def described() -> Schema:
    """The description in English."""
    with override("en"):
        return description_of("en")


@lru_cache(maxsize=500)
def _route(path: str) -> str:
    """The path as the description has it, or empty for one that is not there."""
    try:
        found = resolve(path)
    except Resolver404:
        return ""
    return "/" + re.sub(r"<\w+:(\w+)>", r"{\1}", found.route)


@lru_cache(maxsize=500)
def _validator(path: str, method: str, status: int, kind: str) -> Draft202012Validator:
    operation = described()["paths"][path][method]
    answer = operation["responses"].get(str(status))
    assert answer is not None, f"{method} {path} answers {status}, which is not described"
    content = answer.get("content")
    assert (content is None and kind == "") or kind in (content or {}), f"{method} {path} {status} answers as {kind}"
    schema = {**(content[kind]["schema"] if content else {}), "components": described()["components"]}
    return Draft202012Validator(schema, format_checker=FormatChecker())


def hold(method: str, path: str, answer: Any) -> None:
    """Asserts that the answer of a call is as the description says."""
    route, method = _route(path), "get" if method == "HEAD" else method.lower()
    if route not in described()["paths"] or method not in described()["paths"][route]:
        return
    body = answer.content
    kind = answer.get("Content-Type", "").partition(";")[0] if body else ""
    faults = list(_validator(route, method, answer.status_code, kind).iter_errors(answer.json())) if body else []
    if not body and answer.request["REQUEST_METHOD"] != "HEAD":
        _validator(route, method, answer.status_code, kind)
    assert faults == [], f"{method} {route} {answer.status_code}: {faults[:3]}"


class Program(Client):
    """A client whose every answer must be as described."""

    def request(self, **request: Any) -> Any:
        """As Client does, and then the answer is held to its description."""
        answer = super().request(**request)
        if request["REQUEST_METHOD"] != "OPTIONS" and request["PATH_INFO"].startswith("/api/"):
            hold(request["REQUEST_METHOD"], request["PATH_INFO"], answer)
        return answer
