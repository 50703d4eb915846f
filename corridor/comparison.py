"""Both corridors to Rwanda side by side, as others published it: figures that the portal does not measure itself."""

from __future__ import annotations

from dataclasses import dataclass

from django.utils.translation import gettext_lazy as _
from django_stubs_ext import StrPromise


@dataclass(frozen=True, slots=True)
class Figure:
    """What was published of the Northern and of the Central Corridor, and by whom."""

    label: StrPromise
    northern: str | StrPromise
    central: str | StrPromise
    source: str


PUBLISHED = (
    Figure(_("Borders crossed"), "2", "1", "centralcorridor-ttfa.org"),
    Figure(_("Transit days, 2018"), "7", "5", "Rwanda Revenue Authority, thecitizen.co.tz"),
    Figure(_("Transit days, before that"), "25", "21", "Rwanda Revenue Authority, thecitizen.co.tz"),
    Figure(_("USD for a 40-foot container, 2014"), "4,800", "4,300", "SCEA, monitor.co.ug"),
    Figure(_("USD for a container, in the course of 2020"), "3,400 → 3,800", "3,000 → 2,700", "SCEA, sendyit.com"),
    Figure(
        _("Severe congestion of the port"), "2025-11 – 2026-02", "2023 – 2024", "standardmedia.co.ke; allafrica.com"
    ),
)
