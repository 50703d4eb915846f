"""What the tests of the rows share: who sees them, and what the database refuses."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from django.contrib.auth.models import AnonymousUser
from django.db import IntegrityError, models, transaction
from django.db.models import QuerySet

from liaison.models import Person, Viewer
from liaison.people import add_person
from tests.conftest import AT, Cast

Seers = Callable[[Callable[[Viewer], QuerySet[Any]]], set[str]]


def refused(constraint: str, model: type[models.Model], **values: Any) -> None:
    """The database does not take the row, and says why."""
    with pytest.raises(IntegrityError, match=constraint), transaction.atomic():
        model._default_manager.create(**values)


@pytest.fixture
def viewers(cast: Cast) -> dict[str, Viewer]:
    """The cast by part, with the office's heads and a passer-by."""
    heads: dict[str, Viewer] = {
        role: add_person(email=f"{role}@portal.example", role=role, by=None, at=AT)
        for role in ("supervisor", "administrator")
    }
    people: dict[str, Viewer] = {name: Person.objects.get(pk=one.pk) for name, one in cast.people().items()}
    return {**people, **heads, "nobody": AnonymousUser()}


@pytest.fixture
def seers(viewers: dict[str, Viewer]) -> Seers:
    """The parts that see anything of what is asked for."""

    def seers(ask: Callable[[Viewer], QuerySet[Any]]) -> set[str]:
        return {part for part, viewer in viewers.items() if ask(viewer).exists()}

    return seers
