"""Nominating an agent or a transporter, the nominee's answer, and the end of it; each is told to the journal."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime

from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction
from django.db.models import QuerySet
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from cargo.models import KIGALI, Consignment, Nomination, NominationQuerySet, ShareLink
from cargo.sharing import revoke
from liaison.journal import News, record_many
from liaison.models import Membership, Organization, Person
from liaison.people import people_of
from liaison.roles import TRADE_WRITE
from notify.outbox import fan_out

_SIDES = ("principal", "nominee", "consignment")
# They come from the database; each would be looked up again.
_ROWS = {*_SIDES, "nominated_by"}


@dataclass(frozen=True, slots=True, kw_only=True)
class Terms:
    """What a nominee may do, and on which days; ``ends_on`` is the last day, None leaves it open."""

    task: str = Nomination.Task.AGENT
    may_act: bool = False
    may_see_money: bool = False
    starts_on: date | None = None
    ends_on: date | None = None


def nominate(
    *,
    principal: Organization,
    nominee: Organization,
    terms: Terms,
    consignment: Consignment | None = None,
    by: Person | None,
    at: datetime,
) -> Nomination:
    """Nominate ``nominee`` for one consignment of the principal's, or for all of them; it has still to accept.

    Raises ValidationError where the terms do not fit, or where such a nomination is open already: one whose last day
    has passed is ended.
    """
    (made,) = nominate_each(principal=principal, nominee=nominee, terms=terms, consignments=[consignment], by=by, at=at)
    return made


def nominate_each(
    *,
    principal: Organization,
    nominee: Organization,
    terms: Terms,
    consignments: Sequence[Consignment | None],
    by: Person | None,
    at: datetime,
) -> list[Nomination]:
    """Nominate for each of many consignments, with as few statements as for one: for all of them or for none.

    Raises ValidationError as ``nominate`` does.
    """
    if any(consignment and consignment.consignee_id != principal.pk for consignment in consignments):
        raise ValidationError(_("This consignment belongs to another consignee."))
    made = [_nomination(principal, nominee, terms, consignment, by=by, at=at) for consignment in consignments]
    for nomination in made:
        nomination.full_clean(exclude=_ROWS, validate_unique=False, validate_constraints=False)
        _check(nomination)
    try:
        with transaction.atomic():
            end_lapsed(Nomination.objects.filter(principal=principal, nominee=nominee), at=at)
            Nomination.objects.bulk_create(made)
            _tell("cargo.nominated", made, by=by, at=at)
    except IntegrityError as error:
        raise ValidationError(_("There is such a nomination already; withdraw it first.")) from error
    return made


def _check(nomination: Nomination) -> None:
    if nomination.principal_id == nomination.nominee_id:
        raise ValidationError({"nominee": _("An organisation cannot nominate itself.")})
    if nomination.nominee.standing != Organization.Standing.VERIFIED:
        raise ValidationError({"nominee": _("The office has not verified this organisation.")})
    if nomination.ends_on and nomination.ends_on < nomination.starts_on:
        raise ValidationError({"ends_on": _("The last day lies before the first.")})


def nominate_for(agents: Sequence[tuple[Consignment, Organization]], *, by: Person | None, at: datetime) -> None:
    """Nominate, within the caller's transaction, the agent with whom each new consignment was registered.

    It is accepted already where nobody in particular registers (a load of old data) or the agent itself does.
    """
    own = set(by.organization_ids()) if by else set()
    nominations = [
        _nomination(consignment.consignee, agent, Terms(may_act=True), consignment, by=by, at=at)
        for consignment, agent in agents
        if agent.pk != consignment.consignee_id
    ]
    for nomination in nominations:
        if by is None or nomination.nominee_id in own:
            nomination.accepted_at = at
    Nomination.objects.bulk_create(nominations)
    _tell("cargo.nominated", nominations, by=by, at=at)


def _nomination(
    principal: Organization,
    nominee: Organization,
    terms: Terms,
    consignment: Consignment | None,
    *,
    by: Person | None,
    at: datetime,
) -> Nomination:
    return Nomination(
        principal=principal,
        nominee=nominee,
        task=terms.task,
        consignment=consignment,
        may_act=terms.may_act,
        may_see_money=terms.may_see_money,
        starts_on=terms.starts_on or timezone.localdate(at, KIGALI),
        ends_on=terms.ends_on,
        nominated_by=by,
        nominated_at=at,
    )


@transaction.atomic
def accept(*, nomination: Nomination, by: Person | None, at: datetime) -> bool:
    """The nominee takes it on; False when it was answered or withdrawn before."""
    waiting = Nomination.objects.filter(pk=nomination.pk, accepted_at__isnull=True, ended_at__isnull=True)
    if not waiting.update(accepted_at=at):
        return False
    _tell("cargo.nomination_accepted", [nomination], by=by, at=at)
    return True


@transaction.atomic
def end(*, nomination: Nomination, by: Person | None, at: datetime) -> bool:
    """Decline, withdraw or give it up: nothing is seen by it from now on; False when it had ended before."""
    if not Nomination.objects.filter(pk=nomination.pk, ended_at__isnull=True).update(ended_at=at):
        return False
    _tell("cargo.nomination_ended", [nomination], by=by, at=at)
    _end_links(nomination, by=by, at=at)
    return True


@transaction.atomic
def end_lapsed(nominations: NominationQuerySet, *, at: datetime) -> int:
    """End those of them whose last day has passed, and their links; returns how many. Both sides knew the day."""
    found = nominations.lapsed(at).select_for_update(of=("self",), no_key=True).select_related(*_SIDES)
    lapsed = list(found.order_by("pk"))
    if not lapsed:
        return 0
    Nomination.objects.filter(pk__in=[nomination.pk for nomination in lapsed]).update(ended_at=at)
    _tell("cargo.nomination_ended", lapsed, by=None, at=at)
    for nomination in lapsed:
        _end_links(nomination, by=None, at=at)
    return len(lapsed)


def _end_links(nomination: Nomination, *, by: Person | None, at: datetime) -> None:
    """The nominee's links lead nowhere any more, but where it may act on the goods by another nomination."""
    theirs = Consignment.objects.filter(consignee=nomination.principal_id)
    if nomination.consignment_id:
        theirs = theirs.filter(pk=nomination.consignment_id)
    left = theirs.exclude(pk__in=Consignment.objects.handled_by([nomination.nominee_id], may_act=True).values("pk"))
    links = ShareLink.objects.live(at).filter(consignment__in=left, made_by__in=_people(nomination.nominee_id))
    own = links.exclude(made_by__in=_people(nomination.principal_id)).select_related("consignment")
    for link in own.order_by("pk"):
        revoke(link=link, by=by, at=at)


