"""What a reader asks to see of an indicator, from the address: the grain, the range, a part and by what to tell apart.

The whole state is in the address. What cannot be understood is as if it had not been asked, so that a link from an old
letter still leads somewhere.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date, timedelta
from urllib.parse import urlencode

from observatory.figures import begin_of, periods
from observatory.rolling import end_of, month_of

GRAINS = ("day", "week", "month")
# So many periods of each grain are shown when nothing is asked, and at most.
USUAL = {"day": 30, "week": 26, "month": 13}
MOST = 400
EARLIEST = date(2000, 1, 1)
_DAY = timedelta(days=1)
_PART = re.compile(r"[a-z]+:.{1,60}")
_NAME = re.compile(r"[a-z]{1,20}")


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """The range with both ends in it; ``part`` is a slice or empty, ``by`` the name of slices or empty.

    ``is_part_unknown`` where one was asked for that there is not.
    """

    grain: str
    since: date
    until: date
    part: str = ""
    by: str = ""
    is_published_shown: bool = True
    is_part_unknown: bool = False

    def address(self, **other: str) -> str:
        """The query of the address that asks for this, or with something else in its place."""
        said = {"grain": self.grain, "from": self.since.isoformat(), "until": self.until.isoformat()}
        said |= {"part": self.part, "by": self.by, "published": "" if self.is_published_shown else "0"} | other
        return urlencode({name: value for name, value in said.items() if value})

    def in_months(self) -> Asked:
        """The whole months that this touches, month by month."""
        return replace(
            self, grain="month", since=month_of(self.since), until=end_of("month", month_of(self.until)) - _DAY
        )

    def earlier(self) -> Asked:
        """The range of the same length before this one: as many days, or of whole months as many months."""
        after = self.until + _DAY
        length = after - self.since
        if self.since.day == after.day == 1:
            months = 12 * (after.year - self.since.year) + after.month - self.since.month
            return replace(self, since=_months_before(self.since, months), until=self.since - _DAY)
        return replace(self, since=self.since - length, until=self.since - _DAY)


def asked_of(query: Mapping[str, str], *, today: date) -> Asked:
    """What ``query`` asks for."""
    grain = query.get("grain", "month")
    grain = grain if grain in GRAINS else "month"
    until = max(min(_day(query.get("until", "")) or today, today), EARLIEST)
    since = _day(query.get("from", "")) or _usual(grain, until)
    since = min(max(since, EARLIEST), until)
    if len(periods(grain, since, until)) > MOST:
        since = _last(grain, until, MOST)
    part, by = query.get("part", ""), query.get("by", "")
    return Asked(
        grain=grain,
        since=since,
        until=until,
        part=part if _PART.fullmatch(part) and part.isprintable() else "",
        by=by if _NAME.fullmatch(by) else "",
        is_published_shown=query.get("published") != "0",
    )


def _day(words: str) -> date | None:
    """A day, or a month for its first day; None for anything else."""
    try:
        return date.fromisoformat(f"{words}-01" if re.fullmatch(r"\d{4}-\d{2}", words) else words)
    except ValueError:
        return None


def _usual(grain: str, until: date) -> date:
    return _last(grain, until, USUAL[grain])


def _last(grain: str, until: date, count: int) -> date:
    """The first day of the ``count`` periods that end with the one of ``until``."""
    start = begin_of(grain, until)
    if grain == "month":
        return _months_before(start, count - 1)
    return start - timedelta(days=(count - 1) * (7 if grain == "week" else 1))


def _months_before(start: date, count: int) -> date:
    """The first of a month so many months before that of ``start``."""
    months = start.year * 12 + start.month - 1 - count
    return date(months // 12, months % 12 + 1, 1)
