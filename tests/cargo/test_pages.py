"""The list and the page of consignments: found, narrowed, paged, renewed in part, whole without JavaScript, on paper."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import timedelta
from html.parser import HTMLParser
from typing import Any

import pytest
import time_machine
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from cargo.models import Consignment, Status
from cargo.registration import Particulars, register, register_many
from feeds.models import Source
from liaison.models import Person
from tests.cargo.test_deriving import gate_out
from tests.cargo.test_reading import BOX, NOW, csv, row, take_in
from tests.conftest import Cast
from tests.shape import ROOT

As = Callable[[Person | None], Client]
HTMX = {"HX-Request": "true"}


class Tags(HTMLParser):
    """The tags of a page with their attributes."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.found: list[tuple[str, dict[str, str | None]]] = []
        self.feed(page)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.found.append((tag, dict(attrs)))

    def having(self, name: str) -> list[tuple[str, dict[str, str | None]]]:
        return [(tag, attributes) for tag, attributes in self.found if name in attributes]


def text_of(client: Client, url: str, **headers: str) -> str:
    answer = client.get(url, headers=headers)
    assert answer.status_code == 200
    return str(answer.content.decode())


def listed(client: Client, url: str) -> list[str]:
    """The bills of lading on the page, in their order."""
    return [found.bill_of_lading for found in client.get(url).context["rows"]]


@pytest.fixture
def three(cast: Cast, clerk: Source) -> None:
    """A container on the road, one at the port and a vehicle not heard of; and one of a stranger, on the road."""
    mine, theirs = cast.importer_firm, cast.stranger_firm
    for firm, bill, kind, boxes in [
        (mine, "AA1", "container", [BOX]),
        (mine, "AB2", "container", ["CSQU3054383"]),
        (mine, "BB3", "roro", []),
        (theirs, "AA9", "container", ["MSCU1234566"]),
    ]:
        particulars = Particulars(consignee=firm, bill_of_lading=bill, cargo_kind=kind, containers=boxes)
        register(particulars=particulars, by=None, at=NOW - timedelta(hours=900))
    moves = [row("gate_out", 1), row("discharged", 2, box="CSQU3054383"), row("gate_out", 0.5, box="MSCU1234566")]
    take_in(clerk, csv(*moves))


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ("", ["AA1", "AB2", "BB3"]),
        ("q=a", ["AA1", "AB2"]),
        ("q=AA", ["AA1"]),
        ("q=csqu+3054", ["AB2"]),
        ("q=MSCU1234566", []),
        ("state=on_road", ["AA1"]),
        ("state=at_port", ["AB2"]),
        ("state=registered", ["BB3"]),
        ("state=closed", []),
        ("kind=roro", ["BB3"]),
        ("kind=container", ["AA1", "AB2"]),
        ("kind=container&state=at_port&q=AB", ["AB2"]),
        ("kind=roro&state=on_road", []),
        ("q=&state=&kind=", ["AA1", "AB2", "BB3"]),
        ("unknown=1", ["AA1", "AB2", "BB3"]),
    ],
)
def test_every_filter_narrows_and_all_together_narrow_further(
    cast: Cast, three: None, as_person: As, query: str, found: list[str]
) -> None:
    assert listed(as_person(cast.importer), f"/consignments/?{query}") == found


def test_what_was_asked_for_stands_in_the_form_again(cast: Cast, three: None, as_person: As) -> None:
    page = text_of(as_person(cast.importer), "/consignments/?q=%22%3E<b>AA&state=on_road&kind=container")
    assert 'value="&quot;&gt;&lt;b&gt;AA"' in page
    chosen = re.findall(r'<option value="(\w+)" selected>', page)
    assert chosen == ["on_road", "container"]


@pytest.mark.parametrize(
    ("part", "query", "words"),
    [
        ("importer", "?q=ZZZ", "ZZZ: none of the consignments that you may see has this number."),
        ("importer", "?state=closed", "Nothing fits what you are looking for."),
        ("agent", "", "There is no consignment yet."),
    ],
)
def test_an_empty_list_says_why_and_how_to_go_on(
    cast: Cast, three: None, as_person: As, part: str, query: str, words: str
) -> None:
    page = text_of(as_person(cast.people()[part]), f"/consignments/{query}")
    assert words in page
    assert ('href="/consignments/new/"' in page, "Show all consignments" in page) == (True, part == "importer")


def test_what_moved_last_stands_first(cast: Cast, three: None, clerk: Source, as_person: As) -> None:
    take_in(clerk, csv(row("weighed", 0.1, box="CSQU3054383")))
    assert listed(as_person(cast.importer), "/consignments/") == ["AB2", "AA1", "BB3"]


