"""The trade's terms in plain words, one list: pop-ups on the pages, the page of all, and ``docs/glossary.md``."""

from __future__ import annotations

from dataclasses import dataclass

from django.conf import settings
from django.utils.translation import gettext, override
from django.utils.translation import gettext_lazy as _
from django_stubs_ext import StrPromise


@dataclass(frozen=True, slots=True)
class Term:
    """A term as the pages use it, and what it means."""

    slug: str
    word: StrPromise
    meaning: StrPromise


_LIST = (
    Term(
        "bill-of-lading",
        _("Bill of lading"),
        _("The shipping line's receipt for the goods; who holds it may claim them."),
    ),
    Term(
        "agent",
        _("Clearing agent"),
        _("The firm that declares the goods to customs and follows them for the importer."),
    ),
    Term(
        "delivery-order",
        _("Delivery order"),
        _("The shipping line's word to the port that the goods may be handed over."),
    ),
    Term(
        "entry",
        _("Entry"),
        _("The declaration to customs. RRA and KRA each release it before the goods may leave the port."),
    ),
    Term(
        "pick-up-order",
        _("Pick-up order"),
        _("The port's leave for one truck to fetch one container, once its charges are paid."),
    ),
    Term(
        "free-time",
        _("Free time"),
        _("The days for which nothing is charged. Each payee counts them from an event of its own."),
    ),
    Term("storage", _("Storage"), _("What the port charges for each day after its free days.")),
    Term(
        "demurrage",
        _("Demurrage"),
        _("What the shipping line charges for each day its container is still full after the free time."),
    ),
    Term(
        "detention",
        _("Detention"),
        _("What the shipping line charges for each day its empty container comes back late."),
    ),
    Term(
        "electronic-seal",
        _("Electronic seal"),
        _("A lock that tells customs where a container is and whether it was opened on the way."),
    ),
    Term("weighbridge", _("Weighbridge"), _("A scale for trucks on the road; who is too heavy is stopped there.")),
    Term(
        "one-stop-border-post",
        _("One-stop border post"),
        _("A border at which both countries look at the goods in one place."),
    ),
    Term(
        "transit",
        _("Transit"),
        _("Passing through a country without paying its duties; a bond stands for them meanwhile."),
    ),
    Term(
        "dwell-time",
        _("Dwell time"),
        _("How long goods stay in one place, from their arrival there until they leave it."),
    ),
    Term(
        "window",
        _("Window"),
        _("The days between which eight of ten arrivals like this one fall. It is an estimate, not a promise."),
    ),
    Term("median", _("Median"), _("The one in the middle: half took less, half took longer.")),
    Term("p90", _("P90"), _("Nine of ten took less than this.")),
    Term("hold", _("Hold"), _("An authority has said that the goods may not move. Its reason stands with the event.")),
    Term(
        "ticket",
        _("Ticket"),
        _("A problem that was reported, from its opening to its end, with all that was said and done about it."),
    ),
    Term("clock", _("Clock"), _("The time within which a ticket was promised a reply or an end.")),
)
TERMS = {term.slug: term for term in _LIST}


def as_markdown() -> str:
    """``docs/glossary.md``: every term in every language."""
    lines = [
        "# Glossary\n",
        "The terms of the trade as the portal uses them. Written by `manage.py guides_write` from",
        "`liaison/glossary.py` and the catalogues; the same words are the pop-ups on the pages and",
        "the page `/glossary/`.\n",
        f"| {' | '.join(name for _code, name in settings.LANGUAGES)} |",
        f"|{'---|' * len(settings.LANGUAGES)}",
        *(f"| {' | '.join(_cell(term, code) for code, _name in settings.LANGUAGES)} |" for term in _LIST),
    ]
    return "\n".join(lines) + "\n"


def _cell(term: Term, language: str) -> str:
    with override(language):
        return f"**{term.word}**: {term.meaning}"


def in_order() -> list[Term]:
    """The terms by their words in the reader's language."""
    return sorted(_LIST, key=lambda term: gettext(str(term.word)).casefold())
