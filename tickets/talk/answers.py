"""What is answered to a text, in one SMS of any language: short sentences, with the keywords of that language."""

from __future__ import annotations

from django.utils.functional import Promise
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from notify.gsm import SINGLE, gsm, shortened
from tickets.talk.words import keyword

# What is quoted of a number that somebody typed.
LONGEST_QUOTE = 20
ANSWERS: dict[str, Promise] = {
    "help": _(
        "%(track)s number: where your cargo is. %(report)s and words: tell us of a problem. "
        "%(stop)s: no more messages. Language: EN FR RW SW"
    ),
    "unknown": _(
        "We did not understand. %(track)s number: where it is. %(report)s and words: a problem. %(help)s: more"
    ),
    "only_text": _("We can read text alone. Write %(help)s for what you can ask here."),
    "language": _("We answer in English from now on. Write %(help)s for what you can ask here."),
    "stopped": _("You get no more messages here from the KPA Liaison Office Kigali. %(start)s brings them back."),
    "started": _("You get messages from the KPA Liaison Office Kigali again. %(stop)s ends them."),
    "which": _("Write %(track)s and a number: container, bill of lading, declaration, seal or plate."),
    "what": _("Write %(report)s, the number of the goods if you have it, and what has happened."),
    "not_found": _("We know nothing of %(number)s. Look at the number again, or ask us: %(report)s and your words."),
    "meant": _("We know nothing of %(number)s. Do you mean %(meant)s? Write %(track)s and the right number."),
    "several": _("Several consignments have the number %(number)s. Write the number of the container."),
    "enough": _(
        "You asked for many numbers that we do not know. Ask again in an hour, or write %(report)s and your words."
    ),
    "opened": _("%(ref)s is open, we answer here. To add something, write it to this number."),
    "added": _("We have added it to %(ref)s. We answer here."),
    "empty": _("Write %(ref)s and what you want to say, in one message."),
    "foreign": _("This telephone cannot write in %(ref)s. Use the one that opened it, or the portal."),
    "over": _("%(ref)s is over. Write without its number, and we open a new one."),
    "rated": _("Thank you: %(rating)s of 5 for our help with %(ref)s."),
    "which_rating": _("How was our help with %(ref)s? Answer 1 (bad) to 5 (good), or write what is still wrong."),
    "nothing_to_rate": _("There is no solved ticket of yours to rate. Write %(help)s for what you can ask here."),
    "not_taken": _("We could not take this. Please call the office, or try again later."),
    # Of themselves, to a caller whose ticket moved.
    "replied": _("%(ref)s, KPA Liaison Office: %(words)s"),
    "resolved": _(
        "%(ref)s is solved: %(words)s How was our help? Answer 1 (bad) to 5 (good). Not solved? Write to us."
    ),
}
_KINDS = ("track", "help", "stop", "start", "report")


def words_of(code: str, **given: str | int) -> str:
    """The whole answer in the active language, however long."""
    language = (get_language() or "en").partition("-")[0]
    keywords = {kind: keyword(kind, language) for kind in _KINDS}
    return gsm(str(ANSWERS[code]) % {**keywords, **given})


def answer(code: str, **given: str | int) -> str:
    """The answer in the active language, in one SMS; ``words`` of others are shortened to what is left of it."""
    given = {name: _quoted(value) if name in ("number", "meant") else value for name, value in given.items()}
    if "words" in given:
        room = SINGLE - len(words_of(code, **{**given, "words": ""}))
        given["words"] = shortened(gsm(" ".join(str(given["words"]).split())), max(room, 0))
    return shortened(words_of(code, **given), SINGLE)


def _quoted(value: str | int) -> str:
    return shortened(" ".join(str(value).split()), LONGEST_QUOTE)
