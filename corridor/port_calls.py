"""Ships' calls as rows: derived anew, set by set, for what a delivery touched, and rebuilt from all the times."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from datetime import UTC, datetime
from typing import Any

from django.db import connection, transaction

from corridor.calling.said import Said
from corridor.calling.standing import Call, Chosen, State, calls_from
from corridor.models import CallTiming, Node, VesselCall
from liaison.bulk import insert_rows

_FIELDS = (
    "id", "source_id", "source__rank", "timing", "classifier", "occurs_at", "received_at", "issued_at", "is_day",
    "node_id", "berth", "call", "voyage", "discharge", "function", "line",
)  # fmt: skip
_TYPES = {
    "id": "bigint",
    "vessel_id": "bigint",
    "port_id": "bigint",
    "terminal_id": "bigint",
    **dict.fromkeys(("berth", "voyage", "call", "state"), "text"),
    "eta_at": "timestamptz",
    "eta_timing": "text",
    "eta_is_day": "boolean",
    "eta_source_id": "bigint",
    "eta_received_at": "timestamptz",
    **dict.fromkeys(("arrived_at", "berthed_at", "first_lift_at", "last_lift_at", "departed_at"), "timestamptz"),
    "discharge": "text",
    "source_id": "bigint",
    "heard_at": "timestamptz",
    "is_contested": "boolean",
    "position": "text",
    "updated_at": "timestamptz",
}
_SAID = list(_TYPES)[1:]
# What does not differ stays as it is, so that nobody who asks for what is new reads it again.
_OVERWRITE = f"""
    ON CONFLICT (id) DO UPDATE
    SET changed_at = statement_timestamp(), {", ".join(f"{name} = excluded.{name}" for name in _SAID)}
    WHERE ({", ".join(f"corridor_vesselcall.{name}" for name in _SAID)})
        IS DISTINCT FROM ({", ".join(f"excluded.{name}" for name in _SAID)})
"""
# How the list of calls is sorted: those at berth and at anchor by how long they are, the due by when they come, the
# others by when they were last heard of, the latest first.
_PLACES = {
    State.AT_BERTH: "1",
    State.ANCHORED: "2",
    State.DUE: "3",
    State.UNKNOWN: "4",
    State.OMITTED: "5",
    State.SAILED: "6",
}
_FAR = 9_999_999_999
BATCH = 100


class Quays:
    """To which port each terminal and jetty belongs: the nearest of its country; one query."""

    def __init__(self) -> None:
        nodes = list(Node.objects.filter(kind__in=("port", "terminal", "oil_jetty")))
        self.nodes = {node.pk: node for node in nodes}
        self.by_slug = {node.slug: node for node in nodes}
        ports = [node for node in nodes if node.kind == "port"]
        self.port_of = {node.pk: port.slug for node in nodes if (port := _nearest(node, ports))}

    def said(self, row: Sequence[Any]) -> Said:
        """A row of _FIELDS as what the derivation takes."""
        values = dict(zip(_FIELDS, row, strict=True))
        node = self.nodes.get(values.pop("node_id"))
        return Said(
            source=values.pop("source_id"),
            rank=values.pop("source__rank"),
            at=values.pop("occurs_at"),
            port=self.port_of.get(node.pk, "") if node else "",
            terminal=node.slug if node and node.kind != "port" else "",
            **values,
        )


def _nearest(node: Node, ports: Iterable[Node]) -> Node | None:
    own = [port for port in ports if port.country == node.country]
    return min(own, key=lambda port: ((port.lat - node.lat) ** 2 + (port.lon - node.lon) ** 2, port.pk), default=None)


def refresh(*, timings: Collection[int], vessels: Collection[int] = ()) -> None:
    """Derive the calls anew to which the new ``timings`` may belong, and all of ``vessels``; inside a transaction.

    Times before and after a quiet time (see ``corridor.calling.grouping``) cannot be of the same call, so that only
    those around the new ones are read.
    """
    if timings or vessels:
        quays = Quays()
        with connection.cursor() as cursor:
            cursor.execute(_AROUND, [list(timings), list(vessels), list(quays.port_of), list(timings), list(vessels)])
            around = [pk for (pk,) in cursor.fetchall()]
        _write(quays, around)


_AROUND = """
    WITH touched AS (
        SELECT vessel_id FROM corridor_calltiming WHERE id = ANY(%s) UNION SELECT unnest(%s::bigint[])
    ), stepped AS (
        SELECT t.id, t.vessel_id, t.occurs_at,
            t.occurs_at - lag(t.occurs_at) OVER (PARTITION BY t.vessel_id ORDER BY t.occurs_at, t.id)
                > interval '21 days' AS is_new
        FROM corridor_calltiming t JOIN touched USING (vessel_id) WHERE t.node_id = ANY(%s)
    ), parted AS (
        SELECT id, vessel_id,
            count(*) FILTER (WHERE is_new) OVER (PARTITION BY vessel_id ORDER BY occurs_at, id) AS part
        FROM stepped
    )
    SELECT p.id FROM parted p WHERE (p.vessel_id, p.part) IN (
        SELECT vessel_id, part FROM parted WHERE id = ANY(%s) OR vessel_id = ANY(%s)
    )
