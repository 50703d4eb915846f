"""The tariff's pages: the rows with their sources, a proposal with what it changes, and the second pair of eyes."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone

from cargo.charges.days import day_of
from cargo.models import Consignment, TariffRow, Unit
from cargo.tariff_preview import preview
from cargo.tariffs import PROPOSED, load_tariff, propose
from feeds.models import Source
from liaison.models import Person
from liaison.people import add_person
from tests.cargo.test_reading import BOX, OTHER_BOX, csv, row, take_in
from tests.conftest import AT, Cast

As = Callable[[Person | None], Client]


@pytest.fixture
def heads(cast: Cast) -> tuple[Person, Person]:
    """A supervisor and an administrator; the tariff is loaded."""
    load_tariff(at=AT)
    supervisor = add_person(email="supervisor@portal.example", role="supervisor", name="Sup", by=None, at=AT)
    return supervisor, add_person(email="admin@portal.example", role="administrator", name="Admin", by=None, at=AT)


def free_time() -> TariffRow:
    """The 15 free days at Mombasa."""
    return TariffRow.objects.get(item="Mombasa", rate=15, regime="transit_import", effective_to=None)


def filled(row_: TariffRow, **changes: Any) -> dict[str, Any]:
    values = {name: getattr(row_, name) for name in PROPOSED} | changes
    return {name: "" if value is None else value for name, value in values.items()}


def items(client: Client, url: str) -> list[str]:
    return [found["row"].item for found in client.get(url).context["rows"]]


def test_traders_read_the_rows_in_force_with_their_sources(
    cast: Cast, heads: tuple[Person, Person], as_person: As
) -> None:
    client = as_person(cast.stranger)
    page = client.get("/tariff/?q=kpa&group=free_storage_period").content.decode()
    assert "https://independent.co.ug/kenya-ports-authority-increases-free-storage-period" in page
    assert "Propose" not in page
    assert sorted(items(client, "/tariff/?q=kpa&group=free_storage_period")) == [
        "ICD Naivasha",
        "Mombasa",
        "Mombasa",
        "Mombasa",
        "Mombasa",
    ]
    assert len(items(client, "/tariff/?group=free_storage_period&every=on")) == 16
    assert items(client, "/tariff/?q=no+such") == []


def test_a_proposal_is_made_and_approved_by_another(heads: tuple[Person, Person], as_person: As) -> None:
    one, other = (as_person(head) for head in heads)
    old = free_time()
    form = one.get(f"/tariff/new/?replaces={old.pk}").context["form"]
    assert (form.initial["rate"], form.initial["item"]) == (15, "Mombasa")
    said = filled(old, rate="12", effective_from="2026-12-01", source_url="KPA's letter of 20 November 2026")
    answer = one.post(f"/tariff/new/?replaces={old.pk}", said)
    new = TariffRow.objects.get(proposed_by=heads[0])
    assert (answer.status_code, answer.headers["Location"]) == (302, f"/tariff/{new.pk}/")
    assert "You proposed this" in one.get(f"/tariff/{new.pk}/").content.decode()
    assert one.post(f"/tariff/{new.pk}/", {"answer": "approve"}).status_code == 403
    assert "Mombasa" in [row_.item for row_ in other.get("/tariff/").context["waiting"]]
    assert other.post(f"/tariff/{new.pk}/", {"answer": "approve"}).status_code == 302
    old.refresh_from_db()
    new.refresh_from_db()
    assert (old.effective_to, new.approved_by) == (date(2026, 11, 30), heads[1])
    assert "answered already" in other.get(f"/tariff/{new.pk}/").content.decode()
    assert other.get("/tariff/").context["waiting"] == []


def test_one_s_own_proposal_is_taken_back(heads: tuple[Person, Person], as_person: As) -> None:
    old = free_time()
    new = propose(says={name: getattr(old, name) for name in PROPOSED}, replaces=old, by=heads[0], at=AT)
    assert as_person(heads[0]).post(f"/tariff/{new.pk}/", {"answer": "refuse"}).status_code == 302
    new.refresh_from_db()
    assert (new.ended_at is not None, new.approved_at) == (True, None)


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"rate": ""}, "rate"),
        ({"rate": "many"}, "rate"),
        ({"effective_from": "2020-01-01"}, "effective_from"),
        ({"source_url": ""}, "source_url"),
        ({"day_from": "-1"}, "day_from"),
    ],
)
def test_what_does_not_fit_is_named(
    heads: tuple[Person, Person], as_person: As, changes: dict[str, str], field: str
) -> None:
    old = free_time()
    answer = as_person(heads[0]).post(f"/tariff/new/?replaces={old.pk}", filled(old, **changes))
    assert (answer.status_code, list(answer.context["form"].errors)) == (422, [field])
    assert TariffRow.objects.proposed().count() == 0


def test_only_an_approved_row_can_be_replaced(heads: tuple[Person, Person], as_person: As) -> None:
    client = as_person(heads[0])
    old = free_time()
    new = propose(says={name: getattr(old, name) for name in PROPOSED}, replaces=old, by=heads[0], at=AT)
    assert [client.get(f"/tariff/new/?replaces={pk}").status_code for pk in (new.pk, 10**9)] == [404, 404]
    assert client.get("/tariff/new/?replaces=x").status_code == 200


def test_a_preview_says_what_changes_on_open_consignments(
    heads: tuple[Person, Person], cast: Cast, consignment: Consignment, clerk: Source, as_person: As
) -> None:
    Unit.objects.update(size_type="22G1")
    take_in(clerk, csv(*(row("discharged", 24 * 13, box=box) for box in (BOX, OTHER_BOX))))
    old, at = free_time(), timezone.now()
    shorter = {"rate": Decimal(10), "effective_from": date(2026, 1, 1)}
    says = {name: getattr(old, name) for name in PROPOSED}
    new = propose(says=says | shorter, replaces=old, by=heads[0], at=at)
    found = preview(new, viewer=heads[1], at=at)
    assert (found.counted, found.is_all, found.changed) == (1, True, 1)
    free_until = day_of(at) - timedelta(days=13)
    change = found.changes[0]
    assert change.ref == consignment.ref
    assert change.before.endswith((free_until + timedelta(days=14)).isoformat())
    assert change.after.endswith((free_until + timedelta(days=9)).isoformat())
    assert consignment.ref in as_person(heads[1]).get(f"/tariff/{new.pk}/").content.decode()


def test_a_preview_of_what_changes_nothing_says_so(
    heads: tuple[Person, Person], consignment: Consignment, clerk: Source
) -> None:
    take_in(clerk, csv(row("discharged", 24)))
    old = free_time()
    new = propose(says={name: getattr(old, name) for name in PROPOSED}, replaces=old, by=heads[0], at=AT)
    found = preview(new, viewer=heads[1], at=timezone.now())
    assert (found.counted, found.changed, found.changes) == (1, 0, [])
