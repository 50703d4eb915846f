"""The tariff's dated rows, waivers and campaigns, and rates of exchange, each with its source."""

from __future__ import annotations

from datetime import date

from django.db import models
from django.utils.translation import gettext_lazy as _

from cargo.charges import waivers
from cargo.charges.amounts import Exchange
from cargo.models.consignments import Consignment
from liaison.models import Person, Viewer
from liaison.roles import HEADS, OFFICE, TRADE


class TariffRowQuerySet(models.QuerySet["TariffRow"]):
    """Selections of tariff rows."""

    def visible_to(self, viewer: Viewer) -> TariffRowQuerySet:
        """What is approved to everybody who trades or works here; what is only proposed to those who approve."""
        if not isinstance(viewer, Person) or not viewer.roles & (TRADE | OFFICE):
            return self.none()
        return self if viewer.roles & HEADS else self.approved()

    def approved(self) -> TariffRowQuerySet:
        """Those that count: approved, and neither refused nor replaced altogether."""
        return self.filter(approved_at__isnull=False, ended_at__isnull=True)

    def proposed(self) -> TariffRowQuerySet:
        """Those that wait for a second pair of eyes."""
        return self.filter(approved_at__isnull=True, ended_at__isnull=True)

    def holding(self, day: date) -> TariffRowQuerySet:
        """Those that are in force on a day, which a row without dates always is."""
        return self.exclude(effective_from__gt=day).exclude(effective_to__lt=day)


class TariffRow(models.Model):
    """One price, free time or percentage of one payee for some days; see ``cargo.charges.tariff.Rate`` for the terms.

    ``place`` and ``destination`` are slugs of nodes and countries with blanks between, empty for all. ``key`` is that
    of the row in the file, empty where staff proposed it. It counts from ``approved_at``; ``ended_at`` is when it was
    refused, or when another replaced it for all its days.
    """

    class Confidence(models.TextChoices):
        """How sure it is."""

        SOURCED = "sourced", _("read in a source")
        INFERRED = "inferred", _("inferred")
        CONFIRMED = "confirmed", _("confirmed by the office")

    key = models.CharField(max_length=32, blank=True)
    payee = models.CharField(_("paid to"), max_length=60)
    charge_group = models.CharField(_("charge"), max_length=40)
    item = models.CharField(_("item"), max_length=200)
    regime = models.CharField(_("regime"), max_length=20, default="all")
    place = models.CharField(_("place"), max_length=120, blank=True)
    destination = models.CharField(_("destination"), max_length=40, blank=True)
    goods = models.CharField(_("goods"), max_length=20, blank=True)
    container = models.CharField(_("container"), max_length=20, blank=True)
    unit = models.CharField(_("unit"), max_length=40)
    counts_from = models.CharField(max_length=5, blank=True)
    day_from = models.PositiveSmallIntegerField(_("from day"), null=True, blank=True)
    day_to = models.PositiveSmallIntegerField(_("to day"), null=True, blank=True)
    rate = models.DecimalField(_("figure"), max_digits=14, decimal_places=4, null=True, blank=True)
    currency = models.CharField(_("currency"), max_length=10)
    effective_from = models.DateField(_("in force from"), null=True, blank=True)
    effective_to = models.DateField(_("in force to"), null=True, blank=True)
    source_url = models.CharField(_("source"), max_length=500)
    confidence = models.CharField(_("how sure"), max_length=10, choices=Confidence.choices)
    note = models.CharField(_("note"), max_length=500, blank=True)
    replaces = models.ForeignKey("self", models.PROTECT, null=True, blank=True, related_name="successors")
    proposed_by = models.ForeignKey(Person, models.PROTECT, null=True, blank=True, related_name="+")
    proposed_at = models.DateTimeField()
    approved_by = models.ForeignKey(Person, models.PROTECT, null=True, blank=True, related_name="+")
    approved_at = models.DateTimeField(null=True, blank=True)
    ended_at = models.DateTimeField(null=True, blank=True)

    objects = TariffRowQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["key"], condition=~models.Q(key=""), name="tariff_row_once"),
            models.UniqueConstraint(
                fields=["replaces"],
                condition=models.Q(approved_at__isnull=True, ended_at__isnull=True, replaces__isnull=False),
                name="tariff_row_one_proposal",
            ),
            models.CheckConstraint(
                condition=models.Q(rate__isnull=True) | models.Q(rate__gte=0), name="tariff_row_never_negative"
            ),
            models.CheckConstraint(
                condition=models.Q(day_to__isnull=True)
                | models.Q(day_from__isnull=False, day_to__gte=models.F("day_from")),
                name="tariff_row_days_in_order",
            ),
            models.CheckConstraint(
                condition=models.Q(effective_from__isnull=True)
                | models.Q(effective_to__isnull=True)
                | models.Q(effective_to__gte=models.F("effective_from")),
                name="tariff_row_dates_in_order",
            ),
            models.CheckConstraint(condition=~models.Q(source_url=""), name="tariff_row_has_source"),
            models.CheckConstraint(
                condition=models.Q(confidence__in=["sourced", "inferred", "confirmed"]),
                name="tariff_row_confidence_known",
            ),
            models.CheckConstraint(
                condition=models.Q(counts_from__in=["", "start", "free"]), name="tariff_row_counts_from_known"
            ),
            models.CheckConstraint(
                condition=models.Q(approved_at__isnull=True)
                | ~models.Q(key="")
                | models.Q(proposed_by__isnull=False, approved_by__isnull=False),
                name="tariff_row_answered_for",
            ),
            models.CheckConstraint(
                condition=models.Q(approved_by__isnull=True)
                | models.Q(proposed_by__isnull=True)
                | ~models.Q(approved_by=models.F("proposed_by")),
                name="tariff_row_four_eyes",
            ),
        ]  # fmt: skip

    def __str__(self) -> str:
        return f"{self.payee}: {self.item}"


