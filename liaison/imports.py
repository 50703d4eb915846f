"""Organisations from a spreadsheet: what would become of each row, and doing so once somebody has said yes.

A row is known by its numbers, else by its name. What is new waits for its verification like a firm that registered
itself; agencies are the office's own word. Of what is known only telephone, e-mail, address and contact change: who it
is, is settled on its own page. An empty cell changes nothing, so the same file once more changes nothing either.
"""

from __future__ import annotations

import hashlib
import json
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime

from django.core.exceptions import ValidationError
from django.db import IntegrityError, connection, models, transaction
from django.db.models import Q
from django.db.models.functions import Lower
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from liaison.bulk import update_rows
from liaison.journal import News, record, record_many
from liaison.models import FocalPoint, Identifier, JournalEntry, Organization, Person, SheetDraft
from liaison.organizations import OFFICE_MADE
from liaison.sheet_columns import HEADINGS, ContactSaid, Said, columns_of, read_said
from liaison.sheets import read_rows

_LOCK = 7_420_003
DONE = "liaison.sheet_imported"
_REACHED_BY = ("phone", "email", "address")
_IDENTITY = ("name", "kind", "country")
_Standing = Organization.Standing
_CLAIMS = ((_Standing.VERIFIED, _Standing.SUSPENDED), (_Standing.PENDING,), (_Standing.REFUSED,))


class Fate(models.TextChoices):
    """What becomes of a row."""

    WRONG = "wrong", gettext_lazy("Left out")
    NEW = "new", gettext_lazy("New")
    CHANGED = "changed", gettext_lazy("Changed")
    SAME = "same", gettext_lazy("As it is")


@dataclass(slots=True)
class Planned:
    """One row, the organisation that it means, and what would be done: ``changes`` by field, ``notes`` in words."""

    said: Said
    organization: Organization | None = None
    changes: dict[str, str] = field(default_factory=dict)
    contact: FocalPoint | None = None
    notes: list[str] = field(default_factory=list)

    @property
    def fate(self) -> Fate:
        """What becomes of it."""
        if self.said.errors:
            return Fate.WRONG
        if self.organization is None:
            return Fate.NEW
        return Fate.CHANGED if self.changes or self.contact else Fate.SAME

    @property
    def words(self) -> list[str]:
        """What there is to say of it."""
        return self.said.errors or [*(str(HEADINGS[name]) for name in self.changes), *self.notes]


def keep_draft(*, content: bytes, file_name: str, by: Person, at: datetime) -> tuple[SheetDraft, list[str]]:
    """Keep the rows of a spreadsheet until somebody says yes; also the headings that are not read.

    Raises ValidationError where the file or its first row cannot be read.
    """
    rows = read_rows(content)
    if len(rows) < 2:
        raise ValidationError(_("There is no row below the headings."), code="empty")
    columns, unread = columns_of(rows[0].cells)
    kept = [
        {"line": row.number, **{name: row.cell(place) for place, name in columns.items() if row.cell(place)}}
        for row in rows[1:]
    ]
    draft = SheetDraft.objects.create(by=by, at=at, file_name=file_name, rows=kept)
    return draft, unread


def plan(rows: Iterable[Mapping[str, str | int]]) -> list[Planned]:
    """What would become of the rows now; four queries."""
    planned = [
        Planned(read_said(int(row["line"]), {k: v for k, v in row.items() if isinstance(v, str)})) for row in rows
    ]
    _refuse_doubles([row.said for row in planned])
    _match(planned)
    for row in planned:
        if not row.said.errors and row.organization is not None:
            _compare(row, row.organization)
        elif not row.said.errors:
            _check_new(row.said)
    return planned


def version_of(planned: Sequence[Planned]) -> str:
    """Changes when anything else would be done."""
    facts = [
        (row.said.line, row.fate, row.organization and row.organization.pk, row.changes, _as_text(row.contact))
        for row in planned
    ]
    return hashlib.sha256(json.dumps(facts).encode()).hexdigest()[:16]


def _as_text(contact: FocalPoint | None) -> list[str]:
    return [contact.name, contact.duty, contact.phone, contact.email] if contact else []


def counts_of(planned: Sequence[Planned]) -> dict[Fate, int]:
    """How many rows have which fate."""
    counted = Counter(row.fate for row in planned)
    return {fate: counted[fate] for fate in Fate}


