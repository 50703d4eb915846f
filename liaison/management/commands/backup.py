"""Makes a backup now."""

from __future__ import annotations

from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone

from liaison.backup.making import BackupRefused, make_backup
from liaison.backup.postgres import ProgramFailed
from liaison.backup.vault import read_key


class Command(BaseCommand):
    """``manage.py backup [--to FOLDER]``: in FOLDER, else where the timetable makes them."""

    help = "Makes an encrypted backup of the database and of the portal's keys, and lets old ones go."

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Where to."""
        parser.add_argument("--to", type=Path, action="append", metavar="FOLDER")

    def handle(self, *args: Any, **options: Any) -> None:
        """Make it and say where it lies. Raises CommandError."""
        try:
            folders = options["to"] or settings.BACKUP_FOLDERS
            if not folders:
                raise BackupRefused("There is no folder: set BACKUP_FOLDERS or say --to")
            made = make_backup(folders=folders, key=read_key(settings.BACKUP_KEY), by=None, at=timezone.now())
        except (BackupRefused, ProgramFailed, OSError, ValueError) as error:
            raise CommandError(str(error)) from error
        self.stdout.write(str(made))
