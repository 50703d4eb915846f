"""Which consignments an event belongs to: by container, bill of lading, declaration, reference; in SQL, set by set.

The matches are a pure function of events and consignments: an event that names a container belongs to the consignment
that has it, and where several have it to the one whose bill of lading or reference the event names too; an event
without a known container belongs to whatever its bill of lading, declaration or reference names. The numbers of a
consignment that was merged into another are the other's. What is said of a container that was taken out of a
consignment is not the consignment's, whatever it names. A reference may also be the number of a seal, a tracker or a
truck: then the event belongs to the container that an event named together with it last.
"""

from __future__ import annotations

from collections.abc import Sequence

from django.db import connection, transaction
from django.db.backends.utils import CursorWrapper

from cargo.models import Consignment, Event, Unit
from corridor.loads import RIDDEN

# One key for the pair "events are being appended" (shared) and "consignments are being registered" (exclusive), so
# that neither misses the other's uncommitted rows.
_LOCK = 7_310_451


def lock_shared(cursor: CursorWrapper) -> None:
    """Until the transaction ends no consignment is registered."""
    cursor.execute("SELECT pg_advisory_xact_lock_shared(%s)", [_LOCK])


def lock_exclusive() -> None:
    """Until the transaction ends nobody else appends events or registers a consignment."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(%s)", [_LOCK])


def match_events(cursor: CursorWrapper, events: Sequence[int]) -> list[int]:
    """Write the matches of these events; returns the consignments that got one."""
    cursor.execute(_MATCH, [list(events)])
    return sorted({row[0] for row in cursor.fetchall()})


@transaction.atomic
def rematch(events: Sequence[int]) -> list[int]:
    """Drop and write again the matches of these events; returns every consignment that had or has one."""
    with connection.cursor() as cursor:
        cursor.execute("DELETE FROM cargo_eventmatch WHERE event_id = ANY(%s) RETURNING consignment_id", [list(events)])
        before = {row[0] for row in cursor.fetchall()}
        after = match_events(cursor, events)
        cursor.execute(_NOTE_MATCHED, [list(events)])
    return sorted(before.union(after))


def events_naming(*consignments: Consignment) -> list[int]:
    """The ids of the events that name a number of these consignments; a few queries, however many they are."""
    held = Unit.objects.filter(consignment__any=[consignment.pk for consignment in consignments])
    containers = list(held.values_list("container", flat=True))
    declarations = [name for each in consignments for name in (each.rw_declaration, each.kra_entry) if name]
    names = [name for each in consignments for name in (each.ref, each.bill_of_lading) if name] + declarations
    found = Event.objects.filter(container__any=containers).exclude(container="").values_list("pk")
    for column, wanted in (("bill_of_lading", names), ("reference", names), ("declaration", declarations)):
        with_number = Event.objects.filter(**{f"{column}__any": wanted}).exclude(**{column: ""})
        found = found.union(with_number.values_list("pk"))
    named = {pk for (pk,) in found}
    with connection.cursor() as cursor:
        return sorted(named.union(events_paired_by(cursor, list(named))))


# After so many days a seal or a truck is on another journey, whether anybody said so or not; and with these kinds of
# event the journey of the container itself is over for it.
PAIRED_DAYS = RIDDEN.days
ENDINGS = "('unsealed', 'delivered', 'empty_returned')"
_SEALED_OR_ENDED = f"('sealed', {ENDINGS[1:]}"

# The container that went with the seal, tracker or truck which the reference of an event ({{event}}) names. What says
# that a column is not empty lets the index of those that are not be entered.
PAIRED = f"""
    SELECT e.container FROM cargo_event e
    WHERE (e.plate <> '' AND e.plate = {{event}}.reference OR (
            e.seals <> '' AND e.seals ~>=~ {{event}}.reference::text AND e.seals ~<~ ({{event}}.reference || '!')
            AND split_part(e.seals, ' ', 1) = {{event}}.reference
        ))
        AND e.container <> '' AND e.function <> 'cancel' AND e.classifier = 'ACT'
        AND e.occurred_at <= {{event}}.occurred_at
        AND e.occurred_at > {{event}}.occurred_at - interval '{PAIRED_DAYS} days'
        AND NOT EXISTS (
            SELECT FROM cargo_event z WHERE z.container = e.container AND z.container <> '' AND z.kind IN {ENDINGS}
            AND z.occurred_at > e.occurred_at AND z.occurred_at < {{event}}.occurred_at
        )
    ORDER BY e.occurred_at DESC, e.id DESC LIMIT 1
"""

# Whether event ({{event}}), of a tracker that rides on with the container it named earlier, comes after the end of the
# trip for the unit u: a container that was opened rides on when it was sealed again.
RIDDEN_OUT = f"""
    'rides_on' = ANY ({{event}}.flags) AND coalesce((
        SELECT z.kind IN {ENDINGS} FROM cargo_event z
        WHERE z.container = {{event}}.container AND z.container <> '' AND z.kind IN {_SEALED_OR_ENDED}
        AND z.function <> 'cancel' AND z.classifier = 'ACT' AND z.occurred_at < {{event}}.occurred_at
        AND (u.tracked_from IS NULL OR z.occurred_at >= u.tracked_from)
        ORDER BY z.occurred_at DESC, z.id DESC LIMIT 1
    ), false)
