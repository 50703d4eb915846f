"""How news of a kind reads by each channel, and trials of it for whoever looks."""

from __future__ import annotations

from copy import copy
from dataclasses import dataclass
from datetime import datetime

from django.conf import settings
from django.utils.translation import gettext as _

from liaison.models import Person
from notify.addresses import phone_of
from notify.channels.whatsapp import places
from notify.kinds import INBOX, KINDS, TOPICS
from notify.letters import write_letter
from notify.samples import sample
from notify.wording import Words, foot_of, sms_of, word_entry
from notify.words import channel_label, topic_label


@dataclass(frozen=True, slots=True)
class Shown:
    """The words by one channel."""

    channel: str
    subject: str
    body: str

    @property
    def label(self) -> str:
        """What the channel is called."""
        return channel_label(self.channel)


def kinds_by_topic() -> list[tuple[str, list[str]]]:
    """The kinds of news there are, below what their topics are called."""
    return [
        (topic_label(topic), sorted(name for name, kind in KINDS.items() if kind.topic == topic)) for topic in TOPICS
    ]


def preview(kind: str, language: str, person: Person) -> list[Shown]:
    """An invented piece of news as ``person`` would read it in that language by each channel."""
    reader = copy(person)
    reader.language = language
    words, data = word_entry(kind, sample(kind), reader), sample(kind)
    below, _link = foot_of(reader, KINDS[kind].topic)
    return [
        Shown("email", words.subject, f"{words.body}\n-- \n{below}"),
        Shown("sms", "", sms_of(kind, data, reader, says_stop=True)),
        Shown("whatsapp", words.subject, _whatsapp(words)),
        Shown("push", words.subject, words.body),
        Shown(INBOX, words.subject, words.body),
    ]


def _whatsapp(words: Words) -> str:
    """As free text, while the reader's own message is a day old at most; below it as the approved template."""
    name, parts = settings.WHATSAPP_TEMPLATE, places(words.subject, words.url)
    later = _("Outside the 24 hours, by the template %(name)s:") % {"name": name}
    return "\n".join([words.body, words.url, "", later, *parts])


def write_test(*, kind: str, language: str, by: Person, at: datetime) -> None:
    """Send ``by`` a trial by e-mail, and by SMS where her telephone is proven."""
    by_channel = {shown.channel: shown for shown in preview(kind, language, by)}
    mail = by_channel["email"]
    write_letter(address=by.email, subject=f"[TEST] {mail.subject}", body=mail.body, at=at)
    if number := phone_of(by):
        write_letter(channel="sms", address=number, subject="", body=by_channel["sms"].body, at=at)
