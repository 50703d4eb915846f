"""The record of processing: complete for each purpose, and shown in every language."""

from __future__ import annotations

from dataclasses import fields
from html import unescape

import pytest
from django.conf import settings
from django.test import Client
from django.utils import translation

from liaison.consents import PURPOSES
from liaison.processing import ACTIVITIES, Activity


@pytest.mark.parametrize("language", [code for code, _name in settings.LANGUAGES])
def test_every_activity_says_all_that_the_law_asks_for_in_every_language(language: str) -> None:
    with translation.override(language):
        said = [[str(getattr(activity, field.name)) for field in fields(Activity)] for activity in ACTIVITIES]
    assert [row for row in said if not all(row)] == []
    assert len({row[0] for row in said}) == len(ACTIVITIES), "each purpose stands once"


def test_what_rests_on_consent_is_what_consent_is_asked_for() -> None:
    """Beside what subscribers confirm, who have no account to keep a consent with."""
    consented = [activity for activity in ACTIVITIES if str(activity.basis).startswith("Consent,")]
    assert (len(consented), bool(PURPOSES)) == (3, True)
    assert "withdrawn at any moment" in str(consented[0].basis)


def test_anybody_may_read_for_what_data_is_used_and_nobody_how_much_was_taken_out(db: None) -> None:
    assert Client().get("/privacy/record/").status_code == 302
    page = unescape(Client().get("/privacy/").content.decode())
    assert [str(activity.purpose) for activity in ACTIVITIES if str(activity.purpose) not in page] == []
