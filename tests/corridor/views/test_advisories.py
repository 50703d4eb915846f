"""The pages of notices: what strangers see, and how the office writes, looks, publishes, corrects and withdraws."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.template.loader import render_to_string
from django.test import Client
from django.utils import timezone
from pytest_django import DjangoAssertNumQueries

from cargo.models import Consignment
from corridor.advisories import correct_advisory, publish_advisory, withdraw_advisory
from corridor.models import Advisory, Node
from liaison.models import JournalEntry, Person
from notify.models import Notice
from tests.conftest import Cast
from tests.corridor.notices import DAY, HOUR, draft, published, subscriber

As = Callable[[Person | None], Client]
MALABA = "xx-border-malaba"


def said(**more: Any) -> dict[str, Any]:
    values = {
        "kind": "road_cut",
        "severity": "shut",
        "nodes": [Node.objects.get(slug=MALABA).pk],
        "since": "2030-01-02T06:00",
        "until": "2030-01-03T06:00",
        "text_en": "Bridge down.",
    }
    return {name: value for name, value in (values | more).items() if value is not None}


def act(client: Client, advisory: Advisory, name: str, **data: str) -> Any:
    return client.post(f"/corridor/advisory-versions/{advisory.pk}/{name}/", data)


def test_from_the_first_word_to_the_public(cast: Cast, consignment: Consignment, as_person: As) -> None:
    client = as_person(cast.officer)
    answer: Any = client.post("/corridor/advisories/new/", said())
    advisory = Advisory.objects.get()
    assert (answer.status_code, answer.url) == (302, f"/corridor/advisory-versions/{advisory.pk}/")
    assert (advisory.state, advisory.written_by, advisory.since.hour) == ("draft", cast.officer, 4)
    stranger = Client()
    assert stranger.get(f"/corridor/advisories/{advisory.reference}/").status_code == 404
    assert act(client, advisory, "publish").status_code == 302
    page = stranger.get(f"/corridor/advisories/{advisory.reference}/").content.decode()
    assert "Road cut: Malaba one-stop border post (shut)" in page
    assert "Bridge down." in page


@pytest.mark.parametrize(
    ("wrong", "field"),
    [
        ({"until": "2030-01-02T06:00"}, "until"),
        ({"since": "tomorrow"}, "since"),
        ({"kind": "flood"}, "kind"),
        ({"severity": None}, "severity"),
        ({"nodes": [0]}, "nodes"),
        ({"systems": ["Windows"]}, "systems"),
        ({"text_rw": "x" * 2001}, "text_rw"),
    ],
)
def test_a_form_says_what_is_wrong(cast: Cast, as_person: As, wrong: dict[str, Any], field: str) -> None:
    answer = as_person(cast.officer).post("/corridor/advisories/new/", said(**wrong))
    assert (answer.status_code, list(answer.context["form"].errors)) == (422, [field])
    assert not Advisory.objects.exists()


def test_the_dry_run_shows_who_would_get_it_and_sends_nothing(
    cast: Cast, consignment: Consignment, as_person: As
) -> None:
    subscriber()
    subscriber("+250788123456")
    subscriber("other@firm.example", "xx-border-busia")
    advisory = draft(cast.officer, MALABA, since=timezone.now(), until=None)
    answer = as_person(cast.officer).get(f"/corridor/advisory-versions/{advisory.pk}/")
    shown = {name: answer.context[name] for name in ("names", "people_count", "subscriptions")}
    assert shown == {
        "names": ["Agent", "Importer"],
        "people_count": 2,
        "subscriptions": {"email": 1, "sms": 1, "push": 0},
    }
    assert [number for _label, number in answer.context["audiences"]] == [2]
    assert Notice.objects.count() == 0
    seen = JournalEntry.objects.get(kind="liaison.personal_data_seen")
    assert (seen.by, seen.data["organizations"]) == (
        cast.officer,
        sorted([cast.importer_firm.pk, cast.agent_firm.pk]),
    )
    page = answer.content.decode()
    assert [f'lang="{code}"' in page for code in ("en", "fr", "rw", "sw")] == [True] * 4
    for words in ("Queue at a border", "File à une frontière", "Umurongo ku mupaka", "Foleni mpakani"):
        assert words in page
    # Bring water is written in English and French alone.
    assert page.count("no text in this language: the English is shown") == 2


def test_scheduling_and_taking_back(cast: Cast, as_person: As) -> None:
    client, advisory = as_person(cast.officer), draft(cast.officer, since=timezone.now(), until=None)
    assert act(client, advisory, "schedule", due_at="2020-01-01T00:00").status_code == 422
    assert act(client, advisory, "schedule").status_code == 422
    tomorrow = timezone.localtime(timezone.now() + DAY).strftime("%Y-%m-%dT%H:%M")
    assert act(client, advisory, "schedule", due_at=tomorrow).status_code == 302
    assert Advisory.objects.get().state == "scheduled"
    assert client.post(f"/corridor/advisory-versions/{advisory.pk}/edit/", said()).status_code == 422
    assert act(client, advisory, "take-back").status_code == 302
    assert Advisory.objects.get().state == "draft"
    assert client.post(f"/corridor/advisory-versions/{advisory.pk}/edit/", said()).status_code == 302
    assert Advisory.objects.get().kind == "road_cut"


def test_what_is_over_is_not_published_and_the_page_says_why(cast: Cast, as_person: As) -> None:
    advisory = draft(cast.officer, since=timezone.now() - 2 * DAY, until=timezone.now() - DAY)
    answer = act(as_person(cast.officer), advisory, "publish")
    assert answer.status_code == 422
    assert "What it tells of would be over by then." in answer.content.decode()


def test_a_correction_shows_all_versions_under_one_address(cast: Cast, as_person: As) -> None:
    client, advisory = as_person(cast.officer), published(cast.officer, MALABA)
    answer = act(client, advisory, "correct")
    second = Advisory.objects.get(version=2)
    assert answer.url == f"/corridor/advisory-versions/{second.pk}/edit/"
    url = f"/corridor/advisories/{advisory.reference}/"
    assert [version.version for version in Client().get(url).context["versions"]] == [1]
    client.post(f"/corridor/advisory-versions/{second.pk}/edit/", said())
    act(client, second, "publish")
    answer = Client().get(url)
    assert [version.version for version in answer.context["versions"]] == [2, 1]
    assert "corrected, version 2" in answer.content.decode()
    # A correction begun twice goes on where it was.
    third = act(client, second, "correct").url
    assert act(client, second, "correct").url == third
    assert act(client, advisory, "correct").status_code == 302


def test_a_withdrawn_notice_keeps_its_page_and_says_why(cast: Cast, as_person: As) -> None:
    client, advisory = as_person(cast.officer), published(cast.officer, MALABA)
    assert act(client, advisory, "withdraw").status_code == 422
    assert act(client, advisory, "withdraw", reason="The bridge <b>holds</b>").status_code == 302
    page = Client().get(f"/corridor/advisories/{advisory.reference}/").content.decode()
    assert "This notice is withdrawn." in page
    assert "The bridge &lt;b&gt;holds&lt;/b&gt;" in page
    assert act(client, advisory, "withdraw", reason="Again").status_code == 422


def test_a_stranger_sees_no_draft_in_the_list(cast: Cast, as_person: As) -> None:
    shown, hidden = published(cast.officer, MALABA), draft(cast.officer, kind="closing")
    begun = correct_advisory(advisory=shown, by=cast.officer, at=timezone.now())
    for person in (None, cast.importer, cast.desk, cast.official):
        answer = as_person(person).get("/corridor/advisories/")
        assert [row.pk for row in answer.context["page"].rows] == [shown.pk]
        assert "Write a notice" not in answer.content.decode()
        assert as_person(person).get(f"/corridor/advisory-versions/{begun.pk}/").status_code in (302, 403)
    answer = as_person(cast.officer).get("/corridor/advisories/")
    assert {row.pk for row in answer.context["page"].rows} == {shown.pk, hidden.pk, begun.pk}


@pytest.mark.parametrize("ref", ["NC26-9999", "x", "NC26-0001%00", "%F0%9F%9A%9B"])
def test_a_notice_that_never_was_is_not_there(db: None, ref: str) -> None:
    assert Client().get(f"/corridor/advisories/{ref}/").status_code == 404


def test_the_part_for_the_corridors_page_shows_what_stands_with_corrections_marked(
    cast: Cast, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    now = timezone.now()
    for number in range(3):
        advisory = published(cast.officer, MALABA, at=now, since=now, until=now + (number + 1) * DAY)
    second = correct_advisory(advisory=advisory, by=cast.officer, at=now)
    publish_advisory(advisory=second, by=cast.officer, at=now + HOUR)
    gone = published(cast.officer, MALABA, at=now, since=now, until=None)
    withdraw_advisory(advisory=gone, reason="Wrong", by=cast.officer, at=now)
    with django_assert_num_queries(2):
        standing = Advisory.objects.standing(now + timedelta(minutes=1))
        part = render_to_string("components/advisories.html", {"advisories": standing})
    assert part.count('class="card"') == 3
    assert part.count("corrected, version 2") == 1
    assert gone.reference not in part
    assert "no notice that holds now" in render_to_string("components/advisories.html", {"advisories": []})
