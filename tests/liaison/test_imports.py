"""Organisations from a spreadsheet: seen first, done once, doubled never, and only as far as the office may."""

from __future__ import annotations

import time
from concurrent.futures import ThreadPoolExecutor
from io import BytesIO
from typing import Any

import pytest
from django.core.exceptions import ValidationError
from django.db import connections
from openpyxl import Workbook
from pytest_django import DjangoAssertNumQueries

from liaison.focal_points import Entry, add_focal_point
from liaison.imports import Fate, carry_out, counts_of, keep_draft, plan, version_of
from liaison.models import FocalPoint, Identifier, JournalEntry, Organization, Person, SheetDraft
from tests.conftest import AT, Cast
from tests.liaison.conftest import applicant
from tests.liaison.test_sheets import book

HEAD: list[object] = ["Name", "Kind", "Country", "Rwandan TIN", "Telephone", "Contact's name", "Contact's telephone"]
NEW: list[object] = ["Akabuto Clearing", "agent", "RW", 101234567, "0788123456", "Keza", "0788123457"]
AGENCY: list[object] = ["RURA", "Public agency", "Rwanda"]


def draft_of(cast: Cast, *rows: list[object], head: list[object] = HEAD) -> SheetDraft:
    draft, _unread = keep_draft(content=book(head, *rows), file_name="f.xlsx", by=cast.officer, at=AT)
    return draft


def fates(cast: Cast, *rows: list[object], **more: Any) -> list[str]:
    return [row.fate.value for row in plan(draft_of(cast, *rows, **more).rows)]


def words(cast: Cast, *rows: list[object]) -> list[list[str]]:
    return [row.words for row in plan(draft_of(cast, *rows).rows)]


def do(cast: Cast, *rows: list[object]) -> dict[str, int]:
    draft = draft_of(cast, *rows)
    counts = carry_out(draft=draft, seen=version_of(plan(draft.rows)), by=cast.officer, at=AT)
    return {fate.value: number for fate, number in counts.items() if number}


def everything() -> list[int]:
    return [model.objects.count() for model in (Organization, Identifier, FocalPoint, JournalEntry)]


@pytest.fixture
def umucyo(cast: Cast) -> Organization:
    """The importer's firm, verified under a number."""
    Identifier.objects.create(organization=cast.importer_firm, scheme="rw_tin", value="109876543", is_verified=True)
    return cast.importer_firm


def test_looking_writes_nothing_but_the_draft(cast: Cast) -> None:
    before = everything()
    draft = draft_of(cast, NEW, AGENCY)
    assert [row.fate for row in plan(draft.rows)] == [Fate.NEW, Fate.NEW]
    assert everything() == before
    assert (draft.by, draft.file_name, draft.rows[1]) == (
        cast.officer, "f.xlsx", {"line": 3, "name": "RURA", "kind": "Public agency", "country": "Rwanda"},
    )  # fmt: skip


def test_new_firms_wait_for_verification_and_agencies_do_not(cast: Cast) -> None:
    assert do(cast, NEW, AGENCY) == {"new": 2}
    firm, agency = (Organization.objects.get(name=row[0]) for row in (NEW, AGENCY))
    assert (firm.standing, firm.kind, firm.country, firm.phone) == ("pending", "agent", "RW", "+250788123456")
    assert (agency.standing, agency.kind) == ("verified", "agency")
    assert list(firm.identifiers.values_list("scheme", "value", "is_verified")) == [("rw_tin", "101234567", False)]
    point = firm.focal_points.get()
    assert (point.name, point.phone, point.rank, firm.membership_set.count()) == ("Keza", "+250788123457", 1, 0)
    assert not SheetDraft.objects.exists()


def test_the_same_file_again_changes_nothing(cast: Cast) -> None:
    do(cast, NEW, AGENCY)
    before = everything()[:3]
    assert do(cast, NEW, AGENCY) == {"same": 2}
    assert everything()[:3] == before


