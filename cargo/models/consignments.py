"""Consignments and their units, and nominations, by which others may see and act for them."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from datetime import datetime
from functools import reduce
from operator import or_
from typing import Any, Protocol

from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from cargo.models.derived import Status
from cargo.models.naming import NUMBERS, box_of, named_by
from cargo.models.nominated import KIGALI, given_to
from liaison.models import Organization, Person, Viewer
from liaison.roles import OFFICE, TRADE, TRADE_WRITE

_EMPTY: dict[str, Any] = {"blank": True, "default": "", "db_default": ""}


class Owned(Protocol):
    """A consignment, or a row of its columns: which, and whose."""

    @property
    def pk(self) -> int:
        """Its id."""

    @property
    def consignee_id(self) -> int:
        """Its consignee's id."""


class ConsignmentQuerySet(models.QuerySet["Consignment"]):
    """Selections of consignments."""

    def visible_to(self, viewer: Viewer) -> ConsignmentQuerySet:
        """All to the office; to a trader her organisation's own and those that it is nominated for; else none."""
        return self._within(viewer, TRADE)

    def standing_for(self, viewer: Viewer) -> ConsignmentQuerySet:
        """As ``visible_to``, for lists of what moved last: whose they are is asked of the status, as is the order."""
        # Every consignment has a status: said so, the database may begin with what moved last.
        return self._within(viewer, TRADE, consignee="status__consignee").filter(status__isnull=False)

    def actionable_by(self, viewer: Viewer) -> ConsignmentQuerySet:
        """Those that the viewer may act on: not as a read-only member, nor under a nomination only to see."""
        return self.whole()._within(viewer, TRADE_WRITE, may_act=True)

    def money_visible_to(self, viewer: Viewer) -> ConsignmentQuerySet:
        """Those of which the viewer may see the charges."""
        return self._within(viewer, TRADE, may_see_money=True)

    def money_visible_among(self, viewer: Viewer, consignments: Iterable[Owned]) -> set[int]:
        """The ids of those at hand of which the viewer may see the charges: as ``money_visible_to``, by one query less.

        No query for the office, nor where all are her organisation's own.
        """
        if not isinstance(viewer, Person):
            return set()
        asked = {consignment.pk: consignment.consignee_id for consignment in consignments}
        if viewer.roles & OFFICE:
            return set(asked)
        mine = viewer.organization_ids(*TRADE)
        seen = {pk for pk, consignee in asked.items() if consignee in mine}
        if mine and len(seen) < len(asked):
            principals, single = given_to(mine, may_see_money=True)
            seen |= {pk for pk, consignee in asked.items() if consignee in principals or pk in single}
        return seen

    def _within(
        self, viewer: Viewer, roles: Collection[str], *, consignee: str = "consignee", **scope: bool
    ) -> ConsignmentQuerySet:
        if not isinstance(viewer, Person):
            return self.none()
        if viewer.roles & OFFICE:
            return self
        return self.handled_by(viewer.organization_ids(*roles), consignee=consignee, **scope)

    def whole(self) -> ConsignmentQuerySet:
        """All but those that were merged into another, which is what is shown in their place."""
        return self.filter(merged_into__isnull=True)

    def with_into(self) -> ConsignmentQuerySet:
        """With ``into``, the reference of what each was merged into: joined, it would be planned ten times as long."""
        into = Consignment.objects.filter(pk=models.OuterRef("merged_into")).values("ref")
        return self.annotate(into=models.Subquery(into))

    def open(self) -> ConsignmentQuerySet:
        """Those that have not been delivered yet."""
        return self.filter(status__state__in=[state for state in Status.State.values if state not in Status.DONE])

    def without_empty(self) -> ConsignmentQuerySet:
        """Those that have been delivered while the empty container is still out."""
        return self.filter(status__state=Status.State.DELIVERED, status__next_step="empty_returned")

    def costing(self) -> ConsignmentQuerySet:
        """Those on which a clock may run: what is open, and what was delivered, not put away, and its empty is out."""
        return self.open() | self.without_empty().filter(archived_at__isnull=True)

    def handled_by(
        self, organizations: Collection[int], *, consignee: str = "consignee", **scope: bool
    ) -> ConsignmentQuerySet:
        """Those whose consignee is one of the organisations, or for which one is nominated now with this ``scope``."""
        if not organizations:
            return self.none()
        # Nominations are few: asked first, they leave the database one condition that its statistics know.
        principals, single = given_to(organizations, **scope)
        theirs = models.Q(**{f"{consignee}__in": sorted({*organizations, *principals})})
        return self.filter(theirs | models.Q(pk__in=sorted(single)) if single else theirs)

    def search(self, words: str) -> ConsignmentQuerySet:
        """Those of which a number begins with ``words``, whatever the case and blanks; of a truck its whole plate.

        Numbers are the reference, the consignee's own, the bill of lading, declarations, containers, chassis numbers
        and seals; those of seals, trucks and declarations also where events alone name them. A beginning that very many
        have finds them by the numbers that they were registered with. What was merged is found as what it was merged
        into.
        """
        text = "".join(words.split()).upper()
        if not text:
            return self.whole()
        found, is_all = named_by(text)
        few = models.Q(pk__any=sorted(found))
        if is_all:
            # None of these is a merged one: asking for that would read each of a truck's hundreds.
            return self.filter(few)
        # Every so many rows of any list are among them: the list is walked until its page is full.
        own = [models.Q(**{f"{name}__startswith": text, f"{name}__gt": ""}) for name in ("ref", *NUMBERS)]
        boxes = Unit.objects.filter(container__startswith=box_of(text), consignment=models.OuterRef("pk"))
        return self.whole().filter(reduce(or_, own, few | models.Exists(boxes)))


