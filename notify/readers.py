"""People as the rules see them, read for many at once."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import replace
from datetime import datetime
from typing import Any

from django.conf import settings
from django.db import connection

from liaison.models import Person
from liaison.roles import OFFICE as OFFICE_ROLES
from liaison.roles import TRADE as TRADE_ROLES
from notify.budget import is_spent
from notify.models import Stance
from notify.rules import AGENCY, OFFICE, TRADE, Lately, Reader


def readers_of(people: Collection[int]) -> dict[int, Reader]:
    """Each of the people with all that decides how she is told; one query."""
    with connection.cursor() as cursor:
        cursor.execute(_READERS, {"people": list(people), "office": list(OFFICE_ROLES), "trade": list(TRADE_ROLES)})
        rows = cursor.fetchall()
    # Most people are alike: a reader is made once for all who are.
    made: dict[tuple[Any, ...], Reader] = {}
    found = {}
    for pk, *rest in rows:
        like = tuple(tuple(part) if isinstance(part, list) else part for part in rest)
        if like not in made:
            made[like] = _reader(*rest)
        found[pk] = made[like]
    return found


def reader_of(person: Person) -> Reader:
    """One person."""
    return readers_of([person.pk])[person.pk]


def _reader(
    zone: str,
    is_office: bool,
    is_trade: bool,
    reached_by: list[str],
    wishes: list[str] | None,
    *chosen: Any,
) -> Reader:
    side = OFFICE if is_office else TRADE if is_trade or is_trade is None else AGENCY
    said = (wish.split(":") for wish in wishes or [])
    given = {(topic, channel): answer == "yes" for topic, channel, answer in said}
    quiet_from, quiet_until, holds_email, digest, hour, weekday, threshold_h = chosen
    own = {"digest_hour": hour, "digest_weekday": weekday, "threshold_h": threshold_h} if digest else {}
    return Reader(
        side=side,
        zone=zone,
        reachable=frozenset(settings.PERSONAL_CHANNELS).intersection(reached_by),
        wishes=given,
        quiet=(quiet_from, quiet_until) if quiet_from is not None else None,
        holds_email=bool(holds_email),
        digest=digest if digest in ("daily", "weekly") else "",
        **own,
    )


_READERS = """
    SELECT p.id, p.time_zone, r.is_office, r.is_trade,
        ARRAY(
            SELECT 'email' WHERE NOT EXISTS (SELECT FROM notify_bounce b WHERE b.address = p.email)
            UNION ALL SELECT 'push' WHERE EXISTS (SELECT FROM notify_ownbrowser o WHERE o.person_id = p.id)
            UNION ALL SELECT c.channel FROM notify_phone t CROSS JOIN (VALUES ('sms'), ('whatsapp')) AS c (channel)
                WHERE t.person_id = p.id AND t.verified_at IS NOT NULL
                AND (c.channel <> 'sms' OR t.stopped_at IS NULL) AND NOT EXISTS (
                    SELECT FROM notify_correspondent s
                    WHERE s.channel = c.channel AND s.address = t.number AND s.stopped_at IS NOT NULL
                )
        ),
        w.said, f.quiet_from, f.quiet_until, f.holds_email, f.digest, f.digest_hour, f.digest_weekday, f.threshold_h
    FROM liaison_person p
    LEFT JOIN notify_preference f ON f.person_id = p.id
    LEFT JOIN (
        SELECT person_id, bool_or(role = ANY(%(office)s)) AS is_office, bool_or(role = ANY(%(trade)s)) AS is_trade
        FROM liaison_membership WHERE person_id = ANY(%(people)s) GROUP BY person_id
    ) AS r ON r.person_id = p.id
    LEFT JOIN (
        SELECT person_id,
            array_agg(concat_ws(':', topic, channel, CASE WHEN is_wanted THEN 'yes' ELSE 'no' END) ORDER BY id) AS said
        FROM notify_wish WHERE person_id = ANY(%(people)s) GROUP BY person_id
    ) AS w ON w.person_id = p.id
    WHERE p.id = ANY(%(people)s)
"""


def stances_of(people: Collection[int], things: Collection[tuple[str, str]]) -> dict[tuple[int, str, str], bool]:
    """Of the people and the things (subject and key), who muted (True) or watches (False) what."""
    keys = sorted({key for _subject, key in things})
    held = Stance.objects.filter(person__any=sorted(people), key__any=keys)
    return {(person, subject, key): muted for person, subject, key, muted in held.values_list(*_STANCE)}


_STANCE = ("person_id", "subject", "key", "is_muted")


def watchers_of(subject: str, keys: Collection[str]) -> dict[str, set[int]]:
    """By key the active people who watch it."""
    watching = Stance.objects.filter(subject=subject, key__any=list(keys), is_muted=False, person__is_active=True)
    found: dict[str, set[int]] = {}
    for person, key in watching.values_list("person_id", "key"):
        found.setdefault(key, set()).add(person)
    return found


def lately_of(people: Collection[int], since: datetime) -> dict[int, dict[str, Lately]]:
    """By person and channel what she was sent since then, or still is to be."""
    with connection.cursor() as cursor:
        cursor.execute(_LATELY, [list(people), since])
        rows = cursor.fetchall()
    found: dict[int, dict[str, Lately]] = {}
    for person, channel, count, bundle_at in rows:
        found.setdefault(person, {})[channel] = Lately(count, bundle_at)
    return found


# A bundle is one message, whatever it holds.
_LATELY = """
    SELECT person_id, channel,
        count(*) FILTER (WHERE NOT is_bundled),
        min(due_at) FILTER (WHERE is_bundled AND state = 'due')
    FROM notify_notice
    WHERE person_id = ANY(%s) AND written_at > %s AND channel <> 'inbox' AND state IN ('due', 'sent') AND NOT is_urgent
    GROUP BY person_id, channel
"""


def reachable_now(reader: Reader, *, is_urgent: bool, at: datetime) -> Reader:
    """The reader, without SMS for news that can wait once the month's budget is spent."""
    if is_urgent or "sms" not in reader.reachable or not is_spent(at=at):
        return reader
    return replace(reader, reachable=reader.reachable - {"sms"})
