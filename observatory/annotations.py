"""What happened meanwhile, to be read beside a chart: closures, holidays, and changes of the tariff."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, datetime, time, timedelta

from django.utils.translation import gettext as _

from cargo.models import TariffRow
from corridor.models import Condition
from observatory.charts import Event
from observatory.measuring import KIGALI, day_of
from observatory.presenting import period_words
from tickets.clocks.calendars import holidays_of
from tickets.models import DayOff

MOST = 12
_ENDLESS = timedelta(days=100_000)
_SEVERE = ("severe", "shut")


def events_of(*, since: date, until: date) -> list[Event]:
    """What happened in these days, numbered in their order, the gravest kept where there is much; three queries."""
    found = [*_closures(since, until), *_tariffs(since, until), *_holidays(since, until)][:MOST]
    ordered = sorted(found)
    return [Event(day, number, words) for number, (day, words) in enumerate(ordered, 1)]


def _closures(since: date, until: date) -> Iterator[tuple[date, str]]:
    """Closures and severe delays that stood in these days, the longest first; earlier ones say since when."""
    start, end = (datetime.combine(day, time(), KIGALI) for day in (since, until + timedelta(days=1)))
    rows = Condition.objects.standing(start).filter(severity__in=_SEVERE, since__lt=end).select_related("node")
    gravest = rows.order_by("-severity", "since", "pk")[:200]
    ranked = sorted(gravest, key=lambda row: (row.severity != "shut", _open(row), row.since))
    for row in ranked[: MOST - 4]:
        where = row.system or (row.node.name if row.node else row.place) or row.get_kind_display()
        words, began = f"{where}: {row.get_severity_display()}", day_of(row.since)
        if began < since:
            words = _("%(what)s, since %(day)s") % {"what": words, "day": period_words("day", began)}
        yield max(began, since), words


def _open(row: Condition) -> timedelta:
    """Its length, negated: what has no end is longest."""
    return -(row.until - row.since) if row.until else -_ENDLESS


def _tariffs(since: date, until: date) -> Iterator[tuple[date, str]]:
    """The days on which rows of the tariff came into force, which whoever charges has published."""
    rows = TariffRow.objects.approved().filter(effective_from__range=(since, until))
    payees: dict[date, set[str]] = {}
    for day, payee in rows.order_by().values_list("effective_from", "payee").distinct():
        if day:
            payees.setdefault(day, set()).add(payee)
    for day in sorted(payees, reverse=True)[:3]:
        yield day, _("New tariff: %(payees)s") % {"payees": ", ".join(sorted(payees[day]))}


def _holidays(since: date, until: date) -> Iterator[tuple[date, str]]:
    """Days off that the office has noted, by the name of a published holiday; its own reason stays in the office."""
    rows = DayOff.objects.filter(on__range=(since, until), is_closed=True).order_by("on")
    for country, on in rows.values_list("country", "on")[:4]:
        name = holidays_of(country, on.year).get(on) or _("Day off")
        yield on, f"{country}: {name}"
