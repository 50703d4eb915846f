"""A party outside: its own hours and zone, its own promise, and how deadlines move with them."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime, time, timedelta

import pytest
from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction
from django.test import Client
from hypothesis import given
from hypothesis import settings as tries
from hypothesis import strategies as st
from pytest_django import DjangoAssertNumQueries

from liaison.models import JournalEntry, Organization, Person
from liaison.people import add_organization, add_person
from tests.conftest import AT, Cast
from tickets.clocks.calendars import spans_of, worked
from tickets.handovers import give_back, hand_over
from tickets.holidays import renew_due
from tickets.models import Category, Outcome, OwnHours, Ticket
from tickets.office_hours import Days, calendar_of, own_hours
from tickets.opening import Opening, open_ticket
from tickets.outcomes import reckon_outcomes
from tickets.own_hours import Hours, drop_hours, keep_hours
from tickets.reporting import promises_by_agency, promises_by_outsiders
from tickets.timing import clocks_of_many

As = Callable[[Person | None], Client]
# A Monday, nine o'clock in Kigali and eight in Copenhagen.
MONDAY = datetime(2026, 11, 16, 7, 0, tzinfo=UTC)
HOUR = timedelta(hours=1)
WEEK = ("09:00-12:00 13:00-16:00", *("09:00-16:00",) * 3, "09:00-14:00", "", "")
DANISH = Hours(zone="Europe/Copenhagen", days=WEEK, acknowledged_days=1, answered_days=2)


@pytest.fixture
def line(cast: Cast) -> Organization:
    """A shipping line abroad."""
    return add_organization(name="Nordic Line", kind="line", country="DK", by=None, at=AT)


@pytest.fixture
def handed(cast: Cast, categories: None, line: Organization) -> Ticket:
    """A matter of the line's, in its hands since Monday morning."""
    keep_hours(organization=line, hours=DANISH, by=cast.officer, at=MONDAY)
    opening = Opening(category=Category.objects.get(code="DO_LINE"), title="No order", organization=cast.importer_firm)
    ticket = open_ticket(opening=opening, by=cast.importer, at=MONDAY)
    return hand_over(ticket=ticket, agency=line, words="Release it", by=cast.officer, at=MONDAY)


def due(ticket: Ticket, at: datetime = MONDAY) -> dict[str, datetime | None]:
    clocks = clocks_of_many([Ticket.objects.select_related("category").get(pk=ticket.pk)], at=at)[ticket.pk]
    return {f"{clock.contract} {clock.kind}": clock.due_at for clock in clocks if clock.contract != "ours"}


def test_the_third_contract_is_counted_by_the_party_s_own_clock(handed: Ticket, cast: Cast, line: Organization) -> None:
    # Its day is the mean of its week: 6 h, three of 7 h, 5 h; from nine to twelve and from one to four by its own wall.
    day = timedelta(hours=32) / 5
    monday, tuesday = (datetime(2026, 11, number, 8, 0, tzinfo=UTC) for number in (16, 17))
    assert due(handed) == {
        "outside first_reply": tuesday + day - 6 * HOUR,
        "outside resolve": tuesday + 2 * day - 6 * HOUR,
    }
    assert handed.entries.latest("number").data["policy"] == f"DO_LINE@DK!{line.pk}"
    assert (handed.waiting_on, handed.agency) == ("agency", line)
    keep_hours(organization=line, hours=Hours(zone="Asia/Dubai", days=[""] * 7, is_always=True), by=cast.officer, at=AT)
    assert due(handed) == {"outside first_reply": MONDAY + 24 * HOUR, "outside resolve": MONDAY + 72 * HOUR}
    # The page does not wait for the deadlines: whoever reads the journal moves them, once.
    assert [renew_due(at=MONDAY), renew_due(at=MONDAY)] == [0, 0]
    assert (
        drop_hours(organization=line, by=cast.officer, at=AT),
        drop_hours(organization=line, by=cast.officer, at=AT),
    ) == (True, False)
    kinds = JournalEntry.objects.filter(subject="organization", kind__startswith="tickets.").values_list(
        "kind", flat=True
    )
    assert list(kinds.order_by("pk")) == ["tickets.hours_kept"] * 2 + ["tickets.hours_dropped"]
    assert monday > MONDAY


def test_outsiders_are_in_the_office_s_report_and_on_no_scoreboard(handed: Ticket, cast: Cast) -> None:
    give_back(ticket=handed, words="Released", by=cast.officer, at=MONDAY + 3 * HOUR)
    reckon_outcomes(at=MONDAY + 4 * HOUR)
    span = {"since": MONDAY, "until": MONDAY + 5 * HOUR}
    assert [(row.name, row.kind) for row in promises_by_outsiders(**span)] == [
        ("Nordic Line", "first_reply"),
        ("Nordic Line", "resolve"),
    ]
    assert promises_by_agency(**span) == []


