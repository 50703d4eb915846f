"""The questions that an agency will ask, by code: fields of the form of a category."""

from __future__ import annotations

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

QUESTIONS: dict[str, Promise] = {
    "amount": _("How much is asked, and in which currency?"),
    "barrier": _("Which rule or practice is the barrier?"),
    "container": _("Which containers?"),
    "contact": _("Whom did you deal with there?"),
    "declaration": _("Number of the declaration"),
    "depot": _("Which depot?"),
    "deposit": _("When and to whom was the deposit paid?"),
    "driver": _("Driver's name and telephone number"),
    "error": _("What does it say on the screen?"),
    "free_days": _("How many free days were agreed?"),
    "invoice": _("Number of the invoice"),
    "loading_order": _("Number of the loading order"),
    "officer": _("Name or number of the officer"),
    "page": _("What is wrong in it, and what should it say?"),
    "pickup_order": _("Number of the pick-up order"),
    "place": _("Where exactly?"),
    "plate": _("Plates of the truck and the trailer"),
    "police": _("Number of the police report"),
    "receipt": _("Number of the receipt"),
    "seal": _("Number of the seal"),
    "since": _("Since when?"),
    "survey": _("Was there a survey? By whom?"),
    "system": _("Which system?"),
    "warehouse": _("Which warehouse?"),
    "weight": _("Which weights were read, and where?"),
}
# What takes more than a line to say.
LONG = frozenset({"barrier", "error", "page"})


def asked(questions: list[str]) -> list[tuple[str, bool]]:
    """The codes of a category's questions, and whether each must be answered."""
    return [(code.removesuffix("*"), code.endswith("*")) for code in questions]


def label(code: str) -> str:
    """The words of a question; the code itself where it has none any more."""
    return str(QUESTIONS.get(code, code))
