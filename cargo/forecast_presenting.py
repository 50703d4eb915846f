"""Shaping forecasts for pages: a consignment's window in words, and the report card."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime
from functools import lru_cache
from typing import NamedTuple

from babel.numbers import format_decimal
from django.utils.translation import get_language, gettext_lazy, ngettext
from django.utils.translation import gettext as _

from cargo.arrival.intervals import wilson
from cargo.models import KIGALI, Consignment, Forecast, ForecastScore, Foretold
from cargo.models.forecasts import HORIZONS
from cargo.words import kind_label
from liaison.prepared import Prepared
from liaison.templatetags.times import locale_now

# A middle that moved by less is not worth a word.
_WORTH_H = 2.0
DAYS_OUT = {
    "0-1": gettext_lazy("less than 1 day"),
    "1-3": gettext_lazy("1 to 3 days"),
    "3-7": gettext_lazy("3 to 7 days"),
    "7-14": gettext_lazy("7 to 14 days"),
    "14+": gettext_lazy("14 days and more"),
    "all": gettext_lazy("all"),
}


# Whither a window is: an export's is first to the port and then aboard a ship.
KIGALI_END, PORT, SHIP = "kigali", "port", "ship"


class Days(NamedTuple):
    """The days of a window, by Kigali's calendar, and whither it is."""

    low: date
    middle: date
    high: date
    to: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Window:
    """When goods reach Kigali (or ``to`` another end), by Kigali's calendar, with why, how it moved, and how often such
    windows held. Of the way to the port the last two are not known."""

    low: date
    middle: date
    high: date
    to: str = KIGALI_END
    made_at: datetime
    reason: str
    moved: str
    since: str
    hits: int
    hits_n: int
    percent: int | None
    days_out: str
    is_old: bool


def days_ahead(consignments: Iterable[Consignment]) -> dict[int, Days]:
    """The days of the windows that hold, by the consignment's id; one query.

    Whoever sees the consignments sees their forecasts.
    """
    directions = {consignment.pk: consignment.direction for consignment in consignments}
    return {said.consignment_id: _days(said, directions[said.consignment_id]) for said in _AHEAD(list(directions))}


_ENDS = ("p10", "p50", "p90", "gate_p10", "gate_p50", "gate_p90")
_AHEAD = Prepared(lambda pks: Forecast.objects.current().filter(consignment__any=pks).only("consignment", *_ENDS))


def _days(forecast: Forecast, direction: str) -> Days:
    """Of an export those until it reaches the port, and in the port those until it is aboard."""
    ends, to = (forecast.p10, forecast.p50, forecast.p90), KIGALI_END
    if direction == Consignment.Direction.EXPORT:
        to = SHIP
        if forecast.gate_p10 and forecast.gate_p50 and forecast.gate_p90:
            ends, to = (forecast.gate_p10, forecast.gate_p50, forecast.gate_p90), PORT
    low, middle, high = (moment.astimezone(KIGALI).date() for moment in ends)
    return Days(low, middle, high, to)


def window_of(forecast: Forecast | None, direction: str = "import", *, at: datetime) -> Window | None:
    """The window as the page shows it; None where there is no forecast that holds."""
    if forecast is None:
        return None
    days = _days(forecast, direction)
    hits, hits_n = (0, 0) if days.to == PORT else (forecast.hits, forecast.hits_n)
    return Window(
        **days._asdict(),
        made_at=forecast.made_at,
        reason=_reason(forecast.reason, get_language() or "en"),
        moved="" if days.to == PORT else _moved(forecast),
        since=kind_label(forecast.stands) if forecast.stands not in ("", "registered", "arrived") else "",
        hits=hits,
        hits_n=hits_n,
        percent=round(100 * hits / hits_n) if hits_n else None,
        days_out=str(DAYS_OUT[forecast.days_out]),
        is_old=((days.to == PORT and forecast.gate_p90) or forecast.p90) < at,
    )


def arrival_fields(forecast: Forecast | Foretold | None) -> dict[str, object] | None:
    """What the API says of an arrival, of an export aboard a ship.

    ``hit_rate`` is the share of ``n`` windows of the same days ahead that held.
    """
    if forecast is None:
        return None
    return {
        "p10": forecast.p10.astimezone(KIGALI).isoformat(),
        "p50": forecast.p50.astimezone(KIGALI).isoformat(),
        "p90": forecast.p90.astimezone(KIGALI).isoformat(),
        "made_at": forecast.made_at.astimezone(KIGALI).isoformat(),
        "hit_rate": round(forecast.hits / forecast.hits_n, 3) if forecast.hits_n else None,
        "n": forecast.hits_n,
        "reason": _reason(forecast.reason, get_language() or "en"),
    }


