"""The journal's pages: for supervisors and administrators, searchable, and as a file."""

from __future__ import annotations

import csv
from collections.abc import Callable
from io import StringIO
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from liaison.journal import record
from liaison.models import JournalEntry, Person
from liaison.people import add_person
from tests.conftest import AT, Cast

As = Callable[[Person | None], Client]


@pytest.fixture
def supervisor(cast: Cast) -> Person:
    return add_person(email="supervisor@portal.example", role="supervisor", by=None, at=AT)


def listed(client: Client, **asked: str) -> list[str]:
    return [row["entry"].key for row in client.get("/journal/", asked).context["rows"]]


def done(key: str, by: Person | None = None, kind: str = "test.done", **data: Any) -> JournalEntry:
    return record(kind=kind, subject="test", key=key, by=by, at=AT, **data)


def test_the_newest_stands_first_with_who_and_what(supervisor: Person, cast: Cast, as_person: As) -> None:
    done("T-1")
    done("T-2", cast.officer, words="Umuhanda")
    client = as_person(supervisor)
    assert listed(client, kind="test.") == ["T-2", "T-1"]
    page = client.get("/journal/", {"kind": "test."}).content.decode()
    assert ("officer@portal.example" in page, "Umuhanda" in page, "the portal itself" in page) == (True, True, True)


@pytest.mark.parametrize(
    ("asked", "found"),
    [
        ({"key": "T-1"}, ["T-1"]),
        ({"key": "T"}, []),
        ({"person": "OFFICER@portal.example", "kind": "test."}, ["T-2"]),
        ({"person": "officer"}, []),
        ({"kind": "test.done"}, ["T-2", "T-1"]),
        ({"kind": "test.other"}, []),
        ({"since": "2026-11-20", "until": "2026-11-20", "kind": "test."}, ["T-2", "T-1"]),
        ({"since": "2026-11-21", "kind": "test."}, []),
        ({"until": "2026-11-19", "kind": "test."}, []),
        ({"since": "yesterday", "kind": "test."}, []),
    ],
)
def test_it_is_searched(supervisor: Person, cast: Cast, as_person: As, asked: dict[str, str], found: list[str]) -> None:
    done("T-1")
    done("T-2", cast.officer)
    assert listed(as_person(supervisor), **asked) == found


def test_it_says_where_a_request_came_from(cast: Cast, supervisor: Person, as_person: As) -> None:
    client = as_person(cast.importer)
    client.defaults["REMOTE_ADDR"] = "192.0.2.7"
    form = {"consignee": cast.importer_firm.pk, "bill_of_lading": "BL77", "cargo_kind": "container", "containers": ""}
    assert client.post("/consignments/new/", form).status_code == 302
    entry = JournalEntry.objects.filter(kind="cargo.consignment_registered").latest("pk")
    assert (entry.by, entry.origin) == (cast.importer, "192.0.2.7")
    assert done("T-1").origin is None
    assert "192.0.2.7" in as_person(supervisor).get("/journal/").content.decode()


@pytest.mark.parametrize(
    ("proxies", "forwarded", "origin"),
    [
        (0, "203.0.113.9", "192.0.2.7"),
        (1, "203.0.113.9", "203.0.113.9"),
        (1, "198.51.100.1, 203.0.113.9", "203.0.113.9"),
        (2, "198.51.100.1, 203.0.113.9", "198.51.100.1"),
        (2, "203.0.113.9", "192.0.2.7"),
        (1, "", "192.0.2.7"),
    ],
)
def test_only_a_trusted_proxy_is_believed(
    cast: Cast, as_person: As, settings: Any, proxies: int, forwarded: str, origin: str
) -> None:
    settings.TRUSTED_PROXY_COUNT = proxies
    client = as_person(cast.importer)
    client.defaults |= {"REMOTE_ADDR": "192.0.2.7", "HTTP_X_FORWARDED_FOR": forwarded}
    form = {"consignee": cast.importer_firm.pk, "bill_of_lading": "BL77", "cargo_kind": "container", "containers": ""}
    client.post("/consignments/new/", form)
    assert JournalEntry.objects.filter(kind="cargo.consignment_registered").latest("pk").origin == origin


def exported(client: Client, **asked: str) -> list[list[str]]:
    answer = client.get("/journal/export.csv", asked)
    assert answer["Content-Disposition"] == 'attachment; filename="journal.csv"'
    text = b"".join(answer.streaming_content).decode()  # type: ignore[attr-defined]
    return list(csv.reader(StringIO(text)))


def test_the_same_is_had_as_a_file(supervisor: Person, cast: Cast, as_person: As) -> None:
    entry = done("T-1", cast.officer, words='é, "so"')
    done("T-2")
    assert exported(as_person(supervisor), key="T-1") == [
        ["number", "kind", "subject", "key", "by", "at", "origin", "data"],
        [str(entry.pk), "test.done", "test", "T-1", "officer@portal.example", AT.isoformat(), "",
         '{"words": "é, \\"so\\""}'],
    ]  # fmt: skip


def test_who_took_it_out_and_by_what_is_in_it(supervisor: Person, cast: Cast, as_person: As) -> None:
    done("T-1", cast.officer)
    client = as_person(supervisor)
    asked = {"person": "Officer@portal.example", "kind": "liaison.", "since": "2026-01-02"}
    assert "journal_exported" not in str(exported(client, kind="liaison."))
    exported(client, **asked)
    exported(client, person="nobody@nowhere.example", since="never")
    told = JournalEntry.objects.filter(kind="liaison.journal_exported").order_by("pk")
    assert [(one.by, one.subject, one.data) for one in told] == [
        (supervisor, "journal", {"filters": {"kind": "liaison."}}),
        (supervisor, "journal", {"filters": {"kind": "liaison.", "since": "2026-01-02"}, "person": cast.officer.pk}),
        (supervisor, "journal", {"filters": {}, "person": None}),
    ]
    # No address of a person stays in it, and whoever may not have it leaves no trace of having taken it.
    assert as_person(cast.officer).get("/journal/export.csv").status_code == 403
    assert told.count() == 3


@pytest.mark.parametrize("key", ["=1+1", "+1", "-1", "@SUM(A1)"])
def test_no_cell_is_a_formula(supervisor: Person, as_person: As, key: str) -> None:
    done(key)
    assert exported(as_person(supervisor), key=key)[1][3] == f"'{key}"


@pytest.mark.parametrize("part", ["importer", "agent", "officer", "desk", "official"])
@pytest.mark.parametrize("url", ["/journal/", "/journal/export.csv"])
def test_it_is_for_nobody_else(cast: Cast, as_person: As, part: str, url: str) -> None:
    assert as_person(cast.people()[part]).get(url).status_code == 403
    assert list(JournalEntry.objects.visible_to(cast.people()[part])) == []


def test_it_costs_the_same_with_many(supervisor: Person, cast: Cast, as_person: As) -> None:
    client = as_person(supervisor)

    def cost() -> int:
        with CaptureQueriesContext(connection) as queries:
            client.get("/journal/?kind=test.")
        return len(queries)

    done("T-0", cast.officer)
    few = cost()
    for n in range(30):
        done(f"T-{n}", cast.officer)
    assert cost() == few <= 12
