"""What form a body and an answer have: always JSON. No delivery is lost over an Accept header."""

from __future__ import annotations

import io
import json
import re
from collections.abc import Iterable, Mapping
from typing import Any

from django.utils.text import format_lazy
from django.utils.translation import gettext_lazy as _
from rest_framework.exceptions import APIException, ParseError, UnsupportedMediaType
from rest_framework.negotiation import BaseContentNegotiation
from rest_framework.parsers import BaseParser, FormParser, JSONParser
from rest_framework.renderers import BaseRenderer
from rest_framework.request import Request


class AlwaysJson(BaseContentNegotiation):
    """Takes the view's first renderer, and its first parser unless another is for the body's own type."""

    def select_parser(self, request: Request, parsers: Iterable[BaseParser]) -> BaseParser | None:
        """The one for the body's type, else the first; None where the view reads the body itself."""
        given, known = (request.content_type or "").partition(";")[0].strip().lower(), list(parsers)
        return next((parser for parser in known if parser.media_type == given), next(iter(known), None))

    def select_renderer(
        self, request: Request, renderers: Iterable[BaseRenderer], format_suffix: str | None = None
    ) -> tuple[BaseRenderer, str]:
        """The first, whatever the request accepts."""
        renderer = next(iter(renderers))
        return renderer, str(renderer.media_type)


_JSON = re.compile(r"(application|text)/([a-z0-9.+-]+\+)?json")
# Of a body that is read whole; a thousand consignments have room in it.
MOST_BYTES = 2_000_000


class TooLarge(APIException):
    """A body beyond all that the API takes."""

    status_code = 413
    default_detail = format_lazy(_("A body has at most {most} bytes."), most=MOST_BYTES)


class KeepableJson(JSONParser):
    """JSON in UTF-8 (RFC 8259) of which every text can be kept: no half of a character, and not nested without end."""

    def parse(self, stream: Any, media_type: str | None = None, parser_context: Mapping[str, Any] | None = None) -> Any:
        """What the body says; ParseError where it cannot be read, TooLarge or UnsupportedMediaType where it is not."""
        given = (media_type or "").partition(";")[0].strip().lower()
        if given and not _JSON.fullmatch(given):
            raise UnsupportedMediaType(given[:100])
        raw = _read(stream)
        try:
            said = json.loads(raw.decode(), parse_constant=_refused)
            json.dumps(said, ensure_ascii=False).encode()
        except (ValueError, RecursionError) as error:
            raise ParseError(_("This is no JSON in UTF-8.")) from error
        return said


class SmallForm(FormParser):
    """A form's fields, of a body that is not too large."""

    def parse(self, stream: Any, media_type: str | None = None, parser_context: Mapping[str, Any] | None = None) -> Any:
        """The fields; TooLarge where it is not read at all."""
        return super().parse(io.BytesIO(_read(stream)), media_type, parser_context)


def _read(stream: Any) -> bytes:
    raw: bytes = stream.read(MOST_BYTES + 1)
    if len(raw) > MOST_BYTES:
        raise TooLarge
    return raw


def _refused(name: str) -> None:
    raise ValueError(name)
