"""Ends the sessions of one person, or of everybody."""

from __future__ import annotations

from argparse import ArgumentParser
from typing import Any

from allauth.usersessions.models import UserSession
from django.contrib.sessions.models import Session
from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone

from liaison.models import Person
from liaison.signin.sessions import end_sessions


class Command(BaseCommand):
    """``manage.py sessions_end EMAIL`` or ``manage.py sessions_end --all``."""

    help = "Ends the sessions of one person, or of everybody."

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Whose."""
        parser.add_argument("email", nargs="?", default="")
        parser.add_argument("--all", action="store_true")

    def handle(self, *args: Any, **options: Any) -> None:
        """End them and say how many there were."""
        people = Person.objects.order_by("pk")
        if not options["all"]:
            people = people.filter(email=options["email"].strip().lower())
            if not people:
                raise CommandError(f"{options['email']}: nobody has this e-mail address")
        ended = sum(
            end_sessions(of=person, rows=UserSession.objects.all(), by=None, at=timezone.now()) for person in people
        )
        if options["all"]:
            Session.objects.all().delete()
        self.stdout.write(f"{ended} ended")
