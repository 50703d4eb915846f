"""What a proposed row would change on open consignments: what each owes today and tomorrow, without it and with it."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from django.forms.models import model_to_dict

from cargo.charge_words import owed_words
from cargo.charges.reckoning import Money
from cargo.charges.tariff import Rate
from cargo.charges.tariff_file import rate_of
from cargo.models import Consignment, Status, TariffRow
from cargo.money import Book, Tariff, goods_of, load_book, moneys
from liaison.models import Viewer

MOST = 500
SHOWN = 10


@dataclass(frozen=True, slots=True)
class Change:
    """One consignment's money before and after, in words."""

    ref: str
    before: str
    after: str


@dataclass(frozen=True, slots=True)
class Preview:
    """How many open consignments were counted (of those heard of the last), how many change, and some of them."""

    counted: int
    is_all: bool
    changed: int
    changes: list[Change]


def preview(proposal: TariffRow, *, viewer: Viewer, at: datetime) -> Preview:
    """What the proposal would change today and tomorrow."""
    # Of what nothing was heard no clock runs: a great upload of such cargo must not hide the rest.
    moved = Consignment.objects.money_visible_to(viewer).open().exclude(status__state=Status.State.REGISTERED)
    found = list(moved.order_by("-status__moved_at", "-pk")[: MOST + 1])
    counted = found[:MOST]
    goods, book = goods_of(counted), load_book([each.pk for each in counted])
    now, then = moneys(goods, book, at=at), moneys(goods, _with(book, proposal), at=at)
    changed = [each for each in counted if _figures(now[each.pk]) != _figures(then[each.pk])]
    return Preview(
        counted=len(counted),
        is_all=len(found) <= MOST,
        changed=len(changed),
        changes=[Change(one.ref, _words(now[one.pk]), _words(then[one.pk])) for one in changed[:SHOWN]],
    )


def _with(book: Book, proposal: TariffRow) -> Book:
    """The tariff as it would be, the replaced row ended as ``cargo.tariffs.approve`` would end it."""
    new = rate_of(model_to_dict(proposal))
    return replace(book, rows=Tariff([*_kept(book, proposal), *([new] if new else [])]))


def _kept(book: Book, proposal: TariffRow) -> Iterator[Rate]:
    starts = proposal.effective_from
    for row in book.rows:
        if row.key != proposal.replaces_id or proposal.replaces_id is None:
            yield row
        elif starts and (row.effective_from is None or row.effective_from < starts):
            before = starts - timedelta(days=1)
            yield replace(row, effective_to=min(row.effective_to or before, before))


def _figures(money: Money) -> object:
    """All that a row may change: sums, what is unknown, free days and what the next day costs."""
    return [
        (c.clock.name, c.clock.last_free_on, c.accrued, c.tomorrow, c.per_day, c.is_confirmed)
        for c in sorted(money.charges, key=lambda charge: (charge.clock.name, str(charge.clock.starts_on)))
    ]


def _words(money: Money) -> str:
    binding = money.binding.clock.last_free_on if money.binding else None
    return " · ".join(
        [
            owed_words(money.accrued) or "?",
            f"+{owed_words(money.tomorrow) or '?'}",
            binding.isoformat() if binding else "–",
        ]
    )
