"""What staff say of the corridor themselves, and what they hold of others' words."""

from __future__ import annotations

import json
from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone

from cargo.reading import read_delivery
from corridor.models import Condition, Standing, Verdict
from feeds.models import Delivery, Source
from liaison.models import Person
from tests.cargo.test_reading import take_in
from tests.conftest import Cast, source_of
from tests.corridor.test_settling import MALABA, said

As = Callable[[Person | None], Client]
NEW = "/corridor/conditions/new/"


@pytest.fixture
def officer(cast: Cast, as_person: As) -> Client:
    return as_person(cast.officer)


def values(**changes: str) -> dict[str, str]:
    return {
        "kind": "border",
        "node": "xx-border-malaba",
        "severity": "shut",
        "since": "2026-11-20T07:30",
        "until": "",
        "text": "Scanner down",
        "evidence": "Told by the desk at Malaba",
    } | changes


def speak(client: Client, **changes: str) -> Any:
    return client.post(NEW, values(**changes))


def read() -> None:
    for pk in Delivery.objects.filter(state="stored").values_list("pk", flat=True):
        read_delivery(pk)


def test_what_staff_say_is_a_delivery_and_stands_when_read(officer: Client, cast: Cast) -> None:
    answer = speak(officer)
    assert (answer.status_code, answer.headers["Location"]) == (302, "/corridor/")
    delivery = Delivery.objects.select_related("source").get()
    assert (delivery.source.slug, delivery.by, delivery.note) == (
        "office-conditions",
        cast.officer,
        "Told by the desk at Malaba",
    )
    read()
    condition = Condition.objects.get()
    # Half past seven at Malaba is half past four in UTC.
    assert condition.since.isoformat() == "2026-11-20T04:30:00+00:00"
    assert (condition.severity, condition.text) == ("shut", "Scanner down (Told by the desk at Malaba)")
    assert Standing.objects.get().subject == MALABA


def test_a_later_word_replaces_the_earlier_and_the_first_again_counts(officer: Client) -> None:
    for severity in ("shut", "normal", "shut"):
        speak(officer, severity=severity)
        read()
    assert (Delivery.objects.count(), Standing.objects.get().severity) == (3, "shut")


def test_a_system_needs_no_place(officer: Client) -> None:
    speak(officer, kind="system", node="", system="iCMS", until="2026-12-31T07:30")
    read()
    standing = Standing.objects.get()
    assert (standing.subject, standing.node) == ("system:iCMS", None)


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"kind": "system", "node": ""}, "system"),
        ({"node": ""}, "node"),
        ({"node": "atlantis"}, "node"),
        ({"kind": "weather"}, "kind"),
        ({"severity": ""}, "severity"),
        ({"since": "yesterday"}, "since"),
        ({"until": "2026-11-20T07:30"}, "until"),
        ({"text": " "}, "text"),
        ({"evidence": ""}, "evidence"),
    ],
)
def test_what_is_not_clear_is_said_beside_the_field(officer: Client, changes: dict[str, str], field: str) -> None:
    answer = speak(officer, **changes)
    assert (answer.status_code, list(answer.context["form"].errors)) == (422, [field])
    assert not Delivery.objects.exists()


def test_staff_judge_a_word_and_everybody_sees_it_but_not_who(cast: Cast, as_person: As, officer: Client) -> None:
    take_in(source_of("ura", "status"), said("severe"))
    condition = Condition.objects.get()
    path = f"/corridor/conditions/{condition.pk}/judge/"
    assert "A queue of 6 km" in officer.get(path).content.decode()
    assert officer.post(path, {"says": "confirmed", "evidence": ""}).status_code == 422
    answer = officer.post(path, {"says": "confirmed", "evidence": "Called Malaba"})
    assert (answer.status_code, Verdict.objects.get().by) == (302, cast.officer)
    assert Standing.objects.get().is_confirmed is True
    for person, is_named in ((cast.officer, True), (cast.importer, False), (None, False)):
        text = as_person(person).get("/corridor/conditions/").content.decode()
        assert "Called Malaba" in text
        assert ("(Officer)" in text, path in text) == (is_named, is_named)
    assert officer.get("/corridor/conditions/999999/judge/").status_code == 404


def test_everything_reported_is_found_by_kind_place_and_words(network: None) -> None:
    ura = source_of("ura", "status")
    take_in(ura, said("severe"))
    take_in(ura, said("slow", "W1", kind="weighbridge", node="ke-wb-gilgil", text="One deck"))

    def found(**asked: str) -> list[str]:
        page = Client().get("/corridor/conditions/", asked).context["page"]
        return [condition.reference for condition in page.rows]

    assert found() == ["W1", "Q1"]
    assert found(kind="border") == ["Q1"]
    assert found(kind="nonsense") == ["W1", "Q1"]
    assert found(node="ke-wb-gilgil") == ["W1"]
    assert found(node="a\x00b") == []
    assert found(q="DECK") == ["W1"]
    assert found(q="nothing") == []


def test_what_is_said_in_the_form_as_it_is_offered_begins_now(officer: Client) -> None:
    form = officer.get(f"{NEW}?kind=border&node=xx-border-busia").context["form"]
    assert (form["node"].value(), form["kind"].value()) == ("xx-border-busia", "border")
    now = timezone.now()
    speak(officer, since=form["since"].value() or "")
    read()
    assert timedelta(0) <= now - Condition.objects.get().since < timedelta(minutes=1)


def test_the_office_s_raw_words_are_kept(officer: Client) -> None:
    speak(officer)
    raw = json.loads(bytes(Delivery.objects.get().raw))
    said_at = raw.pop("said_at")
    assert abs(datetime.fromisoformat(said_at) - timezone.now()) < timedelta(minutes=2)
    assert raw["conditions"][0]["from"] == "2026-11-20T07:30"
    assert Source.objects.get(slug="office-conditions").format == "status"
