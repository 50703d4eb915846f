"""What worklists rest on: what each consignment costs and from when on, alarms, and filters that people keep."""

from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _

from cargo.models.consignments import Consignment
from feeds.models import Source
from liaison.models import Person, Viewer
from liaison.roles import OFFICE


class Exposure(models.Model):
    """Reckoned: what a consignment on which a clock may run owes at ``reckoned_at``, and from when on it costs.

    Amounts are in US dollars, ``tomorrow`` is what tomorrow adds.
    ``burns_at`` is the end of the last free day of the clock that binds, as its place counts days; null where none runs
    or it is not known. An amount is null where a part of it is not known. ``expected`` is what will have been owed in
    the end by the forecast, ``clock`` the clock that is likeliest to be missed of those that cost nothing yet, and
    ``miss_chance`` how likely that is; empty where nothing is foretold.
    """

    consignment = models.OneToOneField(Consignment, models.CASCADE, primary_key=True, related_name="exposure")
    burns_at = models.DateTimeField(null=True, blank=True)
    accrued = models.DecimalField(max_digits=14, decimal_places=2, null=True, blank=True)
    tomorrow = models.DecimalField(max_digits=14, decimal_places=2, null=True, blank=True)
    expected = models.DecimalField(max_digits=14, decimal_places=2, null=True, blank=True)
    clock = models.CharField(max_length=20, blank=True, default="", db_default="")
    miss_chance = models.FloatField(null=True, blank=True)
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
            models.CheckConstraint(
                condition=models.Q(clock="", miss_chance__isnull=True)
                | models.Q(~models.Q(clock=""), miss_chance__isnull=False, miss_chance__range=(0, 1)),
                name="exposure_chance_of_a_clock",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.consignment_id} from {self.burns_at}"


class AlarmQuerySet(models.QuerySet["Alarm"]):
    """Selections of alarms."""

    def visible_to(self, viewer: Viewer) -> AlarmQuerySet:
        """Those of consignments of which the viewer may see the charges: an alarm says something of them."""
        if isinstance(viewer, Person) and viewer.roles & OFFICE:
            return self
        return self.filter(consignment__in=Consignment.objects.money_visible_to(viewer))

    def standing(self) -> AlarmQuerySet:
        """Those that have not ended."""
        return self.filter(ended_at__isnull=True)


class Alarm(models.Model):
    """That a consignment is among the few that most is to be lost on; see ``cargo.alarms``. Said, and never derived.

    ``chance`` is how likely what it is ``about`` comes true, ``loss`` what it is expected to cost yet in US dollars (0
    where that is not known). ``stood_on`` is the last day of Kigali on which it stood.
    """

    class About(models.TextChoices):
        """What threatens."""

        CLOCK = "clock", _("a clock will begin to cost")
        STALL = "stall", _("it will come to a stop")

    consignment = models.OneToOneField(Consignment, models.CASCADE, primary_key=True, related_name="alarm")
    about = models.CharField(max_length=5, choices=About.choices)
    clock = models.CharField(max_length=20, blank=True)
    chance = models.FloatField()
    loss = models.PositiveIntegerField()
    raised_at = models.DateTimeField()
    stood_on = models.DateField()
    ended_at = models.DateTimeField(null=True, blank=True)

    objects = AlarmQuerySet.as_manager()

    class Meta:
        indexes = [models.Index(fields=["-loss"], condition=models.Q(ended_at__isnull=True), name="alarm_standing")]
        constraints = [
            models.CheckConstraint(condition=models.Q(chance__range=(0, 1)), name="alarm_chance_is_one"),
            models.CheckConstraint(
                condition=models.Q(~models.Q(clock=""), about="clock") | models.Q(about="stall", clock=""),
                name="alarm_is_about_a_clock_or_a_stall",
            ),
            models.CheckConstraint(
                condition=models.Q(ended_at__isnull=True) | models.Q(ended_at__gte=models.F("raised_at")),
                name="alarm_ends_after_it_began",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.consignment_id}: {self.about}"


class SilenceQuerySet(models.QuerySet["Silence"]):
    """Selections of silences."""

    def visible_to(self, viewer: Viewer) -> SilenceQuerySet:
        """Those of the consignments that the viewer may see."""
        return self.filter(consignment__in=Consignment.objects.visible_to(viewer))


class Silence(models.Model):
    """That who would tell of a consignment is silent: a source, or a tracker that it carries; see ``cargo.silences``.

    ``awaits`` is the step that would be told of, ``heard_at`` when the source or the tracker was heard last (null where
    it never was), ``since`` when that was seen. There is no row once it speaks again.
    """

    consignment = models.OneToOneField(Consignment, models.CASCADE, primary_key=True, related_name="silence")
    source = models.ForeignKey(Source, models.CASCADE, related_name="+", db_index=False)
    tracker = models.CharField(max_length=60, blank=True)
    awaits = models.CharField(max_length=20, blank=True)
    heard_at = models.DateTimeField(null=True, blank=True)
    since = models.DateTimeField()

    objects = SilenceQuerySet.as_manager()

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=~models.Q(awaits="") | ~models.Q(tracker=""), name="silence_is_of_a_step_or_a_tracker"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.consignment_id}: {self.tracker or self.source_id}"


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
