"""The categories of trouble: who leads, what the office promises, and what the agency will ask."""

from __future__ import annotations

from functools import lru_cache

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.utils.translation import get_language

from liaison.concerns import Concern


class Category(models.Model):
    """One category of the office's taxonomy, loaded from ``tickets/data/categories.csv``.

    ``lead`` and ``support`` are words, as more than one body may lead. ``first_reply`` and ``target`` are lengths of
    working time by ``calendar``; no target is a matter of policy that nobody can promise. ``ladder`` names whom the
    matter goes to when a promise is about to break. ``questions`` are codes of ``tickets.questions``, with an asterisk
    behind those that must be answered.
    """

    class Calendar(models.TextChoices):
        """When its clocks run: in the office's hours, or day and night."""

        OFFICE = "office"
        ALWAYS = "always"

    code = models.CharField(max_length=20, unique=True)
    lead = models.CharField(max_length=80)
    support = models.CharField(max_length=80, blank=True)
    first_reply = models.DurationField()
    target = models.DurationField(null=True, blank=True)
    calendar = models.CharField(max_length=8, choices=Calendar.choices)
    ladder = ArrayField(models.CharField(max_length=80))
    questions = ArrayField(models.CharField(max_length=24), default=list, blank=True)
    source = models.CharField(max_length=300)

    class Meta:
        constraints = [
            models.CheckConstraint(condition=models.Q(code__in=Concern.values), name="category_code_known"),
            models.CheckConstraint(
                condition=models.Q(calendar__in=["office", "always"]), name="category_calendar_known"
            ),
            models.CheckConstraint(
                condition=models.Q(target__isnull=True) | models.Q(target__gte=models.F("first_reply")),
                name="category_replies_before_it_cures",
            ),
            models.CheckConstraint(condition=~models.Q(source=""), name="category_has_source"),
        ]

    def __str__(self) -> str:
        return self.code

    @property
    def label(self) -> str:
        """Its name in the reader's language."""
        return category_label(self.code)


def category_label(code: str) -> str:
    """A category's name in the reader's language."""
    return _label(code, get_language())


@lru_cache
def _label(code: str, _language: str | None) -> str:
    """Every row of a list has one, and the same few are in all rows."""
    return str(Concern(code).label)
