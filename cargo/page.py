"""Everything that the page of one consignment shows, put together in few queries."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import Any, TypeVar

from django.db.models import BigIntegerField, BooleanField, DateTimeField, Field, QuerySet
from django.db.models.expressions import RawSQL

from cargo import presenting
from cargo.affected import lying_ahead
from cargo.authorities import contacts
from cargo.beside import beside, side_on
from cargo.charge_lines import MoneyCard, alarm_words, money_card
from cargo.checklist import checklist
from cargo.checklist_lines import check_lines
from cargo.delay_lines import delay_lines
from cargo.deriving import happening_of
from cargo.forecast_presenting import window_of
from cargo.looks import look
from cargo.lots import lot_lines
from cargo.milestones import withdrawn
from cargo.models import (
    Consignment,
    EventMatch,
    Forecast,
    Look,
    Milestone,
    Paper,
    Status,
    Unit,
)
from cargo.money import UNITS, exchange_rates, money_here
from cargo.outlooks import outlook
from cargo.particulars import lines_of
from cargo.parties import nominations_of, own_organization, parties
from cargo.place_map import place_map
from cargo.plain_words import one_line, standpoint
from cargo.silence_words import silence_line
from cargo.usual import figures
from cargo.whereabouts import whereabouts
from liaison.models import Person
from liaison.prepared import Prepared
from liaison.roles import OFFICE, TRADE_WRITE

Part = TypeVar("Part", EventMatch, Milestone, Unit, Forecast)
MOST_EVENTS = 200
REFRESH_S = 300


# What there is of a consignment beside its own row, each asked of an index; said in SQL, as a queryset takes longer.
_LATEST = "SELECT max(id) FROM cargo_eventmatch WHERE consignment_id = cargo_consignment.id"
_LOOK = "SELECT {} FROM cargo_look WHERE consignment_id = cargo_consignment.id AND person_id = ANY(%s)"
_BESIDE = """
    EXISTS (SELECT FROM cargo_paper WHERE consignment_id = cargo_consignment.id)
    OR EXISTS (SELECT FROM cargo_note WHERE consignment_id = cargo_consignment.id)
"""
_NOMINATED = """
    EXISTS (
        SELECT FROM cargo_nomination WHERE consignment_id = cargo_consignment.id
            OR (consignment_id IS NULL AND principal_id = cargo_consignment.consignee_id)
    )
"""


def row(found: Consignment, viewer: Person) -> Consignment:
    """One that the viewer may see, with what a page needs of it: status, latest matched event, the viewer's looks."""
    (whole,) = _ROWS([found.pk], [viewer.pk])
    return whole


def _row(pks: list[int], viewers: list[int]) -> QuerySet[Consignment]:
    related = Consignment.objects.select_related("consignee", "alarm", "silence__source", "status")
    return related.filter(pk__any=pks).annotate(
        latest_match=_asked(_LATEST, BigIntegerField()),
        looked_at=_asked(_LOOK.format("seen_at"), DateTimeField(), viewers),
        looked_before=_asked(_LOOK.format("before_at"), DateTimeField(), viewers),
        has_beside=_asked(_BESIDE, BooleanField()),
        is_nominated_for=_asked(_NOMINATED, BooleanField()),
    )


def _asked(sql: str, field: Field[Any, Any], *values: list[int]) -> RawSQL:
    return RawSQL(sql, values, field)  # noqa: S611 (the text is one of those above)


_ROWS = Prepared(_row)


def version(consignment: Consignment, forecast: Forecast | None, *, at: datetime) -> str:
    """Changes with every event and forecast, and now and then, for a page says how long ago things were heard."""
    latest = getattr(consignment, "latest_match", None) or 0
    return f"{latest}-{forecast.pk if forecast else 0}-{int(at.timestamp() // REFRESH_S)}"


def looked(consignment: Consignment, *, by: Person, at: datetime) -> datetime | None:
    """Note that she looks at it (a ``row``); returns when she had looked before."""
    seen_at, before_at = getattr(consignment, "looked_at", None), getattr(consignment, "looked_before", None)
    before = Look(person=by, consignment=consignment, seen_at=seen_at, before_at=before_at) if seen_at else None
    return look(consignment=consignment, before=before, by=by, at=at)


