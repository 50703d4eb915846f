"""Pictures of drawings: black on white, twice as wide, with letters."""

from __future__ import annotations

import io

import pytest
from PIL import Image

from observatory.pictures import WIDTH, _png, png

FRAME = '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 720 300">{}</svg>'


def drawn(inside: str) -> Image.Image:
    return Image.open(io.BytesIO(_png(FRAME.format(inside)))).convert("L")


def ink(picture: Image.Image) -> int:
    return sum(picture.histogram()[:128])


def test_a_picture_is_white_with_what_is_drawn_in_its_place() -> None:
    picture = drawn('<rect x="0" y="0" width="360" height="300" fill="currentColor" color="#000"/>')
    assert (picture.size, ink(picture)) == ((WIDTH, 600), WIDTH * 600 // 2)
    assert (picture.getpixel((10, 10)), picture.getpixel((WIDTH - 10, 10))) == (0, 255)
    # Letters of all four languages leave ink: the machine has a face for them.
    assert ink(drawn('<text x="20" y="60" font-size="40" font-family="system-ui, sans-serif">Ukwakira é</text>')) > 500


@pytest.mark.parametrize("rubbish", ["", "<svg", "no drawing"])
def test_what_is_no_drawing_is_an_error(rubbish: str) -> None:
    with pytest.raises(ValueError, match=r".+"):
        png(rubbish)
