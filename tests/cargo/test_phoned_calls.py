"""What somebody told the office of a ship: taken down, read at once, shown with her call, and never twice."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, datetime, timedelta
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone

from cargo.phoned_calls import ACTUAL, BERTHS, TIMES, ToldOfShip, as_list
from corridor.models import CallTiming, VesselCall
from feeds.formats.schedule import read
from feeds.models import Delivery
from liaison.models import Person
from tests.conftest import Cast
from tests.feeds.views.test_sources import page, shown

As = Callable[[Person | None], Client]
URL = "/sources/phoned/call/"
CALL = {
    "vessel": "mv Abacus",
    "imo": "IMO 9321483",
    "voyage": "411E",
    "time": "ATB",
    "day": "2026-11-20",
    "hour": "09:30",
    "terminal": "ke-term-ct2",
    "caller": "Jane Akinyi",
    "agency": "KPA marine",
    "phone": "+254 700 000 000",
    "remark": "berth 21, said twice",
}


@pytest.fixture
def officer(cast: Cast, as_person: As) -> Client:
    return as_person(cast.officer)


def post(client: Client, **changes: str) -> Any:
    return client.post(URL, CALL | changes)


def test_what_was_told_stands_with_the_call_at_once(cast: Cast, officer: Client) -> None:
    answer = post(officer)
    call = VesselCall.objects.select_related("vessel", "terminal").get()
    assert answer["Location"] == f"/corridor/vessels/{call.pk}/"
    assert (call.vessel.name, call.vessel.imo, call.voyage, call.state, call.terminal and call.terminal.slug) == (
        "ABACUS",
        "9321483",
        "411E",
        "at_berth",
        "ke-term-ct2",
    )
    assert call.berthed_at
    assert call.berthed_at.isoformat() == "2026-11-20T06:30:00+00:00"
    text = page(officer, answer["Location"])
    assert "Taken down. It stands with the ship's call now." in text
    assert "says Told to the office of ships" in text
    public = page(Client(), answer["Location"])
    assert ("Jane Akinyi, KPA marine: berth 21, said twice" in public, "+254" in public) == (True, False)
    delivery = Delivery.objects.get()
    assert (delivery.by, delivery.note) == (cast.officer, "Jane Akinyi, KPA marine, +254 700 000 000")
    assert b"ABACUS" in bytes(delivery.raw).upper()


def test_the_very_same_again_adds_nothing_and_says_so(officer: Client) -> None:
    answers = [post(officer), post(officer)]
    assert "The very same had been taken down before; nothing was added." in page(officer, answers[1]["Location"])
    assert (CallTiming.objects.count(), Delivery.objects.count(), answers[0]["Location"]) == (
        1,
        1,
        answers[1]["Location"],
    )


def test_a_ship_that_is_expected_again_when_it_was_before_is_so_here_too(officer: Client) -> None:
    days = ["2026-12-04", "2026-12-09", "2026-12-04", "2026-12-04"]
    seen = [VesselCall.objects.get().eta_at for day in days if post(officer, time="ETA", day=day)]
    assert [f"{at:%Y-%m-%d}" for at in seen if at] == days
    assert Delivery.objects.count() == 3


def test_only_the_day_and_only_the_name_may_be_known(officer: Client) -> None:
    post(officer, hour="", imo="", voyage="", terminal="", phone="", remark="")
    timing = CallTiming.objects.get()
    assert (timing.is_day, timing.node and timing.node.slug) == (True, "ke-port-mombasa")


def test_what_is_expected_may_lie_ahead_and_what_happened_may_not(officer: Client) -> None:
    ahead = (timezone.now() + timedelta(days=3)).date().isoformat()
    refused = post(officer, day=ahead)
    assert (refused.status_code, "This lies in the future." in shown(refused)) == (422, True)
    assert (post(officer, day=ahead, hour="").status_code, Delivery.objects.count()) == (422, 0)
    assert (post(officer, day=ahead, time="ETB").status_code, VesselCall.objects.get().state) == (302, "due")


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"time": "ATX"}, "Select a valid choice."),
        ({"terminal": "xx-border-malaba"}, "Select a valid choice."),
        ({"vessel": ""}, "This field is required."),
        ({"imo": "9321484"}, "This is no IMO number"),
        ({"day": "2026-02-30"}, "Enter a valid date."),
        ({"hour": "25:00"}, "Enter a valid time."),
        ({"caller": ""}, "This field is required."),
        ({"agency": "\x00"}, "Null characters are not allowed."),
    ],
)
def test_what_is_not_clear_is_said_beside_the_field(officer: Client, changes: dict[str, str], words: str) -> None:
    answer = post(officer, **changes)
    assert (answer.status_code, words in shown(answer), Delivery.objects.count()) == (422, True, 0)


@pytest.mark.parametrize("part", ["importer", "agent", "stranger", "desk", "official"])
def test_only_the_office_takes_down(cast: Cast, as_person: As, part: str) -> None:
    assert (post(as_person(cast.people()[part])).status_code, Delivery.objects.count()) == (403, 0)


def test_the_two_forms_lead_to_each_other(officer: Client) -> None:
    assert 'href="/sources/phoned/call/"' in officer.get("/sources/phoned/").content.decode()
    assert 'href="/sources/phoned/"' in officer.get(URL).content.decode()


@pytest.mark.parametrize("time", list(TIMES))
@pytest.mark.parametrize("terminal", ["", *BERTHS])
def test_the_row_is_one_that_the_reader_of_vessel_lists_takes(time: str, terminal: str) -> None:
    told = ToldOfShip(
        time=time,
        vessel='THE "BIG", ONE',
        when=datetime(2026, 11, 20, 9, 30),  # noqa: DTZ001
        caller="A\nB",
        agency="C",
        terminal=terminal,
    )
    reading = read(as_list(told), {"received_at": "2026-11-20T10:00:00+00:00"})
    (fact,) = reading.facts
    assert getattr(fact, "when").value == told.when  # noqa: B009
    assert (getattr(fact, "classifier"), reading.faults) == ("ACT" if time in ACTUAL else "EST", ())  # noqa: B009
    assert getattr(fact, "berth") == BERTHS.get(terminal, "")  # noqa: B009


def test_a_day_alone_is_a_day(network: None) -> None:
    told = ToldOfShip(time="ETA", vessel="ABACUS", when=date(2026, 11, 24), caller="A", agency="B")
    (fact,) = read(as_list(told), {}).facts
    assert getattr(fact, "when").value == date(2026, 11, 24)  # noqa: B009
