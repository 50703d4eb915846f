"""The dashboard, the indicators' pages and files, and the API: what is told, to whom, and what is not."""

from __future__ import annotations

import csv as csv_module
import html
import io
import re
from collections.abc import Callable
from datetime import timedelta
from xml.etree import ElementTree

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone
from openpyxl import load_workbook
from PIL import Image
from pytest_django import DjangoAssertNumQueries

from cargo.models import Consignment
from corridor.models import Condition
from feeds.models import Source
from liaison.models import Person
from observatory import figures
from observatory.models import Rollup
from observatory.registry import INDICATORS
from tests.cargo.test_reading import take_in
from tests.conftest import Cast, source_of
from tests.corridor.test_settling import said
from tests.observatory.boxes import six_boxes

As = Callable[[Person | None], Client]
DWELL = "/observatory/container_dwell_time/"


@pytest.fixture
def trips(cast: Cast, clerk: Source) -> None:
    """Boxes that stayed in the port for 30 to 80 hours."""
    six_boxes(cast, clerk)


def text_of(answer: object) -> str:
    return " ".join(re.sub(r"<[^>]+>", " ", answer.content.decode()).split())  # type: ignore[attr-defined]


def test_the_dashboard_tells_the_goal_and_every_indicator(trips: None, cast: Cast, as_person: As) -> None:
    answer = Client().get("/observatory/")
    text = text_of(answer)
    assert "840,787 t were published for 2025: 84 % of the goal." in text
    for indicator in INDICATORS.values():
        assert f"/observatory/{indicator.slug}/" in answer.content.decode()
    # All of it is one firm's.
    assert "120 t" not in text
    assert "120 t" in text_of(as_person(cast.official).get("/observatory/"))
    assert "not enough data" in text
    assert "style=" not in answer.content.decode()
    assert "<script>" not in answer.content.decode()


