"""Terms of the trade: one list, in every language, held to the document and to the pages."""

from __future__ import annotations

import re

import pytest
from django.conf import settings
from django.template import Context, Template
from django.test import Client
from django.utils.translation import override

from liaison.catalogs import LANGUAGES
from liaison.glossary import TERMS, as_markdown, in_order

DOCUMENT = settings.BASE_DIR / "docs" / "glossary.md"
USED = re.compile(r"{% terms ([^%]+)%}")


def templates() -> dict[str, str]:
    return {str(path): path.read_text() for path in (settings.BASE_DIR / "templates").rglob("*.html")}


def test_the_document_is_what_the_list_says() -> None:
    assert DOCUMENT.read_text(encoding="utf-8") == as_markdown(), "run manage.py guides_write"
    rows = [line for line in as_markdown().splitlines() if line.startswith("| **")]
    assert [line.count("**: ") for line in rows] == [4] * len(TERMS)


def test_every_term_is_another_and_has_another_word_in_each_language() -> None:
    assert len({str(term.word) for term in TERMS.values()}) == len(TERMS)
    for language in LANGUAGES:
        meanings = [str(term.meaning) for term in TERMS.values()]
        with override(language):
            assert [
                term.slug for term, meaning in zip(TERMS.values(), meanings, strict=True) if term.meaning == meaning
            ] == []
            assert [term.slug for term in in_order()] != [term.slug for term in TERMS.values()]


def test_the_pages_explain_terms_that_are_known_and_no_page_one_twice() -> None:
    used = {path: re.findall(r'"([^"]+)"', " ".join(USED.findall(text))) for path, text in templates().items()}
    all_used = [slug for slugs in used.values() for slug in slugs]
    assert set(all_used) <= set(TERMS)
    # An id twice in a page would open the wrong one.
    assert sorted(all_used) == sorted(set(all_used))
    assert len(all_used) >= 12


def test_a_term_opens_its_meaning_without_scripts() -> None:
    with override("fr"):
        page = Template('{% load terms %}{% terms "demurrage" %}').render(Context())
    assert '<button type="button" class="term" popovertarget="term-demurrage">Surestaries</button>' in page
    assert re.search(r'<span popover id="term-demurrage" class="meaning"><dfn>Surestaries</dfn>: Ce que', page)
    with pytest.raises(KeyError):
        Template('{% load terms %}{% terms "no-such-term" %}').render(Context())


@pytest.mark.parametrize("language", ["en", *LANGUAGES])
def test_the_page_has_them_all(db: None, language: str) -> None:
    page = Client(headers={"accept-language": language}).get("/glossary/").content.decode()
    assert sorted(re.findall(r'<dt id="([^"]+)">', page)) == sorted(TERMS)
