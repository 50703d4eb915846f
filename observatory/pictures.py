"""A drawing as a picture for whatever shows no SVG, by resvg; the only module that knows it."""

from __future__ import annotations

import hashlib
from functools import partial

import resvg_py
from django.core.cache import cache

# Twice as wide as the drawing, so that it prints well, too.
WIDTH = 1440
# The face that reports are printed in; where there is none, any that the machine has.
FACE = "DejaVu Sans"
# Whoever asks for every day and part there is has a hundred thousand made in an hour: what is kept must not grow so.
KEPT_S = 60


def png(svg: str) -> bytes:
    """The PNG of one of our own drawings; kept for a minute, for it takes a twentieth of a second."""
    key = f"observatory.png.{hashlib.sha256(svg.encode()).hexdigest()}"
    made = cache.get_or_set(key, partial(_png, svg), KEPT_S)
    assert isinstance(made, bytes)
    return made


def _png(svg: str) -> bytes:
    return resvg_py.svg_to_bytes(
        svg_string=svg, width=WIDTH, background="white", font_family=FACE, sans_serif_family=FACE
    )
