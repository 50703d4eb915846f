"""A backup drilled whole: brought back with its files into a database that went on, and refused when it is damaged."""

from __future__ import annotations

import base64
import json
import shutil
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings as portal
from django.core.management import CommandError, call_command
from django.db import connection
from pytest_django import Settings

from liaison.backup import vault
from liaison.backup.keeping import name_of
from liaison.backup.making import BackupRefused, digest_of, make_backup, plain_text
from liaison.chain import extend
from liaison.documents import add_document
from liaison.models import Document, JournalEntry, Person
from liaison.tasks import make_backup as nightly
from observatory.metrics import exposition
from tests.conftest import AT, Cast
from tests.liaison.papers import PDF

KEY = bytes(range(32))
OTHER = base64.b64encode(bytes(32)).decode()


@pytest.fixture
def folders(transactional_db: None, tmp_path: Path, settings: Settings) -> list[Path]:
    settings.BACKUP_KEY = base64.b64encode(KEY).decode()
    settings.BACKUP_FOLDERS = [tmp_path / "here", tmp_path / "away"]
    for folder in settings.BACKUP_FOLDERS:
        folder.mkdir()
    return list(settings.BACKUP_FOLDERS)


@pytest.fixture
def made(folders: list[Path], cast: Cast) -> Path:
    """A backup of a database with people, a paper and a chain; the paper goes afterwards, and somebody comes."""
    add_document(organization=cast.importer_firm, content=PDF, kind="tax", file_name="a.pdf", by=cast.importer, at=AT)
    extend()
    made = make_backup(folders=folders, key=KEY, by=None, at=AT)
    Document.objects.all().delete()
    Person.objects.create(email="later@portal.example", name="Later")
    return made


def databases() -> list[str]:
    with connection.cursor() as cursor:
        cursor.execute("SELECT datname FROM pg_database WHERE datname LIKE current_database() || '%' ORDER BY 1")
        return [name for (name,) in cursor.fetchall()]


@pytest.mark.slow
def test_a_backup_takes_the_place_of_what_went_on_and_brings_files_and_chain_back(
    made: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (before,) = databases()
    call_command("restore", str(made.parent), "--replace", "--keys-to", str(tmp_path / "keys.json"), "--jobs", "2")
    said = capsys.readouterr().out
    assert "all counts as they were" in said
    assert "links hold" in said
    assert bytes(Document.objects.get().content) == PDF
    assert not Person.objects.filter(email="later@portal.example").exists()
    told = JournalEntry.objects.get(kind="liaison.backup_restored")
    assert (told.key, databases()) == (made.name, [before, told.data["set_aside"]])
    assert json.loads((tmp_path / "keys.json").read_text())["SECRET_KEY"] == portal.SECRET_KEY
    assert (tmp_path / "keys.json").stat().st_mode & 0o777 == 0o600
    with connection.cursor() as cursor:
        cursor.execute(f'DROP DATABASE "{told.data["set_aside"]}"')


def alter(file: Path, place: int = 100) -> None:
    content = bytearray(file.read_bytes())
    content[place] ^= 1
    file.write_bytes(content)


def sign(folder: Path, **changes: Any) -> None:
    """What somebody with the key could write: a manifest that is right of the files and wrong of the rows."""
    told = json.loads((folder / "manifest.json").read_text()) | changes
    for name in told["files"]:
        told["files"][name] = {"bytes": (folder / name).stat().st_size, "sha256": digest_of(folder / name)}
    told["signature"] = vault.signature(KEY, plain_text(told))
    (folder / "manifest.json").write_text(json.dumps(told))


DAMAGE: dict[str, Callable[[Path, Any], object]] = {
    "cut": lambda folder, name: (folder / name).write_bytes((folder / name).read_bytes()[:-1]),
    "altered": lambda folder, name: alter(folder / name),
    "gone": lambda folder, name: (folder / name).unlink(),
    "signed": lambda folder, changes: sign(folder, **changes),
}


@pytest.mark.slow
def test_what_is_damaged_is_refused_in_words_and_nothing_is_half_restored(
    made: Path, tmp_path: Path, settings: Settings
) -> None:
    before = databases()
    counts = json.loads((made / "manifest.json").read_text())["counts"]

    def refused(words: str, *arguments: str, **damage: Any) -> None:
        folder = tmp_path / made.name
        shutil.copytree(made, folder)
        for what, value in damage.items():
            DAMAGE[what](folder, value)
        with pytest.raises(CommandError, match=words):
            call_command("restore", str(folder), *arguments, "--jobs", "1")
        shutil.rmtree(folder)
        assert (databases(), Person.objects.filter(email="later@portal.example").count()) == (before, 1)

    refused("people in it; --replace")
    refused(r"database.locked has \d+ bytes, not", "--replace", cut="database.locked")
    refused("database.locked has been altered", "--replace", altered="database.locked")
    refused("keys.locked", "--replace", gone="keys.locked")
    refused("There is no backup in", "--replace", gone="manifest.json")
    with pytest.raises(CommandError, match="There is no backup in"):
        call_command("restore", str(tmp_path / "nowhere"))
    refused("altered or cut off", "--replace", altered="database.locked", signed={})
    wrong = {"counts": counts | {"liaison_person": 9}}
    refused("liaison_person has 6 rows, not 9; 1 tables differ", "--drill", signed=wrong)
    told = json.loads((made / "manifest.json").read_text())
    (made / "manifest.json").write_text(json.dumps(told | {"counts": {}}))
    refused("manifest.json has been altered", "--replace")
    settings.BACKUP_KEY = OTHER
    refused("locked with another key", "--replace")
    settings.BACKUP_KEY = ""
    refused("The key must have 32 bytes", "--replace")


@pytest.mark.slow
def test_each_night_one_is_made_in_both_places_old_ones_go_and_the_metric_knows(
    folders: list[Path], cast: Cast, settings: Settings, capsys: pytest.CaptureFixture[str]
) -> None:
    settings.BACKUP_KEEP = (1, 1, 1)
    assert b"\nportal_backup_age_seconds " not in exposition(at=AT)
    for folder in folders:
        (folder / name_of(AT)).mkdir()
        (folder / ".part-portal-20261101T000000Z").mkdir()
        (folder / "notes").mkdir()
    nightly()
    entry = JournalEntry.objects.get(kind="liaison.backup_made")
    assert [sorted(child.name for child in folder.iterdir()) for folder in folders] == [
        ["notes", entry.key], [".part-portal-20261101T000000Z", "notes", entry.key]
    ]  # fmt: skip
    assert b"\nportal_backup_age_seconds 60.0" in exposition(at=entry.at + timedelta(seconds=60))
    assert (entry.data["copies"], PDF in (folders[1] / entry.key / "database.locked").read_bytes()) == (2, False)
    settings.BACKUP_KEY = ""
    nightly()
    assert JournalEntry.objects.filter(kind="liaison.backup_made").count() == 1


def test_no_backup_is_made_where_nobody_made_a_folder_and_none_while_another_is(
    folders: list[Path], settings: Settings
) -> None:
    with pytest.raises(BackupRefused, match="is not there"):
        make_backup(folders=[folders[0] / "gone"], key=KEY, by=None, at=AT)
    settings.BACKUP_FOLDERS = []
    with pytest.raises(CommandError, match="There is no folder"):
        call_command("backup")
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_lock(7301013)")
    with pytest.raises(CommandError, match="Another backup is being made"):
        call_command("backup", "--to", str(folders[0]))
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_unlock(7301013)")
    assert (list(folders[0].iterdir()), JournalEntry.objects.count()) == ([], 0)
