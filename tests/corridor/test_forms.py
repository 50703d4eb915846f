"""Forms on how the corridor stands: a place or a system, an end after the beginning, and times on the place's clock."""

from __future__ import annotations

from datetime import datetime

import pytest
import time_machine
from django.utils import timezone

from corridor.forms import ConditionForm, VerdictForm
from corridor.models import Condition, Node
from corridor.models.advisories import System
from corridor.place_field import places_by_name
from corridor.spoken import Spoken

MALABA = "xx-border-malaba"


def values(**changes: str) -> dict[str, str]:
    return {
        "kind": "border",
        "node": MALABA,
        "severity": "shut",
        "since": "2026-11-20T07:30",
        "text": "Scanner down",
        "evidence": "Told by the desk",
    } | changes


def faults(**changes: str) -> dict[str, list[str]]:
    form = ConditionForm(values(**changes))
    form.is_valid()
    return {name: [str(error) for error in errors] for name, errors in form.errors.items()}


def naive(text: str) -> datetime:
    return datetime.fromisoformat(text)


def test_what_is_said_of_a_place(network: None) -> None:
    form = ConditionForm(values(until="2026-11-20T19:00"))
    assert form.errors == {}
    assert form.spoken() == Spoken(
        kind="border",
        node=MALABA,
        system="",
        severity="shut",
        since=naive("2026-11-20T07:30"),
        until=naive("2026-11-20T19:00"),
        text="Scanner down",
        evidence="Told by the desk",
    )


@pytest.mark.parametrize("zone", ["Africa/Kigali", "Africa/Nairobi", "UTC", "Asia/Kolkata"])
def test_a_time_is_kept_as_it_was_typed_whatever_zone_the_portal_is_in(network: None, zone: str) -> None:
    with timezone.override(zone):
        form = ConditionForm(values(until="2026-11-20T23:59"))
        assert form.is_valid()
        spoken = form.spoken()
    assert (spoken.since, spoken.until) == (naive("2026-11-20T07:30"), naive("2026-11-20T23:59"))


@pytest.mark.parametrize("zone", ["Africa/Kigali", "UTC"])
@pytest.mark.parametrize(
    ("said", "clock"),
    [
        ({}, "10:05"),
        ({"node": "rw-city-kigali"}, "09:05"),
        ({"kind": "system", "system": "iCMS", "node": "rw-city-kigali"}, "10:05"),
    ],
)
def test_what_begins_now_begins_now_on_the_place_s_clock(
    network: None, zone: str, said: dict[str, str], clock: str
) -> None:
    with timezone.override(zone), time_machine.travel("2026-11-20T07:05:59Z", tick=False):
        form = ConditionForm(values(since="", **said))
        assert form.is_valid()
        assert form.spoken().since == naive(f"2026-11-20T{clock}")
        assert faults(since="", until=f"2026-11-20T{clock}", **said) == {
            "until": ["The end lies before the beginning."]
        }


@pytest.mark.parametrize("kind", [kind for kind in Condition.Kind.values if kind != "system"])
def test_everything_but_a_system_needs_its_place_and_forgets_a_system(network: None, kind: str) -> None:
    assert faults(kind=kind, node="", system="iCMS") == {"node": ["Choose the place."]}
    form = ConditionForm(values(kind=kind, system="iCMS"))
    assert form.is_valid()
    assert (form.spoken().node, form.spoken().system) == (MALABA, "")


@pytest.mark.parametrize("system", System.values)
def test_a_system_needs_its_name_and_forgets_a_place(network: None, system: str) -> None:
    assert faults(kind="system", system="") == {"system": ["Choose the system."]}
    form = ConditionForm(values(kind="system", system=system))
    assert form.is_valid()
    assert (form.spoken().node, form.spoken().system) == ("", system)


@pytest.mark.parametrize(
    ("until", "is_fine"),
    [
        ("", True),
        ("2026-11-20T07:31", True),
        ("2026-11-20T07:30", False),
        ("2026-11-20T07:29", False),
        ("2025-11-20T19:00", False),
    ],
)
def test_the_end_comes_after_the_beginning(network: None, until: str, is_fine: bool) -> None:
    assert faults(until=until) == ({} if is_fine else {"until": ["The end lies before the beginning."]})


@pytest.mark.parametrize(
    ("changes", "fields"),
    [
        ({"kind": ""}, ["kind"]),
        ({"kind": "weather"}, ["kind"]),
        ({"severity": "unknown"}, ["severity"]),
        ({"severity": ""}, ["severity"]),
        ({"node": "atlantis"}, ["node"]),
        ({"kind": "system", "system": "Windows"}, ["system"]),
        ({"since": "soon"}, ["since"]),
        ({"until": "late"}, ["until"]),
        ({"text": "  "}, ["text"]),
        ({"text": "x" * 301}, ["text"]),
        ({"evidence": ""}, ["evidence"]),
        ({"evidence": "x" * 121}, ["evidence"]),
    ],
    ids=str,
)
def test_each_fault_is_told_at_its_own_field_once(network: None, changes: dict[str, str], fields: list[str]) -> None:
    found = faults(**changes)
    assert list(found) == fields
    assert [len(errors) for errors in found.values()] == [1]


def test_words_are_kept_in_one_line(network: None) -> None:
    form = ConditionForm(values(text=" Scanner\r\n\tdown ", evidence=" The  desk "))
    assert form.is_valid()
    assert (form.spoken().text, form.spoken().evidence) == ("Scanner down", "The desk")


def test_every_place_is_offered_by_its_name_and_nothing_is_chosen_beforehand(network: None) -> None:
    form = ConditionForm()
    offered = [slug for slug, _name in form.fields["node"].choices]  # type: ignore[attr-defined]
    assert [str(slug) for slug in offered] == ["", *(slug for slug, _name in places_by_name(Node.objects.all()))]
    for name, given in (("kind", Condition.Kind.values), ("severity", Condition.Severity.values)):
        codes = [code for code, _label in form.fields[name].choices]  # type: ignore[attr-defined]
        assert codes == ["", *given]


@pytest.mark.parametrize(
    ("given", "fields"),
    [
        ({"says": "confirmed", "evidence": "Called"}, []),
        ({"says": "refuted", "evidence": "Called"}, []),
        ({"says": "perhaps", "evidence": "Called"}, ["says"]),
        ({"says": "", "evidence": "Called"}, ["says"]),
        ({"says": "refuted", "evidence": " "}, ["evidence"]),
        ({"says": "refuted", "evidence": "x" * 201}, ["evidence"]),
    ],
    ids=str,
)
def test_a_judgment_is_one_of_two_and_says_how_one_knows(given: dict[str, str], fields: list[str]) -> None:
    assert list(VerdictForm(given).errors) == fields