def contents(
    consignment: Consignment, forecast: Forecast | None, *, viewer: Person, since: datetime | None, at: datetime
) -> dict[str, Any]:
    """What the page shows to a viewer who may see the consignment (a ``row``); what came ``since`` is marked."""
    matches, milestones, units = (_of(consignment, rows) for rows in (_MATCHES, _MILESTONES, UNITS))
    _lend_events(matches, consignment.status, *milestones)
    usual = figures()
    window = window_of(forecast, consignment.direction, at=at)
    trackers = whereabouts(consignment.pk)
    money = _money(consignment, units, milestones, forecast, viewer=viewer, at=at)
    return {
        "consignment": consignment,
        "line": one_line(consignment.status, standpoint(milestones, usual), window, at=at),
        "money": money,
        "alarm": _alarm(consignment) if money else "",
        "silence": silence_line(consignment),
        "status": presenting.status_line(consignment.status),
        "window": window,
        "rail": presenting.rail_steps(consignment, milestones, units, figures=usual, at=at),
        "delays": delay_lines(milestones, consignment.cargo_kind, usual, consignment.direction, at=at),
        "units": presenting.unit_lines(units, milestones),
        "conflicts": presenting.conflicts(milestones),
        "trackers": trackers,
        "map": place_map(milestones, trackers),
        "ahead": lying_ahead(consignment.pk),
        "since": since,
        "particulars": lines_of(consignment),
        "lots": lot_lines(consignment),
        **_told(consignment, matches, units, since),
        **_people(consignment, viewer, at),
    }


_MATCHES = Prepared(
    lambda pks: EventMatch.objects.filter(consignment__any=pks).select_related("event__node", "event__source")
)
_MILESTONES = Prepared(lambda pks: Milestone.objects.filter(consignment__any=pks).order_by("pk"))
_FORECASTS = Prepared(lambda pks: Forecast.objects.current().filter(consignment__any=pks))


def _of(consignment: Consignment, rows: Prepared[Part]) -> list[Part]:
    """Those of the consignment, which need not read it again."""
    found = rows([consignment.pk])
    for row in found:
        row.consignment = consignment
    return found


def forecast_of(consignment: Consignment) -> Forecast | None:
    """The forecast that holds now."""
    return next(iter(_of(consignment, _FORECASTS)), None)


def _lend_events(matches: Iterable[EventMatch], *rows: Status | Milestone) -> None:
    """Give rows that rest on an event the one that is at hand with its node and source, and need not be read again."""
    events = {match.event_id: match.event for match in matches}
    for row in rows:
        if row.event_id in events:
            row.event = events[row.event_id]


def _alarm(consignment: Consignment) -> str:
    """The alarm that stands, in words; empty where none does."""
    alarm = getattr(consignment, "alarm", None)
    return alarm_words(alarm) if alarm and alarm.ended_at is None else ""


def _people(consignment: Consignment, viewer: Person, at: datetime) -> dict[str, Any]:
    """Who takes part, what they have put beside it, and what the viewer may do; two queries at most."""
    is_nominated_for = getattr(consignment, "is_nominated_for", True)
    nominations = nominations_of(consignment, viewer=viewer, at=at) if is_nominated_for else []
    has_beside = getattr(consignment, "has_beside", True)
    papers, notes = beside(consignment, side_on(consignment, nominations, viewer)) if has_beside else ([], [])
    can_act = own_organization(consignment, nominations, viewer) is not None
    is_office = bool(viewer.roles & OFFICE)
    return {
        "parties": parties(consignment, nominations),
        "papers": papers,
        "permits": [paper for paper in papers if paper.kind == Paper.Kind.PERMIT],
        "notes": notes,
        "can_act": can_act,
        "can_amend": can_act or is_office,
        "can_nominate": consignment.consignee_id in viewer.organization_ids(*TRADE_WRITE),
        "is_office": is_office,
    }


def _told(
    consignment: Consignment, matches: Iterable[EventMatch], units: Sequence[Unit], since: datetime | None
) -> dict[str, Any]:
    """What sources said, and what follows for the releases. Who sees a consignment sees all of that."""
    matches = sorted(matches, key=lambda match: (match.event.occurred_at, match.event_id), reverse=True)
    happenings = [happening_of(match, consignment.direction) for match in matches]
    items = checklist(happenings, [unit.pk for unit in units], consignment.cargo_kind, consignment.direction)
    shown = [match.event for match in matches[:MOST_EVENTS]]
    lines = presenting.event_lines(shown, withdrawn(happenings), since=since)
    return {
        "events": lines,
        "news": sum(line.is_new for line in lines),
        "checklist": check_lines(items, {match.event_id: match.event for match in matches}, contacts()),
    }


def _money(
    consignment: Consignment,
    units: Sequence[Unit],
    milestones: Sequence[Milestone],
    forecast: Forecast | None,
    *,
    viewer: Person,
    at: datetime,
) -> MoneyCard | None:
    """What it owes, for those who may see that."""
    found = money_here(consignment, units, milestones, viewer=viewer, at=at)
    if found is None:
        return None
    money, book = found
    rates = exchange_rates() if money.accrued.amount() else ()
    return money_card(money, rates, book.campaigns, outlook(money, forecast, at=at))
