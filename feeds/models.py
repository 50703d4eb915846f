"""Sources, their raw deliveries, and what of a delivery could not be read."""

from __future__ import annotations

from datetime import datetime

from django.db import models
from django.db.models.functions import Now
from django.utils.translation import gettext_lazy as _

from feeds.credentials import shown_address
from feeds.reasons import explain
from liaison.models import Person
from liaison.models.people import Viewer
from liaison.roles import OFFICE

FORMATS = "dcsa codeco coarri iftsta coprar gps eseal ais schedule status csv_events".split()


def _is_office(viewer: Viewer) -> bool:
    return isinstance(viewer, Person) and bool(viewer.roles & OFFICE)


class SourceQuerySet(models.QuerySet["Source"]):
    """Selections of sources."""

    def visible_to(self, viewer: Viewer) -> SourceQuerySet:
        """All of them to the office, none to anybody else."""
        return self if _is_office(viewer) else self.none()

    def due(self, at: datetime) -> SourceQuerySet:
        """The sources to be pulled at ``at``: at work, with a way of fetching, due, and with a closed circuit."""
        return self.filter(
            models.Q(opened_until__isnull=True) | models.Q(opened_until__lte=at),
            is_active=True,
            paused_at__isnull=True,
            due_at__lte=at,
        ).exclude(fetch="")

    def silent(self) -> SourceQuerySet:
        """Those whose silence has raised an alarm that still holds, the longest first."""
        return self.filter(silent_at__isnull=False, is_active=True, paused_at__isnull=True).order_by(
            "silent_at", "slug"
        )


class Source(models.Model):
    """Somebody who sends us data: its format, how it comes, and how its pulling stands."""

    class Fetch(models.TextChoices):
        """How deliveries come; a source may always push, and staff may always upload."""

        PUSH = "", _("Pushed or uploaded")
        HTTP = "http", _("Fetched over HTTP")
        FOLDER = "folder", _("Taken from a folder")
        SFTP = "sftp", _("Taken over SFTP or FTP")
        MAILBOX = "mailbox", _("Taken from a mailbox")

    slug = models.SlugField(max_length=40, unique=True)
    name = models.CharField(_("name"), max_length=120)
    format = models.CharField(_("format"), max_length=20, choices=[(name, name) for name in FORMATS])
    fetch = models.CharField(max_length=10, choices=Fetch.choices, blank=True, default="")
    url = models.CharField(max_length=500, blank=True)
    every_s = models.PositiveIntegerField(default=60)
    settings = models.JSONField[dict[str, str], dict[str, str]](default=dict, blank=True)
    token_digest = models.CharField(max_length=64, blank=True)
    # The push token and what else must be known again to sign in or to check a signature; see liaison.sealing.
    sealed = models.TextField(blank=True)
    # The longest that the source may stay silent, where it promised one.
    promise_s = models.PositiveIntegerField(null=True, blank=True)
    rank = models.PositiveSmallIntegerField(default=100)
    is_active = models.BooleanField(default=True)
    # A paused source is not pulled; what it pushes and what staff upload is taken in and read as ever.
    paused_at = models.DateTimeField(null=True, blank=True)
    pause_reason = models.CharField(max_length=200, blank=True)
    # When its silence raised an alarm; empty again as soon as it has spoken.
    silent_at = models.DateTimeField(null=True, blank=True)

    due_at = models.DateTimeField(db_default=Now())
    # That a task was sent for it which has not begun: of several that the queue held up, the first one pulls.
    is_claimed = models.BooleanField(default=False, db_default=False)
    etag = models.CharField(max_length=200, blank=True)
    last_modified = models.CharField(max_length=60, blank=True)
    cursor = models.CharField(max_length=1000, blank=True)
    failures = models.PositiveIntegerField(default=0)
    opened_until = models.DateTimeField(null=True, blank=True)
    last_tried_at = models.DateTimeField(null=True, blank=True)
    last_success_at = models.DateTimeField(null=True, blank=True)
    last_error = models.CharField(max_length=300, blank=True)

    objects = SourceQuerySet.as_manager()

    class Meta:
        indexes = [
            models.Index(fields=["due_at"], condition=models.Q(is_active=True) & ~models.Q(fetch=""), name="source_due")
        ]
        constraints = [
            models.CheckConstraint(
                condition=models.Q(every_s__gt=0),
                name="source_every_positive",
                violation_error_message=_("The time between two pulls is at least one second."),
            ),
            models.CheckConstraint(
                condition=models.Q(fetch="") | ~models.Q(url=""),
                name="source_fetch_has_url",
                violation_error_message=_("A source that is fetched needs the address to fetch from."),
            ),
            models.CheckConstraint(
                condition=models.Q(fetch__in=["", "http", "folder", "sftp", "mailbox"]), name="source_fetch_known"
            ),
            models.CheckConstraint(condition=models.Q(format__in=FORMATS), name="source_format_known"),
            models.CheckConstraint(
                condition=models.Q(paused_at__isnull=True) | ~models.Q(pause_reason=""), name="source_pause_has_reason"
            ),
        ]

    def __str__(self) -> str:
        return self.name

    @property
    def shown_url(self) -> str:
        """Where it is fetched from, without the secrets that may stand in an address."""
        return shown_address(self.url)

    def setting(self, name: str, default: str = "") -> str:
        """One of the source's settings as text."""
        return str(self.settings.get(name, default))

    def number(self, name: str, default: int) -> int:
        """One of the source's settings as a whole number above zero; ``default`` where it is none."""
        said = self.setting(name)
        return int(said) if said.isdecimal() and int(said) else default


