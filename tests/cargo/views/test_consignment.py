"""The page of one consignment as HTML: what stands on it, for whom, without JavaScript and on paper."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import timedelta
from uuid import uuid4

import pytest
from django.core.cache import cache
from django.test import Client
from django.utils import timezone

from cargo.models import Consignment, Nomination, UsualDelay
from cargo.papers import Audience, add_paper, write_note
from feeds.models import Source
from liaison.models import Organization, Person
from tests.cargo.test_page import forecast_of
from tests.cargo.test_pages import Tags
from tests.cargo.test_reading import BOX, NOW, OTHER_BOX, csv, row, take_in
from tests.conftest import AT, Cast, somebody
from tests.liaison.papers import PDF
from tests.shape import ROOT

As = Callable[[Person | None], Client]
MALABA = "xx-border-malaba"


def page_of(client: Client, consignment: Consignment, more: str = "") -> str:
    answer = client.get(f"/consignments/{consignment.ref}/{more}")
    assert answer.status_code == 200
    return str(answer.content.decode())


def words_of(page: str) -> str:
    """The words on a page with single blanks between them."""
    return " ".join(re.sub(r"<[^>]+>", " ", page).split())


@pytest.fixture
def at_malaba(clerk: Source, consignment: Consignment) -> Consignment:
    """Both boxes came to Malaba: one nine hours ago, the other left port and is under way."""
    rows = [row("gate_out", 80, box=box) for box in (BOX, OTHER_BOX)]
    take_in(clerk, csv(*rows, row("border_in", 9, node=MALABA), row("border_in", 9, node=MALABA, box=OTHER_BOX)))
    return consignment


def test_the_first_line_is_in_plain_words(cast: Cast, at_malaba: Consignment, as_person: As) -> None:
    forecast_of(at_malaba)
    page = page_of(as_person(cast.importer), at_malaba)
    (line,) = re.findall(r'<p class="line">(At Malaba[^<]*)</p>', page)
    assert re.fullmatch(r"At Malaba since \d+ hours; waiting for KRA, URA; reaches Kigali \w+ \d+ – \w+ \d+", line)
    assert page.index(line) < page.index('id="window"') < page.index('id="checklist"') < page.index('id="rail"')


def test_every_part_of_the_page_has_a_heading_and_an_id_of_its_own(
    cast: Cast, at_malaba: Consignment, as_person: As
) -> None:
    forecast_of(at_malaba)
    tags = Tags(page_of(as_person(cast.importer), at_malaba))
    ids = [str(attributes["id"]) for _tag, attributes in tags.having("id")]
    assert len(ids) == len(set(ids))
    labelled = [str(attributes["aria-labelledby"]) for _tag, attributes in tags.having("aria-labelledby")]
    assert set(labelled) <= set(ids)
    assert {"stand", "window", "checklist", "delays", "place", "rail", "events", "papers", "notes", "facts"} <= set(
        labelled
    )


def test_nothing_is_styled_or_scripted_in_the_page(cast: Cast, at_malaba: Consignment, as_person: As) -> None:
    client = as_person(cast.importer)
    for more in ("", "papers/", "notes/", "links/"):
        tags = Tags(page_of(client, at_malaba, more))
        assert tags.having("style") == []
        assert [
            attributes for tag, attributes in tags.found if tag in ("script", "style") and "src" not in attributes
        ] == []
        assert [name for _tag, attributes in tags.found for name in attributes if name.startswith("on")] == []


def test_bars_say_nothing_that_words_do_not(cast: Cast, at_malaba: Consignment, as_person: As) -> None:
    made = {"cargo_kind": "container", "basis": "part", "since": NOW, "measured_at": NOW, "n": 40}
    UsualDelay.objects.create(name="border", median_s=3600, p90_s=7200, **made)
    page = page_of(as_person(cast.importer), at_malaba)
    bars = [
        attributes for tag, attributes in Tags(page).found if tag == "svg" and "bar" in (attributes.get("class") or "")
    ]
    assert bars
    assert all(bar["aria-hidden"] == "true" for bar in bars)
    words = words_of(page)
    assert re.search(r"Borders now \d+ hours · \d+ hours more than usual 1 hour \(n&nbsp;=&nbsp;40\)", words)


def test_a_late_step_says_which_kind_of_late(
    cast: Cast, clerk: Source, consignment: Consignment, as_person: As
) -> None:
    take_in(clerk, csv(row("vessel_arrived", 5, classifier="EST")))
    words = words_of(page_of(as_person(cast.importer), consignment))
    assert "The time at which it was expected is past, and nothing has been heard." in words
    made = {"cargo_kind": "container", "basis": "step", "since": NOW, "measured_at": NOW, "n": 40}
    UsualDelay.objects.create(name="border1_out", median_s=3600, p90_s=7200, **made)
    # What is usual is remembered for two minutes.
    cache.key_prefix = uuid4().hex
    rows = [row("border_in", 9, node=MALABA, box=box) for box in (BOX, OTHER_BOX)]
    take_in(clerk, csv(*rows))
    words = words_of(page_of(as_person(cast.importer), consignment))
    assert "It takes longer than with nine in ten of like cargo." in words
    assert "The time at which it was expected" not in words


def test_units_that_part_ways_are_named_at_the_step(
    cast: Cast, clerk: Source, consignment: Consignment, as_person: As
) -> None:
    take_in(clerk, csv(row("gate_out", 9), row("discharged", 30, box=OTHER_BOX)))
    words = words_of(page_of(as_person(cast.importer), consignment))
    assert "1 of 2 containers · " in words
    assert f"not yet: {OTHER_BOX}" in words


@pytest.mark.parametrize(
    ("part", "offered"),
    [
        ("importer", ["links/", "papers/", "notes/"]),
        ("agent", ["links/", "papers/", "notes/"]),
        ("officer", ["links/", "papers/", "notes/"]),
        ("reader", []),
        ("seeing agent", []),
    ],
)
def test_only_what_one_may_do_is_offered(
    cast: Cast, consignment: Consignment, as_person: As, part: str, offered: list[str]
) -> None:
    people = {**cast.people(), "reader": somebody(cast.importer_firm, "readonly"), "seeing agent": cast.agent}
    if part == "seeing agent":
        Nomination.objects.update(may_act=False)
    page = page_of(as_person(people[part]), consignment)
    assert [
        more for more in ("links/", "papers/", "notes/") if f"/consignments/{consignment.ref}/{more}" in page
    ] == offered


def test_days_for_a_calendar_are_offered_where_there_are_any(
    cast: Cast, consignment: Consignment, as_person: As
) -> None:
    link = f"/consignments/{consignment.ref}/calendar.ics"
    assert link not in page_of(as_person(cast.importer), consignment)
    forecast_of(consignment)
    assert link in page_of(as_person(cast.importer), consignment)
    assert as_person(cast.agent).get(link).status_code == 200


def test_people_on_it_are_reached_with_one_tap(cast: Cast, consignment: Consignment, as_person: As) -> None:
    Organization.objects.filter(pk=cast.agent_firm.pk).update(phone="+250788111222", email="desk@inzira.example")
    page = page_of(as_person(cast.importer), consignment)
    assert ('href="tel:+250788111222"' in page, 'href="mailto:desk@inzira.example"' in page) == (True, True)


def test_papers_and_notes_are_on_the_page_of_those_who_see_them(
    cast: Cast, consignment: Consignment, as_person: As
) -> None:
    ours = {"consignment": consignment, "organization": cast.importer_firm.pk, "by": cast.importer, "at": AT}
    paper = {"kind": "permit", "file_name": "rsb permit", "content": PDF, "audience": Audience(office=False)}
    add_paper(**paper, **ours)  # type: ignore[arg-type]
    write_note(text="The driver is Emmanuel", is_shared=True, **ours)  # type: ignore[arg-type]
    seen = {}
    for part in ("importer", "agent", "officer"):
        page = page_of(as_person(cast.people()[part]), consignment)
        seen[part] = ("rsb_permit.pdf" in page, "none is on file" in page, "Emmanuel" in page)
    assert seen == {
        "importer": (True, False, True),
        "agent": (True, False, False),
        "officer": (False, True, True),
    }


def test_a_part_that_htmx_asks_for_notes_the_look_too(
    cast: Cast, clerk: Source, consignment: Consignment, as_person: As
) -> None:
    client, url = as_person(cast.importer), f"/consignments/{consignment.ref}/"
    version = client.get(url).context["version"]
    looks = consignment.looks.values_list("seen_at", flat=True)
    first = looks.get()
    assert client.get(f"{url}?seen={version}", headers={"HX-Request": "true"}).status_code == 204
    consignment.looks.update(seen_at=timezone.now() - timedelta(minutes=5))
    take_in(clerk, csv(row("gate_out", 1)))
    part = client.get(f"{url}?seen={version}", headers={"HX-Request": "true"})
    assert (part.status_code, "<html" in part.content.decode()) == (200, False)
    assert looks.get() > first


def test_on_paper_the_drivers_sheet_has_the_picture_and_no_buttons(
    cast: Cast, consignment: Consignment, as_person: As
) -> None:
    client = as_person(cast.importer)
    answer = client.post(f"/consignments/{consignment.ref}/links/", {"purpose": "driver", "days": "7"}, follow=True)
    page = answer.content.decode()
    css = (ROOT / "static" / "css" / "portal.css").read_text()
    assert ".pager, .notice { display: none !important; }" in css
    tags = Tags(page)
    (picture,) = [attributes for tag, attributes in tags.found if tag == "svg" and attributes.get("role") == "img"]
    assert picture["aria-label"] == "The link as a picture for a telephone's camera"
    assert [words for words in (consignment.ref, "Umucyo", BOX, "UMUC2611001") if words in words_of(page)] == []
    revoked = client.post(answer.redirect_chain[-1][0] + "revoke/")
    assert revoked.status_code == 302
    assert "This link leads nowhere any more." in client.get(answer.redirect_chain[-1][0]).content.decode()


@pytest.mark.parametrize("language", ["fr", "rw", "sw"])
def test_the_public_page_speaks_the_readers_language(
    cast: Cast, at_malaba: Consignment, as_person: As, language: str
) -> None:
    client = as_person(cast.importer)
    sheet = client.post(f"/consignments/{at_malaba.ref}/links/", {"days": "7"}, follow=True).content.decode()
    (path,) = set(re.findall(r"/t/[\w-]+/", sheet))
    page = as_person(None).get(path, headers={"Accept-Language": language}).content.decode()
    assert f'<html lang="{language}"' in page
    assert [
        words for words in ("Where the cargo is", "What comes next", "since", "heard") if words in words_of(page)
    ] == []


def test_vehicles_are_called_vehicles_and_an_export_has_no_promise_of_kigali(
    cast: Cast, consignment: Consignment, clerk: Source, as_person: As
) -> None:
    Consignment.objects.update(cargo_kind="roro", direction="export")
    take_in(clerk, csv(row("sealed", 9), row("border_out", 9, node=MALABA)))
    words = words_of(page_of(as_person(cast.importer), consignment))
    assert words.count("1 of 2 vehicles") == 3
    assert words.count("Vehicle, by its chassis number") == 2
    assert ("1 of 2 containers" in words, "nobody has told of it" in words) == (False, True)
    assert "reaches Kigali" not in words
    assert "that the cargo was discharged" not in words