def test_the_dashboard_is_made_once_for_all_who_may_be_told_the_same(
    trips: None, cast: Cast, as_person: As, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    public = Client().get("/observatory/")
    least = "Of fewer than {} readings only their number is told."
    told = {part: text_of(as_person(cast.people()[part]).get("/observatory/")) for part in ("official", "importer")}
    assert least.format(2) in told["official"]
    assert least.format(5) in told["importer"]
    assert "Chiffres" not in text_of(public)
    french = Client(headers={"accept-language": "fr"}).get("/observatory/")
    assert "en chiffres" in text_of(french)
    with django_assert_num_queries(0):
        assert text_of(Client().get("/observatory/")) == text_of(public)


def test_an_indicators_page_tells_median_band_n_and_coverage(trips: None) -> None:
    answer = Client().get(DWELL)
    text = text_of(answer)
    # Deciles of six are nearly the smallest and the largest, and the ends of the band are: somebody's own.
    assert "Median (P50) 55.0 h P10 – P90 – Median, sure to 95 in 100 – " in text
    assert not {"30.0", "35.0", "75.0", "80.0"} & set(text.split())
    assert "n 6 Coverage 100 % Target 60 h (2022-12)" in text
    assert "From “Discharged” to “Out of the gate”, by the day of its end." in text
    # What others published stands beside ours, with its source.
    assert "93.6&nbsp;h businessdayafrica.org" in text
    # The longest trips are nobody's business.
    assert Consignment.objects.earliest("pk").ref not in text


def test_whoever_may_see_the_cargo_is_led_to_it(trips: None, cast: Cast, as_person: As) -> None:
    refs = set(Consignment.objects.values_list("ref", flat=True))
    for part, seen in (("officer", refs), ("importer", refs), ("stranger", set()), ("official", set())):
        page = as_person(cast.people()[part]).get(DWELL).content.decode()
        assert {ref for ref in refs if ref in page} == seen, part


def test_small_cells_are_told_to_officials_and_the_office_alone(trips: None, cast: Cast, as_person: As) -> None:
    url = "/observatory/border_crossing_time_malaba/"
    for part, is_told in ((None, False), ("importer", False), ("official", True), ("officer", True)):
        text = text_of(as_person(cast.people().get(part or "")).get(url))
        assert ("Median (P50) 0.4 h" in text) is is_told, part
        assert ("not enough data (n = 2)" in text) is not is_told, part
    data = Client().get("/api/v1/indicators/border_crossing_time_malaba/").json()
    assert (data["range"]["n"], data["range"]["p50"], data["series"][-1]["value"]) == (2, None, None)


def test_nothing_is_never_a_nought(network: None) -> None:
    text = text_of(Client().get("/observatory/transit_volume_rwanda/"))
    assert "not enough data (n = 0)" in text
    data = Client().get("/api/v1/indicators/transit_volume_rwanda/").json()
    assert {row["value"] for row in data["series"]} == {None}
    assert {row["coverage"] for row in data["series"]} == {None}
    assert "not enough data" in text_of(Client().get("/observatory/icdn_dwell_time.svg"))


def test_the_state_is_in_the_address(trips: None) -> None:
    client, today = Client(), timezone.localdate()
    by_day = client.get(f"{DWELL}?grain=day&from={today - timedelta(days=6)}&until={today}").content.decode()
    assert by_day.count('<th scope="row"') - by_day.count("<s>") > 7
    part = text_of(client.get(f"{DWELL}?part=cargo:container&by=node"))
    assert "Only: Containers" in part
    assert "Port of Mombasa 55.0 h" in part
    none = text_of(client.get(f"{DWELL}?part=cargo:roro"))
    assert "not enough data (n = 0)" in none
    unstated = text_of(client.get(f"{DWELL}?part=origin:unknown"))
    assert "Only: Country of origin: not stated" in unstated
    assert "Median (P50) 55.0 h" in unstated
    for wrong in ("grain=x&from=never&until=0000-99-99", "part=%00:", "by=%27", "from=9999-12-31", "until=1900-01-01"):
        assert client.get(f"{DWELL}?{wrong}").status_code == 200
    swapped = client.get(f"{DWELL}?grain=week", headers={"HX-Request": "true"}).content.decode()
    assert swapped.strip().startswith('<div id="figures"')
    page = client.get(f"{DWELL}?part=cargo:container&by=node").content.decode()
    # What leads on swaps the figures and has an address without scripts; the form takes along what is shown.
    assert re.findall(r'href="\?([^"#]+)(?:#parts)?"\s+hx-get="(.*?)"', page)
    for plain, swap in re.findall(r'href="\?([^"#]+)(?:#parts)?"\s+hx-get="(.*?)"', page):
        assert swap == f"{DWELL}?{plain}"
    kept = re.findall(r'<input type="hidden" name="(\w+)" form="asked" value="(.*?)">', page)
    assert (kept, 'id="asked"' in page) == ([("part", "cargo:container"), ("by", "node")], True)
    assert page.index('id="figures"') < page.index('name="part"')
    assert client.get("/observatory/no_such_thing/").status_code == 404


def test_twelve_months_are_on_the_pages_and_in_the_files(network: None) -> None:
    # The last thirteen whole months, of ten firms each.
    for month in figures.periods("month", timezone.localdate() - timedelta(days=400), timezone.localdate())[-14:-1]:
        for grain in ("month", "day"):
            Rollup.objects.create(
                indicator="transit_volume_rwanda", grain=grain, starts_on=month, n=10, missing=0, total=50, base=0,
                values=[], counts=[], counted_at=timezone.now(), firms=list(range(10)), firm_totals=[5] * 10,
            )  # fmt: skip
    client, volume = Client(), "/observatory/transit_volume_rwanda"
    for path in ("/observatory/", f"{volume}/", f"{volume}/embed/"):
        page = client.get(path)
        assert (page.content.decode().count('id="years-chart-title"'), "600 t n = 120" in text_of(page)) == (1, True), (
            path
        )
    assert "600 t in the last twelve whole months, of 120 consignments" in text_of(client.get("/observatory/"))
    rows = list(csv_module.DictReader(io.StringIO(client.get(f"{volume}.csv").content.decode())))
    assert [row["twelve_months"] for row in rows[-3:]] == ["600.0", "600.0", ""]
    assert [one["value"] for one in client.get(f"{volume}.json").json()["twelve_months"]][-2:] == [600.0, 600.0]
    drawing = client.get(f"{volume}.svg").content
    assert (ElementTree.fromstring(drawing).get("viewBox"), b"Sum of the twelve" in drawing) == ("0 0 720 690", True)
    assert "twelve months up to each" not in text_of(client.get(f"{volume}/?grain=week"))


def test_the_headline_says_how_many_of_the_twelve_months_it_is_of(network: None, cast: Cast, as_person: As) -> None:
    this = figures.begin_of("month", timezone.localdate())
    months = figures.periods("month", this - timedelta(days=360), this)[:-1]
    for number, month in enumerate(months):
        # In the third of them one firm was active alone.
        firms = [1] if number == 2 else list(range(10))
        Rollup.objects.create(
            indicator="transit_volume_rwanda", grain="month", starts_on=month, n=10, missing=0, total=50, base=0,
            values=[], counts=[], counted_at=timezone.now(), firms=firms, firm_totals=[50 / len(firms)] * len(firms),
        )  # fmt: skip
    assert len(months) == 12
    # The month after it is told together with it, and so not by itself.
    assert "500 t in 10 of the last twelve whole months, of 100 consignments" in text_of(Client().get("/observatory/"))
    text = text_of(as_person(cast.official).get("/observatory/"))
    assert "600 t in the last twelve whole months, of 120 consignments" in text


def test_the_corridor_leads_to_each_leg(network: None) -> None:
    page = Client().get("/corridor/").content.decode()
    found = re.findall(r'href="/observatory/(\w+)/\?by=node">(.*?)</a>', page)
    assert len(found) == 11
    for slug, name in found:
        assert (INDICATORS[slug].is_ours, str(INDICATORS[slug].name)) == (True, html.unescape(name))


def test_what_happened_meanwhile_stands_beside_the_chart(trips: None) -> None:
    take_in(source_of("ura", "status"), said("shut", "C1", since_h=-5))
    assert Condition.objects.get().severity == "shut"
    page = Client().get(f"{DWELL}?grain=week").content.decode()
    assert "Malaba" in text_of(Client().get(f"{DWELL}?grain=week"))
    assert page.count('stroke-dasharray="1 3"') == 1


def test_each_point_says_what_it_is_to_whoever_comes_by_keyboard_and_a_file_has_nothing_hidden(trips: None) -> None:
    page, drawn = (
        Client().get(DWELL).content.decode(),
        Client().get("/observatory/container_dwell_time.svg").content.decode(),
    )
    (chart,) = re.findall(r'<svg[^>]*aria-labelledby="chart-title.*?</svg>', page, re.S)
    assert 'role="group"' in chart
    spots = re.findall(
        r'<g class="spot" tabindex="0" role="img">\s*<title>(.*?)</title>.*?<text[^>]*>(.*?)</text>', chart, re.S
    )
    assert [words == shown for words, shown in spots] == [True] * len(re.findall("<circle|m-5 0l5", chart))
    assert "median" in spots[0][0]
    assert ("tabindex" in drawn, 'display="none"' in drawn, "median" in drawn) == (False, False, True)


def test_files(trips: None) -> None:
    client = Client()
    answer = client.get("/observatory/container_dwell_time.csv")
    assert (answer["Content-Type"], answer["Access-Control-Allow-Origin"]) == ("text/csv; charset=utf-8", "*")
    rows = list(csv_module.DictReader(io.StringIO(answer.content.decode())))
    assert len(rows) == 13
    assert (rows[-1]["p50"], rows[-1]["n"], rows[-1]["coverage_percent"], rows[0]["p50"]) == ("55.0", "6", "100.0", "")
    assert client.get(f"{DWELL}.csv").content == answer.content
    data = client.get("/observatory/container_dwell_time.json").json()
    assert (data["range"]["p50"], data["unit"], data["target"]["value"]) == (55.0, "h", 60.0)
    assert data["published"][0]["source_url"].startswith("https://")
    said_of = client.get("/observatory/container_dwell_time.metadata.json").json()
    assert said_of["starts"] == ["discharged"]
    assert "series" not in said_of
    book = load_workbook(io.BytesIO(b"".join(client.get("/observatory/container_dwell_time.xlsx"))))
    assert book.sheetnames == ["figures", "published", "method"]
    assert book["figures"].max_row == 14
    drawn = client.get("/observatory/container_dwell_time.svg")
    assert drawn["Content-Type"] == "image/svg+xml"
    root = ElementTree.fromstring(drawn.content)
    assert root.tag == "{http://www.w3.org/2000/svg}svg"
    assert root.findtext("{http://www.w3.org/2000/svg}text") == "Container dwell time (hours)"
    assert b"href" not in drawn.content
    picture = client.get("/observatory/container_dwell_time.png")
    assert (picture["Content-Type"], picture["Access-Control-Allow-Origin"]) == ("image/png", "*")
    assert Image.open(io.BytesIO(picture.content)).size == (1440, 724)
    assert client.get("/observatory/container_dwell_time.exe").status_code == 404


@pytest.mark.parametrize(
    "part",
    ["origin:ANY TEXT", "origin:cn", "cargo:%01", "node:nowhere", "agency:Bad Co", "words:of mine", "x", "regime:"],
)
def test_what_stands_in_an_address_is_never_a_name_on_our_drawings(trips: None, part: str) -> None:
    """A page shows all and says so; a file is not there; the API says what is wrong."""
    client, words = Client(), part.partition(":")[2] or "x"
    for page in (DWELL, f"{DWELL}embed/"):
        text = text_of(client.get(f"{page}?part={part}"))
        assert "There is no such part, so all is shown." in text
        assert "Only:" not in text
        assert words not in text or len(words) < 3
    files = [
        client.get(f"/observatory/container_dwell_time.{kind}?part={part}") for kind in ("svg", "png", "csv", "json")
    ]
    assert [answer.status_code for answer in files] == [404] * 4
    refused = client.get(f"/api/v1/indicators/container_dwell_time/?part={part}")
    assert (refused.status_code, list(refused.json()["errors"])) == (400, ["part"])
    assert b"all is shown" not in client.get(f"{DWELL}?part=node:ke-port-mombasa").content


def test_a_chart_can_stand_in_other_peoples_pages(trips: None, cast: Cast, as_person: As) -> None:
    answer = as_person(cast.officer).get("/observatory/border_crossing_time_malaba/embed/")
    assert "X-Frame-Options" not in answer
    assert "frame-ancestors *" in answer["Content-Security-Policy"]
    # What the public sees, whoever looks.
    assert "not enough data" in text_of(answer)
    assert "frame-ancestors 'none'" in Client().get(DWELL)["Content-Security-Policy"]


@pytest.mark.parametrize("what", ["", "borders", "routes", "modes", "cargo", "port", "nonsense"])
def test_comparing(trips: None, cast: Cast, as_person: As, what: str) -> None:
    public, official = (
        text_of(client.get(f"/observatory/compare/?what={what}")) for client in (Client(), as_person(cast.official))
    )
    assert "Central Corridor" in public
    assert ("Road 120 t" in official) is (what == "modes")
    assert "120 t" not in public


def test_reading_never_looks_at_events(trips: None) -> None:
    for url in ("/observatory/", DWELL, "/observatory/compare/", "/api/v1/indicators/"):
        with CaptureQueriesContext(connection) as queries:
            Client().get(url)
        asked = " ".join(query["sql"] for query in queries)
        assert not re.search(r'FROM "cargo_(event|milestone|eventmatch)"', asked)
        assert len(queries) <= 15
