"""Searching for a part of a word: the index that PostgreSQL's pg_trgm keeps for ``icontains``."""

from __future__ import annotations

from django.contrib.postgres.indexes import GinIndex, OpClass
from django.db.models import Q
from django.db.models.functions import Upper


def trigram_index(field: str, *, name: str, condition: Q | None = None) -> GinIndex:
    """An index that answers ``<field>__icontains`` from three characters on, of rows that fit the condition."""
    return GinIndex(OpClass(Upper(field), name="gin_trgm_ops"), name=name, condition=condition)