def _people(organization: int) -> QuerySet[Membership, int]:
    return Membership.objects.filter(organization=organization).values_list("person", flat=True)


def _tell(kind: str, nominations: Sequence[Nomination], *, by: Person | None, at: datetime) -> None:
    """Write the journal, and tell the people of both sides but the one who did it; an old load tells nobody."""
    entries = record_many([_news(kind, nomination) for nomination in nominations], by=by, at=at)
    if by is None or not nominations:
        return
    sides = {pk for nomination in nominations for pk in (nomination.principal_id, nomination.nominee_id)}
    people = people_of(sides, TRADE_WRITE)
    told = {
        entry: (people[nomination.principal_id] | people[nomination.nominee_id]) - {by.pk}
        for entry, nomination in zip(entries, nominations, strict=True)
    }
    fan_out(told, at=at)


def _news(kind: str, nomination: Nomination) -> News:
    data = {
        "principal": nomination.principal.name,
        "nominee": nomination.nominee.name,
        "task": nomination.task,
        "consignment": nomination.consignment.ref if nomination.consignment else "",
        "may_act": nomination.may_act,
        "may_see_money": nomination.may_see_money,
        "starts_on": nomination.starts_on.isoformat(),
        "ends_on": nomination.ends_on.isoformat() if nomination.ends_on else "",
    }
    return News(kind=kind, subject="nomination", key=str(nomination.pk), data=data)