def _refuse_doubles(said: Sequence[Said]) -> None:
    """A number or a name that stands in two rows: the later one says where the first is."""
    first: dict[tuple[str, str], int] = {}
    for row in said:
        keys = [(scheme, value) for scheme, value in row.numbers.items() if value]
        for key in (*keys, *([("name", row.name.casefold())] if row.name else [])):
            if key in first:
                words = _("%(column)s: the same as in row %(line)s. Take one of the two out.")
                row.errors.append(words % {"column": HEADINGS[key[0]], "line": first[key]})
            first.setdefault(key, row.line)


def _match(planned: Sequence[Planned]) -> None:
    """Find the organisation that each row means; one that two rows mean, or several that one does, are errors."""
    by_number, by_name = _known([row.said for row in planned])
    first: dict[int, int] = {}
    for row in planned:
        holders = {one.pk: one for number in row.said.numbers.items() for one in _best(by_number.get(number, []))}
        found = list(holders.values()) or _best(by_name.get(row.said.name.lower(), []))
        wrong = _ambiguous(found, row.said.line, first)
        if wrong:
            row.said.errors.append(wrong)
        elif found:
            row.organization = found[0]


def _ambiguous(found: Sequence[Organization], line: int, first: dict[int, int]) -> str:
    """What is wrong with what a row means; ``first`` is the first row that meant an organisation, and grows."""
    if len(found) > 1:
        words = _("Several organisations have this name or these numbers: %(names)s. Settle it on their pages first.")
        return words % {"names": ", ".join(sorted(str(one) for one in found))}
    if found and first.setdefault(found[0].pk, line) != line:
        words = _("This is the organisation of row %(line)s. Take one of the two out.")
        return words % {"line": first[found[0].pk]}
    return ""


def _known(said: Sequence[Said]) -> tuple[dict[tuple[str, str], list[Organization]], dict[str, list[Organization]]]:
    """The organisations that the rows can mean, by number and by name."""
    values = {value for row in said for value in row.numbers.values()}
    holders = Identifier.objects.filter(value__in=values).values("organization")
    rows = Organization.objects.annotate(lower_name=Lower("name")).filter(
        Q(pk__in=holders) | Q(lower_name__in={row.name.lower() for row in said})
    )
    by_number: dict[tuple[str, str], list[Organization]] = {}
    by_name: dict[str, list[Organization]] = {}
    for organization in rows.prefetch_related("identifiers", "focal_points").order_by("pk"):
        by_name.setdefault(organization.name.lower(), []).append(organization)
        for number in organization.identifiers.all():
            by_number.setdefault((number.scheme, number.value), []).append(organization)
    return by_number, by_name


def _best(claimants: Sequence[Organization]) -> list[Organization]:
    """Whoever has been verified, for whom a name and a number are its own; else all who wait; else the refused."""
    for standings in _CLAIMS:
        found = [organization for organization in claimants if organization.standing in standings]
        if found:
            return found
    return []


def _check_new(said: Said) -> None:
    if not said.kind:
        said.errors.append(_("Say what kind of organisation it is; the portal does not know it yet."))
    if not said.home:
        said.errors.append(_("Give its country; the portal does not know it yet."))


def _compare(row: Planned, organization: Organization) -> None:
    """What of a known organisation would change, and what the sheet says otherwise but stays."""
    said = row.said
    if organization.standing == _Standing.REFUSED:
        said.errors.append(_("The office has refused this organisation. Look at it on the page of verification first."))
        return
    row.changes = {
        name: getattr(said, name)
        for name in _REACHED_BY
        if getattr(said, name) and getattr(said, name) != getattr(organization, name)
    }
    row.notes = _kept_as_it_is(said, organization)
    if said.contact:
        row.contact = _contact(organization, said.contact)
        row.notes += [str(HEADINGS["contact_name"])] if row.contact else []


def _kept_as_it_is(said: Said, organization: Organization) -> list[str]:
    """What the sheet says otherwise of who it is, and is not taken from there; another number is an error."""
    held = {name: str(getattr(organization, name)) for name in _IDENTITY}
    held |= {number.scheme: number.value for number in organization.identifiers.all()}
    notes = []
    for name, value in ({name: getattr(said, name) for name in _IDENTITY} | said.numbers).items():
        known = held.get(name, "")
        told = {"column": HEADINGS[name], "held": known}
        if not value or value.casefold() == known.casefold():
            continue
        if not known:
            notes.append(_("%(column)s is not on record. Add it on the organisation's page.") % told)
        elif name in _IDENTITY:
            notes.append(_("%(column)s stays “%(held)s”. Change it on the organisation's page.") % told)
        else:
            said.errors.append(
                _("%(column)s: the portal knows this organisation by %(held)s. Check the number.") % told
            )
    return notes


