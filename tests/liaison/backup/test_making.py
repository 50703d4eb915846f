"""What a backup says of itself holds of every file in it, and of no other folder."""

from __future__ import annotations

import io
import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import settings as examples
from hypothesis import strategies as st

from liaison.backup import vault
from liaison.backup.making import (
    DATABASE,
    KEYS,
    MANIFEST,
    BackupRefused,
    _copy,
    _lock_into,
    _need,
    _write_manifest,
    digest_of,
    plain_text,
    read_manifest,
)  # fmt: skip
from liaison.backup.restoring import RestoreRefused, keys_of, newest, open_backup
from liaison.backup.vault import Damaged

KEY, OTHER = bytes(range(32)), bytes(32)
NAME = "portal-20261120T001000Z"


@pytest.fixture
def made(tmp_path: Path) -> Path:
    """A backup as the portal writes one, of a database of a few bytes."""
    folder = tmp_path / "here" / NAME
    folder.mkdir(parents=True)
    _lock_into(folder / DATABASE, KEY, io.BytesIO(b"rows"))
    _lock_into(folder / KEYS, KEY, io.BytesIO(b'{"SECRET_KEY": "\\u00e9"}'))
    _write_manifest(folder, KEY, {"made_at": "2026-11-20T00:10:00+00:00", "counts": {"a": 1}, "journal": "1:ab"})
    return folder


def told(folder: Path) -> dict[str, Any]:
    return dict(json.loads((folder / MANIFEST).read_text()))


def test_what_was_written_is_ours_and_opens(made: Path) -> None:
    manifest = open_backup(made, KEY)
    assert (manifest["counts"], manifest["journal"], sorted(manifest["files"])) == ({"a": 1}, "1:ab", [DATABASE, KEYS])
    assert manifest["files"][KEYS] == {"bytes": (made / KEYS).stat().st_size, "sha256": digest_of(made / KEYS)}
    assert keys_of(made, KEY) == {"SECRET_KEY": "é"}
    assert [(made / name).stat().st_mode & 0o777 for name in (DATABASE, KEYS)] == [0o600, 0o600]


@pytest.mark.parametrize(
    "text",
    ["", "{", "[]", "{}", "null", "1", '"files"', '{"files": []}', '{"files": {}}', '{"files": null}', "\ud800"],
)
def test_what_is_no_manifest_is_damage_and_nothing_else(made: Path, text: str) -> None:
    (made / MANIFEST).write_text(text, errors="surrogatepass")
    for read in (read_manifest, lambda folder: open_backup(folder, KEY)):
        with pytest.raises(Damaged):
            read(made)


@pytest.mark.parametrize("name", [DATABASE, KEYS])
def test_a_manifest_that_leaves_a_file_out_is_refused(made: Path, name: str) -> None:
    """Otherwise nobody would look whether it is there, or whole."""
    manifest = told(made)
    del manifest["files"][name]
    (made / name).unlink()
    (made / MANIFEST).write_text(json.dumps(manifest))
    with pytest.raises(Damaged, match="tells of other files than"):
        open_backup(made, KEY)


@pytest.mark.parametrize("name", ["../../other", "/etc/passwd", "notes.txt"])
def test_a_manifest_leads_nowhere_outside_its_folder(made: Path, name: str) -> None:
    manifest = told(made)
    manifest["files"][name] = {"bytes": 1, "sha256": "0"}
    (made / MANIFEST).write_text(json.dumps(manifest))
    with pytest.raises(Damaged, match="tells of other files than"):
        read_manifest(made)


CHANGES: dict[str, Callable[[dict[str, Any]], object]] = {
    "counts": lambda manifest: manifest.update(counts={}),
    "journal": lambda manifest: manifest.update(journal=""),
    "moment": lambda manifest: manifest.update(made_at="2026-11-21T00:10:00+00:00"),
    "more": lambda manifest: manifest.update(more=1),
    "signature": lambda manifest: manifest.update(signature="0" * 64),
    "unsigned": lambda manifest: manifest.pop("signature"),
}


