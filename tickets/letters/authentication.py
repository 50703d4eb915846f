"""What the trusted mail host found of the sender: SPF, DKIM and DMARC as its header says them (RFC 8601)."""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import Literal

from tickets.letters.letter import Authentication

LONGEST = 5_000
_COMMENT = re.compile(r"\([^()]*\)")
_RESULT = re.compile(r"\s*(spf|dkim|dmarc)\s*=\s*([a-z]{1,20})\b(.*)", re.IGNORECASE | re.DOTALL)
_DOMAINS = {
    "dkim": re.compile(r"\bheader\.(?:d|i)\s*=\s*\"?(?:[^\s;\"@]{0,64}@)?([a-z0-9.-]{1,253})", re.IGNORECASE),
    "spf": re.compile(r"\bsmtp\.mailfrom\s*=\s*\"?<?(?:[^\s;\"@]{0,64}@)?([a-z0-9.-]{1,253})", re.IGNORECASE),
}


def authentication_of(headers: Iterable[tuple[str, str]], *, trusted_host: str, sender: str) -> Authentication:
    """What the host of that name says in its uppermost headers; of anybody else's word nothing is taken.

    ``verdict`` fails where DMARC does, or where SPF fails and no signature of the sender's domain is good; it passes
    where DMARC does, or SPF or a signature is good for the sender's own domain. Else nothing is known.
    """
    domain = sender.rpartition("@")[2]
    results: dict[str, str] = {}
    aligned = False
    for said in _trusted(headers, trusted_host.lower()):
        for method, result, rest in _results(said):
            results[method] = "pass" if "pass" in (result, results.get(method)) else result
            aligned = aligned or (result == "pass" and _is_for(method, rest, domain))
    verdict = _verdict(results.get("spf", ""), results.get("dmarc", ""), aligned=aligned)
    return Authentication(results.get("spf", ""), results.get("dkim", ""), results.get("dmarc", ""), verdict)


def _verdict(spf: str, dmarc: str, *, aligned: bool) -> Literal["", "pass", "fail"]:
    if dmarc in ("pass", "fail"):
        return "pass" if dmarc == "pass" else "fail"
    if aligned:
        return "pass"
    return "fail" if spf == "fail" else ""


def _trusted(headers: Iterable[tuple[str, str]], host: str) -> Iterable[str]:
    """The headers of the host; what stands below the stamp under them was there before the mail came to it."""
    has_begun = False
    for name, value in headers:
        is_result = name.lower() == "authentication-results"
        server = value.partition(";")[0].split() if is_result else []
        if host and server and server[0].lower() == host:
            has_begun = True
            yield value[:LONGEST].partition(";")[2]
        elif has_begun and name.lower() == "received":
            return


def _results(said: str) -> Iterable[tuple[str, str, str]]:
    for part in _COMMENT.sub(" ", said).split(";"):
        if found := _RESULT.match(part):
            yield found[1].lower(), found[2].lower(), found[3]


def _is_for(method: str, rest: str, domain: str) -> bool:
    """Whether what was checked is the sender's own domain."""
    found = _DOMAINS[method].search(rest) if method in _DOMAINS else None
    return found is not None and _is_of(found[1].lower(), domain)


def _is_of(signer: str, domain: str) -> bool:
    """Whether one is the domain of the other, or above it, with no public suffix alone."""
    short, long = sorted((signer.strip("."), domain.strip(".")), key=len)
    return "." in short and (long == short or long.endswith("." + short))
