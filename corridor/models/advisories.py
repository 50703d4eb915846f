"""Notices of the office to the public, by version, and who has subscribed to them from outside."""

from __future__ import annotations

from datetime import datetime

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.utils.translation import gettext_lazy as _

from corridor.models.conditions import Condition
from corridor.models.network import Node
from liaison.models import Person
from liaison.models.people import Viewer
from liaison.roles import OFFICE


class System(models.TextChoices):
    """The systems of authorities on which cargo depends; their names are the same in every language."""

    ICMS = "iCMS", "iCMS (KRA)"
    KWATOS = "KWATOS", "KWATOS (KPA)"
    RESW = "ReSW", "ReSW (RRA)"
    RECTS = "RECTS", "RECTS (KRA, URA, RRA)"
    ECITIZEN = "eCitizen", "eCitizen"


class AdvisoryQuerySet(models.QuerySet["Advisory"]):
    """Selections of notices."""

    def visible_to(self, viewer: Viewer) -> AdvisoryQuerySet:
        """All to the office; to everybody else, also to strangers, those that were published."""
        if isinstance(viewer, Person) and viewer.roles & OFFICE:
            return self
        return self.public()

    def public(self) -> AdvisoryQuerySet:
        """Those that the public was told, also where they were withdrawn since."""
        return self.filter(state__in=Advisory.PUBLIC)

    def newest(self) -> AdvisoryQuerySet:
        """Of each that was published its last published version."""
        return self.public().exclude(successor__state__in=Advisory.PUBLIC)

    def standing(self, at: datetime) -> AdvisoryQuerySet:
        """What holds or is announced at ``at``, the newest first, with its nodes; two queries."""
        open_ended = models.Q(until__isnull=True) | models.Q(until__gt=at)
        found = self.newest().filter(open_ended, state=Advisory.State.PUBLISHED)
        return found.prefetch_related("nodes").order_by("-published_at", "-pk")

    def due(self, at: datetime) -> AdvisoryQuerySet:
        """Those whose time to be published has come."""
        return self.filter(state=Advisory.State.SCHEDULED, due_at__lte=at)


