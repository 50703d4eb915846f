"""Registering: what is typed is understood, and what is wrong is explained."""

from __future__ import annotations

import string
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cargo.register_forms import RegisterForm
from cargo.registration import Particulars, consignees_for
from liaison.models import Membership, Organization, Person
from tests.cargo.test_deriving import in_the_database
from tests.cargo.test_reading import BOX, OTHER_BOX
from tests.conftest import Cast, somebody
from tests.test_queries import box

LETTERS = {
    letter: value for value, letter in zip((n for n in range(10, 39) if n % 11), string.ascii_uppercase, strict=True)
}


def check_digit(body: str) -> str:
    """ISO 6346: each character's value by its power of two, modulo 11, and 10 is written 0."""
    values = (LETTERS.get(character) or int(character) for character in body)
    return str(sum(value << place for place, value in enumerate(values)) % 11 % 10)


def form(cast: Cast, **data: str) -> RegisterForm:
    values = {"consignee": str(cast.importer_firm.pk), "cargo_kind": "container", "bill_of_lading": "B1"}
    return RegisterForm(values | data, person=cast.importer)


def errors(cast: Cast, **data: str) -> dict[str, list[str]]:
    return {name: [str(error) for error in found] for name, found in form(cast, **data).errors.items()}


bodies = st.from_regex(r"[A-Z]{3}[UJZ][0-9]{6}", fullmatch=True)


@in_the_database
@given(body=bodies, wrong=st.sampled_from(string.digits))
def test_of_the_ten_last_digits_one_is_right_and_is_named(cast: Cast, body: str, wrong: str) -> None:
    right = check_digit(body)
    said = errors(cast, containers=body + wrong)
    slip = f"{body}{wrong}: the last digit does not fit the others. Did you mean {body}{right}?"
    assert said == ({} if wrong == right else {"containers": [slip]})


@pytest.mark.parametrize(
    "typed",
    [
        f"{BOX},{OTHER_BOX}",
        f" tghu 305438-0 ;\r\n{OTHER_BOX.lower()}\r\n\r\n",
        f"{BOX}\n{OTHER_BOX}\nTGHU-305438.0",
        f"\t{BOX}\t,,;{OTHER_BOX},",
    ],
)
def test_containers_may_be_typed_in_any_way_that_people_do(cast: Cast, typed: str) -> None:
    found = form(cast, containers=typed)
    assert found.is_valid(), found.errors
    assert found.cleaned_data["containers"] == [BOX, OTHER_BOX]


@pytest.mark.parametrize(
    "typed", ["TGHU305438", "TGHA3054380", "TGH3054380", "TGHU30543800", f"{BOX} {OTHER_BOX}", "x"]
)
def test_what_is_no_container_is_told_its_form(cast: Cast, typed: str) -> None:
    shape = "a container number has four letters, the last U, J or Z, and seven digits."
    assert errors(cast, containers=f"{BOX}\n{typed}") == {"containers": [f"{typed.replace(' ', '').upper()}: {shape}"]}


@pytest.mark.parametrize(
    ("typed", "kept"),
    [("", ""), ("8703", "8703"), ("8703.23.10", "87032310"), ("87 03 23 10 00", "8703231000"), ("0901", "0901")],
)
def test_an_hs_code_is_kept_as_its_digits(cast: Cast, typed: str, kept: str) -> None:
    found = form(cast, hs_code=typed)
    assert (found.is_valid(), found.cleaned_data["hs_code"]) == (True, kept)


@pytest.mark.parametrize("typed", ["870", "87A3", "HS 8703", "...", "８７０３", "1" * 11])
def test_a_wrong_hs_code_is_explained(cast: Cast, typed: str) -> None:
    assert errors(cast, hs_code=typed) == {"hs_code": ["An HS code has 4 to 10 digits."]}


