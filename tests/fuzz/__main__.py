"""Fuzzes one format, or ``letter``: python -m tests.fuzz FORMAT [--seconds N] [--runs N] [--folder FOLDER].

The inputs that reach new code stay in the folder and are where the next run begins.
"""

from __future__ import annotations

import argparse
import os
import re
import sys
from collections.abc import Callable
from pathlib import Path

import atheris

# The readers are instrumented as they are imported, so before anything else imports them.
with atheris.instrument_imports(include=["feeds", "tickets"]):
    from feeds.formats import READERS
    from tickets.letters import reading  # noqa: F401

import django

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "liaison.settings")
django.setup()

from tests.feeds.formats.test_readers import VALID, check  # noqa: E402
from tests.feeds.formats.test_samples import SAMPLES  # noqa: E402
from tests.shape import ROOT  # noqa: E402
from tests.tickets.letters import test_reading as letters  # noqa: E402

LONGEST = 4096
LETTER = "letter"
WHOLE = {**VALID, LETTER: letters.WHOLE}


def target(name: str) -> Callable[[bytes], None]:
    """What is called with each input: an exception ends the run, and the input is kept."""

    def read_once(data: bytes) -> None:
        if name == LETTER:
            letters.check(bytes(data))
        else:
            check(name, bytes(data))

    return read_once


def write_seeds(name: str, folder: Path) -> None:
    """Our own messages, whole and in parts, and the captured ones that are at hand and short enough."""
    lines = WHOLE[name].splitlines(keepends=True)
    bodies = [*WHOLE.values(), *(b"".join(lines[:count]) for count in (1, 2, 3))]
    captured = sorted(SAMPLES.rglob("*.*")) if SAMPLES.is_dir() else []
    bodies += [file.read_bytes() for file in captured if file.is_file() and file.stat().st_size <= LONGEST * 4]
    for number, body in enumerate(bodies):
        (folder / f"seed{number}").write_bytes(body)


def write_words(name: str, file: Path) -> None:
    """The words of our own message, for mutations that put one in another's place."""
    words = {word for word in re.findall(rb"[\w.:-]{2,24}", WHOLE[name]) if word.isascii()}
    quoted = (f'"{word.decode()}"\n' for word in sorted(words))
    file.write_text("".join(quoted) + '"\'"\n"+"\n":"\n"?"\n","\n')


def main() -> None:
    """Run until the time is up (exit 0) or an input breaks the reader (its path is printed, exit 77)."""
    parser = argparse.ArgumentParser(prog="python -m tests.fuzz", description="Fuzzes one format by coverage.")
    parser.add_argument("format", choices=[*sorted(READERS), LETTER])
    parser.add_argument("--seconds", type=int, default=600)
    parser.add_argument("--runs", type=int, default=-1)
    parser.add_argument("--folder", type=Path, default=ROOT / ".state" / "fuzz")
    chosen = parser.parse_args()
    folder = chosen.folder / chosen.format
    corpus = folder / "corpus"
    corpus.mkdir(parents=True, exist_ok=True)
    write_seeds(chosen.format, corpus)
    write_words(chosen.format, folder / "words")
    options = [f"-max_total_time={chosen.seconds}", f"-runs={chosen.runs}", f"-max_len={LONGEST}", "-timeout=60"]
    options += [f"-dict={folder}/words", f"-artifact_prefix={folder}/", "-print_final_stats=1"]
    atheris.Setup([sys.argv[0], *options, str(corpus)], target(chosen.format))
    atheris.Fuzz()


if __name__ == "__main__":
    main()
