"""The picture of the corridor: every field of it, in its order, and what the line above counts."""

from __future__ import annotations

import json
from collections import Counter
from dataclasses import asdict
from datetime import UTC, date, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pytest_django import DjangoAssertNumQueries

from corridor.days import KIGALI, keep_day
from corridor.models import Condition, DayRecord, Leg, Node, Route, Stage, Standing, Vessel, VesselCall, Wait
from corridor.models.advisories import System
from corridor.picture import (
    AHEAD,
    State,
    Waiting,
    headline,
    picture,
    severities,
    state_of,
    states_of,
    strip,
    waits_of,
    worst,
)
from corridor.standing import SEVERITIES, UNKNOWN
from feeds.models import Delivery, Source

AT = datetime(2026, 11, 25, 12, tzinfo=UTC)
HOUR, DAY = timedelta(hours=1), timedelta(days=1)
MALABA, BUSIA, DAR, PORT = "xx-border-malaba", "xx-border-busia", "tz-port-dar", "ke-port-mombasa"
severity = st.sampled_from([*SEVERITIES, UNKNOWN])


def node(slug: str) -> Node:
    return Node.objects.get(slug=slug)


def stand(kind: str, slug: str = "", severity: str = "slow", **more: Any) -> Standing:
    """A standing as it is kept of a node or, without one, of a system or of a place in somebody's words."""
    where = slug or more.get("system") or more.get("place")
    values: dict[str, Any] = {
        "subject": f"{kind}:{where}",
        "kind": kind,
        "node": node(slug) if slug else None,
        "severity": severity,
        "since": None if severity == UNKNOWN else AT - HOUR,
        "changed_at": AT,
    }
    return Standing.objects.create(**(values | more))


def wait(slug: str, kind: str = "border", **more: Any) -> Wait:
    values: dict[str, Any] = {"severity_since": AT, "measured_at": AT}
    return Wait.objects.create(node=node(slug), kind=kind, **(values | more))


def without_legs() -> None:
    for model in (Stage, Route, Leg):
        model._default_manager.all().delete()


def places(made: dict[str, Any]) -> dict[str, dict[str, Any]]:
    return {place["slug"]: place for stop in made["stops"] for place in stop}


def test_the_strip_names_each_place_once_and_begins_and_ends_where_the_corridor_does() -> None:
    slugs = [slug for stop in strip() for slug in stop]
    assert Counter(slugs).most_common(1)[0][1] == 1
    assert (strip()[0][0], strip()[-1][0]) == (PORT, "rw-city-kigali")
    assert [stop for stop in strip() if MALABA in stop] == [[MALABA, BUSIA]]


def test_every_place_of_the_strip_is_in_the_network_and_drawn_in_its_order(network: None) -> None:
    made = picture(AT)
    assert [[place["slug"] for place in stop] for stop in made["stops"]] == strip()
    assert made["at"] == AT.isoformat()


def test_a_place_that_the_network_lacks_is_left_out_and_so_is_a_stop_without_any(network: None) -> None:
    without_legs()
    Node.objects.filter(slug__in=[BUSIA, "ke-wb-gilgil"]).delete()
    stops = [[place["slug"] for place in stop] for stop in picture(AT)["stops"]]
    assert [MALABA] in stops
    assert len(stops) == len(strip()) - 1
    assert "ke-wb-gilgil" not in {slug for stop in stops for slug in stop}


def test_all_fields_of_a_place_of_which_nothing_is_known(network: None) -> None:
    malaba = node(MALABA)
    made = places(picture(AT))[MALABA]
    assert made.pop("km") > 0
    assert made == {
        "slug": MALABA,
        "name": malaba.name,
        "kind": "border",
        "country": malaba.country,
        "operator": malaba.operator,
        "zone": malaba.time_zone,
        "severity": UNKNOWN,
        "states": [],
        "waits": [],
    }


def test_kilometres_are_those_of_the_way_to_kigali_and_unknown_where_no_road_is_measured(network: None) -> None:
    found = {slug: place["km"] for slug, place in places(picture(AT)).items()}
    assert (found[PORT], found[MALABA], found["ug-city-kampala"], found["rw-city-kigali"]) == (0, 927, 1144, 1660)
    assert Leg.objects.get(origin__slug=PORT, destination__slug="rw-city-kigali").km == found["rw-city-kigali"]
    assert len({km for km in found.values() if km}) > 4
    Leg.objects.filter(mode="road").update(km=None)
    assert {slug for slug, place in places(picture(AT)).items() if place["km"] is not None} == {PORT}


