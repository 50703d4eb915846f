"""Finding tickets by what anybody has at hand, and ordering the triage board."""

from __future__ import annotations

import json
from collections.abc import Mapping
from contextlib import suppress
from datetime import datetime, timedelta
from typing import Any

from django.core.exceptions import EmptyResultSet
from django.db import connection
from django.db.models import BooleanField, Case, Count, F, IntegerField, Q, QuerySet, Value, When
from django.db.models.expressions import RawSQL
from django.db.models.functions import Length

from cargo.models import Consignment
from liaison.models import Organization, Person, Viewer
from liaison.roles import OFFICE
from tickets.models import Team, Ticket, TicketQuerySet
from tickets.models.messages import readable_by

# How soon a promise breaks, by which the board is parted: has broken, within four hours, within a day.
SOON, TODAY = timedelta(hours=4), timedelta(days=1)


def search(rows: TicketQuerySet, words: str, viewer: Viewer) -> TicketQuerySet:
    """Those whose reference begins so, whose words, answers or messages say so, whose caller or papers are called so,
    or whose cargo has such a number; for the office also those of firms that are called so.

    What the viewer may not read is not searched either. It is said in SQL since saying it anew by querysets takes
    longer than the search.
    """
    text = " ".join(words.split())
    if not text:
        return rows
    kinds, agencies = readable_by(viewer)
    like = connection.ops.prep_for_like_query(text.upper())
    is_office = isinstance(viewer, Person) and bool(viewer.roles & OFFICE)
    # The office sees all tickets: of a word that very many have, the latest are soon found one by one.
    is_walked = is_office and _said_about(text) > MANY
    parts, given = (_NAMED, [f"{like}%"]) if is_walked else (_SAID, [f"{like}%", text, text, text, kinds, agencies])
    if len(text) >= SHORTEST_PART:
        parts, given = f"{parts} UNION ALL {_CALLED}", [*given, f"%{like}%"]
        parts, given = f"{parts} UNION ALL {_FILED}", [*given, f"%{like}%", kinds, agencies]
        if is_office:
            parts, given = f"{parts} UNION ALL {_PHONED}", [*given, f"%{like}%"]
    cargo = Consignment.objects.visible_to(viewer).search(text).order_by().values("pk")
    with suppress(EmptyResultSet):
        hers, values = cargo.query.sql_with_params()
        parts, given = f"{parts} UNION ALL {_ABOUT.format(hers)}", [*given, *values]
    found = Q(pk__in=RawSQL(parts, given))  # noqa: S611 - what is asked for goes in as values
    if firms := _firms(text, viewer) if is_office and len(text) >= SHORTEST_PART else []:
        found |= Q(organization__in=firms)
    if not is_walked:
        return rows.filter(found)
    says = RawSQL(_SAYS, [text, text, text, kinds, agencies], BooleanField())  # noqa: S611 - as above
    return rows.alias(says=says).filter(Q(says=True) | found)


def _firms(text: str, viewer: Viewer) -> list[int]:
    """Firms with such a name, the shortest name first: who types more of it means fewer."""
    rows = Organization.objects.visible_to(viewer).filter(name__icontains=text).order_by(Length("name"), "pk")
    return list(rows.values_list("pk", flat=True)[:MOST_FIRMS])


def _said_about(text: str) -> int:
    """In how many tickets and messages the words are, as the database's statistics have it: nothing is read for it."""
    with connection.cursor() as cursor:
        cursor.execute(f"EXPLAIN (FORMAT JSON) {_COUNTED}", [text, text])
        ((plan,),) = cursor.fetchall()
    found = json.loads(plan) if isinstance(plan, str) else plan
    return int(found[0]["Plan"]["Plan Rows"])


# Beyond so many it is quicker to ask ticket by ticket, the latest first, until a page is full.
MANY = 20_000
MOST_FIRMS = 20
_TICKET_SAYS = """
    to_tsvector('simple'::regconfig, COALESCE(tickets_ticket.title, '') || ' ' || COALESCE(tickets_ticket.body, ''))
        @@ websearch_to_tsquery('simple'::regconfig, %s)
"""
_ANSWERS_SAY = """
    to_tsvector('simple'::regconfig, tickets_ticket.answers) @@ websearch_to_tsquery('simple'::regconfig, %s)
"""
_MESSAGE_SAYS = """
    to_tsvector('simple'::regconfig, COALESCE(tickets_message.text, ''))
        @@ websearch_to_tsquery('simple'::regconfig, %s)
"""
_READABLE = "(kind = ANY(%s::text[]) OR kind = 'agency' AND agency_id = ANY(%s::bigint[]))"
_NAMED = "SELECT id FROM tickets_ticket WHERE ref LIKE %s"
_COUNTED = f"""
    SELECT 1 FROM tickets_ticket WHERE {_TICKET_SAYS} UNION ALL SELECT 1 FROM tickets_message WHERE {_MESSAGE_SAYS}
"""
# Asked of one ticket.
_SAYS = f"""
    ({_TICKET_SAYS} OR {_ANSWERS_SAY} OR EXISTS (
        SELECT FROM tickets_message
        WHERE tickets_message.ticket_id = tickets_ticket.id AND {_MESSAGE_SAYS} AND {_READABLE}
    ))
"""
# A union: each part has an index of its own, which an OR would not use. The words are those of the indexes.
_SAID = f"""
    {_NAMED}
    UNION ALL
    SELECT id FROM tickets_ticket WHERE {_TICKET_SAYS}
    UNION ALL
    SELECT id FROM tickets_ticket WHERE {_ANSWERS_SAY}
    UNION ALL
    SELECT ticket_id FROM tickets_message WHERE {_MESSAGE_SAYS} AND {_READABLE}
"""
# A part of a name, an address or a number, which trigrams find; a telephone number is the office's alone to ask for.
SHORTEST_PART = 3
_CALLED = "SELECT id FROM tickets_ticket WHERE caller <> '' AND UPPER(caller) LIKE %s"
_FILED = f"""
    SELECT ticket_id FROM tickets_attachment JOIN tickets_message ON tickets_message.id = message_id
    WHERE UPPER(file_name) LIKE %s AND {_READABLE}
"""
_PHONED = "SELECT id FROM tickets_ticket WHERE caller_phone <> '' AND UPPER(caller_phone) LIKE %s"
_ABOUT = "SELECT ticket_id FROM tickets_ticketconsignment WHERE consignment_id IN ({})"


