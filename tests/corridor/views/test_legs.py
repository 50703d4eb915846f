"""The office's page of one leg."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from django.test import Client

from corridor.models import Distance, Leg
from liaison.models import JournalEntry, Person
from tests.conftest import Cast

As = Callable[[Person | None], Client]


@pytest.fixture
def leg(network: None) -> Leg:
    return Leg.objects.get(origin__slug="tz-port-dar", km__isnull=False)


def test_another_source_is_added_and_then_used(cast: Cast, leg: Leg, as_person: As) -> None:
    client, url = as_person(cast.officer), f"/corridor/legs/{leg.pk}/edit/"
    said = {"km": "1474", "source": "A driver", "confidence": "measured"}
    added = client.post(f"/corridor/legs/{leg.pk}/distances/new/", said)
    assert (added.status_code, added["Location"]) == (302, url)
    new = Distance.objects.get(leg=leg, km=1474)
    assert f'value="{new.pk}"' in client.get(url).content.decode()
    used = client.post(url, {"distance": new.pk, "reason": "Measured"})
    assert (used.status_code, used["Location"]) == (302, url)
    leg.refresh_from_db()
    assert (leg.km, leg.source, leg.reason) == (1474, "A driver", "Measured")
    page = client.get(url).content.decode()
    assert ["1474 km: A driver" in page, "Officer" in page, "1350" in page] == [True] * 3
    assert [entry.kind for entry in JournalEntry.objects.filter(subject="leg").order_by("pk")] == [
        "corridor.distance_noted",
        "corridor.leg_edited",
    ]


def test_what_is_wrong_is_said_and_nothing_changes(cast: Cast, leg: Leg, as_person: As) -> None:
    client = as_person(cast.officer)
    wrong = client.post(f"/corridor/legs/{leg.pk}/distances/new/", {"km": "0", "source": "", "confidence": "guess"})
    assert (wrong.status_code, set(wrong.context["adding"].errors)) == (422, {"km", "source", "confidence"})
    unsaid = client.post(f"/corridor/legs/{leg.pk}/edit/", {"distance": ""})
    assert (unsaid.status_code, set(unsaid.context["form"].errors)) == (422, {"reason"})
    leg.refresh_from_db()
    assert (leg.km, leg.distances.count(), JournalEntry.objects.filter(subject="leg").count()) == (1460, 4, 0)


def test_nobody_else_comes_here(cast: Cast, leg: Leg, as_person: As) -> None:
    for path in ("edit/", "distances/new/"):
        url = f"/corridor/legs/{leg.pk}/{path}"
        found = {part: as_person(person).post(url).status_code for part, person in cast.people().items()}
        assert found == {**dict.fromkeys(found, 403), "officer": 422}
        assert Client().post(url)["Location"].startswith("/accounts/login/")
    assert as_person(cast.officer).get("/corridor/legs/0/edit/").status_code == 404
