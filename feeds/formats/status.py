"""How parts of the corridor stand: a partner's JSON of conditions, and notices of system maintenance in plain words."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, date, datetime, time, timedelta
from typing import Any, cast, get_args

from feeds.carrier_schedules import is_json
from feeds.facts import Condition, ConditionKind, Fault, Moment, Place, Reading, Severity, Unreadable
from feeds.json_bodies import load
from feeds.json_fields import Json, moment, text
from feeds.notices import read_notice, system_of

_KINDS = frozenset(get_args(ConditionKind))
_SEVERITIES = frozenset(get_args(Severity))
_OWN_KEYS = {"reference", "kind", "severity"}
# A local time and one with an offset are compared as if the local one were anywhere between these.
_WEST, _EAST = timedelta(hours=-12), timedelta(hours=14)


def read(raw: bytes, settings: Mapping[str, str]) -> Reading:
    """One condition for each object of ``conditions``, of a bare array or alone; each bad one is a fault of its own.

    What is no JSON is read as a notice (see ``feeds.notices``). ``cancelled`` true takes back the condition of that
    reference. Times without an offset are local to the node.
    """
    try:
        if not is_json(raw):
            return read_notice(raw, settings)
        said = _conditions(load(raw))
    except Unreadable as error:
        return error.reading
    facts: list[Condition] = []
    faults: list[Fault] = []
    for line, item in enumerate(said, 1):
        found = _read(item, line)
        if isinstance(found, Condition):
            facts.append(found)
        else:
            faults.append(found)
    return Reading(facts=tuple(facts), faults=tuple(faults))


def _conditions(body: Any) -> list[Any]:
    if isinstance(body, dict) and isinstance(body.get("conditions"), list):
        return cast(list[Any], body["conditions"])
    if isinstance(body, dict) and "conditions" not in body and not _OWN_KEYS.isdisjoint(body):
        return [body]
    if isinstance(body, list):
        return body
    raise Unreadable("wrong_shape", "conditions")


def _read(item: Any, line: int) -> Condition | Fault:
    if not isinstance(item, dict):
        return Fault(code="wrong_shape", line=line, excerpt=str(item)[:200].encode("utf-8", "replace").decode())
    words = _words(item)
    fault = _fault(item)
    if fault:
        return Fault(code=fault[0], line=line, excerpt=words, detail=fault[1][:80])
    kind, is_cancelled = text(item, "kind").lower(), item.get("cancelled") is True
    return Condition(
        reference=text(item, "reference"),
        kind=cast(ConditionKind, kind),
        severity=cast(Severity, _severity(item)),
        since=cast(Moment, moment(text(item, "from"))),
        until=moment(text(item, "until")),
        place=Place(node=text(item, "node").lower()),
        system=_system(item) if kind == "system" else "",
        text=text(item, "text"),
        words=words,
        function="cancel" if is_cancelled else "original",
        line=line,
    )


def _fault(item: Json) -> tuple[str, str] | None:
    """What is wrong with a condition: the code and what stood there; None where nothing is."""
    if not text(item, "reference"):
        return "no_reference", "reference"
    if text(item, "kind").lower() not in _KINDS:
        return "unknown_code", text(item, "kind") or "kind"
    if _severity(item) not in _SEVERITIES:
        return "unknown_code", text(item, "severity") or "severity"
    since, until = moment(text(item, "from")), moment(text(item, "until"))
    if since is None:
        return "no_time", f"from {text(item, 'from')}".strip()
    if until is None:
        return None if item.get("until") in (None, "") else ("no_time", f"until {text(item, 'until')}".strip())
    return ("bad_period", f"{since.words} – {until.words}") if _is_before(until, since) else None


def _severity(item: Json) -> str:
    """As told; a condition that is taken back need not say how bad it was."""
    said = text(item, "severity").lower()
    return "normal" if item.get("cancelled") is True and not said else said


def _is_before(until: Moment, since: Moment) -> bool:
    """Whether the end is surely before the beginning, whatever zone a local time is of; a day lasts to its end."""
    is_alike = _is_local(until.value) == _is_local(since.value)
    west, east = (timedelta(0), timedelta(0)) if is_alike else (_WEST, _EAST)
    return _instant(until.value, west, time(23, 59, 59)) < _instant(since.value, east, time(0))


def _is_local(value: date) -> bool:
    return not isinstance(value, datetime) or value.tzinfo is None


def _instant(value: date, offset: timedelta, day_at: time) -> datetime:
    """In UTC, a local time taken as of ``offset`` from it."""
    if not isinstance(value, datetime):
        value = datetime.combine(value, day_at)
    return value.replace(tzinfo=UTC) - offset if value.tzinfo is None else value.astimezone(UTC)


def _system(item: Json) -> str:
    told = text(item, "system")
    return system_of(told) or told or system_of(f"{text(item, 'text')} {text(item, 'reference')}")


def _words(item: Json) -> str:
    names = ("reference", "node", "kind", "severity", "from", "until", "text")
    return " ".join(said for name in names if (said := text(item, name)))[:300]
