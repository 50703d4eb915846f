"""Tables of text and of web pages: separators, quotes and merged cells as they come, and pages that never end."""

from __future__ import annotations

import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from feeds.facts import Unreadable
from feeds.grids import MOST_CHARS, MOST_COLUMNS, UNREADABLE, Grid, Row, clean
from feeds.tables import MOST_TEXT, decode, read_tables
from feeds.webpages import page_text, read_page


def rows(body: bytes | str) -> list[tuple[int, tuple[str, ...]]]:
    (grid,) = read_tables(body if isinstance(body, bytes) else body.encode())
    return [(row.line, row.cells) for row in grid.rows]


@pytest.mark.parametrize(
    ("text", "cells"),
    [
        ("a,b\n1,2", [(1, ("a", "b")), (2, ("1", "2"))]),
        ("\n\na;b,c\r\r\n1,5;2\n", [(3, ("a", "b,c")), (5, ("1,5", "2"))]),
        ('a,b\n"1,2","3 ""x"""', [(1, ("a", "b")), (2, ("1,2", '3 "x"'))]),
        ('a,b\n"1\n2",3\n4,5', [(1, ("a", "b")), (2, ("1 2", "3")), (4, ("4", "5"))]),
        ('a,b\n"1,2\n4,5', [(1, ("a", "b")), (2, ("1,2",)), (3, ("4", "5"))]),
        (
            "Kenya, Mombasa\na\tb\n1\t2\n3\t4",
            [(1, ("Kenya, Mombasa",)), (2, ("a", "b")), (3, ("1", "2")), (4, ("3", "4"))],
        ),
        ("alone", [(1, ("alone",))]),
        ("a,,b,,\n,,\n", [(1, ("a", "", "b"))]),
        ("a\x00b,c", [(1, (f"a{UNREADABLE}b", "c"))]),
    ],
)
def test_text_with_separators(text: str, cells: list[tuple[int, tuple[str, ...]]]) -> None:
    assert rows(text) == cells


@given(
    st.lists(
        st.lists(st.text("abc1 é", min_size=1, max_size=5).filter(str.strip), min_size=2, max_size=5),
        min_size=1,
        max_size=5,
    ),
    st.sampled_from(",;\t|"),
)
def test_what_is_written_is_read(table: list[list[str]], delimiter: str) -> None:
    text = "\n".join(delimiter.join(cell.strip() for cell in row) for row in table)
    assert rows(text) == [(n, tuple(" ".join(cell.split()) for cell in row)) for n, row in enumerate(table, 1)]


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "utf-16-le", "utf-16-be", "cp1252"])
def test_the_character_sets_of_spreadsheets(encoding: str) -> None:
    assert decode("Navire;Arrivée prévue\r\n".encode(encoding)) == "Navire;Arrivée prévue\r\n"


def test_a_cell_of_any_length_is_bounded() -> None:
    assert clean("x" * 10_000_000) == "x" * MOST_CHARS
    assert rows(f"a,{'y' * 200_000}")[0][1] == ("a", "y" * MOST_CHARS, UNREADABLE)


@pytest.mark.parametrize(
    ("body", "code"),
    [(b"", "empty"), (b"%PDF-1.4", "not_table"), (b"<p>x</p>", "html"), (b"x" * (MOST_TEXT + 1), "too_large")],
)
def test_what_holds_no_table(body: bytes, code: str) -> None:
    with pytest.raises(Unreadable, match=code):
        read_tables(body)


def test_a_row_says_a_merged_cell_once() -> None:
    row = Row(1, ("a", "a", "", "b", "a"))
    assert (row.said, row.words, row.cell(9), row.cell(None)) == (["a", "b", "a"], "a | b | a", "", "")


PAGES: list[tuple[str, list[list[tuple[str, ...]]]]] = [
    ("<table><tr><td>a<td>b<tr><td>c</table>", [[("a", "b"), ("c",)]]),
    ("<TABLE><TR><TD>a</TD><TH>b</TH></TR></TABLE>", [[("a", "b")]]),
    (
        "<table><tr><td colspan=2>a<td>b<tr><td rowspan='2'>c<td>d<td>e<tr><td>f",
        [[("a", "a", "b"), ("c", "d", "e"), ("c", "f")]],
    ),
    ("<table><tr><td rowspan=0>a<td>b<tr><td>c<tr><td>d</table>", [[("a", "b"), ("a", "c"), ("a", "d")]]),
    (
        "<h2>T &amp; U</h2><table><tr><td>a</table><p>V</p><table><tr><td>b</table>",
        [[("T & U",), ("a",)], [("V",), ("b",)]],
    ),
    ("<table><tr><td>a<table><tr><td>b</table>c</table>", [[("b",)], [("ac",)]]),
    ("<table><tr><td title='a>b'>c<!-- <td>x --><script>'<td>y'</script></table>", [[("c",)]]),
    ("<table><tr><td>a<br>b&nbsp;c</td></table>", [[("a b c",)]]),
    ("</table><td>x</td><tr>", []),
    ("<table><caption>C</caption><td>a</table>", [[("a",)]]),
]


@pytest.mark.parametrize(("markup", "tables"), PAGES)
def test_tables_of_a_page(markup: str, tables: list[list[tuple[str, ...]]]) -> None:
    assert [[row.cells for row in grid.rows] for grid in read_page(markup)] == tables


def test_the_rows_of_a_page_are_numbered_through() -> None:
    grids = read_page("<p>T</p><table><tr><td>a<tr><td>b</table><table><tr><td>c</table>")
    assert [[row.line for row in grid.rows] for grid in grids] == [[1, 2, 3], [4]]


def test_the_words_of_a_page() -> None:
    text = page_text("<html><style>x</style><p>From <b>6</b> pm</p><script>y<p></script><p>to 8&nbsp;pm</p>")
    assert [" ".join(line.split()) for line in text.splitlines() if line.strip()] == ["From 6 pm", "to 8 pm"]


HUGE = 1_000_000
ENDLESS = [
    *("<a " * HUGE, "<!--" * HUGE, "<script>" * HUGE, "<td <" * HUGE, "<table>" * 15 + "<td>" * HUGE, "&#" * HUGE),
    *(
        '<td a="' * HUGE,
        "<table><tr>" + "<td colspan=99999>x" * 300_000,
        "<table>" + "<tr><td rowspan=9999>x" * 200_000,
    ),
    *("<table>" * HUGE, "<table></table>" * 200_000, "<" * HUGE * 4, "<p>x" * HUGE),
]


def bounded(markup: str) -> bool:
    try:
        return all(len(row.cells) <= MOST_COLUMNS for grid in read_page(markup) for row in grid.rows)
    except Unreadable as error:
        return error.code == "too_large"


@pytest.mark.parametrize("markup", ENDLESS, ids=[markup[:24] for markup in ENDLESS])
def test_a_page_that_never_ends_is_read_or_refused_in_time(markup: str) -> None:
    began = time.monotonic()
    assert bounded(markup)
    assert time.monotonic() - began < 20


@given(st.text("<>/tabledrh =\"'&;!-1x\n", max_size=200))
def test_no_page_makes_it_raise(markup: str) -> None:
    assert all(isinstance(grid, Grid) for grid in read_page(f"<table><tr>{markup}"))
