"""Countries by ISO 3166 code, named by CLDR in the reader's language."""

from __future__ import annotations

from babel import Locale
from django.utils.translation import get_language

_NEIGHBOURS = ("RW", "KE", "UG", "TZ", "BI", "CD", "SS")
# CLDR's own codes that are no country of ISO 3166.
_NO_COUNTRIES = {"AC", "CP", "CQ", "DG", "EA", "EU", "EZ", "IC", "QO", "TA", "UN", "XA", "XB", "ZZ"}


def country_choices() -> list[tuple[str, str]]:
    """(code, name) of every country, those of the corridor first; in English where CLDR has no name."""
    found = {code: name for code, name in _names().items() if len(code) == 2 and code not in _NO_COUNTRIES}
    others = sorted((name, code) for code, name in found.items() if code not in _NEIGHBOURS)
    return [(code, found[code]) for code in _NEIGHBOURS] + [(code, name) for name, code in others]


def country_name(code: str) -> str:
    """The country's name, or the code itself where there is none."""
    return _names().get(code, code)


def _names() -> dict[str, str]:
    language = (get_language() or "en").partition("-")[0]
    return {**Locale.parse("en").territories, **Locale.parse(language).territories}
