"""Events: what sources said of goods, appended only, and which consignments they belong to."""

from __future__ import annotations

from django.contrib.postgres.fields import ArrayField
from django.contrib.postgres.indexes import GinIndex, OpClass
from django.db import models
from django.utils.translation import gettext_lazy as _

from cargo.models.consignments import Consignment, Unit
from corridor.models import Node
from feeds.models import Delivery, Source
from liaison.models import Person, Viewer
from liaison.roles import OFFICE


class EventQuerySet(models.QuerySet["Event"]):
    """Selections of events."""

    def visible_to(self, viewer: Viewer) -> EventQuerySet:
        """Those matched to a consignment that the viewer may see; the office also sees what matches nothing."""
        if isinstance(viewer, Person) and viewer.roles & OFFICE:
            return self
        seen = EventMatch.objects.filter(
            event=models.OuterRef("pk"), consignment__in=Consignment.objects.visible_to(viewer)
        )
        return self.filter(models.Exists(seen))

    def with_consignments_of(self, viewer: Viewer) -> EventQuerySet:
        """With those of the viewer's consignments that they are about, as ``matches``."""
        own = EventMatch.objects.filter(consignment__in=Consignment.objects.visible_to(viewer))
        matches = own.select_related("consignment").order_by("pk")
        return self.prefetch_related(models.Prefetch("matches", matches))

    def unmatched(self) -> EventQuerySet:
        """Those that belong to no consignment yet."""
        return self.filter(is_matched=False)

    def numbered(self, words: str) -> EventQuerySet:
        """Those whose container, bill of lading or reference begins with ``words``, whatever the case and blanks."""
        text = "".join(words.split()).upper()
        return self.filter(
            models.Q(container__startswith=text)
            | models.Q(bill_of_lading__startswith=text)
            | models.Q(reference__istartswith=text)
        )


class Listed(models.Transform):
    """A text parted by blanks as a list; there is an index on it for the seals of events that name several."""

    lookup_name = "listed"
    template = "string_to_array(%(expressions)s, ' ')"
    output_field = ArrayField(models.TextField())


class Event(models.Model):
    """What a source said of a container or a bill of lading; appended once and never changed.

    ``key`` is the source's own key (see ``cargo.entries``), ``series`` what events share of which the latest issue
    corrects the others. ``is_day`` marks an ``occurred_at`` of which only the day is known. ``function`` says whether
    it cancels or replaces the event ``corrects``, or those of the same document. Nothing changes afterwards but
    ``is_matched``, and where the source says the same again in a later issue when that
    was (``restated_at``) and in which document (``restated_in``).
    """

    class Classifier(models.TextChoices):
        """Whether it happened."""

        ACTUAL = "ACT", _("Actual")
        ESTIMATED = "EST", _("Estimated")
        PLANNED = "PLN", _("Planned")

    key = models.UUIDField(unique=True)
    source = models.ForeignKey(Source, models.PROTECT, db_index=False)
    delivery = models.ForeignKey(Delivery, models.PROTECT)
    line = models.PositiveIntegerField(default=0)
    kind = models.CharField(max_length=20)
    classifier = models.CharField(max_length=3, choices=Classifier.choices)
    node = models.ForeignKey(Node, models.PROTECT, null=True, blank=True, db_index=False)
    place = models.CharField(max_length=120, blank=True)
    zone = models.CharField(max_length=40)
    occurred_at = models.DateTimeField()
    is_day = models.BooleanField(default=False)
    issued_at = models.DateTimeField(null=True, blank=True)
    received_at = models.DateTimeField()
    container = models.CharField(max_length=17, blank=True)
    bill_of_lading = models.CharField(max_length=40, blank=True)
    reference = models.CharField(max_length=40, blank=True)
    is_empty = models.BooleanField(null=True, blank=True)
    seals = models.CharField(max_length=120, blank=True)
    seals.register_lookup(Listed)
    plate = models.CharField(max_length=20, blank=True)
    vessel = models.CharField(max_length=60, blank=True)
    voyage = models.CharField(max_length=30, blank=True)
    document = models.CharField(max_length=60, blank=True)
    function = models.CharField(max_length=8, default="original")
    corrects = models.UUIDField(null=True, blank=True)
    words = models.CharField(max_length=300, blank=True)
    remark = models.CharField(max_length=300, blank=True)
    flags = ArrayField(models.CharField(max_length=30), default=list, blank=True)
    size_type = models.CharField(max_length=4, blank=True, default="", db_default="")
    declaration = models.CharField(max_length=40, blank=True, default="", db_default="")
    series = models.UUIDField(null=True, blank=True)
    document_type = models.CharField(max_length=30, blank=True, default="", db_default="")
    is_matched = models.BooleanField(default=False)
    restated_at = models.DateTimeField(null=True, blank=True)
    restated_in = models.CharField(max_length=60, blank=True, default="", db_default="")

    objects = EventQuerySet.as_manager()

    class Meta:
        indexes = [
            models.Index(fields=["container"], condition=~models.Q(container=""), name="event_container"),
            models.Index(fields=["bill_of_lading"], condition=~models.Q(bill_of_lading=""), name="event_bl"),
            models.Index(fields=["reference"], condition=~models.Q(reference=""), name="event_reference"),
            models.Index(fields=["-id"], condition=models.Q(is_matched=False), name="event_unmatched"),
            models.Index(fields=["source", "document"], condition=~models.Q(document=""), name="event_document"),
            models.Index(fields=["corrects"], condition=models.Q(corrects__isnull=False), name="event_corrects"),
            models.Index(fields=["series"], condition=models.Q(series__isnull=False), name="event_series"),
            models.Index(fields=["plate", "occurred_at"], condition=~models.Q(plate=""), name="event_plate"),
            models.Index(
                OpClass("seals", name="text_pattern_ops"),
                "occurred_at",
                condition=~models.Q(seals=""),
                name="event_seals",
            ),
            GinIndex(
                models.Func("seals", models.Value(" "), function="string_to_array"),
                condition=models.Q(seals__contains=" "),
                name="event_seal_list",
            ),
            models.Index(
                fields=["declaration"],
                condition=~models.Q(declaration=""),
                name="event_declaration",
                opclasses=["varchar_pattern_ops"],
            ),
        ]
        constraints = [
            models.CheckConstraint(
                condition=models.Q(classifier__in=["ACT", "EST", "PLN"]), name="event_classifier_known"
            ),
            models.CheckConstraint(
                condition=models.Q(function__in=["original", "replace", "cancel"]), name="event_function_known"
            ),
            models.CheckConstraint(condition=~models.Q(kind=""), name="event_has_kind"),
            models.CheckConstraint(
                condition=~models.Q(container="")
                | ~models.Q(bill_of_lading="")
                | ~models.Q(reference="")
                | ~models.Q(declaration=""),
                name="event_names_goods",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.container or self.bill_of_lading or self.reference}"


class EventMatch(models.Model):
    """That an event belongs to a consignment, and to which of its units where it names one."""

    event = models.ForeignKey(Event, models.CASCADE, related_name="matches", db_index=False)
    consignment = models.ForeignKey(Consignment, models.CASCADE, related_name="matches")
    unit = models.ForeignKey(Unit, models.CASCADE, null=True, blank=True, db_index=False, db_constraint=False)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["event", "consignment"], name="event_match_once")]

    def __str__(self) -> str:
        return f"{self.event_id} in {self.consignment_id}"
