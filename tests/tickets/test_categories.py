"""The taxonomy as its file says it."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.db import IntegrityError
from django.utils import translation

from liaison.concerns import Concern
from tickets import categories
from tickets.categories import load_categories
from tickets.models import Category
from tickets.questions import LONG, QUESTIONS, asked, label

HOUR = timedelta(hours=1)


def test_every_concern_has_its_category_and_loading_again_changes_nothing(db: None) -> None:
    assert (load_categories(), load_categories()) == (len(Concern), len(Concern))
    assert sorted(Category.objects.values_list("code", flat=True)) == sorted(Concern.values)


def test_days_are_working_days_where_the_office_counts_and_whole_days_elsewhere(db: None) -> None:
    load_categories()
    found = {row.code: (row.first_reply, row.target, row.calendar) for row in Category.objects.all()}
    assert found["SECURITY"] == (HOUR / 2, 24 * HOUR, "always")
    assert found["PORT_DELAY"] == (2 * HOUR, 48 * HOUR, "always")
    assert found["CUSTOMS_RW"] == (4 * HOUR, 16 * HOUR, "office")
    assert found["DEPOSIT"] == (8 * HOUR, 120 * HOUR, "office")
    assert found["ROAD_CHARGE"] == (8 * HOUR, None, "office")


def test_a_category_knows_who_is_asked_next_and_what_the_agency_asks(db: None) -> None:
    load_categories()
    port = Category.objects.get(code="PORT_DELAY")
    assert port.ladder == ["Liaison supervisor", "KPA Mombasa GM Operations"]
    assert asked(port.questions) == [("place", False), ("since", True), ("pickup_order", False)]
    assert port.source.startswith("Proposed by the office")
    with translation.override("fr"):
        assert (str(port), port.label) == ("PORT_DELAY", str(Concern.PORT_DELAY.label))


def test_what_staff_have_not_changed_follows_the_file(db: None) -> None:
    load_categories()
    Category.objects.filter(code="INFO").update(lead="Nobody")
    load_categories()
    assert Category.objects.get(code="INFO").lead == "Liaison office"


def test_a_question_without_words_is_refused() -> None:
    row = {"code": "INFO", "questions": "place shoe_size", "first_reply": "1h", "target": "", "calendar": "office"}
    with pytest.raises(ValueError, match="INFO: no words for shoe_size"):
        categories._category(row)


def test_questions_have_words_and_old_ones_keep_their_code() -> None:
    assert QUESTIONS.keys() >= LONG
    assert (label("place"), label("gone")) == ("Where exactly?", "gone")


@pytest.mark.parametrize(
    "values",
    [
        {"code": "WEATHER"},
        {"calendar": "seldom"},
        {"target": HOUR, "first_reply": 2 * HOUR},
        {"source": ""},
    ],
)
def test_the_database_refuses_what_is_no_category(db: None, values: dict[str, object]) -> None:
    right = {"code": "INFO", "first_reply": HOUR, "calendar": "office", "ladder": ["A"], "source": "S"}
    with pytest.raises(IntegrityError):
        Category.objects.create(**{**right, **values})