def test_a_place_has_its_own_states_and_its_severity_is_the_worst_that_is_known(network: None) -> None:
    stand("border", MALABA, "slow")
    stand("weighbridge", MALABA, "severe")
    stand("fuel", MALABA, UNKNOWN)
    stand("border", BUSIA, "normal")
    made = places(picture(AT))
    assert (made[MALABA]["severity"], made[BUSIA]["severity"]) == ("severe", "normal")
    assert [state["subject"] for state in made[MALABA]["states"]] == [
        f"border:{MALABA}",
        f"weighbridge:{MALABA}",
    ]
    assert [state["subject"] for state in made[BUSIA]["states"]] == [f"border:{BUSIA}"]


def test_a_road_past_a_place_and_a_system_housed_there_do_not_colour_it(network: None) -> None:
    for kind in ("road", "rail"):
        stand(kind, MALABA, "shut")
    stand("system", MALABA, "shut", subject="system:scanner", system="scanner")
    made = picture(AT)
    assert (places(made)[MALABA]["severity"], places(made)[MALABA]["states"]) == (UNKNOWN, [])
    assert [state["subject"] for state in made["ways"]] == [f"rail:{MALABA}", f"road:{MALABA}"]
    assert made["systems"][-1]["name"] == "scanner"
    assert made["elsewhere"] == []


def test_a_standing_as_plain_data_with_every_field(network: None) -> None:
    said = [{"source": "ura", "source_name": "URA", "severity": "slow"}]
    row = stand(
        "border",
        MALABA,
        since=AT - HOUR,
        until=AT + HOUR,
        is_contested=True,
        is_confirmed=True,
        stale_since=AT - HOUR / 2,
        said=said,
    )
    assert state_of(row) == State(
        subject=f"border:{MALABA}",
        kind="border",
        name=node(MALABA).name,
        severity="slow",
        slug=MALABA,
        zone="Africa/Nairobi",
        since="2026-11-25T11:00:00+00:00",
        until="2026-11-25T13:00:00+00:00",
        is_contested=True,
        is_confirmed=True,
        stale_since="2026-11-25T11:30:00+00:00",
        said=said,
    )
    assert states_of(node(MALABA)) == [state_of(row)]


@pytest.mark.parametrize(
    ("values", "name"),
    [
        ({"system": "iCMS", "place": "Mombasa"}, "iCMS"),
        ({"system": "iCMS", "node": Node(name="Malaba", slug=MALABA, time_zone="Africa/Nairobi")}, "iCMS"),
        ({"place": "Mau Summit", "node": Node(name="Malaba", slug=MALABA, time_zone="Africa/Nairobi")}, "Malaba"),
        ({"place": "Mau Summit"}, "Mau Summit"),
    ],
    ids=["system", "system at a place", "place", "words"],
)
def test_a_standing_is_called_by_its_system_then_its_place_then_the_words(values: dict[str, Any], name: str) -> None:
    state = state_of(Standing(subject="x", kind="road", severity="slow", **values))
    has_node = "node" in values
    assert (state.name, state.slug) == (name, MALABA if has_node else "")
    assert state.zone == ("Africa/Nairobi" if has_node else "Africa/Kigali")
    assert (state.since, state.until, state.stale_since) == (None, None, None)


def test_the_systems_that_all_need_come_first_and_are_unknown_until_somebody_speaks(network: None) -> None:
    stand("system", severity="shut", system="KWATOS")
    stand("system", severity="slow", system="Aardvark")
    stand("system", severity=UNKNOWN, system="Forgotten")
    stand("system", severity="normal", place="Scanner at Gatuna")
    found = [(state["name"], state["severity"]) for state in picture(AT)["systems"]]
    needed = [(name, "shut" if name == "KWATOS" else UNKNOWN) for name in System.values]
    assert found == [*needed, ("Aardvark", "slow"), ("Scanner at Gatuna", "normal")]


