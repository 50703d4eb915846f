"""The public page on personal data, and the record of processing for supervisors."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta

import pytest
from django.test import Client
from pytest_django import Settings

from liaison.models import Person, RetentionRun
from liaison.people import add_person
from liaison.processing import ACTIVITIES
from liaison.retention import apply, rules
from tests.conftest import AT, Cast

As = Callable[[Person | None], Client]


def test_everybody_may_read_why_and_how_long(db: None, settings: Settings) -> None:
    settings.PRIVACY_EMAIL = "data@office.example"
    page = Client().get("/privacy/")
    text = page.content.decode()
    wanted = ["data@office.example", "NCSA", "ODPC", "24 months", "30 days", "058/2021", "Data Protection Act 2019"]
    assert [words for words in wanted if words not in text] == []
    assert [rule.name for rule in page.context["rules"]] == [rule.name for rule in rules()]
    assert [str(activity.basis) for activity in ACTIVITIES if str(activity.basis) not in text] == []


def test_the_footer_leads_there(network: None) -> None:
    assert 'href="/privacy/"' in Client().get("/corridor/").content.decode().split("<footer")[1]


@pytest.mark.parametrize("role", ["supervisor", "administrator"])
def test_the_record_shows_the_last_runs(cast: Cast, as_person: As, role: str) -> None:
    client = as_person(add_person(email="boss@portal.example", role=role, by=None, at=AT))
    assert "has not run yet" in client.get("/privacy/record/").content.decode()
    for day in range(16):
        apply(at=AT + timedelta(days=day))
    runs = client.get("/privacy/record/").context["runs"]
    assert [run["ran_at"] for run in runs] == [AT + timedelta(days=day) for day in range(15, 1, -1)]
    assert {tuple(run["counts"]) for run in runs} == {(0,) * len(rules())}


def test_a_run_of_other_rules_is_shown_as_well(cast: Cast, as_person: As) -> None:
    RetentionRun.objects.create(ran_at=AT, removed={"letters": 3, "abolished": 2})
    client = as_person(add_person(email="boss@portal.example", role="supervisor", by=None, at=AT))
    run = client.get("/privacy/record/").context["runs"][0]
    shown = dict(zip((rule.name for rule in rules()), run["counts"], strict=True))
    assert shown == dict.fromkeys((rule.name for rule in rules()), 0) | {"letters": 3}


@pytest.mark.parametrize("part", ["importer", "agent", "officer", "desk", "official"])
def test_the_record_is_for_nobody_else(cast: Cast, as_person: As, part: str) -> None:
    RetentionRun.objects.create(ran_at=AT)
    assert as_person(cast.people()[part]).get("/privacy/record/").status_code == 403
    assert list(RetentionRun.objects.visible_to(cast.people()[part])) == []
