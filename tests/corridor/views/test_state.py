"""The public page on the corridor, now and on earlier days."""

from __future__ import annotations

from datetime import date, timedelta
from pathlib import Path
from typing import Any

import pytest
from django.core.cache import cache
from django.test import Client
from django.utils import timezone
from pytest_django import DjangoAssertNumQueries

from corridor.days import KIGALI, keep_day
from corridor.models import DayRecord, Node, VesselCall
from corridor.models.advisories import System
from corridor.settling import settle_standings
from feeds.models import Source
from tests.cargo.test_reading import take_in
from tests.conftest import Cast, source_of
from tests.corridor.notices import published
from tests.corridor.test_settling import said

PART = {"HX-Request": "true"}


@pytest.fixture
def ura(network: None) -> Source:
    return source_of("ura", "status")


def shown(path: str = "/corridor/", **more: Any) -> str:
    answer = Client().get(path, **more)
    assert answer.status_code == 200
    return " ".join(answer.content.decode().split())


def test_it_leads_from_the_sea_to_kigali_past_every_stop(network: None) -> None:
    picture = Client().get("/corridor/").context["picture"]
    slugs = [[place["slug"] for place in stop] for stop in picture["stops"]]
    assert slugs[0][0] == "ke-port-mombasa"
    assert ["xx-border-malaba", "xx-border-busia"] in slugs
    assert ["xx-border-gatuna", "xx-border-kagitumba"] in slugs
    assert slugs[-1][0] == "rw-city-kigali"
    assert {slug for stop in slugs for slug in stop} <= set(Node.objects.values_list("slug", flat=True))
    known = [place["km"] for stop in picture["stops"] for place in stop[:1] if place["km"] is not None]
    assert known == sorted(known)


def test_it_leads_to_the_network_and_to_the_map(network: None) -> None:
    text = shown()
    assert [f'href="/corridor/{page}/"' in text for page in ("network", "map")] == [True, True]


def test_where_nobody_spoke_it_is_unknown_and_nothing_is_normal(network: None) -> None:
    answer = Client().get("/corridor/")
    picture = answer.context["picture"]
    assert {place["severity"] for stop in picture["stops"] for place in stop} == {"unknown"}
    assert [(state["name"], state["severity"]) for state in picture["systems"]] == [
        (n, "unknown") for n in System.values
    ]
    assert "> Normal<" not in answer.content.decode()
    assert answer.context["headline"] == {"normal": 0, "slow": 0, "severe": 0, "shut": 0, "unknown": 5}


def test_a_condition_is_shown_with_its_source_its_time_and_its_words(ura: Source) -> None:
    take_in(ura, said("severe", text="Queue <of> 6 km"))
    text = shown()
    assert "Queue &lt;of&gt; 6 km" in text
    assert "– Ura, just now" in text
    assert "Severe delays" in text
    take_in(ura, said("shut", "S1", kind="system", system="iCMS", node=""))
    take_in(ura, said("slow", "R1", kind="road", node="ug-city-kampala"))
    take_in(ura, said("slow", "D1", kind="port", node="tz-port-dar"))
    picture = Client().get("/corridor/").context["picture"]
    assert [(state["name"], state["severity"]) for state in picture["systems"]][:1] == [("iCMS", "shut")]
    assert [(state["name"], state["kind"]) for state in picture["ways"]] == [("Kampala", "road")]
    assert [state["name"] for state in picture["elsewhere"]] == ["Port of Dar es Salaam"]


def test_what_lies_ahead_is_announced_and_not_in_force(ura: Source) -> None:
    take_in(ura, said("shut", since_h=30, until_h=40))
    take_in(ura, said("shut", "Q2", since_h=24 * 15))
    picture = Client().get("/corridor/").context["picture"]
    assert [(item["severity"], item["source_name"]) for item in picture["announced"]] == [("shut", "Ura")]
    assert {place["severity"] for stop in picture["stops"] for place in stop} == {"unknown"}


def test_contradictions_and_stale_words_look_so(ura: Source) -> None:
    take_in(ura, said("severe"))
    take_in(source_of("kra", "status"), said("normal"))
    assert "Sources disagree." in shown()
    at = timezone.now()
    Source.objects.update(promise_s=60, last_success_at=at - timedelta(hours=2))
    settle_standings(at=at)
    text = shown()
    assert "Nobody has said so again since" in text
    assert '<div class="state stale">' in text


def test_the_page_asks_again_and_is_told_only_what_is_new(ura: Source) -> None:
    tag = Client().get("/corridor/").context["tag"]
    again = Client().get("/corridor/", {"tag": tag}, headers=PART)
    assert (again.status_code, again.content) == (204, b"")
    take_in(ura, said("shut"))
    cache.delete("corridor-state")
    part = Client().get("/corridor/", {"tag": tag}, headers=PART)
    assert part.status_code == 200
    assert part.content.decode().strip().startswith('<div id="state"')
    assert "Shut" in part.content.decode()
    assert "<html" not in part.content.decode()


