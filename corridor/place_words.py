"""Names of places in the reader's language: what a place is, is said in her words; what it is called stays its name."""

from __future__ import annotations

import re
from functools import lru_cache

from django.utils.functional import Promise
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

_NAMES = "fr", "rw", "sw"
_FORMS: dict[str, Promise] = {
    r"Port of (?P<place>.+)": _("Port of %(place)s"),
    r"(?P<place>.+) weighbridges?": _("%(place)s weighbridge"),
    r"(?P<place>.+) one-stop border post": _("%(place)s one-stop border post"),
    r"(?P<place>.+) Inland Container Depot": _("%(place)s Inland Container Depot"),
    r"Inland Container Depot (?P<place>.+)": _("%(place)s Inland Container Depot"),
    r"KPC (?P<place>.+) depot": _("KPC %(place)s depot"),
    r"(?P<place>.+) container freight stations": _("%(place)s container freight stations"),
    r"(?P<place>.+) Oil Terminal(?P<number> \d+)?": _("%(place)s Oil Terminal%(number)s"),
    r"(?P<place>.+) Container Terminal (?P<number>\d+) \(berths (?P<berths>[\d-]+)\)": _(
        "%(place)s Container Terminal %(number)s (berths %(berths)s)"
    ),
    r"(?P<place>.+) conventional berths (?P<berths>[\d-]+)": _("%(place)s conventional berths %(berths)s"),
    r"(?P<place>.+) bonded warehouse (?P<town>\(.+\))": _("%(place)s bonded warehouse %(town)s"),
}


def place_words(name: str | None) -> str:
    """The name in the language of now; in English, and where nothing of it has words of its own, as it is kept."""
    return _worded(name, get_language() or "en") if name else ""


@lru_cache(maxsize=2000)
def _worded(name: str, language: str) -> str:
    if language not in _NAMES:
        return name
    for form, words in _FORMS.items():
        if found := re.fullmatch(form, name):
            parts = {part: (said or "").replace(" and ", " / ") for part, said in found.groupdict().items()}
            return str(words) % parts
    return name
