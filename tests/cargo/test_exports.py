"""The list as a table: the same rows and columns as CSV and XLSX, nothing of others, and nothing that calculates."""

from __future__ import annotations

import csv as tables
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from io import BytesIO, StringIO
from typing import Any

import openpyxl
import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone, translation

from cargo.exports import headings
from cargo.exposures import reckon_costing
from cargo.models import Consignment, Forecast, Nomination, Unit
from cargo.registration import Particulars, register_many
from cargo.tariffs import load_tariff
from feeds.models import Source
from liaison.jobs import run_job, start_job
from liaison.models import JournalEntry, Person
from tests.api.test_shapes import forecast
from tests.cargo.test_reading import BOX, csv, row, take_in
from tests.conftest import AT, Cast

As = Callable[[Person | None], Client]
URL = "/consignments/export.csv"


@pytest.fixture
def burning(clerk: Source, consignment: Consignment) -> Consignment:
    load_tariff(at=AT)
    Unit.objects.update(size_type="22G1")
    take_in(clerk, csv(row("discharged", 24 * 17, box=BOX)))
    reckon_costing(at=timezone.now())
    return consignment


def table(client: Client, query: str = "") -> list[dict[str, str]]:
    answer = client.get(URL + query)
    assert (answer.status_code, answer["Content-Type"]) == (200, "text/csv; charset=utf-8")
    text = answer.getvalue().decode()
    assert text.startswith("\ufeff")
    return list(tables.DictReader(StringIO(text.removeprefix("\ufeff"))))


def test_a_row_says_what_the_list_says(burning: Consignment, cast: Cast, as_person: As) -> None:
    [line] = table(as_person(cast.importer))
    assert list(line) == headings()
    assert {
        name: line[name] for name in ("Reference", "Bill of lading", "Containers", "Goods", "Consignee", "Stage")
    } == {
        "Reference": burning.ref,
        "Bill of lading": "UMUC2611001",
        "Containers": "TGHU3054380 CSQU3054383",
        "Goods": "Rice",
        "Consignee": "Umucyo Traders",
        "Stage": "At the port",
    }
    assert datetime.fromisoformat(line["Heard at"]).utcoffset() is not None
    assert (line["Tomorrow in USD"] != "", line["Last free day"] != "", line["Weight in tonnes"]) == (True, True, "")


def test_the_days_say_where_an_import_and_an_export_will_be(burning: Consignment, cast: Cast, as_person: As) -> None:
    at = datetime(2026, 11, 26, 12, tzinfo=UTC)
    days = [at + timedelta(days=number) for number in range(4)]
    made = forecast(burning, made_at=timezone.now(), p10=days[2], p50=days[2], p90=days[3])
    columns = [
        f"{place}, {end}" for place in ("In Kigali", "In Mombasa", "Aboard a ship") for end in ("earliest", "latest")
    ]

    def told() -> list[str]:
        [line] = table(as_person(cast.importer))
        return [line[column] for column in columns]

    assert told() == ["2026-11-28", "2026-11-29", "", "", "", ""]
    Consignment.objects.update(direction="export")
    assert told() == ["", "", "", "", "2026-11-28", "2026-11-29"]
    Forecast.objects.filter(pk=made.pk).update(gate_p10=days[0], gate_p50=days[0], gate_p90=days[1])
    assert told() == ["", "", "2026-11-26", "2026-11-27", "2026-11-28", "2026-11-29"]


def test_money_only_where_it_may_be_seen(burning: Consignment, cast: Cast, as_person: As) -> None:
    [line] = table(as_person(cast.agent))
    assert (line["Reference"], line["Owed in USD"], line["Last free day"]) == (burning.ref, "", "")
    Nomination.objects.update(may_see_money=True)
    assert table(as_person(cast.agent))[0]["Last free day"] != ""


