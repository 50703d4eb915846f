"""Terms of the trade explained where they stand: a button that opens its meaning, without scripts."""

from __future__ import annotations

from django import template
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _

from liaison.glossary import TERMS

register = template.Library()


@register.simple_tag
def terms(*slugs: str) -> SafeString:
    """A line of words that explain themselves when they are touched. KeyError for what the glossary does not have."""
    shown = [TERMS[slug] for slug in slugs]
    words = format_html_join(
        " ",
        '<button type="button" class="term" popovertarget="term-{0}">{1}</button>'
        '<span popover id="term-{0}" class="meaning"><dfn>{1}</dfn>: {2}</span>',
        ((term.slug, term.word, term.meaning) for term in shown),
    )
    return format_html('<p class="small terms"><span class="quiet">{}</span> {}</p>', _("In these words:"), words)
