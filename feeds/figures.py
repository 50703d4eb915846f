"""Figures on sources that apps above contribute (settings.SOURCE_FIGURES): counted by timetable, shown on the board."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime

from django.conf import settings
from django.db import transaction
from django.utils.module_loading import import_string
from django_stubs_ext import StrPromise

from feeds.models import Source, SourceShare

Shares = Mapping[int, tuple[int, int]]


@dataclass(frozen=True, slots=True)
class Figure:
    """One figure: ``shares`` counts, for each source by its id, so many of its so many. It may take its time."""

    name: str
    label: StrPromise
    shares: Callable[[], Shares]


def figures() -> list[Figure]:
    """All that the apps contribute, in the order of settings.SOURCE_FIGURES."""
    return [figure for name in settings.SOURCE_FIGURES for figure in import_string(name)]


def count_figures(*, at: datetime) -> None:
    """Count every figure of every source anew and keep it for the board."""
    for figure in figures():
        shares = figure.shares()
        with transaction.atomic():
            known = Source.objects.filter(pk__in=shares).values_list("pk", flat=True)
            SourceShare.objects.filter(name=figure.name).exclude(source__in=shares).delete()
            SourceShare.objects.bulk_create(
                [
                    SourceShare(source_id=pk, name=figure.name, part=shares[pk][0], whole=shares[pk][1], counted_at=at)
                    for pk in known
                ],
                update_conflicts=True,
                unique_fields=["source", "name"],
                update_fields=["part", "whole", "counted_at"],
            )
