"""Uploads: what the database refuses, and that each is its sender's alone."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from django.db import IntegrityError, transaction

from cargo.models import Upload
from liaison.models import AnonymousUser
from tests.conftest import AT, Cast, somebody

Make = Callable[..., Upload]


@pytest.fixture
def upload(cast: Cast) -> Make:
    def make(**more: Any) -> Upload:
        values = {"by": cast.importer, "at": AT, "consignee": cast.importer_firm, "file_name": "many.xlsx"}
        return Upload.objects.create(**{**values, **more})

    return make


@pytest.mark.parametrize(
    ("constraint", "values"),
    [
        ("upload_state_known", {"state": "lost", "ordered_at": AT}),
        ("upload_state_known", {"state": "", "ordered_at": AT}),
        ("upload_ordered_at_a_time", {"state": "ordered"}),
        ("upload_ordered_at_a_time", {"state": "done", "done_at": AT}),
    ],
)
def test_an_upload_that_cannot_be_is_refused(upload: Make, constraint: str, values: dict[str, Any]) -> None:
    with pytest.raises(IntegrityError, match=f'"{constraint}"'), transaction.atomic():
        upload(**values)


def test_it_begins_empty_and_shown(upload: Make) -> None:
    kept = upload()
    kept.refresh_from_db()
    assert (kept.state, kept.rows, kept.columns, kept.outcome) == ("shown", [], [], {})
    assert (kept.seen, kept.problem, kept.ordered_at, kept.done_at) == ("", "", None, None)
    assert str(kept) == "many.xlsx"
    for state in ("ordered", "done"):
        assert upload(state=state, ordered_at=AT).state == state


def test_it_is_its_senders_alone(cast: Cast, upload: Make) -> None:
    mine, officers = upload(), upload(by=cast.officer)
    colleague = somebody(cast.importer_firm, "owner")
    people = {**cast.people(), "colleague": colleague}
    assert {part: list(Upload.objects.visible_to(person)) for part, person in people.items()} == {
        "importer": [mine],
        "agent": [],
        "stranger": [],
        "officer": [officers],
        "desk": [],
        "official": [],
        "colleague": [],
    }
    assert list(Upload.objects.visible_to(AnonymousUser())) == []


def test_it_goes_with_its_consignee(cast: Cast, upload: Make) -> None:
    upload(consignee=cast.stranger_firm)
    upload(consignee=None)
    cast.stranger_firm.membership_set.all().delete()
    cast.stranger_firm.delete()
    assert list(Upload.objects.values_list("consignee", flat=True)) == [None]
