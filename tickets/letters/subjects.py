"""Subjects: without what mail programs put before them, and the token of a ticket in them."""

from __future__ import annotations

import re

# Answered and forwarded in English, French, German, Dutch, Italian, Spanish, Portuguese, the Nordic languages, Polish,
# Turkish, Swahili, Kinyarwanda and Chinese, as mail programs write them.
_PREFIXES = (
    "re|aw|sv|vs|vl|antw|antwoord|odp|ynt|rif|res|rép|réf|resp|jibu|igisubizo|回复|回覆|答复|"
    "fwd?|wg|tr|doorst|enc|pd|i|rv|ilt|i̇lt|imbele|iyoherejwe|转发|轉寄"
)
_PREFIX = re.compile(rf"\s*(?:{_PREFIXES})\s?(?:[\[(]\d{{1,3}}[\])])?\s?[:：]\s*", re.IGNORECASE)
# What a mail server warns its readers with.
_WARNING = re.compile(r"\s*\[(?:ext|external|externe|extern|spam\??)\]:?\s*", re.IGNORECASE)
_TOKEN = re.compile(r"\[\s?#?([A-Za-z0-9][A-Za-z0-9-]{2,39})\s?\]")
_AUTOMATIC = re.compile(
    r"\s*(?:automatic reply|auto(?:matic)?[ -]?(?:reply|response)|out of (?:the )?office|réponse automatique|"
    r"absence du bureau|automatische antwort|abwesenheitsnotiz|automatisch antwoord|respuesta automática|"
    r"resposta automática|jibu la moja kwa moja)\b",
    re.IGNORECASE,
)
LONGEST = 500


def topic_of(subject: str) -> str:
    """What the subject says, without prefixes, warnings and tokens in brackets."""
    rest = subject[:LONGEST]
    while found := _PREFIX.match(rest) or _WARNING.match(rest):
        rest = rest[found.end() :]
    return " ".join(_TOKEN.sub(" ", rest).split())


def tokens_in(subject: str) -> list[str]:
    """What stands in brackets and may be the token of a ticket, in upper case."""
    return [token.upper() for token in _TOKEN.findall(subject[:LONGEST])]


def is_automatic(subject: str) -> bool:
    """Whether mail programs begin the subject of an answer so that nobody has written."""
    return bool(_AUTOMATIC.match(subject))
