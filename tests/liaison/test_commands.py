"""The commands that make people, compile the catalogues and prepare a database."""

from __future__ import annotations

import gettext
import os
import uuid
from io import StringIO
from pathlib import Path
from typing import Any

import pytest
from django.core.management import CommandError, call_command
from django.utils import timezone
from pytest_django import Settings

from corridor.models import Node
from liaison.health import beat, troubles
from liaison.invitations import invite
from liaison.models import Invitation, JournalEntry, Membership, Organization, Person
from liaison.roles import Role

ADDRESS = "keza@firm.example"


def run(*args: str) -> list[str]:
    out = StringIO()
    call_command(*args, stdout=out)
    return out.getvalue().splitlines()


@pytest.mark.parametrize("role", Role.values)
@pytest.mark.parametrize("firm", ["", "Umucyo Traders"])
def test_person_add_makes_a_person_with_a_role(db: None, role: str, firm: str) -> None:
    more = ["--organisation", firm] if firm else []
    assert run("person_add", "Keza@Firm.example", "--role", role, *more) == [f"{ADDRESS} {role}"]
    membership = Membership.objects.select_related("person", "organization").get()
    assert (membership.person.email, membership.role) == (ADDRESS, role)
    assert not firm or membership.organization.name == firm
    assert membership.person.has_usable_password() is False


def test_person_add_again_changes_the_role_and_the_password(db: None, tmp_path: Path) -> None:
    file = tmp_path / "password"
    for role, password in (("owner", "first one\n"), ("member", "naïve-道\r\nsecond line\n")):
        file.write_text(password, encoding="utf-8")
        run("person_add", ADDRESS, "--role", role, "--organisation", "Umucyo", "--password-file", str(file))
    person = Person.objects.get()
    assert (set(person.roles), person.name, person.language) == ({"member"}, "keza", "en")
    assert person.check_password("naïve-道")
    run("person_add", ADDRESS, "--role", "member", "--organisation", "Umucyo", "--name", "Keza")
    person.refresh_from_db()
    assert (person.name, person.check_password("naïve-道")) == ("Keza", True)


@pytest.mark.parametrize(("role", "left"), [("owner", 2), ("member", 1), ("readonly", 1)])
def test_person_add_withdraws_what_she_may_offer_no_more(db: None, role: str, left: int) -> None:
    for firm in ("Umucyo", "Inzira"):
        run("person_add", ADDRESS, "--role", "owner", "--organisation", firm)
        given: dict[str, Any] = {"role": "owner", "language": "en", "by": Person.objects.get(), "at": timezone.now()}
        invite(organization=Organization.objects.get(name=firm), email="alias@evil.example", **given)
    run("person_add", ADDRESS, "--role", role, "--organisation", "Umucyo")
    still = Invitation.objects.open(timezone.now()).order_by("pk").values_list("organization__name", flat=True)
    assert list(still) == ["Umucyo", "Inzira"][-left:]
    told = JournalEntry.objects.filter(kind="liaison.role_given").latest("pk").data
    assert told.get("invitations_withdrawn", 0) == 2 - left


def test_person_add_gives_no_role_that_does_not_fit(db: None) -> None:
    run("person_add", ADDRESS, "--role", "owner", "--organisation", "Umucyo")
    with pytest.raises(CommandError) as failed:
        run("person_add", ADDRESS, "--role", "officer", "--organisation", "umucyo")
    assert str(failed.value) == "role: Liaison officer is not a role that can be held in Umucyo."
    assert Person.objects.get().roles == {"owner"}


def test_person_add_in_a_language(db: None) -> None:
    run("person_add", ADDRESS, "--role", "owner", "--language", "rw", "--name", "Keza")
    assert Person.objects.values_list("name", "language").get() == ("Keza", "rw")


