"""What a proposed row would change: on which consignments, and the same once it has been approved."""

from __future__ import annotations

from datetime import date, datetime
from decimal import Decimal
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from cargo import tariff_preview
from cargo.charge_words import owed_words
from cargo.models import Consignment, Status, TariffRow, Unit
from cargo.money import money_of
from cargo.registration import Particulars, register, register_many
from cargo.tariff_preview import SHOWN, Preview, preview
from cargo.tariffs import PROPOSED, approve, load_tariff, propose, refuse
from feeds.models import Source
from liaison.models import Person
from liaison.people import add_person
from tests.cargo.test_reading import BOX, OTHER_BOX, csv, row, take_in
from tests.conftest import AT, Cast
from tests.test_queries import box

LONG_AGO = date(2026, 1, 1)


@pytest.fixture
def at() -> datetime:
    return timezone.now()


@pytest.fixture
def heads(cast: Cast) -> tuple[Person, Person]:
    load_tariff(at=AT)
    one = add_person(email="supervisor@portal.example", role="supervisor", name="Sup", by=None, at=AT)
    return one, add_person(email="administrator@portal.example", role="administrator", name="Adm", by=None, at=AT)


@pytest.fixture
def ashore(heads: tuple[Person, Person], clerk: Source, consignment: Consignment) -> Consignment:
    """Both boxes were discharged 17 days ago: two days beyond the free ones."""
    Unit.objects.update(size_type="22G1")
    take_in(clerk, csv(*(row("discharged", 24 * 17, box=number) for number in (BOX, OTHER_BOX))))
    return consignment


def free_time() -> TariffRow:
    return TariffRow.objects.get(item="Mombasa", rate=15, regime="transit_import", effective_to=None)


def proposed(by: Person, at: datetime, *, replaces: TariffRow | None, **changes: Any) -> TariffRow:
    like = replaces or free_time()
    says = {name: getattr(like, name) for name in PROPOSED}
    return propose(says={**says, "effective_from": LONG_AGO, **changes}, replaces=replaces, by=by, at=at)


def words(consignment: Consignment, viewer: Person, at: datetime) -> str:
    """What it owes, what tomorrow adds, and the last free day, as the preview says it."""
    money = money_of([consignment], viewer=viewer, at=at)[consignment.pk]
    assert money.binding is not None
    assert money.binding.clock.last_free_on is not None
    last = money.binding.clock.last_free_on.isoformat()
    return f"{owed_words(money.accrued) or '?'} · +{owed_words(money.tomorrow) or '?'} · {last}"


def test_what_is_foretold_is_what_becomes_of_it(
    heads: tuple[Person, Person], ashore: Consignment, at: datetime
) -> None:
    one, other = heads
    before = words(ashore, other, at)
    new = proposed(one, at, replaces=free_time(), rate=Decimal(10))
    (change,) = preview(new, viewer=other, at=at).changes
    assert (change.ref, change.before, words(ashore, other, at)) == (ashore.ref, before, before)
    approve(proposal=new, by=other, at=at)
    assert words(ashore, other, at) == change.after != before
    # Once it counts it changes nothing more.
    again = proposed(one, at, replaces=TariffRow.objects.get(pk=new.pk), rate=Decimal(10))
    assert preview(again, viewer=other, at=at).changed == 0


@pytest.mark.parametrize(
    ("changes", "changed"),
    [
        ({"rate": Decimal(10)}, 1),
        ({"rate": Decimal(16)}, 1),
        ({"rate": Decimal(15)}, 0),
        ({"rate": Decimal(10), "regime": "domestic_import"}, 1),
        ({"rate": Decimal(10), "effective_from": date(2099, 1, 1)}, 0),
        ({"note": "said again", "rate": Decimal(15)}, 0),
    ],
)
def test_only_what_is_counted_otherwise_is_a_change(
    heads: tuple[Person, Person], ashore: Consignment, at: datetime, changes: dict[str, Any], changed: int
) -> None:
    new = proposed(heads[0], at, replaces=free_time(), **changes)
    # What nothing was heard of is not counted: no clock of it runs.
    register(particulars=Particulars(consignee=ashore.consignee, bill_of_lading="UNHEARD"), by=None, at=at)
    found = preview(new, viewer=heads[1], at=at)
    assert (found.counted, found.is_all, found.changed, len(found.changes)) == (1, True, changed, changed)


def test_a_preview_writes_nothing(heads: tuple[Person, Person], ashore: Consignment, at: datetime) -> None:
    new = proposed(heads[0], at, replaces=free_time(), rate=Decimal(1))
    before = list(TariffRow.objects.order_by("pk").values())
    assert [preview(new, viewer=heads[1], at=at).changed for _time in range(2)] == [1, 1]
    assert list(TariffRow.objects.order_by("pk").values()) == before
    refuse(proposal=new, by=heads[1], at=at)
    assert TariffRow.objects.proposed().count() == 0


@pytest.mark.parametrize("state", ["delivered", "closed"])
def test_what_is_over_is_not_counted(
    heads: tuple[Person, Person], ashore: Consignment, at: datetime, state: str
) -> None:
    Status.objects.update(state=state)
    new = proposed(heads[0], at, replaces=free_time(), rate=Decimal(1))
    assert preview(new, viewer=heads[1], at=at) == Preview(counted=0, is_all=True, changed=0, changes=[])


def test_only_what_the_viewer_may_see_money_of_is_counted(
    cast: Cast, heads: tuple[Person, Person], ashore: Consignment, at: datetime
) -> None:
    theirs = register(particulars=Particulars(consignee=cast.stranger_firm, bill_of_lading="OTHER1"), by=None, at=at)
    Status.objects.filter(consignment=theirs).update(state="at_port")
    new = proposed(heads[0], at, replaces=free_time(), rate=Decimal(1))
    counted = {part: preview(new, viewer=person, at=at).counted for part, person in cast.people().items()}
    assert counted == {"importer": 1, "agent": 0, "stranger": 1, "officer": 2, "desk": 0, "official": 0}


def test_many_are_counted_up_to_a_limit_and_a_few_are_shown(
    cast: Cast, heads: tuple[Person, Person], clerk: Source, at: datetime, monkeypatch: pytest.MonkeyPatch
) -> None:
    count = SHOWN + 3
    boxes = [box(number) for number in range(count)]
    many = [
        Particulars(consignee=cast.importer_firm, bill_of_lading=f"M{number}", containers=[boxes[number]])
        for number in range(count)
    ]
    register_many(many, by=None, at=at)
    Unit.objects.update(size_type="22G1")
    take_in(clerk, csv(*(row("discharged", 24 * 17, box=number) for number in boxes)))
    new = proposed(heads[0], at, replaces=free_time(), rate=Decimal(10))
    found = preview(new, viewer=heads[1], at=at)
    assert (found.counted, found.is_all, found.changed, len(found.changes)) == (count, True, count, SHOWN)
    for most, is_all in ((count, True), (count - 1, False)):
        monkeypatch.setattr(tariff_preview, "MOST", most)
        with CaptureQueriesContext(connection) as queries:
            found = preview(new, viewer=heads[1], at=at)
        assert (found.counted, found.is_all) == (most, is_all)
        assert len(queries) <= 8


def test_before_there_is_any_cargo_it_says_so(heads: tuple[Person, Person], at: datetime) -> None:
    new = proposed(heads[0], at, replaces=None, rate=Decimal(1), item="Elsewhere")
    assert preview(new, viewer=heads[1], at=at) == Preview(counted=0, is_all=True, changed=0, changes=[])
