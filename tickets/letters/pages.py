"""Mails in HTML as text: a line for each block, quotes marked as such, and addresses of links beside their words."""

from __future__ import annotations

import html
import re
from collections.abc import Iterator

from feeds.webpages import TAG, shown

# Longer ones are read at their beginning.
LONGEST = 1_000_000
MOST_QUOTED = 20
_BLOCKS = set(
    "address article blockquote body center dd div dl dt h1 h2 h3 h4 h5 h6 hr li ol p pre table tr ul".split()
)
_APART = {"p", "blockquote", "h1", "h2", "h3", "table", "ul", "ol", "hr"}
_HREF = re.compile(r"""\bhref\s*=\s*["']?\s*((?:https?:|mailto:)[^"'\s<>]{1,500})""", re.IGNORECASE)
_BLANKS = re.compile(r"[ \t\r\n\f\u00a0]+")


def text_of(page: str) -> str:
    """What the page says; nothing of it is run or fetched."""
    reader = _Reader()
    reader.read(_without_head(shown(page[:LONGEST])))
    return "\n".join(_without_gaps(reader.lines)).strip("\n")


def _without_head(page: str) -> str:
    lowered = page.lower()
    start = lowered.find("<head>")
    end = lowered.find("</head>", start)
    return page if start < 0 or end < 0 else page[:start] + page[end:]


def _without_gaps(lines: list[str]) -> Iterator[str]:
    """The lines with no more than one empty one after another."""
    was_empty = False
    for line in lines:
        is_empty = not line.strip("> ")
        if not (is_empty and was_empty):
            yield line
        was_empty = is_empty


class _Reader:
    """One reading of one page."""

    def __init__(self) -> None:
        self.lines: list[str] = []
        self._words: list[str] = []
        self._quoted = 0
        self._link, self._linked_from = "", 0

    def read(self, page: str) -> None:
        at = 0
        for tag in TAG.finditer(page):
            self._say(page[at : tag.start()])
            at = tag.end()
            self._tag(tag[2].lower(), tag[3], is_end=bool(tag[1]))
        self._say(page[at:])
        self._break()

    def _say(self, text: str) -> None:
        if text:
            self._words.append(_BLANKS.sub(" ", html.unescape(text)))

    def _tag(self, name: str, attributes: str, *, is_end: bool) -> None:
        if name == "br":
            self._break(is_forced=True)
        elif name in ("td", "th"):
            self._words.append(" ")
        elif name == "a":
            self._anchor(attributes, is_end=is_end)
        elif name in _BLOCKS:
            self._block(name, is_end=is_end)

    def _block(self, name: str, *, is_end: bool) -> None:
        self._break()
        is_quote = name == "blockquote"
        if is_quote and is_end:
            self._quoted = max(self._quoted - 1, 0)
        if name in _APART and self.lines and self.lines[-1].strip("> "):
            self.lines.append(self._mark().rstrip())
        if is_quote and not is_end:
            self._quoted += 1
        if name == "li" and not is_end:
            self._words.append("- ")

    def _anchor(self, attributes: str, *, is_end: bool) -> None:
        found = _HREF.search(attributes[:2000])
        if not is_end:
            self._link, self._linked_from = (html.unescape(found[1]) if found else ""), len(self._words)
        elif self._link:
            said = "".join(self._words[self._linked_from :])
            if self._link.removeprefix("mailto:").rstrip("/") not in said:
                self._words.append(f" <{self._link}>")
            self._link = ""

    def _mark(self) -> str:
        return "> " * min(self._quoted, MOST_QUOTED)

    def _break(self, *, is_forced: bool = False) -> None:
        line = _BLANKS.sub(" ", "".join(self._words)).strip()
        self._words.clear()
        if line or is_forced:
            self.lines.append((self._mark() + line).rstrip())