def test_outcomes_of_what_it_had_move_with_its_hours(handed: Ticket, cast: Cast, line: Organization) -> None:
    def kept() -> dict[str, tuple[bool, timedelta]]:
        renew_due(at=MONDAY + 120 * HOUR)
        reckon_outcomes(at=MONDAY + 120 * HOUR)
        rows = Outcome.objects.filter(agency=line).values_list("kind", "is_late", "worked")
        return {kind: (is_late, worked) for kind, is_late, worked in rows}

    def reckoned() -> dict[str, tuple[bool, timedelta]]:
        clocks = clocks_of_many([Ticket.objects.get(pk=handed.pk)], at=MONDAY + 120 * HOUR)[handed.pk]
        return {clock.kind: (clock.breached, clock.worked) for clock in clocks if clock.agency == line.name}

    other = add_organization(name="Other Line", kind="line", country="DK", by=None, at=AT)
    give_back(ticket=handed, words="Done", by=cast.officer, at=MONDAY + 96 * HOUR)
    hand_over(ticket=handed, agency=other, words="And you", by=cast.officer, at=MONDAY + 97 * HOUR)
    give_back(ticket=handed, words="Done", by=cast.officer, at=MONDAY + 98 * HOUR)
    assert {is_late for is_late, _worked in kept().values()} == {True}
    slow = replace(DANISH, acknowledged_days=5, answered_days=10)
    keep_hours(organization=line, hours=slow, by=cast.officer, at=MONDAY + 120 * HOUR)
    assert (kept() == reckoned(), {is_late for is_late, _worked in kept().values()}) == (True, {False})
    drop_hours(organization=line, by=cast.officer, at=MONDAY + 120 * HOUR)
    assert (kept() == reckoned(), {is_late for is_late, _worked in kept().values()}) == (True, {True})


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({"zone": "Mars/Olympus"}, "no such time zone"),
        ({"days": ["9 to 5", *[""] * 6]}, "no hours as in"),
        ({"days": ["08:00-12:00 11:00-13:00", *[""] * 6]}, "no hours as in"),
        ({"days": ["08:00+03:00-12:00", *[""] * 6]}, "no hours as in"),
        ({"days": ["08:00Z-12:00Z 13:00-17:00", *[""] * 6]}, "no hours as in"),
        ({"days": ["24:00-25:00", *[""] * 6]}, "no hours as in"),
        ({"days": ["08:00-", *[""] * 6]}, "no hours as in"),
        ({"zone": ""}, "no such time zone"),
        ({"days": [" , "] * 7}, "on no day at all"),
        ({"days": [""] * 7}, "on no day at all"),
        ({"days": ["08:00-12:00"] * 6}, "on no day at all"),
        ({"answered_days": 1, "acknowledged_days": 2}, "before the matter is acknowledged"),
        ({"acknowledged_days": 0}, "before the matter is acknowledged"),
    ],
)
def test_what_cannot_be_kept_is_refused(cast: Cast, line: Organization, change: dict[str, object], words: str) -> None:
    given = {"zone": "Africa/Nairobi", "days": WEEK, **change}
    with pytest.raises(ValidationError, match=words):
        keep_hours(organization=line, hours=Hours(**given), by=cast.officer, at=AT)  # type: ignore[arg-type]
    with pytest.raises(ValidationError, match="Nothing is handed over"):
        keep_hours(organization=cast.importer_firm, hours=DANISH, by=cast.officer, at=AT)
    with pytest.raises(IntegrityError, match="own_hours_of_a_week"), transaction.atomic():
        OwnHours.objects.create(organization=line, zone="UTC", days=["08:00-09:00"], by=cast.officer, at=AT)


def test_heads_change_the_hours_on_a_page_and_officers_look(cast: Cast, line: Organization, as_person: As) -> None:
    head = as_person(add_person(email="head@portal.example", role="supervisor", by=None, at=AT))
    url, days = f"/tickets/hours/{line.pk}/", {f"day{number}": text for number, text in enumerate(WEEK)}
    said = {"zone": "Europe/Copenhagen", "acknowledged_days": "1", "answered_days": "2", **days}
    wrong = head.post(url, said | {"day1": "9-5pm"})
    assert (wrong.status_code, list(wrong.context["form"].errors), OwnHours.objects.count()) == (422, ["day1"], 0)
    assert head.post(url, said).status_code == 302
    kept = OwnHours.objects.get()
    assert (kept.organization, tuple(kept.days), kept.answered_days, kept.is_always) == (line, WEEK, 2, False)
    assert head.get(url).context["form"].initial["day4"] == "09:00-14:00"
    seen = as_person(cast.officer).get("/tickets/hours/")
    assert b"09:00-12:00 13:00-16:00" in seen.content
    assert b"Nordic Line" in seen.content
    assert cast.importer_firm.name.encode() not in seen.content
    assert (
        as_person(cast.officer).post(url, said).status_code,
        head.get(f"/tickets/hours/{cast.importer_firm.pk}/").status_code,
    ) == (403, 404)
    assert (head.post(url, {"drop": "yes"}).status_code, OwnHours.objects.count()) == (302, 0)


