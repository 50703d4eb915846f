"""A folder of this machine: taken, read, archived, and nothing beside it touched."""

from __future__ import annotations

import os
import time
from pathlib import Path
from threading import Thread

import pytest
from pytest_django import Settings

from feeds.intake import receive
from feeds.models import Delivery, Source
from feeds.previewing import preview_pull
from tests.conftest import AT
from tests.feeds.ways.conftest import Add, kept, pull_now


def files(folder: Path) -> list[str]:
    return sorted(str(path.relative_to(folder)) for path in folder.rglob("*") if not path.is_dir())


def put(folder: Path, *names: str, body: bytes = b"") -> None:
    for name in names:
        (folder / name).write_bytes(body or name.encode())
        # The order is that of the time of change.
        time.sleep(0.02)


def test_files_are_taken_the_oldest_first_and_archived(add: Add, tmp_path: Path) -> None:
    put(tmp_path, "b.edi", "a.edi")
    haul = pull_now(add("folder", str(tmp_path)))
    assert (kept(), haul.failure, haul.troubles) == ([("b.edi", b"b.edi"), ("a.edi", b"a.edi")], "", [])
    assert files(tmp_path) == ["archive/a.edi", "archive/b.edi"]
    assert pull_now(Source.objects.get()).receipts == []


def test_only_what_fits_the_pattern_and_is_a_finished_file_is_taken(add: Add, tmp_path: Path) -> None:
    put(tmp_path, "GATE.EDI", "gate.csv", ".hidden.edi", "next.edi.part")
    (tmp_path / "folder.edi").mkdir()
    os.mkfifo(tmp_path / "pipe.edi")
    pull_now(add("folder", tmp_path.as_uri(), pattern="*.edi", archive="done"))
    assert kept() == [("GATE.EDI", b"GATE.EDI")]
    assert files(tmp_path) == [".hidden.edi", "done/GATE.EDI", "gate.csv", "next.edi.part", "pipe.edi"]


def test_links_out_of_the_folder_are_never_followed(add: Add, tmp_path: Path) -> None:
    inside = tmp_path / "in"
    inside.mkdir()
    put(tmp_path, "secret")
    (inside / "link.edi").symlink_to(tmp_path / "secret")
    put(inside, "good.edi")
    (inside / "archive").symlink_to(tmp_path)
    haul = pull_now(add("folder", str(inside)))
    assert kept() == [("good.edi", b"good.edi")]
    assert [words.split(":")[1].strip() for words in haul.troubles] == ["stored, but not put away"]
    assert (files(tmp_path), (inside / "good.edi").exists()) == (
        ["in/good.edi", "in/link.edi", "secret"],
        True,
    )


def test_a_crash_between_storing_and_archiving_leads_to_a_duplicate_and_the_archive(add: Add, tmp_path: Path) -> None:
    put(tmp_path, "gate.edi")
    source = add("folder", str(tmp_path))
    receive(source=source, raw=b"gate.edi", at=AT)
    (receipt,) = pull_now(source).receipts
    assert (receipt.is_duplicate, Delivery.objects.count(), files(tmp_path)) == (True, 1, ["archive/gate.edi"])


def test_a_name_that_was_archived_before_is_numbered(add: Add, tmp_path: Path) -> None:
    source = add("folder", str(tmp_path))
    for body in (b"one", b"two", b"three"):
        put(tmp_path, "gate.edi", body=body)
        pull_now(source)
    assert files(tmp_path) == ["archive/gate.1.edi", "archive/gate.2.edi", "archive/gate.edi"]
    assert (tmp_path / "archive/gate.edi").read_bytes() == b"one"


def test_one_file_that_is_too_large_or_cannot_be_read_stops_no_other(
    add: Add, tmp_path: Path, settings: Settings
) -> None:
    settings.DELIVERY_MAX_BYTES = 10
    put(tmp_path, "large.edi", body=b"x" * 11)
    put(tmp_path, "good.edi")
    haul = pull_now(add("folder", str(tmp_path)))
    assert kept() == [("good.edi", b"good.edi")]
    assert haul.troubles == ["large.edi: larger than 10 bytes; it goes to failed/"]
    assert files(tmp_path) == ["archive/good.edi", "failed/large.edi"]
    assert Source.objects.values_list("failures", "last_error").get() == (0, haul.troubles[0])


