"""Shaping what a consignment owes for its page, for its row in the list, and for the programming interface."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from cargo.charge_words import amount_words, basis, clock_label, lacks_words, owed_words
from cargo.charges.amounts import USD, Exchange, Owed, convert
from cargo.charges.bills import Line
from cargo.charges.reckoning import Charge, Money
from cargo.charges.waivers import Waiver
from cargo.models import Alarm
from cargo.outlooks import UNKNOWN, Outlook

# In hundredths: what was feared is so.
CERTAIN = 100


@dataclass(frozen=True, slots=True, kw_only=True)
class Band:
    """Days that are priced alike: their numbers, one's price for one container, how many, and what they come to."""

    first: int
    last: int
    each: str
    quantity: int
    percent: str
    owed: str
    source: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ClockLine:
    """Until when one clock is free. ``state`` is unknown, expected, free, charging or stopped."""

    label: str
    state: str
    last_free_on: date | None
    days_left: int | None

    @property
    def days_words(self) -> str:
        """How many free days are left, or how long ago the last was; empty where nobody knows."""
        if self.state == "charging":
            days = -(self.days_left or 0)
            words = ngettext("free days ended %(days)s day ago", "free days ended %(days)s days ago", days)
            return words % {"days": days}
        if self.days_left is None:
            return ""
        return ngettext("%(days)s day left", "%(days)s days left", self.days_left) % {"days": self.days_left}


@dataclass(frozen=True, slots=True, kw_only=True)
class ChargeLine(ClockLine):
    """One clock with all that it owes, in words; empty words are unknown."""

    is_binding: bool
    is_confirmed: bool
    quantity: int
    starts_on: date | None
    stops_on: date | None
    per_day: str
    accrued: str
    is_least: bool
    basis: str
    source: str
    note: str
    bands: list[Band]
    lacks: list[str]
    percent: int | None


@dataclass(frozen=True, slots=True, kw_only=True)
class MoneyCard:
    """What is owed now, tomorrow and in the end (``expected``, by the forecast; empty where that is unknown), the
    clocks, what is unknown, and which campaigns can be applied for today."""

    lines: list[ChargeLine]
    accrued: str
    tomorrow: str
    expected: str
    is_least: bool
    is_expected_least: bool
    lacks: list[str]
    others: list[Other]
    campaigns: list[Waiver]

    @property
    def binding(self) -> ChargeLine | None:
        """The clock that costs first, or has cost longest."""
        return next((line for line in self.lines if line.is_binding), None)

    @property
    def chances(self) -> list[ChargeLine]:
        """The clocks of which it is foretold how likely they come to cost."""
        return [line for line in self.lines if line.percent is not None]

    @property
    def is_confirmed(self) -> bool:
        """Whether the office answers for every figure."""
        return all(line.is_confirmed for line in self.lines)


@dataclass(frozen=True, slots=True)
class Other:
    """What is owed in another currency, with the rate's day and source."""

    amount: str
    on: date
    source: str


def money_card(
    money: Money,
    rates: Iterable[Exchange] = (),
    campaigns: Iterable[Waiver] = (),
    ahead: Outlook = UNKNOWN,
) -> MoneyCard:
    """The money of a consignment for its page."""
    return MoneyCard(
        lines=[charge_line(charge, ahead.percent.get(number)) for number, charge in enumerate(money.charges)],
        accrued=owed_words(money.accrued),
        tomorrow=owed_words(money.tomorrow),
        expected=owed_words(ahead.expected) if ahead.expected else "",
        is_least=bool(money.accrued.lacks),
        is_expected_least=_is_least(ahead),
        lacks=lacks_words(part for charge in money.charges for part in _parts(charge)),
        others=_others(money, list(rates)),
        campaigns=[c for c in campaigns if c.on_application and c.holds_on(money.today)],
    )


def _is_least(ahead: Outlook) -> bool:
    return ahead.is_least or bool(ahead.expected and ahead.expected.lacks)


def alarm_words(alarm: Alarm) -> str:
    """What is feared, how likely, and what it is expected to cost yet; only for who may see the charges."""
    what = clock_label(alarm.clock) if alarm.clock else str(alarm.get_about_display())
    percent = round(100 * alarm.chance)
    words = _("%(what)s: %(percent)s in 100") % {"what": what, "percent": percent}
    if percent == CERTAIN and not alarm.clock:
        words = _("it has waited longer than nearly all like cargo")
    if not alarm.loss:
        return words
    return _("%(words)s; about %(amount)s to be lost yet") % {
        "words": words,
        "amount": amount_words(Decimal(alarm.loss), USD),
    }


