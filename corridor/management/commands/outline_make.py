"""Makes the outline of the countries behind the map."""

from __future__ import annotations

import csv
import json
from argparse import ArgumentParser
from dataclasses import astuple
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand

from corridor.drawing import OUTLINE
from corridor.outline import outline


class Command(BaseCommand):
    """``manage.py outline_make GEOJSON``: writes corridor/data/outline.csv from countries of Natural Earth."""

    help = "Makes the outline of the map from a GeoJSON file of countries with their iso2 codes."

    def add_arguments(self, parser: ArgumentParser) -> None:
        """The file to read, and where to write."""
        parser.add_argument("geojson", type=Path)
        parser.add_argument("--to", type=Path, default=OUTLINE)

    def handle(self, *args: Any, **options: Any) -> None:
        """Read, simplify, write and say how large it is."""
        countries = outline(json.loads(options["geojson"].read_text(encoding="utf-8")))
        with options["to"].open("w", encoding="utf-8", newline="") as file:
            writer = csv.writer(file, lineterminator="\n")
            writer.writerows([("code", "path", "x", "y"), *(astuple(country) for country in countries)])
        self.stdout.write(f"{len(countries)} countries, {options['to'].stat().st_size} bytes")
