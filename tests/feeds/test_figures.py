"""Figures that apps above contribute are counted by timetable and kept for the board."""

from __future__ import annotations

from django.utils.translation import gettext_lazy
from pytest_django import Settings

from feeds.figures import Figure, Shares, count_figures, figures
from feeds.models import Source, SourceShare
from tests.conftest import AT

COUNTED: dict[int, tuple[int, int]] = {}


def shares() -> Shares:
    return COUNTED


FIGURES = [Figure("doubted", gettext_lazy("Source"), shares)]


def test_figures_are_counted_anew_and_what_is_no_more_goes(clerk: Source, gate: Source, settings: Settings) -> None:
    settings.SOURCE_FIGURES = [f"{__name__}.FIGURES"]
    assert [figure.name for figure in figures()] == ["doubted"]
    for counted in ({clerk.pk: (1, 4), gate.pk: (0, 2), 987_654: (1, 1)}, {clerk.pk: (3, 5)}, {clerk.pk: (3, 5)}):
        COUNTED.clear()
        COUNTED.update(counted)
        count_figures(at=AT)
        known = {pk: share for pk, share in counted.items() if pk != 987_654}
        assert {row.source_id: (row.part, row.whole) for row in SourceShare.objects.all()} == known
