"""A QR code as one SVG path; drawn by the package that the sign-in's second factor brings."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import groupby

import qrcode


@dataclass(frozen=True, slots=True)
class Picture:
    """The dark squares as a path in units of one square; ``size`` has the quiet zone around them."""

    size: int
    path: str


def qr_of(text: str) -> Picture:
    """The code of a text, with the quiet zone of four squares that readers need."""
    code = qrcode.QRCode(border=4, error_correction=qrcode.ERROR_CORRECT_M)
    code.add_data(text)
    rows = code.get_matrix()
    return Picture(len(rows), "".join(_row(y, row) for y, row in enumerate(rows)))


def _row(y: int, row: list[bool]) -> str:
    """Neighbouring dark squares as one stroke."""
    found, x = [], 0
    for is_dark, squares in groupby(row):
        width = len(list(squares))
        if is_dark:
            found.append(f"M{x} {y}h{width}v1h-{width}z")
        x += width
    return "".join(found)
