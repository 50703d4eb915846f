"""The shapes of consignments and of what is said of them; see ``api.shapes``, which makes them."""

from __future__ import annotations

from api.description.vocabulary import (
    COUNT,
    DAY,
    FLAG,
    MOMENT,
    MOMENT_OR_DAY,
    MONEY,
    NUMBER,
    TEXT,
    UUID,
    Schema,
    listed,
    maybe,
    one_of,
    part,
    record,
    ref,
    text,
)
from cargo.models import Consignment, Event, Status
from liaison.countries import country_choices

_TRACE = {"node": maybe(TEXT), "place": TEXT}
CLOCK = record(
    {
        "name": TEXT,
        "payee": TEXT,
        "starts_on": maybe(DAY),
        "free_days": maybe(COUNT),
        "last_free_on": maybe(DAY),
        "stops_on": maybe(DAY),
        "containers": COUNT,
        "binding": FLAG,
        "accrued": maybe(MONEY),
        "tomorrow": maybe(MONEY),
        "confidence": one_of(["confirmed", "estimate"]),
        "chance": maybe({"type": "number", "minimum": 0, "maximum": 1}),
        "basis": TEXT,
        "unknown": listed(TEXT),
    }
)
_ARRIVAL = {
    "p10": MOMENT,
    "p50": MOMENT,
    "p90": MOMENT,
    "made_at": MOMENT,
    "hit_rate": maybe({"type": "number", "minimum": 0, "maximum": 1}),
    "n": COUNT,
    "reason": TEXT,
}
# With ``fields=`` an answer has only those that were asked for, so that none is always there.
CONSIGNMENT = part(
    {
        "ref": TEXT,
        "bill_of_lading": TEXT,
        "consignee": TEXT,
        "cargo_kind": one_of(Consignment.CargoKind),
        "goods": TEXT,
        "own_reference": TEXT,
        "direction": one_of(Consignment.Direction),
        "hs_code": TEXT,
        "weight_t": maybe(NUMBER),
        "containers": listed(TEXT),
        "vessel": TEXT,
        "voyage": TEXT,
        "state": one_of(Status.State),
        "is_held": FLAG,
        "at": maybe(ref("Whereabouts")),
        "held_by": maybe(TEXT),
        "next_step": maybe(TEXT),
        "arrival": maybe(ref("Arrival")),
        "money": maybe(ref("Money")),
        "merged_into": maybe(TEXT),
        "updated_at": MOMENT,
    }
)
EVENT = part(
    {
        "id": UUID,
        "kind": TEXT,
        "classifier": one_of(Event.Classifier),
        **_TRACE,
        "occurred_at": MOMENT_OR_DAY,
        "received_at": MOMENT,
        "source": TEXT,
        "source_words": TEXT,
        "remark": TEXT,
        "container": maybe(TEXT),
        "function": one_of(["original", "replace", "cancel"]),
        "corrects": maybe(UUID),
        "delivery": COUNT,
        "flags": listed(TEXT),
    }
)
MILESTONE = part(
    {
        "code": TEXT,
        "label": TEXT,
        "state": one_of(["done", "expected", "unknown"]),
        "container": maybe(TEXT),
        "actual_at": maybe(MOMENT_OR_DAY),
        "expected_at": maybe(MOMENT_OR_DAY),
        "node": maybe(TEXT),
        "place": maybe(TEXT),
        "source": maybe(TEXT),
        "received_at": maybe(MOMENT),
        "is_contested": FLAG,
    }
)
FORECAST = part(
    {
        **_ARRIVAL,
        "days_out": TEXT,
        "moved_h": maybe(NUMBER),
        "trips": COUNT,
        "is_current": FLAG,
        "arrived_at": maybe(MOMENT),
        "is_hit": maybe(FLAG),
    }
)
# A number where a text is meant, and a text where a number is, are taken as they read.
_AS_TEXT: Schema = {"type": ["string", "number", "null"]}
_GOODS: dict[str, Schema] = {
    "own_reference": {**_AS_TEXT, "maxLength": 40},
    "rw_declaration": {**_AS_TEXT, "maxLength": 40},
    "kra_entry": {**_AS_TEXT, "maxLength": 40},
    "goods": {**_AS_TEXT, "maxLength": 200},
    "hs_code": {**_AS_TEXT, "maxLength": 20, "description": "4 to 10 digits; dots and blanks are left out."},
    "weight_t": {**_AS_TEXT, "description": "Tonnes, more than 0."},
    "packages": {**_AS_TEXT, "description": "A whole number, 1 or more."},
    "vessel": {**_AS_TEXT, "maxLength": 60},
    "voyage": {**_AS_TEXT, "maxLength": 30},
    "origin_country": {"enum": [None, "", *(code for code, _name in country_choices())]},
    "trade_regime": {"enum": [None, "", *Consignment.TradeRegime.values]},
    "origin_certificate": {**_AS_TEXT, "maxLength": 60},
}
NEW_CONSIGNMENT = part(
    {
        "bill_of_lading": {**_AS_TEXT, "maxLength": 40},
        "containers": {"type": ["array", "null"], "items": text(40), "maxItems": 200},
        "consignee": {"type": ["string", "null"], "description": "Name or number; your own when left out."},
        "direction": {"enum": [None, *Consignment.Direction.values]},
        "cargo_kind": {"enum": [None, *Consignment.CargoKind.values]},
        **_GOODS,
    }
)
NEW_CONSIGNMENT["example"] = {
    "bill_of_lading": "MEDUXY123456",
    "containers": ["CSQU3054383"],
    "goods": "Rice",
    "hs_code": "1006.30",
    "weight_t": 24.5,
}
CONSIGNMENT_CHANGE = {**part(_GOODS), "example": {"goods": "Rice, long grain", "weight_t": 24.2}}
CONSIGNMENT_FILTERS: dict[str, Schema] = {
    "q": text(
        100,
        description="The beginning of a number: reference, container, bill of lading, declaration, seal or plate.",
    ),
    "state": one_of(["open", *Status.State.values]),
    "cargo_kind": one_of(Consignment.CargoKind),
    "container": TEXT,
    "bill_of_lading": TEXT,
    "updated_since": MOMENT,
}
EVENT_FILTERS: dict[str, Schema] = {"kind": TEXT, "classifier": one_of(Event.Classifier)}
COMPONENTS: dict[str, Schema] = {
    "Arrival": record(_ARRIVAL),
    "Whereabouts": record({**_TRACE, "since": MOMENT_OR_DAY, "source": TEXT, "received_at": MOMENT}),
    "Clock": CLOCK,
    "Money": record(
        {
            "currency": one_of(["USD"]),
            "accrued": maybe(MONEY),
            "tomorrow": maybe(MONEY),
            "expected": maybe(MONEY),
            "expected_is_least": FLAG,
            "clocks": listed(ref("Clock")),
        }
    ),
    "Consignment": CONSIGNMENT,
    "Event": EVENT,
    "Milestone": MILESTONE,
    "Forecast": FORECAST,
    "NewConsignment": NEW_CONSIGNMENT,
    "NewConsignments": {
        **part({"consignments": {**listed(ref("NewConsignment")), "minItems": 1, "maxItems": 1000}}, ["consignments"]),
        "example": {"consignments": [NEW_CONSIGNMENT["example"]]},
    },
    "Registrations": record(
        {"registered": COUNT, "known": COUNT, "refused": COUNT, "results": listed(ref("Registration"))}
    ),
    "Registration": record(
        {
            "index": COUNT,
            "status": {"type": "integer", "enum": [200, 201, 400, 409]},
            "ref": maybe(TEXT),
            "errors": maybe({"type": "object", "additionalProperties": True}),
        }
    ),
    "ConsignmentChange": CONSIGNMENT_CHANGE,
}
