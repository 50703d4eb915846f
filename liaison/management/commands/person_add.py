"""Makes a person with a role."""

from __future__ import annotations

from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.exceptions import ValidationError
from django.core.management.base import BaseCommand, CommandError
from django.core.validators import validate_email
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
        """Make the person; a wrong address or an unreadable file ends with a sentence and 1."""
        try:
            validate_email(options["email"])
            password = options["password_file"].read_text().strip() if options["password_file"] else None
        except ValidationError as error:
            raise CommandError(f"{options['email']}: this is not an e-mail address") from error
        except OSError as error:
            raise CommandError(f"{options['password_file']}: {error.strerror}") from error
        person = add_person(
            email=options["email"],
            role=options["role"],
            organization=options["organisation"],
            name=options["name"],
            language=options["language"],
            password=password,
            by=None,
            at=timezone.now(),
        )
        self.stdout.write(f"{person.email} {options['role']}")
