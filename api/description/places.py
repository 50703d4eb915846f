"""The shapes of the corridor's places, ways, ships' calls and conditions; see ``api.corridor``, which makes them."""

from __future__ import annotations

from api.description.vocabulary import (
    COUNT,
    FLAG,
    MOMENT,
    MOMENT_OR_DAY,
    NUMBER,
    TEXT,
    Schema,
    maybe,
    one_of,
    part,
    record,
    ref,
    text,
)
from corridor.models import Condition, Leg, Node, VesselCall

_CALL: dict[str, Schema] = {
    "id": COUNT,
    "vessel": record({"name": TEXT, "imo": TEXT, "mmsi": TEXT}),
    "port": TEXT,
    "terminal": maybe(TEXT),
    "berth": TEXT,
    "voyage": TEXT,
    "call": TEXT,
    "state": one_of(VesselCall.State),
    "is_overdue": FLAG,
    "is_contested": FLAG,
    "eta": maybe(ref("Expectation")),
    "arrived_at": maybe(MOMENT),
    "berthed_at": maybe(MOMENT),
    "first_lift_at": maybe(MOMENT),
    "last_lift_at": maybe(MOMENT),
    "departed_at": maybe(MOMENT),
    "discharge": TEXT,
    "source": TEXT,
    "received_at": maybe(MOMENT),
    "updated_at": maybe(MOMENT),
}
_SLUG: Schema = {**TEXT, "description": "The slug of a node."}
NODE_FILTERS: dict[str, Schema] = {"kind": one_of(Node.Kind), "country": text(2, pattern="^[A-Za-z]{2}$")}
LEG_FILTERS: dict[str, Schema] = {"mode": one_of(Leg.Mode), "origin": _SLUG, "destination": _SLUG}
CALL_FILTERS: dict[str, Schema] = {
    "state": one_of(VesselCall.State),
    "port": _SLUG,
    "terminal": _SLUG,
    "imo": text(7, pattern="^[0-9]{7}$"),
    "eta_from": MOMENT,
    "eta_until": MOMENT,
    "updated_since": MOMENT,
    "q": text(100),
}
CONDITION_FILTERS: dict[str, Schema] = {
    "kind": one_of(Condition.Kind),
    "severity": one_of(Condition.Severity),
    "node": _SLUG,
    "in_force": one_of(["true", "false"]),
}
COMPONENTS: dict[str, Schema] = {
    "Node": part(
        {
            "slug": TEXT,
            "name": TEXT,
            "kind": one_of(Node.Kind),
            "country": TEXT,
            "unlocode": TEXT,
            "operator": TEXT,
            "time_zone": TEXT,
            "lat": NUMBER,
            "lon": NUMBER,
            "coordinates": one_of(Node.Precision),
            "facility_codes": {},
        }
    ),
    "Leg": part(
        {
            "origin": TEXT,
            "destination": TEXT,
            "mode": one_of(Leg.Mode),
            "km": maybe(NUMBER),
            "confidence": TEXT,
            "source": TEXT,
        }
    ),
    "Expectation": record(
        {"at": MOMENT_OR_DAY, "to": one_of(["berth", "port"]), "source": TEXT, "received_at": maybe(MOMENT)}
    ),
    "VesselCall": part(_CALL),
    "Condition": part(
        {
            "reference": TEXT,
            "kind": one_of(Condition.Kind),
            "node": maybe(TEXT),
            "system": TEXT,
            "place": TEXT,
            "severity": one_of(Condition.Severity),
            "from": MOMENT,
            "until": maybe(MOMENT),
            "is_in_force": FLAG,
            "text": TEXT,
            "source": TEXT,
            "received_at": maybe(MOMENT),
        }
    ),
}
