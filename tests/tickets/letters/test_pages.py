"""Mails in HTML as text."""

from __future__ import annotations

import time

import pytest

from tickets.letters.pages import text_of


@pytest.mark.parametrize(
    ("body", "text"),
    [
        ("plain words", "plain words"),
        ("<p>Dear sir,</p><p>the box<br>is  stuck.</p>", "Dear sir,\n\nthe box\nis stuck."),
        ("<div>one</div><div>two</div><div><br></div><div>three</div>", "one\ntwo\n\nthree"),
        ("<ul><li>gate</li><li>yard</li></ul>", "- gate\n- yard"),
        ("<table><tr><td>MSCU6639870</td><td>yard</td></tr><tr><td>b</td></tr></table>", "MSCU6639870 yard\nb"),
        ("<b>Fee</b>: 5 &lt; 6 &amp; more&nbsp;&euro;", "Fee: 5 < 6 & more €"),
        ("a<blockquote>b<br>c<blockquote>d</blockquote></blockquote>e", "a\n\n> b\n> c\n>\n> > d\n>\ne"),
        ('<a href="https://kpa.example/x">the tariff</a>', "the tariff <https://kpa.example/x>"),
        ('<a href="https://kpa.example/">https://kpa.example/</a>', "https://kpa.example/"),
        ('<a href="mailto:a@b.example">a@b.example</a>', "a@b.example"),
        ('<a href="javascript:alert(1)">here</a>', "here"),
        ("<head><title>t</title></head><body>a</body>", "a"),
        ("<style>p {}</style><script>x()</script><!-- c -->a", "a"),
        ("a<p></p><p></p><p></p><br><br><br>b", "a\n\nb"),
        ("<p>unclosed <b>words", "unclosed words"),
        ("", ""),
    ],
)
def test_pages(body: str, text: str) -> None:
    assert text_of(body) == text


@pytest.mark.parametrize(
    "part",
    ["<a href=x", "<head ", "<blockquote>", "&gt;", "<a href='http://x'>b</a>", "<p", '<a "', "<!--", "</a>", "<br>"],
)
def test_no_page_takes_long(part: str) -> None:
    began = time.perf_counter()
    text_of(part * 40_000)
    assert time.perf_counter() - began < 10


def test_a_page_without_end_is_read_at_its_beginning() -> None:
    assert len(text_of("a" * 3_000_000)) == 1_000_000
