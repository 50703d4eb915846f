"""Pages and registrations enter the largest tables by an index on what they ask for, and read none from end to end."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from cargo.models import Consignment
from cargo.registration import Particulars, register
from liaison.models import Person
from tests.cargo.test_affected import shut
from tests.cargo.test_deriving import gate_out
from tests.cargo.test_reading import csv, row, take_in
from tests.conftest import Cast, source_of

As = Callable[[Person | None], Client]
LARGEST = frozenset({"cargo_event", "cargo_eventmatch", "cargo_forecast", "cargo_milestone"})


def nodes(plan: dict[str, Any]) -> Iterator[dict[str, Any]]:
    yield plan
    for part in plan.get("Plans", []):
        yield from nodes(part)


def first_columns() -> dict[str, str]:
    """By the name of each index of the largest tables the column that leads it."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT i.indexrelid::regclass::text, a.attname FROM pg_index i "
            "JOIN pg_attribute a ON a.attrelid = i.indrelid AND a.attnum = i.indkey[0] "
            "WHERE i.indrelid::regclass::text = ANY(%s)",
            [list(LARGEST)],
        )
        return dict(cursor.fetchall())


def read_whole(sql: str, leads: dict[str, str]) -> list[str]:
    """How the statement reads one of the largest tables, or an index of theirs, from end to end."""
    with connection.cursor() as cursor:
        # Of the few rows of a test all are read at once, unless that is forbidden.
        cursor.execute(
            "SET LOCAL enable_seqscan = off; SET LOCAL enable_hashjoin = off; SET LOCAL enable_mergejoin = off; "
            "DISCARD PLANS"
        )
        cursor.execute(f"EXPLAIN (FORMAT JSON) {sql}")
        ((plan,),) = cursor.fetchall()
    found = plan if isinstance(plan, list) else json.loads(plan)
    return [
        f"{node['Node Type']} {node.get('Relation Name', '')} {node.get('Index Name', '')} {node.get('Index Cond', '')}"
        for node in nodes(found[0]["Plan"])
        if _is_whole(node, leads)
    ]


def _is_whole(node: dict[str, Any], leads: dict[str, str]) -> bool:
    if node["Node Type"] == "Seq Scan":
        return node["Relation Name"] in LARGEST
    index, condition = node.get("Index Name"), node.get("Index Cond", "")
    # What is read in the order of an index, or a small part that has an index of its own, needs no condition.
    return index in leads and bool(condition) and leads[index] not in condition


def statements(act: Callable[[], object]) -> list[str]:
    with CaptureQueriesContext(connection) as queries:
        act()
    asked = [query["sql"] for query in queries.captured_queries]
    return [sql for sql in asked if _is_of_the_largest(sql.lstrip())]


def _is_of_the_largest(sql: str) -> bool:
    # What is planned once is known by its name alone.
    return sql.startswith("EXECUTE") or (sql.startswith(("SELECT", "WITH")) and any(name in sql for name in LARGEST))


def test_pages_lists_and_registrations_read_none_whole(cast: Cast, consignment: Consignment, as_person: As) -> None:
    clerk = source_of("clerk", "csv_events")
    take_in(clerk, csv(row("discharged", 30), row("gate_out", 20)))
    shut()
    shut("xx-border-gatuna", "slow")
    shut("", kind="system", system="RECTS")
    again = Particulars(consignee=cast.importer_firm, containers=[unit.container for unit in consignment.units.all()])
    # Goods on their way, and one word that names a seal alone.
    gate = source_of("kpa-gate", "codeco")
    take_in(gate, gate_out("D1", 20, made=19))
    heard = csv(row("border_in", 3), row("delivered", 2), f"SEAL1{row('unsealed', 1, box='')}")
    acts: list[Callable[[], object]] = [
        lambda: take_in(clerk, heard),
        # What is stated again in a later issue.
        lambda: take_in(gate, gate_out("D2", 20, made=18)),
        lambda: register(particulars=again, by=None, at=timezone.now()),
    ]
    for person in (cast.importer, cast.officer):
        client = as_person(person)
        acts += [
            lambda client=client, path=path: client.get(path)  # type: ignore[misc]
            for path in (
                *("/consignments/", f"/consignments/{consignment.ref}/", "/tickets/", "/corridor/"),
                "/api/dcsa/v2/events?limit=100",
            )
        ]
    leads = first_columns()
    asked = [sql for act in acts for sql in statements(act)]
    assert len(asked) > 20
    assert {str(whole): sql for sql in asked if (whole := read_whole(sql, leads))} == {}


@pytest.mark.parametrize(("asked", "is_whole"), [("unit_id = 5", True), ("consignment_id = 5 AND unit_id = 5", False)])
def test_a_statement_that_does_is_found(db: None, asked: str, is_whole: bool) -> None:
    found = read_whole(f"SELECT FROM cargo_milestone WHERE {asked}", first_columns())
    assert bool(found) is is_whole
