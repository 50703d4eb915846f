"""The token that makes a form's being sent twice the same as once."""

from __future__ import annotations

from uuid import uuid4

from django import template
from django.utils.html import format_html
from django.utils.safestring import SafeString

from liaison.once import FIELD

register = template.Library()


@register.simple_tag
def once() -> SafeString:
    """A hidden field, new each time the form is shown; its view is behind ``liaison.once.once``."""
    return format_html('<input type="hidden" name="{}" value="{}">', FIELD, uuid4())