def test_a_system_of_which_nobody_spoke_has_no_times_and_no_words(network: None) -> None:
    first = picture(AT)["systems"][0]
    assert first == asdict(State(subject="system:iCMS", kind="system", name="iCMS", severity=UNKNOWN))


def test_a_road_of_which_nothing_is_known_any_more_is_not_listed(network: None) -> None:
    stand("road", MALABA, UNKNOWN)
    stand("rail", "ke-icd-naivasha", "slow")
    stand("road", place="Mau Summit", severity="shut")
    assert [(way["kind"], way["name"]) for way in picture(AT)["ways"]] == [
        ("rail", node("ke-icd-naivasha").name),
        ("road", "Mau Summit"),
    ]


def test_what_lies_off_the_strip_stands_elsewhere_and_only_where_it_is_known(network: None) -> None:
    stand("port", DAR, "severe")
    stand("border", place="Mutukula", severity="slow")
    stand("border", place="Rusumo", severity=UNKNOWN)
    stand("border", MALABA, "shut")
    made = picture(AT)
    assert [(state["name"], state["severity"]) for state in made["elsewhere"]] == [
        ("Mutukula", "slow"),
        ("Port of Dar es Salaam", "severe"),
    ]
    assert made["ways"] == []


def test_each_known_standing_is_drawn_exactly_once(network: None) -> None:
    shown = [("border", MALABA), ("road", MALABA), ("port", DAR), ("rail", DAR), ("port", PORT), ("berth", PORT)]
    for kind, slug in shown:
        stand(kind, slug, "slow")
    stand("system", severity="slow", system="iCMS")
    made = picture(AT)
    drawn = [state["subject"] for place in places(made).values() for state in place["states"]]
    drawn += [state["subject"] for part in ("systems", "ways", "elsewhere") for state in made[part]]
    known = set(Standing.objects.values_list("subject", flat=True))
    assert sorted(subject for subject in drawn if subject in known) == sorted(known)


def test_a_wait_with_every_field_at_its_place_alone(network: None) -> None:
    wait(
        MALABA,
        now_s=5400,
        now_n=7,
        usual_s=3600,
        usual_p90_s=7200,
        usual_n=90,
        waiting_n=4,
        waiting_s=600,
        longest_s=9000,
    )
    expected = Waiting(
        kind="border",
        hours=6,
        now_s=5400,
        now_n=7,
        usual_s=3600,
        usual_p90_s=7200,
        usual_n=90,
        waiting_n=4,
        waiting_s=600,
        longest_s=9000,
        measured_at=AT.isoformat(),
    )
    made = places(picture(AT))
    assert {slug: place["waits"] for slug, place in made.items() if place["waits"]} == {MALABA: [asdict(expected)]}
    assert waits_of(node(MALABA)) == [expected]
    assert waits_of(node(BUSIA)) == []


def test_ships_are_counted_over_two_days_and_what_was_not_counted_is_none(network: None) -> None:
    wait(PORT, "port")
    wait(PORT, "berth")
    waits = waits_of(node(PORT))
    assert [(one.kind, one.hours) for one in waits] == [("berth", 48), ("port", 6)]
    counted = [(one.now_s, one.now_n, one.usual_s, one.usual_n, one.waiting_s, one.longest_s) for one in waits]
    assert counted == [(None, 0, None, 0, None, None)] * 2


@pytest.fixture
def ura(network: None) -> Source:
    return Source.objects.create(slug="ura", name="URA", format="status")


def announce(source: Source, since: datetime, **more: Any) -> Condition:
    """A condition as it is kept, the last word of its reference."""
    number = Delivery.objects.count()
    delivery = Delivery.objects.create(source=source, received_at=AT - DAY, raw=b"x", size=1, content_key=f"{number}")
    values: dict[str, Any] = {
        "key": f"00000000-0000-0000-0000-{number:012d}",
        "source": source,
        "delivery": delivery,
        "reference": f"R{number}",
        "node": node(MALABA),
        "kind": "border",
        "severity": "shut",
        "since": since,
        "received_at": AT - DAY,
        "is_latest": True,
    }
    return Condition.objects.create(**(values | more))


