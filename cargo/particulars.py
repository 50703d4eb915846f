"""The particulars of a consignment: shown on its page, and changed by those who may act for it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from cargo import matching
from cargo.archive import bring_back_open
from cargo.deriving import derive, note_change
from cargo.knowledge import known_to
from cargo.models import Consignment, Unit
from cargo.models.naming import NUMBERS
from cargo.registration import Particulars, kept_number, part_trips
from cargo.taking_out import put_back
from liaison.countries import country_name
from liaison.journal import record
from liaison.models import Person
from liaison.roles import OFFICE, TRADE_WRITE

_MATCHING = ("rw_declaration", "kra_entry")
_PLAIN = ("own_reference", "rw_declaration", "kra_entry", "goods", "hs_code")


@dataclass(frozen=True, slots=True)
class Line:
    """One particular in words: empty where it is unknown."""

    label: str
    text: str


def lines_of(consignment: Consignment) -> list[Line]:
    """What was said of the goods when they were registered or later, in the order of the page."""
    named = {name: str(Consignment._meta.get_field(name).verbose_name) for name in _SHOWN}  # type: ignore[union-attr]
    texts = {name: str(getattr(consignment, name) or "") for name in _SHOWN}
    texts |= {
        "direction": consignment.get_direction_display(),
        "origin_country": country_name(consignment.origin_country) if consignment.origin_country else "",
        "trade_regime": consignment.get_trade_regime_display() if consignment.trade_regime else "",
        "weight_t": f"{consignment.weight_t.normalize():f} t" if consignment.weight_t else "",
    }
    return [Line(named[name][:1].upper() + named[name][1:], texts[name]) for name in _SHOWN]


_SHOWN = (*_PLAIN, "direction", "weight_t", "packages", "origin_country", "trade_regime", "origin_certificate")


@transaction.atomic
def amend(
    *,
    consignment: Consignment,
    changes: Mapping[str, Any],
    containers: Sequence[str] = (),
    by: Person,
    at: datetime,
) -> list[str]:
    """Change what is said of the goods, and add ``containers``; returns the names of what has changed.

    Another declaration or container finds what was said of it before. ValidationError where one is of goods of others.
    """
    matching.lock_exclusive()
    kept = Consignment.objects.select_for_update(of=("self",), no_key=True).select_related("consignee")
    consignment = kept.get(pk=consignment.pk)
    wanted, changed = _wanted(consignment, changes)
    added = _add(consignment, containers, by, at)
    if not changed and not added:
        return []
    moved = [name for name in _MATCHING if name in changed]
    events = set(matching.events_naming(consignment)) if moved else set()
    for name in moved:
        _check_declaration(consignment, name, wanted[name], by)
    for name in changed:
        setattr(consignment, name, wanted[name])
    consignment.save(update_fields=changed)
    if moved or added:
        events.update(matching.events_naming(consignment))
        derive([*matching.rematch(sorted(events)), consignment.pk], at=at)
        bring_back_open(consignment, by=by, at=at)
    else:
        note_change(consignment.pk, at=at)
    changed += ["containers"] if added else []
    record(kind="cargo.consignment_amended", subject="consignment", key=consignment.ref, by=by, at=at, changed=changed)
    return changed


def _wanted(consignment: Consignment, changes: Mapping[str, Any]) -> tuple[dict[str, Any], list[str]]:
    """The values as they are kept, and the names of those that are others than now."""
    wanted = {name: kept_number(value) if name in NUMBERS else value for name, value in changes.items()}
    return wanted, sorted(name for name, value in wanted.items() if getattr(consignment, name) != value)


def _add(consignment: Consignment, containers: Sequence[str], by: Person, at: datetime) -> bool:
    """Add those that it does not have yet; what somebody else has under way needs a proof."""
    held = set(consignment.units.values_list("container", flat=True))
    added = [number for number in containers if number not in held]
    alone = Particulars(consignee=consignment.consignee, bill_of_lading=consignment.bill_of_lading, containers=added)
    if added and known_to(by, alone).holder is not None:
        raise ValidationError({"more_containers": HELD_BY_OTHERS})
    units = [Unit(consignment=consignment, container=container) for container in added]
    part_trips(units, at=at)
    Unit.objects.bulk_create(units)
    put_back(consignment, added, at=at)
    return bool(added)


def _check_declaration(consignment: Consignment, name: str, number: str, by: Person) -> None:
    """What sources name together with one of its containers is its own."""
    alone = Particulars(consignee=consignment.consignee, kra_entry=number)
    boxes = [unit.container for unit in consignment.units.order_by("pk")]
    if _is_others(by, alone) and _is_others(by, replace(alone, containers=boxes)):
        raise ValidationError({name: DECLARED_BY_OTHERS})


def _is_others(person: Person, said: Particulars) -> bool:
    known = known_to(person, said)
    return known.holder is not None or known.is_reported


DECLARED_BY_OTHERS = gettext_lazy("The portal knows this declaration already. Send the office a paper that shows it.")


HELD_BY_OTHERS = gettext_lazy("One of these containers is registered already. Claim it with a paper.")


def may_act(person: Person, consignment: Consignment) -> bool:
    """Whether the person may change it; no query for the office and the consignee's own people."""
    if person.roles & OFFICE or consignment.consignee_id in person.organization_ids(*TRADE_WRITE):
        return True
    return Consignment.objects.actionable_by(person).filter(pk=consignment.pk).exists()


def told(changed: list[str]) -> str:
    """What to say once something was changed, or nothing was."""
    return _("Saved.") if changed else _("Nothing has changed.")
