"""Words and marks for how the corridor stands."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from django import template
from django.utils.translation import gettext as _
from django_stubs_ext import StrPromise

from corridor.models import Condition, Node, Standing, VesselCall

register = template.Library()

# The class of the badge, and the icon that tells without colour.
_MARKS = {
    "normal": ("good", "check"),
    "slow": ("soon", "clock"),
    "severe": ("bad", "alert"),
    "shut": ("bad", "cross"),
    "unknown": ("", "question"),
}


@register.filter
def severity_words(code: str) -> str:
    """A severity in words."""
    return str(Standing.Severity(code).label)


@register.filter
def severity_badge(code: str) -> str:
    """The class of a severity's badge."""
    return _MARKS[code][0]


@register.filter
def severity_icon(code: str) -> str:
    """The name of a severity's icon."""
    return _MARKS[code][1]


@register.filter
def condition_kind(code: str) -> str:
    """What a condition is about, in words."""
    return str(Condition.Kind(code).label)


@register.filter
def call_state(code: str) -> str:
    """How far a ship's call has come, in words."""
    return str(VesselCall.State(code).label)


@register.filter
def node_kind(code: str) -> str:
    """What stands at a node, in words."""
    return str(Node.Kind(code).label)


@register.filter
def instant(text: str | None) -> datetime | None:
    """The moment that plain data hold as ISO 8601 text."""
    return datetime.fromisoformat(text) if text else None


@register.filter
def day_in(at: datetime | None, zone: str) -> date | None:
    """The day of a moment at a place, where no more than that is known."""
    return at.astimezone(ZoneInfo(zone)).date() if at else None


@register.filter
def seconds(value: int | None) -> timedelta | None:
    """A length of time that plain data hold in seconds."""
    return None if value is None else timedelta(seconds=value)


@register.filter
def said_by(report: dict[str, Any]) -> str | StrPromise:
    """Who says so: the source's name, or the portal itself."""
    return str(report["source_name"]) or _("measured by the portal")