def test_an_announcement_with_every_field(ura: Source) -> None:
    announce(ura, AT + DAY, until=AT + 2 * DAY, text="Repairs")
    assert picture(AT)["announced"] == [
        {
            "kind": "border",
            "name": node(MALABA).name,
            "severity": "shut",
            "zone": "Africa/Nairobi",
            "since": (AT + DAY).isoformat(),
            "until": (AT + 2 * DAY).isoformat(),
            "text": "Repairs",
            "source_name": "URA",
            "received_at": (AT - DAY).isoformat(),
        }
    ]


def test_announcements_come_in_the_order_in_which_they_begin_and_are_named_like_states(ura: Source) -> None:
    announce(ura, AT + 3 * DAY, kind="system", system="iCMS", node=None)
    announce(ura, AT + 2 * DAY, kind="road", place="Mau Summit", node=None)
    announce(ura, AT + 2 * DAY)
    found = [(one["name"], one["zone"], one["until"]) for one in picture(AT)["announced"]]
    assert found == [
        ("Mau Summit", "Africa/Kigali", None),
        (node(MALABA).name, "Africa/Nairobi", None),
        ("iCMS", "Africa/Kigali", None),
    ]


@pytest.mark.parametrize(
    ("since", "more", "is_shown"),
    [
        (AT + timedelta(seconds=1), {}, True),
        (AT + AHEAD, {}, True),
        (AT, {}, False),
        (AT + AHEAD + timedelta(seconds=1), {}, False),
        (AT + DAY, {"severity": "normal"}, False),
        (AT + DAY, {"function": "cancel"}, False),
        (AT + DAY, {"function": "replace"}, True),
        (AT + DAY, {"is_latest": False}, False),
    ],
    ids=["soon", "last day", "begun", "too far", "normal", "withdrawn", "replaced", "corrected"],
)
def test_announced_is_what_has_not_begun_and_will_within_two_weeks(
    ura: Source, since: datetime, more: dict[str, Any], is_shown: bool
) -> None:
    announce(ura, since, **more)
    assert len(picture(AT)["announced"]) == int(is_shown)


def ship(source: Source, pk: int, state: str, **more: Any) -> VesselCall:
    now = datetime.now(UTC)
    values: dict[str, Any] = {
        "vessel": Vessel.objects.create(name=f"SHIP {pk}"),
        "port": node(PORT),
        "state": state,
        "source": source,
        "heard_at": AT - HOUR,
        "position": f"{pk:020d}",
        "updated_at": now,
    }
    if state == "due":
        values |= {"eta_at": AT + DAY, "eta_source": source, "eta_received_at": AT - DAY, "eta_timing": "berth_arrival"}
    return VesselCall.objects.create(id=pk, **(values | more))


def test_a_ship_at_her_berth_with_every_field(ura: Source) -> None:
    terminal = node("ke-term-ct2")
    ship(
        ura,
        5,
        "at_berth",
        terminal=terminal,
        berth="20",
        arrived_at=AT - 2 * DAY,
        berthed_at=AT - DAY,
        discharge="310",
        is_contested=True,
    )
    made = picture(AT)
    assert made["due"] == []
    assert made["at_port"] == [
        {
            "call": 5,
            "name": "SHIP 5",
            "state": "at_berth",
            "place": terminal.name,
            "berth": "20",
            "zone": "Africa/Nairobi",
            "since": (AT - DAY).isoformat(),
            "is_day": False,
            "discharge": "310",
            "source_name": "URA",
            "received_at": (AT - HOUR).isoformat(),
            "is_contested": True,
        }
    ]


def test_a_ship_that_is_due_is_told_by_who_expects_her(ura: Source) -> None:
    line = Source.objects.create(slug="line", name="The line", format="schedule")
    ship(ura, 6, "due", eta_source=line, eta_received_at=AT - 3 * HOUR, eta_is_day=True)
    (due,) = picture(AT)["due"]
    assert (due["since"], due["is_day"], due["source_name"]) == ((AT + DAY).isoformat(), True, "The line")
    assert (due["received_at"], due["place"]) == ((AT - 3 * HOUR).isoformat(), node(PORT).name)


def test_a_ship_at_anchor_is_there_since_she_arrived_and_her_old_expectation_counts_no_more(ura: Source) -> None:
    line = Source.objects.create(slug="line", name="The line", format="schedule")
    told = {"eta_at": AT, "eta_source": line, "eta_received_at": AT, "eta_timing": "port_arrival", "eta_is_day": True}
    ship(ura, 7, "anchored", arrived_at=AT - DAY, **told)
    (here,) = picture(AT)["at_port"]
    assert (here["since"], here["is_day"]) == ((AT - DAY).isoformat(), False)
    assert (here["source_name"], here["received_at"]) == ("URA", (AT - HOUR).isoformat())


