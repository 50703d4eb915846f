"""The box above a list in its parts: on a telephone all but the words looked for is folded away until it is used."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from django import forms, template
from django.forms.boundfield import BoundField
from django.template.loader import render_to_string
from django.utils.safestring import SafeString
from django.utils.translation import get_language

from liaison.forms import FixedSelect

register = template.Library()


@dataclass(frozen=True, slots=True)
class Parts:
    """The first field, the others that are seen, drawn, and of those that links fill in the ones that are filled in."""

    first: BoundField
    rest: SafeString
    hidden: list[BoundField]
    is_narrowed: bool


@register.filter
def parts(filter_form: forms.Form) -> Parts:
    """The fields of a form of filters, and whether any that is seen but the first is filled in."""
    first, *rest = filter_form.visible_fields()
    hidden = [field for field in filter_form.hidden_fields() if field.value()]
    is_narrowed = any(field.value() for field in rest)
    is_fixed = not is_narrowed and all(isinstance(field.field.widget, FixedSelect) for field in rest)
    return Parts(first, _kept(filter_form, rest) if is_fixed else _drawn(rest), hidden, is_narrowed)


# What is the same for everybody who has chosen nothing, by form and language.
_KEPT: dict[object, SafeString] = {}


def _kept(filter_form: forms.Form, rest: Iterable[BoundField]) -> SafeString:
    key = (type(filter_form), filter_form.prefix, filter_form.auto_id, get_language())
    if key not in _KEPT:
        _KEPT[key] = _drawn(rest)
    return _KEPT[key]


def _drawn(fields: Iterable[BoundField]) -> SafeString:
    return SafeString("".join(render_to_string("components/field.html", {"field": field}) for field in fields))
