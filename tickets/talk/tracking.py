"""What a telephone may know of goods by a number of theirs: what its person may see, or what the public link shows."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Literal

from django.db.models import Q
from django.utils.translation import gettext as _

from cargo import sharing
from cargo.charge_words import clock_label, owed_words
from cargo.forecast_presenting import window_of
from cargo.models import Consignment
from cargo.money import money_of
from cargo.numbers import compact, recognize
from cargo.plain_words import day_words, one_line, standpoint
from cargo.usual import figures
from corridor.models import Standing, Wait
from liaison.models import Person
from notify.gsm import SINGLE, gsm

# A stranger must name a number whole, and a short one is anybody's.
SHORTEST = 6
MOST_ALIKE = 50
_REFERENCE = re.compile(r"(RW[0-9]{2})([0-9]{6})")
_RELATED = ("status__event__node", "status__event__source")
# The sea's and the land's borders on the way, from the coast to Kigali.
BORDERS = ("xx-border-malaba", "xx-border-busia", "xx-border-gatuna", "xx-border-kagitumba")


@dataclass(frozen=True, slots=True, kw_only=True)
class Found:
    """What is known of a number to whoever asks: ``seen`` where she may see all of it.

    Without a consignment ``why`` is the code of an answer; ``meant`` is the number of which this one is a slip.
    """

    consignment: Consignment | None = None
    seen: bool = False
    why: Literal["", "which", "not_found", "meant", "several", "enough"] = ""
    meant: str = ""


def find(number: str, *, person: Person | None, address: str) -> Found:
    """The consignment of a number: of a person's own, else of all for who names the number whole."""
    text = _number(number)
    if not text:
        return Found(why="which")
    mine = _mine(text, person)
    if len(mine) == 1:
        return Found(consignment=mine[0], seen=True)
    if mine:
        return Found(why="several")
    if not sharing.may_guess(address):
        return Found(why="enough")
    alike = _alike(text)
    if len(alike) == 1:
        return Found(consignment=alike[0])
    if alike:
        return Found(why="several")
    sharing.note_guess(address)
    meant = recognize(text).meant
    return Found(why="meant" if meant else "not_found", meant=meant)


def _number(number: str) -> str:
    """As the numbers are kept; our own reference also without its dash."""
    own = _REFERENCE.fullmatch(compact(number))
    return f"{own[1]}-{own[2]}" if own else "".join(number.replace("\x00", "").upper().split())


def _mine(text: str, person: Person | None) -> list[Consignment]:
    """Of what the person may see: the one whose number it is, else those whose number begins so."""
    if person is None:
        return []
    rows = Consignment.objects.visible_to(person)
    return _whole(rows.search(text).order_by("-pk")[:MOST_ALIKE], text) or list(
        rows.search(text).select_related(*_RELATED).order_by("-pk")[:2]
    )


def _alike(text: str) -> list[Consignment]:
    """Those of which this is a whole number."""
    if len(compact(text)) < SHORTEST:
        return []
    return _whole(Consignment.objects.search(text).order_by("-pk")[:MOST_ALIKE], text)


def _whole(rows: Iterable[Consignment], text: str) -> list[Consignment]:
    """Those of the rows that are known by just this number; where all but one are over, the one."""
    marked = compact(text)
    numbers = ("ref", "bill_of_lading", "rw_declaration", "kra_entry", "matches__event__declaration")
    known = Q(units__container=marked) | Q(matches__event__plate__in=sorted({text, marked}))
    for name in numbers:
        known |= Q(**{name: text})
    known |= Q(matches__event__seals__contains=" ", matches__event__seals__listed__contains=[text])
    known |= Q(matches__event__seals=text)
    found = Consignment.objects.filter(known, pk__in=[row.pk for row in rows]).order_by("-pk").distinct()
    whole = list(found.select_related(*_RELATED))
    under_way = [row for row in whole if row.status.state not in row.status.DONE]
    return under_way if len(under_way) == 1 else whole


def told(found: Found, *, person: Person | None, at: datetime, room: int = SINGLE) -> str:
    """Where the goods are, in the active language and so many characters of GSM 03.38."""
    consignment = found.consignment
    if consignment is None:
        return ""
    if not found.seen:
        # The very words of the public link.
        return fitted(gsm(sharing.redacted(consignment, at=at).text), room)
    milestones = list(consignment.milestones.select_related("event__node").order_by("pk"))
    window = window_of(consignment.forecasts.current().first(), consignment.direction, at=at)
    where = one_line(consignment.status, standpoint(milestones, figures()), window, at=at)
    line = gsm(f"{consignment.ref}: {where}")
    cost = gsm("".join(_costs(consignment, person, at)[:1])) if person else ""
    # Who is waited for makes room for the deadline; the arrival, which comes last, does not.
    brief = fitted(line, room - len(cost) - len("; "))
    return f"{brief}; {cost}" if cost and brief.endswith(line.split("; ")[-1]) else fitted(line, room)


def priced(found: Found, *, person: Person | None, at: datetime, room: int = SINGLE) -> str:
    """The deadline that binds, what is owed and what tomorrow adds; empty for who may not know of the money."""
    consignment = found.consignment
    if consignment is None or person is None or not found.seen:
        return ""
    costs = _costs(consignment, person, at)
    return fitted(gsm(f"{consignment.ref}: {'; '.join(costs)}"), room) if costs else ""


def _costs(consignment: Consignment, person: Person, at: datetime) -> list[str]:
    """The deadline first; nothing for who may not see the charges."""
    money = money_of([consignment], viewer=person, at=at).get(consignment.pk)
    if money is None:
        return []
    binding, owed = money.binding, owed_words(money.accrued)
    if binding is None or binding.clock.last_free_on is None:
        deadline = _("no deadline known")
    else:
        day = day_words(binding.clock.last_free_on, at)
        deadline = _("%(clock)s free until %(day)s") % {"clock": clock_label(binding.clock.name), "day": day}
    said = [deadline, _("owed %(amount)s") % {"amount": owed} if owed else _("owed: unknown")]
    tomorrow = owed_words(money.tomorrow)
    return [*said, _("tomorrow %(amount)s more") % {"amount": tomorrow}] if tomorrow else said


def fitted(text: str, room: int) -> str:
    """As much as there is room for: of the parts between semicolons the middle ones go first, then the end."""
    parts = text.split("; ")
    while len("; ".join(parts)) > room and len(parts) > 1:
        parts.pop(1 if len(parts) > 2 else -1)
    return "; ".join(parts)[:room]


def borders(*, at: datetime) -> list[str]:
    """How long trucks wait at each border now, and how it stands; what is not known is said to be so."""
    waits = {wait.node.slug: wait for wait in Wait.objects.filter(kind="border").select_related("node")}
    stands = Standing.objects.filter(kind="border", node__slug__in=BORDERS).select_related("node").order_by("subject")
    standing = {stand.node.slug: stand for stand in stands if stand.node}
    return [
        f"{wait.node.label or wait.node.name}: {_hours(wait)}, {_stands(standing.get(slug))}"
        for slug in BORDERS
        if (wait := waits.get(slug)) is not None
    ]


def _hours(wait: Wait) -> str:
    """How long it takes now; where too few have left to tell, how long it usually does."""
    if wait.now_s is not None:
        return _("%(hours)s h") % {"hours": round(wait.now_s / 3600)}
    return _("usually %(hours)s h") % {"hours": round(wait.usual_s / 3600)} if wait.usual_s is not None else "?"


def _stands(standing: Standing | None) -> str:
    return str(standing.get_severity_display()) if standing else str(Standing.Severity.UNKNOWN.label)