class WaiverQuerySet(models.QuerySet["Waiver"]):
    """Selections of waivers."""

    def visible_to(self, viewer: Viewer) -> WaiverQuerySet:
        """Campaigns to everybody who is signed in; what was granted to a consignment to who may see its charges."""
        if not isinstance(viewer, Person):
            return self.none()
        if viewer.roles & OFFICE:
            return self
        granted = models.Q(consignment__in=Consignment.objects.money_visible_to(viewer))
        return self.filter(models.Q(consignment__isnull=True) | granted)


class Waiver(models.Model):
    """A waiver or a campaign; see ``cargo.charges.waivers.Waiver``. With a consignment it was granted to that alone."""

    key = models.CharField(max_length=32, blank=True)
    name = models.CharField(max_length=200)
    payee = models.CharField(max_length=60)
    charge_groups = models.CharField(max_length=120, blank=True)
    percent = models.DecimalField(max_digits=5, decimal_places=2, default=0)
    free_days = models.PositiveSmallIntegerField(default=0)
    from_day = models.PositiveSmallIntegerField(default=1)
    starts_on = models.DateField()
    ends_on = models.DateField(null=True, blank=True)
    on_application = models.BooleanField(default=False)
    consignment = models.ForeignKey("cargo.Consignment", models.CASCADE, null=True, blank=True, related_name="waivers")
    source = models.CharField(max_length=500)

    objects = WaiverQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["key"], condition=~models.Q(key=""), name="waiver_once"),
            models.CheckConstraint(condition=models.Q(percent__range=(0, 100)), name="waiver_percent_of_hundred"),
            models.CheckConstraint(
                condition=models.Q(percent__gt=0) | models.Q(free_days__gt=0), name="waiver_spares_something"
            ),
            models.CheckConstraint(
                condition=models.Q(ends_on__isnull=True) | models.Q(ends_on__gte=models.F("starts_on")),
                name="waiver_dates_in_order",
            ),
            models.CheckConstraint(
                condition=models.Q(on_application=False) | models.Q(consignment__isnull=True),
                name="waiver_granted_or_to_be_applied_for",
            ),
            models.CheckConstraint(condition=~models.Q(source=""), name="waiver_has_source"),
        ]

    def __str__(self) -> str:
        return self.name

    def as_waiver(self) -> waivers.Waiver:
        """It as the arithmetic takes it."""
        return waivers.Waiver(
            name=self.name,
            payee=self.payee,
            charge_groups=tuple(self.charge_groups.split()),
            percent=self.percent,
            free_days=self.free_days,
            from_day=self.from_day,
            starts_on=self.starts_on,
            ends_on=self.ends_on,
            on_application=self.on_application,
            source=self.source,
            key=self.pk,
        )


class ExchangeRate(models.Model):
    """How much of a currency one US dollar bought on a day, and who says so."""

    currency = models.CharField(max_length=3, choices=[("RWF", "RWF"), ("KES", "KES")])
    per_usd = models.DecimalField(max_digits=14, decimal_places=4)
    on = models.DateField()
    source = models.CharField(max_length=200)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["currency", "on"], name="exchange_rate_once"),
            models.CheckConstraint(condition=models.Q(per_usd__gt=0), name="exchange_rate_positive"),
            models.CheckConstraint(
                condition=models.Q(currency__in=["RWF", "KES"]), name="exchange_rate_currency_known"
            ),
            models.CheckConstraint(condition=~models.Q(source=""), name="exchange_rate_has_source"),
        ]

    def __str__(self) -> str:
        return f"{self.currency} {self.on}"

    def as_exchange(self) -> Exchange:
        """It as the arithmetic takes it."""
        return Exchange(currency=self.currency, per_usd=self.per_usd, on=self.on, source=self.source)
