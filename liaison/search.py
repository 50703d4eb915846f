"""Searching for a part of a word: the index that PostgreSQL's pg_trgm keeps for ``icontains``."""

from __future__ import annotations

from django.contrib.postgres.indexes import GinIndex, OpClass
from django.db.models.functions import Upper


def trigram_index(field: str, *, name: str) -> GinIndex:
    """An index that answers ``<field>__icontains`` from three characters on."""
    return GinIndex(OpClass(Upper(field), name="gin_trgm_ops"), name=name)
