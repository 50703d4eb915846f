"""Replays the forecasts of arrival over the past and says how each method did."""

from __future__ import annotations

import json
from dataclasses import asdict
from datetime import datetime, time, timedelta
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.db.models import Max, Min
from django.utils import timezone
from django.utils.dateparse import parse_date

from cargo.arrival.backtest import Score
from cargo.models import KIGALI, Event
from cargo.scoring import LOST, backtest

_HOUR = time(6)


class Command(BaseCommand):
    """``manage.py forecast_backtest``: a line per method and horizon (days out by the method's own middle)."""

    help = "Replays the forecasts of arrival, morning after morning, on what had been received by then."

    def add_arguments(self, parser: CommandParser) -> None:
        """The days, and the form."""
        parser.add_argument("--since", help="first day, YYYY-MM-DD; as a rule a year before the last")
        parser.add_argument(
            "--until",
            help="last day, YYYY-MM-DD, else today or a month after the last event: what was told later is not used",
        )
        parser.add_argument("--json", action="store_true")

    def handle(self, *args: Any, **options: Any) -> None:
        """Replay and print."""
        now = timezone.now()
        until = min(_morning(options["until"]) + timedelta(days=1), now) if options["until"] else _last(now)
        since = _morning(options["since"]) if options["since"] else _first(until)
        if options["since"] and since >= until:
            raise CommandError(
                f"{since:%Y-%m-%d} is not before {until:%Y-%m-%d}: give an earlier --since", returncode=2
            )
        said, scores = backtest(since=since, until=until)
        if not options["json"]:
            self.stdout.write(f"{since:%Y-%m-%d} to {until:%Y-%m-%d}, {len(said.truth)} forecasts of arrival in Kigali")
            self.stdout.write("method days out      n    MAE h  pinball  coverage  width h")
            for row in scores:
                self.stdout.write(_line(row))
            return
        rows = [asdict(row) for row in scores]
        found = {"since": since.isoformat(), "until": until.isoformat(), "n": len(said.truth), "scores": rows}
        self.stdout.write(json.dumps(found, indent=1))


def _morning(text: str) -> datetime:
    """06:00 at Kigali of the day written."""
    try:
        day = parse_date(text)
    except ValueError:
        day = None
    if day is None:
        raise CommandError(f"{text} is no date: YYYY-MM-DD", returncode=2)
    return datetime.combine(day, _HOUR, tzinfo=KIGALI)


def _last(now: datetime) -> datetime:
    """Today, or the morning a month after the last event where that was earlier."""
    last = (
        Event.objects.filter(classifier="ACT", occurred_at__lte=now).aggregate(last=Max("occurred_at"))["last"] or now
    )
    return min(datetime.combine((last + LOST).astimezone(KIGALI).date(), _HOUR, tzinfo=KIGALI), now)


def _first(until: datetime) -> datetime:
    """The morning a year before the end, or on which the first event happened where that was later."""
    first = Event.objects.filter(classifier="ACT").aggregate(first=Min("occurred_at"))["first"] or until
    day = max(first, until - timedelta(days=365)).astimezone(KIGALI).date()
    return datetime.combine(day, _HOUR, tzinfo=KIGALI)


def _line(row: Score) -> str:
    if not row.n:
        return f"{row.method:6} {row.days_out:8} {0:6}        –        –         –        –"
    return (
        f"{row.method:6} {row.days_out:8} {row.n:6} {row.mae_h:8.1f} {row.pinball:8.2f}"
        f" {100 * (row.coverage or 0.0):8.1f}% {row.width_h:8.1f}"
    )
