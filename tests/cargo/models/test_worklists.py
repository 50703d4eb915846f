"""Exposures and kept filters: what the database refuses, and that a filter is its person's alone."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

import pytest
from django.db import IntegrityError, transaction

from cargo.models import Consignment, Exposure, SavedFilter
from liaison.models import AnonymousUser, Person
from tests.conftest import AT, Cast


def exposure(consignment: Consignment, **more: Any) -> Exposure:
    values = {"consignment": consignment, "accrued": Decimal(0), "tomorrow": Decimal(0), "reckoned_at": AT}
    return Exposure.objects.create(**{**values, **more})


def kept(person: Person, **more: Any) -> SavedFilter:
    return SavedFilter.objects.create(**{"person": person, "name": "Mine", "query": "", "saved_at": AT, **more})


@pytest.mark.parametrize(
    ("constraint", "values"),
    [
        ("exposure_never_negative", {"accrued": Decimal("-0.01")}),
        ("exposure_tomorrow_never_less", {"tomorrow": Decimal("-0.01")}),
    ],
)
def test_nothing_costs_less_than_nothing(consignment: Consignment, constraint: str, values: dict[str, Any]) -> None:
    with pytest.raises(IntegrityError, match=f'"{constraint}"'), transaction.atomic():
        exposure(consignment, **values)
    made = exposure(consignment, accrued=None, tomorrow=None)
    made.refresh_from_db()
    assert (made.accrued, made.tomorrow, made.burns_at) == (None, None, None)
    assert str(made) == f"{consignment.pk} from None"


def test_a_consignment_is_exposed_once_and_no_longer_than_it_is(consignment: Consignment) -> None:
    exposure(consignment, burns_at=AT)
    with pytest.raises(IntegrityError, match="cargo_exposure_pkey"), transaction.atomic():
        exposure(consignment)
    consignment.nominations.all().delete()
    consignment.delete()
    assert Exposure.objects.count() == 0


def test_a_filter_has_a_name_of_its_own(cast: Cast) -> None:
    assert str(kept(cast.importer)) == "Mine"
    for constraint, values in (("saved_filter_once", {"query": "q=A"}), ("saved_filter_has_name", {"name": ""})):
        with pytest.raises(IntegrityError, match=f'"{constraint}"'), transaction.atomic():
            kept(cast.importer, **values)
    kept(cast.importer, name="Others")
    kept(cast.agent)
    assert SavedFilter.objects.count() == 3


def test_a_filter_is_its_persons_alone_and_goes_with_her(cast: Cast) -> None:
    mine, theirs = kept(cast.importer), kept(cast.official)
    seen = {part: list(SavedFilter.objects.visible_to(one)) for part, one in cast.people().items()}
    assert seen == {
        "importer": [mine],
        "agent": [],
        "stranger": [],
        "officer": [],
        "desk": [],
        "official": [theirs],
    }
    assert list(SavedFilter.objects.visible_to(AnonymousUser())) == []
    cast.official.membership_set.all().delete()
    cast.official.delete()
    assert list(SavedFilter.objects.all()) == [mine]
