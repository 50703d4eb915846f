"""Which ship a source means: by IMO number, by MMSI, by name; and what ships say of themselves."""

from __future__ import annotations

import re
from collections.abc import Iterable
from datetime import datetime

from django.db import connection
from django.db.models import Q

from corridor.models import CallTiming, Vessel

# Ships are made and joined by one transaction at a time; they are few.
_LOCK = 7_310_452


def lock_vessels() -> None:
    """Until the transaction ends nobody else makes or joins ships, or notes their calls."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(%s)", [_LOCK])


# What stands before a name: motor vessel, motor tanker.
_PREFIX = re.compile(r"^(?:M\.?/?[VT]\.?|MSV)\s+(?=\S)")


def plain_name(name: str) -> str:
    """A ship's name as it is compared: upper case, single blanks, without the prefix of its kind."""
    return " ".join(_PREFIX.sub("", name.strip().upper(), count=1).split())[:60]


def _said_of(vessel: Vessel) -> tuple[object, ...]:
    return vessel.imo, vessel.mmsi, vessel.name, vessel.call_sign, vessel.named_at


def _agrees(vessel: Vessel, imo: str, mmsi: str) -> bool:
    """Whether no number that is given differs from one that she is known by."""
    return imo in ("", vessel.imo or imo) and mmsi in ("", vessel.mmsi or mmsi)


def _rename(vessel: Vessel, name: str, at: datetime | None) -> None:
    """Give her a name that she said of herself later than the one she has, or any where she has none."""
    is_newer = at is not None and (vessel.named_at is None or at >= vessel.named_at)
    if name and (is_newer or not vessel.name):
        vessel.name, vessel.named_at = name, at if is_newer else vessel.named_at


class Fleet:
    """The ships of one batch, looked up with one query and made where they are new; call it under the lock."""

    def __init__(self, named: Iterable[tuple[str, str, str]]) -> None:
        """``named`` gives IMO number, MMSI and name of each ship that will be asked for; any may be empty."""
        wanted = list(named)
        imos, mmsis = {imo for imo, _m, _n in wanted if imo}, {mmsi for _i, mmsi, _n in wanted if mmsi}
        names = {plain_name(name) for _i, _m, name in wanted if name}
        known = Vessel.objects.filter(Q(imo__in=imos) | Q(mmsi__in=mmsis) | Q(name__in=names)).order_by("pk")
        self._by: dict[tuple[str, str], Vessel] = {}
        # Those that were found to be the same as another, whose calls are theirs from now on.
        self.joined: set[int] = set()
        for vessel in known:
            self._note(vessel)

    def _note(self, vessel: Vessel) -> None:
        for what in ("imo", "mmsi"):
            if number := getattr(vessel, what):
                self._by[what, number] = vessel
        if vessel.name:
            # Of two ships of one name that with a number is meant; of two with numbers, neither is more likely.
            held = self._by.get(("name", vessel.name))
            if held is None or not (held.imo or held.mmsi):
                self._by["name", vessel.name] = vessel

    def get(self, *, imo: str, mmsi: str, name: str, call_sign: str = "", at: datetime | None = None) -> Vessel:
        """The ship of these numbers and this name, made where it is new and told what it did not know.

        ``at`` is when she said so herself: then a newer name takes the place of an older.
        """
        name = plain_name(name)
        vessel = self._find(imo, mmsi, name) or Vessel()
        before = _said_of(vessel)
        vessel.imo = vessel.imo or imo
        if mmsi and not vessel.mmsi:
            self._take(mmsi, vessel)
        _rename(vessel, name, at)
        vessel.call_sign = vessel.call_sign or call_sign[:10]
        if vessel.pk is None or _said_of(vessel) != before:
            vessel.save()
        self._note(vessel)
        return vessel

    def _find(self, imo: str, mmsi: str, name: str) -> Vessel | None:
        # Two ships may bear one name: a number of one is none of the other's.
        candidates = (self._by.get(("mmsi", mmsi)), self._by.get(("name", name)))
        likely = next((vessel for vessel in candidates if vessel and _agrees(vessel, imo, mmsi)), None)
        return self._by.get(("imo", imo)) or likely

    def _take(self, mmsi: str, vessel: Vessel) -> None:
        """Give ``vessel`` an MMSI; whoever bore it was the same ship, unless it has an IMO number of its own."""
        bearer = self._by.get(("mmsi", mmsi))
        if bearer is not None and bearer.pk != vessel.pk:
            if bearer.imo or vessel.pk is None:
                Vessel.objects.filter(pk=bearer.pk).update(mmsi="")
            else:
                CallTiming.objects.filter(vessel=bearer).update(vessel=vessel)
                bearer.delete()
                self.joined.add(vessel.pk)
                self._by = {key: held for key, held in self._by.items() if held.pk != bearer.pk}
        vessel.mmsi = mmsi