@pytest.mark.parametrize(
    ("times", "since"),
    [
        ({"arrived_at": AT - 2 * DAY, "first_lift_at": AT - DAY}, AT - DAY),
        ({"first_lift_at": AT - DAY, "last_lift_at": AT}, AT - DAY),
        ({"arrived_at": AT - 2 * DAY, "berthed_at": AT - DAY, "first_lift_at": AT}, AT - DAY),
    ],
)
def test_a_ship_that_works_is_at_her_berth_since_then_and_not_since_she_came_to_the_port(
    ura: Source, times: dict[str, datetime], since: datetime
) -> None:
    ship(ura, 8, "at_berth", **times)
    assert [here["since"] for here in picture(AT)["at_port"]] == [since.isoformat()]


def test_ships_that_sailed_or_were_dropped_or_are_lost_are_not_drawn(ura: Source) -> None:
    ship(ura, 1, "sailed", departed_at=AT)
    ship(ura, 2, "omitted")
    ship(ura, 3, "unknown")
    ship(ura, 4, "due", eta_at=AT - DAY - timedelta(seconds=1))
    ship(ura, 5, "due", eta_at=AT + 15 * DAY)
    ship(ura, 6, "anchored", arrived_at=AT, updated_at=datetime.now(UTC) - 22 * DAY)
    made = picture(AT)
    assert (made["at_port"], made["due"]) == ([], [])


def test_ships_come_in_the_order_of_their_calls(ura: Source) -> None:
    for pk, eta in ((1, 9), (2, 1), (3, 5)):
        ship(ura, pk, "due", eta_at=AT + eta * DAY)
    for pk in (5, 4):
        ship(ura, pk, "anchored", arrived_at=AT)
    made = picture(AT)
    assert [one["call"] for one in made["due"]] == [2, 3, 1]
    assert [one["call"] for one in made["at_port"]] == [4, 5]


@pytest.fixture
def busy(ura: Source) -> dict[str, Any]:
    """A picture with something of everything."""
    stand("border", MALABA, "severe", said=[{"text": "Foule à l’entrée ’\u2028"}])
    stand("road", place="Mau Summit", severity="shut")
    stand("port", DAR, "slow")
    stand("system", severity="slow", system="iCMS")
    wait(MALABA, now_s=1, now_n=1)
    announce(ura, AT + DAY)
    ship(ura, 1, "due")
    ship(ura, 2, "anchored", arrived_at=AT)
    return picture(AT)


def test_a_picture_is_plain_data_that_the_archive_gives_back_unchanged(busy: dict[str, Any]) -> None:
    assert json.loads(json.dumps(busy)) == busy
    keep_day(at=AT)
    assert DayRecord.objects.get(day=date(2026, 11, 25)).picture == busy


def test_every_time_in_a_picture_has_its_offset(busy: dict[str, Any]) -> None:
    names = ("at", "since", "until", "received_at", "measured_at", "stale_since")

    def times(data: Any) -> list[str]:
        if isinstance(data, list):
            return [time for item in data for time in times(item)]
        if not isinstance(data, dict):
            return []
        own = [value for name, value in data.items() if name in names and value]
        return [*own, *(time for value in data.values() for time in times(value))]

    found = times(busy)
    assert len(found) > 8
    assert [time for time in found if datetime.fromisoformat(time).utcoffset() is None] == []


