"""Take, read, archive: which files are finished and wanted, under which names they are put away, and never outside."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from feeds.models import Source
from feeds.ways.contract import Deadline, Item, PullFailed, Refused
from feeds.ways.folder import LocalFolder
from feeds.ways.folders import _inside, _is_wanted, _settle, numbered, take


@pytest.mark.parametrize(
    ("name", "number", "archived"),
    [("gate.edi", 0, "gate.edi"), ("gate.edi", 1, "gate.1.edi"), ("gate", 2, "gate.2"), ("a.tar.gz", 3, "a.tar.3.gz")],
)
def test_a_name_that_is_taken_gets_a_number(name: str, number: int, archived: str) -> None:
    assert numbered(name, number) == archived


@given(st.text(st.characters(exclude_characters="/\x00"), min_size=1), st.integers(1, 99), st.integers(1, 99))
def test_two_numbers_never_give_one_name_and_the_ending_stays(name: str, one: int, two: int) -> None:
    assert (numbered(name, one) == numbered(name, two)) == (one == two)
    assert numbered(name, one).rpartition(".")[2] == (name.rpartition(".")[2] if "." in name else str(one))


@pytest.mark.parametrize(
    ("name", "is_wanted"),
    [
        ("GATE.EDI", True),
        ("gate.edi", True),
        (".gate.edi", False),
        ("gate.edi.PART", False),
        ("gate.edi.filepart", False),
        ("gate.csv", False),
    ],
)
def test_a_file_that_is_hidden_or_being_written_is_not_wanted(name: str, is_wanted: bool) -> None:
    assert _is_wanted(name, "*.edi*") is is_wanted


@pytest.mark.parametrize(
    ("said", "seconds"), [("", 2.0), ("0", 0.0), ("-3", 0.0), ("99", 20.0), ("1.5", 1.5), ("soon", 2.0)]
)
def test_how_long_a_file_has_to_lie_still(said: str, seconds: float) -> None:
    assert _settle(Source(settings={"settle_s": said})) == seconds


@pytest.mark.parametrize("said", ["../up", "a/b", "a\\b", ".hidden", "a\x00"])
def test_a_folder_for_what_was_taken_lies_inside(said: str) -> None:
    with pytest.raises(PullFailed, match="name of a folder inside"):
        _inside(Source(settings={"archive": said}), "archive")
    assert _inside(Source(settings={"archive": "done"}), "archive") == "done"
    assert _inside(Source(), "failed") == "failed"


def test_nothing_is_moved_until_it_is_acknowledged(tmp_path: Path, settings: object) -> None:
    settings.DELIVERY_MAX_BYTES = 3  # type: ignore[attr-defined]
    (tmp_path / "large").write_bytes(b"large")
    (tmp_path / "good").write_bytes(b"ok")
    folder = LocalFolder(tmp_path)
    source = Source(settings={"settle_s": "0"})
    found = {item.name: item for item in take(folder, source, Deadline(item_s=5, total_s=5))}
    assert sorted(path.name for path in tmp_path.iterdir()) == ["good", "large"]
    assert (type(found["large"]), type(found["good"])) == (Refused, Item)
    for item in found.values():
        item.acknowledge()
    folder.close()
    moved = sorted(str(path.relative_to(tmp_path)) for path in tmp_path.rglob("*") if path.is_file())
    assert moved == ["archive/good", "failed/large"]
