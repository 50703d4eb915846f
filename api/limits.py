"""How often a token, all tokens of an organisation together, and without a token a network address may call."""

from __future__ import annotations

from collections.abc import Mapping
from functools import lru_cache
from ipaddress import ip_network
from typing import Any, NamedTuple

import redis
from django.conf import settings
from django.core.cache import cache
from rest_framework.exceptions import Throttled
from rest_framework.request import Request
from rest_framework.throttling import BaseThrottle

from api.models import AccessToken
from liaison.origins import client_address

# Where what is left is noted for the answer's headers.
NOTED = "api.limits"
_SECONDS = {"s": 1, "m": 60, "h": 3600, "d": 86_400}


class Count(NamedTuple):
    """How many of so many calls were made in the window that ends in so many seconds."""

    most: int
    made: int
    ends_in: int

    @property
    def left(self) -> int:
        """How many more may be made."""
        return max(0, self.most - self.made)


class CallLimit(BaseThrottle):
    """So many calls a minute for each token and all people of each organisation together, or each network address.

    Without Redis nobody is counted, and nobody refused.
    """

    def allow_request(self, request: Request, view: Any) -> bool:
        """Whether it may; what is left goes into the answer's headers."""
        keys = _keys(request.auth) if isinstance(request.auth, AccessToken) else _address(request)
        try:
            counts = counted(keys)
        except redis.RedisError:
            return True
        if not counts:
            return True
        self.tightest = min(counts, key=lambda count: (count.left, -count.ends_in))
        request._request.META[NOTED] = headers(self.tightest)
        return all(count.made <= count.most for count in counts)

    def wait(self) -> float:
        """In how many seconds it may again."""
        return self.tightest.ends_in


def hold_to_limit(request: Request, token: AccessToken) -> None:
    """Count a call of a token's that came in by no door of tokens. Raises Throttled."""
    request.auth = token
    limit = CallLimit()
    if not limit.allow_request(request, None):
        raise Throttled(limit.wait())


def _keys(token: AccessToken) -> dict[str, str]:
    firms = token.person.organization_ids()
    return {f"token-{token.pk}": settings.API_RATE, **{f"firm-{pk}": settings.API_FIRM_RATE for pk in set(firms)}}


def _address(request: Request) -> dict[str, str]:
    """What is open to everybody is counted by address: of IPv6 by the network of 64 bits that one subscriber has.

    A browser that asks whether it may (CORS) is not counted, nor is who comes through a socket of this machine.
    """
    address = client_address(request._request)
    if not address or request.method == "OPTIONS":
        return {}
    length = 64 if ":" in address else 32
    return {f"address-{ip_network(f'{address}/{length}', strict=False)}": settings.API_OPEN_RATE}


def counted(rates: Mapping[str, str]) -> list[Count]:
    """Count one call more for each key, all at once; a rate is like ``600/min``, and its window begins with a call."""
    asked = _connected().pipeline(transaction=True)
    for key, rate in rates.items():
        counter = cache.make_key(f"api-calls-{key}")
        asked.set(counter, 0, ex=_SECONDS[rate.partition("/")[2][0]], nx=True)
        asked.incr(counter)
        asked.ttl(counter)
    found = iter(asked.execute())
    # Of each three answers the first says only whether a window has begun.
    return [
        Count(int(rate.partition("/")[0]), made, max(1, ends_in))
        for rate, (_begun, made, ends_in) in zip(rates.values(), zip(found, found, found, strict=True), strict=True)
    ]


@lru_cache
def _connected() -> redis.Redis:
    return redis.Redis.from_url(settings.REDIS_URL)


def headers(count: Count) -> dict[str, str]:
    """What an answer says of the limit that is nearest."""
    return {
        "RateLimit-Limit": str(count.most),
        "RateLimit-Remaining": str(count.left),
        "RateLimit-Reset": str(count.ends_in),
    }
