"""What the office's directory shows of an organisation's cargo."""

from __future__ import annotations

from collections.abc import Collection

from django.db import connection
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from cargo.models import Consignment, Nomination
from liaison.directory import Figure


def open_consignments(organizations: Collection[int]) -> dict[int, int]:
    """How many consignments each has under way, its own and those that it is nominated for; each counts once."""
    if not organizations:
        return {}
    under_way = Consignment.objects.open()
    given = Nomination.objects.in_force(timezone.now()).filter(nominee__in=organizations)
    handled = (
        under_way.filter(consignee__in=organizations)
        .values_list("consignee", "pk")
        .union(
            given.filter(consignment__in=under_way).values_list("nominee", "consignment"),
            given.filter(consignment__isnull=True, principal__consignments__in=under_way).values_list(
                "nominee", "principal__consignments"
            ),
        )
    )
    sql, values = handled.query.sql_with_params()
    with connection.cursor() as cursor:
        cursor.execute(
            f"SELECT organization, count(*) FROM ({sql}) AS handled (organization, consignment) GROUP BY organization",
            values,
        )
        return dict(cursor.fetchall())


def _listed(organization_id: int) -> str:
    return f"{reverse('cargo:consignment_list')}?organization={organization_id}&state=open"


FIGURES = [Figure("open_consignments", _("Open consignments"), open_consignments, _listed)]
