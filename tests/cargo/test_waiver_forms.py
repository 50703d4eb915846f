"""The forms for waivers and rates of exchange: whose goods may be named, and what is refused before anything is kept."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import Any

import pytest

from cargo.charge_words import GROUPS
from cargo.merging import merge
from cargo.models import Consignment, TariffRow
from cargo.registration import Particulars, register
from cargo.waiver_forms import RateForm, WaiverForm
from cargo.waivers import NOTED
from tests.conftest import AT, Cast

SAID = {
    "name": "Letter of November",
    "payee": "KPA",
    "percent": "50",
    "free_days": "0",
    "from_day": "1",
    "starts_on": "2026-11-01",
    "source": "KPA/2026/11/7",
}
RATE = {"currency": "RWF", "per_usd": "1450.25", "on": "2026-11-20", "source": "BNR"}


@pytest.fixture
def payees(cast: Cast) -> None:
    """KPA has a row that counts; of KRA one is only proposed, of the line one has ended, and KeNHA has no clock."""
    for payee, group, times in (
        ("KPA", "storage", {"approved_at": AT}),
        ("KRA", "customs_warehouse_rent", {}),
        ("Line", "line_free_time", {"approved_at": AT, "ended_at": AT}),
        ("KeNHA", "toll", {"approved_at": AT}),
    ):
        TariffRow.objects.create(
            key=payee,
            payee=payee,
            charge_group=group,
            item="x",
            unit="day",
            currency="USD",
            source_url="s",
            confidence="sourced",
            proposed_at=AT,
            **times,
        )


@pytest.mark.usefixtures("payees")
def test_only_who_is_paid_by_the_tariff_can_waive(cast: Cast) -> None:
    form: Any = WaiverForm(person=cast.officer)
    assert form.fields["payee"].choices == [("KPA", "KPA")]
    for payee in ("KRA", "Line", "KeNHA", "kpa", ""):
        assert list(WaiverForm({**SAID, "payee": payee}, person=cast.officer).errors) == ["payee"]


@pytest.mark.usefixtures("payees")
def test_it_hands_on_what_was_said(cast: Cast) -> None:
    groups = ["free_storage_period", "storage"]
    form = WaiverForm({**SAID, "charge_groups": groups, "on_application": "on"}, person=cast.officer)
    assert form.is_valid(), form.errors
    assert {*NOTED, "consignment"} == set(form.cleaned_data)
    said = form.cleaned_data
    assert (
        said["charge_groups"].split(),
        said["percent"],
        said["starts_on"],
        said["ends_on"],
        said["consignment"],
    ) == (
        [group for group in GROUPS if group in groups],
        Decimal(50),
        date(2026, 11, 1),
        None,
        None,
    )


@pytest.mark.usefixtures("payees")
def test_goods_are_named_by_whoever_sees_them(cast: Cast, consignment: Consignment) -> None:
    typed = {**SAID, "consignment": f" {consignment.ref.lower()} "}
    found = {
        part: WaiverForm(typed, person=person) for part, person in cast.people().items() if part not in ("desk", "official")
    }  # fmt: skip
    assert {part: form.is_valid() for part, form in found.items()} == {
        "importer": True,
        "agent": True,
        "stranger": False,
        "officer": True,
    }
    assert found["officer"].cleaned_data["consignment"] == consignment
    unknown = WaiverForm({**SAID, "consignment": "RW99-9"}, person=cast.stranger)
    words = [str(error).replace("RW99-9", consignment.ref) for error in unknown.errors["consignment"]]
    other = register(particulars=Particulars(consignee=cast.importer_firm, bill_of_lading="B2"), by=None, at=AT)
    merge(kept=consignment, other=other, by=cast.officer, at=AT)
    merged = WaiverForm({**SAID, "consignment": other.ref}, person=cast.officer)
    assert (merged.is_valid(), merged.cleaned_data["consignment"]) == (True, consignment)
    assert [str(error) for error in found["stranger"].errors["consignment"]] == words


@pytest.mark.usefixtures("payees")
@pytest.mark.parametrize(
    ("change", "field"),
    [
        ({"name": ""}, "name"),
        ({"name": "\x00"}, "name"),
        ({"percent": "1000"}, "percent"),
        ({"percent": "half"}, "percent"),
        ({"percent": "NaN"}, "percent"),
        ({"free_days": "-1"}, "free_days"),
        ({"free_days": "99999"}, "free_days"),
        ({"from_day": "first"}, "from_day"),
        ({"starts_on": ""}, "starts_on"),
        ({"ends_on": "soon"}, "ends_on"),
        ({"source": " "}, "source"),
        ({"charge_groups": ["everything"]}, "charge_groups"),
        ({"charge_groups": ["storage_waiver"]}, "charge_groups"),
        ({"consignment": "x" * 21}, "consignment"),
        ({"consignment": "\x00"}, "consignment"),
    ],
)
def test_a_slip_is_named_at_its_field(cast: Cast, change: dict[str, Any], field: str) -> None:
    assert list(WaiverForm({**SAID, **change}, person=cast.officer).errors) == [field]


@pytest.mark.usefixtures("payees")
def test_all_charges_ticked_are_refused_in_words_or_can_be_kept(cast: Cast) -> None:
    form: Any = WaiverForm(person=cast.officer)
    offered = [code for code, _label in form.fields["charge_groups"].choices]
    assert offered == [code for code in GROUPS if code != "storage_waiver"]
    form = WaiverForm({**SAID, "charge_groups": offered}, person=cast.officer)
    assert form.is_valid() == (len(" ".join(offered)) <= 120)


@pytest.mark.parametrize(
    ("change", "field"),
    [
        ({"currency": "USD"}, "currency"),
        ({"currency": ""}, "currency"),
        ({"per_usd": "much"}, "per_usd"),
        ({"per_usd": "1.00001"}, "per_usd"),
        ({"per_usd": "1" * 11}, "per_usd"),
        ({"on": ""}, "on"),
        ({"on": "2026-02-30"}, "on"),
        ({"source": ""}, "source"),
        ({"source": "x" * 201}, "source"),
    ],
)
def test_a_slip_in_a_rate_is_named_at_its_field(db: None, change: dict[str, str], field: str) -> None:
    assert list(RateForm({**RATE, **change}).errors) == [field]


def test_a_rate_is_of_one_day(db: None) -> None:
    form = RateForm(RATE)
    assert form.is_valid(), form.errors
    assert form.cleaned_data == {
        "currency": "RWF",
        "per_usd": Decimal("1450.25"),
        "on": date(2026, 11, 20),
        "source": "BNR",
    }
