"""Registering consignments, and giving them what had been said of them before."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from decimal import Decimal
from uuid import UUID

from django.core.exceptions import ValidationError
from django.db import connection, transaction
from django.db.models import F, Min, Q, QuerySet
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from cargo import matching
from cargo.deriving import derive
from cargo.models import Consignment, Event, Milestone, Nomination, Unit
from cargo.models.naming import NUMBERS
from cargo.nominations import nominate_for
from cargo.numbers import compact
from corridor.port_calls import rebuild_calls
from liaison.journal import News, record_many
from liaison.models import Organization, Person
from liaison.roles import OFFICE, TRADE_WRITE

# As the database keeps bills of lading, declarations and references.
NUMBER_LENGTH = 40
_ENDS = {"delivered", "empty_returned", "export_departed"}
# Who has come so far has as good as ended it where nobody tells the end.
_NEARLY = {"arrived_kigali", "released_kigali", "export_aboard"}
# Before that, a box that is under way in the other direction cannot be packed for this one.
_TURNS: dict[str, str] = {"export": "arrived_kigali", "import": "export_aboard"}
# A box does not come back so soon under another bill of lading; until then both go in it, as groupage.
_AT_ONCE, _BACK_AFTER = timedelta(seconds=1), timedelta(days=30)


@dataclass(frozen=True, slots=True, kw_only=True)
class Particulars:
    """What a consignment is registered with: ``containers`` are numbers as typed, ``weight_t`` is in tonnes.

    An ``agent`` is nominated for it. What bears the ``form_key`` of one that ``by`` has registered is that one.
    """

    consignee: Organization
    agent: Organization | None = None
    bill_of_lading: str = ""
    containers: Sequence[str] = field(default_factory=tuple)
    cargo_kind: str = "container"
    goods: str = ""
    hs_code: str = ""
    weight_t: Decimal | None = None
    vessel: str = ""
    voyage: str = ""
    own_reference: str = ""
    rw_declaration: str = ""
    kra_entry: str = ""
    direction: str = "import"
    origin_country: str = ""
    trade_regime: str = ""
    origin_certificate: str = ""
    packages: int | None = None
    form_key: UUID | None = None


def consignees_for(person: Person) -> QuerySet[Organization]:
    """The organisations for which ``person`` may register a consignment."""
    if person.roles & OFFICE:
        kinds = [Organization.Kind.IMPORTER, Organization.Kind.EXPORTER]
        return Organization.objects.verified().filter(kind__in=kinds).order_by("name")
    mine = person.organization_ids(*TRADE_WRITE)
    given = Nomination.objects.in_force(timezone.now()).filter(nominee__in=mine, may_act=True, consignment__isnull=True)
    own_or_given = Q(pk__in=mine) | Q(pk__in=given.values("principal"))
    return Organization.objects.filter(own_or_given).order_by("name")


def register(*, particulars: Particulars, by: Person | None, at: datetime) -> Consignment:
    """Register one consignment; events that named its numbers before are its own from now on."""
    with transaction.atomic():
        matching.lock_exclusive()
        made = (
            by
            and particulars.form_key
            and Consignment.objects.filter(registered_by=by, form_key=particulars.form_key).first()
        )
        return made or register_many([particulars], by=by, at=at)[0]


@transaction.atomic
def register_many(many: Iterable[Particulars], *, by: Person | None, at: datetime) -> list[Consignment]:
    """Register consignments in one transaction, in the order given; see ``register``."""
    matching.lock_exclusive()
    particulars = list(many)
    consignments = Consignment.objects.bulk_create(
        _consignment(ref, item, by=by, at=at)
        for ref, item in zip(_refs(len(particulars), at), particulars, strict=True)
    )
    units = [
        Unit(consignment=consignment, container=container)
        for consignment, item in zip(consignments, particulars, strict=True)
        for container in dict.fromkeys(filter(None, map(compact, item.containers)))
    ]
    part_trips(units, at=at)
    Unit.objects.bulk_create(units)
    record_many([_news(consignment) for consignment in consignments], by=by, at=at)
    agents = zip(consignments, (item.agent for item in particulars), strict=True)
    nominate_for([(consignment, agent) for consignment, agent in agents if agent], by=by, at=at)
    events = matching.events_naming(*consignments)
    touched = matching.rematch(events) if events else []
    derive([*touched, *(consignment.pk for consignment in consignments)], at=at)
    return consignments


def _refs(count: int, at: datetime) -> list[str]:
    """The next references: RW, the year, and a running number."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT nextval('cargo_consignment_ref') FROM generate_series(1, %s)", [count])
        return [f"RW{at:%y}-{number:06d}" for (number,) in cursor.fetchall()]


