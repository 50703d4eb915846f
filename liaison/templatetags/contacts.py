"""How somebody can be reached, as links that a telephone can follow."""

from __future__ import annotations

from typing import Protocol

from django import template
from django.conf import settings
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString

register = template.Library()


class Reachable(Protocol):
    """Whatever has a telephone number and an e-mail address, each of which may be empty."""

    phone: str
    email: str


@register.simple_tag
def office() -> SafeString:
    """The office and how to reach it."""
    ways = [("mailto", settings.OFFICE_EMAIL), ("tel", settings.OFFICE_PHONE)]
    links = format_html_join("", ' <a class="tap" href="{}:{}">{}</a>', ((how, to, to) for how, to in ways if to))
    return format_html('<p class="beside"><span>{}</span>{}</p>', settings.OFFICE_NAME, links)


@register.simple_tag
def reach(contact: Reachable, name: str = "") -> SafeString:
    """A paragraph with the name, where one is given, and links to call and to write; nothing for nothing."""
    ways = [(f"{how}:{where}", where) for how, where in (("tel", contact.phone), ("mailto", contact.email)) if where]
    if not ways and not name:
        return SafeString("")
    links = format_html_join(" ", '<a class="tap" href="{}">{}</a>', ways)
    who = format_html("<strong>{}</strong> ", name) if name else ""
    return format_html('<p class="small">{}{}</p>', who, links)
