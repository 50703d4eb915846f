"""The first row of a spreadsheet: columns found by their headings in any of the portal's languages."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping, Sequence

from django.conf import settings
from django.core.exceptions import ValidationError
from django.utils import translation
from django.utils.translation import gettext as _


def plain(text: str) -> str:
    """A heading or a word as it is compared: in lower case, without stars and doubled blanks."""
    return " ".join(text.replace("’", "'").replace("*", "").split()).casefold()


def in_every_language(labels: Callable[[], Mapping[str, object]]) -> dict[str, str]:
    """Names by their plain labels in every language, and by themselves."""
    found: dict[str, str] = {}
    for language, _name in settings.LANGUAGES:
        with translation.override(language):
            found |= {plain(str(label)): name for name, label in labels().items()}
    return found | {plain(name): name for name in labels()}


def match_columns(
    heading: Sequence[str], *, known: Mapping[str, str], labels: Mapping[str, object], needed: Collection[str]
) -> tuple[dict[int, str], list[str]]:
    """The known columns by their place, and the headings that are not read; ``known`` gives names by plain headings.

    ValidationError where a column is there twice, or none of ``needed`` is there.
    """
    found = {place: known[plain(text)] for place, text in enumerate(heading) if plain(text) in known}
    twice = sorted({str(labels[name]) for name in found.values() if list(found.values()).count(name) > 1})
    if twice:
        raise ValidationError(_("This column is there twice: %(column)s. Take one out."), params={"column": twice[0]})
    if not set(needed) & set(found.values()):
        words = _("The first row has to name the columns, and “%(name)s” is not among them. Take the template.")
        raise ValidationError(words, params={"name": labels[next(iter(needed))]})
    return found, [text for place, text in enumerate(heading) if text and place not in found]
