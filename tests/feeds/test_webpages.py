"""Tables of web pages, however they are written: merged cells, nesting, headings, tags that nobody closes."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from feeds.facts import Unreadable
from feeds.grids import MOST_COLUMNS
from feeds.webpages import MOST_NESTED, MOST_TABLES, is_page, page_text, read_page


def rows(page: str) -> list[list[tuple[int, tuple[str, ...]]]]:
    return [[(row.line, row.cells) for row in grid.rows] for grid in read_page(page)]


@pytest.mark.parametrize(
    ("text", "is_one"), [("<p>", True), ("\n <!DOCTYPE html>", True), ("A < B", False), ("", False)]
)
def test_a_page_begins_with_a_tag(text: str, is_one: bool) -> None:
    assert is_page(text) is is_one


def test_cells_are_text_with_their_entities_and_line_breaks_read() -> None:
    page = "<table><tr><th>VESSEL<br>NAME</th><td>GLORY &amp; SONS&nbsp;II</td></tr></table>"
    assert rows(page) == [[(1, ("VESSEL NAME", "GLORY & SONS II"))]]


@pytest.mark.parametrize(
    ("cell", "text"),
    [
        *(("KAGERA<sup>1</sup>", "KAGERA"), ("KAGERA<sup>12</sup> II", "KAGERA II"), ("KAGERA<sup>*</sup>", "KAGERA")),
        *(("KAGERA<SUP><a href='#1'>[a]</a></SUP>", "KAGERA"), ("28/11/2026<sup>2</sup>", "28/11/2026")),
        *(("4<sup>th</sup> Nov", "4th Nov"), ("06<sup>30</sup>", "0630"), ("KAGERA<sup>1", "KAGERA1")),
        *(("<sup>NB</sup> KAGERA", "NB KAGERA"), ("KAGERA</sup>1", "KAGERA1"), ("<sup>1</sup>KAGERA", "KAGERA")),
    ],
)
def test_the_mark_of_a_footnote_is_no_part_of_a_cell(cell: str, text: str) -> None:
    assert rows(f"<table><tr><td>{cell}</td></tr></table>") == [[(1, (text,))]]


@pytest.mark.parametrize(
    ("cell", "text"),
    [
        *(("<td><s>28/11</s> 29/11", "29/11"), ("<td><DEL>28/11</DEL>29/11", "29/11"), ("<td><strike>KAGERA", "")),
        *(("<td><s>A<s>B</s></s>C<sup>1</sup>", "C"), ("<td>A</s>B", "AB"), ("<td><s>A<sup>1</s></sup>B", "B")),
        *(('<td style="text-decoration: line-through">A', ""), ("<td><strong>A</strong>", "A"), ("<td>A<s>B", "A")),
    ],
)
def test_what_is_struck_out_is_no_part_of_a_cell(cell: str, text: str) -> None:
    assert rows(f"<table><tr>{cell}</td><td>X</td></tr></table>") == [[(1, (text, "X"))]]


def test_merged_cells_are_repeated_over_all_that_they_cover() -> None:
    page = """<TABLE><TR><TD ROWSPAN="2">16</TD><TD colspan=2>Arrival</TD></TR>
        <TR><TD>24/11</TD><TD>0600</TD></TR><TR><TD>17</TD></TR></TABLE>"""
    assert rows(page) == [[(1, ("16", "Arrival", "Arrival")), (2, ("16", "24/11", "0600")), (3, ("17",))]]


def test_a_cell_that_reaches_to_the_end_of_the_table_does() -> None:
    page = "<table><tr><td rowspan=0>KCT<td>A<tr><td>B<tr><td>C</table>"
    assert rows(page) == [[(1, ("KCT", "A")), (2, ("KCT", "B")), (3, ("KCT", "C"))]]


def test_a_span_without_bounds_widens_no_further_than_a_table_may_be() -> None:
    (grid,) = read_page("<table><tr><td colspan=99999>x</td></tr></table>")
    assert [len(row.cells) for row in grid.rows] == [MOST_COLUMNS]


def test_a_table_within_a_table_is_one_of_its_own() -> None:
    page = "<table><tr><td>outer<table><tr><td>inner</td></tr></table></td></tr></table>"
    assert [[cells for _line, cells in table] for table in rows(page)] == [[("inner",)], [("outer",)]]


def test_headings_before_a_table_are_its_first_rows() -> None:
    page = "<h1>14 DAYS LIST</h1><p>CONTAINER VESSELS</p><table><tr><td>X</td></tr></table>"
    assert rows(page) == [[(1, ("14 DAYS LIST",)), (2, ("CONTAINER VESSELS",)), (3, ("X",))]]


def test_what_a_page_does_not_show_is_not_read() -> None:
    page = (
        "<table><!-- <tr><td>OLD</td></tr> --><tr><td>NEW<script>var a = '<td>no</td>';</script></td></tr></table>"
        "<style>td {}"
    )
    assert rows(page) == [[(1, ("NEW",))]]


@pytest.mark.parametrize("page", ["<p>no table</p>", "<html>", "<"])
def test_a_page_without_a_table_has_none(page: str) -> None:
    assert read_page(page) == []


@pytest.mark.parametrize("page", ["<table>" * (MOST_NESTED + 1), "<table></table>" * (MOST_TABLES + 1)])
def test_what_would_burst_is_refused(page: str) -> None:
    with pytest.raises(Unreadable) as refusal:
        read_page(page)
    assert (refusal.value.code, refusal.value.detail) == ("too_large", "HTML")


def test_the_text_of_a_page_has_a_line_for_each_block() -> None:
    page = "<h1>NOTICE</h1><p>iCMS is <b>down</b><br>today</p><script>x</script>"
    assert [line.strip() for line in page_text(page).splitlines() if line.strip()] == [
        "NOTICE",
        "iCMS is  down",
        "today",
    ]


@given(
    st.lists(st.sampled_from(["<table>", "</table>", "<tr>", "<td rowspan=3>", "</td>", "<th colspan=2>", "A", "<p>"]))
)
def test_any_order_of_tags_is_read_within_the_table_it_makes(tags: list[str]) -> None:
    found = read_page("".join(tags))
    assert len(found) == sum(1 for tag in tags if tag == "<table>")
    assert {text.replace(" ", "") for grid in found for row in grid.rows for text in row.cells} <= {
        "",
        *("A" * n for n in range(len(tags) + 1)),
    }
