"""The commands that take in files, pull sources and rebuild."""

from __future__ import annotations

import json
from io import StringIO
from pathlib import Path
from typing import Any

import pytest
from django.core.management import CommandError, call_command
from pytest_django import Settings

from cargo.models import Consignment
from feeds.models import Source
from feeds.sources import add_source
from tests.cargo.test_reading import csv, row
from tests.conftest import AT
from tests.feeds import edi


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
    assert run("rebuild") == ["1 consignments rebuilt", "0 standings settled", "8 days of indicators counted"]
    assert state() == before
    assert (before["events"], before["unmatched"], before["facts"]) == (2, 1, 2)


# A reader stops on settings that are not what they should be.
STOPPING = {"node": {"slug": "ke-port-mombasa"}}


def test_files_that_stop_their_reader_are_stored_all_the_same(gate: Source, tmp_path: Path) -> None:
    Source.objects.update(settings=STOPPING)
    files = [tmp_path / "a.edi", tmp_path / "b.edi"]
    for number, file in enumerate(files):
        file.write_bytes(edi.one(f"BGM+36+D{number}+9", *edi.box()))
    nothing = "facts=0 events=0 unmatched=0 quarantined=0"
    assert run("source_receive", "gate", *map(str, files)) == [f"{file} stored  {nothing}" for file in files]
    states = Source.objects.get().delivery_set.order_by("pk").values_list("state", "attempts")
    assert list(states) == [("stored", 1)] * 2


def test_a_source_whose_delivery_stops_its_reader_stops_no_other_pull(consignment: Consignment, tmp_path: Path) -> None:
    for slug, format, raw in (
        ("a", "codeco", edi.one("BGM+36+D1+9", *edi.box())),
        ("b", "csv_events", csv(row("gate_out", 1))),
    ):
        (tmp_path / slug).mkdir()
        (tmp_path / slug / "x").write_bytes(raw)
        said: dict[str, Any] = {"slug": slug, "format": format, "fetch": "folder", "url": str(tmp_path / slug)}
        add_source(**said, settings={"settle_s": "0"}, by=None, at=AT)
    Source.objects.filter(slug="a").update(settings={**STOPPING, "settle_s": "0"})
    assert run("source_pull", "a", "b") == ["a stored  facts=0 events=0", "b stored  facts=1 events=1"]
    assert sorted(str(path.relative_to(tmp_path)) for path in tmp_path.rglob("archive/*")) == [
        "a/archive/x",
        "b/archive/x",
    ]


def test_a_file_without_end_is_read_no_further_than_it_may_be(clerk: Source, settings: Settings) -> None:
    settings.DELIVERY_MAX_BYTES = 1000
    with pytest.raises(SystemExit) as ended:
        run("source_receive", "clerk", "/dev/zero")
    assert (ended.value.code, Source.objects.get().delivery_set.count()) == (2, 0)
