"""What the outbox holds of one person, and how it is forgotten."""

from __future__ import annotations

from datetime import datetime

from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _

from liaison.holdings import Holding, Rows, hers
from liaison.models import Person
from notify.models import Bounce, Correspondent, Letter, Notice, OwnBrowser, Phone, Preference, Stance, Wish


def _notices(person: Person) -> Rows:
    mine = Notice.objects.filter(person=person).order_by("pk")
    return mine.values(
        "channel", "state", "written_at", "sent_at", "read_at", "entry__kind", "entry__subject", "entry__key"
    )


def _letters(person: Person) -> Rows:
    """Letters to her addresses without their words, which open doors."""
    mine = Letter.objects.filter(hers(person, "address")).order_by("pk")
    return mine.values("subject", "state", "written_at", "sent_at")


_CHOSEN = (
    *("quiet_from", "quiet_until", "holds_email", "digest", "digest_hour", "digest_weekday", "threshold_h"),
    "changed_at",
)


def _phone(person: Person) -> Rows:
    mine = Phone.objects.filter(person=person)
    return mine.values("number", "asked_at", "verified_at", "stopped_at")


def _correspondents(person: Person) -> Rows:
    mine = _of_telephone(person).order_by("pk")
    return mine.values("channel", "address", "heard_at", "language", "stopped_at", "stopped_by")


def _of_telephone(person: Person) -> QuerySet[Correspondent]:
    """What is known of the number that she has shown to be hers; any other may be somebody else's."""
    numbers = Phone.objects.proven().filter(person=person).values("number")
    return Correspondent.objects.filter(address__in=numbers)


def _preference(person: Person) -> Rows:
    mine: Rows = Preference.objects.filter(person=person).values(*_CHOSEN)
    return mine


def _wishes(person: Person) -> Rows:
    return Wish.objects.filter(person=person).order_by("pk").values("topic", "channel", "is_wanted")


def _stances(person: Person) -> Rows:
    return Stance.objects.filter(person=person).order_by("pk").values("subject", "key", "is_muted", "since")


def _bounces(person: Person) -> Rows:
    return Bounce.objects.filter(hers(person, "address")).values("address", "at", "words")


def _browsers(person: Person) -> Rows:
    return OwnBrowser.objects.filter(person=person).order_by("pk").values("name", "added_at")


HELD = [
    Holding("notices", _("News that you were told"), _notices),
    Holding("letters", _("Letters to your e-mail address"), _letters),
    Holding("messaging", _("Your telephone for messages"), _phone),
    Holding("correspondents", _("What is known of your telephone since it wrote to us"), _correspondents),
    Holding("browsers", _("Browsers in which you are shown news"), _browsers),
    Holding("told", _("What you chose to be told, and when"), _preference),
    Holding("wishes", _("Your yes and no by kind of news and channel"), _wishes),
    Holding("stances", _("Consignments that you watch or have muted"), _stances),
    Holding("bounces", _("That mail to your address came back"), _bounces),
]


def forget(*, person: Person, at: datetime) -> None:
    """Take out the person's notices, the letters to her addresses, sent or not, and all that she chose.

    Of a telephone that wants nothing more the number stays, and since when: it would be written to again.
    """
    # A number that she has not shown to be hers may be somebody else's.
    numbers = list(Phone.objects.proven().filter(person=person).values_list("number", flat=True))
    Letter.objects.filter(channel__in=["sms", "whatsapp"], address__in=numbers).delete()
    _of_telephone(person).filter(stopped_at__isnull=True).delete()
    _of_telephone(person).update(heard_at=None, language="")
    Bounce.objects.filter(hers(person, "address")).delete()
    for kind in (Notice, Phone, OwnBrowser, Preference, Wish, Stance):
        kind.objects.filter(person=person).delete()
    Letter.objects.filter(hers(person, "address")).delete()
