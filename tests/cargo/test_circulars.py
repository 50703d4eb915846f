"""A message to the parties of several consignments: whom it reaches, once each, and what nobody learns by it."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime, time, timedelta

import pytest
from django.core.exceptions import ValidationError
from django.test import Client
from django.utils import timezone

from cargo import circulars
from cargo.circulars import KIND, groups, write
from cargo.models import Consignment
from cargo.registration import Particulars, register
from liaison.models import JournalEntry, Person
from notify.models import Notice
from notify.wording import word
from tests.cargo.test_merging import second
from tests.conftest import Cast

As = Callable[[Person | None], Client]


def test_people_are_told_of_what_they_see_alone(cast: Cast, consignment: Consignment, as_person: As) -> None:
    alone = second(cast, bill_of_lading="ALONE1")
    particulars = Particulars(consignee=cast.stranger_firm, bill_of_lading="FOREIGN1")
    foreign = register(particulars=particulars, by=None, at=timezone.now())
    url = "/consignments/message/?" + "&".join(f"consignment={each.ref}" for each in (consignment, alone, foreign))
    office = as_person(cast.officer)
    assert office.get(url).context["people"] == 3
    assert office.post(url, {"text": "Bring the seal numbers."})["Location"] == "/consignments/"
    told = Notice.objects.filter(channel="inbox", entry__kind=KIND).select_related("entry", "person")
    assert {(notice.person.email.split("@")[0], tuple(notice.entry.data["refs"])) for notice in told} == {
        ("importer", (consignment.ref,)),
        ("agent", (consignment.ref,)),
        ("importer", (alone.ref,)),
        ("stranger", (foreign.ref,)),
    }
    words = word(told.get(person=cast.stranger))
    assert words.subject == f"KPA Liaison Office Kigali writes about {foreign.ref}"
    assert "Bring the seal numbers." in words.body
    assert words.url.endswith(f"/consignments/{foreign.ref}/")


def test_who_may_not_act_writes_to_nobody_and_nobody_writes_without_end(
    cast: Cast, consignment: Consignment, as_person: As, monkeypatch: object
) -> None:
    url = f"/consignments/message/?consignment={consignment.ref}"
    stranger = as_person(cast.stranger)
    assert stranger.get(url).context["refs"] == []
    assert stranger.post(url, {"text": "Hello"}).status_code == 422
    agent, at = as_person(cast.agent), timezone.now()
    assert groups([consignment], by=cast.agent, at=at) == [(frozenset({cast.importer.pk}), [consignment.ref])]
    monkeypatch.setattr(circulars, "MOST_A_DAY", 1)  # type: ignore[attr-defined]
    assert [agent.post(url, {"text": "Hello"}).status_code for _ in range(2)] == [302, 422]
    assert JournalEntry.objects.filter(kind=KIND).count() == 1
    assert agent.post(url, {"text": " "}).status_code == 422


def test_of_nothing_or_to_nobody_nothing_is_written(cast: Cast, consignment: Consignment) -> None:
    at = timezone.now()
    assert groups([], by=cast.officer, at=at) == []
    cast.agent.is_active = False
    cast.agent.save(update_fields=["is_active"])
    for some in ([], [consignment]):
        with pytest.raises(ValidationError, match="nobody to tell"):
            write(consignments=some, text="Hello", by=cast.importer, at=at)
    assert not JournalEntry.objects.filter(kind=KIND).exists()


def test_who_sees_all_of_them_is_told_once_of_all(cast: Cast, consignment: Consignment) -> None:
    other, third = (second(cast, bill_of_lading=bill) for bill in ("ALSO1", "ALSO2"))
    at = timezone.now()
    told = groups([third, consignment, other], by=cast.officer, at=at)
    assert told == [
        (frozenset({cast.importer.pk, cast.agent.pk}), [consignment.ref]),
        (frozenset({cast.importer.pk}), sorted([other.ref, third.ref])),
    ]
    assert write(consignments=[third, consignment, other], text="Hello", by=cast.officer, at=at) == 2
    entries = JournalEntry.objects.filter(kind=KIND).order_by("pk")
    assert [entry.data["refs"] for entry in entries] == [refs for _people, refs in told]
    assert len({entry.data["batch"] for entry in entries}) == 1


def test_the_day_of_a_writer_is_that_of_kigali(
    cast: Cast, consignment: Consignment, monkeypatch: pytest.MonkeyPatch
) -> None:
    """At 21:30 and 22:30 in the world it is 23:30 and 0:30 in Kigali."""
    monkeypatch.setattr(circulars, "MOST_A_DAY", 1)
    tomorrow = timezone.localdate() + timedelta(days=1)
    late = datetime.combine(tomorrow, time(21, 30), tzinfo=UTC)
    assert write(consignments=[consignment], text="Hello", by=cast.officer, at=late) == 2
    assert write(consignments=[consignment], text="Again", by=cast.officer, at=late + timedelta(hours=1)) == 2
    # At midnight in the world it is two in the morning of the same day.
    with pytest.raises(ValidationError, match="as many messages"):
        write(consignments=[consignment], text="More", by=cast.officer, at=late + timedelta(hours=3))