def test_the_journal_is_told_of_each_and_of_the_whole_without_names(cast: Cast, umucyo: Organization) -> None:
    entries = JournalEntry.objects.count()
    do(cast, NEW, ["Umucyo Traders", "", "", "", "0788999888"], ["", "agent"])
    told = JournalEntry.objects.order_by("pk")[entries:]
    made = Organization.objects.get(name="Akabuto Clearing")
    assert [(entry.kind.removeprefix("liaison."), entry.key, entry.data) for entry in told][:2] == [
        ("organization_imported", str(made.pk), {"changed": ["new"], "sheet": True}),
        ("organization_changed", str(umucyo.pk), {"changed": ["phone"], "sheet": True}),
    ]
    assert (told[2].kind, told[2].data) == ("liaison.sheet_imported", {"wrong": 1, "new": 1, "changed": 1, "same": 0})
    assert {entry.by for entry in told} == {cast.officer}


def test_a_known_firm_is_found_by_its_number_whatever_it_is_called(cast: Cast, umucyo: Organization) -> None:
    row: list[object] = ["Umucyo Ltd", "exporter", "", "109876543", "0788999888"]
    (planned,) = plan(draft_of(cast, row).rows)
    assert (planned.organization, planned.fate, planned.changes) == (umucyo, Fate.CHANGED, {"phone": "+250788999888"})
    assert planned.words == [
        "Telephone",
        "Name stays “Umucyo Traders”. Change it on the organisation's page.",
        "Kind stays “importer”. Change it on the organisation's page.",
    ]
    do(cast, row)
    umucyo.refresh_from_db()
    assert (umucyo.name, umucyo.kind, umucyo.phone, umucyo.standing) == (
        "Umucyo Traders", "importer", "+250788999888", "verified",
    )  # fmt: skip


def test_an_empty_cell_changes_nothing(cast: Cast, umucyo: Organization) -> None:
    Organization.objects.filter(pk=umucyo.pk).update(phone="+250788999888", email="a@umucyo.example")
    assert fates(cast, ["UMUCYO traders"]) == ["same"]


def test_another_number_is_an_error_and_a_missing_one_a_note(cast: Cast, umucyo: Organization) -> None:
    Identifier.objects.create(organization=umucyo, scheme="ke_pin", value="P051234567X", is_verified=True)
    head: list[object] = ["Name", "TIN", "Kenyan KRA PIN", "Rwandan TIN", "Ugandan TIN"]
    rows: list[list[object]] = [["Umucyo Traders", "", "", "101234567"], ["X", "", "P051234567X", "", "1001234567"]]
    planned = plan(draft_of(cast, *rows, head=head).rows)
    assert [(row.fate.value, row.words) for row in planned[:1]] == [
        ("wrong", ["Rwandan TIN: the portal knows this organisation by 109876543. Check the number."])
    ]
    (second,) = plan(draft_of(cast, rows[1], head=head).rows)
    assert second.words == [
        "Name stays “Umucyo Traders”. Change it on the organisation's page.",
        "Ugandan TIN is not on record. Add it on the organisation's page.",
    ]


def test_doubles_in_the_file_are_caught_and_point_at_the_first(cast: Cast, umucyo: Organization) -> None:
    rows: list[list[object]] = [
        NEW,
        ["Other", "agent", "RW", "101 234 567"],
        ["AKABUTO clearing", "agent", "RW"],
        ["Umucyo Traders"],
        ["Umucyo Ltd", "", "", "109876543"],
    ]
    assert words(cast, *rows) == [
        [],
        ["Rwandan TIN: the same as in row 2. Take one of the two out."],
        ["Name: the same as in row 2. Take one of the two out."],
        [],
        ["This is the organisation of row 5. Take one of the two out."],
    ]