@pytest.mark.parametrize(
    ("content", "sentence"),
    [
        (None, "No such file or directory"),
        (b"", "there is no password in it"),
        (b" \n", "there is no password in it"),
        (b"\xff\xfe", "this is not text in UTF-8"),
    ],
)
def test_person_add_needs_a_file_with_a_password(
    db: None, tmp_path: Path, content: bytes | None, sentence: str
) -> None:
    file = tmp_path / "password"
    if content is not None:
        file.write_bytes(content)
    with pytest.raises(CommandError) as failed:
        run("person_add", ADDRESS, "--role", "owner", "--password-file", str(file))
    assert (str(failed.value), failed.value.returncode) == (f"{file}: {sentence}", 1)
    assert Person.objects.count() == 0


@pytest.mark.parametrize(
    ("args", "words"),
    [
        (["keza", "--role", "owner"], "keza: this is not an e-mail address"),
        (["", "--role", "owner"], ": this is not an e-mail address"),
        ([f"{'k' * 260}@firm.example", "--role", "owner"], "this is not an e-mail address"),
        ([ADDRESS, "--role", "emperor"], "invalid choice: 'emperor'"),
        ([ADDRESS], "required: --role"),
        ([ADDRESS, "--role", "owner", "--language", "de"], "invalid choice: 'de'"),
        ([ADDRESS, "--role", "owner", "--name", "n" * 121], "name: Ensure this value has at most 120 characters"),
        ([ADDRESS, "--role", "owner", "--organisation", "f" * 161], "name: Ensure this value has at most 160 char"),
    ],
)
def test_person_add_says_what_is_wrong_and_makes_nobody(db: None, args: list[str], words: str) -> None:
    with pytest.raises(CommandError) as failed:
        run("person_add", *args)
    assert words in str(failed.value)
    assert (failed.value.returncode, Person.objects.count(), Membership.objects.count()) == (1, 0, 0)


def catalog(root: Path, language: str, plural: str, *messages: tuple[str, str]) -> Path:
    file = root / language / "LC_MESSAGES" / "django.po"
    file.parent.mkdir(parents=True)
    head = f'msgid ""\nmsgstr ""\n"Content-Type: text/plain; charset=utf-8\\n"\n"Plural-Forms: {plural}\\n"\n'
    body = "".join(f'\nmsgid "{wanted}"\nmsgstr "{given}"\n' for wanted, given in messages)
    file.write_text(head + body, encoding="utf-8")
    return file


def test_compile_translations_compiles_what_has_changed(settings: Settings, tmp_path: Path) -> None:
    settings.LOCALE_PATHS = [tmp_path]
    po = catalog(tmp_path, "rw", "nplurals=2; plural=(n != 1);", ("Inbox", "Ubutumwa – é"), ("Later", ""))
    catalog(tmp_path, "fr", "nplurals=2; plural=(n > 1);", ("Inbox", "Messages"))
    assert run("compile_translations") == ["2 message catalogues compiled"]
    assert run("compile_translations") == ["0 message catalogues compiled"]
    with po.with_suffix(".mo").open("rb") as compiled:
        words = gettext.GNUTranslations(compiled)
    assert [words.gettext(text) for text in ("Inbox", "Later", "Unknown")] == ["Ubutumwa – é", "Later", "Unknown"]
    later = po.with_suffix(".mo").stat().st_mtime + 5
    os.utime(po, (later, later))
    assert run("compile_translations") == ["1 message catalogues compiled"]
    assert sorted(file.name for file in po.parent.iterdir()) == ["django.mo", "django.po"]


def test_prepare_brings_an_empty_database_to_where_the_portal_can_run(db: None, settings: Settings) -> None:
    settings.LOCALE_PATHS, settings.DEMO = [], False
    settings.QUEUES = [f"pulling-{uuid.uuid4().hex}"]
    beat(settings.QUEUES[0])
    said = [
        "0 message catalogues compiled",
        "database migrated",
        "reference data: 33 nodes, 21 legs",
        "tariff: 120 rows",
        "categories: 23",
    ]
    assert run("prepare") == said
    assert Node.objects.count() == 33
    assert troubles() == [f"Worker {settings.QUEUES[0]}: no heartbeat"]
    assert run("prepare") == said
    assert Person.objects.count() == 0
