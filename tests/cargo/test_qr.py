"""The picture of a link is the code that a reader expects."""

from __future__ import annotations

import re

import qrcode

from cargo.qr import qr_of

LINK = "https://portal.example/t/abcdefghijklmnopqrstuvwx/"


def test_the_path_draws_every_dark_square_and_no_other() -> None:
    code = qrcode.QRCode(border=4, error_correction=qrcode.ERROR_CORRECT_M)
    code.add_data(LINK)
    rows = code.get_matrix()
    picture = qr_of(LINK)
    assert picture.size == len(rows)
    drawn = set()
    for x, y, width in re.findall(r"M(\d+) (\d+)h(\d+)v1h-\d+z", picture.path):
        drawn |= {(int(x) + step, int(y)) for step in range(int(width))}
    assert drawn == {(x, y) for y, row in enumerate(rows) for x, is_dark in enumerate(row) if is_dark}
    assert min(x for x, _y in drawn) == 4
