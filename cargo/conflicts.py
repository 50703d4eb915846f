"""How often a source's word is contested by others, for the board of the sources."""

from __future__ import annotations

from django.db.models import Count, Q
from django.utils.translation import gettext_lazy as _

from cargo.models import Milestone
from feeds.figures import Figure, Shares


def contested() -> Shares:
    """By source, how many of the milestones that rest on its word are contested, and how many there are."""
    rows = Milestone.objects.filter(actual_at__isnull=False).order_by().values("event__source_id")
    counted = rows.annotate(part=Count("pk", filter=Q(is_contested=True)), whole=Count("pk"))
    return {row["event__source_id"]: (row["part"], row["whole"]) for row in counted}


FIGURES = [Figure("conflicts", _("Contested by others"), contested)]