class Consignment(models.Model):
    """Goods under one bill of lading for one consignee. Its numbers are what events are matched by.

    An export's consignee is the firm in Rwanda that sends the goods. What is empty is unknown. One that was
    ``merged_into`` another keeps its number alone: its cargo, events and papers are the other's (``cargo.merging``).
    """

    class Direction(models.TextChoices):
        """Which way the goods go."""

        IMPORT = "import", _("Import: Mombasa to Kigali")
        EXPORT = "export", _("Export: Kigali to Mombasa")

    class TradeRegime(models.TextChoices):
        """The preference that is claimed for the goods' origin."""

        EAC = "eac", "EAC"
        COMESA = "comesa", "COMESA"
        AFCFTA = "afcfta", "AfCFTA"
        NONE = "none", _("No preference")

    class CargoKind(models.TextChoices):
        """How the goods travel."""

        CONTAINER = "container", _("Containers")
        RORO = "roro", _("Vehicles (ro-ro)")
        BREAK_BULK = "break_bulk", _("Break bulk")
        DRY_BULK = "dry_bulk", _("Dry bulk")
        LIQUID_BULK = "liquid_bulk", _("Liquid bulk")

    ref = models.CharField(max_length=20, unique=True)
    consignee = models.ForeignKey(Organization, models.PROTECT, related_name="consignments")
    bill_of_lading = models.CharField(_("bill of lading"), max_length=40, blank=True)
    cargo_kind = models.CharField(_("cargo kind"), max_length=12, choices=CargoKind.choices, default="container")
    goods = models.CharField(_("goods"), max_length=200, blank=True)
    hs_code = models.CharField(_("HS code"), max_length=10, blank=True)
    weight_t = models.DecimalField(_("weight in tonnes"), max_digits=12, decimal_places=3, null=True, blank=True)
    own_reference = models.CharField(_("your own reference"), max_length=40, **_EMPTY)
    rw_declaration = models.CharField(_("Rwandan declaration"), max_length=40, **_EMPTY)
    kra_entry = models.CharField(_("KRA entry"), max_length=40, **_EMPTY)
    direction = models.CharField(
        _("direction"), max_length=6, choices=Direction.choices, default=Direction.IMPORT, db_default=Direction.IMPORT
    )
    origin_country = models.CharField(_("country of origin"), max_length=2, **_EMPTY)
    trade_regime = models.CharField(_("preference claimed"), max_length=6, choices=TradeRegime.choices, **_EMPTY)
    origin_certificate = models.CharField(_("certificate of origin"), max_length=40, **_EMPTY)
    packages = models.PositiveIntegerField(_("packages"), null=True, blank=True)
    vessel = models.CharField(_("vessel"), max_length=60, blank=True)
    voyage = models.CharField(_("voyage"), max_length=30, blank=True)
    registered_at = models.DateTimeField()
    registered_by = models.ForeignKey(Person, models.PROTECT, null=True, blank=True)
    # Which filled-in form it came of: sent twice, it still makes one.
    form_key = models.UUIDField(null=True, blank=True)
    # Put away once all is done, out of the lists of every day; see cargo.archive.
    archived_at = models.DateTimeField(null=True, blank=True)
    merged_into = models.ForeignKey(
        "self", models.PROTECT, null=True, blank=True, related_name="merged", db_index=False
    )
    merged_at = models.DateTimeField(null=True, blank=True)

    objects = ConsignmentQuerySet.as_manager()

    class Meta:
        indexes = [
            models.Index(fields=["bill_of_lading"], name="consignment_bl", opclasses=["varchar_pattern_ops"]),
            models.Index(fields=["voyage"], condition=~models.Q(voyage=""), name="consignment_voyage"),
            # So that "not an export" is asked of the few that are.
            models.Index(fields=["id"], condition=models.Q(direction="export"), name="consignment_export"),
            models.Index(
                fields=["merged_into"], condition=models.Q(merged_into__isnull=False), name="consignment_merged"
            ),
            *(
                models.Index(
                    fields=[name],
                    condition=~models.Q(**{name: ""}),
                    name=f"consignment_{name}",
                    opclasses=["varchar_pattern_ops"],
                )
                for name in NUMBERS[1:]
            ),
        ]
        constraints = [
            # What the status's consignee refers to.
            models.UniqueConstraint(fields=["id", "consignee"], name="consignment_and_consignee"),
            models.UniqueConstraint(
                fields=["registered_by", "form_key"],
                condition=models.Q(form_key__isnull=False),
                name="consignment_form_once",
            ),
            models.CheckConstraint(
                condition=models.Q(direction__in=["import", "export"]), name="consignment_direction_known"
            ),
            models.CheckConstraint(
                condition=models.Q(origin_country="") | models.Q(origin_country__regex="^[A-Z]{2}$"),
                name="consignment_origin_two_letters",
            ),
            models.CheckConstraint(
                condition=models.Q(trade_regime__in=["", "eac", "comesa", "afcfta", "none"]),
                name="consignment_regime_known",
            ),
            models.CheckConstraint(
                condition=models.Q(origin_certificate="") | models.Q(trade_regime__in=["eac", "comesa", "afcfta"]),
                name="consignment_certificate_of_a_regime",
            ),
            models.CheckConstraint(
                condition=models.Q(packages__isnull=True) | models.Q(packages__gt=0),
                name="consignment_packages_positive",
            ),
            models.CheckConstraint(
                condition=models.Q(weight_t__isnull=True) | models.Q(weight_t__gt=0), name="consignment_weight_positive"
            ),
            models.CheckConstraint(
                condition=models.Q(hs_code="") | models.Q(hs_code__regex="^[0-9]{4,10}$"), name="consignment_hs_digits"
            ),
            models.CheckConstraint(
                condition=models.Q(cargo_kind__in=["container", "roro", "break_bulk", "dry_bulk", "liquid_bulk"]),
                name="consignment_cargo_kind_known",
            ),
            models.CheckConstraint(condition=~models.Q(ref=""), name="consignment_has_ref"),
            models.CheckConstraint(
                condition=models.Q(merged_into__isnull=True, merged_at__isnull=True)
                | models.Q(merged_into__isnull=False, merged_at__isnull=False) & ~models.Q(merged_into=models.F("pk")),
                name="consignment_merged_into_another",
            ),
        ]

    def __str__(self) -> str:
        return self.ref