def test_what_means_several_organisations_is_left_to_the_office(cast: Cast, umucyo: Organization) -> None:
    applicant(), applicant("b@akabuto.example")
    Identifier.objects.create(organization=cast.agent_firm, scheme="ke_pin", value="P051234567X", is_verified=True)
    head: list[object] = ["Name", "Rwandan TIN", "Kenyan KRA PIN"]
    planned = plan(draft_of(cast, ["Akabuto Clearing"], ["X", "109876543", "P051234567X"], head=head).rows)
    assert [row.words for row in planned] == [
        ["Several organisations have this name or these numbers: Akabuto Clearing, Akabuto Clearing."
         " Settle it on their pages first."],
        ["Several organisations have this name or these numbers: Inzira Clearing, Umucyo Traders."
         " Settle it on their pages first."],
    ]  # fmt: skip


def test_whom_the_number_is_verified_for_is_meant_and_not_who_claims_it(cast: Cast, umucyo: Organization) -> None:
    applicant(numbers={"rw_tin": "109876543"})
    (planned,) = plan(draft_of(cast, ["X", "", "", "109876543"]).rows)
    assert planned.organization == umucyo


def test_a_refused_firm_is_not_let_in_by_the_back_door(cast: Cast) -> None:
    refused = applicant()
    Organization.objects.filter(pk=refused.pk).update(standing="refused", decision="x")
    assert fates(cast, NEW) == ["wrong"]
    assert "has refused this organisation" in words(cast, NEW)[0][0]


@pytest.mark.parametrize(
    ("row", "said"),
    [
        (["Keza Ltd", "", "RW"], "Say what kind of organisation it is; the portal does not know it yet."),
        (["Keza Ltd", "agent", ""], "Give its country; the portal does not know it yet."),
        (["Keza Ltd", "Liaison office", "RW"], "Kind “Liaison office” is not known."),
    ],
)
def test_what_a_new_one_needs(cast: Cast, row: list[object], said: str) -> None:
    assert words(cast, row)[0][0].startswith(said)


def test_wrong_rows_are_left_out_and_the_others_done(cast: Cast) -> None:
    assert do(cast, NEW, ["", "agent"], ["Bad", "agent", "RW", "12"]) == {"wrong": 2, "new": 1}
    assert not Organization.objects.filter(name="Bad").exists()


def test_a_contact_is_kept_up_by_name_and_a_new_one_is_the_deputy(cast: Cast, umucyo: Organization) -> None:
    first = Entry(name="Keza", duty="Owner", phone="+250788000111")
    add_focal_point(organization=umucyo, entry=first, by=None, at=AT)
    do(cast, ["Umucyo Traders", "", "", "", "", "KEZA", "0788123457"])
    assert umucyo.focal_points.values_list("name", "duty", "phone", "rank").get() == (
        "Keza", "Owner", "+250788123457", 1,
    )  # fmt: skip
    do(cast, ["Umucyo Traders", "", "", "", "", "Aline", "0788123458"])
    assert list(umucyo.focal_points.order_by("pk").values_list("name", "rank")) == [("Keza", 1), ("Aline", 2)]
    assert fates(cast, ["Umucyo Traders", "", "", "", "", "Aline", "0788123458"]) == ["same"]


def test_what_has_changed_meanwhile_is_shown_again_and_not_done(cast: Cast, umucyo: Organization) -> None:
    draft = draft_of(cast, NEW, ["Umucyo Traders", "", "", "", "0788999888"])
    seen = version_of(plan(draft.rows))
    Organization.objects.filter(pk=umucyo.pk).update(phone="+250788999888")
    before = everything()
    for wrong in (seen, "", "x"):
        with pytest.raises(ValidationError, match="changed since you opened"):
            carry_out(draft=draft, seen=wrong, by=cast.officer, at=AT)
    assert (everything(), SheetDraft.objects.count()) == (before, 1)
    carry_out(draft=draft, seen=version_of(plan(draft.rows)), by=cast.officer, at=AT)
    with pytest.raises(ValidationError, match="done already"):
        carry_out(draft=draft, seen=seen, by=cast.officer, at=AT)