class CodeMapping(models.Model):
    """What one code of a source means: a kind of ours, or nothing that we follow where ``kind`` is empty."""

    source = models.ForeignKey(Source, models.CASCADE, related_name="mappings")
    code = models.CharField(max_length=60)
    kind = models.CharField(max_length=20, blank=True)
    note = models.CharField(max_length=200, blank=True)
    by = models.ForeignKey(Person, models.SET_NULL, null=True, blank=True, related_name="+")
    changed_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["source", "code"], name="code_mapping_once"),
            models.CheckConstraint(condition=~models.Q(code=""), name="code_mapping_has_code"),
        ]

    def __str__(self) -> str:
        return f"{self.code} = {self.kind}"


class SourceDay(models.Model):
    """What came from a source on one day of Kigali: counted anew whenever a delivery of that day comes or is read."""

    source = models.ForeignKey(Source, models.CASCADE, related_name="days", db_index=False)
    day = models.DateField()
    deliveries = models.PositiveIntegerField(default=0)
    failed = models.PositiveIntegerField(default=0)
    facts = models.PositiveBigIntegerField(default=0)
    events = models.PositiveBigIntegerField(default=0)
    unmatched = models.PositiveBigIntegerField(default=0)
    quarantined = models.PositiveBigIntegerField(default=0)
    bytes = models.PositiveBigIntegerField(default=0)
    counted_at = models.DateTimeField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["source", "day"], name="source_day_once")]

    def __str__(self) -> str:
        return f"{self.source_id} on {self.day}"


class SourceShare(models.Model):
    """A figure on a source that an app above has counted: so many of its so many (see ``feeds.figures``)."""

    source = models.ForeignKey(Source, models.CASCADE, related_name="shares", db_index=False)
    name = models.CharField(max_length=30)
    part = models.PositiveBigIntegerField()
    whole = models.PositiveBigIntegerField()
    counted_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["source", "name"], name="source_share_once"),
            models.CheckConstraint(condition=models.Q(part__lte=models.F("whole")), name="source_share_within_whole"),
        ]

    def __str__(self) -> str:
        return f"{self.name} of {self.source_id}: {self.part}/{self.whole}"


class ReplayQuerySet(models.QuerySet["Replay"]):
    """Selections of replays."""

    def visible_to(self, viewer: Viewer) -> ReplayQuerySet:
        """All of them to the office, none to anybody else."""
        return self if _is_office(viewer) else self.none()


class Replay(models.Model):
    """That somebody had quarantined deliveries read again: those of ``source``, else some that were chosen.

    ``code`` narrows them to one reason, ``detail`` to one code of the sender's. ``deliveries`` counts those that were
    put back so far, with the events and open parts that they had before. ``ended_at`` is when all had been put back;
    what became of them stands with the deliveries.
    """

    source = models.ForeignKey(Source, models.CASCADE, null=True, blank=True, db_index=False)
    code = models.CharField(max_length=40, blank=True)
    detail = models.CharField(max_length=60, blank=True)
    by = models.ForeignKey(Person, models.SET_NULL, null=True, blank=True, related_name="+", db_index=False)
    started_at = models.DateTimeField()
    ended_at = models.DateTimeField(null=True, blank=True)
    deliveries = models.PositiveIntegerField(default=0)
    events_before = models.PositiveBigIntegerField(default=0)
    parts_before = models.PositiveBigIntegerField(default=0)

    objects = ReplayQuerySet.as_manager()

    class Meta:
        indexes = [models.Index(fields=["id"], condition=models.Q(ended_at__isnull=True), name="replay_unfinished")]

    def __str__(self) -> str:
        return f"replay {self.pk} of {self.deliveries}"


class DeliveryQuerySet(models.QuerySet["Delivery"]):
    """Selections of deliveries."""

    def visible_to(self, viewer: Viewer) -> DeliveryQuerySet:
        """All of them to the office, none to anybody else."""
        return self if _is_office(viewer) else self.none()

    def waiting(self, at: datetime) -> DeliveryQuerySet:
        """Stored and not read yet, oldest first, without those that a reader failed on too often."""
        return self.filter(state=Delivery.State.STORED, retry_at__lte=at).order_by("id")


