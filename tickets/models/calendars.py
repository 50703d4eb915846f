"""Days on which offices of a country are closed or open against what is reckoned, and hours that are nobody else's."""

from __future__ import annotations

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.utils.translation import gettext_lazy as _

from liaison.models import Organization, Person, Viewer
from liaison.roles import OFFICE


class DayOffQuerySet(models.QuerySet["DayOff"]):
    """Selections of days."""

    def visible_to(self, viewer: Viewer) -> DayOffQuerySet:
        """To the office, and to nobody else."""
        return self if isinstance(viewer, Person) and viewer.roles & OFFICE else self.none()


class DayOff(models.Model):
    """A day that staff added to a country's holidays (announced the day before, memorial week), or struck out."""

    class Country(models.TextChoices):
        """Where."""

        RWANDA = "RW", _("Rwanda")
        KENYA = "KE", _("Kenya")
        UGANDA = "UG", _("Uganda")

    country = models.CharField(_("country"), max_length=2, choices=Country.choices)
    on = models.DateField(_("day"))
    is_closed = models.BooleanField(_("closed"), default=True)
    reason = models.CharField(_("reason"), max_length=120)
    by = models.ForeignKey(Person, models.PROTECT, null=True, blank=True, related_name="+")
    at = models.DateTimeField()

    objects = DayOffQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["country", "on"], name="day_off_once"),
            models.CheckConstraint(condition=models.Q(country__in=["RW", "KE", "UG"]), name="day_off_country_known"),
            models.CheckConstraint(condition=~models.Q(reason=""), name="day_off_has_reason"),
        ]

    def __str__(self) -> str:
        return f"{self.country} {self.on}"


class OwnHours(models.Model):
    """When an agency or an outside party is open, where that is not when offices of its country are.

    ``days`` has the spans of each weekday from Monday on, several a day, in the wall time of ``zone``, as
    ``tickets.clocks.calendars.spans_of`` reads them; a day without any is closed. It acknowledges what it is handed
    within ``acknowledged_days`` of its own working days and answers within ``answered_days``.
    """

    organization = models.OneToOneField(Organization, models.CASCADE, primary_key=True, related_name="own_hours")
    zone = models.CharField(max_length=40)
    is_always = models.BooleanField(default=False)
    days = ArrayField(models.CharField(max_length=80, blank=True), size=7, default=list)
    acknowledged_days = models.PositiveSmallIntegerField(default=1)
    answered_days = models.PositiveSmallIntegerField(default=3)
    by = models.ForeignKey(Person, models.PROTECT, related_name="+")
    at = models.DateTimeField()

    class Meta:
        constraints = [
            models.CheckConstraint(condition=models.Q(days__len=7), name="own_hours_of_a_week"),
            models.CheckConstraint(
                condition=models.Q(acknowledged_days__gte=1, answered_days__gte=models.F("acknowledged_days")),
                name="own_hours_promise_in_order",
            ),
            models.CheckConstraint(condition=~models.Q(zone=""), name="own_hours_have_a_zone"),
        ]

    def __str__(self) -> str:
        return f"hours of {self.organization_id}"
