"""The box above a list in its parts: on a telephone all but the words looked for is folded away until it is used."""

from __future__ import annotations

from dataclasses import dataclass

from django import forms, template
from django.forms.boundfield import BoundField

register = template.Library()


@dataclass(frozen=True, slots=True)
class Parts:
    """The first field, the others that are seen, and of those that links fill in the ones that are filled in."""

    first: BoundField
    rest: list[BoundField]
    hidden: list[BoundField]
    is_narrowed: bool


@register.filter
def parts(filter_form: forms.Form) -> Parts:
    """The fields of a form of filters, and whether any that is seen but the first is filled in."""
    first, *rest = filter_form.visible_fields()
    hidden = [field for field in filter_form.hidden_fields() if field.value()]
    return Parts(first, rest, hidden, any(field.value() for field in rest))
