"""Lots of liquid bulk: what is lost between the stages, in litres and per cent, and what nobody knows."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import date
from decimal import Decimal

import pytest
from django.core.exceptions import ValidationError
from django.test import Client
from django.utils import timezone
from hypothesis import given
from hypothesis import strategies as st

from cargo.lots import STAGES, Measured, lot_lines, note_measure, reckon, take_back
from cargo.models import Consignment, Lot, Measure
from cargo.registration import Particulars, register
from liaison.models import JournalEntry, Person
from tests.conftest import AT, Cast

As = Callable[[Person | None], Client]
DAY = date(2026, 11, 20)
SAID = Measured(
    number="p 1", product="ago", stage="tanker", litres=Decimal(1_000_000), measured_on=DAY, density=Decimal("0.835")
)


def measure(stage: str, litres: int, density: str | None = "0.8350", *, is_back: bool = False) -> Measure:
    return Measure(
        stage=stage,
        litres=Decimal(litres),
        density=None if density is None else Decimal(density),
        taken_back_at=AT if is_back else None,
    )


def test_each_stage_is_held_against_the_one_before_it() -> None:
    stages = reckon(
        [
            measure("loaded", 35_000),
            measure("tanker", 1_000_000),
            measure("ashore", 994_000),
            measure("loaded", 36_000, None),
            measure("ashore", 1, is_back=True),
        ]
    )
    assert [(each.stage, int(each.litres), each.parts, each.before) for each in stages] == [
        ("tanker", 1_000_000, 1, ""),
        ("ashore", 994_000, 1, "tanker"),
        ("loaded", 71_000, 2, "ashore"),
    ]
    assert [(each.loss, each.percent, each.allowed, each.is_over) for each in stages] == [
        (None, None, None, None),
        (6_000, Decimal("0.60"), 5_000, True),
        (923_000, Decimal("92.86"), None, None),
    ]
    assert [each.tonnes for each in stages] == [Decimal("835.000"), Decimal("829.990"), None]
    assert [(each.label, each.before_label) for each in stages][1] == (
        "Received ashore at Kipevu",
        "On board the tanker",
    )


def test_more_than_left_is_no_loss_and_what_lies_between_is_not_assumed() -> None:
    gained = reckon([measure("depot", 100), measure("loaded", 101)])[1]
    assert (gained.loss, gained.percent) == (Decimal(-1), Decimal("-1.00"))
    assert reckon([measure("tanker", 1000), measure("pipeline", 999)])[1].allowed is None
    assert reckon([]) == []


counted = st.lists(st.tuples(st.sampled_from(STAGES), st.integers(1, 10**9)), max_size=12)


@given(counted)
def test_whatever_the_order_the_losses_add_up_to_the_whole(said: list[tuple[str, int]]) -> None:
    stages = reckon(measure(stage, litres) for stage, litres in said)
    assert stages == reckon(measure(stage, litres) for stage, litres in reversed(said))
    if stages:
        assert sum(each.loss or 0 for each in stages) == stages[0].litres - stages[-1].litres
        assert sum(each.litres for each in stages) == sum(litres for _stage, litres in said)


@pytest.fixture
def fuel(cast: Cast) -> Consignment:
    particulars = Particulars(consignee=cast.importer_firm, bill_of_lading="T1", cargo_kind="liquid_bulk")
    return register(particulars=particulars, by=None, at=timezone.now())


def noted(cast: Cast, fuel: Consignment, said: Measured = SAID) -> Measure:
    return note_measure(consignment=fuel, said=said, by=cast.officer, at=AT)


def test_what_is_noted_is_kept_once_and_taken_back_without_being_forgotten(cast: Cast, fuel: Consignment) -> None:
    first = noted(cast, fuel)
    assert (first.lot.number, first.tonnes) == ("P 1", Decimal("835.000"))
    with pytest.raises(ValidationError, match="noted already"):
        noted(cast, fuel, replace(SAID, number="P 1", litres=Decimal(7)))
    with pytest.raises(ValidationError, match="Parcel P 1 is Diesel"):
        noted(cast, fuel, replace(SAID, product="pms", stage="depot"))
    noted(cast, fuel, replace(SAID, stage="loaded", litres=Decimal(35_000), plate="rad 123 b"))
    noted(cast, fuel, replace(SAID, stage="loaded", litres=Decimal(36_000), plate="RAD124B"))
    (line,) = lot_lines(fuel)
    assert {each.stage: int(each.litres) for each in line.stages} == {"tanker": 1_000_000, "loaded": 71_000}
    assert line.whole is not None
    assert (line.whole.before, line.whole.loss) == ("tanker", Decimal(929_000))
    assert (take_back(measure=first, by=cast.officer, at=AT), take_back(measure=first, by=cast.officer, at=AT)) == (
        True,
        False,
    )
    (line,) = lot_lines(fuel)
    assert (line.whole, len(line.measures), Measure.objects.count()) == (None, 2, 3)
    noted(cast, fuel)
    kinds = JournalEntry.objects.filter(subject="consignment", key=fuel.ref, kind__startswith="cargo.measure")
    assert kinds.filter(kind="cargo.measure_noted").count() == 4
    assert kinds.get(kind="cargo.measure_taken_back").data == {
        "lot": "P 1", "stage": "tanker", "litres": "1000000", "plate": "",
    }  # fmt: skip


def test_once_all_of_it_was_taken_back_its_product_is_what_is_said_anew(cast: Cast, fuel: Consignment) -> None:
    wrong, more = noted(cast, fuel), noted(cast, fuel, replace(SAID, stage="ashore"))
    for measure_of_it in (wrong, more):
        with pytest.raises(ValidationError, match="Parcel P 1 is Diesel"):
            noted(cast, fuel, replace(SAID, product="pms"))
        take_back(measure=measure_of_it, by=cast.officer, at=AT)
    right = noted(cast, fuel, replace(SAID, product="pms"))
    assert [(line.lot.product, line.measures) for line in lot_lines(fuel)] == [("pms", [right])]
    with pytest.raises(ValidationError, match="Parcel P 1 is Petrol"):
        noted(cast, fuel, replace(SAID, stage="depot"))


def test_other_cargo_has_no_lots(cast: Cast, consignment: Consignment) -> None:
    with pytest.raises(ValidationError, match="liquid bulk alone"):
        noted(cast, consignment)
    assert (Lot.objects.count(), lot_lines(consignment)) == (0, [])


def test_on_the_pages(cast: Cast, as_person: As, fuel: Consignment) -> None:
    client, url = as_person(cast.importer), f"/consignments/{fuel.ref}/lots/"
    said = {"number": "P1", "product": "ago", "stage": "tanker", "litres": "1000000", "measured_on": "2026-11-20"}
    assert client.post(url, {**said, "density": "0.835"})["Location"] == url
    assert client.post(url, {**said, "stage": "ashore", "litres": "997000"}).status_code == 302
    bad = client.post(url, {**said, "litres": "0", "density": "9"})
    assert (bad.status_code, set(bad.context["form"].errors)) == (422, {"litres", "density"})
    for page in (url, f"/consignments/{fuel.ref}/"):
        text = " ".join(client.get(page).content.decode().split())
        for words in ("997,000", "3,000 l (0.30 %)", "835", "assumed to be allowed: 5,000 l", "unknown"):
            assert words in text, (page, words)
    measure = Measure.objects.earliest("pk")
    assert as_person(cast.stranger).post(f"/measures/{measure.pk}/take-back/").status_code == 404
    assert client.post(f"/measures/{measure.pk}/take-back/")["Location"] == url
    assert Measure.objects.filter(taken_back_at__isnull=True).count() == 1


def test_what_grows_too_long_in_upper_case_is_named(cast: Cast, fuel: Consignment) -> None:
    said = Measured(
        number="ß" * 40, product="ago", stage="ashore", litres=Decimal(1), measured_on=date(2026, 11, 1), plate="ß" * 20
    )
    with pytest.raises(ValidationError) as refused:
        note_measure(consignment=fuel, said=said, by=cast.importer, at=AT)
    assert refused.value.message_dict == {"number": ["This is too long."], "plate": ["This is too long."]}
    assert Lot.objects.count() == 0
