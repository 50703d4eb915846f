"""Focal points: named, changed and removed, each told to the journal without saying who it is."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest
from django.core.exceptions import ValidationError

from liaison.focal_points import Entry, add_focal_point, assign_concerns, change_focal_point, remove_focal_point
from liaison.models import FocalPoint, JournalEntry
from tests.conftest import AT, Cast

SALIM = Entry(
    name="Mwanaidi Salim", duty="Yard", phone="+254722000111", email="m@kpa.example", concerns=["NTB", "FUEL"]
)


def add(cast: Cast, entry: Entry = SALIM) -> FocalPoint:
    return add_focal_point(organization=cast.agent_firm, entry=entry, by=cast.officer, at=AT)


def told(*names: str) -> list[tuple[str, dict[str, object]]]:
    entries = JournalEntry.objects.filter(subject="focal_point").order_by("pk")
    return [(entry.kind.removeprefix("liaison.focal_point_"), entry.data) for entry in entries]


def test_one_is_kept_and_told_by_number(cast: Cast) -> None:
    point = add(cast)
    kept = FocalPoint.objects.values("name", "duty", "phone", "email", "rank", "concerns").get()
    assert kept == {
        "name": "Mwanaidi Salim", "duty": "Yard", "phone": "+254722000111", "email": "m@kpa.example", "rank": 1,
        "concerns": ["FUEL", "NTB"],
    }  # fmt: skip
    entry = JournalEntry.objects.latest("pk")
    assert (entry.key, entry.by, entry.at, "Salim" in str(entry.data)) == (str(point.pk), cast.officer, AT, False)
    assert told() == [("added", {"organization": cast.agent_firm.pk, "concerns": ["FUEL", "NTB"]})]


@pytest.mark.parametrize(
    ("wrong", "words"),
    [
        ({"name": ""}, "blank"),
        ({"phone": "", "email": ""}, "Give a telephone number or an e-mail address"),
        ({"email": "kpa"}, "valid"),
        ({"name": "x" * 121}, "120"),
    ],
)
def test_what_cannot_be_kept_is_refused_and_nothing_told(cast: Cast, wrong: dict[str, Any], words: str) -> None:
    with pytest.raises(ValidationError, match=words):
        add(cast, replace(SALIM, **wrong))
    point = add(cast)
    with pytest.raises(ValidationError, match=words):
        change_focal_point(focal_point=point, entry=replace(SALIM, **wrong), by=cast.officer, at=AT)
    assert [kind for kind, _data in told()] == ["added"]
    assert FocalPoint.objects.get().name == "Mwanaidi Salim"


def test_a_change_says_what_changed_and_the_same_again_is_none(cast: Cast) -> None:
    point = add(cast)
    after = replace(SALIM, duty="Gate", rank=2, concerns=["FUEL", "NTB"])
    assert change_focal_point(focal_point=point, entry=after, by=cast.officer, at=AT) is True
    assert change_focal_point(focal_point=point, entry=after, by=cast.officer, at=AT) is False
    assert told()[1:] == [
        ("changed", {"organization": cast.agent_firm.pk, "changed": ["duty", "rank"], "concerns": ["FUEL", "NTB"]})
    ]
    assert FocalPoint.objects.values_list("duty", "rank").get() == ("Gate", 2)


def test_concerns_alone_are_assigned(cast: Cast) -> None:
    point = add(cast)
    assert assign_concerns(focal_point=point, concerns=["FUEL", "NTB"], by=cast.officer, at=AT) is False
    assert assign_concerns(focal_point=point, concerns=["INFO"], by=cast.officer, at=AT) is True
    assert assign_concerns(focal_point=point, concerns=[], by=cast.officer, at=AT) is True
    assert [data["concerns"] for kind, data in told() if kind == "concerns"] == [["INFO"], []]


def test_one_is_removed_once_and_nothing_is_done_to_who_is_gone(cast: Cast) -> None:
    point = add(cast)
    assert remove_focal_point(focal_point=point, by=cast.officer, at=AT) is True
    assert told()[1:] == [("removed", {"organization": cast.agent_firm.pk})]
    assert remove_focal_point(focal_point=point, by=cast.officer, at=AT) is False
    point = FocalPoint(pk=point.pk, organization=cast.agent_firm)
    with pytest.raises(ValidationError, match="removed"):
        change_focal_point(focal_point=point, entry=SALIM, by=cast.officer, at=AT)
    with pytest.raises(ValidationError, match="removed"):
        assign_concerns(focal_point=point, concerns=[], by=cast.officer, at=AT)
    assert not FocalPoint.objects.exists()