@lru_cache(maxsize=64)
def _reason(reason: str, _language: str) -> str:
    """Why the window is as it is, in the language that is spoken."""
    return str(Forecast.Reason(reason).label)


def _moved(forecast: Forecast) -> str:
    """By how much the middle moved, and why where that is known: ``14 hours later than said before: …``."""
    moved_h = forecast.moved_h
    if moved_h is None or abs(moved_h) < _WORTH_H:
        return ""
    count = round(abs(moved_h))
    if moved_h > 0:
        words = ngettext("%(count)s hour later than said before", "%(count)s hours later than said before", count)
    else:
        words = ngettext("%(count)s hour earlier than said before", "%(count)s hours earlier than said before", count)
    moved, why = words % {"count": count}, _why(forecast)
    return _("%(moved)s: %(why)s") % {"moved": moved, "why": why} if why else moved


def _why(forecast: Forecast) -> str:
    """What moved it, in words; empty where that is not known."""
    facts = {
        "step": kind_label(forecast.cause_step) if forecast.cause_step else "",
        "times": format_decimal(forecast.cause_times or 1.0, "0.#", locale=locale_now()),
        "place": forecast.cause_node,
    }
    match forecast.cause:
        case Forecast.Cause.PASSED:
            return _("it has reached “%(step)s”") % facts
        case Forecast.Cause.SHIP:
            return _("the ship’s arrival is foretold anew")
        case Forecast.Cause.PACE:
            return _("the way to “%(step)s” takes %(times)s times as long as before") % facts
        case Forecast.Cause.WAIT if forecast.cause_node:
            return _("at %(place)s it takes %(times)s times as long as usual") % facts
        case Forecast.Cause.WAIT:
            return _("it still waits for “%(step)s”") % facts
    return ""


@dataclass(frozen=True, slots=True, kw_only=True)
class CardRow:
    """One horizon of the report card: windows, hits, the share with its interval in per cent, in hours how far
    off its middle was, how wide the window, and by how much the middle moved from one morning to the next."""

    days_out: str
    n: int
    hits: int
    percent: int | None
    low: int
    high: int
    mae_h: float | None
    width_h: float | None
    moved_h: float | None
    mean_mae_h: float | None
    simple_mae_h: float | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Card:
    """How forecasts did over a time: as said, or as replayed."""

    basis: str
    title: str
    since: datetime
    until: datetime
    rows: list[CardRow]


def cards(scores: Iterable[ForecastScore]) -> list[Card]:
    """The report cards, as said first; none of a basis of which nothing is scored."""
    titles = {
        "said": _("As said"),
        "replayed": _("As replayed over past events"),
        "exports": _("As said of exports, until they are aboard"),
    }
    found = {(score.basis, score.method, score.days_out): score for score in scores}
    made = []
    for basis, title in titles.items():
        whole = found.get((basis, "C", "all"))
        if whole is not None and whole.n:
            rows = [_card_row(found, basis, days_out) for days_out in (*HORIZONS, "all")]
            made.append(Card(basis=basis, title=title, since=whole.since, until=whole.until, rows=rows))
    return made


def _card_row(found: dict[tuple[str, str, str], ForecastScore], basis: str, days_out: str) -> CardRow:
    score = found.get((basis, "C", days_out))
    mean, simple = found.get((basis, "B0", days_out)), found.get((basis, "B1", days_out))
    hits, n = (score.hits, score.n) if score else (0, 0)
    low, high = wilson(hits, n)
    return CardRow(
        days_out=str(DAYS_OUT[days_out]),
        n=n,
        hits=hits,
        percent=round(100 * hits / n) if n else None,
        low=round(100 * low),
        high=round(100 * high),
        mae_h=score.mae_h if score else None,
        width_h=score.width_h if score else None,
        moved_h=score.moved_h if score else None,
        mean_mae_h=mean.mae_h if mean else None,
        simple_mae_h=simple.mae_h if simple else None,
    )
