"""The directory as a spreadsheet: what it holds, at what price, what the journal learns, and that it can be read back."""

from __future__ import annotations

from typing import Any

import pytest
from django.db.models import QuerySet
from django.utils import translation
from openpyxl import load_workbook
from pytest_django import DjangoAssertNumQueries

from cargo.models import Consignment
from liaison.calls import note_call
from liaison.exports import export_directory, template
from liaison.focal_points import Entry, add_focal_point
from liaison.imports import Fate, keep_draft, plan
from liaison.models import Identifier, JournalEntry, Organization
from tests.conftest import AT, Cast

HEAD = [
    "Name", "Kind", "Country", "Rwandan TIN", "Kenyan KRA PIN", "Ugandan TIN", "Clearing agent's licence", "Telephone",
    "E-mail address", "Address", "Contact's name", "Contact's duty", "Contact's telephone", "Contact's e-mail address",
    "Standing", "Last contact", "Open consignments", "Open tickets",
]  # fmt: skip


def exported(cast: Cast, rows: QuerySet[Organization] | None = None, **asked: str) -> list[list[Any]]:
    found = Organization.objects.all() if rows is None else rows
    file, count = export_directory(rows=found, asked=asked, by=cast.officer, at=AT)
    with file:
        table = [[cell.value for cell in row] for row in load_workbook(file).worksheets[0].rows]
    assert len(table) == count + 1
    return table


def test_a_row_says_all_of_an_organisation(cast: Cast, consignment: Consignment) -> None:
    firm = cast.importer_firm
    Identifier.objects.create(organization=firm, scheme="rw_tin", value="101234567")
    for name, rank in (("Deputy", 2), ("=Keza", 1)):
        entry = Entry(name=name, duty="Owner", phone="+250788123456", rank=rank)
        add_focal_point(organization=firm, entry=entry, by=None, at=AT)
    note_call(organization=firm, spoken_to="A", about="B", text="C", called_at=AT, by=cast.officer, at=AT)
    head, row = exported(cast, Organization.objects.filter(pk=firm.pk))
    assert head == HEAD
    assert row == [
        "Umucyo Traders", "Importer", "RW", "101234567", None, None, None, None, None, None, "=Keza", "Owner",
        "+250788123456", None, "Verified", AT.replace(tzinfo=None, hour=8), 1, 0,
    ]  # fmt: skip


def test_they_stand_from_a_to_z(cast: Cast) -> None:
    names = [row[0] for row in exported(cast)[1:]]
    assert names == sorted(names, key=str.lower)
    assert len(names) == Organization.objects.count()


def test_it_costs_the_same_for_few_and_for_many(cast: Cast, django_assert_num_queries: DjangoAssertNumQueries) -> None:
    for count in (1, 30):
        rows = Organization.objects.filter(pk__in=list(Organization.objects.values_list("pk", flat=True)[:count]))
        with django_assert_num_queries(6):
            exported(cast, rows)


def test_the_journal_learns_how_many_and_by_what_and_never_for_whom(cast: Cast) -> None:
    exported(cast, Organization.objects.filter(kind="agent"), q="Keza Uwera", kind="agent", standing="")
    entry = JournalEntry.objects.latest("pk")
    assert (entry.kind, entry.subject, entry.key, entry.by) == (
        "liaison.directory_exported", "directory", "export", cast.officer,
    )  # fmt: skip
    assert entry.data == {"rows": 1, "is_searched": True, "filters": {"kind": "agent"}}


@pytest.mark.parametrize("language", ["en", "fr", "rw", "sw"])
def test_it_can_be_read_back_in_every_language_and_changes_nothing(cast: Cast, language: str) -> None:
    Organization.objects.filter(pk=cast.importer_firm.pk).update(phone="+250788123456", email="a@umucyo.example")
    entry = Entry(name="Keza", phone="+250788123456", email="k@umucyo.example")
    add_focal_point(organization=cast.importer_firm, entry=entry, by=None, at=AT)
    with translation.override(language):
        others = Organization.objects.exclude(kind="office")
        file, _count = export_directory(rows=others, asked={}, by=cast.officer, at=AT)
    with file:
        draft, unread = keep_draft(content=file.read(), file_name="f", by=cast.officer, at=AT)
    assert len(unread) == 4
    assert {row.fate for row in plan(draft.rows)} == {Fate.SAME}


def test_the_template_has_the_columns_and_says_what_to_write() -> None:
    with template() as file:
        book = load_workbook(file)
    first, second = book.worksheets
    assert [[cell.value for cell in row] for row in first.rows] == [HEAD[:14]]
    explained = {str(row[0].value): str(row[1].value) for row in second.rows}
    assert explained["Rwandan TIN"] == "Nine digits."
    assert explained["Kind"].startswith("One of: Importer, Exporter")
    assert list(explained) == ["Column", *HEAD[:14]]