def test_it_costs_nine_queries_and_asks_nobody_who_she_is(
    ura: Source, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    for number in range(3):
        take_in(ura, said("slow", f"Q{number}", node=f"ke-term-ct{1 + number % 2}", kind="port"))
    with django_assert_num_queries(9):
        Client().get("/corridor/")


def test_a_first_visit_transfers_little(network: None) -> None:
    files = sum((Path("static") / name).stat().st_size for name in ("css/portal.css", "icon.svg"))
    assert len(Client().get("/corridor/").content) + files < 60_000


@pytest.mark.parametrize(("method", "status"), [("head", 200), ("post", 405), ("put", 405), ("delete", 405)])
def test_it_is_only_read(network: None, method: str, status: int) -> None:
    assert getattr(Client(), method)("/corridor/").status_code == status


@pytest.mark.parametrize("language", ["fr", "rw", "sw"])
def test_it_speaks_the_visitors_language(network: None, language: str) -> None:
    answer = Client().get("/corridor/", headers={"Accept-Language": language})
    assert f'<html lang="{language}">' in answer.content.decode()


def test_only_staff_are_offered_to_speak_and_to_judge(ura: Source, cast: Cast) -> None:
    take_in(ura, said("slow"))
    links = ("/corridor/conditions/new/", "/judge/")
    for person, offered in ((cast.officer, True), (cast.importer, False), (cast.desk, False)):
        client = Client()
        client.force_login(person)
        text = client.get("/corridor/").content.decode()
        assert [link in text for link in links] == [offered, offered]


def test_a_day_stays_as_it_was_last_shown(ura: Source) -> None:
    take_in(ura, said("shut", text="The bridge is cut"))
    yesterday = timezone.now() - timedelta(days=1)
    day = yesterday.astimezone(KIGALI).date()
    keep_day(at=yesterday.astimezone(KIGALI).replace(hour=0, minute=0))
    record = keep_day(at=yesterday)
    assert (DayRecord.objects.count(), record.day, record.made_at) == (1, day, yesterday)
    take_in(ura, said("normal", text="Open again"))
    text = shown(f"/corridor/{day}/")
    assert "The bridge is cut" in text
    assert "Open again" not in text
    assert f"/corridor/{day}/" in shown("/corridor/days/")


def test_today_is_the_page_itself_and_a_day_that_was_not_kept_is_not_found(network: None) -> None:
    today = timezone.localdate(timezone=KIGALI)
    assert Client().get(f"/corridor/{today}/").headers["Location"] == "/corridor/"
    for path in ("/corridor/2020-01-01/", "/corridor/2020-13-01/", "/corridor/2020-1-1/"):
        assert Client().get(path).status_code == 404


def test_neighbouring_days_are_linked_and_years_are_chosen(network: None) -> None:
    at = timezone.now()
    for day in (date(2024, 5, 1), date(2025, 5, 2), date(2025, 5, 4)):
        DayRecord.objects.create(day=day, made_at=at, picture=keep_day(at=at).picture)
    text = shown("/corridor/2025-05-02/")
    assert 'href="/corridor/2024-05-01/"' in text
    assert 'href="/corridor/2025-05-04/"' in text
    assert list(Client().get("/corridor/days/", {"year": "2025"}).context["days"]) == [
        date(2025, 5, 4),
        date(2025, 5, 2),
    ]
    assert Client().get("/corridor/days/", {"year": "x"}).context["year"] == at.astimezone(KIGALI).year


def test_ships_at_the_port_and_due_are_listed_with_their_source(network: None) -> None:
    eta = timezone.now() + timedelta(days=3)
    raw = f"VESSEL,VOYAGE,ETA\nPEMBA QUILL,12W,{eta:%Y-%m-%d %H:%M}\n".encode()
    assert "No source has spoken of a ship" in shown()
    take_in(source_of("port", "schedule", node="ke-port-mombasa"), raw)
    picture = Client().get("/corridor/").context["picture"]
    assert [(ship["name"], ship["state"], ship["source_name"]) for ship in picture["due"]] == [
        ("PEMBA QUILL", "due", "Port")
    ]
    assert picture["at_port"] == []
    call = VesselCall.objects.get()
    assert f'href="/corridor/vessels/{call.pk}/"' in shown()


def test_what_the_office_published_stands_above_the_strip(network: None, cast: Cast) -> None:
    assert "The office has published no notice that holds now." in shown()
    advisory = published(cast.officer, "xx-border-malaba", until=None)
    assert f"/corridor/advisories/{advisory.reference}/" in shown()
