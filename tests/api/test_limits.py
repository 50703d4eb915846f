"""How often tokens and firms may call: counted each for itself, and by nobody where nothing can be counted."""

from __future__ import annotations

from typing import Any

import pytest
from django.conf import settings as portal
from django.core.cache import cache
from django.test import RequestFactory
from redis import Redis
from rest_framework.request import Request

from api import limits
from api.limits import NOTED, CallLimit, Count, counted, headers
from api.models import AccessToken
from liaison.models import Organization
from tests.conftest import AT, Cast


def request_of(cast: Cast, part: str = "importer", number: int = 1) -> Request:
    request = Request(RequestFactory().get("/"))
    request._auth = AccessToken(pk=number, person=cast.people()[part])  # type: ignore[attr-defined]
    request._user = cast.people()[part]  # type: ignore[attr-defined]
    return request


@pytest.mark.parametrize(
    ("rate", "left", "ends_in"),
    [("5/min", 4, 60), ("5/second", 4, 1), ("5/hour", 4, 3600), ("5/day", 4, 86_400), ("1/min", 0, 60)],
)
def test_a_rate_is_so_many_in_such_a_time(rate: str, left: int, ends_in: int) -> None:
    [count] = counted({f"{rate}-alone": rate})
    assert (count.left, count.ends_in, count.made) == (left, ends_in, 1)


def test_a_window_begins_with_its_first_call() -> None:
    found = []
    for left_s in (60, 30, 1):
        cache.touch("api-calls-one", left_s)
        found += counted({"one": "3/min"})
    assert [(count.made, count.ends_in) for count in found] == [(1, 60), (2, 30), (3, 1)]
    cache.touch("api-calls-one", 0)
    both = counted({"one": "3/min", "another": "5/hour"})
    assert [(count.most, count.made, count.ends_in) for count in both] == [(3, 1, 60), (5, 1, 3600)]


@pytest.mark.parametrize(("made", "left"), [(0, 5), (1, 4), (5, 0), (6, 0), (600, 0)])
def test_never_less_than_nothing_is_left(made: int, left: int) -> None:
    assert Count(5, made, 1).left == left


def test_headers_say_it_in_numbers() -> None:
    assert headers(Count(600, 1, 59)) == {
        "RateLimit-Limit": "600",
        "RateLimit-Remaining": "599",
        "RateLimit-Reset": "59",
    }


def test_each_token_and_each_firm_is_counted_for_itself(cast: Cast, settings: Any) -> None:
    settings.API_RATE, settings.API_FIRM_RATE = "2/min", "3/min"
    calls = [("importer", 1), ("importer", 1), ("importer", 1), ("importer", 2), ("agent", 3), ("agent", 3)]
    allowed = [CallLimit().allow_request(request_of(cast, part, number), None) for part, number in calls]
    assert allowed == [True, True, False, False, True, True]


def test_of_several_firms_the_nearest_limit_counts(cast: Cast, settings: Any) -> None:
    settings.API_RATE, settings.API_FIRM_RATE = "9/min", "3/min"
    other = Organization.objects.create(name="Second Firm", kind="importer", standing="verified", decided_at=AT)
    cast.importer.membership_set.create(organization=other, role="owner")
    request = request_of(cast)
    assert CallLimit().allow_request(request, None)
    assert request._request.META[NOTED]["RateLimit-Remaining"] == "2"
    assert len(limits._keys(AccessToken(pk=1, person=cast.importer))) == 3


def test_without_redis_nobody_is_refused(cast: Cast, settings: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    settings.API_RATE = "0/min"
    monkeypatch.setattr("api.limits._connected", lambda: Redis.from_url("redis://127.0.0.1:1/0"))
    request = request_of(cast)
    assert CallLimit().allow_request(request, None)
    assert NOTED not in request._request.META


def open_request(address: str, method: str = "GET", **more: str) -> Request:
    request = Request(RequestFactory().generic(method, "/", REMOTE_ADDR=address, **more))  # type: ignore[arg-type]
    request._auth = None  # type: ignore[attr-defined]
    return request


def test_whoever_has_no_token_is_counted_by_the_network_he_comes_from(settings: Any) -> None:
    settings.API_OPEN_RATE, settings.TRUSTED_PROXY_COUNT = "2/min", 0

    def allowed(*addresses: str, method: str = "GET", **more: str) -> list[bool]:
        return [CallLimit().allow_request(open_request(one, method, **more), None) for one in addresses]

    assert allowed("192.0.2.7", "192.0.2.7", "192.0.2.7", "192.0.2.8") == [True, True, False, True]
    # A subscriber has a whole network of 64 bits; what he says of himself gives him no other.
    assert allowed("2001:db8::1", "2001:db8::ffff", "2001:db8:0:0:9::1", "2001:db8:0:1::1") == [True, True, False, True]
    assert allowed("192.0.2.7", HTTP_X_FORWARDED_FOR="198.51.100.1") == [False]
    assert allowed(*["192.0.2.9"] * 4, method="OPTIONS") == allowed(*[""] * 4) == [True] * 4


def test_the_portals_own_rates_can_be_read() -> None:
    for rate in (portal.API_RATE, portal.API_FIRM_RATE, portal.API_OPEN_RATE):
        assert counted({f"portal-{rate}": rate})[0].left > 100