class NominationQuerySet(models.QuerySet["Nomination"]):
    """Selections of nominations."""

    def visible_to(self, viewer: Viewer) -> NominationQuerySet:
        """All to the office; to a trader those that her organisation has given or been given."""
        if not isinstance(viewer, Person):
            return self.none()
        if viewer.roles & OFFICE:
            return self
        mine = viewer.organization_ids(*TRADE)
        return self.filter(models.Q(principal__in=mine) | models.Q(nominee__in=mine))

    def of(self, consignment: Consignment) -> NominationQuerySet:
        """Those that hold for a consignment: given for it alone, or for all of its consignee's."""
        for_all = models.Q(consignment__isnull=True, principal=consignment.consignee_id)
        return self.filter(models.Q(consignment=consignment) | for_all)

    def in_force(self, at: datetime) -> NominationQuerySet:
        """Those that were accepted, not withdrawn, and whose days hold ``at``, as Kigali counts days."""
        day = timezone.localdate(at, KIGALI)
        return self.filter(
            models.Q(ends_on__isnull=True) | models.Q(ends_on__gte=day),
            accepted_at__isnull=False,
            ended_at__isnull=True,
            starts_on__lte=day,
        )

    def lapsed(self, at: datetime) -> NominationQuerySet:
        """Those not ended yet whose last day has passed ``at``, as Kigali counts days."""
        return self.filter(ends_on__lt=timezone.localdate(at, KIGALI), ended_at__isnull=True)


