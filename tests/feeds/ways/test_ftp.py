"""What FTP servers list, and an archive that is never written over."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from feeds.models import Source
from feeds.ways.ftp import _facts_of, _time_of
from tests.fakes.ftp import FtpServer
from tests.fakes.serving import serving
from tests.fakes.sftp import PASSWORD, USER
from tests.feeds.ways.conftest import Add, kept, pull_now
from tests.feeds.ways.test_folder import files, put


@pytest.mark.parametrize(
    ("line", "name", "facts"),
    [
        ("type=file;size=3; a b;c.edi", "a b;c.edi", {"type": "file", "size": "3"}),
        ("Type=FILE;Modify=20261120060000; x", "x", {"type": "FILE", "modify": "20261120060000"}),
        (" x", "x", {}),
        ("nonsense", "", {"nonsense": ""}),
    ],
)
def test_a_line_of_a_listing(line: str, name: str, facts: dict[str, str]) -> None:
    assert _facts_of(line) == (name, facts)


@pytest.mark.parametrize(
    ("words", "seconds"),
    [("19700101000010", 10.0), ("19700101000010.5", 10.0), ("", 0.0), ("yesterday", 0.0), ("20261399000000", 0.0)],
)
def test_when_a_file_was_changed(words: str, seconds: float) -> None:
    assert _time_of(words) == seconds


@given(st.dictionaries(st.sampled_from(["type", "size", "modify"]), st.from_regex(r"[0-9a-z]{0,9}", fullmatch=True)))
def test_what_a_server_says_of_a_file_is_read_back(facts: dict[str, str]) -> None:
    listed = "".join(f"{name.upper()}={value};" for name, value in facts.items())
    assert _facts_of(f"{listed} gate 7.edi") == ("gate 7.edi", facts)


@pytest.mark.parametrize(("is_old", "tells_size"), [(True, True), (False, True), (False, False)])
def test_files_of_one_name_are_all_kept_in_the_archive(
    add: Add, tmp_path: Path, is_old: bool, tells_size: bool
) -> None:
    with serving(FtpServer(tmp_path, is_old=is_old, tells_size=tells_size)) as server:
        source: Source = add("sftp", f"ftp://{USER}@127.0.0.1:{server.port}/", password=PASSWORD)
        for number in range(4):
            put(tmp_path, "gate.edi", body=b"%d" % number)
            assert pull_now(source).troubles == []
    assert [raw for _name, raw in kept()] == [b"0", b"1", b"2", b"3"]
    assert files(tmp_path) == ["archive/gate.1.edi", "archive/gate.2.edi", "archive/gate.3.edi", "archive/gate.edi"]


@pytest.mark.parametrize(("tells_size", "listings"), [(True, []), (False, ["NLST archive"])])
def test_the_archive_is_listed_once_at_most_however_many_files_are_moved(
    add: Add, tmp_path: Path, tells_size: bool, listings: list[str]
) -> None:
    with serving(FtpServer(tmp_path, tells_size=tells_size)) as server:
        source: Source = add("sftp", f"ftp://{USER}@127.0.0.1:{server.port}/", password=PASSWORD)
        for number in range(5):
            put(tmp_path, f"gate{number}.edi", body=b"%d" % number)
        assert pull_now(source).troubles == []
    assert len(files(tmp_path)) == 5
    assert [line for line in server.heard if line.startswith("NLST")] == listings
