"""Consignments for people's programs: every field of the contract, what is unknown, and what is not the caller's."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any
from urllib.parse import urlencode

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from cargo.forecasting import forecast_consignments
from cargo.merging import merge
from cargo.models import Consignment, Forecast, Nomination, Unit
from cargo.registration import Particulars, register_many
from cargo.tariffs import load_tariff
from feeds.models import Source
from liaison.models import Person
from tests.cargo.test_reading import BOX, OTHER_BOX, csv, row, take_in
from tests.conftest import AT, Cast, program_of
from tests.test_queries import box

LIST = "/api/v1/consignments/"


@pytest.fixture
def moved(clerk: Source, consignment: Consignment) -> Consignment:
    """Both boxes were discharged seventeen days ago; one has left the port."""
    load_tariff(at=AT)
    Unit.objects.update(size_type="22G1")
    discharged = [row("discharged", hours, box=number) for hours, number in ((24 * 17, BOX), (24 * 17 - 1, OTHER_BOX))]
    take_in(clerk, csv(*discharged, row("gate_out", 5, box=BOX)))
    return consignment


def get(client: Client, url: str) -> Any:
    answer = client.get(url)
    assert (answer.status_code, answer["Content-Type"]) == (200, "application/json"), answer.content
    return answer.json()


def test_one_says_all_that_the_page_says(moved: Consignment, cast: Cast) -> None:
    found = get(program_of(cast.importer), f"{LIST}{moved.ref}/")
    assert {name: found[name] for name in ("ref", "bill_of_lading", "consignee", "cargo_kind", "goods")} == {
        "ref": moved.ref,
        "bill_of_lading": "UMUC2611001",
        "consignee": "Umucyo Traders",
        "cargo_kind": "container",
        "goods": "Rice",
    }
    assert (found["containers"], found["weight_t"], found["state"]) == (["TGHU3054380", "CSQU3054383"], None, "at_port")
    assert (found["at"]["node"], found["at"]["source"]) == ("ke-port-mombasa", "Clerk")
    assert datetime.fromisoformat(found["at"]["since"]).utcoffset() is not None
    assert (found["held_by"], found["next_step"], found["arrival"]) == ("RRA", "rra_released", None)
    money = found["money"]
    assert (money["currency"], [clock["name"] for clock in money["clocks"] if clock["binding"]]) == (
        "USD",
        ["port_storage"],
    )
    assert sorted(money["clocks"][0]) == [
        "accrued", "basis", "binding", "chance", "confidence", "containers", "free_days", "last_free_on", "name", "payee",
        "starts_on", "stops_on", "tomorrow", "unknown",
    ]  # fmt: skip


def test_what_nobody_has_said_is_null(consignment: Consignment, cast: Cast) -> None:
    found = get(program_of(cast.importer), f"{LIST}{consignment.ref}/")
    assert (found["state"], found["at"], found["arrival"]) == ("registered", None, None)


def test_charges_are_for_those_who_may_see_them_by_a_token_that_may(moved: Consignment, cast: Cast) -> None:
    url = f"{LIST}{moved.ref}/"
    assert get(program_of(cast.agent), url)["money"] is None
    assert get(program_of(cast.importer, "read"), url)["money"] is None
    Nomination.objects.update(may_see_money=True)
    assert get(program_of(cast.agent), url)["money"] is not None


def test_how_likely_a_clock_is_missed_is_said_by_the_forecast(moved: Consignment, cast: Cast) -> None:
    url = f"{LIST}{moved.ref}/"
    before = get(program_of(cast.importer), url)
    assert (before["merged_into"], before["money"]["expected"]) == (None, None)
    assert {clock["chance"] for clock in before["money"]["clocks"]} == {None}
    forecast_consignments([moved.pk], at=timezone.now())
    after = get(program_of(cast.importer), url)["money"]
    assert float(after["expected"]) >= 0
    # What costs already has no chance of it any more.
    chances = [(clock["binding"], clock["chance"]) for clock in after["clocks"] if clock["stops_on"] is None]
    assert (True, None) in chances
    assert any(0 < chance < 1 for _binding, chance in chances if chance is not None)
    assert after["expected_is_least"] is True
    assert get(program_of(cast.agent), url)["money"] is None


def test_of_one_that_was_merged_it_is_said_into_which(moved: Consignment, cast: Cast) -> None:
    [other] = register_many([Particulars(consignee=cast.importer_firm, goods="Rice")], by=None, at=AT)
    merge(kept=moved, other=other, by=cast.officer, at=timezone.now())
    assert get(program_of(cast.importer), f"{LIST}{other.ref}/")["merged_into"] == moved.ref


def test_events_carry_their_sources_own_words(moved: Consignment, cast: Cast) -> None:
    found = get(program_of(cast.agent), f"{LIST}{moved.ref}/events/")["results"]
    assert [(each["kind"], each["classifier"], each["container"]) for each in found] == [
        ("gate_out", "ACT", BOX),
        ("discharged", "ACT", OTHER_BOX),
        ("discharged", "ACT", BOX),
    ]
    assert {"occurred_at", "received_at", "source", "source_words", "corrects", "delivery", "node"} <= set(found[0])
    assert get(program_of(cast.agent), f"{LIST}{moved.ref}/events/?kind=gate_out")["results"] == found[:1]


def test_milestones_are_the_whole_rail_and_unknown_is_said(moved: Consignment, cast: Cast) -> None:
    found = get(program_of(cast.importer), f"{LIST}{moved.ref}/milestones/")["results"]
    assert {(each["code"], each["state"], each["container"]) for each in found if each["state"] != "unknown"} == {
        ("discharged", "done", BOX),
        ("discharged", "done", OTHER_BOX),
        ("gate_out", "done", BOX),
    }
    unknown = next(each for each in found if each["code"] == "sealed")
    assert (unknown["state"], unknown["actual_at"], unknown["source"]) == ("unknown", None, None)


def test_forecasts_are_kept_as_they_were_made(moved: Consignment, cast: Cast) -> None:
    forecast_consignments([moved.pk], at=timezone.now())
    made = Forecast.objects.get()
    [found] = get(program_of(cast.importer), f"{LIST}{moved.ref}/forecasts/")["results"]
    assert datetime.fromisoformat(found["p50"]) == made.p50
    arrival = get(program_of(cast.importer), f"{LIST}{moved.ref}/")["arrival"]
    assert {name: found[name] for name in arrival} == arrival
    assert sorted(arrival) == ["hit_rate", "made_at", "n", "p10", "p50", "p90", "reason"]


def test_the_list_is_the_callers_own_and_narrows(moved: Consignment, cast: Cast) -> None:
    other = register_many(
        [Particulars(consignee=cast.stranger_firm, bill_of_lading="OTHER1", cargo_kind="roro")], by=None, at=AT
    )[0]

    def refs(query: str, client: Client) -> list[str]:
        return [each["ref"] for each in get(client, f"{LIST}{query}")["results"]]

    mine, office = program_of(cast.importer), program_of(cast.officer)
    assert [refs("", mine), refs("", program_of(cast.stranger)), refs("", office)] == [
        [moved.ref],
        [other.ref],
        [moved.ref, other.ref],
    ]
    for query in ("q=CSQU", "state=at_port", "state=open", "cargo_kind=container", "container=tghu 305438-0",
                  "bill_of_lading=umuc2611001", "updated_since=2020-01-01T00:00:00%2B00:00"):  # fmt: skip
        assert refs(f"?{query}", mine) == [moved.ref], query
    for query in ("q=OTHER1", "state=at_sea", "cargo_kind=roro", "container=TGHU3054381", "bill_of_lading=OTHER1",
                  "updated_since=2099-01-01T00:00:00%2B00:00"):  # fmt: skip
        assert refs(f"?{query}", mine) == [], query
    for query in ("state=lost", "cargo_kind=soup", "updated_since=yesterday", "colour=red", "q=%00"):
        assert mine.get(f"{LIST}?{query}").status_code == 400, query


def test_a_program_that_asks_for_what_is_new_hears_late_news_and_every_change(
    moved: Consignment, cast: Cast, clerk: Source
) -> None:
    program = program_of(cast.importer)

    def since(moment: str) -> list[str]:
        asked = get(program, f"{LIST}?{urlencode({'updated_since': moment})}")
        return [each["ref"] for each in asked["results"]]

    def latest() -> str:
        return str(get(program, f"{LIST}{moved.ref}/")["updated_at"])

    def after(moment: str) -> str:
        return (datetime.fromisoformat(moment) + timedelta(microseconds=1)).isoformat()

    seen = latest()
    assert (since(seen), since(after(seen))) == ([moved.ref], [])
    # Of something that happened long before what we know.
    take_in(clerk, csv(row("vessel_departed", 900)))
    assert (latest() > seen, since(after(seen))) == (True, [moved.ref])
    seen = latest()
    assert program.patch(f"{LIST}{moved.ref}/", {"goods": "Roof tiles"}, "application/json").status_code == 200
    assert (latest() > seen, since(after(seen))) == (True, [moved.ref])
    seen = latest()
    # What changes nothing is no change.
    assert program.patch(f"{LIST}{moved.ref}/", {"goods": "Roof tiles"}, "application/json").status_code == 200
    assert (latest(), since(after(seen))) == (seen, [])


def test_pages_follow_each_other_and_cost_the_same_queries(cast: Cast, clerk: Source) -> None:
    load_tariff(at=AT)
    many = [Particulars(consignee=cast.importer_firm, bill_of_lading=f"BL{n}", containers=[box(n)]) for n in range(30)]
    made = register_many(many, by=None, at=AT)
    client = program_of(cast.importer)
    found, url = [], f"{LIST}?limit=7"
    while url:
        page = get(client, url)
        found += [each["ref"] for each in page["results"]]
        url = page["next"]
    assert sorted(found) == [each.ref for each in made]
    costs = []
    for query in ("limit=1", "limit=30", "limit=30&fields=ref,state,arrival"):
        with CaptureQueriesContext(
            connection,
        ) as queries:
            get(client, f"{LIST}?{query}")
        costs.append(len(queries))
    assert costs[0] == costs[1] <= 8
    assert costs[2] <= 5


def test_of_many_that_moved_at_the_same_moment_none_is_left_out(cast: Cast) -> None:
    many = [Particulars(consignee=cast.importer_firm, bill_of_lading=f"BL{n}") for n in range(1100)]
    made = register_many(many, by=None, at=AT)
    client, found, url = program_of(cast.importer), [], f"{LIST}?limit=500"
    while url:
        page = get(client, url)
        found += [each["ref"] for each in page["results"]]
        url = page["next"]
        assert len(found) <= len(made)
    assert sorted(found) == [each.ref for each in made]
    assert client.get(f"{LIST}?cursor=cD14").status_code == 400


def test_registering_answers_with_the_whole_and_where_it_is(cast: Cast) -> None:
    body = {
        "bill_of_lading": "umuc 2611002", "containers": ["TGHU 305438-0"], "goods": "Rice", "hs_code": "1006.30",
        "weight_t": 24.5, "vessel": "ABACUS", "voyage": "411E",
    }  # fmt: skip
    answer = program_of(cast.importer).post(LIST, body, content_type="application/json")
    made = Consignment.objects.get()
    assert (answer.status_code, answer["Location"]) == (201, f"{LIST}{made.ref}/")
    found = answer.json()
    assert (found["bill_of_lading"], found["containers"], found["hs_code"], found["weight_t"], found["cargo_kind"]) == (
        "UMUC2611002",
        ["TGHU3054380"],
        "100630",
        24.5,
        "container",
    )
    assert (made.consignee, made.registered_by) == (cast.importer_firm, cast.importer)


@pytest.mark.parametrize(
    ("body", "field"),
    [
        ({}, "__all__"),
        ([], "body"),
        ({"containers": ["TGHU3054381"]}, "containers"),
        ({"containers": "TGHU3054380"}, "containers"),
        ({"containers": [1]}, "containers"),
        ({"bill_of_lading": "B1", "weight_t": -1}, "weight_t"),
        ({"bill_of_lading": "B1", "weight_t": True}, "weight_t"),
        ({"bill_of_lading": "B1", "hs_code": "12"}, "hs_code"),
        ({"bill_of_lading": "B1", "cargo_kind": "soup"}, "cargo_kind"),
        ({"bill_of_lading": {"no": 1}}, "bill_of_lading"),
        ({"bill_of_lading": "B\x001"}, "bill_of_lading"),
        ({"bill_of_lading": "B1", "consignee": "Ikirere Imports"}, "consignee"),
        ({"bill_of_lading": "B1", "consignee": "a\x00b"}, "consignee"),
        ({"bill_of_lading": "B1", "state": "delivered"}, "state"),
    ],
)
def test_what_cannot_be_registered_is_named(cast: Cast, body: Any, field: str) -> None:
    answer = program_of(cast.importer).post(LIST, body, content_type="application/json")
    assert (answer.status_code, answer["Content-Type"]) == (400, "application/problem+json")
    assert list(answer.json()["errors"]) == [field]
    assert Consignment.objects.count() == 0


def test_the_same_again_is_the_one_that_is_there(cast: Cast) -> None:
    client, body = program_of(cast.importer), {"bill_of_lading": "B1"}
    answers = [client.post(LIST, body, content_type="application/json") for _time in range(2)]
    assert [answer.status_code for answer in answers] == [201, 200]
    assert answers[0].json()["ref"] == answers[1].json()["ref"]
    foreign = program_of(cast.stranger).post(LIST, body, content_type="application/json")
    assert (foreign.status_code, answers[0].json()["ref"] in foreign.content.decode()) == (409, False)


def test_what_is_said_of_goods_can_be_changed_by_who_may_act(moved: Consignment, cast: Cast) -> None:
    url = f"{LIST}{moved.ref}/"

    def patch(person: Person, body: Any) -> Any:
        return program_of(person).patch(url, body, content_type="application/json")

    changed = patch(cast.importer, {"goods": "Sugar", "weight_t": 21.5, "own_reference": "PO 7"})
    assert changed.status_code == 200
    assert {name: changed.json()[name] for name in ("goods", "weight_t", "own_reference", "hs_code")} == {
        "goods": "Sugar",
        "weight_t": 21.5,
        "own_reference": "PO7",
        "hs_code": "",
    }
    assert (patch(cast.agent, {"goods": "Tea"}).status_code, patch(cast.stranger, {"goods": "Tea"}).status_code) == (
        200,
        404,
    )
    Nomination.objects.update(may_act=False)
    assert patch(cast.agent, {"goods": "Salt"}).status_code == 403
    wrong: list[Any] = [{"weight_t": -1}, {"ref": "RW26-9"}, {"hs_code": "1"}, [], {"goods": ["Tea"]}]
    for body in wrong:
        assert patch(cast.importer, body).status_code == 400, body
    moved.refresh_from_db()
    assert (moved.goods, str(moved.weight_t)) == ("Tea", "21.500")


def test_who_may_not_register_is_refused(cast: Cast) -> None:
    body = {"bill_of_lading": "B1"}
    statuses = [
        program_of(person).post(LIST, body, content_type="application/json").status_code
        for person in (cast.desk, cast.official)
    ]
    assert statuses == [403, 403]
    answer = program_of(cast.officer).post(
        LIST, {**body, "consignee": "umucyo traders"}, content_type="application/json"
    )
    assert (answer.status_code, answer.json()["consignee"]) == (201, "Umucyo Traders")


def test_a_body_that_is_no_json_is_a_problem(cast: Cast) -> None:
    answer = program_of(cast.importer).post(LIST, "{", content_type="application/json")
    assert (answer.status_code, answer["Content-Type"]) == (400, "application/problem+json")


def test_an_unknown_and_a_foreign_consignment_look_the_same(moved: Consignment, cast: Cast) -> None:
    client = program_of(cast.stranger)
    for part in ("", "events/", "milestones/", "forecasts/"):
        foreign, unknown = client.get(f"{LIST}{moved.ref}/{part}"), client.get(f"{LIST}RW99-999999/{part}")
        assert (foreign.status_code, unknown.status_code) == (404, 404)
        assert foreign.content == unknown.content