def binding_line(money: Money | None) -> ClockLine | None:
    """The binding clock for a row of the list; None where none runs, or the viewer may not know."""
    charge = money.binding if money else None
    if charge is None:
        return None
    clock = charge.clock
    return ClockLine(
        label=clock_label(clock.name),
        state=_state(charge),
        last_free_on=clock.last_free_on,
        days_left=charge.days_left,
    )


def charge_line(charge: Charge, percent: int | None = None) -> ChargeLine:
    """One clock for the page; ``percent`` is how likely it comes to cost."""
    clock = charge.clock
    return ChargeLine(
        label=clock_label(clock.name),
        state=_state(charge),
        is_binding=charge.is_binding,
        is_confirmed=charge.is_confirmed,
        quantity=clock.quantity,
        starts_on=clock.starts_on,
        last_free_on=clock.last_free_on,
        stops_on=clock.stops_on,
        days_left=charge.days_left,
        per_day=owed_words(charge.per_day) if clock.starts_on and clock.free else "",
        accrued=owed_words(charge.accrued),
        is_least=bool(charge.accrued.lacks),
        basis=basis(clock),
        source=clock.free.source if clock.free else "",
        note=clock.free.note if clock.free else "",
        bands=[_band(line) for line in charge.lines if line.row],
        lacks=lacks_words(_parts(charge)),
        percent=percent,
    )


def _parts(charge: Charge) -> list[Owed]:
    """What of a clock may be unknown; what a day would cost matters no more once it has stopped."""
    return [charge.accrued, charge.tomorrow, *([] if charge.clock.stops_on else [charge.per_day])]


def _state(charge: Charge) -> str:
    clock = charge.clock
    if clock.last_free_on is None:
        return "unknown"
    if clock.stops_on:
        return "stopped"
    if clock.is_expected:
        return "expected"
    return "charging" if charge.days_left is not None and charge.days_left < 0 else "free"


def _band(line: Line) -> Band:
    row = line.row
    return Band(
        first=line.first,
        last=line.last,
        each=amount_words(line.each, row.currency) if row and line.each is not None else "",
        quantity=line.quantity,
        percent=f"{line.percent:f}".rstrip("0").rstrip(".") if line.percent else "",
        owed=owed_words(line.owed),
        source=row.source if row else "",
    )


def _others(money: Money, rates: Sequence[Exchange]) -> list[Other]:
    amount = money.accrued.amount()
    if not amount:
        return []
    found = [convert(amount, currency, rates, money.today) for currency in ("RWF", "KES")]
    return [
        Other(amount_words(each.amount.quantize(1), each.rate.currency), each.rate.on, each.rate.source)
        for each in found
        if each
    ]


def money_field(money: Money, ahead: Outlook = UNKNOWN) -> dict[str, Any]:
    """The ``money`` of the programming interface; ``chance`` is how likely a clock comes to cost."""
    clocks = [
        {**clock_field(charge), "chance": ahead.told_chance(number)} for number, charge in enumerate(money.charges)
    ]
    return {**sums_field(money, ahead), "clocks": clocks}


def sums_field(money: Money, ahead: Outlook) -> dict[str, Any]:
    """Its sums, decimal strings in US dollars, None where unknown.

    ``expected`` is what will have been owed in the end by the forecast.
    """
    return {
        "currency": USD,
        "accrued": _text(money.accrued.amount()),
        "tomorrow": _text(money.tomorrow.amount()),
        "expected": _text(ahead.expected.amount()) if ahead.expected else None,
        "expected_is_least": _is_least(ahead),
    }


def clock_field(charge: Charge) -> dict[str, Any]:
    """All of a clock that does not hang on a forecast."""
    clock = charge.clock
    return {
        "name": clock.name,
        "payee": clock.case.payee,
        "starts_on": _day(clock.starts_on),
        "free_days": clock.free_days,
        "last_free_on": _day(clock.last_free_on),
        "stops_on": _day(clock.stops_on),
        "containers": clock.quantity,
        "binding": charge.is_binding,
        "accrued": _text(charge.accrued.amount()),
        "tomorrow": _text(charge.tomorrow.amount()),
        "confidence": "confirmed" if charge.is_confirmed else "estimate",
        "basis": basis(clock),
        "unknown": lacks_words([charge.accrued, charge.tomorrow]),
    }


def _text(amount: Decimal | None) -> str | None:
    return None if amount is None else f"{amount:.2f}"


def _day(day: date | None) -> str | None:
    return day.isoformat() if day else None
