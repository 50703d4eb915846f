"""Icons: our own line drawings on a grid of 24, put into the page as SVG; always beside words."""

from __future__ import annotations

from functools import cache

from django import template
from django.utils.html import format_html
from django.utils.safestring import SafeString, mark_safe

register = template.Library()

_PATHS = {
    "box": "M3 8l9-5 9 5v8l-9 5-9-5z M3 8l9 5 9-5 M12 13v8",
    "cross": "M6 6l12 12 M18 6L6 18",
    "question": "M4 4h16v16H4z M9.5 9.5a2.5 2.5 0 1 1 3.5 2.3c-.7.4-1 .9-1 1.7 M12 16.8v.2",
    "inbox-in": "M3 13v7h18v-7 M3 13h5l1.5 3h5L16 13h5 M12 3v9 M8.5 8.5L12 12l3.5-3.5",
    "route": "M5 19a2 2 0 1 0 0-.1 M19 5a2 2 0 1 0 0-.1 M7 19h8a3 3 0 0 0 0-7H9a3 3 0 0 1 0-7h8",
    "bell": "M6 17V11a6 6 0 0 1 12 0v6 M4 17h16 M10 20.5h4",
    "check": "M5 12.5l4.5 4.5L19 7.5",
    "clock": "M12 3a9 9 0 1 0 .1 0 M12 7.5V12l3.5 2",
    "alert": "M12 4L2.8 20h18.4z M12 10v5 M12 17.4v.2",
    "user": "M12 12a4 4 0 1 0-.1 0 M4.5 21c.6-4 3.6-6 7.5-6s6.9 2 7.5 6",
    "firm": "M5 21V4h9v17 M14 9h5v12 M3 21h18 M8 8h3 M8 12h3 M8 16h3",
    "search": "M10.5 4a6.5 6.5 0 1 0 .1 0 M15.5 15.5L21 21",
    "plus": "M12 5v14 M5 12h14",
    "chart": "M4 4v16h16 M8 16v-5 M12.5 16V7 M17 16v-8",
    "book": "M5 4h11a3 3 0 0 1 3 3v13H8a3 3 0 0 1-3-3z M5 17a3 3 0 0 1 3-3h11 M9 8h6",
    "upload": "M4 16v4h16v-4 M12 16V4 M7.5 8.5L12 4l4.5 4.5",
    "arrow": "M5 12h14 M13 6l6 6-6 6",
    "shield": "M12 3l7.5 3v5.5c0 4.6-3.1 7.9-7.5 9.5-4.4-1.6-7.5-4.9-7.5-9.5V6z M8.5 12l2.5 2.5 4.5-5",
    "paper": "M6 3h8l4 4v14H6z M14 3v4h4 M9 12h6 M9 16h6",
    "download": "M4 16v4h16v-4 M12 4v12 M7.5 11.5L12 16l4.5-4.5",
    "phone": "M5 3h4l2 5-2.5 1.8a12 12 0 0 0 5.7 5.7L16 13l5 2v4c0 1.1-.9 2-2 2A16 16 0 0 1 3 5c0-1.1.9-2 2-2z",
    "leave": "M14 4h6v16h-6 M3 12h11 M7 8l-4 4 4 4",
}


@register.simple_tag
@cache
def icon(name: str) -> SafeString:
    """The drawing ``name``, hidden from screen readers since words stand beside it. KeyError for an unknown name."""
    return format_html(
        '<svg class="icon" viewBox="0 0 24 24" width="20" height="20" fill="none" stroke="currentColor" '
        'stroke-width="1.8" stroke-linecap="round" stroke-linejoin="round" aria-hidden="true" focusable="false">'
        '<path d="{}"/></svg>',
        mark_safe(_PATHS[name]),  # noqa: S308 - one of the constants above
    )
