"""What comes out of the printer: dark words on white, tables as tables, and nothing that can only be pressed."""

from __future__ import annotations

import pytest

from cargo.models import Consignment
from tests.conftest import Cast
from tests.journeys.conftest import Visitor
from tests.tickets.conftest import opened
from tickets.categories import load_categories

pytestmark = pytest.mark.slow
PRESSED = "main :is(button, input:not([type=hidden]), select, textarea, a.button), .terms"
SHOWN = "selector => [...document.querySelectorAll(selector)].filter(each => each.checkVisibility()).length"
INK = "[getComputedStyle(document.body).backgroundColor, getComputedStyle(document.body).color]"


def test_a_page_is_printed_in_ink_and_without_its_buttons(
    people: Cast, consignment: Consignment, visitor: Visitor
) -> None:
    load_categories()
    ticket = opened(people, consignment)
    visitor.come_as(people.officer.email)
    pages = ("/consignments/", f"/consignments/{consignment.ref}/", "/tickets/", f"/tickets/{ticket.ref}/", "/outbox/")
    for path in pages:
        page = visitor.open(path)
        assert page.evaluate(SHOWN, PRESSED) > 0
        # From a telephone whose colours are dark, too.
        page.emulate_media(media="print", color_scheme="dark")
        assert (path, page.evaluate(SHOWN, PRESSED)) == (path, 0)
        assert page.evaluate(INK) == ["rgb(255, 255, 255)", "rgb(0, 0, 0)"]
        assert page.evaluate("getComputedStyle(document.documentElement).getPropertyValue('--surface')") == "#fff"
        page.emulate_media(media="screen", color_scheme="light")


def test_tables_stay_tables_on_paper(people: Cast, visitor: Visitor) -> None:
    visitor.come_as(people.official.email)
    page = visitor.open("/observatory/")
    display = "getComputedStyle(document.querySelector('.stacks th[scope=row]')).display"
    assert page.evaluate(display) == "block"
    page.emulate_media(media="print")
    assert page.evaluate(display) == "table-cell"
