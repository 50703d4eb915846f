"""What a program says of goods, as the form takes it: typed, and with the consignee that is meant."""

from __future__ import annotations

from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from rest_framework.exceptions import ValidationError

from api.bodies import object_of
from api.registering import WRITABLE, Consignees, plain, typed
from cargo.register_forms import RegisterForm
from liaison.models import Organization
from tests.conftest import AT, Cast


def test_what_can_be_said_is_what_the_form_asks() -> None:
    assert set(WRITABLE) <= set(RegisterForm.base_fields)


@pytest.mark.parametrize("said", [None, [], "x", 7, True])
def test_only_an_object_says_something(said: object) -> None:
    with pytest.raises(ValidationError) as refused:
        object_of(said)
    assert list(refused.value.detail) == ["body"]


@pytest.mark.parametrize(
    ("said", "known", "left"),
    [
        ({"a": 1, "b": None}, (), {"a": 1}),
        ({"a": None}, ("a",), {}),
        ({"a": ""}, ("a",), {"a": ""}),
        ({}, ("a",), {}),
    ],
)
def test_what_is_null_is_as_if_it_was_not_said(said: Any, known: tuple[str, ...], left: Any) -> None:
    assert object_of(said, known) == left


def test_every_unknown_field_is_named() -> None:
    with pytest.raises(ValidationError) as refused:
        object_of({"a": 1, "c": 2, "b": 3}, ("a",))
    assert list(refused.value.detail) == ["b", "c"]


@pytest.mark.parametrize("value", [[], {}, True, False, ["x"], {"a": 1}])
def test_a_value_is_a_text_or_a_number(value: object) -> None:
    with pytest.raises(ValidationError) as refused:
        plain({"goods": "Tea", "vessel": value})
    assert list(refused.value.detail) == ["vessel"]


@pytest.mark.parametrize("containers", ["TGHU3054380", {"a": 1}, [1], [None], [["TGHU3054380"]], 7])
def test_containers_are_a_list_of_texts(cast: Cast, containers: object) -> None:
    with pytest.raises(ValidationError) as refused:
        typed({"containers": containers}, Consignees(cast.importer))
    assert list(refused.value.detail) == ["containers"]


def test_numbers_are_read_as_they_stand(cast: Cast) -> None:
    said = {"weight_t": 24.5, "packages": 7, "hs_code": 100630, "containers": ["A", "B"], "goods": "Tea"}
    assert typed(dict(said), Consignees(cast.importer)) == {
        "cargo_kind": "container",
        "weight_t": "24.5",
        "packages": "7",
        "hs_code": "100630",
        "goods": "Tea",
        "containers": "A\nB",
        "consignee": cast.importer_firm.pk,
    }


def test_a_consignee_is_meant_by_name_or_number_and_never_one_of_others(cast: Cast) -> None:
    cast.importer_firm.identifiers.create(scheme="rw_tin", value="102345678")
    mine, office = Consignees(cast.importer), Consignees(cast.officer)
    for words in ("Umucyo Traders", " umucyo traders ", "102345678", "102 345 678"):
        assert (mine.key(words), office.key(words)) == (cast.importer_firm.pk, cast.importer_firm.pk), words
    assert [mine.key(words) for words in ("", "  ")] == [cast.importer_firm.pk] * 2
    # The office has many to choose from, so that none is meant where none is named.
    assert office.key("") == ""
    for words in ("Ikirere Imports", "Nobody", "a\x00b", "999999999"):
        assert mine.key(words) == words, words
    assert list(mine.rows) == [cast.importer_firm.pk]


def test_whoever_has_two_firms_says_for_which(cast: Cast) -> None:
    second = Organization.objects.create(name="Second Firm", kind="importer", standing="verified", decided_at=AT)
    cast.importer.membership_set.create(organization=second, role="owner")
    consignees = Consignees(cast.importer)
    assert (consignees.key(""), consignees.key("second firm")) == ("", second.pk)


def test_each_is_looked_up_once(cast: Cast) -> None:
    consignees = Consignees(cast.officer)
    consignees.key("Umucyo Traders")
    with CaptureQueriesContext(connection) as queries:
        assert {consignees.key("Umucyo Traders") for _each in range(20)} == {cast.importer_firm.pk}
    assert len(queries) == 0
