"""Calls as rows: made by recording, the same after a rebuild, and only what a delivery touches is derived anew."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

import pytest
from django.db import IntegrityError, connection, transaction
from django.test.utils import CaptureQueriesContext
from django.utils import timezone
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from cargo.registration import rebuild
from corridor.models import CallTiming, Node, Vessel, VesselCall
from corridor.port_calls import Quays, calls_of_vessel, rebuild_calls
from feeds.facts import CallTiming as Fact
from feeds.facts import Place, Ship
from feeds.models import Source
from tests.corridor.test_calls import ETA, IMO, MMSI, NOW, Sender, eta

DAY = timedelta(days=1)


def rows() -> list[dict[str, Any]]:
    """The calls, but for when they changed."""
    return [
        {name: value for name, value in row.items() if name != "changed_at"}
        for row in VesselCall.objects.order_by("pk").values()
    ]


def changed() -> dict[str, datetime]:
    return dict(VesselCall.objects.values_list("vessel__name", "changed_at"))


def states() -> list[tuple[str, str, str]]:
    found = VesselCall.objects.order_by("pk").select_related("vessel", "terminal")
    return [(call.vessel.name, call.state, call.terminal.slug if call.terminal else "") for call in found]


@pytest.fixture
def lister(gate: Source) -> Sender:
    return Sender(gate)


def berthed(at: datetime, **more: Any) -> Fact:
    berth = {"timing": "berth_arrival", "classifier": "ACT", "place": Place(node="ke-term-ct2"), "berth": "21"}
    return eta(at, **(berth | more))


def test_an_expected_arrival_is_a_call_that_is_due(lister: Sender) -> None:
    lister.say(eta(voyage="411E", discharge="D.300F"))
    (call,) = VesselCall.objects.select_related("port", "eta_source")
    assert (call.pk, call.state, call.port.slug, call.terminal) == (
        CallTiming.objects.get().pk,
        "due",
        "ke-port-mombasa",
        None,
    )
    assert (call.eta_at, call.eta_timing, call.eta_source, call.eta_received_at) == (
        datetime.fromisoformat("2026-11-25T03:00Z"),
        "port_arrival",
        lister.source,
        NOW + timedelta(hours=1),
    )
    assert (call.voyage, call.discharge, call.is_contested, call.updated_at) == (
        "411E",
        "D.300F",
        False,
        NOW + timedelta(hours=1),
    )


def test_a_revision_moves_the_call_and_the_address_stays(lister: Sender) -> None:
    lister.say(eta())
    before = VesselCall.objects.get().pk
    lister.say(eta(ETA + DAY), berthed(datetime(2026, 11, 20, 9)))  # noqa: DTZ001
    assert [call["id"] for call in rows()] == [before]
    assert states() == [("ADMIRAL GALAXY", "at_berth", "ke-term-ct2")]


def test_a_tanker_at_a_jetty_and_boxes_at_a_terminal_are_calls_at_the_port(lister: Sender) -> None:
    at = datetime(2026, 11, 20, 9)  # noqa: DTZ001
    lister.say(
        berthed(at, vessel="ORYX", place=Place(node="ke-jetty-kot2"), line=2),
        berthed(at, vessel="BOX"),
        berthed(at, vessel="DHOW", place=Place(unlocode="TZDAR"), line=3),
    )
    assert sorted(states()) == [
        ("BOX", "at_berth", "ke-term-ct2"),
        ("DHOW", "at_berth", ""),
        ("ORYX", "at_berth", "ke-jetty-kot2"),
    ]
    ports = VesselCall.objects.values_list("vessel__name", "port__slug")
    assert set(ports) == {("BOX", "ke-port-mombasa"), ("ORYX", "ke-port-mombasa"), ("DHOW", "tz-port-dar")}


def test_what_is_of_no_port_of_ours_makes_no_call(lister: Sender) -> None:
    lister.say(eta(place=Place(unlocode="AEJEA")), eta(place=Place(node="ke-icd-nairobi"), line=2))
    assert (CallTiming.objects.count(), rows()) == (2, [])


def test_reading_again_and_repeating_change_nothing(lister: Sender) -> None:
    first = lister.context()
    lister.say(eta(), context=first)
    before = rows()
    lister.say(eta(), context=first)
    lister.say(eta())
    assert rows() == before


def test_a_call_that_is_taken_up_again_at_the_old_time_is_due_again(lister: Sender) -> None:
    omitted = eta(timing="omitted")
    said = [lister.say(fact).new for fact in (eta(), omitted, omitted, eta(), eta(), omitted)]
    assert said == [1, 1, 0, 1, 0, 1]
    assert states()[0][1] == "omitted"
    lister.say(eta())
    assert states()[0][1] == "due"


def test_ships_that_turn_out_to_be_one_have_their_calls_together(lister: Sender) -> None:
    lister.say(eta(vessel_imo=IMO))
    lister.say(eta(ETA + timedelta(hours=3), vessel="", mmsi=MMSI))
    assert len(rows()) == 2
    lister.say(ships=(Ship(mmsi=MMSI, imo=IMO),))
    assert (Vessel.objects.count(), len(rows()), rows()[0]["eta_at"].hour) == (1, 1, 6)


def test_a_call_in_two_parts_that_proves_one_leaves_one_row(lister: Sender, clerk: Source) -> None:
    other = Sender(clerk)
    lister.say(eta(voyage="1"))
    other.say(eta(ETA + 5 * DAY, voyage="2"))
    assert len(rows()) == 2
    other.say(eta(ETA + DAY, voyage="2", classifier="PLN"))
    assert [call["is_contested"] for call in rows()] == [True]


def test_the_times_of_one_ship_are_shown_as_they_are_kept(lister: Sender) -> None:
    lister.say(eta(), eta(ETA + 30 * DAY, line=2))
    found = calls_of_vessel(Vessel.objects.get().pk, Quays())
    assert [call.first for call in found] == [row["id"] for row in rows()]


WORDS = st.lists(
    st.tuples(
        st.sampled_from(("gate", "clerk")),
        st.sampled_from(("port_arrival", "berth_arrival", "port_departure", "omitted")),
        st.sampled_from(("EST", "ACT")),
        st.integers(-70, 40),
        st.sampled_from(("", "1", "2")),
        st.sampled_from(("ONE", "TWO")),
        st.sampled_from(("ke-port-mombasa", "ke-term-ct1", "tz-port-dar")),
    ),
    min_size=1,
    max_size=14,
)


@settings(deadline=None, max_examples=25, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(WORDS)
def test_recording_bit_by_bit_and_rebuilding_come_to_the_same(
    gate: Source, clerk: Source, words: list[tuple[Any, ...]]
) -> None:
    senders = {"gate": Sender(gate), "clerk": Sender(clerk)}
    with transaction.atomic():
        for who, timing, classifier, days, voyage, vessel, node in words:
            at = datetime(2026, 11, 20, 6) + days * DAY  # noqa: DTZ001
            fact = eta(at, timing=timing, classifier=classifier, voyage=voyage, vessel=vessel, place=Place(node=node))
            senders[who].say(fact)
        before = rows()
        assert (rebuild_calls(), rows()) == (len(before), before)
        transaction.set_rollback(True)


def test_rebuild_keeps_every_call_and_its_address(lister: Sender) -> None:
    lister.say(eta(), berthed(datetime(2026, 11, 20, 9), vessel="BOX"))  # noqa: DTZ001
    before = rows()
    VesselCall.objects.all().delete()
    rebuild()
    assert rows() == before
    VesselCall.objects.update(state="omitted", departed_at=None)
    rebuild()
    assert rows() == before


def test_what_stands_as_it_stood_is_not_new_and_what_was_read_late_is(lister: Sender) -> None:
    early = lister.context()
    lister.say(eta(vessel="ONE"), eta(vessel="TWO", line=2))
    first = changed()
    assert len(set(first.values())) == 1
    lister.say(eta(vessel="ONE"))
    rebuild()
    assert changed() == first
    # Received before what is known, and read after it.
    lister.say(berthed(ETA, vessel="TWO", classifier="EST"), context=early)
    assert [name for name, at in changed().items() if at > first[name]] == ["TWO"]
    VesselCall.objects.filter(vessel__name="ONE").update(berth="9", changed_at=NOW)
    rebuild()
    assert changed()["ONE"] > first["ONE"]


def test_a_long_list_costs_as_many_queries_as_a_short_one(lister: Sender) -> None:
    def listed(count: int, at: datetime) -> int:
        facts = [eta(at, vessel=f"SHIP {number}", line=number) for number in range(1, count + 1)]
        with CaptureQueriesContext(connection) as queries:
            lister.say(*facts)
        return len(queries)

    lister.say(*(eta(vessel=f"SHIP {number}", line=number) for number in range(1, 41)))
    assert listed(2, ETA + DAY) == listed(40, ETA + 2 * DAY)


def test_the_port_now_and_the_next_fortnight(lister: Sender) -> None:
    now = timezone.now()

    def ship(name: str, timing: str, days: float, classifier: Any = "ACT") -> Fact:
        return eta(now + days * DAY, timing=timing, classifier=classifier, vessel=name)

    sender = lister.context()
    facts = [
        ship("BERTHED", "berth_arrival", -2),
        ship("LONGER", "berth_arrival", -9),
        ship("ANCHORED", "port_arrival", -1),
        ship("LEFT", "port_departure", -1),
        ship("SOON", "berth_arrival", 3, "EST"),
        ship("SOONER", "port_arrival", -0.5, "EST"),
        ship("LATE", "port_arrival", -2, "EST"),
        ship("FAR", "port_arrival", 15, "EST"),
    ]
    context = type(sender)(
        source_id=sender.source_id,
        delivery_id=sender.delivery_id,
        received_at=now,
        settings={},
        gazetteer=sender.gazetteer,
    )
    lister.say(*facts, context=context)
    with CaptureQueriesContext(connection) as queries:
        here = [(call.vessel.name, call.port.name, call.state) for call in VesselCall.objects.at_port()]
        due = [(call.vessel.name, str(call.eta_source)) for call in VesselCall.objects.due(at=now)]
    assert [name for name, _port, _state in here] == ["LONGER", "BERTHED", "ANCHORED"]
    assert [name for name, _source in due] == ["SOONER", "SOON"]
    assert len(queries) == 2
    assert [call.vessel.name for call in VesselCall.objects.lost(now)] == ["LATE"]
    assert [call.vessel.name for call in VesselCall.objects.order_by("pk") if call.is_lost(now)] == ["LATE"]
    assert {*VesselCall.objects.lost(now), *VesselCall.objects.known(now)} == set(VesselCall.objects.all())
    VesselCall.objects.update(updated_at=now - 22 * DAY)
    assert list(VesselCall.objects.at_port()) == []


@pytest.mark.parametrize(
    "wrong",
    [
        {"state": "arrived"},
        {"state": "sailed"},
        {"state": "anchored"},
        {"state": "at_berth"},
        {"departed_at": NOW},
        {"eta_at": None},
        {"eta_source": None},
        {"eta_timing": "port_departure"},
    ],
    ids=str,
)
def test_the_database_refuses_what_cannot_be(lister: Sender, wrong: dict[str, Any]) -> None:
    lister.say(eta())
    with pytest.raises(IntegrityError), transaction.atomic():
        VesselCall.objects.update(**wrong)


def test_every_quay_belongs_to_the_port_of_its_coast(network: None) -> None:
    ports = {node.slug: Quays().port_of.get(node.pk) for node in Node.objects.all()}
    assert {slug: port for slug, port in ports.items() if port} == {
        **dict.fromkeys(
            "ke-port-mombasa ke-term-ct1 ke-term-ct2 ke-term-conventional ke-jetty-kot1 ke-jetty-kot2 "
            "ke-jetty-shimanzi".split(),
            "ke-port-mombasa",
        ),
        "tz-port-dar": "tz-port-dar",
        "ke-port-lamu": "ke-port-lamu",
    }


def test_calls_are_found_by_name_number_and_voyage(lister: Sender) -> None:
    lister.say(eta(vessel_imo=IMO, voyage="411E", call="KE26-7"), eta(vessel="ORYX", voyage="9", line=2))
    for words in ("galaxy", "IMO 93214", "9321483", "411e", "ke26", "MV Admiral G", "m/v  galaxy"):
        assert [call.vessel.name for call in VesselCall.objects.search(words)] == ["ADMIRAL GALAXY"], words
    assert (VesselCall.objects.search("  ").count(), VesselCall.objects.search("zz").count()) == (2, 0)
