"""The benchmark of forecasts: all that is under way forecast anew and the memory that takes, and one after an event."""

from __future__ import annotations

import gc
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from statistics import quantiles
from uuid import uuid4

from django.core.cache import cache
from django.utils import timezone

from cargo.forecasting import forecast_consignments, forecast_open
from cargo.models import Consignment, Forecast
from demo.big_set import load
from demo.measuring import Result, timed
from demo.own_database import PREFIX, create, exists, using

ROUNDS = 40
# Seconds and megabytes that all may cost together, and milliseconds of one at the 95th percentile.
LIMIT_S, LIMIT_MB, LIMIT_MS = 10.0, 1536, 50.0
# Of what is registered over so many days five sixths are under way, at each step; from the rest is learnt.
SPAN = timedelta(days=32)
_MORE = 1.2
_MEMORY, _PEAK = Path("/proc/self/status"), Path("/proc/self/clear_refs")


def set_name(consignments: int) -> str:
    """The name of the database in which so many are under way."""
    return f"{PREFIX}forecasts_{consignments}"


def forecasts(consignments: int) -> Iterator[Result]:
    """Seconds and megabytes of forecasting so many anew, written with what is said of each; milliseconds of one.

    The set is loaded where it is missing or older than a day, and stays for the next run.
    """
    name = set_name(consignments)
    if not exists(name) or not _is_under_way(name):
        create(name)
        with using(name):
            load(round(consignments * _MORE), until=timezone.now(), progress_of=lambda _done, _total: None, span=SPAN)
    with using(name):
        yield from measured(consignments)


def _is_under_way(name: str) -> bool:
    """Whether the set is of today: an older one has waited for things that nobody will tell of."""
    with using(name):
        return Consignment.objects.filter(registered_at__gt=timezone.now() - timedelta(days=1)).exists()


def measured(consignments: int) -> Iterator[Result]:
    """What it costs on the database in use."""
    cache.key_prefix = uuid4().hex
    Forecast.objects.all().delete()
    gc.collect()
    _PEAK.write_text("5")
    seconds = timed(_all)
    megabytes = _peak_kb() / 1024
    p95 = quantiles([timed_one(pk) * 1000 for pk in _some()], n=20)[-1]
    yield Result(f"forecast_open_{consignments}", round(seconds, 4), "s", LIMIT_S, round(seconds / LIMIT_S, 4))
    memory = round(megabytes / LIMIT_MB, 4)
    yield Result(f"forecast_memory_{consignments}", round(megabytes), "MB", LIMIT_MB, memory)
    yield Result(f"forecast_one_p95_{consignments}", round(p95, 2), "ms", LIMIT_MS, round(p95 / LIMIT_MS, 4))


def _all() -> None:
    if not forecast_open(at=timezone.now()):
        raise RuntimeError("nothing is under way")


def _some() -> list[int]:
    """Consignments at every step of the way."""
    every = list(Forecast.objects.current().order_by("pk").values_list("consignment", flat=True))
    return every[:: max(len(every) // ROUNDS, 1)][:ROUNDS]


def timed_one(consignment: int) -> float:
    """The seconds that one takes whose forecast is written anew, as after an event."""
    Forecast.objects.filter(consignment=consignment).delete()
    return timed(lambda: forecast_consignments([consignment], at=timezone.now()))


def _peak_kb() -> int:
    """The most that this process held in memory since the mark was set back."""
    line = next(line for line in _MEMORY.read_text().splitlines() if line.startswith("VmHWM"))
    return int(line.split()[1])
