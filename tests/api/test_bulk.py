"""Many consignments in one call: each with its own result, by few queries, and a wrong one holds up no other."""

from __future__ import annotations

from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from hypothesis import given, settings
from hypothesis import strategies as st

from api.bulk import _Item, _refuse_doubles
from cargo.models import Consignment, Unit
from cargo.registration import Particulars
from liaison.models import JournalEntry, Organization
from tests.conftest import Cast, program_of
from tests.test_queries import box

URL = "/api/v1/consignments/bulk/"


def post(client: Client, items: Any, **headers: str) -> Any:
    return client.post(URL, {"consignments": items}, content_type="application/json", headers=headers)


def test_each_has_its_own_result(cast: Cast, consignment: Consignment) -> None:
    theirs = {"bill_of_lading": "THEIRS1"}
    assert post(program_of(cast.stranger), [theirs]).json()["registered"] == 1
    items = [
        {"bill_of_lading": "B1", "containers": [box(1)], "weight_t": 24.5, "consignee": "umucyo traders"},
        {"bill_of_lading": "umuc 2611001"},
        theirs,
        {"bill_of_lading": "B2", "weight_t": -1, "hs_code": "1"},
        {"bill_of_lading": "b 1"},
        {"containers": [box(1)], "bill_of_lading": "B3"},
        {"containers": ["TGHU3054381"]},
        {"bill_of_lading": "B4", "consignee": "Ikirere Imports"},
        {"bill_of_lading": "B5", "colour": "red"},
        {},
        "B6",
        {"bill_of_lading": "B7", "containers": [7]},
        {"bill_of_lading": "B\x008"},
        {"bill_of_lading": "B9", "cargo_kind": "roro"},
    ]
    answer = post(program_of(cast.importer), items)
    found = answer.json()
    assert [row["status"] for row in found["results"]] == [
        201, 200, 409, 400, 400, 400, 400, 400, 400, 400, 400, 400, 400, 201,
    ]  # fmt: skip
    assert {name: found[name] for name in ("registered", "known", "refused")} == {
        "registered": 2,
        "known": 1,
        "refused": 11,
    }
    assert [row["index"] for row in found["results"]] == list(range(len(items)))
    made = Consignment.objects.get(bill_of_lading="B1")
    assert (found["results"][0]["ref"], made.consignee, str(made.weight_t)) == (made.ref, cast.importer_firm, "24.500")
    assert [unit.container for unit in Unit.objects.filter(consignment=made)] == [box(1)]
    assert found["results"][1]["ref"] == consignment.ref
    fields = [sorted(row["errors"] or {}) for row in found["results"]]
    assert fields[3:9] == [["hs_code", "weight_t"], ["__all__"], ["__all__"], ["containers"], ["consignee"], ["colour"]]
    assert "THEIRS" not in answer.content.decode()
    assert Consignment.objects.count() == 4


def test_the_same_again_is_known(cast: Cast) -> None:
    items = [{"bill_of_lading": f"BL{number}", "containers": [box(number)]} for number in range(5)]
    client = program_of(cast.importer)
    first, again, keyed = post(client, items).json(), post(client, items).json(), None
    assert [first["registered"], again["registered"], again["known"]] == [5, 0, 5]
    assert [row["ref"] for row in first["results"]] == [row["ref"] for row in again["results"]]
    more = [{"bill_of_lading": "BL9"}]
    keyed = [post(client, more, **{"idempotency-key": "k"}) for _time in range(2)]
    assert (keyed[0].json(), keyed[1]["Idempotency-Replayed"]) == (keyed[1].json(), "true")
    assert JournalEntry.objects.filter(kind="cargo.consignment_registered").count() == 6


def test_many_cost_as_many_queries_as_few(cast: Cast) -> None:
    costs, client, number = [], program_of(cast.importer), 0
    for count in (2, 150):
        items = [{"bill_of_lading": f"BL{number + each}", "containers": [box(number + each)]} for each in range(count)]
        number += count
        with CaptureQueriesContext(connection) as queries:
            assert post(client, items).json()["registered"] == count
        costs.append(len(queries))
    assert costs[1] <= costs[0] + 4, costs


@pytest.mark.parametrize("items", [[], "x", None, {}, [{"bill_of_lading": "B"}] * 1001])
def test_a_list_of_none_or_of_too_many_is_refused(cast: Cast, items: Any) -> None:
    answer = post(program_of(cast.importer), items)
    assert (answer.status_code, list(answer.json()["errors"]), Consignment.objects.count()) == (
        400,
        ["consignments"],
        0,
    )


