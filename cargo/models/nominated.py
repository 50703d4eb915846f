"""Who has nominated one's organisations now: in SQL, as each page of a trader asks it and a queryset takes longer."""

from __future__ import annotations

from collections.abc import Collection
from zoneinfo import ZoneInfo

from django.db import connection
from django.utils import timezone

KIGALI = ZoneInfo("Africa/Kigali")


def given_to(
    organizations: Collection[int], *, may_act: bool = False, may_see_money: bool = False
) -> tuple[set[int], set[int]]:
    """The principals who have nominated one of the organisations now for all of theirs, and single consignments.

    Now is as ``NominationQuerySet.in_force`` has it. One query.
    """
    values = {
        "nominees": list(organizations),
        "day": timezone.localdate(timezone.now(), KIGALI),
        "may_act": may_act,
        "may_see_money": may_see_money,
    }
    with connection.cursor() as cursor:
        cursor.execute(_GIVEN, values)
        pairs: list[tuple[int | None, int]] = cursor.fetchall()
    principals = {principal for consignment, principal in pairs if consignment is None}
    return principals, {consignment for consignment, _principal in pairs if consignment is not None}


_GIVEN = """
    SELECT consignment_id, principal_id FROM cargo_nomination
    WHERE nominee_id = ANY(%(nominees)s::bigint[]) AND accepted_at IS NOT NULL AND ended_at IS NULL
        AND starts_on <= %(day)s AND (ends_on IS NULL OR ends_on >= %(day)s)
        AND (may_act OR NOT %(may_act)s) AND (may_see_money OR NOT %(may_see_money)s)
"""