def _consignment(ref: str, item: Particulars, *, by: Person | None, at: datetime) -> Consignment:
    return Consignment(
        ref=ref,
        consignee=item.consignee,
        registered_at=at,
        registered_by=by,
        **{name: kept_number(getattr(item, name)) for name in NUMBERS},
        **{name: getattr(item, name) for name in _AS_GIVEN},
    )


_AS_GIVEN = (
    "cargo_kind goods hs_code weight_t vessel voyage direction origin_country trade_regime origin_certificate packages "
    "form_key"
).split()


def kept_number(number: str) -> str:
    """A bill of lading, a declaration or a reference as it is kept and looked for: upper case, without blanks."""
    return "".join(number.upper().split())


def check_number(number: str) -> str:
    """The number as it is kept. ValidationError where that is too long: upper case may have more letters."""
    kept = kept_number(number)
    if len(kept) > NUMBER_LENGTH:
        raise ValidationError(_("This is too long."))
    return kept


def part_trips(units: list[Unit], *, at: datetime) -> None:
    """Where a box has ended a trip before, the old trip ends there and the new one begins; of several the last counts.

    A box that came one way and goes on the other begins anew where it came; when the old trip ends is told later. What
    is over already when it is registered is on the trip of its own time: it ends no other, and ends where that did.
    """
    trips = ended_trips({unit.container: unit.consignment.bill_of_lading for unit in units}, at=at)
    ended: dict[str, list[EndedTrip]] = {}
    for trip in trips:
        ended.setdefault(trip.container, []).append(trip)
    parted = list(zip(units, _cuts(units, trips), strict=True))
    over = _over([unit for unit, cuts in parted if cuts or unit.container in ended])
    for unit, cuts in parted:
        came = over.get((unit.container, unit.consignment.bill_of_lading))
        earlier = [trip for trip in ended.get(unit.container, ()) if came is None or trip.cut <= came]
        begins = [*(cut for cut in cuts if came is None or cut <= came), *(trip.cut for trip in earlier)]
        unit.tracked_from = max(begins, default=None)
        unit.tracked_until = min((cut for cut in cuts if came and cut > came), default=None)
        for trip in earlier:
            Unit.objects.filter(pk=trip.unit).update(tracked_until=trip.cut)


def _cuts(units: Sequence[Unit], ended: Iterable[EndedTrip]) -> list[set[datetime]]:
    """For each unit, in order, when trips of its box were ended before, or one that is still under way came so far that
    it can go this unit's way.
    """
    former = Unit.objects.filter(container__in=[unit.container for unit in units], tracked_until__isnull=False)
    cuts: dict[str, set[datetime]] = {}
    for container, cut in former.values_list("container", "tracked_until"):
        cuts.setdefault(container, set()).update(filter(None, [cut]))
    turns = _turns(units, [trip.unit for trip in ended])
    ways = ((unit.container, _TURNS[unit.consignment.direction]) for unit in units)
    return [{*cuts.get(box, ()), *filter(None, [turns.get((box, code))])} for box, code in ways]


def _over(units: Sequence[Unit]) -> dict[tuple[str, str], datetime]:
    """By container and bill of lading those of these that are told, with both numbers, to be over, and when they are
    first told to have come.
    """
    if not units:
        return {}
    bills, boxes = {unit.consignment.bill_of_lading for unit in units}, {unit.container for unit in units}
    named = Event.objects.filter(bill_of_lading__any=sorted(bills), container__any=sorted(boxes))
    told = named.exclude(bill_of_lading="").filter(classifier=Event.Classifier.ACTUAL, function="original")
    ends = told.filter(kind__in=_ENDS | _NEARLY).values_list("container", "bill_of_lading", "kind")
    firsts: dict[tuple[str, str], dict[str, datetime]] = {}
    for box, bill, kind, at in ends.annotate(Min("occurred_at")):
        firsts.setdefault((box, bill), {})[kind] = at
    return {numbers: min(kinds.values()) for numbers, kinds in firsts.items() if not _ENDS.isdisjoint(kinds)}