"""


def events_paired_by(cursor: CursorWrapper, events: Sequence[int]) -> list[int]:
    """The events on whose container these may have something to say: named by a seal or truck alone, or ridden on."""
    cursor.execute(_PAIRED_BY, [list(events)])
    return [pk for (pk,) in cursor.fetchall()]


_PAIRED_BY = f"""
    WITH fresh AS (
        SELECT container, plate, seals, kind FROM cargo_event WHERE id = ANY(%s) AND container <> ''
    ), numbers AS (
        SELECT plate AS number FROM fresh WHERE plate <> ''
        UNION SELECT split_part(seals, ' ', 1) FROM fresh WHERE seals <> ''
        UNION SELECT e.plate FROM fresh f JOIN cargo_event e ON e.container = f.container
            WHERE f.kind IN {ENDINGS} AND e.container <> '' AND e.plate <> ''
        UNION SELECT split_part(e.seals, ' ', 1) FROM fresh f JOIN cargo_event e ON e.container = f.container
            WHERE f.kind IN {ENDINGS} AND e.container <> '' AND e.seals <> ''
    )
    SELECT e.id FROM numbers n JOIN cargo_event e ON e.reference = n.number
    WHERE e.reference <> '' AND e.container = '' AND e.bill_of_lading = ''
    UNION
    SELECT e.id FROM fresh f JOIN cargo_event e ON e.container = f.container
    WHERE f.kind IN {_SEALED_OR_ENDED} AND e.container <> '' AND 'rides_on' = ANY (e.flags)
    ORDER BY 1
"""

_MATCH = f"""
    WITH fresh AS (
        SELECT id, container, bill_of_lading, reference, declaration, occurred_at, flags
        FROM cargo_event WHERE id = ANY(%s)
    ), by_container AS (
        SELECT f.id AS event_id, u.consignment_id, u.id AS unit_id,
            (f.bill_of_lading <> '' AND c.bill_of_lading = f.bill_of_lading)
            OR (f.reference <> '' AND f.reference IN (c.ref, c.bill_of_lading, c.rw_declaration, c.kra_entry))
            OR (f.declaration <> '' AND f.declaration IN (c.rw_declaration, c.kra_entry)) AS is_named
        FROM fresh f
        JOIN cargo_unit u ON u.container = f.container
            AND (u.tracked_from IS NULL OR f.occurred_at >= u.tracked_from)
            AND (u.tracked_until IS NULL OR f.occurred_at < u.tracked_until)
        CROSS JOIN LATERAL (
            SELECT * FROM cargo_consignment own WHERE own.id = u.consignment_id
            UNION ALL
            SELECT * FROM cargo_consignment merged WHERE merged.merged_into_id = u.consignment_id
        ) c
        WHERE f.container <> '' AND NOT ({RIDDEN_OUT.format(event="f")})
    ), named AS (
        SELECT f.id AS event_id, c.id AS consignment_id
        FROM fresh f JOIN cargo_consignment c ON c.bill_of_lading = f.bill_of_lading WHERE f.bill_of_lading <> ''
        UNION
        SELECT f.id, c.id
        FROM fresh f JOIN cargo_consignment c ON c.bill_of_lading = f.reference WHERE f.reference <> ''
        UNION
        SELECT f.id, c.id FROM fresh f JOIN cargo_consignment c ON c.ref = f.reference WHERE f.reference <> ''
        UNION
        SELECT f.id, c.id FROM fresh f CROSS JOIN LATERAL (VALUES (f.declaration), (f.reference)) AS n (number)
        JOIN cargo_consignment c ON c.rw_declaration = n.number WHERE n.number <> '' AND c.rw_declaration <> ''
        UNION
        SELECT f.id, c.id FROM fresh f CROSS JOIN LATERAL (VALUES (f.declaration), (f.reference)) AS n (number)
        JOIN cargo_consignment c ON c.kra_entry = n.number WHERE n.number <> '' AND c.kra_entry <> ''
    ), by_name AS (
        SELECT n.event_id, coalesce(c.merged_into_id, c.id) AS consignment_id
        FROM named n JOIN cargo_consignment c ON c.id = n.consignment_id
    ), by_pairing AS (
        SELECT f.id AS event_id, u.consignment_id, u.id AS unit_id
        FROM fresh f CROSS JOIN LATERAL ({PAIRED.format(event="f")}) p
        JOIN cargo_unit u ON u.container = p.container
            AND (u.tracked_from IS NULL OR f.occurred_at >= u.tracked_from)
            AND (u.tracked_until IS NULL OR f.occurred_at < u.tracked_until)
        WHERE f.container = '' AND f.reference <> ''
    ), counted AS (
        SELECT *, bool_or(is_named) OVER (PARTITION BY event_id) AS any_named FROM by_container
    ), chosen AS (
        SELECT event_id, consignment_id, unit_id FROM counted WHERE is_named OR NOT any_named
        UNION ALL
        SELECT event_id, consignment_id, unit_id FROM by_pairing
        UNION ALL
        SELECT event_id, consignment_id, NULL FROM by_name n
        WHERE NOT EXISTS (
                SELECT FROM cargo_removal x JOIN fresh f ON f.id = n.event_id AND f.container = x.container
                WHERE x.consignment_id = n.consignment_id AND x.back_at IS NULL
            )
            AND NOT EXISTS (SELECT FROM by_container b WHERE b.event_id = n.event_id)
            AND NOT EXISTS (SELECT FROM by_pairing b WHERE b.event_id = n.event_id)
    )
    INSERT INTO cargo_eventmatch (event_id, consignment_id, unit_id)
    SELECT event_id, consignment_id, unit_id FROM chosen
    ON CONFLICT (event_id, consignment_id) DO NOTHING
    RETURNING consignment_id
"""

_NOTE_MATCHED = """
    UPDATE cargo_event e SET is_matched = m.is_matched
    FROM (
        SELECT o.id, EXISTS (SELECT FROM cargo_eventmatch x WHERE x.event_id = o.id) AS is_matched
        FROM cargo_event o WHERE o.id = ANY(%s)
    ) m
    WHERE e.id = m.id AND e.is_matched <> m.is_matched
"""
