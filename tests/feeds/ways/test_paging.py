"""Where the next page is, in all the ways that servers say it."""

from __future__ import annotations

import json

import httpx
import pytest
from hypothesis import given
from hypothesis import strategies as st

from feeds.ways.contract import PullFailed
from feeds.ways.paging import next_address, origin, with_parameter

FIRST = "https://line.example/v2/events?limit=2&eventType=EQUIPMENT"


def after(headers: dict[str, str], body: bytes = b"[]", current: str = FIRST, **settings: str) -> str | None:
    return next_address(FIRST, current, httpx.Headers(headers), body, settings)


@pytest.mark.parametrize(
    ("headers", "address"),
    [
        ({}, None),
        ({"Next-Page-Cursor": "a/b+c="}, f"{FIRST}&cursor=a%2Fb%2Bc%3D"),
        ({"next-page-cursor": " c1 ", "Next-Page": "c2"}, f"{FIRST}&cursor=c1"),
        ({"Next-Page": "fE9jcw=="}, f"{FIRST}&cursor=fE9jcw%3D%3D"),
        ({"Next-Page": "/wAB=="}, f"{FIRST}&cursor=%2FwAB%3D%3D"),
        ({"Next-Page": "https://line.example/v2/events?cursor=c1"}, "https://line.example/v2/events?cursor=c1"),
        ({"Next-Page": "/v2/events?cursor=c1"}, "https://line.example/v2/events?cursor=c1"),
        ({"Next-Page": "?page=2"}, "https://line.example/v2/events?page=2"),
        ({"Link": '<https://line.example/2>; rel="next"'}, "https://line.example/2"),
        ({"Link": '</1>; rel=prev, </3>; title="a, b"; REL="last next"'}, "https://line.example/3"),
        ({"Link": "<?page=2>;rel=next"}, "https://line.example/v2/events?page=2"),
        ({"Link": '</3>; rel="nextish"'}, None),
        ({"Link": "</3>; title=next"}, None),
        ({"Next-Page-Cursor": "", "Next-Page": ""}, None),
    ],
)
def test_the_next_page_is_found(headers: dict[str, str], address: str | None) -> None:
    assert after(headers) == address


@pytest.mark.parametrize(
    ("body", "field", "address"),
    [
        ({"next": "c1"}, "next", f"{FIRST}&cursor=c1"),
        ({"next": "c1"}, "", None),
        ({"next": None}, "next", None),
        ({"meta": {"next": "/v2/events?page=2"}}, "meta.next", "https://line.example/v2/events?page=2"),
        ({"meta": []}, "meta.next", None),
        ([{"next": "c1"}], "next", None),
    ],
)
def test_a_field_of_the_body_counts_where_it_is_named(body: object, field: str, address: str | None) -> None:
    assert after({}, json.dumps(body).encode(), next_field=field) == address


@pytest.mark.parametrize("body", [b"", b"{", b"[" * 100_000, b"\xff"])
def test_a_body_that_is_no_json_has_no_next_page(body: bytes) -> None:
    assert after({}, body, next_field="next") is None


def test_a_cursor_replaces_the_one_before_under_the_name_that_the_source_has() -> None:
    second = f"{FIRST}&page=c1"
    assert after({"Next-Page-Cursor": "c2"}, current=second, cursor_param="page") == f"{FIRST}&page=c2"


@pytest.mark.parametrize("link", ["https://thief.example/2", "http://line.example/2", "//line.example:444/2"])
def test_a_page_on_another_server_is_followed_only_where_that_is_allowed(link: str) -> None:
    for headers in ({"Link": f"<{link}>; rel=next"}, {"Next-Page": link if "://" in link else f"https:{link}"}):
        with pytest.raises(PullFailed, match="The next page is on another server"):
            after(headers)
        assert (after(headers, follow_foreign="1") or "").endswith(link)


def test_an_origin_is_scheme_host_and_port() -> None:
    assert origin("https://Line.example/x") == origin("https://line.example:443/y") == ("https", "line.example", 443)
    assert origin("http://[::1") == ("", "", None)


def test_a_parameter_s_name_keeps_its_colon() -> None:
    at = "2026-11-20T05:55:00Z"
    assert with_parameter("https://h/?a=b%20c", "eventCreatedDateTime:gte", at) == (
        f"https://h/?a=b%20c&eventCreatedDateTime:gte={at}"
    )


@given(st.text(max_size=60), st.text(max_size=60))
def test_whatever_stands_in_the_headers_no_other_server_is_asked(page: str, link: str) -> None:
    try:
        found = next_address(FIRST, FIRST, {"Next-Page": page, "Link": link}, b"", {})
    except PullFailed:
        return
    assert found is None or origin(found) == origin(FIRST)
