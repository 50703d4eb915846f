"""Indicators as the API answers them, as plain data: what the public may know, whoever asks.

The API finds this by the name in the settings, for neither of the two apps imports the other.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Any

from django.contrib.auth.models import AnonymousUser
from django.utils import timezone
from django.utils.translation import gettext as _

from observatory import figures
from observatory.asking import GRAINS, Asked, asked_of
from observatory.figures import Figure
from observatory.files import as_data, local, metadata, period_shape
from observatory.indicators import BLOCKS, Indicator
from observatory.measuring import day_of
from observatory.page import of_known_part, shown
from observatory.registry import INDICATORS
from observatory.telling import LEAST_PUBLIC, telling

_NOBODY = AnonymousUser()


class NotUnderstood(ValueError):
    """What was asked says nothing: ``args`` are the parameter's name and the reason."""


def every(block: str = "") -> list[dict[str, Any]]:
    """All indicators, or those of a block, with their definition and the last thirteen months; two queries."""
    if block and block not in BLOCKS:
        raise NotUnderstood("block", _("One of: %(names)s.") % {"names": ", ".join(BLOCKS)})
    chosen = [one for one in INDICATORS.values() if block in ("", one.block)]
    since = asked_of({}, today=day_of(timezone.now())).since
    told = telling(LEAST_PUBLIC, [(one.slug, "") for one in chosen])
    found = figures.at_a_glance(chosen, grain="month", since=since, told=told)
    return [_listed(slug, rows) for slug, rows in found.items()]


def one(slug: str, said: Mapping[str, str]) -> dict[str, Any] | None:
    """One indicator with its series as ``said`` asks (grain, from, until, part); None where there is none."""
    indicator = INDICATORS.get(slug)
    return as_data(shown(indicator, _asked(indicator, said), viewer=_NOBODY)) if indicator else None


def _listed(slug: str, rows: list[Figure]) -> dict[str, Any]:
    made_at = max((row.counted_at for row in rows if row.counted_at), default=None)
    said = metadata(INDICATORS[slug])
    return {**said, "made_at": local(made_at), "grain": "month", "series": [period_shape(row) for row in rows]}


def _asked(indicator: Indicator, said: Mapping[str, str]) -> Asked:
    """What is asked for; refused where a page would have shown something else."""
    grain = said.get("grain", "")
    if grain and grain not in GRAINS:
        raise NotUnderstood("grain", _("One of: %(names)s.") % {"names": ", ".join(GRAINS)})
    for name in ("from", "until"):
        if not _is_day(said.get(name, "")):
            raise NotUnderstood(name, _("A day as 2026-11-26, or a month as 2026-11."))
    asked = asked_of({name: words for name, words in said.items() if words}, today=day_of(timezone.now()))
    asked = of_known_part(indicator, asked, said.get("part", ""))
    if asked.is_part_unknown:
        raise NotUnderstood("part", _("There is no such part. One is as cargo:container."))
    return asked


def _is_day(words: str) -> bool:
    """Also where nothing is said."""
    try:
        return not words or bool(date.fromisoformat(f"{words}-01" if len(words) == 7 else words))
    except ValueError:
        return False
