"""The command that loads the demo: once, on an empty portal, and to its end however often it is broken off."""

from __future__ import annotations

from datetime import timedelta
from io import StringIO
from pathlib import Path

import pytest
from django.core.management import CommandError, call_command
from django.utils import timezone
from pytest_django import Settings

from cargo.models import Consignment, Event
from demo.loading import Loaded, load, prepare_people, prepare_sources, stored_year
from demo.messages import Message, Reports, voices
from demo.state import read_state
from demo.year import Year, trips
from feeds.models import Delivery, Source
from liaison.models import JournalEntry, Person

FEED = "http://127.0.0.1:59999/"


@pytest.fixture
def folder(settings: Settings, tmp_path: Path, network: None) -> Path:
    """Where the demo keeps its state; passwords are hashed quickly."""
    settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
    settings.STATE_DIR, settings.DEMO_FEED_URL = tmp_path, FEED
    return tmp_path


def run(*args: str) -> list[str]:
    out = StringIO()
    call_command("demo_load", *args, stdout=out)
    return out.getvalue().splitlines()


def history(year: Year) -> list[Message]:
    """All messages of the year up to its load."""
    found = trips(year)
    return list(Reports(found, voices(year, found)).history(year.until))


def counts() -> tuple[int, ...]:
    return tuple(model._default_manager.count() for model in (Consignment, Delivery, Event, JournalEntry, Person))


def test_an_empty_portal_is_loaded_and_told_how_far_it_is(folder: Path) -> None:
    lines = run("--consignments", "3", "--seed", "4", "--now", "2026-11-20T08:00", "--if-empty")
    assert lines[:-1] == [f"demo year {percent:3d} %" for percent in range(10, 101, 10)]
    assert lines[-1].startswith(f"demo loaded: 3 consignments, {Delivery.objects.count()} messages, ")
    kept = read_state(folder)
    assert kept is not None
    assert stored_year() == (kept.year, True)
    assert (kept.year.seed, kept.year.until.isoformat()) == (4, "2026-11-20T08:00:00+02:00")


def test_what_was_loaded_once_decides(folder: Path) -> None:
    run("--consignments", "2", "--seed", "4")
    before, kept = counts(), read_state(folder)
    assert run("--if-empty") == ["demo loaded before"]
    assert counts() == before
    again = run("--seed", "9", "--consignments", "50")
    assert again[-1].startswith("demo loaded: 0 consignments, 0 messages, 0 events, 0 quarantined")
    assert (counts(), read_state(folder)) == (before, kept)


def test_sign_ins_that_were_lost_are_made_again(folder: Path) -> None:
    run("--consignments", "2")
    kept = read_state(folder)
    assert kept is not None
    (folder / "demo.json").unlink()
    assert run("--if-empty") == ["demo loaded before"]
    made = read_state(folder)
    assert made is not None
    assert (made.year, made.password != kept.password) == (kept.year, True)
    assert Person.objects.get(email="importer@demo.example").check_password(made.password)


class Broken(Exception):
    """The load was broken off."""


def test_a_load_that_was_broken_off_is_finished_by_the_next(folder: Path) -> None:
    year = Year(seed=4, until=timezone.now() - timedelta(minutes=5), consignments=3)

    def break_off(done: int, total: int) -> None:
        if done == total // 2:
            raise Broken

    prepare_sources(FEED, year, is_loaded=False, at=year.until)
    prepare_people(folder, year, at=year.until)
    with pytest.raises(Broken):
        load(year, at=year.until, progress=break_off)
    half = counts()
    assert 0 < half[1] < len(history(year))
    lines = run("--if-empty", "--seed", "99", "--consignments", "7")
    assert lines[-1].startswith("demo loaded: ")
    assert stored_year() == (year, True)
    messages = history(year)
    assert (Consignment.objects.count(), Delivery.objects.count()) == (3, len(messages))
    assert load(year, at=year.until, progress=lambda done, total: None) == Loaded()


def test_a_portal_with_cargo_of_its_own_is_left_alone(folder: Path, consignment: Consignment) -> None:
    assert run("--if-empty") == ["demo not loaded: there are consignments already"]
    assert (Source.objects.count(), Person.objects.filter(email__endswith="@demo.example").count()) == (0, 0)
    assert list(folder.iterdir()) == []


def test_a_portal_that_is_no_demo_is_left_alone(folder: Path, settings: Settings) -> None:
    settings.DEMO = False
    with pytest.raises(CommandError, match="not a demo"):
        run()
    assert (Source.objects.count(), list(folder.iterdir())) == (0, [])
