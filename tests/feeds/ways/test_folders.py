"""Take, read, archive: free names, settling, and what cannot be read."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from feeds.models import Source
from feeds.ways.contract import Deadline, Item, PullFailed, Refused
from feeds.ways.folder import LocalFolder
from feeds.ways.folders import Entry, TooLarge, _inside, _is_wanted, _settle, free_name, numbered, take


@dataclass
class Shelf:
    """A folder in memory; what is ``locked`` cannot be read, what is ``gone`` was there when it was listed."""

    troubles = (OSError,)
    held: dict[str, bytes]
    locked: set[str] = field(default_factory=set)
    gone: set[str] = field(default_factory=set)
    moved: list[tuple[str, str]] = field(default_factory=list)

    def entries(self) -> list[Entry]:
        return [Entry(name, len(body), float(number)) for number, (name, body) in enumerate(self.held.items())]

    def read(self, name: str, most: int) -> bytes:
        if name in self.gone:
            raise FileNotFoundError
        if name in self.locked:
            raise PermissionError(13, "Permission denied")
        if len(self.held[name]) > most:
            raise TooLarge
        return self.held[name]

    def move(self, name: str, to: str) -> None:
        self.moved.append((name, to))


def taken(shelf: Shelf, **settings: str) -> Iterator[tuple[str, bytes | str]]:
    source = Source(slug="gate", settings={"settle_s": "0", **settings})
    for part in take(shelf, source, Deadline(item_s=20, total_s=20)):
        if isinstance(part, Item):
            part.acknowledge()
        yield (part.name, part.words) if isinstance(part, Refused) else (part.name, part.body)


def test_files_that_cannot_be_read_do_not_keep_out_those_behind_them() -> None:
    shelf = Shelf({"1": b"", "2": b"", "3": b"x", "4": b"y"}, locked={"1", "2"})
    assert list(taken(shelf, most="1")) == [("1", "Permission denied"), ("2", "Permission denied"), ("3", b"x")]
    assert shelf.moved == [("3", "archive")]


def test_what_another_pull_took_meanwhile_is_passed_over() -> None:
    shelf = Shelf({"1": b"", "2": b"x"}, gone={"1"})
    assert list(taken(shelf)) == [("2", b"x")]


@pytest.mark.parametrize("settle", ["soon", "-1", "0"])
def test_a_settling_time_that_is_none(settle: str) -> None:
    assert list(taken(Shelf({"1": b"x"}), settle_s=settle if settle != "soon" else "0.01")) == [("1", b"x")]


@given(st.integers(0, 3000), st.sampled_from(["gate.edi", "gate", "a.b.edi", ".edi"]))
def test_a_free_name_is_the_next_one_and_found_with_few_questions(archived: int, name: str) -> None:
    there = {numbered(name, number) for number in range(archived)}
    asked: list[str] = []

    def is_taken(said: str) -> bool:
        asked.append(said)
        return said in there

    assert free_name(name, is_taken) == numbered(name, archived)
    assert len(asked) <= 2 * archived.bit_length() + 2


@given(st.sets(st.integers(0, 40)))
def test_a_free_name_is_free_whatever_was_taken_away(numbers: set[int]) -> None:
    there = {numbered("gate.edi", number) for number in numbers}
    assert free_name("gate.edi", there.__contains__) not in there


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
