"""Changing the network: what is kept of a place, and which distance of a leg is used; each change with its history."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, fields
from datetime import datetime
from decimal import Decimal

from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _

from corridor import hours
from corridor.models import Distance, Leg, Node
from liaison.journal import record
from liaison.models import JournalEntry, Organization, Person

MOST_CHANGES = 50


@dataclass(frozen=True, slots=True, kw_only=True)
class NodeEntry:
    """What staff say of a place; the names are those of ``Node``."""

    name: str
    label: str
    operator: str
    agency: Organization | None
    opening_hours: str
    hours_source: str
    phone: str
    email: str
    lat: Decimal
    lon: Decimal
    coordinates: str
    note: str


@dataclass(frozen=True, slots=True)
class Change:
    """One line of a history: what was changed from what to what, when and by whom (empty for the portal itself)."""

    at: datetime
    by: str
    what: str
    old: str
    new: str


@transaction.atomic
def edit_node(*, node: Node, entry: NodeEntry, seen: datetime | None, by: Person | None, at: datetime) -> bool:
    """Keep what is said of a place now; False where that is what was kept.

    ``seen`` is the node's ``edited_at`` when the editor read it. ValidationError where somebody else has changed it
    since, and for what cannot be kept.
    """
    kept = Node.objects.select_for_update(of=("self",)).select_related("agency").get(pk=node.pk)
    if kept.edited_at != seen:
        raise ValidationError(
            _("Somebody has changed this place in the meantime. Read it again first."), code="changed"
        )
    said = {field.name: getattr(entry, field.name) for field in fields(entry)}
    changes = {name: [_plain(getattr(kept, name)), _plain(new)] for name, new in said.items()}
    changes = {name: values for name, values in changes.items() if values[0] != values[1]}
    if not changes:
        return False
    for name, value in said.items():
        setattr(kept, name, value)
    kept.edited_at = at
    kept.clean_fields(exclude={field.name for field in Node._meta.fields} - said.keys())
    _check_hours(kept)
    kept.save(update_fields=[*said, "edited_at"])
    record(kind="corridor.node_edited", subject="node", key=kept.slug, by=by, at=at, changes=changes)
    return True


def _check_hours(node: Node) -> None:
    if not node.opening_hours:
        return
    try:
        hours.read_hours(node.opening_hours)
    except hours.UnreadableHours:
        raise ValidationError(_("These opening hours cannot be read."), code="hours") from None
    if not node.hours_source:
        raise ValidationError(_("Say where the opening hours are from."), code="source")


def _plain(value: object) -> str:
    """As the journal keeps it; a decimal as the column holds it, so that 1.5 and 1.50000 are the same."""
    return f"{value:.5f}" if isinstance(value, Decimal) else str(value or "")


@transaction.atomic
def note_distance(*, leg: Leg, km: int, source: str, confidence: str, by: Person | None, at: datetime) -> Distance:
    """Keep what one more source says of the length of a leg; the very same again is kept once and told once."""
    distance, is_new = Distance.objects.get_or_create(
        leg=leg, km=km, source=source, confidence=confidence, defaults={"by": by, "noted_at": at}
    )
    if is_new:
        _tell("corridor.distance_noted", leg, {"distance": ["", _words(km, source)]}, by=by, at=at)
    return distance


@transaction.atomic
def use_distance(*, leg: Leg, distance: Distance | None, reason: str, by: Person | None, at: datetime) -> bool:
    """Use this one of the leg's distances from now on, or none, and say why; False where that was so before.

    ValidationError where no reason is given, and where the distance is of another leg.
    """
    kept = Leg.objects.select_for_update().get(pk=leg.pk)
    if not reason.strip():
        raise ValidationError(_("Say why."), code="reason")
    if distance is not None and distance.leg_id != kept.pk:
        raise ValidationError(_("This distance is not of this leg."), code="leg")
    before = [_words(kept.km, kept.source), kept.reason]
    kept.km = distance.km if distance else None
    if distance:
        kept.source, kept.confidence = distance.source, distance.confidence
    kept.reason = reason.strip()
    after = [_words(kept.km, kept.source), kept.reason]
    if before == after:
        return False
    kept.edited_at = at
    kept.clean_fields()
    kept.save(update_fields=["km", "source", "confidence", "reason", "edited_at"])
    changes = dict(zip(("km", "reason"), map(list, zip(before, after, strict=True)), strict=True))
    _tell("corridor.leg_edited", leg, changes, by=by, at=at)
    return True


def _words(km: int | None, source: str) -> str:
    return "" if km is None else f"{km} km: {source}"


def _tell(kind: str, leg: Leg, changes: dict[str, list[str]], *, by: Person | None, at: datetime) -> None:
    origin, destination, mode = leg.slugs
    ends = {"origin": origin, "destination": destination, "mode": mode}
    record(kind=kind, subject="leg", key=str(leg.pk), by=by, at=at, changes=changes, **ends)


def node_history(node: Node) -> list[Change]:
    """Who changed what of a place and when, the latest first; for the office's eyes alone."""
    names = {field.name: str(getattr(field, "verbose_name", field.name)) for field in Node._meta.get_fields()}
    return _history(JournalEntry.objects.filter(subject="node", key=node.slug), names)


def leg_history(leg: Leg) -> list[Change]:
    """Who noted or chose which distance of a leg and when, the latest first; for the office's eyes alone."""
    names = {"distance": str(_("distance added")), "km": str(_("distance in use")), "reason": str(_("reason"))}
    return _history(JournalEntry.objects.filter(subject="leg", key=str(leg.pk)), names)


def _history(entries: QuerySet[JournalEntry], names: dict[str, str]) -> list[Change]:
    shown = entries.select_related("by").order_by("-id")[:MOST_CHANGES]
    return [change for entry in shown for change in _changes(entry, names)]


def _changes(entry: JournalEntry, names: dict[str, str]) -> Iterable[Change]:
    by = str(entry.by or "")
    for name, (old, new) in entry.data.get("changes", {}).items():
        yield Change(entry.at, by, names.get(name, name), old, new)