class Delivery(models.Model):
    """What a source sent, byte by byte, and what became of it."""

    class State(models.TextChoices):
        """Stored raw; read into facts; or quarantined whole."""

        STORED = "stored", _("Stored")
        READ = "read", _("Read")
        QUARANTINED = "quarantined", _("Quarantined")

    source = models.ForeignKey(Source, models.PROTECT)
    received_at = models.DateTimeField()
    file_name = models.CharField(max_length=255, blank=True)
    content_type = models.CharField(max_length=120, blank=True)
    raw = models.BinaryField()
    size = models.PositiveIntegerField()
    content_key = models.CharField(max_length=64)
    is_history = models.BooleanField(default=False)
    # Who brought it, where a person did: an upload, or what a clerk was told by telephone.
    by = models.ForeignKey(Person, models.SET_NULL, null=True, blank=True, related_name="+", db_index=False)
    # What that person added for the office alone, such as whom to call back.
    note = models.CharField(max_length=200, blank=True, default="")

    state = models.CharField(max_length=12, choices=State.choices, default=State.STORED)
    attempts = models.PositiveSmallIntegerField(default=0)
    retry_at = models.DateTimeField(db_default=Now())
    read_at = models.DateTimeField(null=True, blank=True)
    facts = models.PositiveIntegerField(default=0)
    events = models.PositiveIntegerField(default=0)
    unmatched = models.PositiveIntegerField(default=0)
    quarantined = models.PositiveIntegerField(default=0)
    reason = models.CharField(max_length=60, blank=True)
    flags = models.JSONField[list[str], list[str]](default=list, blank=True)
    # The last time that staff had it read again, where they did.
    replay = models.ForeignKey(Replay, models.SET_NULL, null=True, blank=True, db_index=False)

    objects = DeliveryQuerySet.as_manager()

    class Meta:
        indexes = [
            models.Index(fields=["retry_at"], condition=models.Q(state="stored"), name="delivery_waiting"),
            models.Index(fields=["source", "-received_at", "-id"], name="delivery_of_source"),
            models.Index(fields=["read_at"], name="delivery_read_at"),
            models.Index(fields=["replay"], condition=models.Q(replay__isnull=False), name="delivery_replayed"),
            models.Index(fields=["source"], condition=models.Q(state="quarantined"), name="delivery_quarantined"),
        ]
        constraints = [
            models.UniqueConstraint(fields=["source", "content_key"], name="delivery_once"),
            models.CheckConstraint(
                condition=models.Q(state__in=["stored", "read", "quarantined"]), name="delivery_state_known"
            ),
            models.CheckConstraint(
                condition=models.Q(state="stored") | models.Q(read_at__isnull=False), name="delivery_read_has_time"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.source_id} {self.file_name or self.pk}"

    @property
    def reason_text(self) -> str:
        """Why the delivery was quarantined, in a clerk's words; empty where it was not."""
        return explain(self.reason) if self.reason else ""


class QuarantineQuerySet(models.QuerySet["Quarantine"]):
    """Selections of quarantined parts."""

    def visible_to(self, viewer: Viewer) -> QuarantineQuerySet:
        """All of them to the office, none to anybody else."""
        return self if _is_office(viewer) else self.none()

    def open(self) -> QuarantineQuerySet:
        """Those that neither a later reading nor staff has resolved."""
        return self.filter(resolved_at__isnull=True)


class Quarantine(models.Model):
    """A part of a delivery that could not be read, with the reason."""

    delivery = models.ForeignKey(Delivery, models.CASCADE, related_name="quarantines")
    # The delivery's, kept here so that the open parts of a source are found and counted without its deliveries.
    source = models.ForeignKey(Source, models.PROTECT, related_name="+", db_index=False)
    line = models.PositiveIntegerField(default=0)
    code = models.CharField(max_length=40)
    excerpt = models.TextField(blank=True)
    detail = models.TextField(blank=True)
    since = models.DateTimeField()
    resolved_at = models.DateTimeField(null=True, blank=True)
    # Who resolved it without a reading, and why.
    resolved_by = models.ForeignKey(Person, models.SET_NULL, null=True, blank=True, related_name="+", db_index=False)
    ignored_because = models.CharField(max_length=200, blank=True, default="")

    objects = QuarantineQuerySet.as_manager()

    class Meta:
        indexes = [
            models.Index(fields=["-id"], condition=models.Q(resolved_at__isnull=True), name="quarantine_open"),
            models.Index(fields=["code", "-id"], condition=models.Q(resolved_at__isnull=True), name="quarantine_code"),
            models.Index(
                fields=["source", "code", "-id"],
                condition=models.Q(resolved_at__isnull=True),
                name="quarantine_of_source",
            ),
        ]
        constraints = [models.CheckConstraint(condition=~models.Q(code=""), name="quarantine_has_reason")]

    def __str__(self) -> str:
        return f"{self.delivery_id}:{self.line} {self.code}"

    @property
    def reason_text(self) -> str:
        """Why, in a clerk's words."""
        return explain(self.code)