@pytest.mark.parametrize("change", CHANGES)
def test_no_word_of_it_is_altered_unnoticed(made: Path, change: str) -> None:
    manifest = told(made)
    CHANGES[change](manifest)
    (made / MANIFEST).write_text(json.dumps(manifest))
    with pytest.raises(Damaged, match=r"manifest\.json has been altered"):
        open_backup(made, KEY)
    with pytest.raises(Damaged, match="locked with another key"):
        open_backup(made, OTHER)


def test_one_who_only_spells_it_otherwise_alters_nothing(made: Path) -> None:
    manifest = dict(reversed(told(made).items()))
    (made / MANIFEST).write_text(json.dumps(manifest, indent=7, ensure_ascii=False))
    assert open_backup(made, KEY) == manifest


VALUES = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=8),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=5), inner, max_size=3),
    max_leaves=6,
)


@examples(max_examples=40)
@given(st.dictionaries(st.text(max_size=8), VALUES, max_size=4), st.text(max_size=5))
def test_what_is_signed_is_the_same_after_it_was_written_and_read(content: dict[str, Any], signature: str) -> None:
    signed = content | {"signature": signature}
    read = json.loads(json.dumps(dict(reversed(signed.items())), indent=1))
    assert plain_text(read) == plain_text(signed) == plain_text(content)


def test_a_copy_is_the_same_and_stands_whole_or_not_at_all(made: Path, tmp_path: Path) -> None:
    away = tmp_path / "away"
    left = away / f".part-{NAME}"
    left.mkdir(parents=True)
    (left / DATABASE).write_bytes(b"half of an earlier one")
    _copy(made, away)
    assert [child.name for child in away.iterdir()] == [NAME]
    assert open_backup(away / NAME, KEY) == told(made)
    assert [(away / NAME / name).read_bytes() for name in (DATABASE, KEYS, MANIFEST)] == [
        (made / name).read_bytes() for name in (DATABASE, KEYS, MANIFEST)
    ]


def test_what_is_damaged_here_leaves_nothing_away(made: Path, tmp_path: Path) -> None:
    away = tmp_path / "away"
    away.mkdir()
    (made / DATABASE).write_bytes((made / DATABASE).read_bytes()[:-1] + b"x")
    with pytest.raises(Damaged, match=r"database\.locked has been altered"):
        _copy(made, away)
    assert list(away.iterdir()) == []


def test_a_folder_is_there_or_nothing_goes_to_it(tmp_path: Path) -> None:
    """What should be mounted and is not has no folder: the disk below it is not filled instead."""
    (tmp_path / "file").write_text("")
    for wrong in (tmp_path / "none", tmp_path / "file"):
        with pytest.raises(BackupRefused, match="is not there"):
            _need(wrong)
    _need(tmp_path)


def test_a_locked_file_is_never_written_over(tmp_path: Path) -> None:
    _lock_into(tmp_path / "a", KEY, io.BytesIO(b"first"))
    before = (tmp_path / "a").read_bytes()
    with pytest.raises(FileExistsError):
        _lock_into(tmp_path / "a", KEY, io.BytesIO(b"second"))
    assert (tmp_path / "a").read_bytes() == before


def test_a_signature_is_of_its_key_and_its_content() -> None:
    found = {vault.signature(key, content) for key in (KEY, OTHER) for content in (b"", b"a", b"ab")}
    assert (len(found), {len(each) for each in found}) == (6, {64})


def test_the_newest_is_by_its_moment_and_only_backups_are_looked_at(tmp_path: Path) -> None:
    with pytest.raises(RestoreRefused, match="There is no backup in"):
        newest(tmp_path)
    for name in ("notes", "zzz", ".part-portal-20270101T000000Z", "portal-2026121T001000Z", "portal-20261119T235959Z"):
        (tmp_path / name).mkdir()
    assert newest(tmp_path).name == "portal-20261119T235959Z"
    (tmp_path / NAME).mkdir()
    assert newest(tmp_path).name == NAME
