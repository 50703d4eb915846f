"""What the office's directory shows of an organisation's cargo."""

from __future__ import annotations

from collections.abc import Collection

from django.db import connection
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from cargo.models import Nomination, Status
from liaison.directory import Figure


def open_consignments(organizations: Collection[int]) -> dict[int, int]:
    """How many consignments each has under way, its own and those that it is nominated for; each counts once."""
    if not organizations:
        return {}
    given = Nomination.objects.in_force(timezone.now()).filter(nominee__in=organizations)
    # The status knows whose it is, and has an index of it.
    under_way = Status.objects.exclude(state__in=Status.DONE)
    own = under_way.filter(consignee__in=organizations).values_list("consignee", "pk")
    handled = own.union(
        given.filter(consignment__isnull=False).values_list("nominee", "consignment"),
        given.filter(consignment__isnull=True).values_list("nominee", "principal__consignments"),
    )
    sql, values = handled.query.sql_with_params()
    with connection.cursor() as cursor:
        cursor.execute(
            f"SELECT organization, count(*) FROM ({sql}) AS handled (organization, consignment_id)"
            f" JOIN {Status._meta.db_table} USING (consignment_id) WHERE state <> ALL (%s) GROUP BY organization",
            [*values, list(Status.DONE)],
        )
        return dict(cursor.fetchall())


def _listed(organization_id: int) -> str:
    return f"{reverse('cargo:consignment_list')}?organization={organization_id}&state=open"


FIGURES = [Figure("open_consignments", _("Open consignments"), open_consignments, _listed)]
