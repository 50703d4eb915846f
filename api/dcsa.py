"""``GET /api/dcsa/v2/events``: the caller's own events in the words of DCSA Track & Trace 2.2.0, with its paging."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.db.models import Exists, OuterRef, Q, QuerySet
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from rest_framework.exceptions import ValidationError
from rest_framework.request import Request
from rest_framework.response import Response

from api.dcsa_shapes import VERSION, WORDS, event_shape, of_call
from api.dcsa_standing import standing_events
from api.description.calls import described
from api.description.tracks import FILTERS
from api.description.vocabulary import listed, ref
from api.doors import caller, door
from api.paging import Filter, moment_in, page_of
from cargo.models import Consignment
from cargo.numbers import compact
from liaison.models import Viewer

_SORTS = {"eventCreatedDateTime": "received_at", "eventDateTime": "occurred_at"}
# Operators stand in the parameter's name: eventCreatedDateTime:gte=…
_OPERATORS = {"": "exact", ":eq": "exact", ":gte": "gte", ":gt": "gt", ":lte": "lte", ":lt": "lt"}


@described(
    "list_dcsa_events",
    gettext_lazy("Your events as DCSA Track & Trace 2.2"),
    answers={200: listed(ref("DcsaEvent"))},
    filters=FILTERS,
)
@door("GET")
def dcsa_events(request: Request) -> Response:
    """The caller's events, the oldest known first; what was withdrawn is left out."""
    check_version(request)
    person = caller(request)
    rows = standing_events(person)
    page = page_of(
        request,
        rows.select_related("node").with_consignments_of(person),
        filters=taken_by(person),
        beside=("sort",),
        order=_order(request),
        shapes=lambda found: [event_shape(each, [match.consignment for match in each.matches.all()]) for each in found],
    )
    return paged(request, page)


def check_version(request: Request) -> None:
    """400 where another version than ours is asked for."""
    if request.headers.get("API-Version", "2").partition(".")[0].strip() not in ("", "2"):
        raise ValidationError({"API-Version": [_("Only version 2 is spoken here.")]})


def paged(request: Request, page: dict[str, Any]) -> Response:
    """The bare list; where the pages are stands in headers."""
    answered = Response(page["results"])
    links = {"Current-Page": request.build_absolute_uri(), "Next-Page": page["next"], "Prev-Page": page["previous"]}
    for name, url in links.items():
        if url:
            answered[name] = url
    if page["next"]:
        answered["Link"] = f'<{page["next"]}>; rel="next"'
    answered["API-Version"] = VERSION
    return answered


def _order(request: Request) -> str:
    """By one of the two moments; the first that is named counts."""
    first = str(request.query_params.get("sort", "eventCreatedDateTime")).partition(",")[0]
    name, _colon, direction = first.partition(":")
    if name not in _SORTS or direction.upper() not in ("", "ASC", "DESC"):
        raise ValidationError({"sort": [_("One of: %(names)s.") % {"names": ", ".join(_SORTS)}]})
    return ("-" if direction.upper() == "DESC" else "") + _SORTS[name]


def _words(said: str, known: set[str]) -> set[str]:
    """The words of a list parted by commas. ValueError for one that is not known."""
    words = {word.strip() for word in said.split(",")}
    if unknown := words - known:
        names = {"names": ", ".join(sorted(unknown))[:100], "known": ", ".join(sorted(known))}
        raise ValueError(_("Unknown: %(names)s. Known: %(known)s.") % names)
    return words


def _kinds(part: Callable[[str], str], of_type: str = "") -> Filter:
    """A filter by what the specification calls a kind of ours."""
    known = {kind: part(kind) for kind, word in WORDS.items() if of_type in ("", word.type)}

    def by(rows: QuerySet[Any], said: str) -> QuerySet[Any]:
        wanted = _words(said, CODES.get(of_type, set()) | set(known.values()))
        return rows.filter(kind__in=[kind for kind, word in known.items() if word in wanted])

    return by


# All that the specification has, so that a question for what we never say is answered with nothing, not refused.
CODES = {
    "EQUIPMENT": set("LOAD DISC GTIN GTOT STUF STRP PICK DROP INSP RSEA RMVD".split()),
    "TRANSPORT": {"ARRI", "DEPA"},
    "SHIPMENT": set("RECE DRFT PENA PENU REJE APPR ISSU SURR SUBM VOID CONF REQS CMPL HOLD RELS".split()),
    "DOCUMENT": set("CBR BKG SHI SRM TRD ARN VGM CAS CUS DGD OOG".split()),
}


def _documents(rows: QuerySet[Any], said: str) -> QuerySet[Any]:
    wanted = _words(said, CODES["DOCUMENT"])
    return rows.filter(kind__in=[kind for kind, word in WORDS.items() if word.type == "SHIPMENT" and word.of in wanted])


def _box(rows: QuerySet[Any], said: str) -> QuerySet[Any]:
    return rows.filter(container=compact(said)[:17])


def _bill(viewer: Viewer) -> Filter:
    """A filter by a bill of lading: that of the event, or of a consignment of the viewer's; not by one of others."""

    def by(rows: QuerySet[Any], said: str) -> QuerySet[Any]:
        number = "".join(said.upper().split())
        held = Consignment.objects.visible_to(viewer).filter(bill_of_lading=number).order_by()
        own = held.filter(matches__event=OuterRef("pk"))
        return rows.filter(Q(bill_of_lading=number) | Exists(own))

    return by


def _by(column: str) -> Filter:
    return lambda rows, said: rows.filter(**{column: said[:100]})


def _call(rows: QuerySet[Any], said: str) -> QuerySet[Any]:
    try:
        called = of_call(said)
    except ValueError:
        return rows.none()
    where = Q(node__slug=called.slug) if called.slug else Q(node=None)
    by = Q(vessel=called.carrier) | Q(vessel="", plate=called.carrier)
    return rows.filter(where, by, voyage=called.voyage)


def _nothing(rows: QuerySet[Any], said: str) -> QuerySet[Any]:
    """What no source of ours tells: nothing is known to fit."""
    return rows.none()


def _created(operator: str) -> Filter:
    return lambda rows, said: rows.filter(**{f"received_at__{operator}": moment_in(said)})


def taken_by(viewer: Viewer) -> dict[str, Filter]:
    """The filters as this viewer may ask them."""
    return {**_TAKEN, **dict.fromkeys(("transportDocumentReference", "transportDocumentID"), _bill(viewer))}


_TAKEN: dict[str, Filter] = {
    "eventType": _kinds(lambda kind: WORDS[kind].type),
    "equipmentEventTypeCode": _kinds(lambda kind: WORDS[kind].code, "EQUIPMENT"),
    "transportEventTypeCode": _kinds(lambda kind: WORDS[kind].code, "TRANSPORT"),
    "shipmentEventTypeCode": _kinds(lambda kind: WORDS[kind].code, "SHIPMENT"),
    "documentTypeCode": _documents,
    "equipmentReference": _box,
    "carrierBookingReference": _by("reference"),
    "bookingReference": _by("reference"),
    "UNLocationCode": _by("node__unlocode"),
    "carrierVoyageNumber": _by("voyage"),
    "exportVoyageNumber": _by("voyage"),
    "transportCallID": _call,
    **dict.fromkeys(("vesselIMONumber", "carrierServiceCode", "scheduleID"), _nothing),
    **{f"eventCreatedDateTime{sign}": _created(operator) for sign, operator in _OPERATORS.items()},
}
