"""Waivers, campaigns and exchange rates as the office notes them: each with its source, and ended, never deleted."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime, timedelta
from decimal import Decimal
from typing import Any

from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from cargo.charge_words import group_label
from cargo.charges.clocks import groups_of
from cargo.charges.days import day_of
from cargo.models import Consignment, ExchangeRate, Waiver
from liaison.journal import record
from liaison.models import Person

NOTED = "name payee charge_groups percent free_days from_day starts_on ends_on on_application source".split()


@transaction.atomic
def note_waiver(*, says: Mapping[str, Any], consignment: Consignment | None, by: Person, at: datetime) -> Waiver:
    """Note what a payee waives: for one consignment, or for all; ``says`` has the values named in NOTED.

    ValidationError where they do not fit, and for the very same a second time.
    """
    waiver = Waiver(**{name: says[name] for name in NOTED}, consignment=consignment)
    waiver.clean_fields()
    _check(waiver)
    same = Waiver.objects.filter(**{name: says[name] for name in NOTED}, consignment=consignment)
    if same.exists():
        raise ValidationError(_("This waiver is noted already."))
    waiver.save(force_insert=True)
    _tell("cargo.waiver_noted", waiver, by=by, at=at)
    return waiver


def _check(waiver: Waiver) -> None:
    _check_effect(waiver)
    if waiver.percent > Decimal(100):
        raise ValidationError({"percent": _("At most 100 per cent.")})
    if waiver.ends_on and waiver.ends_on < waiver.starts_on:
        raise ValidationError({"ends_on": _("The last day lies before the first.")})
    if waiver.on_application and waiver.consignment_id:
        raise ValidationError({"on_application": _("What is granted to a consignment need not be applied for.")})


def _check_effect(waiver: Waiver) -> None:
    """ValidationError where it would change nothing."""
    if not (waiver.percent > Decimal(0) or waiver.free_days):
        raise ValidationError({"percent": _("Say how many per cent are waived, or how many days are free.")})
    if others := set(waiver.charge_groups.split()) - groups_of(waiver.payee):
        names = ", ".join(sorted(map(group_label, others)))
        words = _("%(payee)s asks nothing of this kind that is counted here: %(charges)s.")
        raise ValidationError({"charge_groups": words % {"payee": waiver.payee, "charges": names}})


@transaction.atomic
def end_waiver(*, waiver: Waiver, by: Person, at: datetime) -> bool:
    """Let it hold no longer than yesterday, as Mombasa counts days; False where it has ended already.

    One that was to begin today or later has then never held: it is taken out, and the journal keeps that it was there.
    One of the tariff's file stays for its first day, as the file would bring it back.
    """
    last = day_of(at) - timedelta(days=1)
    held = Waiver.objects.select_for_update().filter(pk=waiver.pk).first()
    if held is None or (held.ends_on is not None and held.ends_on <= last):
        return False
    _tell("cargo.waiver_ended", held, by=by, at=at)
    if held.starts_on > last and not held.key:
        held.delete()
    elif held.starts_on > last:
        Waiver.objects.filter(pk=held.pk).update(ends_on=held.starts_on)
    else:
        Waiver.objects.filter(pk=held.pk).update(ends_on=last)
    return True


@transaction.atomic
def note_rate(*, currency: str, per_usd: Decimal, on: date, source: str, by: Person, at: datetime) -> ExchangeRate:
    """Note what a US dollar bought on a day; a rate once noted stays. ValidationError where it does not fit."""
    rate = ExchangeRate(currency=currency, per_usd=per_usd, on=on, source=source)
    rate.clean_fields()
    if per_usd <= Decimal(0):
        raise ValidationError({"per_usd": _("Give a figure above zero.")})
    if on > day_of(at):
        raise ValidationError({"on": _("This day has not come yet.")})
    try:
        with transaction.atomic():
            rate.save(force_insert=True)
    except IntegrityError as error:
        raise ValidationError({"on": _("A rate of this day is noted already.")}) from error
    record(
        kind="cargo.exchange_rate_noted", subject="exchange_rate", key=f"{currency} {on.isoformat()}", by=by, at=at,
        per_usd=f"{per_usd:f}", source=source,
    )  # fmt: skip
    return rate


def _tell(kind: str, waiver: Waiver, *, by: Person, at: datetime) -> None:
    record(
        kind=kind,
        subject="waiver",
        key=str(waiver.pk),
        by=by,
        at=at,
        name=waiver.name,
        payee=waiver.payee,
        percent=f"{waiver.percent:f}",
        free_days=waiver.free_days,
        starts_on=waiver.starts_on.isoformat(),
        ends_on=waiver.ends_on.isoformat() if waiver.ends_on else "",
        consignment=waiver.consignment.ref if waiver.consignment else "",
    )
