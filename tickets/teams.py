"""The office's teams: who is in one, and when it may be given up."""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime

from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from liaison.journal import record
from liaison.models import Person
from tickets.audiences import office_people
from tickets.models import Team


def held_team(team: Team) -> Team:
    """As it stands now, held until the transaction ends. ValidationError where it was given up meanwhile."""
    found = Team.objects.select_for_update(no_key=True).filter(pk=team.pk).first()
    if found is None:
        raise ValidationError(_("There is no such team any more."), code="gone")
    return found


@transaction.atomic
def keep_team(*, team: Team | None, name: str, people: Collection[Person], by: Person, at: datetime) -> Team:
    """Make a team, or give one another name or other people. ValidationError without a name, for one that there is
    already, for people who are not of the office, and where the team was given up meanwhile.
    """
    kept = held_team(team) if team else Team()
    kept.name = " ".join(name.split())[:60]
    if not kept.name:
        raise ValidationError({"name": _("Give it a name.")})
    chosen = {person.pk for person in people}
    if not chosen <= set(office_people()):
        raise ValidationError({"people": _("Tickets are worked on by people of the office.")})
    try:
        with transaction.atomic():
            kept.save()
    except IntegrityError as error:
        raise ValidationError({"name": _("There is such a team already.")}) from error
    kept.people.set(chosen)
    record(
        kind="tickets.team_kept", subject="team", key=str(kept.pk), by=by, at=at, name=kept.name, people=sorted(chosen)
    )
    return kept


@transaction.atomic
def drop_team(*, team: Team, by: Person, at: datetime) -> None:
    """Give it up; again is nothing. ValidationError while it has open tickets; what is over keeps its log."""
    kept = Team.objects.select_for_update().filter(pk=team.pk).first()
    if kept is None:
        return
    if kept.tickets.open().exists():
        raise ValidationError(_("It still has open tickets: give them to others first."), code="busy")
    record(kind="tickets.team_dropped", subject="team", key=str(kept.pk), by=by, at=at, name=kept.name)
    kept.delete()
