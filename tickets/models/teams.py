"""Teams of the office, to which tickets are given until one of their people takes them."""

from __future__ import annotations

from django.db import models
from django.db.models.functions import Lower
from django.utils.translation import gettext_lazy as _

from liaison.models import Person, Viewer
from liaison.roles import OFFICE


class TeamQuerySet(models.QuerySet["Team"]):
    """Selections of teams."""

    def visible_to(self, viewer: Viewer) -> TeamQuerySet:
        """To the office, and to nobody else."""
        return self if isinstance(viewer, Person) and viewer.roles & OFFICE else self.none()


class Team(models.Model):
    """Some people of the office who do the same work; one may be in several, and in a team there may be nobody."""

    name = models.CharField(_("name"), max_length=60)
    people = models.ManyToManyField(Person, blank=True, related_name="+")

    objects = TeamQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(Lower("name"), name="team_name_once"),
            models.CheckConstraint(condition=~models.Q(name=""), name="team_has_name"),
        ]

    def __str__(self) -> str:
        return self.name
