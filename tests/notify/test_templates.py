"""Templates of WhatsApp: what Meta said last of each counts, and what it did not say stays."""

from __future__ import annotations

import pytest

from liaison.models import JournalEntry
from notify.models import Template
from notify.templates import LONGEST, judge, usable
from tests.conftest import AT


def test_what_is_not_said_stays_and_the_journal_is_told(db: None) -> None:
    judge(name="portal_news", language="fr", status="APPROVED", category="UTILITY", at=AT)
    judge(name="portal_news", language="fr", quality="RED", status="", at=AT)
    template = Template.objects.get()
    assert (template.status, template.category, template.quality) == ("APPROVED", "UTILITY", "RED")
    entries = JournalEntry.objects.filter(kind="notify.template_judged").order_by("pk")
    assert [entry.data.get("quality", "") for entry in entries] == ["", "RED"]
    assert str(template) == "portal_news (fr)"


@pytest.mark.parametrize(
    ("said", "is_usable"),
    [
        ({"status": "APPROVED"}, True),
        ({"status": "APPROVED", "category": "UTILITY", "quality": "RED"}, True),
        ({"category": "MARKETING"}, False),
        ({"status": "REJECTED"}, False),
        ({"status": "PAUSED", "category": "UTILITY"}, False),
        ({"quality": "GREEN"}, True),
    ],
)
def test_it_is_sent_while_nothing_speaks_against_it(db: None, said: dict[str, str], is_usable: bool) -> None:
    judge(name="portal_news", language="fr", at=AT, **said)
    assert (usable("portal_news", "fr"), usable("portal_news", "en")) == (is_usable, True)


def test_however_long_meta_s_words_are_they_are_kept(db: None) -> None:
    judge(name="n" * 600, language="l" * 20, at=AT, **dict.fromkeys(LONGEST, "x" * 400))
    template = Template.objects.get()
    assert {field: len(getattr(template, field)) for field in LONGEST} == LONGEST