class Advisory(models.Model):
    """One version of a notice. A correction is a new version that names the one before; published words never change.

    No nodes and no systems is the whole corridor. ``since`` and ``until`` are when the matter itself holds, ``due_at``
    when the notice is to be published. Free text is empty where nobody wrote it in that language.
    """

    class Kind(models.TextChoices):
        """What it is about, which gives its words."""

        MAINTENANCE = "maintenance", _("System maintenance")
        BORDER_QUEUE = "border_queue", _("Queue at a border")
        ROAD_CUT = "road_cut", _("Road cut")
        PORT_DELAY = "port_delay", _("Delay in the port")
        NAIVASHA = "naivasha", _("Transfer of cargo to Naivasha")
        CLOSING = "closing", _("Closing")
        GENERAL = "general", _("General notice")

    class State(models.TextChoices):
        """How far it has come."""

        DRAFT = "draft", _("Draft")
        SCHEDULED = "scheduled", _("Scheduled")
        PUBLISHED = "published", _("Published")
        WITHDRAWN = "withdrawn", _("Withdrawn")

    PUBLIC = (State.PUBLISHED, State.WITHDRAWN)

    reference = models.CharField(max_length=20)
    version = models.PositiveSmallIntegerField(default=1)
    former = models.OneToOneField("self", models.PROTECT, null=True, blank=True, related_name="successor")
    kind = models.CharField(max_length=12, choices=Kind.choices)
    severity = models.CharField(max_length=8, choices=Condition.Severity.choices)
    nodes = models.ManyToManyField(Node, blank=True, related_name="+")
    systems = ArrayField(models.CharField(max_length=12), default=list, blank=True)
    since = models.DateTimeField()
    until = models.DateTimeField(null=True, blank=True)
    text_en = models.TextField(blank=True, max_length=2000)
    text_fr = models.TextField(blank=True, max_length=2000)
    text_rw = models.TextField(blank=True, max_length=2000)
    text_sw = models.TextField(blank=True, max_length=2000)
    state = models.CharField(max_length=10, choices=State.choices, default=State.DRAFT)
    written_by = models.ForeignKey(Person, models.PROTECT, related_name="+", db_index=False)
    written_at = models.DateTimeField()
    due_at = models.DateTimeField(null=True, blank=True)
    published_at = models.DateTimeField(null=True, blank=True)
    withdrawn_at = models.DateTimeField(null=True, blank=True)
    reason = models.CharField(max_length=300, blank=True)

    objects = AdvisoryQuerySet.as_manager()

    class Meta:
        indexes = [
            models.Index(fields=["-published_at", "-id"], name="advisory_published"),
            models.Index(fields=["due_at"], condition=models.Q(state="scheduled"), name="advisory_due"),
        ]
        constraints = [
            models.UniqueConstraint(fields=["reference", "version"], name="advisory_version_once"),
            models.CheckConstraint(
                condition=models.Q(version=1, former__isnull=True) | models.Q(version__gt=1, former__isnull=False),
                name="advisory_version_follows",
            ),
            models.CheckConstraint(
                condition=models.Q(state__in=["draft", "scheduled", "published", "withdrawn"]),
                name="advisory_state_known",
            ),
            models.CheckConstraint(
                condition=models.Q(severity__in=["normal", "slow", "severe", "shut"]), name="advisory_severity_known"
            ),
            models.CheckConstraint(
                condition=models.Q(until__isnull=True) | models.Q(until__gt=models.F("since")),
                name="advisory_ends_after_it_began",
            ),
            models.CheckConstraint(
                condition=~models.Q(state="scheduled") | models.Q(due_at__isnull=False),
                name="advisory_scheduled_has_time",
            ),
            models.CheckConstraint(
                condition=models.Q(state__in=["published", "withdrawn"], published_at__isnull=False)
                | models.Q(state__in=["draft", "scheduled"], published_at__isnull=True),
                name="advisory_published_has_time",
            ),
            models.CheckConstraint(
                condition=models.Q(state="withdrawn", withdrawn_at__isnull=False) & ~models.Q(reason="")
                | ~models.Q(state="withdrawn") & models.Q(withdrawn_at__isnull=True),
                name="advisory_withdrawn_says_why",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.reference}/{self.version}"

    @property
    def changed_at(self) -> datetime:
        """When the public was last told something of this version; when it was written where it was told nothing."""
        return self.withdrawn_at or self.published_at or self.written_at


class SubscriptionQuerySet(models.QuerySet["Subscription"]):
    """Selections of subscriptions."""

    def confirmed(self) -> SubscriptionQuerySet:
        """Those whose address has said yes."""
        return self.filter(confirmed_at__isnull=False)


class Subscription(models.Model):
    """An address that wants to be told of the corridor, whoever is behind it; nobody needs an account.

    ``least`` is the least severity that is told of, ``nodes`` the slugs of the places; none is all of them. An address
    counts once it has confirmed; what it asks for anew waits in a row of its own until then. ``code`` is a digest. A
    browser's address is its endpoint at its maker's push service; what is sent there is encrypted with its two keys.
    """

    class Channel(models.TextChoices):
        """By what."""

        EMAIL = "email", _("E-mail")
        SMS = "sms", _("SMS")
        PUSH = "push", _("Browser")

    channel = models.CharField(max_length=8, choices=Channel.choices)
    address = models.CharField(max_length=1000)
    p256dh = models.CharField(max_length=87, blank=True, db_default="")
    auth = models.CharField(max_length=22, blank=True, db_default="")
    language = models.CharField(max_length=2, default="en")
    nodes = ArrayField(models.CharField(max_length=40), default=list, blank=True)
    least = models.CharField(max_length=8, choices=Condition.Severity.choices, default="normal")
    asked_at = models.DateTimeField()
    confirmed_at = models.DateTimeField(null=True, blank=True)
    code = models.CharField(max_length=64, blank=True)
    tries = models.PositiveSmallIntegerField(default=0)

    objects = SubscriptionQuerySet.as_manager()

    class Meta:
        indexes = [
            models.Index(
                fields=["asked_at"], condition=models.Q(confirmed_at__isnull=True), name="subscription_waiting"
            )
        ]
        constraints = [
            models.UniqueConstraint(
                fields=["channel", "address"],
                condition=models.Q(confirmed_at__isnull=False),
                name="subscription_once",
            ),
            models.UniqueConstraint(
                fields=["channel", "address"],
                condition=models.Q(confirmed_at__isnull=True),
                name="subscription_waits_once",
            ),
            models.CheckConstraint(
                condition=models.Q(channel="email", address__contains="@")
                | models.Q(channel="sms", address__regex=r"^\+[0-9]{7,15}$")
                | models.Q(channel="push", address__regex=r"^https://[!-~]+$"),
                name="subscription_address_fits",
            ),
            models.CheckConstraint(
                condition=models.Q(
                    channel="push", p256dh__regex=r"^[A-Za-z0-9_-]{87}$", auth__regex=r"^[A-Za-z0-9_-]{22}$"
                )
                | ~models.Q(channel="push") & models.Q(p256dh="", auth=""),
                name="subscription_browser_has_keys",
            ),
            # Its own yes is the browser's, which is asked before it gives its keys.
            models.CheckConstraint(
                condition=~models.Q(channel="push") | models.Q(confirmed_at__isnull=False),
                name="subscription_browser_never_waits",
            ),
            models.CheckConstraint(
                condition=models.Q(language__in=["en", "fr", "rw", "sw"]), name="subscription_language_known"
            ),
            models.CheckConstraint(
                condition=models.Q(least__in=["normal", "slow", "severe", "shut"]), name="subscription_least_known"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.channel} {self.pk}"
