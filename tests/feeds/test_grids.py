"""Rows of text cells: what a row says, what a table keeps, and what cannot be stored."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from feeds import grids
from feeds.facts import Fault, Reading, Unreadable
from feeds.grids import MOST_CHARS, MOST_COLUMNS, MOST_ROWS, UNREADABLE, Grid, Row, clean


@pytest.mark.parametrize(("column", "text"), [(0, "A"), (2, "C"), (3, ""), (None, "")])
def test_a_cell_beyond_the_row_or_of_no_column_is_empty(column: int | None, text: str) -> None:
    assert Row(1, ("A", "", "C")).cell(column) == text


def test_a_row_says_a_merged_cell_once_and_the_same_word_elsewhere_again() -> None:
    row = Row(7, ("VACANT", "VACANT", "", "VACANT", "MSC", "VACANT"))
    assert row.said == ["VACANT", "MSC", "VACANT"]
    assert row.words == "VACANT | MSC | VACANT"


def test_the_words_of_a_row_are_bounded() -> None:
    assert len(Row(1, ("x" * 200, "y" * 200)).words) == 300


def test_a_table_keeps_rows_that_say_something_without_their_empty_end() -> None:
    grid = Grid()
    assert [grid.add(1, ["A", "", ""]), grid.add(2, ["", ""]), grid.add(3, [])] == [True, True, True]
    assert (grid.rows, grid.cut_at) == ([Row(1, ("A",))], 0)


def test_a_table_that_is_too_wide_is_cut_and_says_where_first() -> None:
    grid = Grid()
    grid.add(4, ["x"] * (MOST_COLUMNS + 1))
    grid.add(5, ["x"] * (MOST_COLUMNS + 2))
    assert ([len(row.cells) for row in grid.rows], grid.cut_at) == ([MOST_COLUMNS, MOST_COLUMNS], 4)


def test_a_table_that_is_too_long_takes_no_more() -> None:
    grid = Grid(rows=[Row(1, ("x",))] * MOST_ROWS)
    assert (grid.add(9, ["y"]), len(grid.rows), grid.cut_at) == (False, MOST_ROWS, 9)


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("  MSC \r\n\tANNA ", "MSC ANNA"),
        ("a\x00b", f"a{UNREADABLE}b"),
        ("\ufeffNAVIRE É", "NAVIRE É"),
        ("é\ud800", "é???"),
        ("x" * 9000, "x" * MOST_CHARS),
        ("", ""),
    ],
)
def test_the_text_of_a_cell_is_short_and_can_be_stored(text: str, said: str) -> None:
    assert clean(text).replace(UNREADABLE, "?") == said.replace(UNREADABLE, "?")


@given(st.text(alphabet=st.characters()))
def test_whatever_stands_in_a_cell_can_be_stored(text: str) -> None:
    said = clean(text)
    assert clean(said) == said
    assert said.encode().decode() == said
    assert (said.count("\x00"), len(said[MOST_CHARS:])) == (0, 0)


def test_a_file_that_cannot_be_read_is_one_fault_with_how_it_begins() -> None:
    assert Unreadable("not_table", "PDF", excerpt="%PDF").reading == Reading(
        faults=(Fault(code="not_table", detail="PDF", excerpt="%PDF"),)
    )


@pytest.mark.parametrize(
    ("text", "kept"),
    [
        ("  MV \r\n ORION\t II ", "MV ORION II"),
        ("a\x00b", f"a{UNREADABLE}b"),
        ("é\x00", f"é{UNREADABLE}"),
        ("\ufeffETA", "ETA"),
        ("x" * (MOST_CHARS + 9), "x" * MOST_CHARS),
        (" " * MOST_CHARS * 5 + "late", ""),
        ("", ""),
    ],
)
def test_a_cell_is_one_line_that_can_be_stored(text: str, kept: str) -> None:
    assert clean(text) == kept


@given(st.text(st.characters(), max_size=700))
def test_whatever_a_cell_holds_it_can_be_stored_and_cleaning_it_again_changes_nothing(text: str) -> None:
    kept = clean(text)
    assert kept.encode().decode() == kept
    assert ("\x00" in kept, len(kept) <= MOST_CHARS, "\n" in kept) == (False, True, False)
    assert clean(kept) == kept


def test_a_cell_beyond_the_last_is_empty_and_no_column_has_none() -> None:
    row = Row(7, ("a", "b"))
    assert [row.cell(place) for place in (0, 1, 2, None)] == ["a", "b", "", ""]


def test_a_merged_cell_is_said_once_and_two_alike_apart_are_two() -> None:
    row = Row(1, ("CONTAINER", "CONTAINER", "", "RO-RO", "CONTAINER"))
    assert row.said == ["CONTAINER", "RO-RO", "CONTAINER"]
    assert row.words == "CONTAINER | RO-RO | CONTAINER"
    assert len(Row(1, ("x" * 400,)).words) == 300


def test_empty_rows_are_not_kept_and_empty_ends_cut_off() -> None:
    grid = Grid()
    assert [grid.add(1, ["", ""]), grid.add(2, []), grid.add(3, ["", "a", "", ""])] == [True, True, True]
    assert (grid.rows, grid.cut_at) == ([Row(3, ("", "a"))], 0)


def test_a_row_that_is_too_wide_is_cut_and_its_number_kept(monkeypatch: pytest.MonkeyPatch) -> None:
    grid = Grid()
    grid.add(4, ["x"] * (MOST_COLUMNS + 1))
    grid.add(5, ["x"] * (MOST_COLUMNS + 2))
    assert ([len(row.cells) for row in grid.rows], grid.cut_at) == ([MOST_COLUMNS] * 2, 4)


def test_what_comes_after_the_last_row_is_refused_and_says_where(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(grids, "MOST_ROWS", 2)
    grid = Grid()
    assert [grid.add(line, ["x"]) for line in (1, 2, 3, 4)] == [True, True, False, False]
    assert ([row.line for row in grid.rows], grid.cut_at) == ([1, 2], 3)


def test_a_file_that_cannot_be_read_at_all_is_one_fault() -> None:
    reading = Unreadable("not_table", "a PDF", excerpt="%PDF").reading
    assert (reading.facts, reading.faults) == ((), (Fault(code="not_table", detail="a PDF", excerpt="%PDF"),))
