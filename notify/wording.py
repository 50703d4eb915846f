"""The words of news: templates per kind, rendered in the reader's language; several pieces as one message; SMS."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django.conf import settings
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils import translation
from django.utils.translation import gettext, ngettext

from liaison.directions import isolated
from liaison.models import Person
from notify.gsm import SINGLE, gsm, shortened
from notify.keys import notice_key, topic_key
from notify.models import Notice
from notify.words import topic_label

MOST_IN_SUBJECT, MOST_TOGETHER = 3, 50
# What a template leaves where a part of it is not said.
_BLANK_LINES = re.compile(r"\n{3,}")


@dataclass(frozen=True, slots=True)
class Words:
    """A subject without line breaks, a plain-text body, and the address in the portal that it is about."""

    subject: str
    body: str
    url: str


def word(notice: Notice) -> Words:
    """Word ``notice``, with all that is bundled with it, in its person's language."""
    if len(notice.bundle) > 1:
        return together([word_entry(each.entry.kind, each.entry.data, each.person) for each in notice.bundle], notice)
    return word_entry(notice.entry.kind, notice.entry.data, notice.person)


def word_entry(kind: str, data: Mapping[str, Any], person: Person) -> Words:
    """Word an entry with templates/notify/<kind>.{subject,body,url}.txt."""
    told = isolated(dict(data))
    context = {**told, "data": told, "person": person, "portal_url": settings.PORTAL_URL}
    with translation.override(person.language):
        subject, body, url = (
            render_to_string(f"notify/{kind}.{part}.txt", context).strip() for part in ("subject", "body", "url")
        )
    return Words(" ".join(subject.split()), _BLANK_LINES.sub("\n\n", body) + "\n", url)


def together(words: Sequence[Words], notice: Notice) -> Words:
    """Several pieces of news for one person as one, the latest last; beyond MOST_TOGETHER the inbox has the rest."""
    url = settings.PORTAL_URL + reverse("notify:inbox")
    context = {"words": words[-MOST_TOGETHER:], "more": max(len(words) - MOST_TOGETHER, 0), "url": url}
    with translation.override(notice.person.language):
        first = "; ".join(piece.subject for piece in words[-MOST_IN_SUBJECT:])
        count = ngettext("%(count)s piece of news", "%(count)s pieces of news", len(words)) % {"count": len(words)}
        body = render_to_string("components/notice_bundle.txt", {**context, "person": notice.person}).strip()
    return Words(shortened(f"{count}: {first}", 180), body + "\n", url)


def sms_text(notice: Notice, *, says_stop: bool = False) -> str:
    """The one SMS for a notice: what matters most, and the page where the rest is, and why it came.

    ``says_stop`` tells how to end them without the internet.
    """
    url = link_of(notice)
    if len(notice.bundle) > 1:
        return _as_sms([word(notice).subject], url, notice.person, says_stop=says_stop, says_why=True)
    return sms_of(notice.entry.kind, notice.entry.data, notice.person, url=url, says_stop=says_stop)


def link_of(notice: Notice) -> str:
    """The short address for messages that have room for one: it leads to the page of the news and says why it came."""
    return settings.PORTAL_URL + reverse("notify:notice_why", args=[notice_key(notice.pk)])


def sms_of(kind: str, data: Mapping[str, Any], person: Person, *, url: str = "", says_stop: bool = False) -> str:
    """An entry as one SMS of 160 characters of GSM 03.38 at most, by templates/notify/short/<kind>.txt.

    Each of its lines is a part of which the last ones are left out where there is no room. ``url`` is the page that
    says why it came; without one the address is that of what it is about.
    """
    words = word_entry(kind, data, person)
    context = {**data, "data": data, "person": person, "portal_url": settings.PORTAL_URL}
    with translation.override(person.language):
        text = render_to_string(f"notify/short/{kind}.txt", context)
    parts = [" ".join(line.split()) for line in text.splitlines() if line.strip()]
    return _as_sms(parts, url or words.url, person, says_stop=says_stop, says_why=bool(url))


def _as_sms(parts: Sequence[str], url: str, person: Person, *, says_stop: bool, says_why: bool) -> str:
    with translation.override(person.language):
        must = stop_words() if says_stop else ""
        lead = gettext("More, and why:") if says_why else ""
    return fitted(parts, url, must=must, lead=lead)


def stop_words() -> str:
    """How SMS are ended from the telephone itself; nothing where they come from a name, which nobody can answer."""
    is_name = any(letter.isalpha() for letter in settings.AFRICASTALKING_SENDER)
    return "" if is_name else gettext("Reply STOP to end")


def fitted(parts: Sequence[str], url: str, *, must: str = "", lead: str = "") -> str:
    """As many of the parts, the first ones first, as fit into one SMS with the address.

    A part after a mark of quotation is somebody's own words, and shortened before it is left out. ``must`` is said
    whatever is left out for it; ``lead`` stands before the address where there is room.
    """
    must, lead = gsm(must), gsm(lead)
    room = SINGLE - len(url) - 1 - (len(must) + len(_STOP) if must else 0)
    said, last = [gsm(part).removeprefix(QUOTED) for part in parts], ""
    while len(said) > 1 and len(_joined(said)) > room:
        last = said.pop()
    left = room - len(_joined(said)) - len(_STOP)
    if last and left >= _FEWEST and parts[len(said)].startswith(QUOTED):
        said.append(shortened(last, left))
    text = _joined([shortened(_joined(said), room), must])
    whole = f"{_joined([text, lead])} {url}"
    return whole if lead and len(whole) <= SINGLE else f"{text} {url}"


_STOP = ". "
QUOTED = "> "
# Fewer characters of somebody's words say nothing.
_FEWEST = 24


def _joined(parts: Sequence[str]) -> str:
    """As sentences: none that ends by itself, as with a shortened month, gets a second full stop."""
    text = ""
    for part in filter(None, parts):
        text += (" " if text.endswith((".", "!", "?")) else _STOP if text else "") + part
    return text


def foot(notice: Notice) -> tuple[str, str]:
    """What stands below the mail of a notice; and the address that ends its topic with one POST."""
    return foot_of(notice.person, notice.topic or "account")


def reason_of(notice: Notice) -> str:
    """Why the person is told, as one sentence in her language."""
    with translation.override(notice.person.language):
        said = {"topic": topic_label(notice.topic or "account")}
        return gettext("You chose, or it is usual for your part, to be told of “%(topic)s”.") % said


def why_of(notice: Notice) -> str:
    """Why the person is told and how to change that, where no line ends the topic by itself."""
    change = settings.PORTAL_URL + reverse("notify:notification_edit")
    with translation.override(notice.person.language):
        context = {"change": change, "topic": topic_label(notice.topic or "account")}
        return render_to_string("components/notice_why.txt", context).strip()


def foot_of(person: Person, topic: str) -> tuple[str, str]:
    """How to change what one is told, in her language; and the address that ends the topic with one POST."""
    end = settings.PORTAL_URL + reverse("notify:topic_end", args=[topic_key(person.pk, topic)])
    change = settings.PORTAL_URL + reverse("notify:notification_edit")
    with translation.override(person.language):
        context = {"change": change, "end": end, "topic": topic_label(topic)}
        return render_to_string("components/notice_foot.txt", context).strip() + "\n", end
