"""A consignment in one line of plain words: where it is since when, what is usual, whom it waits for, when it comes."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from babel.dates import format_skeleton
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from cargo.forecast_presenting import KIGALI_END, PORT, SHIP, Window
from cargo.models import KIGALI, Milestone, Status
from cargo.trips import last_move, slowest
from cargo.usual import Figures
from cargo.waits import EXPORT_STAYS, STAYS
from cargo.words import holder_label
from liaison.templatetags.times import lasting, locale_now
from liaison.templatetags.times import length_words as in_words

# Within so many days of today a day of the week and of the month says which day is meant.
_NEAR = timedelta(days=7)
_DAYS_FROM_H = 48
_EXPORT_STANDS = ("export_border2_in", "export_border1_in", "export_at_port", "export_aboard")
_AT_SEA = frozenset({"vessel_departed", "export_departed"})
_STANDS = frozenset(
    {"vessel_arrived", "discharged_kot", "discharged", "at_depot", "border1_in", "border2_in", *_EXPORT_STANDS}
)
_ARRIVED = frozenset({"arrived_kigali"})
_AT_ITS_END = _ARRIVED | {"export_aboard", "export_departed"}


@dataclass(frozen=True, slots=True, kw_only=True)
class Standpoint:
    """Where goods are: the move that brought them, the place's name, since when, and how long others usually stay."""

    code: str
    place: str
    since: datetime
    is_day: bool
    usual: timedelta | None


def standpoint(milestones: Iterable[Milestone], figures: Figures, *, only_nodes: bool = False) -> Standpoint | None:
    """Where the slowest unit is by its last move; None where nothing is known. Nodes must have been selected, too.

    ``only_nodes`` leaves out the senders' own words for a place.
    """
    move = last_move(slowest(milestones))
    if move is None or move.actual_at is None:
        return None
    node = move.event.node
    return Standpoint(
        code=move.code,
        place=(node.label or node.name) if node else "" if only_nodes else move.event.place,
        since=move.actual_at,
        is_day=move.is_day,
        usual=_usual(move.code, node.slug, figures) if node and not move.is_day else None,
    )


def _usual(code: str, slug: str, figures: Figures) -> timedelta | None:
    for stay in (*STAYS, *EXPORT_STAYS):
        if stay.begins == code and slug in stay.at:
            found = figures.stays.get((stay.kind, stay.at[slug]))
            return found.median if found else None
    return None


def one_line(status: Status, stand: Standpoint | None, window: Window | None, *, at: datetime) -> str:
    """What is known, in one line; what is not known is left out."""
    if stand is None:
        where = _("Nothing has been heard of it yet")
    elif stand.code == "delivered":
        return _("Delivered on %(day)s") % {"day": day_words(stand.since.astimezone(KIGALI).date(), at)}
    else:
        where = _where(stand, at)
    return "; ".join(part for part in (where, _waits_for(status), _reaches(window, stand, at)) if part)


def _where(stand: Standpoint, at: datetime) -> str:
    said = {"place": stand.place, "since": _since(stand, at), "usual": length_words(stand.usual) if stand.usual else ""}
    if stand.code in _ARRIVED:
        return _("In Kigali since %(since)s") % said
    if stand.code in _AT_SEA | {"pipeline_in"}:
        words = _("At sea since %(since)s") if stand.code in _AT_SEA else _("In the pipeline since %(since)s")
        return words % said
    if stand.code not in _STANDS:
        words = (
            _("On the road since %(since)s, last heard at %(place)s")
            if stand.place
            else _("On the road since %(since)s")
        )
        return words % said
    if not stand.place:
        return _("Standing since %(since)s, place unknown") % said
    return (
        _("At %(place)s since %(since)s, usual %(usual)s") if stand.usual else _("At %(place)s since %(since)s")
    ) % said


def _since(stand: Standpoint, at: datetime) -> str:
    """How long; the day itself where only that is known."""
    if stand.is_day:
        return day_words(stand.since.astimezone(KIGALI).date(), at)
    return length_words(max(at - stand.since, timedelta(minutes=1)))


def length_words(length: timedelta) -> str:
    """A length of time in hours up to two days, then in days: what one compares with what is usual."""
    hours = round(length / timedelta(hours=1))
    if hours < 1:
        return lasting(length)
    whole, unit = (
        (hours, timedelta(hours=1)) if hours < _DAYS_FROM_H else (round(length / timedelta(days=1)), timedelta(days=1))
    )
    # The unit of which there are so many, and no greater one.
    return in_words(whole * unit, threshold=whole)


def _waits_for(status: Status) -> str:
    if status.is_held:
        return _("on hold")
    return _("waiting for %(who)s") % {"who": holder_label(status.held_by)} if status.held_by else ""


def _reaches(window: Window | None, stand: Standpoint | None, at: datetime) -> str:
    if window is None or window.is_old or (stand and stand.code in _AT_ITS_END):
        return ""
    # Both days in one way: with their months where one of them is far.
    skeleton = _skeleton(window.low, window.high, at=at)
    low, high = (_written(day, skeleton) for day in (window.low, window.high))
    days = low if low == high else f"{low} – {high}"
    return _REACHES[window.to] % {"day": days}


_REACHES = {
    KIGALI_END: gettext_lazy("reaches Kigali %(day)s"),
    PORT: gettext_lazy("reaches Mombasa %(day)s"),
    SHIP: gettext_lazy("goes aboard a ship %(day)s"),
}


def day_words(day: date, at: datetime) -> str:
    """A day without its month where it is near, as in "Thu 26"; with its year where that is another."""
    return _written(day, _skeleton(day, at=at))


def _skeleton(*days: date, at: datetime) -> str:
    today = at.astimezone(KIGALI).date()
    if all(abs(day - today) <= _NEAR for day in days):
        return "EEEd"
    return "MMMEd" if all(day.year == today.year for day in days) else "yMMMEd"


def _written(day: date, skeleton: str) -> str:
    return str(format_skeleton(skeleton, day, locale=locale_now(), fuzzy=True))
