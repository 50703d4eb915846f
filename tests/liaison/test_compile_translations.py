"""Catalogues compiled side by side: each process succeeds, and whoever reads meanwhile reads a whole one."""

from __future__ import annotations

import gettext
import os
import subprocess
import sys
import time
from pathlib import Path

import pytest

from liaison.management.commands.compile_translations import compile_catalog
from tests.shape import ROOT

HEAD = 'msgid ""\nmsgstr ""\n"Content-Type: text/plain; charset=utf-8\\n"\n"Plural-Forms: nplurals=2; plural=(n != 1);\\n"\n'
MESSAGES = {f"Message {number}": f"Ubutumwa {number} – é" * 20 for number in range(400)}
ROUNDS = 15
# Each round is a catalogue newer than what was compiled; all begin when the gate is opened.
COMPILER = f"""
import os, sys, time
from pathlib import Path
from liaison.management.commands.compile_translations import compile_catalog
po = Path(sys.argv[1])
print("at the gate", flush=True)
sys.stdin.readline()
written = 0
for number in range({ROUNDS}):
    newer = time.time() + 60
    os.utime(po, (newer, newer))
    written += compile_catalog(po)
print(written)
"""


@pytest.fixture
def po(tmp_path: Path) -> Path:
    """A Kinyarwanda catalogue, large enough that writing it takes a while."""
    file = tmp_path / "rw" / "LC_MESSAGES" / "django.po"
    file.parent.mkdir(parents=True)
    body = "".join(f'\nmsgid "{wanted}"\nmsgstr "{given}"\n' for wanted, given in MESSAGES.items())
    file.write_text(HEAD + body, encoding="utf-8")
    return file


def words(mo: Path) -> dict[str, str]:
    """All that a compiled catalogue says; fails where it is not whole."""
    with mo.open("rb") as compiled:
        found = gettext.GNUTranslations(compiled)
    return {message: found.gettext(message) for message in MESSAGES}


def start(po: Path) -> subprocess.Popen[str]:
    command = [sys.executable, "-c", COMPILER, str(po)]
    pipe = subprocess.PIPE
    return subprocess.Popen(command, cwd=ROOT, stdin=pipe, stdout=pipe, stderr=subprocess.STDOUT, text=True)


def test_two_processes_at_once_both_succeed_and_nobody_reads_half_a_catalogue(po: Path) -> None:
    mo = po.with_suffix(".mo")
    compile_catalog(po)
    compilers = [start(po) for _ in range(2)]
    for compiler in compilers:
        assert compiler.stdout is not None
        assert compiler.stdin is not None
        assert compiler.stdout.readline() == "at the gate\n"
    for compiler in compilers:
        assert compiler.stdin is not None
        compiler.stdin.write("go\n")
        compiler.stdin.flush()
    versions = set()
    while any(compiler.poll() is None for compiler in compilers):
        assert words(mo) == MESSAGES
        versions.add(mo.stat().st_ino)
    said = [compiler.communicate(timeout=30)[0] for compiler in compilers]
    assert [compiler.returncode for compiler in compilers] == [0, 0], said
    assert [int(count) for count in said] == [ROUNDS, ROUNDS]
    assert len(versions) > 1
    assert words(mo) == MESSAGES
    assert sorted(file.name for file in po.parent.iterdir()) == ["django.mo", "django.po"]


def test_a_reader_that_has_it_open_keeps_what_it_has(po: Path) -> None:
    compile_catalog(po)
    with po.with_suffix(".mo").open("rb") as held:
        po.write_text(HEAD, encoding="utf-8")
        later = time.time() + 60
        os.utime(po, (later, later))
        assert compile_catalog(po) is True
        assert gettext.GNUTranslations(held).gettext("Message 7") == MESSAGES["Message 7"]
    assert words(po.with_suffix(".mo"))["Message 7"] == "Message 7"


def test_everybody_may_read_it_and_it_is_written_only_when_it_is_old(po: Path) -> None:
    assert [compile_catalog(po), compile_catalog(po)] == [True, False]
    assert po.with_suffix(".mo").stat().st_mode & 0o777 == 0o644


def damaged(po: Path, damage: bytes) -> Path:
    """Compile the catalogue, then spoil its end; the spoilt one is newer."""
    compile_catalog(po)
    with po.open("ab") as file:
        file.write(damage)
    later = time.time() + 60
    os.utime(po, (later, later))
    return po.with_suffix(".mo")


def test_a_catalogue_that_cannot_be_read_leaves_the_compiled_one_and_no_stray_file(po: Path) -> None:
    mo = damaged(po, b"\xff\xfe")
    before = mo.read_bytes()
    with pytest.raises(UnicodeDecodeError):
        compile_catalog(po)
    assert mo.read_bytes() == before
    assert sorted(file.name for file in po.parent.iterdir()) == ["django.mo", "django.po"]


@pytest.mark.parametrize("damage", [b'msgid "x"\nmsgstr "\n', b'msgid "\n', b"nonsense"])
def test_one_bad_message_does_not_take_the_others_down(po: Path, damage: bytes) -> None:
    mo = damaged(po, damage)
    assert compile_catalog(po) is True
    assert words(mo) == MESSAGES
