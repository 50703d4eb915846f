"""`./portal audit`: whether anything that is locked has known faults, asked of the OSV database of advisories."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from http.client import HTTPException
from pathlib import Path
from typing import Any
from urllib.error import HTTPError
from urllib.request import Request, urlopen

from runner.bill import read_lock
from runner.console import Refused, say

# Its protocol: https://google.github.io/osv.dev/post-v1-querybatch/
DATABASE = "https://api.osv.dev/v1/querybatch"
MOST_ASKED = 500
TIMEOUT_S = 20.0


def audit(folder: Path, environ: Mapping[str, str]) -> int:
    """Ask about every lock in the folder; 0 where no fault is known, 1 where one is. AUDIT_URL is another database.

    Raises Refused where the database gives no answer: then nothing was checked.
    """
    urls = sorted({package.url for lock in folder.glob("*.txt") for package in read_lock(lock.read_text())})
    address = environ.get("AUDIT_URL") or DATABASE
    found = {url: ids for url, ids in _known(urls, address) if ids}
    for url, ids in found.items():
        say(f"{url}: {', '.join(ids)}")
    say(f"{len(urls)} packages asked about at {address}: {len(found)} with known faults")
    return 1 if found else 0


def _known(urls: list[str], address: str) -> Iterable[tuple[str, list[str]]]:
    """The advisories of each package, in the order of the packages."""
    for first in range(0, len(urls), MOST_ASKED):
        asked = urls[first : first + MOST_ASKED]
        results = _answer({"queries": [{"package": {"purl": url}} for url in asked]}, address).get("results")
        if not isinstance(results, list) or len(results) != len(asked):
            raise _unanswered(address, "its answer is not one for each package")
        for url, result in zip(asked, results, strict=True):
            yield url, [str(advisory["id"]) for advisory in (result or {}).get("vulns", [])]


def _answer(question: dict[str, Any], address: str) -> dict[str, Any]:
    if not address.startswith(("https://", "http://")):
        raise _unanswered(address, "it is no web address")
    request = Request(address, json.dumps(question).encode(), {"Content-Type": "application/json"})  # noqa: S310 - above
    try:
        with urlopen(request, timeout=TIMEOUT_S) as answer:  # noqa: S310 - as above
            said = json.load(answer)
    except HTTPError as error:
        error.close()
        raise _unanswered(address, f"it answers {error.code}") from error
    except (OSError, HTTPException, ValueError) as error:
        raise _unanswered(address, str(getattr(error, "reason", error))) from error
    return said if isinstance(said, dict) else {}


def _unanswered(address: str, why: str) -> Refused:
    return Refused(
        f"The database of advisories at {address} gave no answer: {why}.\n"
        "Nothing was checked. Run it where that address can be reached, or name another one in AUDIT_URL."
    )
