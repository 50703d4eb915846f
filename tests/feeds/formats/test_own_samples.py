"""Each format has samples of our own, and each sample is read as it says beside it."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from feeds.formats import READERS
from tests.feeds.samples import EXPECTED, FOLDER, expected, read, samples, told


def test_every_format_has_a_folder_of_samples_and_every_folder_a_format() -> None:
    assert {path.parent.name for path in samples()} == set(READERS)
    assert {path.name for path in FOLDER.iterdir() if path.is_dir() and path.name != "__pycache__"} == set(READERS)


@pytest.mark.parametrize("path", list(samples()), ids=lambda path: f"{path.parent.name}-{path.name}")
def test_a_sample_is_read_as_it_says_beside_it(path: Path) -> None:
    assert told(read(path)) == json.loads(expected(path).read_text(encoding="utf-8"))


def test_no_expectation_is_left_without_its_sample() -> None:
    left = [
        path for path in FOLDER.glob(f"*/*{EXPECTED}") if not path.with_name(path.name.removesuffix(EXPECTED)).exists()
    ]
    assert left == []


def test_every_sample_says_something_and_one_of_each_format_is_read_whole() -> None:
    readings = [(path.parent.name, read(path)) for path in samples()]
    assert [name for name, reading in readings if not (reading.facts or reading.faults)] == []
    assert {name for name, reading in readings if reading.facts and not reading.faults} == set(READERS)
