"""Somebody with a password, what she does at the door, and what the post brings her."""

from __future__ import annotations

import hmac
import re
import struct
import time
from base64 import b32decode
from collections.abc import Iterator
from typing import Any

import pytest
import time_machine
from django.test import Client

from liaison.models import JournalEntry, Person
from notify.models import Letter
from tests.conftest import Cast

PASSWORD = "umuhanda-mwiza-cyane"


@pytest.fixture
def importer(cast: Cast) -> Person:
    """The importer, with a password."""
    return with_password(cast.importer)


@pytest.fixture
def officer(cast: Cast) -> Person:
    """The officer, with a password."""
    return with_password(cast.officer)


@pytest.fixture
def clock() -> Iterator[time_machine.Traveller]:
    """A clock that stands still until it is shifted."""
    with time_machine.travel(time.time(), tick=False) as coordinates:
        yield coordinates


def with_password(person: Person, password: str = PASSWORD) -> Person:
    person.set_password(password)
    person.save()
    return person


def sign_in(client: Client, email: str, password: str = PASSWORD, **more: str) -> Any:
    return client.post("/accounts/login/", {"login": email, "password": password, **more})


def is_in(client: Client) -> bool:
    """Whether the portal knows who the client is."""
    return client.get("/me/").status_code == 200


def signed_in(person: Person) -> Client:
    """A browser in which the person signed in on the page."""
    client = Client()
    sign_in(client, person.email)
    assert is_in(client)
    return client


def last_letter() -> tuple[str, str, str]:
    """To whom, what about, and the whole text of the letter that was written last."""
    return Letter.objects.order_by("pk").values_list("address", "subject", "body")[Letter.objects.count() - 1]


def code_in(text: str) -> str:
    """The code of a letter."""
    found = re.search(r"^([A-Z]{4}-[A-Z]{4})$", text, re.MULTILINE)
    assert found, text
    return found[1]


def path_in(text: str) -> str:
    """The path of the link in a letter, with the portal's address before it."""
    found = re.search(r"^http://127\.0\.0\.1:8000(/\S+)$", text, re.MULTILINE)
    assert found, text
    return found[1]


def totp(secret: str) -> str:
    """The six figures that an authenticator app shows now (RFC 6238)."""
    digest = hmac.digest(b32decode(secret), struct.pack(">Q", int(time.time()) // 30), "sha1")
    offset = digest[-1] & 15
    return f"{(struct.unpack('>I', digest[offset : offset + 4])[0] & 0x7FFFFFFF) % 10**6:06d}"


def prove(client: Client, path: str, password: str = PASSWORD) -> Any:
    """Ask for a page that wants proof, and give the password; returns the page."""
    answer = client.get(path)
    assert (answer.status_code, answer["Location"].split("?")[0]) == (302, "/accounts/reauthenticate/")
    return client.post(answer["Location"], {"password": password}, follow=True)


def enrol(client: Client) -> tuple[str, list[str]]:
    """Set up an authenticator app; returns its key and the recovery codes."""
    page = prove(client, "/accounts/2fa/totp/activate/").content.decode()
    found = re.search(r'<code class="key">(\w+)</code>', page)
    assert found, page
    answer = client.post("/accounts/2fa/totp/activate/", {"code": totp(found[1])})
    assert answer["Location"] == "/accounts/2fa/recovery-codes/"
    codes = re.findall(r"<code>(\d{8})</code>", client.get("/accounts/2fa/recovery-codes/").content.decode())
    return found[1], codes


def told(*kinds: str) -> list[tuple[str, str, int | None, dict[str, Any]]]:
    """(kind, key, by, data) of the journal's entries of these kinds, in order."""
    rows = JournalEntry.objects.filter(kind__in=[f"liaison.{kind}" for kind in kinds]).order_by("pk")
    return list(rows.values_list("kind", "key", "by", "data"))
