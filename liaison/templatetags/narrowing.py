"""Whether a list is narrowed by more than the words looked for: on a telephone the rest is folded away until it is."""

from __future__ import annotations

from django import forms, template

register = template.Library()


@register.filter
def is_narrowed(filter_form: forms.Form) -> bool:
    """Whether any field but the first one is filled in; what is hidden is not to be folded away."""
    return any(field.value() for field in list(filter_form)[1:] if not field.is_hidden)
