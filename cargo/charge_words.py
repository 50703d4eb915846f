"""The words for clocks, for what is unknown of a charge and why, and for what a figure rests on; and amounts."""

from __future__ import annotations

from collections.abc import Iterable
from decimal import Decimal
from functools import lru_cache

from babel.numbers import format_decimal
from django.utils.functional import Promise
from django.utils.translation import get_language, gettext_lazy, npgettext, pgettext_lazy
from django.utils.translation import gettext as _

from cargo.charges.amounts import Lack, Owed
from cargo.charges.clocks import Clock
from cargo.words import kind_label
from liaison.templatetags.times import locale_now

CLOCKS: dict[str, Promise] = {
    "port_storage": gettext_lazy("KPA storage at the port"),
    "depot_storage": gettext_lazy("KPA storage at the inland depot"),
    "customs_warehouse": gettext_lazy("KRA customs warehouse"),
    "kigali_warehouse": gettext_lazy("MAGERWA's warehouse in Kigali"),
    "line_container": gettext_lazy("The line's container, until the empty is back"),
    "line_export": gettext_lazy("The line's container, until it is aboard"),
}
LACKS: dict[str, Promise] = {
    "no_rate": gettext_lazy("%(payee)s: what the days after the free ones cost is not in the tariff known to us."),
    "no_free_time": gettext_lazy("%(payee)s: how many days are free is not in the tariff known to us."),
    "rows_disagree": gettext_lazy("%(payee)s: sources give different figures, %(detail)s."),
    "bands_of_other_free_time": gettext_lazy("%(payee)s: the prices known begin after another number of free days."),
    "size_unknown": gettext_lazy("%(payee)s: the price depends on the container's size, which was not reported."),
    "not_started": gettext_lazy("%(payee)s: what starts the clock was not reported: %(detail)s."),
    "by_weight": gettext_lazy(
        "%(payee)s: the days after the free ones cost %(detail)s a kilogram; what was weighed there is not told to us."
    ),
    "containers_only": gettext_lazy("%(payee)s: the rows known are for containers only."),
}
GROUPS: dict[str, Promise] = {
    "free_storage_period": gettext_lazy("Free storage"),
    "storage": gettext_lazy("Storage"),
    "storage_waiver": gettext_lazy("Waivers of storage"),
    "customs_warehouse_rent": gettext_lazy("Customs warehouse"),
    "warehouse": gettext_lazy("Warehouse in Kigali"),
    "line_free_time": gettext_lazy("The line's free time"),
    "demurrage_detention": gettext_lazy("Demurrage and detention"),
}
PAYEES: dict[str, Promise] = {"shipping line": gettext_lazy("the shipping line")}


def clock_label(name: str) -> str:
    """Which charge a clock is, in words."""
    return str(CLOCKS.get(name, name))


def group_label(code: str) -> str:
    """A group of charges, in words; the tariff's own word where we have none."""
    return str(GROUPS.get(code, code.replace("_", " ")))


def lack_words(lack: Lack) -> str:
    """Why something is unknown, as a sentence."""
    return _lack_words(lack, get_language() or "")


@lru_cache(maxsize=2000)
def _lack_words(lack: Lack, _language: str) -> str:
    payee = PAYEES.get(lack.payee, lack.payee)
    detail = kind_label(lack.detail) if lack.code == "not_started" else lack.detail
    return str(LACKS[lack.code]) % {"payee": payee, "detail": detail}


def basis(clock: Clock) -> str:
    """From which event and by which row a clock counts, as a sentence; empty while that is unknown."""
    if clock.free is None or clock.starts_on is None:
        return ""
    facts = (int(clock.free.rate), clock.starts_with, clock.free.item, clock.added_days, clock.rated_on is not None)
    return _basis(*facts, get_language() or "")


@lru_cache(maxsize=2000)
def _basis(days: int, starts_with: str, item: str, added_days: int, is_rated_by_order: bool, _language: str) -> str:
    words = _("%(days)s free days counted from “%(event)s”, that day included. Row: %(item)s.") % {
        "days": days,
        "event": kind_label(starts_with),
        "item": item,
    }
    if added_days:
        words += " " + _("A waiver adds %(days)s days.") % {"days": added_days}
    if is_rated_by_order:
        words += " " + _("Prices of the day of the pick-up order.")
    return words


def amount_words(amount: Decimal, currency: str) -> str:
    """An amount with its currency's code, by the reader's language: ``USD 1,234.50``."""
    places = "#,##0" if amount == amount.to_integral_value() else "#,##0.00"
    return f"{currency}\u00a0{format_decimal(amount, places, locale=locale_now())}"


def owed_words(owed: Owed) -> str:
    """What is known of it in words, every currency; empty where nothing is."""
    known = {currency: amount for currency, amount in owed.sums.items() if amount}
    if known:
        return " + ".join(amount_words(amount, currency) for currency, amount in sorted(known.items()))
    return amount_words(Decimal(0), "USD") if owed.is_complete else ""


def lacks_words(owed: Iterable[Owed]) -> list[str]:
    """What is unknown in them, each once."""
    return list(dict.fromkeys(lack_words(lack) for part in owed for lack in part.lacks))


# What a price of the tariff is for, as in "USD a container a day".
_PER: dict[str, Promise] = {
    "container": pgettext_lazy("a price for one", "container"),
    "day": pgettext_lazy("a price for one", "day"),
    "year": pgettext_lazy("a price for one", "year"),
    "case": pgettext_lazy("a price for one", "case"),
    "document": pgettext_lazy("a price for one", "document"),
    "bill of lading": pgettext_lazy("a price for one", "bill of lading"),
    "seal": pgettext_lazy("a price for one", "seal"),
    "tonne": pgettext_lazy("a price for one", "tonne"),
    "trip": pgettext_lazy("a price for one", "trip"),
    "unit": pgettext_lazy("a price for one", "piece"),
    "call": pgettext_lazy("a price for one", "ship's call"),
}


def priced_in(unit: str, rate: Decimal | None) -> str:
    """The unit of a row of the tariff in words: of a number of days, a share, or a currency and what it is paid for."""
    if unit == "day":
        days = int(rate or 0)
        return npgettext("of free time", "day", "days", days)
    parts = unit.replace("percent", "%").split("/")
    return " / ".join(str(_PER.get(part, part)) for part in parts)
