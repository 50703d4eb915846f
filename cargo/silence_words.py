"""The words for cargo of which nobody can tell: who is silent, and what it would have told of."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.utils.translation import gettext as _

from cargo.models import Consignment
from cargo.words import kind_label


@dataclass(frozen=True, slots=True)
class SilenceLine:
    """A sentence, and when who is silent was heard last (None: never)."""

    words: str
    heard_at: datetime | None


def silence_line(consignment: Consignment) -> SilenceLine | None:
    """The silence about a consignment, fetched with its source; None where somebody can tell of it."""
    silence = getattr(consignment, "silence", None)
    if silence is None:
        return None
    return SilenceLine(silence_words(silence.source.name, silence.tracker, silence.awaits), silence.heard_at)


def silence_words(source: str, tracker: str, awaits: str) -> str:
    """Who is silent, as a sentence."""
    facts = {"source": source, "tracker": tracker, "step": kind_label(awaits) if awaits else ""}
    if tracker:
        return _("The tracker %(tracker)s (%(source)s) that rides with it is silent.") % facts
    return _("%(source)s, which would tell of “%(step)s”, is silent.") % facts


def evidence_words(data: Mapping[str, Any]) -> str:
    """The same of an entry of the journal, with the silence's age and the last fact that is known."""
    words = [silence_words(data["source"], data["tracker"], data["awaits"])]
    if data["silent_h"] is not None:
        words.append(_("It was heard last %(hours)s hours before.") % {"hours": data["silent_h"]})
    if last := data["last"]:
        named = {**last, "step": kind_label(last["kind"]), "day": str(last["at"])[:10]}
        words.append(_("The last that is known: %(step)s, %(place)s, %(day)s (%(source)s).") % named)
    return " ".join(words)