def found(rows: TicketQuerySet, asked: Mapping[str, Any], viewer: Person) -> TicketQuerySet:
    """Those that a valid ``FindForm`` asks for."""
    rows = search(rows, asked["q"], viewer)
    # Who else has trouble is the office's alone to ask.
    if asked["organization"] and viewer.roles & OFFICE:
        rows = rows.of_organization(asked["organization"])
    if asked["consignment"]:
        cargo = Consignment.objects.visible_to(viewer).filter(ref=asked["consignment"].upper())
        rows = rows.filter(concerned__consignment__in=cargo)
    if asked["state"]:
        rows = rows.open() if asked["state"] == "unsolved" else rows.filter(state=asked["state"])
    if asked["category"]:
        rows = rows.filter(category__code=asked["category"])
    return rows.filter(waiting_on=asked["waiting_on"]) if asked["waiting_on"] else rows


def urgency(at: datetime) -> Case:
    """How soon the next promise of a ticket breaks: 0 it has, 1 soon, 2 today, 3 later, 4 never as it stands."""
    return Case(
        When(next_breach_at__lte=at, then=Value(0)),
        When(next_breach_at__lte=at + SOON, then=Value(1)),
        When(next_breach_at__lte=at + TODAY, then=Value(2)),
        When(next_breach_at__isnull=False, then=Value(3)),
        default=Value(4),
        output_field=IntegerField(),
    )


def by_urgency(rows: TicketQuerySet, *, at: datetime) -> QuerySet[Ticket]:
    """The triage order: first how soon a promise breaks, within that what a day costs, then what breaks first."""
    costly = F("usd_at_risk").desc(nulls_last=True)
    return rows.alias(urgency=urgency(at)).order_by("urgency", costly, F("next_breach_at").asc(nulls_last=True), "pk")


def queues(viewer: Person, *, at: datetime) -> list[dict[str, Any]]:
    """So many tickets wait for each side and agency, and how many of them have broken a promise; one query."""
    rows = Ticket.objects.visible_to(viewer).open().awake(at).order_by()
    counted = rows.values("waiting_on", "agency", "agency__name").annotate(
        n=Count("pk"), late=Count("pk", filter=Q(next_breach_at__lte=at))
    )
    return [dict(row) for row in counted]


def team_queues(viewer: Person, *, at: datetime) -> list[dict[str, Any]]:
    """Each team with so many tickets that nobody has taken, and how many of them have broken a promise; one query."""
    has = Q(tickets__state__in=Ticket.OPEN_STATES, tickets__assignee=None) & ~Q(tickets__snoozed_until__gt=at)
    late = has & Q(tickets__next_breach_at__lte=at)
    counted = Team.objects.visible_to(viewer).annotate(
        n=Count("tickets", filter=has), late=Count("tickets", filter=late)
    )
    return [dict(row) for row in counted.order_by("name", "pk").values("pk", "name", "n", "late")]


def in_queue(rows: TicketQuerySet, queue: str, viewer: Person) -> TicketQuerySet:
    """Those of a queue: mine, nobody's, of a side (``Ticket.Holder``), or ``agency-`` or ``team-`` and its number; else
    all. What somebody has or a team has is not nobody's; what somebody has waits for no team.
    """
    if queue == "mine":
        return rows.filter(assignee=viewer)
    if queue == "nobody":
        return rows.filter(assignee=None, team=None)
    kind, _dash, number = queue.partition("-")
    if number.isdecimal() and len(number) < 19:
        if kind == "agency":
            return rows.filter(waiting_on=Ticket.Holder.AGENCY, agency=int(number))
        if kind == "team":
            return rows.filter(team=int(number), assignee=None)
    return rows.filter(waiting_on=queue) if queue in Ticket.Holder.values else rows
