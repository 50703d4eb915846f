"""What a program says of goods that it registers, as the page's form takes it: the same rules and reasons hold."""

from __future__ import annotations

from functools import cached_property
from typing import Any

from django.utils.translation import gettext as _
from rest_framework.exceptions import ValidationError

from api.bodies import Body
from cargo.register_forms import MAIN, MORE
from cargo.registration import consignees_for
from liaison.identifiers import compact as compact_identifier
from liaison.models import Organization, Person

# What a body may say; anything else is a slip that nobody would notice.
WRITABLE = (*MAIN, *MORE)


class Consignees:
    """Those for whom a person may register, by their names and numbers; each is looked up once."""

    def __init__(self, person: Person) -> None:
        self._allowed = consignees_for(person)
        self._found: dict[str, int | str] = {}

    def key(self, words: str) -> int | str:
        """The key of the one that is named; the person's own where none is; the words as they are for one unknown."""
        if "\x00" in words:
            return words
        if not words.strip():
            return self._own
        if words not in self._found:
            by_name = self._allowed.filter(name__iexact=words.strip())
            by_number = self._allowed.filter(identifiers__value=compact_identifier(words))
            keys = (by_name | by_number).distinct().values_list("pk", flat=True)
            self._found[words] = next(iter(keys), words)
        return self._found[words]

    @cached_property
    def _own(self) -> int | str:
        keys = list(self._allowed.values_list("pk", flat=True)[:2])
        return keys[0] if len(keys) == 1 else ""

    @cached_property
    def rows(self) -> dict[int, Organization]:
        """Those that were looked up so far, and the own one."""
        keys = [key for key in (self._own, *self._found.values()) if isinstance(key, int)]
        return {row.pk: row for row in self._allowed.filter(pk__in=keys)}


def typed(body: Body, consignees: Consignees) -> dict[str, Any]:
    """The body as the form takes it; ValidationError for what has the wrong type."""
    containers = body.pop("containers", [])
    if not (isinstance(containers, list) and all(isinstance(number, str) for number in containers)):
        raise ValidationError({"containers": [_("A list of texts.")]})
    texts = {name: str(value) for name, value in plain(body).items()}
    consignee = consignees.key(texts.pop("consignee", ""))
    return {"cargo_kind": "container", **texts, "containers": "\n".join(containers), "consignee": consignee}


def plain(body: Body) -> Body:
    """The body, of which every value is a text or a number; ValidationError otherwise."""
    if wrong := [name for name, value in body.items() if type(value) not in (str, int, float)]:
        raise ValidationError({name: [_("A text or a number.")] for name in wrong})
    return body
