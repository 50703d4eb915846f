"""What people want to hear, by which channel and when, and the addresses that are proven or dead."""

from __future__ import annotations

from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models.functions import Lower
from django.utils.translation import gettext_lazy as _

from liaison.models import Person, Viewer
from notify.kinds import SENT_BY, TOPICS


class Preference(models.Model):
    """When a person wants to be told; whoever has none is told as ``notify.rules`` says for her side."""

    class Digest(models.TextChoices):
        """Whether news that can wait comes together."""

        NONE = "none", _("Each piece of news at once")
        DAILY = "daily", _("All together once a day")
        WEEKLY = "weekly", _("All together once a week")

    person = models.OneToOneField(Person, models.CASCADE, primary_key=True, related_name="preference")
    quiet_from = models.TimeField(null=True, blank=True)
    quiet_until = models.TimeField(null=True, blank=True)
    holds_email = models.BooleanField(default=False)
    digest = models.CharField(max_length=6, choices=Digest.choices, default=Digest.NONE)
    digest_hour = models.PositiveSmallIntegerField(default=7, validators=[MaxValueValidator(23)])
    digest_weekday = models.PositiveSmallIntegerField(default=0, validators=[MaxValueValidator(6)])
    threshold_h = models.PositiveSmallIntegerField(
        default=12, validators=[MinValueValidator(1), MaxValueValidator(240)]
    )
    changed_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=models.Q(quiet_from__isnull=True, quiet_until__isnull=True)
                | models.Q(quiet_from__isnull=False, quiet_until__isnull=False),
                name="preference_quiet_has_both_ends",
            ),
            models.CheckConstraint(
                condition=models.Q(quiet_from__isnull=True) | ~models.Q(quiet_from=models.F("quiet_until")),
                name="preference_quiet_ends",
            ),
            models.CheckConstraint(
                condition=models.Q(digest__in=["none", "daily", "weekly"]), name="preference_digest_known"
            ),
            models.CheckConstraint(
                condition=models.Q(digest_hour__lte=23, digest_weekday__lte=6), name="preference_digest_time"
            ),
            models.CheckConstraint(
                condition=models.Q(threshold_h__gte=1, threshold_h__lte=240), name="preference_threshold_in_reach"
            ),
        ]

    def __str__(self) -> str:
        return f"preference of {self.person_id}"


class Wish(models.Model):
    """A person's yes or no to news of one topic by one channel, where it is not what her side gets anyway."""

    person = models.ForeignKey(Person, models.CASCADE, related_name="wishes", db_index=False)
    topic = models.CharField(max_length=10)
    channel = models.CharField(max_length=8)
    is_wanted = models.BooleanField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["person", "topic", "channel"], name="wish_once"),
            models.CheckConstraint(condition=models.Q(topic__in=TOPICS), name="wish_topic_known"),
            models.CheckConstraint(condition=models.Q(channel__in=SENT_BY), name="wish_channel_known"),
        ]

    def __str__(self) -> str:
        return f"{self.person_id} {self.topic} {self.channel} {self.is_wanted}"


class StanceQuerySet(models.QuerySet["Stance"]):
    """Selections of stances."""

    def visible_to(self, viewer: Viewer) -> StanceQuerySet:
        """A person's own, and nobody else's."""
        return self.filter(person=viewer) if isinstance(viewer, Person) else self.none()


class Stance(models.Model):
    """What a person wants to hear of one thing: all of it at once (watched), or nothing but in the inbox (muted).

    ``subject`` and ``key`` name it as the journal does: a noun, and which ("consignment", "RW26-000042").
    """

    person = models.ForeignKey(Person, models.CASCADE, related_name="stances", db_index=False)
    subject = models.CharField(max_length=40)
    key = models.CharField(max_length=80)
    is_muted = models.BooleanField()
    since = models.DateTimeField()

    objects = StanceQuerySet.as_manager()

    class Meta:
        indexes = [models.Index(fields=["subject", "key"], name="stance_subject")]
        constraints = [models.UniqueConstraint(fields=["person", "subject", "key"], name="stance_once")]

    def __str__(self) -> str:
        return f"{self.person_id} {self.subject} {self.key}"


class PhoneQuerySet(models.QuerySet["Phone"]):
    """Selections of telephones."""

    def proven(self) -> PhoneQuerySet:
        """Those whose person has shown that they are hers."""
        return self.filter(verified_at__isnull=False)


class Phone(models.Model):
    """The telephone by which a person is sent messages; nothing is sent to it before she has typed its code.

    ``code`` is the digest of the one that waits to be typed. A number is one person's: whoever proves it last has it.
    """

    person = models.OneToOneField(Person, models.CASCADE, primary_key=True, related_name="messaging")
    number = models.CharField(max_length=20)
    code = models.CharField(max_length=64, blank=True)
    tries = models.PositiveSmallIntegerField(default=0)
    asked_at = models.DateTimeField()
    verified_at = models.DateTimeField(null=True, blank=True)
    stopped_at = models.DateTimeField(null=True, blank=True)

    objects = PhoneQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["number"], condition=models.Q(verified_at__isnull=False), name="phone_is_one_persons"
            ),
            models.CheckConstraint(condition=models.Q(number__regex=r"^\+[0-9]{7,15}$"), name="phone_e164"),
            models.CheckConstraint(
                condition=models.Q(verified_at__isnull=True) | models.Q(code=""), name="phone_code_is_used_once"
            ),
        ]

    def __str__(self) -> str:
        return self.number


class OwnBrowserQuerySet(models.QuerySet["OwnBrowser"]):
    """Selections of browsers."""

    def visible_to(self, viewer: Viewer) -> OwnBrowserQuerySet:
        """A person's own, and nobody else's."""
        return self.filter(person=viewer) if isinstance(viewer, Person) else self.none()


class OwnBrowser(models.Model):
    """A browser in which a person is shown her news: its endpoint at its maker's push service and its two keys.

    An endpoint is one person's: whoever allows notifications in it last.
    """

    person = models.ForeignKey(Person, models.CASCADE, related_name="browsers")
    endpoint = models.CharField(max_length=1000, unique=True)
    p256dh = models.CharField(max_length=87)
    auth = models.CharField(max_length=22)
    name = models.CharField(max_length=60)
    added_at = models.DateTimeField()

    objects = OwnBrowserQuerySet.as_manager()

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=~models.Q(endpoint="") & ~models.Q(p256dh="") & ~models.Q(auth=""),
                name="own_browser_has_keys",
            )
        ]

    def __str__(self) -> str:
        return self.name


class Bounce(models.Model):
    """An e-mail address from which mail came back for good; nothing is sent there until it is proven anew."""

    address = models.CharField(max_length=254, primary_key=True)
    at = models.DateTimeField()
    words = models.CharField(max_length=300, blank=True)

    class Meta:
        constraints = [
            models.CheckConstraint(condition=models.Q(address=Lower("address")), name="bounce_address_lower_case")
        ]

    def __str__(self) -> str:
        return self.address
