"""The tables of a web page as rows of text, with merged cells repeated and the headings that stand before them."""

from __future__ import annotations

import html
import re
from dataclasses import dataclass, field

from feeds.facts import Unreadable
from feeds.grids import MOST_CELLS, MOST_COLUMNS, MOST_ROWS, Grid, clean, is_footnote

# A page's tags are found by one pattern in one pass: the parser of the standard library takes quadratic time on tags
# that are never closed, and a table needs no more of HTML than this.
TAG = re.compile(r"""<(/?)([a-zA-Z][a-zA-Z0-9]*)((?:[^<>"']|"[^"<]*"|'[^'<]*')*)>""")
_SPAN = re.compile(r"""\b(colspan|rowspan)\s*=\s*["']?\s*([0-9]{1,5})""", re.IGNORECASE)
_UNSHOWN = (("<!--", "-->"), ("<script", "</script>"), ("<style", "</style>"))
_BREAKS = {"br", "p", "div", "li"}
_HEADINGS = {"h1", "h2", "h3", "h4", "h5", "h6", "caption", "p", "div", "title", "center"}
_CELLS = {"td", "th"}
_STRUCK = {"s", "strike", "del"}
MOST_NESTED = 20
MOST_TABLES = 500


def is_page(text: str) -> bool:
    """Whether a text is HTML, with a table in it or not."""
    return text.lstrip()[:1] == "<"


@dataclass(slots=True)
class _Table:
    """A table while it is read: its row, the cell that is open, and what reaches down from the rows above."""

    grid: Grid = field(default_factory=Grid)
    cells: dict[int, str] = field(default_factory=dict)
    column: int = 0
    said: list[str] | None = None
    small: int | None = None
    struck: int | None = None
    span: tuple[int, int] = (1, 1)
    hanging: dict[int, tuple[int, str]] = field(default_factory=dict)
    is_in_row: bool = False


def read_page(text: str) -> list[Grid]:
    """The tables of a page in their order; a table within a table is one of its own."""
    return _Page().read(shown(text))


def page_text(text: str) -> str:
    """What a page says in words, a line for each of its blocks."""
    return html.unescape(TAG.sub(_parting, shown(text)))


def _parting(tag: re.Match[str]) -> str:
    return "\n" if tag[2].lower() in _BREAKS | _HEADINGS | _CELLS | {"tr"} else " "


def shown(text: str) -> str:
    """The page without comments, scripts and styles; one that is never closed reaches to the end."""
    for start, end in _UNSHOWN:
        lowered, parts, at = text.lower(), [], 0
        while (begin := lowered.find(start, at)) >= 0:
            parts.append(text[at:begin])
            stop = lowered.find(end, begin)
            at = stop + len(end) if stop >= 0 else len(text)
        parts.append(text[at:])
        text = " ".join(parts)
    return text


def _tag_in_cell(table: _Table, said: list[str], name: str, *, is_end: bool) -> None:
    """Part words at a break, and leave out what is struck out and the mark of a footnote."""
    if name in _BREAKS:
        said.append(" ")
    elif name in _STRUCK:
        _strike(table, said, is_end=is_end)
    elif name == "sup":
        _write_small(table, said, is_end=is_end)


def _strike(table: _Table, said: list[str], *, is_end: bool) -> None:
    if table.struck is None:
        table.struck = None if is_end else len(said)
    elif is_end:
        del said[table.struck :]
        table.small = table.struck = None


def _write_small(table: _Table, said: list[str], *, is_end: bool) -> None:
    if is_end and table.small is not None:
        before = said[table.small - 1] if table.small else ""
        if is_footnote("".join(said[table.small :]), before):
            del said[table.small :]
    table.small = None if is_end else len(said)


class _Page:
    """One reading of one page."""

    def __init__(self) -> None:
        self._done: list[Grid] = []
        self._open: list[_Table] = []
        self._loose: list[str] = []
        self._before: list[str] = []
        self._line = self._cells = 0

    def read(self, text: str) -> list[Grid]:
        at = 0
        for tag in TAG.finditer(text):
            self._say(text[at : tag.start()])
            at = tag.end()
            self._tag(tag[2].lower(), tag[3], is_end=bool(tag[1]))
        self._say(text[at:])
        while self._open:
            self._close_table()
        return self._done

    def _say(self, text: str) -> None:
        if not text or text.isspace():
            return
        words = html.unescape(text[:4000])
        said = self._open[-1].said if self._open else self._loose
        if said is not None and len(said) < 1000:
            said.append(words)

    def _tag(self, name: str, attributes: str, *, is_end: bool) -> None:
        if name == "table":
            self._close_table() if is_end else self._open_table()
        elif self._open:
            self._tag_within(self._open[-1], name, attributes, is_end=is_end)
        elif name in _HEADINGS:
            self._end_heading()

    def _tag_within(self, table: _Table, name: str, attributes: str, *, is_end: bool) -> None:
        if name == "tr":
            self._close_row(table)
            table.is_in_row = not is_end
        elif name in _CELLS:
            self._close_cell(table)
            if not is_end:
                self._open_cell(table, attributes)
        elif table.said is not None:
            _tag_in_cell(table, table.said, name, is_end=is_end)

    def _end_heading(self) -> None:
        if heading := clean(" ".join(self._loose)):
            self._before.append(heading)
        self._loose.clear()

    def _open_table(self) -> None:
        if len(self._open) >= MOST_NESTED or len(self._done) >= MOST_TABLES:
            raise Unreadable("too_large", "HTML")
        self._end_heading()
        table = _Table()
        for heading in self._before:
            self._line += 1
            table.grid.add(self._line, [heading])
        self._before.clear()
        self._open.append(table)

    def _close_table(self) -> None:
        if self._open:
            table = self._open.pop()
            self._close_row(table)
            self._done.append(table.grid)

    def _open_cell(self, table: _Table, attributes: str) -> None:
        spans = {name.lower(): int(number) for name, number in _SPAN.findall(attributes)}
        # Nought means to the end of the table.
        rows = spans.get("rowspan", 1) or MOST_ROWS
        table.span = (min(max(spans.get("colspan", 1), 1), MOST_COLUMNS), min(rows, MOST_ROWS))
        table.said, table.small = [], None
        table.struck = 0 if "line-through" in attributes.lower() else None
        table.is_in_row = True

    def _close_cell(self, table: _Table) -> None:
        if table.said is None:
            return
        text, (wide, deep) = clean("".join(table.said[: table.struck])), table.span
        table.said = None
        self._cells += wide
        if self._cells > MOST_CELLS:
            raise Unreadable("too_large", "HTML")
        while table.column in table.hanging and table.column not in table.cells:
            table.column += 1
        column, table.column = table.column, table.column + wide
        for covered in range(column, min(column + wide, MOST_COLUMNS + 1)):
            table.cells[covered] = text
            if deep > 1:
                table.hanging[covered] = (deep, text)

    def _close_row(self, table: _Table) -> None:
        self._close_cell(table)
        if not table.is_in_row:
            return
        table.is_in_row = False
        self._line += 1
        row = {column: text for column, (_left, text) in table.hanging.items()} | table.cells
        table.hanging = {column: (left - 1, text) for column, (left, text) in table.hanging.items() if left > 1}
        self._cells += len(row)
        if self._cells > MOST_CELLS:
            raise Unreadable("too_large", "HTML")
        table.grid.add(self._line, [row.get(column, "") for column in range(max(row, default=-1) + 1)])
        table.cells, table.column = {}, 0
