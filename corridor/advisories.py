"""Notices of the office to the public: written, corrected, scheduled, published once, and withdrawn."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from django.core.exceptions import ValidationError
from django.db import connection, transaction
from django.utils.translation import gettext_lazy as _

from corridor.audiences import CORRECTED, PUBLISHED, TOLD, WITHDRAWN, receivers_of, told_people
from corridor.facts import LANGUAGES, facts_of
from corridor.models import Advisory, Node
from liaison.bell import ring
from liaison.journal import record
from liaison.models import JournalEntry, Person
from notify.outbox import fan_out

BELL = "corridor.tasks.tell_subscribers"


@dataclass(frozen=True, slots=True, kw_only=True)
class Content:
    """What a notice says; ``texts`` is free text by language, of which any may be missing."""

    kind: str
    severity: str
    since: datetime
    until: datetime | None = None
    nodes: Collection[Node] = ()
    systems: Collection[str] = ()
    texts: dict[str, str] = field(default_factory=dict)

    def values(self) -> dict[str, Any]:
        """The columns that it fills."""
        texts = {f"text_{language}": self.texts.get(language, "").strip() for language in LANGUAGES}
        given = {name: getattr(self, name) for name in ("kind", "severity", "since", "until")}
        return {**given, **texts, "systems": list(self.systems)}


@transaction.atomic
def write_advisory(*, content: Content, by: Person, at: datetime) -> Advisory:
    """Keep a draft under a new reference. ValidationError where it cannot be so."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT nextval('corridor_advisory_ref')")
        number = cursor.fetchone()[0]
    advisory = Advisory(reference=f"NC{at:%y}-{number:04d}", written_by=by, written_at=at, **content.values())
    return _keep(advisory, content.nodes, "corridor.advisory_written", by, at)


@transaction.atomic
def edit_advisory(*, advisory: Advisory, content: Content, by: Person, at: datetime) -> Advisory:
    """Change a draft; ValidationError once it is more than a draft."""
    held = _held(advisory, Advisory.State.DRAFT)
    for name, value in content.values().items():
        setattr(held, name, value)
    return _keep(held, content.nodes, "corridor.advisory_edited", by, at)


@transaction.atomic
def correct_advisory(*, advisory: Advisory, by: Person, at: datetime) -> Advisory:
    """The draft of the next version, as the published one stands; there is one at a time."""
    held = _held(advisory, Advisory.State.PUBLISHED)
    begun = Advisory.objects.filter(former=held).first()
    if begun is not None:
        return begun
    same = ("kind", "severity", "systems", "since", "until", *(f"text_{language}" for language in LANGUAGES))
    draft = Advisory(
        reference=held.reference,
        version=held.version + 1,
        former=held,
        written_by=by,
        written_at=at,
        **{name: getattr(held, name) for name in same},
    )
    return _keep(draft, list(held.nodes.all()), "corridor.advisory_written", by, at)


def _keep(advisory: Advisory, nodes: Collection[Node], kind: str, by: Person, at: datetime) -> Advisory:
    advisory.full_clean(validate_unique=False, validate_constraints=False)
    if advisory.until is not None and advisory.until <= advisory.since:
        raise ValidationError({"until": _("This is not after the beginning.")})
    advisory.save()
    advisory.nodes.set(nodes)
    _record(kind, advisory, by, at)
    return advisory


@transaction.atomic
def schedule_advisory(*, advisory: Advisory, due_at: datetime, by: Person, at: datetime) -> None:
    """Have a draft published at ``due_at``. ValidationError where that has passed, or the matter is over by then."""
    held = _held(advisory, Advisory.State.DRAFT, Advisory.State.SCHEDULED)
    if due_at <= at:
        raise ValidationError({"due_at": _("This has passed. Publish it now instead.")})
    _refuse_over(held, due_at)
    held.state, held.due_at = Advisory.State.SCHEDULED, due_at
    held.save(update_fields=["state", "due_at"])
    _record("corridor.advisory_scheduled", held, by, at, due_at=due_at.isoformat())


