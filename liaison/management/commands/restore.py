"""Brings a backup back."""

from __future__ import annotations

import json
import os
from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone

from liaison.backup.postgres import ProgramFailed
from liaison.backup.restoring import RestoreRefused, keys_of, newest, restore_backup
from liaison.backup.vault import Damaged, read_key


class Command(BaseCommand):
    """``manage.py restore FOLDER [--drill | --replace] [--keys-to FILE]``; stop the portal first, but for a drill."""

    help = "Restores a backup beside the database, looks it through, and only then puts it in its place."
    requires_system_checks: list[str] = []

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Which backup, and what becomes of it."""
        parser.add_argument("folder", type=Path, help="a backup, or the folder of backups: then its newest")
        parser.add_argument("--drill", action="store_true", help="only look it through; nothing takes its place")
        parser.add_argument("--replace", action="store_true", help="also when the database has people in it")
        parser.add_argument("--keys-to", type=Path, metavar="FILE", help="write the portal's keys of then there")
        parser.add_argument("--jobs", type=int, default=os.cpu_count() or 1)

    def handle(self, *args: Any, **options: Any) -> None:
        """Restore and say what was found. Raises CommandError; then everything is as it was."""
        try:
            key = read_key(settings.BACKUP_KEY)
            folder = options["folder"]
            folder = folder if (folder / "manifest.json").exists() else newest(folder)
            done = restore_backup(
                folder=folder,
                key=key,
                at=timezone.now(),
                replace=options["replace"],
                keep=not options["drill"],
                jobs=options["jobs"],
            )
            if options["keys_to"]:
                _write_keys(options["keys_to"], keys_of(folder, key))
        except Damaged as error:
            raise CommandError(f"{options['folder']} cannot be restored: {error}") from error
        except (RestoreRefused, ProgramFailed, OSError, ValueError) as error:
            raise CommandError(str(error)) from error
        self.stdout.write(f"{folder.name}: {done.rows} rows, all counts as they were; {done.journal}")
        if done.set_aside:
            self.stdout.write(f"The database that stood here is now called {done.set_aside}; drop it when all is well.")


def _write_keys(file: Path, keys: dict[str, Any]) -> None:
    with open(file, "x", opener=lambda path, flags: os.open(path, flags, 0o600)) as out:
        json.dump(keys, out, indent=1)
