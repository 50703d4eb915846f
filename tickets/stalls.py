"""Cases that the portal opens itself: cargo that has waited too long, read from the journal, closed when it moves."""

from __future__ import annotations

import logging
from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Any

from django.db import IntegrityError, transaction
from django.db.models import Exists, OuterRef
from django.utils import translation
from django.utils.translation import gettext_lazy

from cargo.forecast_keeping import STALLED
from cargo.models import Consignment, Forecast, Silence, Status
from cargo.silence_words import evidence_words
from cargo.silences import SILENT
from cargo.words import REGISTERED
from liaison.journal import mark, unmarked
from liaison.models import JournalEntry
from tickets.audiences import firm_language
from tickets.models import Category, Entry, Ticket
from tickets.opening import Opening, open_ticket
from tickets.resolving import resolve
from tickets.words import UNHEARD, stall_title

logger = logging.getLogger(__name__)
READER = "tickets.stalls"
BATCH = 200
# Under what a stall is filed, by the milestone at which the goods stand; elsewhere it is the port's.
_CATEGORIES = {
    **dict.fromkeys(("gate_out", "weighed", "border1_in", "border1_out", "border2_in"), "BORDER_QUEUE"),
    **dict.fromkeys(("export_loaded", "export_border2_in", "export_border2_out", "export_border1_in"), "BORDER_QUEUE"),
    "export_released": "WAREHOUSE_RW",
    "border2_out": "WAREHOUSE_RW",
    "arrived_kigali": "WAREHOUSE_RW",
    "railed_to_icd": "RAIL_ICD",
    "at_depot": "FUEL",
    "pipeline_in": "FUEL",
    "discharged_kot": "FUEL",
}
_BODY = gettext_lazy(
    "The portal opened this. It has waited %(waited)s hours, longer than %(percentile)s of 100 like it; 95 had gone on "
    "within %(usual)s hours, as %(trips)s trips tell."
)
_CONDITION = gettext_lazy("At %(place)s it takes %(times)s times as long as usual.")
_UNHEARD_BODY = gettext_lazy("The portal opened this: the cargo may have moved without a word. %(evidence)s")
# What somebody beside the portal has done to a ticket.
_IN_WORK = Entry.objects.filter(ticket=OuterRef("pk")).exclude(party=Entry.Party.PORTAL)
_MOVED = gettext_lazy("The cargo has moved on, so the portal closes its own ticket.")
_HEARD = gettext_lazy("Who was silent can be heard again, so the portal closes its own ticket.")


def open_stalled(*, at: datetime) -> int:
    """Open a ticket for each stall that the journal tells of and nobody has read yet; returns how many.

    May run twice at any moment: an entry is marked in the transaction of its ticket. One that cannot be read holds up
    no other and is tried again the next time.
    """
    opened = 0
    for entry in unmarked(reader=READER, kinds=[STALLED, SILENT])[:BATCH]:
        try:
            opened += _read(entry, at)
        except IntegrityError:
            logger.info("Entry %s is being read elsewhere", entry.pk)
        except Exception:
            logger.exception("No ticket could be opened for entry %s", entry.pk)
    return opened


@transaction.atomic
def _read(entry: JournalEntry, at: datetime) -> bool:
    """Mark the entry, and open a ticket where the goods still stand there and there is none."""
    mark([entry], reader=READER)
    consignment = (
        Consignment.objects.select_for_update(of=("self",)).select_related("consignee", "status").get(ref=entry.key)
    )
    is_silent = entry.kind == SILENT
    is_over = not _is_unheard(consignment) if is_silent else _has_moved(consignment, entry.data["stands"])
    if is_over or Ticket.objects.open().filter(stalled=consignment).exists():
        return False
    opening = _unheard_opening(consignment, entry) if is_silent else _opening(consignment, entry)
    open_ticket(opening=opening, by=None, at=at)
    return True


