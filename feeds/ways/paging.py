"""Where the next page of an answer is: DCSA's headers, RFC 8288 links, or a field of the JSON body."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from urllib.parse import parse_qsl, quote, urlencode, urljoin, urlsplit

from feeds.ways.contract import PullFailed

_LINK = re.compile(r'<([^<>]*)>((?:\s*;\s*[\w*!#$&+.^`|~-]+\s*=\s*(?:"[^"]*"|[^\s",;]+))*)')
_RELATION = re.compile(r';\s*rel\s*=\s*(?:"([^"]*)"|([^\s",;]+))', re.IGNORECASE)


def next_address(
    first: str, current: str, headers: Mapping[str, str], body: bytes, settings: Mapping[str, str]
) -> str | None:
    """The address of the page after ``current``, None after the last; ``first`` is what was asked for at first.

    A cursor is put to the parameters of ``first``, all of which are repeated; a link is followed as it is, but to
    another host only where the setting ``follow_foreign`` allows it. Raises PullFailed for a link elsewhere.
    """
    if cursor := headers.get("Next-Page-Cursor", "").strip():
        return _with_cursor(first, cursor, settings)
    said = headers.get("Next-Page", "").strip() or _of_body(body, settings.get("next_field", ""))
    if said and not _is_address(said):
        return _with_cursor(first, said, settings)
    link = said or _of_link(headers.get("Link", ""))
    if not link:
        return None
    try:
        address = urljoin(current, link)
    except ValueError as error:
        raise PullFailed(f"The address of the next page cannot be read: {error}") from error
    if origin(address) != origin(first) and settings.get("follow_foreign") != "1":
        raise PullFailed(f"The next page is on another server, {urlsplit(address).hostname}, which is not followed")
    return address


def with_parameter(url: str, name: str, value: str) -> str:
    """``url`` with the parameter, in place of one of the same name; a colon in the name stays (DCSA's ``:gte``)."""
    parts = urlsplit(url)
    kept = [pair for pair in parse_qsl(parts.query, keep_blank_values=True) if pair[0] != name]
    query = urlencode([*kept, (name, value)], quote_via=quote, safe=":")
    return parts._replace(query=query, fragment="").geturl()


def origin(url: str) -> tuple[str, str, int | None]:
    """Scheme, host and port of an address (RFC 6454)."""
    try:
        parts = urlsplit(url)
        usual = {"http": 80, "https": 443}.get(parts.scheme)
        return parts.scheme, (parts.hostname or "").lower(), parts.port or usual
    except ValueError:
        return "", "", None


def _with_cursor(first: str, cursor: str, settings: Mapping[str, str]) -> str:
    return with_parameter(first, settings.get("cursor_param") or "cursor", cursor)


def _is_address(said: str) -> bool:
    return "://" in said or said.startswith("?") or (said.startswith("/") and not said.endswith("="))


def _of_link(header: str) -> str:
    for match in _LINK.finditer(header):
        relation = _RELATION.search(match[2])
        if relation and "next" in (relation[1] or relation[2]).lower().split():
            return match[1].strip()
    return ""


def _of_body(body: bytes, path: str) -> str:
    if not path:
        return ""
    try:
        found = json.loads(body)
    except (ValueError, RecursionError):
        return ""
    for name in path.split("."):
        found = found.get(name) if isinstance(found, dict) else None
    return found if isinstance(found, str) else ""
