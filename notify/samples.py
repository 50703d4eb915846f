"""One invented piece of news of each kind, with long names, to look at its words and to prove that they fit."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from notify.kinds import KINDS

REF = "RW26-000042"
FIRM = "Umucyo General Traders and Distributors of Building Materials (Rwanda) Limited"
OTHER = "Inzira Clearing, Forwarding, Warehousing and Inland Transport Agencies (E.A.) Ltd"
_MOVE = {
    "code": "border1_out",
    "container": "MSKU6011672",
    "is_withdrawn": False,
    "at": "2026-11-20T05:30:00+00:00",
    "is_day": False,
    "zone": "Africa/Nairobi",
    "place": "Malaba One Stop Border Post, Kenya–Uganda, outbound transit yard",
    "source": "Regional Electronic Cargo Tracking System",
}
_BALL = {"held_by": "transporter", "next_step": "border2_out"}
_TICKET = {
    "ref": "T26-000123",
    "title": "Container held at the weighbridge although the axle loads are within the limits of the region",
    "category": "HOLD",
    "agency": "Kenya National Highways Authority",
    "percent": 80,
    "refs": [REF, "RW26-000043"],
    "more": 0,
    "excerpt": "The officer asks for the weighing certificate of the first weighbridge.",
}
_ADVISORY = {
    "ref": "2026-017",
    "version": 2,
    "kind": "closing",
    "severity": "severe",
    "nodes": ["xx-border-malaba"],
    "places": ["Malaba"],
    "systems": [],
    "since": "2026-11-20T05:30:00+00:00",
    "until": "2026-11-22T05:30:00+00:00",
    "zone": "Africa/Nairobi",
    "texts": {"en": "The scanner is out of order. Trucks are opened by hand."},
}
_NOMINATION = {"principal": FIRM, "nominee": OTHER, "consignment": REF}
_CLAIM = {"number": "KGLU0000007", "claim": 7, "reason": "The bill of lading names the firm.", "ref": REF}
_SAMPLES: dict[str, Mapping[str, Any]] = {
    "cargo.consignment_moved": {
        "ref": REF, "goods": "Rice", "bill_of_lading": "KGLU0000007", "moves": [_MOVE], "more": 0, **_BALL,
    },
    "cargo.message_written": {
        "writer": "KPA Liaison Office Kigali", "text": "The port works on Sunday, too.", "refs": [REF, "RW26-000043"],
    },
    "cargo.arrival_drifted": {
        "ref": REF, "drift_h": 31.5, "p10": "2026-11-24T05:30:00+00:00", "p50": "2026-11-26T05:30:00+00:00",
        "p90": "2026-11-29T05:30:00+00:00", **_BALL,
    },
    "cargo.money_burns": {
        "ref": REF, "last_free_on": "2026-11-21", "has_begun": False, "accrued": "1240.00", "tomorrow": "420.00",
        "currency": "USD", "lacks": [["size_unknown", "shipping line", ""]], **_BALL,
    },
    "cargo.alarm_raised": {
        "ref": REF, "clock": "port_storage", "percent": 82, "loss": 1240, "currency": "USD", **_BALL,
    },
    "api.webhook_paused": {"address": "https://hooks.firm.example/portal", "why": "late"},
    "notify.address_bounced": {"words": "failed 5.1.1"},
}  # fmt: skip


def sample(kind: str) -> Mapping[str, Any]:
    """The data of an invented entry of that kind."""
    if kind in _SAMPLES:
        return _SAMPLES[kind]
    if kind.startswith("corridor."):
        return {"advisory": _ADVISORY, "reason": "The scanner works again."}
    if kind.startswith("tickets."):
        return _TICKET
    return _NOMINATION if kind.startswith("cargo.nominat") else _CLAIM


def every() -> dict[str, Mapping[str, Any]]:
    """All of them by kind."""
    return {kind: sample(kind) for kind in KINDS}
