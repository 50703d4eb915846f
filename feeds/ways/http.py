"""Over HTTP: conditional, page by page, bounded in time and size."""

from __future__ import annotations

import base64
import ssl
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from email.utils import parsedate_to_datetime

import httpcore
import httpx
from django.conf import settings

from feeds.credentials import Credentials, split_settings, without_user
from feeds.models import Source
from feeds.ways.contract import Deadline, Item, PullFailed, Refused
from feeds.ways.paging import next_address, origin, with_parameter
from feeds.ways.wire import TimedTransport
from liaison.patience import LONGEST_REST, retry_after

MOST_PAGES = 1000
MOST_REDIRECTS = 3
OVERLAP_S = 300
# Each is unpacked bit by bit; two in one another, or a coding with a wider window, could fill the memory at once.
PACKED = ("", "identity", "gzip", "x-gzip", "deflate")
BUSY = (httpx.codes.TOO_MANY_REQUESTS, httpx.codes.SERVICE_UNAVAILABLE)
_HTTPCORE = (
    httpcore.TimeoutException,
    httpcore.NetworkError,
    httpcore.ProtocolError,
    httpcore.UnsupportedProtocol,
    httpcore.ProxyError,
)


@dataclass(frozen=True, slots=True)
class Answer:
    """What the server answered; ``body`` is None where there is nothing new."""

    body: bytes | None
    headers: httpx.Headers


def fetch(source: Source, *, credentials: Credentials, at: datetime, deadline: Deadline) -> Iterator[Item | Refused]:
    """Each page of the source's answer, from the first: an item each."""
    url = first = _first_address(source)
    until, asked, most = at, {first}, source.number("pages", MOST_PAGES)
    headers = {**_headers(source, credentials), **_conditions(source, first)}
    with _client(source, credentials, deadline) as client:
        for number in range(1, most + 1):
            answer = _get(client, url, headers, deadline, at)
            until = min(until, _clock(answer.headers, at))
            if answer.body is None:
                break
            yield Item(answer.body, url, answer.headers.get("Content-Type", ""))
            _note_validators(source, answer.headers if number == 1 else httpx.Headers())
            following = next_address(first, url, answer.headers, answer.body, source.settings)
            if following is None or following in asked:
                break
            _note_validators(source, httpx.Headers())
            headers = _headers(source, credentials)
            asked.add(following)
            url = following
        else:
            raise PullFailed(f"The answer has more than {most} pages: ask for less with since_param")
    if source.setting("since_param"):
        source.cursor = f"{until.astimezone(UTC):%Y-%m-%dT%H:%M:%SZ}"


def _first_address(source: Source) -> str:
    """The source's address, asking for what changed since the last pull where the source can be asked so."""
    url, _user = without_user(source.url)
    name = source.setting("since_param")
    if not (name and source.cursor):
        return url
    since = datetime.fromisoformat(source.cursor) - timedelta(seconds=source.number("overlap_s", OVERLAP_S))
    return with_parameter(url, name, f"{since:%Y-%m-%dT%H:%M:%SZ}")


def _clock(headers: httpx.Headers, at: datetime) -> datetime:
    """When the server says that it is; its clock is the one that its events bear. ``at`` where it does not say.

    A clock that is more than a day behind is wrong rather than slow.
    """
    try:
        said = parsedate_to_datetime(headers.get("Date", ""))
    except ValueError:
        return at
    said = said if said.tzinfo else said.replace(tzinfo=UTC)
    return said if said > at - LONGEST_REST else at


def _headers(source: Source, credentials: Credentials) -> dict[str, str]:
    usual = {"User-Agent": "kpa-liaison-portal/1.0", "Accept": "*/*", "Accept-Encoding": "gzip, deflate"}
    return {**usual, **_named_headers(source.settings), **_secret_headers(source, credentials)}


def _named_headers(settings: Mapping[str, str]) -> dict[str, str]:
    return {name.removeprefix("header:"): str(value) for name, value in settings.items() if name.startswith("header:")}


def _secret_headers(source: Source, credentials: Credentials) -> dict[str, str]:
    user = without_user(source.url)[1] or source.setting("username")
    found = _named_headers({**split_settings(source.settings)[1], **credentials.values})
    if key := credentials.get("api_key"):
        found[source.setting("api_key_header") or "X-Api-Key"] = key
    if bearer := credentials.get("bearer"):
        found["Authorization"] = f"Bearer {bearer}"
    elif user or credentials.get("password"):
        pair = f"{user}:{credentials.get('password')}".encode()
        found["Authorization"] = f"Basic {base64.b64encode(pair).decode()}"
    return found


def _conditions(source: Source, first: str) -> dict[str, str]:
    if source.setting("since_param"):
        return {}
    known = {"If-None-Match": source.etag, "If-Modified-Since": source.last_modified}
    return {name: value for name, value in known.items() if value}


def _client(source: Source, credentials: Credentials, deadline: Deadline) -> httpx.Client:
    """A client that tells the secrets to the source's own server alone, wherever it is sent."""
    secret = _secret_headers(source, credentials)

    def keep_secrets(request: httpx.Request) -> None:
        if origin(str(request.url)) != origin(source.url):
            for name in secret:
                request.headers.pop(name, None)

    return httpx.Client(
        transport=TimedTransport(deadline),
        timeout=deadline.item_s,
        follow_redirects=True,
        max_redirects=MOST_REDIRECTS,
        event_hooks={"request": [keep_secrets]},
    )


def _get(client: httpx.Client, url: str, headers: dict[str, str], deadline: Deadline, at: datetime) -> Answer:
    """One GET; raises PullFailed for all but 200 with a body in bounds, 204 and 304."""
    try:
        with client.stream("GET", url, headers=headers) as answer:
            return _read(answer, deadline, at)
    except (httpx.HTTPError, httpx.InvalidURL, UnicodeError, ssl.SSLError, *_HTTPCORE) as error:
        raise PullFailed(f"{type(error).__name__}: {error}") from error


def _read(answer: httpx.Response, deadline: Deadline, at: datetime) -> Answer:
    if answer.status_code in (httpx.codes.NOT_MODIFIED, httpx.codes.NO_CONTENT):
        return Answer(None, answer.headers)
    if answer.status_code != httpx.codes.OK:
        rest = retry_after(answer.headers.get("Retry-After", ""), at) if answer.status_code in BUSY else None
        raise PullFailed(f"HTTP {answer.status_code}", retry_after_s=rest)
    if (packed := answer.headers.get("Content-Encoding", "").strip().lower()) not in PACKED:
        raise PullFailed(f"The answer is packed as {packed}, not as gzip or deflate, which was asked for")
    body = bytearray()
    for chunk in answer.iter_bytes():
        body += chunk
        if len(body) > settings.DELIVERY_MAX_BYTES:
            raise PullFailed(f"The answer is larger than {settings.DELIVERY_MAX_BYTES} bytes")
        deadline.left()
    return Answer(bytes(body), answer.headers)


def _note_validators(source: Source, headers: httpx.Headers) -> None:
    """What to ask with next time; the validators of one page say nothing of the others."""
    source.etag = _storable(headers, "ETag", 200)
    source.last_modified = _storable(headers, "Last-Modified", 60)


def _storable(headers: httpx.Headers, name: str, longest: int) -> str:
    value: str = headers.get(name, "")
    # What is not ASCII cannot be sent back.
    return value if len(value) <= longest and value.isascii() else ""
