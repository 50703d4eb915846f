"""What worklists rest on: what each open consignment costs and when it begins to, and the filters that people keep."""

from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _

from cargo.models.consignments import Consignment
from liaison.models import Person, Viewer


class Exposure(models.Model):
    """Reckoned: what an open consignment owes in US dollars at ``reckoned_at``, and from when on it costs.

    ``burns_at`` is the end of the last free day of the clock that binds, as Mombasa counts days; null where none runs
    or it is not known. An amount is null where a part of it is not known.
    """

    consignment = models.OneToOneField(Consignment, models.CASCADE, primary_key=True, related_name="exposure")
    burns_at = models.DateTimeField(null=True, blank=True)
    accrued = models.DecimalField(max_digits=14, decimal_places=2, null=True, blank=True)
    tomorrow = models.DecimalField(max_digits=14, decimal_places=2, null=True, blank=True)
    reckoned_at = models.DateTimeField()

    class Meta:
        indexes = [models.Index(fields=["burns_at"], name="exposure_burns")]
        constraints = [
            models.CheckConstraint(
                condition=models.Q(accrued__isnull=True) | models.Q(accrued__gte=0), name="exposure_never_negative"
            ),
            models.CheckConstraint(
                condition=models.Q(tomorrow__isnull=True) | models.Q(tomorrow__gte=0),
                name="exposure_tomorrow_never_less",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.consignment_id} from {self.burns_at}"


class SavedFilterQuerySet(models.QuerySet["SavedFilter"]):
    """Selections of kept filters."""

    def visible_to(self, viewer: Viewer) -> SavedFilterQuerySet:
        """A person's own."""
        return self.filter(person=viewer) if isinstance(viewer, Person) else self.none()


class SavedFilter(models.Model):
    """A question to the list of consignments that a person asks again: ``query`` is what stands behind its ``?``."""

    person = models.ForeignKey(Person, models.CASCADE, related_name="saved_filters", db_index=False)
    name = models.CharField(_("name"), max_length=40)
    query = models.CharField(max_length=500)
    saved_at = models.DateTimeField()

    objects = SavedFilterQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["person", "name"], name="saved_filter_once"),
            models.CheckConstraint(condition=~models.Q(name=""), name="saved_filter_has_name"),
        ]

    def __str__(self) -> str:
        return self.name