class Nomination(models.Model):
    """A principal's word that another organisation works for it: on one consignment, or (without one) on all of its.

    The nominee sees the cargo once it has accepted, from ``starts_on`` to ``ends_on`` (the last day, open when
    empty), and may act and see money only where this says so. ``ended_at`` is when it was declined or withdrawn,
    or soon after its last day had passed.
    """

    class Task(models.TextChoices):
        """What the nominee does for the principal."""

        AGENT = "agent", _("Clearing agent")
        TRANSPORTER = "transporter", _("Transporter")

    principal = models.ForeignKey(Organization, models.PROTECT, related_name="nominations_given")
    nominee = models.ForeignKey(Organization, models.PROTECT, related_name="nominations_held")
    task = models.CharField(_("task"), max_length=12, choices=Task.choices)
    consignment = models.ForeignKey(
        Consignment, models.CASCADE, null=True, blank=True, related_name="nominations", db_index=False
    )
    may_act = models.BooleanField(_("may act"), default=False)
    may_see_money = models.BooleanField(_("may see money"), default=False)
    starts_on = models.DateField(_("first day"))
    ends_on = models.DateField(_("last day"), null=True, blank=True)
    nominated_by = models.ForeignKey(Person, models.PROTECT, null=True, blank=True, related_name="+")
    nominated_at = models.DateTimeField()
    accepted_at = models.DateTimeField(null=True, blank=True)
    ended_at = models.DateTimeField(null=True, blank=True)

    objects = NominationQuerySet.as_manager()

    class Meta:
        indexes = [
            models.Index(fields=["consignment"], name="nomination_consignment"),
            models.Index(
                fields=["nominee", "principal"], condition=models.Q(ended_at__isnull=True), name="nomination_open"
            ),
        ]
        constraints = [
            models.UniqueConstraint(
                fields=["principal", "nominee", "task", "consignment"],
                condition=models.Q(ended_at__isnull=True),
                nulls_distinct=False,
                name="nomination_once",
            ),
            models.CheckConstraint(condition=~models.Q(principal=models.F("nominee")), name="nomination_of_another"),
            models.CheckConstraint(
                condition=models.Q(ends_on__isnull=True) | models.Q(ends_on__gte=models.F("starts_on")),
                name="nomination_days_in_order",
            ),
            models.CheckConstraint(condition=models.Q(task__in=["agent", "transporter"]), name="nomination_task_known"),
        ]

    def __str__(self) -> str:
        return f"{self.task} {self.nominee_id} of {self.principal_id}"


class Unit(models.Model):
    """A container of a consignment. ``tracked_from`` and ``tracked_until`` part the trips of a box used again."""

    consignment = models.ForeignKey(Consignment, models.CASCADE, related_name="units")
    container = models.CharField(_("container"), max_length=17)
    size_type = models.CharField(max_length=4, blank=True)
    tracked_from = models.DateTimeField(null=True, blank=True)
    tracked_until = models.DateTimeField(null=True, blank=True)

    class Meta:
        indexes = [
            models.Index(fields=["container"], name="unit_container", opclasses=["varchar_pattern_ops"]),
        ]
        constraints = [
            models.UniqueConstraint(fields=["consignment", "container"], name="unit_once"),
            models.CheckConstraint(
                condition=models.Q(container__regex="^[A-Z0-9]{4,17}$"), name="unit_container_compact"
            ),
            models.CheckConstraint(
                condition=models.Q(tracked_until__isnull=True)
                | models.Q(tracked_from__isnull=True)
                | models.Q(tracked_until__gte=models.F("tracked_from")),
                name="unit_tracked_in_order",
            ),
        ]

    def __str__(self) -> str:
        return self.container


class Removal(models.Model):
    """A container that was taken out of a consignment: of which no event is the consignment's any more, and why.

    ``back_at`` is when it was added again. Rows are history and are never deleted.
    """

    consignment = models.ForeignKey(Consignment, models.CASCADE, related_name="removals", db_index=False)
    container = models.CharField(max_length=17)
    reason = models.CharField(_("why"), max_length=300)
    by = models.ForeignKey(Person, models.SET_NULL, null=True, blank=True, related_name="+", db_index=False)
    at = models.DateTimeField()
    back_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["consignment", "container"], condition=models.Q(back_at__isnull=True), name="removal_once"
            ),
            models.CheckConstraint(condition=~models.Q(reason=""), name="removal_has_reason"),
            models.CheckConstraint(
                condition=models.Q(back_at__isnull=True) | models.Q(back_at__gte=models.F("at")),
                name="removal_before_it_came_back",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.container} of {self.consignment_id}"