def _turns(units: Iterable[Unit], ended: Iterable[int]) -> dict[tuple[str, str], datetime]:
    """The earliest moment of another trip of these boxes, by container and by what its trip under way has reached, but
    for those that have ``ended``.
    """
    tracked = Unit.objects.filter(container__in=[unit.container for unit in units], tracked_until__isnull=True)
    under_way = tracked.exclude(pk__in=ended)
    # Named with their consignments, by which the index of milestones is entered.
    came = Milestone.objects.filter(
        unit__in=under_way, consignment=F("unit__consignment"), code__in=_TURNS.values(), actual_at__isnull=False
    )
    rows = came.order_by("actual_at").values_list("unit__container", "code", "actual_at")
    return {(container, code): came_at + _AT_ONCE for container, code, came_at in rows if came_at}


@dataclass(frozen=True, slots=True)
class EndedTrip:
    """A unit whose trip is over although it is still tracked, and the moment from which its box is another's."""

    unit: int
    consignment: int
    container: str
    cut: datetime


def ended_trips(bills: Mapping[str, str], *, at: datetime) -> list[EndedTrip]:
    """The trips of these boxes that are over for whoever has them under such bills of lading, the latest end last.

    That is what was delivered, came back empty or sailed; and under another bill of lading what came to Kigali, or
    aboard, a month ago: until then what is told of the box is the old trip's.
    """
    old = Unit.objects.filter(container__in=list(bills), tracked_until__isnull=True)
    # Named with their consignments, by which the index of milestones is entered.
    ends = Milestone.objects.filter(unit__in=old, consignment=F("unit__consignment"), code__in=_ENDS | _NEARLY)
    rows = ends.filter(actual_at__isnull=False).order_by("actual_at")
    columns = ("unit_id", "consignment_id", "unit__container", "consignment__bill_of_lading", "unit__tracked_from")
    found = {
        unit: EndedTrip(unit, consignment, container, _cut(code, ended_at, begun_at))
        for unit, consignment, container, bill, begun_at, code, ended_at in rows.values_list(
            *columns, "code", "actual_at"
        )
        if code in _ENDS or (ended_at < at - _BACK_AFTER and _is_other(bill, bills[container]))
    }
    return sorted(found.values(), key=lambda trip: trip.cut)


def _cut(code: str, ended_at: datetime, begun_at: datetime | None) -> datetime:
    """What names no box may tell of an end before this box's trip began."""
    cut = ended_at + (_AT_ONCE if code in _ENDS else _BACK_AFTER)
    return max(cut, begun_at) if begun_at else cut


def _is_other(bill: str, new: str) -> bool:
    return bool(bill and new) and bill != new


def _news(consignment: Consignment) -> News:
    return News(kind="cargo.consignment_registered", subject="consignment", key=consignment.ref)


@transaction.atomic
def rebuild() -> int:
    """Drop everything derived and derive it again from the events; returns the number of consignments.

    Matches are derived too. Nobody is told of anything, and what stands as it stood before is not new.
    """
    matching.lock_exclusive()
    with connection.cursor() as cursor:
        cursor.execute("CREATE TEMP TABLE status_before AS SELECT * FROM cargo_status")
        for table in ("cargo_milestone", "cargo_status", "cargo_eventmatch"):
            cursor.execute(f"DELETE FROM {table}")
        cursor.execute("SELECT id FROM cargo_event ORDER BY id")
        events = [pk for (pk,) in cursor.fetchall()]
    for start in range(0, len(events), 5000):
        matching.rematch(events[start : start + 5000])
    consignments = list(Consignment.objects.order_by("pk").values_list("pk", flat=True))
    derive(consignments, at=timezone.now())
    with connection.cursor() as cursor:
        cursor.execute(_AS_BEFORE)
        cursor.execute("DROP TABLE status_before")
    rebuild_calls()
    return len(consignments)


_AS_BEFORE = """
    UPDATE cargo_status s SET changed_at = b.changed_at FROM status_before b
    WHERE b.consignment_id = s.consignment_id
        AND (s.state, s.event_id, s.is_held, s.held_by, s.next_step, s.moved_at)
        IS NOT DISTINCT FROM (b.state, b.event_id, b.is_held, b.held_by, b.next_step, b.moved_at)
"""
