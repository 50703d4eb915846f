"""Text as SMS carry it: the alphabet of GSM 03.38, in which 160 characters fit into one message."""

from __future__ import annotations

import unicodedata

SINGLE = 160
_BASIC = (
    "@£$¥èéùìòÇ\nØø\rÅåΔ_ΦΓΛΩΠΨΣΘΞÆæßÉ !\"#¤%&'()*+,-./0123456789:;<=>?¡ABCDEFGHIJKLMNOPQRSTUVWXYZÄÖÑÜ§¿"
    "abcdefghijklmnopqrstuvwxyzäöñüà"
)
_ALPHABET = frozenset(_BASIC)
_PLAIN = str.maketrans(
    {
        **dict.fromkeys("’‘^", "'"),
        **dict.fromkeys("“”«»", '"'),
        **dict.fromkeys("–—·~", "-"),
        **dict.fromkeys("\u00a0\u202f", " "),
        # Of letters that run from right to left nothing is left that an isolate would keep together.
        **dict.fromkeys("\u2068\u2069"),
        **dict.fromkeys("[{", "("),
        **dict.fromkeys("]}", ")"),
        **dict.fromkeys("|\\", "/"),
        "…": "...",
        "€": "EUR",
        "œ": "oe",
        "Œ": "OE",
    }
)


def gsm(text: str) -> str:
    """``text`` in the basic alphabet: accents that it lacks fall, and what has no likeness becomes "?"."""
    return "".join(_likeness(character) for character in unicodedata.normalize("NFC", text).translate(_PLAIN))


def _likeness(character: str) -> str:
    if character in _ALPHABET:
        return character
    parts = unicodedata.normalize("NFKD", character)
    likeness = "".join(part for part in parts if part in _ALPHABET)
    return likeness or ("" if unicodedata.combining(character) else "?")


def shortened(text: str, length: int) -> str:
    """``text`` in at most ``length`` characters, cut with three dots."""
    return text if len(text) <= length else text[: max(length - 3, 0)].rstrip() + "..."
