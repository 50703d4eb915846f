"""Readings, what is counted of them, and what was made of that: revisions and reports; all but the last are derived."""

from __future__ import annotations

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.utils.translation import gettext_lazy as _

from liaison.models import Person


class Reading(models.Model):
    """Derived: one reading of one subject (see ``observatory.measuring``), on the day on which it counts.

    ``subject`` says what ``subject_id`` names. ``slices`` are what it can be told apart by, each ``name:value``.
    ``value`` is None where it cannot be told, and ``fault`` then says why. ``firm`` is whose it is where it is summed
    up, 0 elsewhere.
    """

    class Subject(models.TextChoices):
        """What was measured."""

        CONSIGNMENT = "c"
        CALL = "v"
        TICKET = "t"
        FORECAST = "f"
        DAY = "s"

    subject = models.CharField(max_length=1, choices=Subject.choices)
    subject_id = models.BigIntegerField()
    indicator = models.CharField(max_length=40)
    part = models.BigIntegerField(default=0)
    day = models.DateField()
    value = models.DecimalField(max_digits=16, decimal_places=4, null=True)
    base = models.DecimalField(max_digits=16, decimal_places=4, null=True)
    fault = models.CharField(max_length=10, blank=True)
    slices = ArrayField(models.CharField(max_length=70), default=list)
    firm = models.BigIntegerField(default=0)

    class Meta:
        indexes = [models.Index(fields=["indicator", "day"], name="reading_of_day")]
        constraints = [
            models.UniqueConstraint(fields=["subject", "subject_id", "indicator", "part"], name="reading_once"),
            models.CheckConstraint(
                condition=models.Q(value__isnull=True) | models.Q(value__gte=0), name="reading_value"
            ),
            models.CheckConstraint(
                condition=models.Q(value__isnull=True) & ~models.Q(fault="") | models.Q(value__isnull=False, fault=""),
                name="reading_or_its_fault",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.indicator} {self.day}: {self.value}"


class Due(models.Model):
    """A day of an indicator whose readings have changed since it was counted."""

    indicator = models.CharField(max_length=40)
    day = models.DateField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["indicator", "day"], name="due_once")]

    def __str__(self) -> str:
        return f"{self.indicator} {self.day}"


class Mark(models.Model):
    """How far the rows of one kind have been read: all up to ``position``.

    Ids are given before their rows are committed, so the mark stays behind what was seen (``ahead``) for a while.
    """

    name = models.CharField(max_length=12, primary_key=True)
    position = models.BigIntegerField(default=0)
    ahead = models.BigIntegerField(default=0)
    ahead_at = models.DateTimeField()

    def __str__(self) -> str:
        return f"{self.name} {self.position}"


class Rollup(models.Model):
    """Derived: the readings of one indicator in one day, week or month, all of them (``slice`` empty) or a part.

    ``n`` have a value, ``missing`` none; ``total`` of ``base`` where it is a share; of looks at what firms owe ``base``
    of ``n`` may be told to the public. ``values`` with their ``counts``
    are the distribution (see ``observatory.distribution``), ``low`` and ``high`` bound the true median. Of a sum
    ``firms`` are those that brought in most of it, with their ``firm_totals``.
    """

    class Grain(models.TextChoices):
        """How long the period is."""

        DAY = "day", _("Day")
        WEEK = "week", _("Week")
        MONTH = "month", _("Month")

    indicator = models.CharField(max_length=40)
    slice = models.CharField(max_length=70, blank=True)
    grain = models.CharField(max_length=5, choices=Grain.choices)
    starts_on = models.DateField()
    n = models.PositiveIntegerField()
    missing = models.PositiveIntegerField()
    total = models.DecimalField(max_digits=20, decimal_places=4)
    base = models.DecimalField(max_digits=20, decimal_places=4)
    values = ArrayField(models.FloatField())
    counts = ArrayField(models.PositiveIntegerField())
    p10 = models.FloatField(null=True)
    p50 = models.FloatField(null=True)
    p90 = models.FloatField(null=True)
    low = models.FloatField(null=True)
    high = models.FloatField(null=True)
    firms = ArrayField(models.BigIntegerField(), default=list)
    firm_totals = ArrayField(models.FloatField(), default=list)
    counted_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["indicator", "grain", "starts_on", "slice"], name="rollup_once"),
            models.CheckConstraint(condition=models.Q(grain__in=["day", "week", "month"]), name="rollup_grain_known"),
            models.CheckConstraint(
                condition=models.Q(n=0, p50__isnull=True) | models.Q(n__gt=0), name="rollup_of_nothing_says_nothing"
            ),
            models.CheckConstraint(
                condition=models.Q(p50__isnull=True) | models.Q(p10__lte=models.F("p50"), p50__lte=models.F("p90")),
                name="rollup_percentiles_in_order",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.indicator} {self.slice} {self.grain} {self.starts_on}"


class Revision(models.Model):
    """That late data changed the figures of a month that was over, and by how much."""

    indicator = models.CharField(max_length=40)
    month = models.DateField()
    at = models.DateTimeField()
    n_before = models.PositiveIntegerField()
    n_after = models.PositiveIntegerField()
    figure_before = models.FloatField(null=True)
    figure_after = models.FloatField(null=True)

    class Meta:
        indexes = [models.Index(fields=["indicator", "-at"], name="revision_of_indicator")]

    def __str__(self) -> str:
        return f"{self.indicator} {self.month}"


class Report(models.Model):
    """A report as it was made, which is never made again: the figures of a week or month and their age then."""

    class Span(models.TextChoices):
        """How long its period is."""

        WEEK = "week", _("Weekly report")
        MONTH = "month", _("Monthly report")

    span = models.CharField(max_length=5, choices=Span.choices)
    starts_on = models.DateField()
    language = models.CharField(max_length=2)
    made_at = models.DateTimeField()
    content = models.BinaryField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["span", "starts_on", "language"], name="observatory_report_once"),
            models.CheckConstraint(condition=models.Q(span__in=["week", "month"]), name="report_span_known"),
        ]

    def __str__(self) -> str:
        return f"{self.span} {self.starts_on} {self.language}"


class ReportReader(models.Model):
    """A person who is told by e-mail of each new report of one span, in her language."""

    person = models.ForeignKey(Person, models.CASCADE, related_name="+")
    span = models.CharField(max_length=5, choices=Report.Span.choices)
    asked_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["person", "span"], name="report_reader_once"),
            models.CheckConstraint(condition=models.Q(span__in=["week", "month"]), name="report_reader_span_known"),
        ]

    def __str__(self) -> str:
        return f"{self.person_id} {self.span}"
