"""What somebody told the office of a ship by telephone: a vessel list of one row, taken in and read like any other."""

from __future__ import annotations

import csv
import io
from dataclasses import dataclass
from datetime import date, datetime

from django.utils.translation import gettext_lazy as _
from django_stubs_ext import StrPromise

from cargo.phoned import RANK, Heard
from cargo.reading import read_delivery
from corridor.models import CallTiming, VesselCall
from feeds.intake import receive
from feeds.sources import own_source
from liaison.models import Person

SLUG = "office-ships"
NAME = "Told to the office of ships"
# The columns of a vessel list that tell a time, as feeds.formats.schedule reads them; those that have happened.
TIMES: dict[str, StrPromise] = {
    "ETA": _("is expected at the port"),
    "ATA": _("arrived at the port"),
    "ETB": _("is expected at the berth"),
    "ATB": _("came to the berth"),
    "WORK COMMENCED": _("began to be worked"),
    "WORK COMPLETED": _("was finished"),
    "ETD": _("is expected to leave"),
    "ATD": _("left the port"),
}
ACTUAL = frozenset({"ATA", "ATB", "WORK COMMENCED", "WORK COMPLETED", "ATD"})
# How a vessel list names the terminals.
BERTHS: dict[str, str] = {
    "ke-term-ct1": "CT1",
    "ke-term-ct2": "CT2",
    "ke-term-conventional": "CONVENTIONAL",
    "ke-jetty-kot1": "KOT1",
    "ke-jetty-kot2": "KOT2",
    "ke-jetty-shimanzi": "SHIMANZI",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class ToldOfShip:
    """What was said: ``when`` is the port's own time without an offset, or a day; ``terminal`` a slug or empty."""

    time: str
    vessel: str
    when: datetime | date
    caller: str
    agency: str
    imo: str = ""
    voyage: str = ""
    terminal: str = ""
    phone: str = ""
    remark: str = ""


def take_down_of_ship(*, told: ToldOfShip, by: Person, at: datetime) -> Heard:
    """Keep what was told as a delivery of the office's own list of ships and read it at once."""
    receipt = receive(
        source=own_source(slug=SLUG, format="schedule", name=NAME, rank=RANK, at=at),
        raw=as_list(told),
        at=at,
        file_name="telephone-ship.csv",
        content_type="text/csv",
        by=by,
        note=", ".join(filter(None, (told.caller, told.agency, told.phone))),
    )
    outcome = read_delivery(receipt.delivery.pk)
    return Heard(receipt.delivery, outcome, receipt.is_duplicate)


def as_list(told: ToldOfShip) -> bytes:
    """A vessel list of one row, whose remark names who said so; the telephone number is not in it."""
    when = f"{told.when:%Y-%m-%d %H:%M}" if isinstance(told.when, datetime) else told.when.isoformat()
    said = {
        "VESSEL": told.vessel,
        "IMO": told.imo,
        "VOYAGE": told.voyage,
        told.time: when,
        "BERTH": BERTHS.get(told.terminal, ""),
        "REMARKS": ": ".join(filter(None, (f"{told.caller}, {told.agency}", " ".join(told.remark.split())))),
    }
    text = io.StringIO()
    csv.writer(text, lineterminator="\n").writerows([list(said), list(said.values())])
    return text.getvalue().encode()


def call_told_of(delivery_id: int) -> VesselCall | None:
    """The call of the ship of which a delivery told; None where it told nothing new."""
    vessels = CallTiming.objects.filter(delivery=delivery_id).values("vessel")
    return VesselCall.objects.filter(vessel__in=vessels).order_by("-updated_at", "-pk").first()
