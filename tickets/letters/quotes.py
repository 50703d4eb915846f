"""What is new in a mail: its text without what it quotes, without the signature and without the small print."""

from __future__ import annotations

import re
from itertools import islice

# What is longer is shown whole: the text itself is kept in any case.
MOST_LINES, LONGEST_LINE = 5_000, 2_000
_OPENING = re.compile(
    r"\W{0,3}(?:on|le|am|op|el|em|il|den|dnia|w dniu|fra|mnamo|tarehe|ku wa|kuwa|ku itariki|在)\b|\W{0,3}在",
    re.IGNORECASE,
)
_WROTE = re.compile(
    r"wrote|a écrit|schrieb|schreef|escribió|escreveu|ha scritto|skrev|napisa|aliandika|ameandika|yanditse|写道|寫道",
    re.IGNORECASE,
)
_LABELS = {
    "from": "from|de|von|van|od|da|fra|från|kutoka|kutoka kwa|bivuye|uwanditse|发件人|差出人",
    "sent": "sent|date|envoyé|gesendet|datum|verzonden|wysłano|inviato|enviado|sendt|skickat|ilitumwa|tarehe|itariki|"
    "发送时间|送信日時",
    "to": "to|à|an|aan|do|a|para|til|till|kwa|kuri|收件人|宛先",
    "subject": "subject|objet|betreff|onderwerp|temat|oggetto|asunto|assunto|emne|ämne|mada|ingingo|主题|件名",
}
_LABEL = re.compile(
    r"[*\s]{0,3}(?:" + "|".join(rf"(?P<{name}>{words})" for name, words in _LABELS.items()) + r")\s?[:：]",
    re.IGNORECASE,
)
_ORIGINAL = re.compile(
    r"[-_\s*]{0,30}(?:original message|message d'origine|message original|ursprüngliche nachricht|"
    r"oorspronkelijk bericht|mensaje original|mensagem original|messaggio originale|ujumbe wa asili|"
    r"begin forwarded message|forwarded message|message transféré)(?:\s*[-_:*]{1,30}| processed by .{1,60})?\s*$",
    re.IGNORECASE,
)
_RULE = re.compile(r"\s*[-_=*\u2014]{3,}\s*$")
_LONG_RULE = re.compile(r"\s*_{20,}\s*$")
_SIGNATURE = re.compile(r"(?:--|__|\u2014|-- )\s?$")
_DEVICE = re.compile(
    r"\W{0,3}(?:sent (?:from|via|using)|get outlook for|envoyé (?:de|depuis|à partir)|gesendet (?:von|mit)|"
    r"verzonden (?:vanaf|met)|enviado (?:desde|do|de)|inviato da|imetumwa kutoka|byoherejwe).{1,80}$",
    re.IGNORECASE,
)
_SMALL_PRINT = re.compile(
    r"\W{0,3}(?:disclaimer|confidentiality notice|avis de confidentialité|avertissement)\W{0,3}$|"
    r"\W{0,3}(?:the information contained in this|this (?:e-?mail|message)"
    r"(?:,? together with| and any| is intended| may)|ce (?:message|courriel) (?:et|peut|est confidentiel))",
    re.IGNORECASE,
)
FOOTER_LINES, ATTRIBUTION_LINES, HEAD_LINES = 6, 4, 8


def fresh_of(text: str) -> str:
    """What the writer has written himself, as far as a machine can tell; the whole where that would be nothing.

    An answer written between the lines of a quote is kept without the quote. What stands under a quote that is not
    marked line by line is taken for a part of it.
    """
    lines = text.replace("\r\n", "\n").replace("\r", "\n").split("\n")
    if len(lines) > MOST_LINES or any(len(line) > LONGEST_LINE * 10 for line in lines):
        return text.strip()
    found = _signed(_own(lines))
    return "\n".join(found).strip() or text.strip()


def _own(lines: list[str]) -> list[str]:
    """The lines up to the quote, and those between its lines where it is marked."""
    found: list[str] = []
    at = 0
    has_words = False
    while at < len(lines):
        length, is_own = _next(lines, at, has_words=has_words)
        if not length:
            return _without_rules(found)
        if is_own:
            found += lines[at : at + length]
            has_words = has_words or bool(lines[at].strip())
        at += length
    return found


