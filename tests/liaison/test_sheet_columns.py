"""The columns of a spreadsheet: known in every language, and each slip answered with what is right."""

from __future__ import annotations

import pytest
from django.conf import settings
from django.core.exceptions import ValidationError
from django.utils import translation

from liaison.sheet_columns import HEADINGS, ContactSaid, columns_of, read_said

LANGUAGES = [code for code, _name in settings.LANGUAGES]
ROW = {
    "name": "Akabuto Clearing", "kind": "agent", "country": "RW", "rw_tin": "101 234 567",
    "agent_licence": "rra/ca/2026/0123", "phone": "0788 123 456", "email": "Info@Akabuto.example", "address": "KN 3",
}  # fmt: skip


def errors(**cells: str) -> list[str]:
    return read_said(2, {**ROW, **cells}).errors


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_headings_are_known_in_every_language_and_differ(language: str) -> None:
    with translation.override(language):
        labels = [str(label) for label in HEADINGS.values()]
    assert len({label.casefold() for label in labels}) == len(HEADINGS)
    found, unread = columns_of([*labels, "", "Remarks"])
    assert (list(found.values()), unread) == (list(HEADINGS), ["Remarks"])


def test_case_blanks_stars_and_names_do_not_matter() -> None:
    found, unread = columns_of(["  NAME *", "rw_tin", "Clearing agent’s  licence", "Number"])
    assert (found, unread) == ({0: "name", 1: "rw_tin", 2: "agent_licence"}, ["Number"])


@pytest.mark.parametrize(
    ("heading", "words"),
    [
        ([], "“Name” is not among them"),
        (["Kind", "Country"], "“Name” is not among them"),
        (["Name", "Nom"], "This column is there twice: Name"),
    ],
)
def test_a_heading_that_cannot_be_used_says_why(heading: list[str], words: str) -> None:
    with pytest.raises(ValidationError, match=words):
        columns_of(heading)


def test_a_whole_row_is_kept_as_a_registration_is() -> None:
    said = read_said(7, {**ROW, "contact_name": "Keza", "contact_duty": "Owner", "contact_phone": "0788 123 457"})
    assert (said.line, said.errors) == (7, [])
    given = said.particulars()
    assert (given.name, given.kind, given.country, given.phone, given.email, given.address) == (
        "Akabuto Clearing", "agent", "RW", "+250788123456", "info@akabuto.example", "KN 3",
    )  # fmt: skip
    assert given.numbers == {"rw_tin": "101234567", "agent_licence": "RRA/CA/2026/0123"}
    assert said.contact == ContactSaid(name="Keza", duty="Owner", phone="+250788123457")


@pytest.mark.parametrize(
    ("text", "kind"),
    [("Importer", "importer"), ("IMPORTATEUR", "importer"), ("Public agency", "agency"), ("line", "line"), ("", "")],
)
def test_kinds_are_known_by_their_words(text: str, kind: str) -> None:
    assert (read_said(2, {**ROW, "kind": text}).kind, errors(kind=text)) == (kind, [])


@pytest.mark.parametrize(("text", "country"), [("ke", "KE"), ("Kenya", "KE"), ("Ouganda", "UG"), ("u rwanda", "RW")])
def test_countries_are_known_by_their_names(text: str, country: str) -> None:
    assert read_said(2, {"name": "A", "country": text}).country == country


@pytest.mark.parametrize(
    ("numbers", "country"),
    [({"ke_pin": "P051234567X"}, "KE"), ({"ug_tin": "1001234567"}, "UG"), ({"rw_tin": "101234567"}, "RW"), ({}, "")],
)
def test_a_number_says_the_country_where_the_row_does_not(numbers: dict[str, str], country: str) -> None:
    said = read_said(2, {"name": "A", **numbers})
    assert (said.home, said.country, said.particulars().country) == (country, "", country)


@pytest.mark.parametrize(
    ("cells", "words"),
    [
        ({"name": ""}, "Give the name of the organisation."),
        ({"name": "x" * 161}, "Name: longer than 160 characters. Shorten it."),
        ({"rw_tin": "12"}, "A Rwandan TIN has nine digits, for example 101234567."),
        ({"ke_pin": "P05"}, "A KRA PIN has the letter A or P, nine digits and a letter, for example P051234567X."),
        ({"phone": "12"}, "Write the telephone number with its country code, for example +250 788 123 456."),
        ({"email": "akabuto"}, "“akabuto” is no e-mail address."),
        ({"country": "Rwanada"}, "Country “Rwanada” is not known. Write RW or KE."),
        ({"contact_name": "Keza"}, "Give the contact's name with a telephone number or an e-mail address."),
        ({"contact_phone": "0788123456"}, "Give the contact's name with a telephone number or an e-mail address."),
        ({"contact_name": "Keza", "contact_email": "k@"}, "“k@” is no e-mail address."),
    ],
)
def test_each_slip_is_answered_with_what_is_right(cells: dict[str, str], words: str) -> None:
    assert errors(**cells) == [words]


def test_an_unknown_kind_names_those_that_can_be_imported() -> None:
    (words,) = errors(kind="office")
    assert words.startswith("Kind “office” is not known. Write one of: Importer, Exporter")
    assert "Liaison office" not in words


def test_several_slips_are_told_at_once() -> None:
    assert len(errors(name="", rw_tin="1", phone="1", email="x", kind="x")) == 5


@pytest.mark.parametrize("column", ["name", "rw_tin", "phone", "address", "contact_duty"])
@pytest.mark.parametrize("text", ["#REF!", "#N/A", "#NAME?", "#VALUE!", "#DIV/0!"])
def test_a_formula_that_failed_is_no_word_of_anybody_s(column: str, text: str) -> None:
    said = errors(**{column: text})
    assert f"{HEADINGS[column]}: the formula in this cell has failed. Write what it should show." in said


def test_all_cells_that_failed_are_named_at_once_and_a_number_sign_is_none() -> None:
    words = "Name, Address: the formula in this cell has failed. Write what it should show."
    assert errors(name="#REF!", address="#N/A") == [words]
    assert errors(address="#12, KN 3 Avenue") == []