"""


@transaction.atomic
def rebuild_calls() -> int:
    """Derive all calls again from the times and drop what is none; returns how many there are.

    What stands as it stood before is not new.
    """
    quays = Quays()
    gone = set(VesselCall.objects.values_list("pk", flat=True))
    vessels = list(CallTiming.objects.order_by("vessel").values_list("vessel", flat=True).distinct())
    of_ports = CallTiming.objects.filter(node__in=list(quays.port_of))
    for start in range(0, len(vessels), BATCH):
        some = vessels[start : start + BATCH]
        gone -= _write(quays, list(of_ports.filter(vessel__any=some).values_list("pk", flat=True)))
    VesselCall.objects.filter(pk__any=gone).delete()
    return VesselCall.objects.count()


def calls_of_vessel(vessel_id: int, quays: Quays) -> list[Call]:
    """The calls of one ship with all that was said of them; one query."""
    rows = CallTiming.objects.filter(vessel=vessel_id, node__in=list(quays.port_of)).values_list(*_FIELDS)
    return calls_from(quays.said(row) for row in rows)


def timings_of(call: Call) -> dict[int, CallTiming]:
    """The rows that say what the call is derived from, by id; one query."""
    rows = CallTiming.objects.filter(pk__any=[said.id for said in call.said]).select_related("source", "node")
    return {row.pk: row for row in rows}


def call_holding(timing_id: int, quays: Quays) -> int | None:
    """The key of the call to which a time belongs that was once the first of a call of its own; None for none."""
    vessel = CallTiming.objects.filter(pk=timing_id).values_list("vessel", flat=True).first()
    calls = calls_of_vessel(vessel, quays) if vessel else []
    keys = (call.first for call in calls if any(said.id == timing_id for said in call.said))
    found = next(keys, None)
    return None if found == timing_id else found


def _write(quays: Quays, timings: list[int]) -> set[int]:
    """Derive the calls of ``timings``, which are all that any of these calls may hold, and write what there is.

    Returns their keys.
    """
    by_vessel: dict[int, list[Said]] = {}
    for vessel, *row in CallTiming.objects.filter(pk__any=timings).values_list("vessel_id", *_FIELDS):
        by_vessel.setdefault(vessel, []).append(quays.said(row))
    calls = [(vessel, call) for vessel, said in by_vessel.items() for call in calls_from(said)]
    keys = {call.first for _vessel, call in calls}
    VesselCall.objects.filter(pk__any=timings).exclude(pk__any=keys).delete()
    insert_rows("corridor_vesselcall", _TYPES, [_row(vessel, call, quays) for vessel, call in calls], _OVERWRITE)
    return keys


def _row(vessel: int, call: Call, quays: Quays) -> tuple[object, ...]:
    """A call in the order of _TYPES."""
    eta = call.eta.said if call.eta else None
    terminal = quays.by_slug.get(call.terminal)
    return (
        call.first, vessel, quays.by_slug[call.port].pk, terminal.pk if terminal else None,
        call.berth, call.voyage, call.call, call.state.value,
        eta.at if eta else None, eta.timing if eta else "", eta.is_day if eta else False,
        eta.source if eta else None, eta.received_at if eta else None,
        *map(_time, (call.arrived, call.berthed, call.first_lift, call.last_lift, call.departed)),
        call.discharge, call.basis.source, call.basis.received_at, bool(call.contradictions), _position(call),
        max(one.received_at for one in call.said),
    )  # fmt: skip


def _time(chosen: Chosen | None) -> datetime | None:
    return chosen.said.at if chosen else None


def _position(call: Call) -> str:
    """Where the call stands in the list, as text that sorts."""
    since = _time(call.berthed) or _time(call.first_lift) or _time(call.arrived)
    last = _time(call.departed) or max(one.at for one in call.said)
    when = {
        State.AT_BERTH: since or last,
        State.ANCHORED: since or last,
        State.DUE: _time(call.eta) or last,
    }.get(call.state)
    second = int(when.astimezone(UTC).timestamp()) if when else _FAR - int(last.timestamp())
    return f"{_PLACES[call.state]}{second:010d}"
