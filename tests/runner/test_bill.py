"""The bill of materials names what the lock installs, and the lock locks everything."""

from __future__ import annotations

import importlib.metadata
import json
import re
import subprocess
import sys

import pytest

from runner.bill import bill_of, read_lock
from tests.runner.conftest import ROOT

DIGEST = "a" * 64


def test_a_lock_is_read_with_its_conditions_and_digests() -> None:
    text = f"a.b_c==1.0 \\\n    --hash=sha256:{DIGEST}\nd==2 ; sys_platform == 'win32' \\\n    --hash=sha256:{DIGEST} \\\n    --hash=sha256:{'b' * 64}\n"
    first, second = read_lock(text)
    assert (first.name, first.version, first.condition, first.url) == ("a.b_c", "1.0", "", "pkg:pypi/a-b-c@1.0")
    assert (second.condition, second.digests) == ("sys_platform == 'win32'", (DIGEST, "b" * 64))


@pytest.mark.parametrize(
    "text", ["a>=1", "a==1", f"a\n    --hash=sha256:{DIGEST}", "-e .", "a==1 \\\n    --hash=md5:abc"]
)
def test_what_is_not_locked_by_version_and_hash_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match="is not locked by version and hash"):
        read_lock(text)


def test_every_lock_locks_everything_and_no_name_has_two_versions() -> None:
    locked: dict[str, set[str]] = {}
    for file in (ROOT / "requirements").glob("*.txt"):
        for package in read_lock(file.read_text()):
            where = f"{package.url.rpartition('@')[0]} {package.condition}"
            locked.setdefault(where, set()).add(package.version)
    assert len(locked) > 50
    assert {name: versions for name, versions in locked.items() if len(versions) > 1} == {}


def test_the_bill_is_what_is_installed_and_the_same_each_time() -> None:
    printed = subprocess.run([sys.executable, "portal", "sbom"], cwd=ROOT, capture_output=True, check=True).stdout
    bill = json.loads(printed)
    assert bill == bill_of(ROOT / "requirements" / "base.txt")
    assert (bill["bomFormat"], bill["specVersion"]) == ("CycloneDX", "1.6")
    assert re.fullmatch(r"urn:uuid:[0-9a-f-]{36}", bill["serialNumber"])
    there = {part["name"]: part["version"] for part in bill["components"] if "properties" not in part}
    assert {name: importlib.metadata.version(name) for name in there} == there
    assert len({part["bom-ref"] for part in bill["components"]}) == len(bill["components"])
