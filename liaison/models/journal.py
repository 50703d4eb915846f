"""The journal with the marks of its readers, the chain that seals it, and the reports of the retention timetable."""

from __future__ import annotations

from typing import Any

from django.db import models
from django.db.models.functions import Now

from liaison.models.people import Person, Viewer
from liaison.roles import Role


class JournalEntryQuerySet(models.QuerySet["JournalEntry"]):
    """Selections of entries."""

    def visible_to(self, viewer: Viewer) -> JournalEntryQuerySet:
        """To supervisors and administrators of the office, and to nobody else."""
        may = isinstance(viewer, Person) and viewer.roles & {Role.SUPERVISOR, Role.ADMINISTRATOR}
        return self if may else self.none()


class JournalEntry(models.Model):
    """What happened, to what, by whom, when and from where; written in the transaction of the change, never altered.

    ``subject`` is a noun and ``key`` names one of it ("consignment", "RW26-000042"); ``data`` is plain JSON;
    ``origin`` the address that the request came from, empty for the portal's own work. The database itself refuses
    UPDATE, DELETE and TRUNCATE.
    """

    kind = models.CharField(max_length=60)
    subject = models.CharField(max_length=40)
    key = models.CharField(max_length=80)
    by = models.ForeignKey(Person, models.PROTECT, null=True, blank=True, db_index=False)
    at = models.DateTimeField()
    recorded_at = models.DateTimeField(db_default=Now())
    origin = models.GenericIPAddressField(null=True, blank=True)
    data = models.JSONField[dict[str, Any], dict[str, Any]](default=dict)

    objects = JournalEntryQuerySet.as_manager()

    class Meta:
        indexes = [
            models.Index(fields=["subject", "key", "id"], name="journal_subject"),
            models.Index(fields=["kind", "id"], name="journal_kind"),
            models.Index(fields=["by", "id"], condition=models.Q(by__isnull=False), name="journal_by"),
        ]
        constraints = [models.CheckConstraint(condition=~models.Q(kind=""), name="journal_has_kind")]

    def __str__(self) -> str:
        return f"{self.kind} {self.subject} {self.key}"


class JournalMark(models.Model):
    """A reader's mark on an entry that it has dealt with."""

    entry = models.ForeignKey(JournalEntry, models.CASCADE)
    reader = models.CharField(max_length=40)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["reader", "entry"], name="journal_mark_once")]

    def __str__(self) -> str:
        return f"{self.reader} {self.entry_id}"


class JournalLink(models.Model):
    """One link of the chain: ``digest`` is SHA-256 over the digest before it and the entry as it stands.

    Links are made after the entries, in the order of ``number`` without a gap, so that writers never wait for each
    other. The database refuses to change or delete them, too.
    """

    number = models.BigIntegerField(primary_key=True)
    entry = models.OneToOneField(JournalEntry, models.PROTECT, related_name="link")
    digest = models.BinaryField(max_length=32)
    linked_at = models.DateTimeField(db_default=Now())

    class Meta:
        constraints = [models.CheckConstraint(condition=models.Q(number__gte=1), name="journal_link_from_one")]

    def __str__(self) -> str:
        return f"{self.number}: entry {self.entry_id}"


class RetentionRunQuerySet(models.QuerySet["RetentionRun"]):
    """Selections of runs."""

    def visible_to(self, viewer: Viewer) -> RetentionRunQuerySet:
        """To supervisors and administrators of the office, and to nobody else."""
        may = isinstance(viewer, Person) and viewer.roles & {Role.SUPERVISOR, Role.ADMINISTRATOR}
        return self if may else self.none()


class RetentionRun(models.Model):
    """One run of the retention timetable and how many rows each of its rules took out."""

    ran_at = models.DateTimeField()
    removed = models.JSONField[dict[str, int], dict[str, int]](default=dict)

    objects = RetentionRunQuerySet.as_manager()

    class Meta:
        indexes = [models.Index(fields=["-ran_at"], name="retention_latest")]

    def __str__(self) -> str:
        return f"{self.ran_at:%Y-%m-%d}"
