"""The page of a source's codes: seen by the office, tried and set by its heads."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from django.test import Client

from feeds.models import CodeMapping, Quarantine, Replay, Source
from liaison.models import Person
from liaison.people import add_person
from tests.cargo.test_reading import csv, row, take_in
from tests.conftest import AT, Cast
from tests.feeds.views.test_sources import page, shown

As = Callable[[Person | None], Client]
URL = "/sources/clerk/mappings/"


@pytest.fixture
def head(cast: Cast, as_person: As) -> Client:
    return as_person(add_person(email="head@portal.example", role="supervisor", by=None, at=AT))


def test_a_meaning_is_tried_then_set_and_what_waited_for_it_is_read_again(head: Client, clerk: Source) -> None:
    take_in(clerk, csv(row("GATEOUT", 1), row("sealed", 1)))
    assert "GATEOUT 1 unknown" in page(head, URL)
    chosen = {"code": "GATEOUT", "meaning": "gate_out", "note": "their manual"}
    tried = shown(head.post(URL, chosen))
    assert "Read in the last 1 delivery: 1 facts. Parts that could not be read: 1 as it is, 0 then." in tried
    assert "1 × not read → Out of the gate" in tried
    assert CodeMapping.objects.count() == 0
    saved = head.post(URL, {**chosen, "save": ""})
    assert saved["Location"] == f"{URL}?saved=GATEOUT"
    said = page(head, saved["Location"])
    assert "1 part with the code GATEOUT is still quarantined. Read them again" in said
    assert "GATEOUT 1 Out of the gate their manual" in said
    answer = head.post("/sources/clerk/replay/", {"detail": "GATEOUT"})
    assert (answer["Location"], Replay.objects.get().detail) == (
        f"/sources/replays/{Replay.objects.get().pk}/",
        "GATEOUT",
    )
    assert "That was so already." in page(head, head.post(URL, {**chosen, "save": ""})["Location"])


@pytest.mark.parametrize(("meaning", "kind"), [("-none", ""), ("-format", None), ("sealed", "sealed")])
def test_what_a_code_may_mean(head: Client, clerk: Source, meaning: str, kind: str | None) -> None:
    CodeMapping.objects.create(source=clerk, code="X", kind="held", changed_at=AT)
    head.post(URL, {"code": "X", "meaning": meaning, "save": ""})
    assert list(CodeMapping.objects.values_list("kind", flat=True)) == ([] if kind is None else [kind])


def test_the_form_begins_with_what_holds(head: Client, clerk: Source) -> None:
    CodeMapping.objects.create(source=clerk, code="X", kind="", note="n", changed_at=AT)
    assert head.get(f"{URL}?code=X").context["form"].initial == {"code": "X", "meaning": "-none", "note": "n"}
    assert head.get(f"{URL}?code=Y").context["form"].initial == {"code": "Y", "meaning": ""}


@pytest.mark.parametrize(
    "data",
    [
        {},
        {"code": "X"},
        {"code": "X", "meaning": "teleported"},
        {"code": "", "meaning": "sealed"},
        {"code": "\x00", "meaning": "sealed"},
    ],
)
def test_what_is_not_clear_is_refused(head: Client, clerk: Source, data: dict[str, str]) -> None:
    answer = head.post(URL, {**data, "save": ""})
    assert (answer.status_code, CodeMapping.objects.count()) == (422, 0)


def test_how_times_are_read_is_on_the_same_page(head: Client, clerk: Source) -> None:
    answer = head.post("/sources/clerk/reading/", {"has_false_z": "on", "time_zone": "Africa/Kigali"})
    clerk.refresh_from_db()
    assert (answer["Location"], clerk.settings) == (URL, {"false_z": "1", "time_zone": "Africa/Kigali"})
    for zone in ("Africa/Nowhere", "../etc/passwd", "/etc/passwd"):
        refused = head.post("/sources/clerk/reading/", {"time_zone": zone})
        assert (refused.status_code, "There is no such time zone." in shown(refused)) == (422, True)


def test_officers_look_and_heads_set(cast: Cast, clerk: Source, as_person: As) -> None:
    officer = as_person(cast.officer)
    assert "Supervisors and administrators set what a code means." in page(officer, URL)
    posts = [
        officer.post(url, {"code": "X", "meaning": "sealed", "save": ""}) for url in (URL, "/sources/clerk/reading/")
    ]
    assert ([answer.status_code for answer in posts], CodeMapping.objects.count()) == ([403, 403], 0)


def test_a_script_for_a_code_is_shown_and_never_run(head: Client, clerk: Source) -> None:
    take_in(clerk, csv(row("<script>alert(1)</script>", 1)))
    assert Quarantine.objects.get().detail.startswith("<script>")
    html = head.get(URL).content.decode()
    assert ("<script>alert" in html, "&lt;script&gt;alert" in html) == (False, True)