@transaction.atomic
def take_back_advisory(*, advisory: Advisory, by: Person | None, at: datetime) -> None:
    """A scheduled notice is a draft again."""
    held = _held(advisory, Advisory.State.SCHEDULED)
    held.state, held.due_at = Advisory.State.DRAFT, None
    held.save(update_fields=["state", "due_at"])
    _record("corridor.advisory_taken_back", held, by, at)


@transaction.atomic
def publish_advisory(*, advisory: Advisory, by: Person | None, at: datetime) -> bool:
    """Publish a draft or a scheduled notice and tell whom it concerns; False where that was done before.

    A correction is told to exactly those who got the notice before; ValidationError where that was withdrawn, or where
    the matter is over.
    """
    held = Advisory.objects.select_for_update().get(pk=advisory.pk)
    if held.state in Advisory.PUBLIC:
        return False
    _refuse_over(held, at)
    # Nobody withdraws the version before while this one is published.
    former = Advisory.objects.select_for_update().filter(pk=held.former_id or 0).first()
    if former is not None and former.state != Advisory.State.PUBLISHED:
        raise ValidationError(_("The notice was withdrawn. Write a new one."))
    people = receivers_of(held, at=at).people
    held.state, held.published_at, held.due_at = Advisory.State.PUBLISHED, at, None
    held.save(update_fields=["state", "published_at", "due_at"])
    _tell(_record(CORRECTED if former else PUBLISHED, held, by, at), people, at)
    return True


def publish_due(*, at: datetime) -> int:
    """Publish all whose time has come; what is over by now, or was withdrawn, is a draft again. May run twice."""
    published = 0
    for advisory in Advisory.objects.due(at).order_by("due_at", "pk"):
        try:
            published += publish_advisory(advisory=advisory, by=None, at=at)
        except ValidationError:
            take_back_advisory(advisory=advisory, by=None, at=at)
    return published


@transaction.atomic
def withdraw_advisory(*, advisory: Advisory, reason: str, by: Person, at: datetime) -> None:
    """Withdraw the last published version, and tell exactly those who got it. ValidationError without a reason."""
    held = _held(advisory, Advisory.State.PUBLISHED)
    if not reason.strip():
        raise ValidationError({"reason": _("Say why.")})
    if Advisory.objects.public().filter(former=held).exists():
        raise ValidationError(_("A later version has been published."))
    people = told_people(held.reference)
    held.state, held.withdrawn_at, held.reason = Advisory.State.WITHDRAWN, at, reason.strip()[:300]
    held.save(update_fields=["state", "withdrawn_at", "reason"])
    _tell(_record(WITHDRAWN, held, by, at, reason=held.reason), people, at)


def _held(advisory: Advisory, *states: str) -> Advisory:
    """The row as it is now, locked; ValidationError where its state is none of those."""
    held = Advisory.objects.select_for_update().get(pk=advisory.pk)
    if held.state not in states:
        raise ValidationError(_("Somebody else has changed this notice meanwhile."))
    return held


def _refuse_over(advisory: Advisory, at: datetime) -> None:
    if advisory.until is not None and advisory.until <= at:
        raise ValidationError(_("What it tells of would be over by then. Change its end first."))


def _tell(entry: JournalEntry, people: Collection[int], at: datetime) -> None:
    """Whoever got an earlier version hears of this one by the same channels."""
    earlier = JournalEntry.objects.filter(subject=entry.subject, key=entry.key, kind__in=TOLD, pk__lt=entry.pk)
    corrects = {entry.pk: list(earlier.values_list("pk", flat=True))} if entry.kind != PUBLISHED else None
    fan_out({entry.pk: people}, at=at, corrects=corrects)
    ring(BELL)


def _record(kind: str, advisory: Advisory, by: Person | None, at: datetime, **data: str) -> JournalEntry:
    facts = facts_of(advisory).as_data()
    return record(kind=kind, subject="advisory", key=advisory.reference, by=by, at=at, advisory=facts, **data)
