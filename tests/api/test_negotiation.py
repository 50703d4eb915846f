"""An answer is JSON whatever is asked for, and a body is read by the view where it has no parser."""

from __future__ import annotations

import pytest
from django.test import RequestFactory
from rest_framework.parsers import JSONParser
from rest_framework.renderers import BrowsableAPIRenderer, JSONRenderer
from rest_framework.request import Request

from api.negotiation import AlwaysJson


@pytest.mark.parametrize("accept", ["", "text/html", "application/xml;q=0.9", "*/*", "nonsense"])
def test_the_first_renderer_is_taken_whatever_is_accepted(accept: str) -> None:
    request = Request(RequestFactory().get("/?format=api", headers={"accept": accept}))
    first = JSONRenderer()
    assert AlwaysJson().select_renderer(request, [first, BrowsableAPIRenderer()], "api") == (first, "application/json")


def test_the_first_parser_is_taken_or_none() -> None:
    request = Request(RequestFactory().post("/", b"", content_type="text/csv"))
    parser = JSONParser()
    assert [AlwaysJson().select_parser(request, found) for found in ([parser], [])] == [parser, None]
