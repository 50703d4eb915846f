"""Names that run from right to left, in templates of plain text."""

from __future__ import annotations

from django import template

from liaison.directions import isolated

register = template.Library()
register.filter("isolated", isolated)
