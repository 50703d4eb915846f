"""Tables as rows of text cells with their numbers, whatever file they came in, and the bounds that they keep to."""

from __future__ import annotations

import re
from dataclasses import dataclass, field

MOST_ROWS = 20_000
MOST_COLUMNS = 100
MOST_CHARS = 500
MOST_CELLS = MOST_ROWS * MOST_COLUMNS
# A cell's text without what cannot be stored or read: it spoils its own row and no other.
UNREADABLE = "\N{REPLACEMENT CHARACTER}"
_FOOTNOTE = re.compile(r"\d{1,2}|[a-z†‡§]|\*{1,3}|[(\[]\w{1,2}[)\]]", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Row:
    """One row: its 1-based number in its file, sheet or page, and its cells, a merged one repeated over its range."""

    line: int
    cells: tuple[str, ...]

    def cell(self, column: int | None) -> str:
        """The text in a column; empty where there is none."""
        return self.cells[column] if column is not None and column < len(self.cells) else ""

    @property
    def said(self) -> list[str]:
        """The texts in their order, each once where it is repeated beside itself."""
        texts = [text for text in self.cells if text]
        return [text for n, text in enumerate(texts) if n == 0 or text != texts[n - 1]]

    @property
    def words(self) -> str:
        """The row as one text for a clerk."""
        return " | ".join(self.said)[:300]


@dataclass(slots=True)
class Grid:
    """One table or sheet; ``is_cut`` where it holds more rows or columns than are read, with the row it was cut at."""

    name: str = ""
    rows: list[Row] = field(default_factory=list)
    cut_at: int = 0

    def add(self, line: int, cells: list[str]) -> bool:
        """Keep a row that says something; false where the table holds too many."""
        while cells and not cells[-1]:
            cells.pop()
        if len(cells) > MOST_COLUMNS:
            self.cut_at = self.cut_at or line
            del cells[MOST_COLUMNS:]
        if len(self.rows) >= MOST_ROWS:
            self.cut_at = self.cut_at or line
            return False
        if cells:
            self.rows.append(Row(line, tuple(cells)))
        return True


def clean(text: str) -> str:
    """A cell's text: blanks and line ends as one blank each, bounded, without what cannot be stored."""
    short = " ".join(text[: MOST_CHARS * 4].split())[:MOST_CHARS]
    if short.isascii():
        return short.replace("\x00", UNREADABLE)
    storable = short.replace("\x00", UNREADABLE).encode("utf-8", "surrogatepass").decode("utf-8", "replace")
    return storable.replace("\ufeff", "").strip()


def is_footnote(small: str, before: str) -> bool:
    """Whether what is written small above the line is a footnote's mark: no minutes of 06³⁰ and no end of 4ᵗʰ."""
    mark = small.strip()
    is_minutes = len(mark) == 2 and mark.isdigit() and before[-1:].isdigit()
    return bool(_FOOTNOTE.fullmatch(mark)) and not is_minutes
