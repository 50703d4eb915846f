"""The taxonomy: loading its file, whose figures win over those of an earlier edition."""

from __future__ import annotations

import csv
from datetime import timedelta
from pathlib import Path

from django.db import transaction

from tickets.models import Category
from tickets.questions import QUESTIONS, asked

OFFICE_DAY = timedelta(hours=8)
FILE = Path(__file__).parent / "data" / "categories.csv"


@transaction.atomic
def load_categories() -> int:
    """Bring the categories to what the file says; returns how many. ValueError for a question that has no words."""
    with FILE.open(encoding="utf-8", newline="") as lines:
        rows = [_category(row) for row in csv.DictReader(lines)]
    Category.objects.bulk_create(
        rows,
        update_conflicts=True,
        unique_fields=["code"],
        update_fields=["lead", "support", "first_reply", "target", "calendar", "ladder", "questions", "source"],
    )
    return len(rows)


def _category(row: dict[str, str]) -> Category:
    questions = row["questions"].split()
    unknown = sorted({code for code, _needed in asked(questions)} - QUESTIONS.keys())
    if unknown:
        raise ValueError(f"{row['code']}: no words for {', '.join(unknown)}")
    return Category(
        code=row["code"],
        lead=row["lead"],
        support=row["support"],
        first_reply=_length(row["first_reply"], row["calendar"]),
        target=_length(row["target"], row["calendar"]) if row["target"] else None,
        calendar=row["calendar"],
        ladder=row["ladder"].split("|"),
        questions=questions,
        source=row["source"],
    )


def _length(words: str, calendar: str) -> timedelta:
    """So many minutes, hours or days; a day of the office is its eight working hours."""
    day = OFFICE_DAY if calendar == Category.Calendar.OFFICE else timedelta(days=1)
    units = {"m": timedelta(minutes=1), "h": timedelta(hours=1), "d": day}
    return int(words[:-1]) * units[words[-1]]
