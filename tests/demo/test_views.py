"""The pages on which the demo shows its mail."""

from __future__ import annotations

from pathlib import Path

import pytest
from django.test import Client
from pytest_django import Settings

from demo.mailbox import store

pytestmark = pytest.mark.django_db


@pytest.fixture
def folder(settings: Settings, tmp_path: Path) -> Path:
    """Where the demo's mail lies."""
    settings.DEMO_MAIL_DIR = tmp_path
    return tmp_path


def put(folder: Path, subject: str, text: str = "Hello") -> str:
    return store(folder, f"To: agent@demo.example\r\nSubject: {subject}\r\n\r\n{text}\r\n".encode())


def page(path: str) -> str:
    answer = Client().get(path)
    assert (answer.status_code, "no-store" in answer["Cache-Control"]) == (200, True)
    return str(answer.content.decode())


def test_no_mail_yet(folder: Path) -> None:
    assert "No mail has been sent yet." in page("/demo/mail/")


def test_all_mail_is_listed_the_newest_first(folder: Path) -> None:
    names = [put(folder, f"Subject {number}") for number in range(3)]
    text = page("/demo/mail/")
    places = [text.index(f'href="/demo/mail/{name}/">Subject {number}<') for number, name in enumerate(names)]
    assert places == sorted(places, reverse=True)
    assert text.count("agent@demo.example") == 3


def test_older_mail_is_on_the_next_page(folder: Path) -> None:
    names = [put(folder, f"Subject {number:02d}.") for number in range(31)]
    first = page("/demo/mail/")
    assert f"/demo/mail/?cursor={names[1]}" in first
    assert ("Subject 00." in first, "Subject 01." in first) == (False, True)
    second = page(f"/demo/mail/?cursor={names[1]}")
    assert ("Subject 00." in second, "Subject 01." in second, "/demo/mail/?cursor=" in second.split("<main")[1]) == (
        True,
        False,
        False,
    )


def test_a_message_is_shown_as_plain_text(folder: Path) -> None:
    name = put(folder, "<script>alert(1)</script>", "<b>bold</b> & more")
    text = page(f"/demo/mail/{name}/")
    assert "&lt;b&gt;bold&lt;/b&gt; &amp; more" in text
    assert ("<script>alert" in text, "<script>alert" in page("/demo/mail/")) == (False, False)
    assert "agent@demo.example" in text


@pytest.mark.parametrize("name", ["nothing", "..", "1764000000000000-0123456a", "%2e%2e%2fdemo"])
def test_a_message_that_is_not_there(folder: Path, name: str) -> None:
    assert Client().get(f"/demo/mail/{name}/").status_code == 404


def test_a_cursor_that_is_none_harms_nothing(folder: Path) -> None:
    put(folder, "Subject 1")
    assert "No mail has been sent yet." in page("/demo/mail/?cursor=%00")


def test_mail_is_only_looked_at(folder: Path) -> None:
    name = put(folder, "Subject")
    assert [Client().post(path).status_code for path in ("/demo/mail/", f"/demo/mail/{name}/")] == [405, 405]


def test_outside_the_demo_there_are_no_such_pages(folder: Path, settings: Settings) -> None:
    name = put(folder, "Subject")
    settings.DEMO = False
    assert [Client().get(path).status_code for path in ("/demo/mail/", f"/demo/mail/{name}/")] == [404, 404]