@tries(max_examples=40)
@given(st.lists(st.integers(0, 95), min_size=2, max_size=6, unique=True))
def test_spans_are_read_as_they_are_written(quarters: list[int]) -> None:
    bounds = [time(quarter // 4, quarter % 4 * 15) for quarter in sorted(quarters)]
    spans = tuple(zip(bounds[::2], bounds[1::2], strict=False))
    text = ", ".join(f"{begin:%H:%M}-{end:%H:%M}" for begin, end in reversed(spans))
    assert spans_of(text) == spans
    hours = OwnHours(zone="Africa/Nairobi", days=[text, *[""] * 6])
    calendar, day = calendar_of(hours, "KE", Days(), (2026,))
    assert (calendar.spans, calendar.zone) == ({0: spans}, "Africa/Nairobi")
    assert day == sum((datetime.combine(AT, end) - datetime.combine(AT, begin) for begin, end in spans), timedelta(0))


def test_a_night_shift_is_as_long_as_it_is() -> None:
    hours = OwnHours(zone="Africa/Nairobi", days=["22:00–06:00", "", "", "", "", "", ""])
    assert calendar_of(hours, "KE", Days(), (2026,))[1] == 8 * HOUR


@pytest.mark.parametrize(
    ("text", "hours"),
    [
        ("00:00-00:00", 24), ("08:00-08:00", 24), ("22:00-00:00", 2), ("23:30-00:30", 1), ("08:00-12:00 12:00-16:00", 8),
        ("08:00–12:00,13:00–17:00", 8), ("22:00-06:00 07:00-08:00", 9), ("00:00-23:59", 24 - 1 / 60),
    ],
)  # fmt: skip
def test_how_long_a_day_is_however_it_is_written(text: str, hours: float) -> None:
    kept = OwnHours(zone="Africa/Nairobi", days=[text, *[""] * 6])
    assert calendar_of(kept, "KE", Days(), (2026,))[1] == hours * HOUR


@pytest.mark.parametrize(
    "text", ["08:00+00:00-12:00+00:00", "08:00Z-12:00", "08:00-12:00Z", "24:00-01:00", "8-12", "-"]
)
def test_hours_of_another_wall_or_of_no_clock_are_no_hours(text: str) -> None:
    with pytest.raises(ValueError):  # noqa: PT011
        spans_of(text)


def test_open_day_and_night_it_has_no_holidays_and_a_day_of_twenty_four_hours() -> None:
    hours = OwnHours(zone="Asia/Dubai", days=[""] * 7, is_always=True)
    calendar, day = calendar_of(hours, "KE", Days(frozenset({MONDAY.date()})), (2026,))
    assert (worked(calendar, MONDAY, MONDAY + 30 * HOUR), day) == (30 * HOUR, 24 * HOUR)


@pytest.mark.parametrize(("country", "is_open"), [("DK", True), ("KE", False), ("XX", True)])
def test_its_holidays_are_those_of_its_country_and_of_no_other(country: str, is_open: bool) -> None:
    """Mashujaa Day of Kenya, a Tuesday; of a country that nobody knows there are none."""
    hours = OwnHours(zone="Africa/Nairobi", days=["", "09:00-17:00", *[""] * 5])
    calendar, _day = calendar_of(hours, country, Days(), (2026,))
    start = datetime(2026, 10, 20, tzinfo=UTC)
    assert worked(calendar, start, start + 24 * HOUR) == (8 if is_open else 0) * HOUR


def test_what_staff_changed_in_a_country_holds_for_its_own_hours_too() -> None:
    hours = OwnHours(zone="Africa/Nairobi", days=["09:00-17:00", "09:00-17:00", *[""] * 5])
    days = Days(frozenset({MONDAY.date()}), frozenset({datetime(2026, 10, 20, tzinfo=UTC).date()}))
    calendar, day = calendar_of(hours, "KE", days, (2026,))
    starts = (datetime(2026, 11, 16, tzinfo=UTC), datetime(2026, 10, 20, tzinfo=UTC))
    assert [worked(calendar, start, start + 24 * HOUR) for start in starts] == [0 * HOUR, 8 * HOUR]
    assert day == 8 * HOUR


def test_by_its_own_wall_it_opens_an_hour_earlier_in_summer() -> None:
    hours = OwnHours(zone="Europe/Copenhagen", days=["09:00-17:00"] * 7)
    calendar, day = calendar_of(hours, "DK", Days(), (2026,))
    summer, winter = datetime(2026, 7, 15, 7, tzinfo=UTC), datetime(2026, 11, 18, 7, tzinfo=UTC)
    assert [worked(calendar, start, start + HOUR) for start in (summer, winter)] == [HOUR, 0 * HOUR]
    assert day == 8 * HOUR


def test_nobody_costs_no_query_and_others_are_not_asked_for(
    cast: Cast, line: Organization, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    keep_hours(organization=line, hours=DANISH, by=cast.officer, at=AT)
    with django_assert_num_queries(0):
        assert own_hours([]) == {}
    with django_assert_num_queries(1):
        assert list(own_hours([line.pk, cast.importer_firm.pk])) == [line.pk]
