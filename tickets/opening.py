"""Opening tickets: with their cargo as it stands, by the web, a programme, a caller, or the portal itself."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime

from django.core.exceptions import ValidationError
from django.db import connection, transaction
from django.utils.translation import gettext as _

from cargo.models import Consignment
from liaison.models import Organization, Person
from liaison.roles import OFFICE
from tickets.audiences import tell_many, trade_side, watch
from tickets.log import Done, enter_many
from tickets.models import Category, Entry, Ticket, TicketConsignment
from tickets.risks import risks_of
from tickets.snapshots import snapshots

MOST_CONSIGNMENTS = 50


@dataclass(frozen=True, slots=True, kw_only=True)
class Opening:
    """What a ticket is opened with. ``answers`` are by the codes of the category's questions.

    Without an ``organization`` it is that of the cargo. ``stalled`` and ``stands`` are the portal's own.
    """

    category: Category
    title: str
    body: str = ""
    consignments: Sequence[Consignment] = ()
    answers: dict[str, str] = field(default_factory=dict)
    organization: Organization | None = None
    channel: str = Ticket.Channel.WEB
    caller: str = ""
    caller_phone: str = ""
    stalled: Consignment | None = None
    stands: str = ""


@transaction.atomic
def open_ticket(*, opening: Opening, by: Person | None, at: datetime) -> Ticket:
    """Open one. ValidationError where its consignments belong to several consignees, or are too many."""
    consignments = list(dict.fromkeys(opening.consignments))
    check_cargo(consignments, opening.organization)
    ticket = _ticket(opening, consignments, by=by, at=at)
    ticket.save()
    TicketConsignment.objects.bulk_create(
        TicketConsignment(ticket=ticket, consignment=consignment) for consignment in consignments
    )
    if consignments:
        ticket.usd_at_risk, ticket.risk_at = risks_of([ticket.pk], at=at)[ticket.pk], at
        ticket.save(update_fields=["usd_at_risk", "risk_at"])
    # Whoever calls, writes or is spoken for asks; what the portal opens is its own doing.
    party = Entry.Party.IMPORTER if by or opening.caller else Entry.Party.PORTAL
    opened = Done(ticket, Entry.Kind.OPENED, {"channel": ticket.channel, "policy": opening.category.code})
    attached = [Done(ticket, Entry.Kind.ATTACHED, snapshot) for snapshot in snapshots(consignments, at=at)]
    told = enter_many([opened, *attached], by=by, at=at, party=party)[0]
    if by and by.roles & OFFICE:
        watch(ticket, {by.pk}, at=at)
    if not by or by.roles & OFFICE:
        tell_many({told: trade_side(ticket)}, by=by, at=at)
    return ticket


def check_cargo(consignments: Sequence[Consignment], organization: Organization | None) -> None:
    """ValidationError for what cannot be of one ticket: too many, several consignees', or nothing of the firm's."""
    if len(consignments) > MOST_CONSIGNMENTS:
        raise ValidationError(
            _("One ticket is about %(most)s consignments at most."), params={"most": MOST_CONSIGNMENTS}, code="many"
        )
    firms = {consignment.consignee_id for consignment in consignments}
    if len(firms) > 1 or (organization and not _handles(organization, consignments)):
        # Whoever sees a ticket sees its cargo and what is said of it: nobody reads of another firm's goods.
        raise ValidationError(_("These consignments belong to several firms. Open one ticket for each."), code="firms")


def _handles(organization: Organization, consignments: Sequence[Consignment]) -> bool:
    """Whether all of the cargo is the organisation's, or it acts for whose it is."""
    others = [each.pk for each in consignments if each.consignee_id != organization.pk]
    if not others:
        return True
    return Consignment.objects.handled_by([organization.pk], may_act=True).filter(pk__in=others).count() == len(others)


def _ticket(opening: Opening, consignments: Sequence[Consignment], *, by: Person | None, at: datetime) -> Ticket:
    organization = opening.organization or (consignments[0].consignee if consignments else None)
    return Ticket(
        ref=_ref(at),
        category=opening.category,
        title=" ".join(opening.title.split())[:140],
        body=opening.body.strip(),
        answers={code: said.strip() for code, said in opening.answers.items() if said.strip()},
        channel=opening.channel,
        opener=None if opening.caller else by,
        caller=opening.caller,
        caller_phone=opening.caller_phone,
        organization=organization,
        waiting_since=at,
        opened_at=at,
        changed_at=at,
        stalled=opening.stalled,
        stands=opening.stands,
    )


def _ref(at: datetime) -> str:
    """The next reference: T, the year, and a running number."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT nextval('tickets_ticket_ref')")
        return f"T{at:%y}-{cursor.fetchone()[0]:06d}"
