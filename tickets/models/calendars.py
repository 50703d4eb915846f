"""Days on which offices of a country are closed or open against what is reckoned."""

from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _

from liaison.models import Person, Viewer
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
