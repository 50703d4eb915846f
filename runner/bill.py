"""The bill of materials: what the lock file installs, as CycloneDX 1.6 in JSON, for whoever audits it."""

from __future__ import annotations

import re
import uuid
from dataclasses import dataclass
from pathlib import Path
from typing import Any

_LINE = re.compile(r"^([A-Za-z0-9._-]+)==([^\s;\\]+)(?:\s*;\s*([^\\]+?))?\s*\\?$")
_HASH = re.compile(r"--hash=sha256:([0-9a-f]{64})")


@dataclass(frozen=True)
class Package:
    """One locked package, the condition under which it is installed, and its files' digests."""

    name: str
    version: str
    condition: str
    digests: tuple[str, ...]

    @property
    def url(self) -> str:
        """As package-url (purl) writes it: the name in lower case, with dashes."""
        return f"pkg:pypi/{re.sub('[-_.]+', '-', self.name).lower()}@{self.version}"


def read_lock(text: str) -> list[Package]:
    """The packages of a lock file in its order. Raises ValueError for a line that locks nothing by hash."""
    found: list[Package] = []
    for block in re.split(r"\n(?=\S)", text.strip()):
        first, *_rest = block.splitlines()
        named, digests = _LINE.match(first.strip()), tuple(_HASH.findall(block))
        if not named or not digests:
            raise ValueError(f"{first.strip()!r} is not locked by version and hash")
        found.append(Package(named[1], named[2], named[3] or "", digests))
    return found


def bill_of(lock: Path) -> dict[str, Any]:
    """The bill, the same for the same lock. Raises ValueError, OSError."""
    text = lock.read_text()
    components = [
        {
            "type": "library",
            "bom-ref": package.url,
            "name": package.name,
            "version": package.version,
            "purl": package.url,
            **(
                {"properties": [{"name": "portal:only-where", "value": package.condition}]} if package.condition else {}
            ),
            # Each file that may be installed; one of them is.
            "externalReferences": [
                {
                    "type": "distribution",
                    "url": f"https://pypi.org/project/{package.name}/{package.version}/#files",
                    "hashes": [{"alg": "SHA-256", "content": digest} for digest in package.digests],
                }
            ],
        }
        for package in read_lock(text)
    ]
    return {
        "bomFormat": "CycloneDX",
        "specVersion": "1.6",
        "serialNumber": f"urn:uuid:{uuid.uuid5(uuid.NAMESPACE_URL, text)}",
        "version": 1,
        "metadata": {"component": {"type": "application", "bom-ref": "portal", "name": "kpa-liaison-portal"}},
        "components": components,
    }
