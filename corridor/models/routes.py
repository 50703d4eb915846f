"""Routes: ways through the whole corridor, from the sea to Kigali, as a chain of legs."""

from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _

from corridor.models.network import Leg


class Route(models.Model):
    """A way from a port to Kigali; ``name`` holds names of places alone.

    ``whole`` is a leg for which sources give the length of the whole way, beside what its stages sum up to.
    """

    class Corridor(models.TextChoices):
        """Which corridor it belongs to."""

        NORTHERN = "northern", _("Northern Corridor")
        CENTRAL = "central", _("Central Corridor")

    slug = models.SlugField(max_length=60, unique=True)
    name = models.CharField(max_length=160)
    corridor = models.CharField(max_length=10, choices=Corridor.choices)
    whole = models.ForeignKey(Leg, models.PROTECT, null=True, blank=True, related_name="+")

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=models.Q(corridor__in=["northern", "central"]), name="route_corridor_known"
            ),
            models.CheckConstraint(condition=~models.Q(name=""), name="route_has_name"),
        ]

    def __str__(self) -> str:
        return self.name


class Stage(models.Model):
    """One leg of a route, by its number from the sea."""

    route = models.ForeignKey(Route, models.CASCADE, related_name="stages", db_index=False)
    number = models.PositiveSmallIntegerField()
    leg = models.ForeignKey(Leg, models.PROTECT, related_name="stages")

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["route", "number"], name="stage_number_once"),
            models.UniqueConstraint(fields=["route", "leg"], name="stage_leg_once"),
            models.CheckConstraint(condition=models.Q(number__gte=1), name="stage_from_one"),
        ]

    def __str__(self) -> str:
        return f"{self.route_id}, stage {self.number}"

    @property
    def plain(self) -> tuple[int, int, int]:
        """What it says."""
        return self.route_id, self.number, self.leg_id
