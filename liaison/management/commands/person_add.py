"""Makes a person with a role."""

from __future__ import annotations

from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.exceptions import ValidationError
from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone

from liaison.people import add_person
from liaison.roles import Role


class Command(BaseCommand):
    """``manage.py person_add EMAIL --role ROLE [--organisation NAME] [--password-file F]``."""

    help = "Makes a person with a role and, where named, the organisation."

    def add_arguments(self, parser: ArgumentParser) -> None:
        """The person's address, role, organisation and the file that holds a password."""
        parser.add_argument("email")
        parser.add_argument("--role", required=True, choices=Role.values)
        parser.add_argument("--organisation", default="")
        parser.add_argument("--name", default="")
        parser.add_argument("--language", default="en", choices=["en", "fr", "rw", "sw"])
        parser.add_argument("--password-file", type=Path)

    def handle(self, *args: Any, **options: Any) -> None:
        """Make the person; a wrong address or name, or an unreadable file, ends with a sentence and 1."""
        try:
            person = add_person(
                email=options["email"],
                role=options["role"],
                organization=options["organisation"],
                name=options["name"],
                language=options["language"],
                password=_password(options["password_file"]),
                by=None,
                at=timezone.now(),
            )
        except ValidationError as error:
            raise CommandError(_sentence(options["email"], error)) from error
        self.stdout.write(f"{person.email} {options['role']}")


def _password(file: Path | None) -> str | None:
    """The first line of ``file``; None without a file."""
    if file is None:
        return None
    try:
        lines = file.read_text(encoding="utf-8").splitlines()
    except OSError as error:
        raise CommandError(f"{file}: {error.strerror}") from error
    except UnicodeDecodeError as error:
        raise CommandError(f"{file}: this is not text in UTF-8") from error
    if not lines or not lines[0].strip():
        raise CommandError(f"{file}: there is no password in it")
    return lines[0].strip()


def _sentence(address: str, error: ValidationError) -> str:
    faults = error.message_dict
    if "email" in faults:
        return f"{address}: this is not an e-mail address"
    return "; ".join(f"{field}: {' '.join(words)}" for field, words in faults.items())