@pytest.mark.django_db(transaction=True)
def test_two_who_say_yes_at_once_make_it_once(cast: Cast) -> None:
    drafts = [draft_of(cast, NEW) for _ in range(2)]
    seen = version_of(plan(drafts[0].rows))

    def say_yes(draft: SheetDraft) -> str:
        try:
            carry_out(draft=draft, seen=seen, by=Person.objects.get(pk=cast.officer.pk), at=AT)
        except ValidationError as refusal:
            return str(refusal.messages[0])
        finally:
            connections.close_all()
        return "done"

    with ThreadPoolExecutor(2) as pool:
        answers = sorted(pool.map(say_yes, drafts))
    assert [answer[:17] for answer in answers] == ["Something has cha", "done"]
    assert Organization.objects.filter(name="Akabuto Clearing").count() == 1


def test_a_plan_costs_the_same_for_one_row_and_for_many(
    cast: Cast, umucyo: Organization, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    for count in (1, 40):
        rows: list[list[object]] = [[f"Firm {n}", "agent", "RW", 101234567 + n] for n in range(count)]
        draft = draft_of(cast, ["Umucyo Traders"], *rows)
        with django_assert_num_queries(3):
            planned = plan(draft.rows)
        assert counts_of(planned) == {Fate.WRONG: 0, Fate.NEW: count, Fate.CHANGED: 0, Fate.SAME: 1}


@pytest.mark.parametrize(
    ("rows", "said"),
    [
        ([], "There is no row below the headings."),
        ([["Name"]], "There is no row below the headings."),
        ([["Kind"], ["agent"]], "“Name” is not among them"),
    ],
)
def test_a_file_without_rows_or_names_is_refused(cast: Cast, rows: list[list[object]], said: str) -> None:
    with pytest.raises(ValidationError, match=said):
        keep_draft(content=book(*rows), file_name="f", by=cast.officer, at=AT)
    assert not SheetDraft.objects.exists()


def test_what_is_not_read_is_said(cast: Cast) -> None:
    content = book(["Name", "Remarks", "Number"], ["A", "x", 1])
    assert keep_draft(content=content, file_name="f", by=cast.officer, at=AT)[1] == ["Remarks", "Number"]


def test_what_a_spreadsheet_program_leaves_in_a_merged_or_computed_table(cast: Cast) -> None:
    made = Workbook()
    sheet = made.active
    assert sheet is not None
    for cells in ([*HEAD, "Address"], [*NEW, "KN 3"], ["Rugari", "agent", "RW"], ["=A3", "agent", "RW"], ["#REF!"]):
        sheet.append(cells)
    sheet.merge_cells("A3:A4")
    file = BytesIO()
    made.save(file)
    draft, _unread = keep_draft(content=file.getvalue(), file_name="f.xlsx", by=cast.officer, at=AT)
    planned = plan(draft.rows)
    assert [(row.said.line, row.said.name, row.fate.value) for row in planned] == [
        (2, "Akabuto Clearing", "new"), (3, "Rugari", "new"), (4, "", "wrong"), (5, "#REF!", "wrong"),
    ]  # fmt: skip
    assert planned[2].words == ["Give the name of the organisation."]
    assert planned[3].words[0] == "Name: the formula in this cell has failed. Write what it should show."


def test_a_table_of_fifty_thousand_rows_is_refused_soon_and_keeps_nothing(cast: Cast) -> None:
    content = book(HEAD, *(list[object]([f"Firm {n}", "agent", "RW"]) for n in range(50_000)))
    before = time.monotonic()
    with pytest.raises(ValidationError, match="Divide the table") as refusal:
        keep_draft(content=content, file_name="f.xlsx", by=cast.officer, at=AT)
    assert (refusal.value.code, SheetDraft.objects.count()) == ("rows", 0)
    assert time.monotonic() - before < 20, "only the first rows are read"


@pytest.mark.parametrize("row", [["akabuto CLEARING", "agent", "RW"], ["Other", "agent", "RW", "101 234 567"]])
def test_a_double_inside_the_file_is_left_out_and_the_first_is_made(cast: Cast, row: list[object]) -> None:
    assert do(cast, NEW, row) == {"wrong": 1, "new": 1}
    assert Organization.objects.filter(name__in=["Akabuto Clearing", "Other"]).count() == 1
