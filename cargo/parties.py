"""Who takes part in a consignment, and for which of her organisations somebody acts on it."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime

from django.utils.translation import gettext as _

from cargo.models import Consignment, Nomination
from liaison.models import Person
from liaison.roles import OFFICE, TRADE_WRITE


@dataclass(frozen=True, slots=True)
class Party:
    """One organisation that takes part, with how it is reached."""

    label: str
    name: str
    phone: str
    email: str


def nominations_of(consignment: Consignment, *, viewer: Person, at: datetime) -> list[Nomination]:
    """Those in force of which the viewer may know, with their nominees; one query."""
    named = Nomination.objects.visible_to(viewer).of(consignment).in_force(at)
    return list(named.select_related("nominee").order_by("pk"))


def parties(consignment: Consignment, nominations: Iterable[Nomination]) -> list[Party]:
    """The consignee, and those nominated."""
    consignee = consignment.consignee
    return [
        Party(_("Consignee"), consignee.name, consignee.phone, consignee.email),
        *(
            Party(str(row.get_task_display()), row.nominee.name, row.nominee.phone, row.nominee.email)
            for row in nominations
        ),
    ]


def own_organization(consignment: Consignment, nominations: Sequence[Nomination], by: Person) -> int | None:
    """The id of the organisation for which she acts on it: the office's, the consignee, or one nominated to act."""
    if by.roles & OFFICE:
        return next(iter(by.organization_ids(*OFFICE)), None)
    mine = by.organization_ids(*TRADE_WRITE)
    if consignment.consignee_id in mine:
        return consignment.consignee_id
    return next((row.nominee_id for row in nominations if row.nominee_id in mine and row.may_act), None)
