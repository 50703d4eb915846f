"""Registers a source."""

from __future__ import annotations

from argparse import ArgumentParser
from typing import Any
from urllib.parse import urlsplit

from django.core.exceptions import ValidationError
from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone

from feeds.models import FORMATS, Source
from feeds.sources import add_source


class Command(BaseCommand):
    """``manage.py source_add SLUG --format FORMAT [--fetch http --url URL --every 60] [--token T] [--setting k=v]``."""

    help = "Registers a source, or changes one, and prints its push token."

    def add_arguments(self, parser: ArgumentParser) -> None:
        """The source's slug, format, way of fetching and settings."""
        parser.add_argument("slug")
        parser.add_argument("--format", required=True, choices=FORMATS)
        parser.add_argument("--fetch", default="", choices=[value for value in Source.Fetch.values if value])
        parser.add_argument("--url", default="")
        parser.add_argument("--every", type=int, default=60, help="seconds between two pulls")
        parser.add_argument("--name", default="")
        parser.add_argument("--rank", type=int, default=100, help="lower is trusted more")
        parser.add_argument("--token", default="")
        parser.add_argument("--setting", action="append", default=[], metavar="KEY=VALUE")

    def handle(self, *args: Any, **options: Any) -> None:
        """Register; values that do not fit end with a sentence and 1."""
        if bad := [pair for pair in options["setting"] if "=" not in pair]:
            raise CommandError(f"--setting {bad[0].partition('=')[0]}: write it as key=value")
        if wrong := misfit(options["fetch"], options["url"]):
            raise CommandError(wrong)
        try:
            source, token = add_source(
                slug=options["slug"],
                format=options["format"],
                fetch=options["fetch"],
                url=options["url"],
                every_s=options["every"],
                token=options["token"],
                settings=dict(pair.split("=", 1) for pair in options["setting"]),
                name=options["name"],
                rank=options["rank"],
                by=None,
                at=timezone.now(),
            )
        except ValidationError as error:
            raise CommandError("; ".join(error.messages)) from error
        self.stdout.write(f"{source.slug} token: {token}")


ADDRESSES = {
    "http": (("http", "https"), "--fetch http needs --url http://… or https://…"),
    "folder": (("", "file"), "--fetch folder needs --url with the absolute path of the folder"),
    "sftp": (("sftp", "ftp", "ftps"), "--fetch sftp needs --url sftp://user@host/folder, ftp://… or ftps://…"),
    "mailbox": (("imap", "imaps"), "--fetch mailbox needs --url imaps://user@host/INBOX"),
}


def misfit(fetch: str, url: str) -> str:
    """What is wrong with the address for this way of fetching and what to write; empty where nothing is."""
    if not fetch:
        return "--url says where to fetch from: say also how, with --fetch" if url else ""
    schemes, words = ADDRESSES[fetch]
    try:
        parts = urlsplit(url)
    except ValueError:
        return words
    place = parts.path.startswith("/") if fetch == "folder" else parts.hostname
    return "" if place and parts.scheme in schemes else words