def test_who_may_not_register_may_not_register_many(cast: Cast) -> None:
    statuses = [
        post(program_of(person), [{"bill_of_lading": "B1"}]).status_code for person in (cast.desk, cast.official)
    ]
    assert statuses == [403, 403]
    assert post(program_of(cast.importer, "read"), [{"bill_of_lading": "B1"}]).status_code == 403
    assert post(program_of(cast.officer), [{"bill_of_lading": "B1"}]).json()["results"][0]["status"] == 400


@pytest.mark.parametrize(
    "said",
    [
        {},
        {"weight_t": "0"},
        {"weight_t": 0.0001},
        {"weight_t": "heavy"},
        {"weight_t": 10**15},
        {"packages": 0},
        {"packages": 2**40},
        {"packages": 1.5},
        {"packages": True},
        {"hs_code": "123"},
        {"hs_code": "12345678901"},
        {"hs_code": "1006.30"},
        {"origin_country": "XX"},
        {"origin_country": "KE"},
        {"trade_regime": "efta"},
        {"origin_certificate": "C1"},
        {"origin_certificate": "C1", "trade_regime": "none"},
        {"origin_certificate": "C1", "trade_regime": "eac"},
        {"goods": "x" * 201},
        {"goods": ["Tea"]},
        {"own_reference": "x" * 41},
        {"direction": "sideways"},
        {"direction": "export"},
        {"cargo_kind": "soup"},
        {"cargo_kind": "roro", "containers": ["JTDBR32E720012345"]},
        {"containers": ["TGHU3054381"]},
        {"containers": ["TGHU 305438-0"]},
        {"consignee": "Nobody Ltd"},
        {"form_key": "x"},
        {"id": 7},
    ],
)
def test_many_are_held_to_the_rules_of_one(cast: Cast, said: dict[str, Any]) -> None:
    body = {"bill_of_lading": "B1", **said}
    client = program_of(cast.importer)
    many = post(client, [body]).json()["results"][0]
    Unit.objects.all().delete()
    Consignment.objects.all().delete()
    one = client.post("/api/v1/consignments/", body, content_type="application/json")
    assert many["status"] == one.status_code, (many, one.content)
    assert sorted(many["errors"] or {}) == sorted(one.json().get("errors", {}))


def listed(*goods: tuple[str, list[str]]) -> list[_Item]:
    firm = Organization(name="Umucyo Traders")
    return [
        _Item(particulars=Particulars(consignee=firm, bill_of_lading=bill, containers=boxes)) for bill, boxes in goods
    ]


def places(items: list[_Item]) -> list[str]:
    """Of each item the place of the one that it repeats, by its words; empty for those that stay."""
    return [
        "" if item.particulars else item.result["errors"]["__all__"][0].split("item ")[1].split(" ")[0]
        for item in items
    ]


@pytest.mark.parametrize(
    ("goods", "repeats"),
    [
        ([], []),
        ([("B1", []), ("B2", []), ("b 1", [])], ["", "", "0"]),
        ([("", ["TGHU3054380"]), ("B1", ["tghu 305438 0"])], ["", "0"]),
        # Twice in one item is one.
        ([("B1", ["TGHU3054380", "TGHU3054380"]), ("B2", [])], ["", ""]),
        # What was refused holds up nothing that only it named.
        ([("B1", []), ("B1", ["TGHU3054380"]), ("B3", ["TGHU3054380"])], ["", "0", ""]),
        # A number of one kind is none of the other.
        ([("TGHU3054380", []), ("", ["TGHU3054380"])], ["", ""]),
        ([("", []), ("", [])], ["", ""]),
    ],
)
def test_the_later_of_two_names_the_first(goods: list[tuple[str, list[str]]], repeats: list[str]) -> None:
    items = listed(*goods)
    _refuse_doubles(items)
    assert places(items) == repeats


@settings(max_examples=40)
@given(st.lists(st.tuples(st.sampled_from(["", "B1", "B2", "B3"]), st.lists(st.sampled_from("ABCD"), max_size=3))))
def test_those_that_stay_share_nothing_and_each_other_repeats_one_of_them(goods: list[tuple[str, list[str]]]) -> None:
    items = listed(*goods)
    _refuse_doubles(items)
    numbers = [{*filter(None, [bill]), *boxes} for bill, boxes in goods]
    kept = [place for place, item in enumerate(items) if item.particulars]
    assert all(not numbers[one] & numbers[other] for one in kept for other in kept if one < other)
    for place, first in enumerate(places(items)):
        if first:
            assert int(first) in kept[: kept.index(int(first)) + 1]
            assert int(first) < place
            assert numbers[int(first)] & numbers[place]
