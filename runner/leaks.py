"""Looks for secrets in what is kept of the repository: a check of ./portal test that needs nobody's server."""

from __future__ import annotations

import re
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

# What a key looks like, whoever made it.
_KEYS = re.compile(
    rb"-----BEGIN (?:[A-Z ]+ )?PRIVATE KEY-----"
    rb"|\bAKIA[0-9A-Z]{16}\b|\bgh[pousr]_[A-Za-z0-9]{36}\b|\bglpat-[\w-]{20}\b|\bxox[abp]-[\w-]{10,}"
    rb"|\bsk_live_\w{16,}|\bAIza[\w-]{35}\b|\bEAA[A-Za-z0-9]{60,}\b|\batsk_[0-9a-f]{40,}"
)
# Something called a secret that is given a long value with letters and figures in it.
_GIVEN = re.compile(
    rb"(?i)(?:secret|passw(?:or)?d|token|api_?key|private_?key)\w*[\"']?\s*[:=]\s*[bfr]?[\"']"
    rb"(?=[^\"'\s]*[0-9])(?=[^\"'\s]*[A-Za-z])([A-Za-z0-9+/_=-]{20,})[\"']"
)
# Tests make up secrets, and are read as such; locks and catalogues are full of digests.
_APART = ("tests/", "requirements/", "locale/")


def leaks(root: Path, names: list[str]) -> Iterator[str]:
    """Each place that looks like a secret, as file and line."""
    for name in names:
        file = root / name
        if file.is_symlink() or not file.is_file():
            continue
        for number, line in enumerate(file.read_bytes().splitlines(), 1):
            if _KEYS.search(line) or (not name.startswith(_APART) and _GIVEN.search(line)):
                yield f"{name}:{number}"
        if file.name.startswith(".env") or file.suffix in (".pem", ".key", ".p12"):
            yield f"{name}: a file for secrets"


def main() -> int:
    """Look through what git keeps; 1 and the places when there is something."""
    root = Path(__file__).resolve().parent.parent
    kept = subprocess.run(["git", "ls-files", "-z"], cwd=root, capture_output=True, check=True).stdout
    found = list(leaks(root, kept.decode().strip("\0").split("\0")))
    for place in found:
        print(place, file=sys.stderr)
    return 1 if found else 0


if __name__ == "__main__":
    sys.exit(main())
