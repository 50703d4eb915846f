"""Writes docs/glossary.md and docs/guides/ from the terms, the guides and the catalogues."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand

from liaison import glossary, guides


class Command(BaseCommand):
    """``manage.py guides_write``."""

    help = "Writes docs/glossary.md and docs/guides/ in every language from what the pages show."

    def handle(self, *args: Any, **options: Any) -> None:
        """Replace the files."""
        docs = settings.BASE_DIR / "docs"
        (docs / "guides").mkdir(exist_ok=True)
        for name, text in {"glossary.md": glossary.as_markdown(), **guides.documents()}.items():
            (docs / name).write_text(text, encoding="utf-8")