def _next(lines: list[str], at: int, *, has_words: bool) -> tuple[int, bool]:
    """How many lines belong together here, and whether they are the writer's own; none where all the rest is not."""
    if length := _marked(lines, at):
        return length, False
    head = _head(lines, at)
    if has_words and (head or _ORIGINAL.match(lines[at][:LONGEST_LINE])):
        return 0, False
    length = _attribution(lines, at)
    if length and _is_quote_next(lines, at + length):
        return length, False
    # A mail that begins with the head of another is that other, sent on.
    return (0, False) if length and has_words else (max(head, 1), True)


def _marked(lines: list[str], at: int) -> int:
    """How many lines of a marked quote stand here: one, and those that were parted from it on the way."""
    end = at
    while end < len(lines) and (lines[end].startswith(">") if end == at else lines[end - 1].endswith("=")):
        end += 1
    return end - at


def _attribution(lines: list[str], at: int) -> int:
    """How many lines say who wrote what follows; 0 where none do."""
    line = lines[at][:LONGEST_LINE].strip()
    if _is_dated_address(line) and _is_quote_next(lines, at + 1):
        return 1
    if not _OPENING.match(line):
        return 0
    said = ""
    for number, following in enumerate(lines[at : at + ATTRIBUTION_LINES]):
        part = following[:LONGEST_LINE].strip()
        if _breaks_off(part, is_first=not number):
            return 0
        # A long line may have been wrapped for the way and not unwrapped.
        said = said[:-1] + part if said.endswith("=") else f"{said} {part}".strip()
        if part.endswith((":", "：")):
            return number + 1 if _says_who_wrote(said) else 0
    return 0


def _breaks_off(part: str, *, is_first: bool) -> bool:
    return not part or part.startswith(">") or (not is_first and bool(_OPENING.match(part)))


def _says_who_wrote(said: str) -> bool:
    return bool(_WROTE.search(said)) and ("@" in said or any(character.isdigit() for character in said))


def _is_dated_address(line: str) -> bool:
    """Whether a day and an address stand before a colon, which say in any language who wrote when."""
    before, _sign, address = line.rpartition("<")
    return address.endswith(">:") and "@" in address and any(character.isdigit() for character in before)


def _is_quote_next(lines: list[str], at: int) -> bool:
    """Whether the next line that says anything is marked as a quote."""
    return next((line.startswith(">") for line in lines[at : at + 10] if line.strip()), False)


def _head(lines: list[str], at: int) -> int:
    """How many lines the head of another mail has that stands here: sender and two more; 0 where none does."""
    labels = [_LABEL.match(line[:LONGEST_LINE]) for line in lines[at : at + HEAD_LINES]]
    names = [label.lastgroup for label in labels if label is not None]
    if labels[0] is None or names[0] not in ("from", "sent") or len({*names}) < 3:
        return 0
    return max(number for number, label in enumerate(labels) if label is not None) + 1


def _without_rules(lines: list[str]) -> list[str]:
    """Without the rule that parts the quote from what was written."""
    end = len(lines)
    while end and (not lines[end - 1].strip() or _RULE.match(lines[end - 1])):
        end -= 1
    return lines[:end]


def _signed(lines: list[str]) -> list[str]:
    """The lines without signature, footer and small print, as long as something is left."""
    has_words = False
    for at, line in enumerate(lines):
        if has_words and _ends(lines, at, line[:LONGEST_LINE]):
            return lines[:at]
        has_words = has_words or bool(line.strip())
    return lines


def _ends(lines: list[str], at: int, line: str) -> bool:
    if _SIGNATURE.match(line) or _SMALL_PRINT.match(line):
        return True
    most = 0 if _DEVICE.match(line) else FOOTER_LINES if _LONG_RULE.match(line) else None
    if most is None:
        return False
    following = (number for number in range(at + 1, len(lines)) if lines[number].strip())
    return len(list(islice(following, most + 1))) <= most