@pytest.mark.parametrize(
    ("field", "typed", "sentence"),
    [
        ("weight_t", "0", "Ensure this value is greater than or equal to 0.001."),
        ("weight_t", "-3", "Ensure this value is greater than or equal to 0.001."),
        ("weight_t", "heavy", "Enter a number."),
        ("weight_t", "1.2345", "Ensure that there are no more than 3 decimal places."),
        ("weight_t", "NaN", "Enter a number."),
        ("bill_of_lading", "B" * 41, "Ensure this value has at most 40 characters (it has 41)."),
        ("cargo_kind", "parcel", "Select a valid choice. parcel is not one of the available choices."),
        ("cargo_kind", "", "This field is required."),
        ("goods", "rice\x00", "Null characters are not allowed."),
        ("containers", f"{BOX}\x00", "Null characters are not allowed."),
    ],
)
def test_bad_input_is_explained_at_its_field(cast: Cast, field: str, typed: str, sentence: str) -> None:
    assert errors(cast, **{field: typed}) == {field: [sentence]}


@pytest.mark.parametrize("data", [{"bill_of_lading": ""}, {"bill_of_lading": "  ", "containers": " , \n"}])
def test_without_a_number_nothing_could_be_matched(cast: Cast, data: dict[str, str]) -> None:
    said = "Give the bill of lading or at least one container number."
    assert errors(cast, **data) == {"__all__": [said]}
    assert errors(cast, bill_of_lading="", containers=BOX) == {}


def test_a_slip_elsewhere_is_not_doubled_by_what_it_leads_to(cast: Cast) -> None:
    assert list(errors(cast, bill_of_lading="", containers="x")) == ["containers"]


def test_the_particulars_are_what_was_typed(cast: Cast) -> None:
    found = form(
        cast, containers=BOX, goods=" Rice ", hs_code="1006.30", weight_t="21.500", vessel="UMUGABE", voyage="4W"
    )
    assert found.is_valid()
    assert found.particulars() == Particulars(
        consignee=cast.importer_firm,
        bill_of_lading="B1",
        containers=[BOX],
        goods="Rice",
        hs_code="100630",
        weight_t=Decimal("21.5"),
        vessel="UMUGABE",
        voyage="4W",
    )


def chosen_from(person: Person) -> list[str]:
    return list(consignees_for(Person.objects.get(pk=person.pk)).values_list("name", flat=True))


@pytest.mark.parametrize(
    ("role", "may"),
    [("owner", True), ("member", True), ("readonly", False), ("desk", False), ("official", False)],
)
def test_one_registers_for_a_firm_that_one_writes_for(cast: Cast, role: str, may: bool) -> None:
    assert chosen_from(somebody(cast.importer_firm, role)) == (["Umucyo Traders"] if may else [])


def test_the_office_registers_for_every_importer_and_exporter(cast: Cast) -> None:
    Organization.objects.create(name="Akeza Exports", kind="exporter")
    assert chosen_from(cast.officer) == ["Akeza Exports", "Ikirere Imports", "Umucyo Traders"]


def test_only_who_has_a_choice_is_asked_for_whom(cast: Cast) -> None:
    assert form(cast).fields["consignee"].widget.is_hidden is True
    assert form(cast)["consignee"].initial == cast.importer_firm
    Membership.objects.create(person=cast.importer, organization=cast.agent_firm, role="member")
    again = RegisterForm(person=Person.objects.get(pk=cast.importer.pk))
    assert (again.fields["consignee"].widget.is_hidden, again["consignee"].initial) == (False, None)


def test_a_number_that_grows_too_long_is_explained_at_its_field(cast: Cast) -> None:
    names = ("bill_of_lading", "own_reference", "rw_declaration", "kra_entry")
    assert errors(cast, **dict.fromkeys(names, "ß" * 40)) == {name: ["This is too long."] for name in names}


@pytest.mark.parametrize(("number", "wrong"), [(200, []), (201, ["containers"])])
def test_there_is_a_most_of_containers_in_one_registration(cast: Cast, number: int, wrong: list[str]) -> None:
    found = errors(cast, containers="\n".join(box(each) for each in range(number)))
    assert list(found) == wrong
    assert not wrong or found["containers"][0].startswith("At most 200 containers")