def _opening(consignment: Consignment, entry: JournalEntry) -> Opening:
    data = entry.data
    with translation.override(_language(consignment)):
        return Opening(
            category=Category.objects.get(code=_category(consignment, data["stands"])),
            title=stall_title(data["stands"]),
            body=_body(data),
            consignments=[consignment],
            channel=Ticket.Channel.PORTAL,
            stalled=consignment,
            stands=data["stands"],
        )


def _category(consignment: Consignment, stands: str) -> str:
    # An export of which nothing was heard is in Kigali, and waits for RRA to release it.
    if stands == REGISTERED and consignment.direction == Consignment.Direction.EXPORT:
        return "CUSTOMS_RW"
    return _CATEGORIES.get(stands, "PORT_DELAY")


def _body(data: Mapping[str, Any]) -> str:
    """The evidence in words, with how the node is where that is slow."""
    facts = {"waited": data["waited_h"], "usual": data["usual_p95_h"], "trips": data["trips"]}
    words = str(_BODY) % {"percentile": data.get("percentile", 95), **facts}
    if "node" not in data:
        return words
    return " ".join([words, str(_CONDITION) % {"place": data["node"], "times": data["times_usual"]}])


def _unheard_opening(consignment: Consignment, entry: JournalEntry) -> Opening:
    with translation.override(_language(consignment)):
        return Opening(
            category=Category.objects.get(code="ESEAL" if entry.data["tracker"] else "SYSTEM_DOWN"),
            title=stall_title(UNHEARD),
            body=str(_UNHEARD_BODY) % {"evidence": evidence_words(entry.data)},
            consignments=[consignment],
            channel=Ticket.Channel.PORTAL,
            stalled=consignment,
            stands=UNHEARD,
        )


def _is_unheard(consignment: Consignment) -> bool:
    is_done = consignment.status.state in Status.DONE
    return not is_done and Silence.objects.filter(consignment=consignment).exists()


def _language(consignment: Consignment) -> str:
    return firm_language(consignment.consignee_id)


def _has_moved(consignment: Consignment, stands: str) -> bool:
    """Whether it no longer stands where it stood, as its current forecast and its status know."""
    if consignment.status.state in Status.DONE:
        return True
    current = Forecast.objects.current().filter(consignment=consignment).first()
    return current is None or current.stands != stands


def close_moved(*, at: datetime) -> int:
    """Resolve the portal's own tickets whose cargo has moved; returns how many. May run twice at any moment.

    One in which anybody has done or said something is in work, and is closed by whoever works on it.
    """
    closed = 0
    for ticket in _moved():
        closed += _close(ticket, at)
    return closed


def _moved() -> Iterable[Ticket]:
    rows = Ticket.objects.open().filter(stalled__isnull=False, assignee=None).exclude(Exists(_IN_WORK))
    watched = list(rows.values_list("pk", "stalled", "stands", "stalled__status__state"))
    cargo = [pk for _ticket, pk, _stands, _state in watched]
    stands = dict(Forecast.objects.current().filter(consignment__any=cargo).values_list("consignment_id", "stands"))
    unheard = set(Silence.objects.filter(consignment__any=cargo).values_list("pk", flat=True))
    moved = []
    for ticket, pk, stood, state in watched:
        now = (UNHEARD if pk in unheard else "") if stood == UNHEARD else stands.get(pk)
        if state in Status.DONE or now != stood:
            moved.append(ticket)
    return Ticket.objects.filter(pk__in=moved).select_related("stalled").order_by("pk")


@transaction.atomic
def _close(ticket: Ticket, at: datetime) -> bool:
    found = Ticket.objects.select_for_update().get(pk=ticket.pk)
    is_in_work = found.assignee_id is not None or found.entries.exclude(party=Entry.Party.PORTAL).exists()
    if not found.is_open or is_in_work:
        return False
    with translation.override(_language(ticket.stalled) if ticket.stalled else "en"):
        words = str(_HEARD if found.stands == UNHEARD else _MOVED)
        resolve(ticket=found, cause=Ticket.Cause.MOVED, words=words, channel=Ticket.Channel.PORTAL, by=None, at=at)
    return True
