"""What a person chose to be told, by which channel and when; and what she watches or mutes."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, time

from django.db import transaction

from liaison.journal import record
from liaison.models import Person
from liaison.prepared import Prepared
from notify.kinds import SENT_BY, TOPICS
from notify.models import Notice, Preference, Stance, Wish
from notify.readers import reader_of
from notify.rules import DEFAULTS


@dataclass(frozen=True, slots=True, kw_only=True)
class Hours:
    """When somebody wants to be told: quiet hours by her own clock, a digest, and from which drift of an arrival on."""

    quiet_from: time | None = None
    quiet_until: time | None = None
    holds_email: bool = False
    digest: str = "none"
    digest_hour: int = 7
    digest_weekday: int = 0
    threshold_h: int = 12

    def values(self) -> dict[str, object]:
        """The columns that it fills."""
        return {name: getattr(self, name) for name in self.__dataclass_fields__}


Table = Mapping[tuple[str, str], bool]


def table_of(person: Person) -> dict[tuple[str, str], bool]:
    """For each topic and channel whether she wants it, by her own word or by what is usual for her side."""
    reader = reader_of(person)
    return {(topic, channel): reader.wants(topic, channel) for topic in TOPICS for channel in SENT_BY}


def preference_of(person: Person) -> Preference:
    """What she chose of hours, or what holds where she chose nothing."""
    return Preference.objects.filter(person=person).first() or Preference(person=person)


@transaction.atomic
def choose(*, person: Person, hours: Hours, table: Table, by: Person | None, at: datetime) -> None:
    """Keep what she chose. Of the table only what differs from what is usual for her side is kept."""
    Preference.objects.update_or_create(person=person, defaults={**hours.values(), "changed_at": at})
    usual = DEFAULTS[reader_of(person).side]
    for (topic, channel), is_wanted in table.items():
        if is_wanted == (channel in usual[topic]):
            Wish.objects.filter(person=person, topic=topic, channel=channel).delete()
        else:
            _wish(person, topic, channel, is_wanted=is_wanted)
    record(kind="notify.preferences_changed", subject="person", key=str(person.pk), by=by, at=at)


@transaction.atomic
def end_topic(*, person: Person, topic: str, channel: str = "email", by: Person | None, at: datetime) -> None:
    """Send no more news of the topic by the channel, nor what waits to go there together; the inbox keeps it."""
    _wish(person, topic, channel, is_wanted=False)
    waiting = Notice.objects.waiting(at).filter(person=person, topic=topic, channel=channel, is_urgent=False)
    waiting.update(state=Notice.State.DROPPED, lease_until=None)
    said = {"topic": topic, "channel": channel}
    record(kind="notify.topic_ended", subject="person", key=str(person.pk), by=by, at=at, **said)


def _wish(person: Person, topic: str, channel: str, *, is_wanted: bool) -> None:
    Wish.objects.update_or_create(person=person, topic=topic, channel=channel, defaults={"is_wanted": is_wanted})


@transaction.atomic
def take_stance(*, person: Person, subject: str, key: str, stance: str, by: Person | None, at: datetime) -> None:
    """Watch a thing, mute it, or neither (any other word); the caller has seen that the person may see it."""
    mine = Stance.objects.filter(person=person, subject=subject, key=key)
    if stance in ("watch", "mute"):
        given = {"is_muted": stance == "mute", "since": at}
        mine.update_or_create(person=person, subject=subject, key=key, defaults=given)
    elif not mine.delete()[0]:
        return
    said = {"stance": stance, "person": person.pk}
    record(kind="notify.stance_taken", subject=subject, key=key, by=by, at=at, **said)


def stance_on(person: Person, subject: str, key: str) -> str:
    """What she takes: watch, mute, or nothing."""
    held = _HELD([person.pk], [subject], [key])
    return ("mute" if held[0].is_muted else "watch") if held else ""


_HELD = Prepared(
    lambda people, subjects, keys: Stance.objects.filter(person__any=people, subject__any=subjects, key__any=keys)
)


def hand_on_stances(*, subject: str, key: str, into: str) -> None:
    """What was taken towards one thing holds for the one that it became a part of, unless it was taken there too."""
    taken = Stance.objects.filter(subject=subject, key=into).values("person")
    Stance.objects.filter(subject=subject, key=key).exclude(person__in=taken).update(key=into)
