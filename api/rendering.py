"""JSON as answers are written, in which a part may stand that was written before."""

from __future__ import annotations

import json
from itertools import chain
from typing import Any

from rest_framework.renderers import JSONRenderer
from rest_framework.utils.encoders import JSONEncoder

# No text that the database keeps has this character in it.
_PLACE = "\x00"
_PLACE_WRITTEN = '"\\u0000"'


class Written:
    """JSON that is written already and stands in an answer as it is."""

    __slots__ = ("text",)

    def __init__(self, text: str) -> None:
        self.text = text


class Encoder(JSONEncoder):
    """Encodes as REST framework does; what is written goes in last, in the order in which it was met."""

    def __init__(self, **options: Any) -> None:
        super().__init__(**options)
        self._written: list[str] = []

    def default(self, obj: Any) -> Any:
        """What stands for something that is no plain value."""
        if isinstance(obj, Written):
            self._written.append(obj.text)
            return _PLACE
        return super().default(obj)

    def encode(self, obj: Any) -> str:
        """The whole as text. ValueError where a text has the character that keeps the places."""
        text = super().encode(obj)
        if not self._written:
            return text
        parts = text.split(_PLACE_WRITTEN)
        return "".join(chain.from_iterable(zip(parts, [*self._written, ""], strict=True)))


class Json(JSONRenderer):
    """Every answer of the API."""

    encoder_class = Encoder


def written(value: object) -> str:
    """A value as text, as it would stand in an answer."""
    return json.dumps(value, cls=Encoder, ensure_ascii=False, allow_nan=False, separators=(",", ":"))