@pytest.mark.parametrize("query", ["", "?state=on_road", "?q=NONE"])
def test_the_fragment_is_a_part_of_the_whole_page(cast: Cast, three: None, as_person: As, query: str) -> None:
    client = as_person(cast.importer)
    whole, part = text_of(client, f"/consignments/{query}"), text_of(client, f"/consignments/{query}", **HTMX)
    assert part.strip().startswith('<div id="rows"')
    assert part.strip() in whole
    assert len(part) < len(whole)


def test_the_fragment_of_a_consignment_is_a_part_of_its_page(cast: Cast, three: None, as_person: As) -> None:
    client, url = as_person(cast.importer), f"/consignments/{Consignment.objects.earliest('pk').ref}/"
    with time_machine.travel(NOW + timedelta(minutes=1), tick=False):
        whole, part = text_of(client, url), text_of(client, url, **HTMX)
    assert part.strip().startswith('<div id="live"')
    assert part.strip() in whole


@pytest.mark.parametrize("header", ["HX-Boosted", "HX-History-Restore-Request"])
@pytest.mark.parametrize("page", ["", "{ref}/"])
def test_who_goes_to_a_page_gets_it_whole(cast: Cast, three: None, as_person: As, header: str, page: str) -> None:
    url = "/consignments/" + page.format(ref=Consignment.objects.earliest("pk").ref)
    assert "<html" in text_of(as_person(cast.importer), url, **HTMX, **{header: "true"})


@pytest.mark.parametrize("page", ["", "{ref}/"])
def test_a_browser_that_keeps_a_fragment_does_not_show_it_as_the_page(
    cast: Cast, three: None, as_person: As, page: str
) -> None:
    url = "/consignments/" + page.format(ref=Consignment.objects.earliest("pk").ref)
    for headers in ({}, HTMX):
        vary = as_person(cast.importer).get(url, headers=headers).headers["Vary"]
        assert {"HX-Request", "Cookie", "Accept-Language"} <= set(vary.split(", "))


@pytest.mark.parametrize("page", ["", "?q=A", "new/", "{ref}/"])
def test_everything_works_without_javascript(cast: Cast, three: None, as_person: As, page: str) -> None:
    url = "/consignments/" + page.format(ref=Consignment.objects.earliest("pk").ref)
    tags = Tags(text_of(as_person(cast.importer), url))
    for tag, attributes in tags.having("hx-get"):
        # What loads or renews itself stands on the page already, with links of its own.
        if attributes.get("id") != "live" and attributes.get("hx-trigger") != "load":
            assert attributes["hx-get"] == attributes["href" if tag == "a" else "action"]
    assert [attributes for _tag, attributes in tags.found if any(name.startswith("on") for name in attributes)] == []
    forms = [attributes for tag, attributes in tags.found if tag == "form"]
    submits = [a for tag, a in tags.found if tag == "button" and a.get("type") == "submit"]
    assert all(form.get("method") in ("get", "post") for form in forms)
    assert len(submits) >= len(forms)


def test_a_page_shows_the_latest_reports_first_and_escapes_what_senders_wrote(
    cast: Cast, three: None, clerk: Source, as_person: As
) -> None:
    remark = "<script>alert(1)</script>"
    take_in(clerk, csv(row("weighed", 0.2) + remark, *(row("weighed", hours) for hours in range(2, 14))))
    consignment = Consignment.objects.earliest("pk")
    answer = as_person(cast.importer).get(f"/consignments/{consignment.ref}/")
    times = [line.at for line in answer.context["events"]]
    assert (len(times), times) == (14, sorted(times, reverse=True))
    assert remark not in answer.content.decode()
    assert "&lt;script&gt;alert(1)" in answer.content.decode()
    assert "6 earlier reports" in answer.content.decode()


def test_a_page_shows_nothing_of_other_consignments(cast: Cast, three: None, as_person: As) -> None:
    page = text_of(as_person(cast.importer), f"/consignments/{Consignment.objects.earliest('pk').ref}/")
    assert [words for words in ("AB2", "BB3", "AA9", "CSQU3054383", "MSCU1234566", "Ikirere") if words in page] == []


def test_a_withdrawn_report_stays_on_the_page_and_is_marked(
    cast: Cast, gate: Source, consignment: Consignment, as_person: As
) -> None:
    take_in(gate, gate_out("D1", 5, made=4))
    take_in(gate, gate_out("D1", 5, function="1", made=3))
    page = text_of(as_person(cast.importer), f"/consignments/{consignment.ref}/")
    assert page.count('<li class="withdrawn">') == 1
    assert "Nothing has been heard of this consignment yet" in page


