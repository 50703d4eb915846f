"""The demo's post: a real SMTP server keeps what the portal sends, and it is read as it was meant."""

from __future__ import annotations

import os
import signal
import smtplib
import subprocess
import sys
import threading
from collections.abc import Iterator
from email.message import EmailMessage
from pathlib import Path

import pytest
from django.conf import settings as django
from django.core import mail
from django.core.management import CommandError, call_command
from pytest_django import Settings

from demo.mailbox import newest, read, serve, store
from tests.notify.conftest import free_port


@pytest.fixture
def server(tmp_path: Path) -> Iterator[tuple[Path, int]]:
    """A running server's folder and port."""
    folder = tmp_path / "post" / "mail"
    controller = serve(folder, "127.0.0.1", free_port())
    yield folder, controller.port
    controller.stop()


def letter(subject: str = "Igisubizo: umuzigo wageze i Kigali", **headers: str) -> EmailMessage:
    message = EmailMessage()
    message["Subject"], message["To"] = subject, "importer@demo.example"
    message["From"] = "portal@demo.example"
    for name, value in headers.items():
        message[name] = value
    message.set_content("Le conteneur est arrivé.\n")
    return message


def send(port: int, *messages: EmailMessage) -> None:
    with smtplib.SMTP("127.0.0.1", port, timeout=10) as client:
        for message in messages:
            client.send_message(message)


def kept(folder: Path) -> list[str]:
    return [found.subject for found in newest(folder)[0]]


def test_what_is_sent_is_kept_and_read(server: tuple[Path, int]) -> None:
    folder, port = server
    send(port, letter())
    ((found,), has_more) = newest(folder)
    assert (found.subject, found.to, has_more) == ("Igisubizo: umuzigo wageze i Kigali", "importer@demo.example", False)
    assert found.text.splitlines() == ["Le conteneur est arrivé."]
    assert abs(found.at.timestamp() - (folder / f"{found.id}.eml").stat().st_mtime) < 5
    assert [path.name for path in folder.iterdir()] == [f"{found.id}.eml"]


def test_the_portals_own_mail_arrives_there(server: tuple[Path, int], settings: Settings) -> None:
    folder, settings.EMAIL_PORT = server
    settings.EMAIL_BACKEND, settings.EMAIL_HOST = "django.core.mail.backends.smtp.EmailBackend", "127.0.0.1"
    assert mail.send_mail("Rice", "Out of the gate", None, ["agent@demo.example"]) == 1
    assert [(found.to, found.text.strip()) for found in newest(folder)[0]] == [
        ("agent@demo.example", "Out of the gate")
    ]


def test_letters_sent_at_once_are_all_kept(server: tuple[Path, int]) -> None:
    folder, port = server
    threads = [threading.Thread(target=send, args=(port, letter(f"{n} a"), letter(f"{n} b"))) for n in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(20)
    assert sorted(kept(folder)) == sorted(f"{n} {part}" for n in range(8) for part in "ab")


def test_the_newest_come_first_and_older_ones_on_the_next_page(tmp_path: Path) -> None:
    names = [store(tmp_path, letter(f"Letter {number}").as_bytes()) for number in range(5)]
    assert sorted(names) == names
    first, more = newest(tmp_path, count=3)
    rest, no_more = newest(tmp_path, before=first[-1].id, count=3)
    assert ([found.subject for found in first], more) == (["Letter 4", "Letter 3", "Letter 2"], True)
    assert ([found.subject for found in rest], no_more) == (["Letter 1", "Letter 0"], False)
    assert newest(tmp_path / "nowhere") == ([], False)


def test_other_files_are_no_letters(tmp_path: Path) -> None:
    name = store(tmp_path, letter("Mine").as_bytes())
    for other in (f"{name}.part", f"{name}x.eml", "notes.eml"):
        (tmp_path / other).write_bytes(b"Subject: no\r\n\r\n")
    assert kept(tmp_path) == ["Mine"]


@pytest.mark.parametrize(
    "name", ["", "..", "../demo", "/etc/passwd", "1764000000000000-zzzzzzzz", "1764000000000000-0123456a"]
)
def test_what_is_no_id_is_no_letter(tmp_path: Path, name: str) -> None:
    (tmp_path / "mail").mkdir()
    (tmp_path / "demo.eml").write_bytes(b"Subject: secret\r\n\r\n")
    assert read(tmp_path / "mail", name) is None


@pytest.mark.parametrize(
    ("raw", "subject", "text"),
    [
        (b"", "", ""),
        (
            b"Subject: =?utf-8?q?F=C3=AAte?=\r\n =?utf-8?q?_nationale?=\r\n\r\nBonjour\r\n",
            "Fête nationale",
            "Bonjour\n",
        ),
        (b"Subject: S\r\nContent-Type: text/plain; charset=nonsense\r\n\r\nKigali \xc3\xa9\r\n", "S", "Kigali é\n"),
        (b"Subject: S\r\nContent-Type: text/html\r\n\r\n<p>Hello</p>\r\n", "S", ""),
        (b"\xff\xfe no header at all", "", "\ufffd\ufffd no header at all"),
        (b"Subject: S\r\nContent-Transfer-Encoding: base64\r\n\r\n!!!\r\n", "S", ""),
    ],
)
def test_whatever_was_kept_can_be_shown(tmp_path: Path, raw: bytes, subject: str, text: str) -> None:
    found = read(tmp_path, store(tmp_path, raw))
    assert found is not None
    assert (found.subject, found.text.replace("\r\n", "\n")) == (subject, text)


def test_of_two_forms_the_plain_one_is_shown(tmp_path: Path) -> None:
    message = letter("Both")
    message.add_alternative("<p>Le conteneur est <b>là</b>.</p>", subtype="html")
    found = read(tmp_path, store(tmp_path, message.as_bytes()))
    assert found is not None
    assert found.text == "Le conteneur est arrivé.\n"


def test_the_command_keeps_mail_until_it_is_told_to_stop(tmp_path: Path) -> None:
    port = free_port()
    env = {**os.environ, "DEMO": "1", "EMAIL_URL": f"smtp://127.0.0.1:{port}", "DEMO_MAIL_DIR": str(tmp_path)}
    command = [sys.executable, "manage.py", "demo_mail"]
    with subprocess.Popen(command, cwd=django.BASE_DIR, env=env, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout is not None
        assert process.stdout.readline() == f"demo mail at 127.0.0.1:{port} into {tmp_path}\n"
        send(port, letter("Kept"))
        process.send_signal(signal.SIGTERM)
        assert process.wait(20) == 0
    assert kept(tmp_path) == ["Kept"]


def test_outside_the_demo_there_is_no_such_server(settings: Settings) -> None:
    settings.DEMO = False
    with pytest.raises(CommandError, match="not a demo"):
        call_command("demo_mail")
