"""The commands that take in files, pull sources and rebuild."""

from __future__ import annotations

import json
from io import StringIO
from pathlib import Path

import pytest
from django.core.management import CommandError, call_command

from cargo.models import Consignment
from feeds.models import Source
from tests.cargo.test_reading import csv, row


def run(*args: str) -> list[str]:
    out = StringIO()
    call_command(*args, stdout=out, stderr=StringIO())
    return out.getvalue().splitlines()


def test_source_receive_says_what_each_file_held(clerk: Source, consignment: Consignment, tmp_path: Path) -> None:
    good, mixed = tmp_path / "good.csv", tmp_path / "mixed.csv"
    good.write_bytes(csv(row("gate_out", 1)))
    mixed.write_bytes(csv(row("sealed", 2), row("sealed", 2, box="MSCU1234566"), row("nonsense", 2)))
    assert run("source_receive", "clerk", str(good), str(mixed), str(good)) == [
        f"{good} stored  facts=1 events=1 unmatched=0 quarantined=0",
        f"{mixed} stored  facts=2 events=2 unmatched=1 quarantined=1",
        f"{good} duplicate  facts=0 events=0 unmatched=0 quarantined=0",
    ]


def test_source_receive_ends_with_2_when_a_file_cannot_be_read(clerk: Source, tmp_path: Path) -> None:
    good = tmp_path / "good.csv"
    good.write_bytes(csv(row("gate_out", 1)))
    with pytest.raises(SystemExit) as stopped:
        run("source_receive", "clerk", str(tmp_path / "missing.csv"), str(good))
    assert stopped.value.code == 2
    assert Source.objects.get().delivery_set.count() == 1


def test_source_receive_needs_a_registered_source(db: None, tmp_path: Path) -> None:
    with pytest.raises(CommandError, match="There is no source nobody"):
        run("source_receive", "nobody", str(tmp_path))


def test_source_pull_says_that_a_source_is_not_pulled(clerk: Source) -> None:
    with pytest.raises(CommandError, match="Not a source that is pulled: clerk"):
        run("source_pull", "clerk")


def test_rebuild_leaves_the_portal_as_it_was(clerk: Source, consignment: Consignment, tmp_path: Path) -> None:
    file = tmp_path / "events.csv"
    file.write_bytes(csv(row("gate_out", 1), row("sealed", 2, box="MSCU1234566")))
    run("source_receive", "clerk", str(file))

    def state() -> dict[str, object]:
        counted: dict[str, object] = json.loads("\n".join(run("portal_state")))
        counted.pop("sources")
        return counted

    before = state()
    assert run("rebuild") == ["1 consignments rebuilt"]
    assert state() == before
    assert (before["events"], before["unmatched"], before["facts"]) == (2, 1, 2)