def test_it_costs_seven_queries_however_much_there_is(
    busy: dict[str, Any], django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    with django_assert_num_queries(7):
        picture(AT)


@pytest.mark.parametrize(
    ("at", "day"),
    [
        (datetime(2026, 11, 25, 21, 59, 59, tzinfo=UTC), date(2026, 11, 25)),
        (datetime(2026, 11, 25, 22, tzinfo=UTC), date(2026, 11, 26)),
        (datetime(2026, 11, 26, 0, 30, tzinfo=ZoneInfo("Africa/Nairobi")), date(2026, 11, 25)),
    ],
)
def test_a_day_is_kigali_s(network: None, at: datetime, day: date) -> None:
    record = keep_day(at=at)
    assert (record.day, record.made_at, record.picture["at"]) == (day, at, at.isoformat())
    assert day == at.astimezone(KIGALI).date()


def test_each_day_keeps_its_own_and_its_last_picture(ura: Source) -> None:
    keep_day(at=AT - DAY)
    keep_day(at=AT)
    stand("border", MALABA, "shut")
    keep_day(at=AT + HOUR)
    kept = list(DayRecord.objects.order_by("day"))
    assert [record.made_at for record in kept] == [AT - DAY, AT + HOUR]
    assert [places(record.picture)[MALABA]["severity"] for record in kept] == [UNKNOWN, "shut"]


def test_how_each_node_stands_by_its_slug(network: None, django_assert_num_queries: DjangoAssertNumQueries) -> None:
    stand("border", MALABA, "slow")
    stand("road", MALABA, "severe")
    stand("border", BUSIA, UNKNOWN)
    stand("system", DAR, "shut", subject="system:tancis", system="tancis")
    stand("road", place="Mau Summit", severity="shut")
    with django_assert_num_queries(1):
        found = severities()
    assert found == {MALABA: "severe", BUSIA: UNKNOWN}


def test_the_states_of_one_node_hold_all_that_was_said_of_it_and_nothing_of_others(
    network: None, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    stand("road", MALABA, "severe")
    stand("border", MALABA, UNKNOWN)
    stand("border", BUSIA, "shut")
    malaba = node(MALABA)
    with django_assert_num_queries(1):
        found = states_of(malaba)
    assert [(state.subject, state.severity) for state in found] == [
        (f"border:{MALABA}", UNKNOWN),
        (f"road:{MALABA}", "severe"),
    ]


@given(st.lists(severity), st.randoms())
def test_the_worst_is_one_of_them_whatever_their_order_and_none_is_worse(said: list[str], random: Any) -> None:
    found = worst(said)
    random.shuffle(said)
    assert worst(said) == found
    known = [one for one in said if one != UNKNOWN]
    assert found == UNKNOWN if not known else found in known
    assert [one for one in known if SEVERITIES.index(one) > SEVERITIES.index(found)] == []


@pytest.mark.parametrize(
    ("said", "found"),
    [
        ([], UNKNOWN),
        ([UNKNOWN], UNKNOWN),
        ([UNKNOWN, "normal"], "normal"),
        (["slow", "normal"], "slow"),
        (["slow", "severe", "normal"], "severe"),
        (["severe", "shut"], "shut"),
    ],
)
def test_unknown_is_never_worse_than_what_is_known(said: list[str], found: str) -> None:
    assert worst(said) == found


def plain_picture(stops: list[list[tuple[str, bool]]], **rest: list[str]) -> dict[str, Any]:
    """As much of a picture as the line above it counts: the severity of places, and whether anything is said there."""
    made: dict[str, Any] = {
        "stops": [[{"severity": each, "states": [{}] * is_told} for each, is_told in stop] for stop in stops]
    }
    return made | {
        name: [{"severity": each} for each in rest.get(name, [])] for name in ("systems", "ways", "elsewhere")
    }


def test_the_headline_counts_places_once_and_leaves_out_those_of_which_nothing_was_said() -> None:
    made = plain_picture(
        [[("slow", True), (UNKNOWN, False)], [("normal", True), (UNKNOWN, True)]],
        systems=[UNKNOWN, "shut"],
        ways=["slow"],
        elsewhere=["severe"],
    )
    assert headline(made) == {"normal": 1, "slow": 2, "severe": 1, "shut": 1, "unknown": 2}
    assert list(headline(made)) == [*SEVERITIES, UNKNOWN]


told_place = st.tuples(severity, st.booleans())


@given(st.lists(st.lists(told_place, max_size=3), max_size=4), st.lists(severity, max_size=5))
def test_the_headline_counts_everything_told_exactly_once(stops: list[list[tuple[str, bool]]], ways: list[str]) -> None:
    counted = headline(plain_picture(stops, ways=ways))
    told = [each for stop in stops for each, is_told in stop if is_told] + ways
    assert counted == {each: told.count(each) for each in (*SEVERITIES, UNKNOWN)}