def test_a_pull_takes_so_many_and_leaves_the_others_for_the_next(add: Add, tmp_path: Path) -> None:
    put(tmp_path, "1.edi", "2.edi", "3.edi")
    source = add("folder", str(tmp_path), most="2")
    assert [len(pull_now(source).receipts) for _ in range(3)] == [2, 1, 0]


def test_a_file_that_is_still_being_written_is_left(add: Add, tmp_path: Path) -> None:
    put(tmp_path, "done.edi", "growing.edi")
    source = add("folder", str(tmp_path), settle_s="0.4")

    def write_on() -> None:
        time.sleep(0.15)
        with (tmp_path / "growing.edi").open("ab") as file:
            file.write(b" and more")

    writer = Thread(target=write_on)
    writer.start()
    pull_now(source)
    writer.join()
    assert [name for name, _raw in kept()] == ["done.edi"]
    pull_now(source)
    assert kept()[1:] == [("growing.edi", b"growing.edi and more")]


@pytest.mark.parametrize("setting", ["archive", "failed"])
@pytest.mark.parametrize("name", ["../out", "/tmp/out", "..", "a/b", ".", "a\\b"])
def test_the_archive_is_inside(add: Add, tmp_path: Path, setting: str, name: str) -> None:
    put(tmp_path, "gate.edi")
    haul = pull_now(add("folder", str(tmp_path), **{setting: name}))
    assert haul.failure == f"The setting {setting} is the name of a folder inside, without a path"
    assert (files(tmp_path), Delivery.objects.count()) == (["gate.edi"], 0)


@pytest.mark.parametrize(
    ("base", "is_allowed"), [("", True), (".", True), ("in", True), ("other", False), ("i", False)]
)
def test_where_base_folders_are_named_a_source_is_below_one_of_them(
    add: Add, tmp_path: Path, settings: Settings, base: str, is_allowed: bool
) -> None:
    settings.FEEDS_FOLDERS = [str(tmp_path / base)] if base else []
    inside = tmp_path / "in"
    inside.mkdir()
    (tmp_path / "bent").symlink_to(inside)
    put(inside, "gate.edi")
    haul = pull_now(add("folder", str(tmp_path / "other/../bent")) if base != "other" else add("folder", str(inside)))
    refused = "The folder is not below one of those that FEEDS_FOLDERS names"
    assert (haul.failure, len(haul.receipts)) == (("", 1) if is_allowed else (refused, 0))


@pytest.mark.parametrize(
    ("url", "words"),
    [
        ("/nowhere/at/all", "No such file or directory: /nowhere/at/all"),
        ("in", "The address of a folder is an absolute path"),
    ],
)
def test_a_folder_that_is_not_there_is_a_failure(add: Add, url: str, words: str) -> None:
    assert pull_now(add("folder", url)).failure == words
    assert Source.objects.get().failures == 1


def test_a_test_pull_moves_nothing_not_even_what_is_too_large(add: Add, tmp_path: Path, settings: Settings) -> None:
    settings.DELIVERY_MAX_BYTES = 10
    put(tmp_path, "large.edi", body=b"x" * 11)
    put(tmp_path, "good.edi")
    previews = preview_pull(add("folder", str(tmp_path)), AT).previews
    assert {preview.name: (preview.refusal, preview.size) for preview in previews} == {
        "large.edi": ("larger than 10 bytes; it goes to failed/", 0),
        "good.edi": ("", len((tmp_path / "good.edi").read_bytes())),
    }
    assert (files(tmp_path), Delivery.objects.count()) == (["good.edi", "large.edi"], 0)


def test_what_is_too_large_and_cannot_be_moved_is_told_of_both_ways(
    add: Add, tmp_path: Path, settings: Settings
) -> None:
    settings.DELIVERY_MAX_BYTES = 10
    put(tmp_path, "large.edi", body=b"x" * 11)
    (tmp_path / "failed").write_bytes(b"a file where a folder should be")
    haul = pull_now(add("folder", str(tmp_path), pattern="*.edi"))
    assert haul.troubles[0] == "large.edi: larger than 10 bytes; it goes to failed/"
    assert [words.split(":")[1].strip() for words in haul.troubles[1:]] == ["not taken, but not put away"]
    assert (files(tmp_path), haul.failure) == (["failed", "large.edi"], "")
