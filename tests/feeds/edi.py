"""Writes the EDIFACT that the tests read: messages of our own, in the dialects that senders use."""

from __future__ import annotations

from collections.abc import Iterable

BOX, OTHER, THIRD = "CSQU3054383", "TGHU3054380", "MSKU0000011"
BAD_BOX = "CSQU3054384"


def message(
    *body: str, type: str = "CODECO", directory: str = "D:95B", guide: str = "ITG14", number: str = "1", count: str = ""
) -> list[str]:
    """One UNH…UNT with the right count, unless ``count`` is another."""
    association = f":{guide}" if guide else ""
    head = f"UNH+{number}+{type}:{directory}:UN{association}"
    return [head, *body, f"UNT+{count or len(body) + 2}+{number}"]


def interchange(*messages: list[str], count: str = "", reference: str = "77", charset: str = "UNOA") -> list[str]:
    """The messages within UNB and UNZ, prepared on 20 November 2026 at 9:30."""
    body = [segment for found in messages for segment in found]
    head = f"UNB+{charset}:2+KPAGATE+LIAISONKGL+261120:0930+77"
    return [head, *body, f"UNZ+{count or len(messages)}+{reference}"]


def raw(segments: Iterable[str], end: str = "'") -> bytes:
    """The segments as bytes, each with its terminator."""
    return "".join(segment + end for segment in segments).encode()


def box(number: str = BOX, *more: str, at: str = "202611200845", qualifier: str = "7") -> list[str]:
    """One EQD group with its time."""
    return [f"EQD+CN+{number}+22G1:102:5++3+5", f"DTM+{qualifier}:{at}:203", *more]


def one(*body: str, **envelope: str) -> bytes:
    """An interchange of one message."""
    return raw(interchange(message(*body, **envelope)))
