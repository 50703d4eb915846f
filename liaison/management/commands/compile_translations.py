"""Compiles the message catalogues with Babel, so that no gettext binary is needed."""

from __future__ import annotations

from pathlib import Path
from tempfile import NamedTemporaryFile
from typing import Any

from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po
from django.conf import settings
from django.core.management.base import BaseCommand


class Command(BaseCommand):
    """``manage.py compile_translations``: every .po that is newer than its .mo."""

    help = "Compiles the message catalogues that have changed."
    requires_system_checks: list[str] = []

    def handle(self, *args: Any, **options: Any) -> None:
        """Compile and say how many."""
        compiled = sum(compile_catalog(po) for folder in settings.LOCALE_PATHS for po in Path(folder).rglob("*.po"))
        self.stdout.write(f"{compiled} message catalogues compiled")


def compile_catalog(po: Path) -> bool:
    """Write the .mo beside ``po`` where it is missing or older; True when written."""
    mo = po.with_suffix(".mo")
    if mo.exists() and mo.stat().st_mtime >= po.stat().st_mtime:
        return False
    with po.open("rb") as source:
        catalog = read_po(source, locale=po.parts[-3])
    # Two processes may compile at the same time, so each writes a file of its own and the last one wins whole.
    with NamedTemporaryFile(dir=mo.parent, prefix="django.", suffix=".mo.tmp", delete=False) as unfinished:
        write_mo(unfinished, catalog)
    Path(unfinished.name).chmod(0o644)
    Path(unfinished.name).replace(mo)
    return True