def _contact(organization: Organization, said: ContactSaid) -> FocalPoint | None:
    """The focal point as it would be; None where it is so already."""
    points = list(organization.focal_points.all())
    point = next((each for each in points if each.name.casefold() == said.name.casefold()), None)
    if point is None:
        rank = 2 if any(each.rank == 1 for each in points) else 1
        return FocalPoint(organization=organization, rank=rank, **_fields(said))
    changed = {name: value for name, value in _fields(said).items() if value and value != getattr(point, name)}
    changed.pop("name", None)
    for name, value in changed.items():
        setattr(point, name, value)
    return point if changed else None


def _fields(said: ContactSaid) -> dict[str, str]:
    return {"name": said.name, "duty": said.duty, "phone": said.phone, "email": said.email}


def carry_out(*, draft: SheetDraft, seen: str, by: Person, at: datetime) -> dict[Fate, int]:
    """Do what the draft's rows would do, leaving the wrong ones out, and forget the draft.

    ValidationError where something else would be done by now than what ``seen`` stands for, or it was done before.
    """
    try:
        with transaction.atomic():
            return _carry_out(draft, seen, by, at)
    except IntegrityError as error:
        raise _changed() from error


def _changed() -> ValidationError:
    return ValidationError(_("Something has changed since you opened the page. Look at it again, then say yes."))


def outcome_of(*, draft_id: int, by: Person) -> dict[Fate, int] | None:
    """What became of the rows of a draft that ``by`` has carried out; None where she has carried out no such one."""
    done = JournalEntry.objects.filter(kind=DONE, subject="directory", key=str(draft_id), by=by).first()
    return {fate: int(done.data.get(fate.value, 0)) for fate in Fate} if done else None


def _carry_out(draft: SheetDraft, seen: str, by: Person, at: datetime) -> dict[Fate, int]:
    with connection.cursor() as cursor:
        # One after the other, or two imports would make the same organisation twice.
        cursor.execute("SELECT pg_advisory_xact_lock(%s)", [_LOCK])
    if not SheetDraft.objects.filter(pk=draft.pk).delete()[0]:
        raise ValidationError(_("This import has been done already."), code="done")
    planned = plan(draft.rows)
    if version_of(planned) != seen:
        raise _changed()
    _make([row for row in planned if row.fate == Fate.NEW], by, at)
    _change([row for row in planned if row.fate == Fate.CHANGED], by, at)
    counts = counts_of(planned)
    data = {fate.value: number for fate, number in counts.items()}
    record(kind=DONE, subject="directory", key=str(draft.pk), by=by, at=at, **data)
    return counts


def _make(planned: Sequence[Planned], by: Person, at: datetime) -> None:
    made = Organization.objects.bulk_create([_organization(row.said, at) for row in planned])
    Identifier.objects.bulk_create(
        Identifier(organization=organization, scheme=scheme, value=value, is_verified=_is_vouched(row.said))
        for organization, row in zip(made, planned, strict=True)
        for scheme, value in row.said.numbers.items()
    )
    FocalPoint.objects.bulk_create(
        FocalPoint(organization=organization, rank=1, **_fields(row.said.contact))
        for organization, row in zip(made, planned, strict=True)
        if row.said.contact
    )
    _tell("liaison.organization_imported", made, [["new"]] * len(made), by, at)


def _is_vouched(said: Said) -> bool:
    return said.kind in OFFICE_MADE


def _organization(said: Said, at: datetime) -> Organization:
    standing = _Standing.VERIFIED if _is_vouched(said) else _Standing.PENDING
    given = said.particulars()
    fields = {name: getattr(given, name) for name in (*_IDENTITY, *_REACHED_BY)}
    return Organization(standing=standing, created_at=at, **fields)


def _change(planned: Sequence[Planned], by: Person, at: datetime) -> None:
    changed = [row.organization for row in planned if row.organization]
    for row, organization in zip(planned, changed, strict=True):
        for name, value in row.changes.items():
            setattr(organization, name, value)
    update_rows(changed, _REACHED_BY)
    contacts = [row.contact for row in planned if row.contact]
    FocalPoint.objects.bulk_create([point for point in contacts if point.pk is None])
    update_rows([point for point in contacts if point.pk], ["duty", "phone", "email"])
    told = [[*row.changes, *(["contact"] if row.contact else [])] for row in planned]
    _tell("liaison.organization_changed", changed, told, by, at)


def _tell(
    kind: str, organizations: Sequence[Organization], changed: Sequence[list[str]], by: Person, at: datetime
) -> None:
    news = [
        News(kind=kind, subject="organization", key=str(organization.pk), data={"changed": names, "sheet": True})
        for organization, names in zip(organizations, changed, strict=True)
    ]
    record_many(news, by=by, at=at)