def test_a_file_made_before_is_handed_out_while_all_its_money_may_be_seen(
    burning: Consignment, cast: Cast, as_person: As
) -> None:
    """The agent's one has the importer's money in it, the other one was made before she was let see that."""
    client, files = as_person(cast.agent), []
    for may in (False, True):
        Nomination.objects.update(may_see_money=may)
        asked = {"consignments": [burning.pk], "as": "csv"}
        job = start_job(kind="consignments", label="Two", asked=asked, by=cast.agent, at=AT)
        assert run_job(job_id=job.pk, at=AT)
        files.append(f"/me/jobs/{job.pk}/file/")
    assert [client.get(file).status_code for file in files] == [200, 200]
    [line] = tables.DictReader(StringIO(client.get(files[1]).content.decode("utf-8-sig")))
    assert line["Last free day"] != ""
    Nomination.objects.update(may_see_money=False)
    assert [client.get(file).status_code for file in files] == [200, 403]
    Nomination.objects.update(ended_at=AT)
    assert [client.get(file).status_code for file in files] == [403, 403]


def test_nothing_of_others_and_the_filters_hold(burning: Consignment, cast: Cast, as_person: As) -> None:
    other = register_many(
        [Particulars(consignee=cast.stranger_firm, bill_of_lading="OTHER1", goods="=1+1")], by=None, at=AT
    )[0]
    importer, office = as_person(cast.importer), as_person(cast.officer)
    assert [line["Reference"] for line in table(as_person(cast.stranger))] == [other.ref]
    assert sorted(line["Reference"] for line in table(office)) == sorted([burning.ref, other.ref])
    assert table(importer, f"?consignment={other.ref}") == []
    assert [line["Reference"] for line in table(office, f"?consignment={other.ref}")] == [other.ref]
    assert [line["Reference"] for line in table(office, "?q=UMUC")] == [burning.ref]
    assert table(importer, "?state=delivered") == []
    assert table(office, f"?consignment={other.ref}")[0]["Goods"] == "'=1+1"


def test_a_book_holds_the_same(burning: Consignment, cast: Cast, as_person: As) -> None:
    answer = as_person(cast.importer).get("/consignments/export.xlsx")
    sheet: Any = openpyxl.load_workbook(BytesIO(answer.getvalue())).active
    rows = [list(line) for line in sheet.iter_rows(values_only=True)]
    assert (rows[0], rows[1][0], len(rows)) == (headings(), burning.ref, 2)


def test_it_is_told_to_the_journal_without_what_was_searched_for(
    burning: Consignment, cast: Cast, as_person: As
) -> None:
    table(as_person(cast.importer), "?q=UMUC&state=open&other=1")
    entry = JournalEntry.objects.get(kind="cargo.consignments_exported")
    assert (entry.by, entry.data) == (cast.importer, {"format": "csv", "filters": ["q", "state"]})


def test_more_rows_cost_no_more_queries(burning: Consignment, cast: Cast, as_person: As) -> None:
    client, costs = as_person(cast.importer), []
    for first in (0, 20):
        many = [Particulars(consignee=cast.importer_firm, bill_of_lading=f"X{first + n}") for n in range(first)]
        register_many(many, by=None, at=AT)
        with CaptureQueriesContext(connection) as queries:
            table(client)
        costs.append(len(queries))
    assert costs[0] == costs[1]


def test_a_table_of_a_known_kind_is_read_or_ordered_and_nothing_else(cast: Cast, as_person: As) -> None:
    client = as_person(cast.importer)
    for url in (URL, "/directory/export.xlsx", "/journal/export.csv"):
        assert (client.put(url).status_code, client.delete(url).status_code) == (405, 405)
    assert (client.post(URL).status_code, client.get("/consignments/export.pdf/").status_code) == (200, 404)
    assert as_person(cast.official).get(URL).status_code == 403


def test_it_speaks_the_readers_language(burning: Consignment, cast: Cast, as_person: As) -> None:
    Person.objects.update(language="fr")
    with translation.override("fr"):
        expected = headings()
    assert list(table(as_person(cast.importer))[0]) == expected
    assert expected[0] == "Référence"


@pytest.mark.parametrize("query", ["?state=lost", "?q=" + "x" * 41, "?list=rubbish", "?q=%00"])
def test_a_filter_that_is_not_understood_gives_no_table(cast: Cast, as_person: As, query: str) -> None:
    assert as_person(cast.importer).get(URL + query).status_code == 400
    assert JournalEntry.objects.filter(kind="cargo.consignments_exported").count() == 0
