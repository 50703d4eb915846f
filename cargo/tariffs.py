"""The tariff: loading the file's rows, proposing a row, and approving or refusing it with a second pair of eyes."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from datetime import date, datetime, timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any

from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from cargo.charges.tariff_file import campaign_of, read_tariff
from cargo.models import TariffRow, Waiver
from cargo.money import TARIFF
from cargo.remembered import forgotten
from liaison.journal import record
from liaison.models import Person

FILE = Path(__file__).parent / "data" / "tariff.csv"
# What tells one row of the file from the others; its figures may be corrected in a later edition of the file.
_IDENTITY = (
    "payee charge_group item regime place destination goods container unit day_from effective_from effective_to".split()
)


@transaction.atomic
def load_tariff(*, at: datetime) -> int:
    """Add the file's rows and campaigns that are not there yet; what staff changed stays. Returns how many rows."""
    values = read_tariff(FILE.read_text(encoding="utf-8"))
    rows = [TariffRow(**row, key=_key(row), proposed_at=at, approved_at=at) for row in values]
    TariffRow.objects.bulk_create(rows, ignore_conflicts=True)
    forgotten(TARIFF)
    campaigns = [(campaign, _key(row)) for row in values if (campaign := campaign_of(row))]
    Waiver.objects.bulk_create(
        [
            Waiver(
                key=key,
                name=campaign.name,
                payee=campaign.payee,
                charge_groups=" ".join(campaign.charge_groups),
                percent=campaign.percent,
                from_day=campaign.from_day,
                starts_on=campaign.starts_on,
                ends_on=campaign.ends_on,
                on_application=campaign.on_application,
                source=campaign.source,
            )
            for campaign, key in campaigns
        ],
        ignore_conflicts=True,
    )
    return len(rows)


def _key(row: Mapping[str, Any]) -> str:
    words = "\x1f".join(str(row[name]) for name in _IDENTITY)
    return hashlib.blake2b(words.encode(), digest_size=16).hexdigest()


# What a proposal says; the rest is who says it, and when.
PROPOSED = (
    "payee charge_group item regime place destination goods container unit counts_from day_from day_to rate currency "
    "effective_from effective_to source_url confidence note"
).split()


def propose(*, says: Mapping[str, Any], replaces: TariffRow | None, by: Person, at: datetime) -> TariffRow:
    """Propose a row, in place of another or beside all others; it counts once somebody else has approved it.

    ``says`` has the values named in PROPOSED. Raises ValidationError where they do not fit, or where another proposal
    for the row is waiting.
    """
    proposal = TariffRow(**{name: says[name] for name in PROPOSED}, replaces=replaces, proposed_by=by, proposed_at=at)
    proposal.clean_fields(exclude=["replaces", "proposed_by"])
    _check(proposal)
    try:
        with transaction.atomic():
            proposal.save(force_insert=True)
            _tell("cargo.tariff_proposed", proposal, by=by, at=at)
    except IntegrityError as error:
        raise ValidationError(_("Another proposal for this row is waiting; answer that first.")) from error
    return proposal


def _check(proposal: TariffRow) -> None:
    if proposal.rate is None or proposal.rate < Decimal(0):
        raise ValidationError({"rate": _("Give a figure of zero or more.")})
    if proposal.day_to is not None and (proposal.day_from or proposal.day_to + 1) > proposal.day_to:
        raise ValidationError({"day_to": _("The last day lies before the first.")})
    starts, ends = proposal.effective_from, proposal.effective_to
    if starts and ends and ends < starts:
        raise ValidationError({"effective_to": _("The last day lies before the first.")})
    _check_start(starts, proposal.replaces)


def _check_start(starts: date | None, old: TariffRow | None) -> None:
    if old and old.effective_from and (starts is None or starts < old.effective_from):
        raise ValidationError({"effective_from": _("The row that is replaced begins later than this day.")})


@transaction.atomic
def approve(*, proposal: TariffRow, by: Person, at: datetime) -> bool:
    """Let a proposal count: the row that it replaces ends the day before, or altogether; False if answered before.

    Raises ValidationError where the one who proposed it approves it.
    """
    if proposal.proposed_by_id == by.pk:
        raise ValidationError(_("Somebody else than the one who proposed it has to approve it."))
    waiting = TariffRow.objects.proposed().filter(pk=proposal.pk)
    if not waiting.update(approved_by=by, approved_at=at):
        return False
    if proposal.replaces_id is not None:
        _give_way(TariffRow.objects.select_for_update(no_key=True).get(pk=proposal.replaces_id), proposal, at)
    forgotten(TARIFF)
    _tell("cargo.tariff_approved", proposal, by=by, at=at)
    return True


def _give_way(old: TariffRow, new: TariffRow, at: datetime) -> None:
    """The replaced row holds to the day before the new one does; where that leaves it no day, it ends altogether."""
    starts = new.effective_from
    if starts is None or (old.effective_from is not None and starts <= old.effective_from):
        TariffRow.objects.filter(pk=old.pk).update(ended_at=at)
    elif old.effective_to is None or old.effective_to >= starts:
        TariffRow.objects.filter(pk=old.pk).update(effective_to=starts - timedelta(days=1))


@transaction.atomic
def refuse(*, proposal: TariffRow, by: Person, at: datetime) -> bool:
    """Refuse a proposal, or take one's own back; False if it was answered before."""
    if not TariffRow.objects.proposed().filter(pk=proposal.pk).update(ended_at=at):
        return False
    _tell("cargo.tariff_refused", proposal, by=by, at=at)
    return True


def _tell(kind: str, row: TariffRow, *, by: Person, at: datetime) -> None:
    record(
        kind=kind,
        subject="tariff",
        key=str(row.pk),
        by=by,
        at=at,
        payee=row.payee,
        item=row.item,
        replaces=row.replaces_id,
        rate=None if row.rate is None else f"{row.rate:f}",
        currency=row.currency,
        effective_from=row.effective_from.isoformat() if row.effective_from else "",
        effective_to=row.effective_to.isoformat() if row.effective_to else "",
        confidence=row.confidence,
    )