def test_a_slip_in_the_form_keeps_what_was_typed_and_registers_nothing(cast: Cast, as_person: As) -> None:
    typed = {"cargo_kind": "container", "containers": "TGHU3054381", "goods": "Rice & beans", "bill_of_lading": "B1"}
    answer = as_person(cast.importer).post("/consignments/new/", typed | {"consignee": cast.importer_firm.pk})
    page = answer.content.decode()
    assert (answer.status_code, Consignment.objects.count()) == (422, 0)
    assert "Did you mean TGHU3054380?" in page
    assert [words for words in ("TGHU3054381", "Rice &amp; beans", 'value="B1"') if words not in page] == []
    tags = Tags(page)
    (box,) = [attributes for _tag, attributes in tags.found if attributes.get("name") == "containers"]
    assert box.get("aria-invalid") == "true"


def test_paper_shows_the_cargo_and_none_of_the_buttons(cast: Cast, three: None, as_person: As) -> None:
    """What the style sheet keeps off paper is on the page under that name, and what it does not is the content."""
    css = (ROOT / "static" / "css" / "portal.css").read_text()
    (hidden,) = re.findall(r"@media print \{\s*([^{]+?)\s*\{ display: none", css)
    page = text_of(as_person(cast.importer), "/consignments/")
    classes = {name for _tag, found in Tags(page).having("class") for name in (found["class"] or "").split()}
    off_paper = {name.strip().removeprefix(".") for name in hidden.split(",")}
    assert off_paper >= {"nav", "find", "languages", "person", "main button"}
    assert off_paper - classes == {"main button"}
    assert off_paper & {"rows", "row", "card", "rail", "events", "facts", "stand", "next", "badge"} == set()


def fill(cast: Cast, first: int, count: int) -> list[str]:
    """So many consignments, each two of which moved at the same moment; their bills, what moved last first."""
    made = register_many(
        [Particulars(consignee=cast.importer_firm, bill_of_lading=f"K{first + n:03d}") for n in range(count)],
        by=None,
        at=NOW,
    )
    for number, consignment in enumerate(made):
        Status.objects.filter(consignment=consignment).update(moved_at=NOW - timedelta(hours=first + number // 2))
    pairs = [made[n : n + 2][::-1] for n in range(0, count, 2)]
    return [consignment.bill_of_lading for pair in pairs for consignment in pair]


def walk(client: Client, url: str | None) -> list[str]:
    """All rows from this page to the last."""
    found: list[str] = []
    while url:
        found += listed(client, url)
        url = client.get(url).context["page"].next_url
    return found


def test_the_pages_together_hold_every_row_once_in_order(cast: Cast, as_person: As) -> None:
    bills = fill(cast, 0, 70)
    assert walk(as_person(cast.importer), "/consignments/?q=K&kind=container") == bills


def test_a_filter_goes_with_the_next_page(cast: Cast, three: None, as_person: As) -> None:
    fill(cast, 0, 40)
    page: Any = as_person(cast.importer).get("/consignments/?q=K&state=registered").context["page"]
    assert re.fullmatch(r"/consignments/\?q=K&state=registered&cursor=[\w-]+", page.next_url)
    assert page.first_url is None


def test_what_arrives_between_two_pages_neither_repeats_nor_hides_a_row(cast: Cast, as_person: As) -> None:
    bills = fill(cast, 5, 40)
    client = as_person(cast.importer)
    first = client.get("/consignments/")
    shown = [found.bill_of_lading for found in first.context["rows"]]
    fill(cast, 0, 4)
    assert shown + walk(client, first.context["page"].next_url) == bills


@pytest.mark.parametrize("headers", [{}, HTMX])
def test_a_page_costs_the_same_however_many_rows_and_wherever_it_stands(
    cast: Cast, as_person: As, headers: dict[str, str]
) -> None:
    client = as_person(cast.importer)

    def cost(url: str) -> int:
        with CaptureQueriesContext(connection) as queries:
            text_of(client, url, **headers)
        return len(queries)

    fill(cast, 0, 1)
    cost("/consignments/")  # From now on the tariff is remembered.
    few = cost("/consignments/?q=K&kind=container")
    fill(cast, 1, 70)
    second = client.get("/consignments/?q=K&kind=container").context["page"].next_url
    assert {cost("/consignments/?q=K&kind=container"), cost(second)} == {few}
