"""What cannot be done just now is said with when to come again; what is broken is said without."""

from __future__ import annotations

import pytest
from django.db import OperationalError, ProgrammingError
from django.test import RequestFactory
from django.utils import translation
from redis import ConnectionError as RedisAway

from liaison.views.refusals import out_of_order


@pytest.mark.parametrize(
    ("error", "status", "again"),
    [
        (OperationalError("disk full"), 503, "60"),
        (RedisAway("gone"), 503, "60"),
        (ProgrammingError("no such column"), 500, None),
    ],
)
def test_an_outage_is_none_of_the_senders_and_a_fault_is_ours(error: Exception, status: int, again: str | None) -> None:
    for path, kind in (
        ("/consignments/", "text/html; charset=utf-8"),
        ("/api/v1/tickets/", "application/problem+json"),
    ):
        try:
            raise error
        except Exception:
            answer = out_of_order(RequestFactory().get(path))
        assert (answer.status_code, answer.headers.get("Retry-After"), answer["Content-Type"]) == (status, again, kind)
        assert str(error) not in answer.content.decode()


def test_the_page_is_in_the_readers_language() -> None:
    with translation.override("fr"):
        try:
            raise OperationalError
        except OperationalError:
            page = out_of_order(RequestFactory().get("/")).content.decode()
    assert "Hors service pour un moment" in page
