"""Who of the cast may open a page, and what a page says in words."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.test import Client

from liaison.models import Person
from tests.conftest import Cast, somebody

As = Callable[[Person | None], Client]


def everybody(cast: Cast) -> dict[str, Person | None]:
    """The cast, a colleague of the importer's who only reads, and nobody."""
    reader = somebody(cast.importer_firm, "readonly", "reader@portal.example")
    return {**cast.people(), "reader": reader, "nobody": None}


def statuses(cast: Cast, as_person: As, url: str, data: dict[str, Any] | None = None) -> dict[str, int]:
    """What each is answered to a look, or to a post where there is something to post."""
    found = {}
    for part, person in everybody(cast).items():
        client = as_person(person)
        answer: Any = client.get(url) if data is None else client.post(url, data)
        if answer.streaming:
            # Whoever reads a file to its end closes it.
            answer.getvalue()
        found[part] = answer.status_code
    return found


def words_of(answer: Any) -> str:
    """The page with its blanks made one."""
    return " ".join(answer.content.decode().split())
