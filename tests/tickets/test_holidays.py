"""Days that staff close or open: who enters them, and how every deadline moves."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta

import pytest
from django.core.exceptions import ValidationError
from django.db import IntegrityError, connection, transaction
from django.test import Client
from django.test.utils import CaptureQueriesContext

from liaison.models import JournalEntry, JournalMark, Person
from liaison.people import add_person
from tests.conftest import AT, Cast
from tickets.conversation import Saying, say
from tickets.holidays import enter_day, renew_breaches, renew_due, take_day_back
from tickets.models import Category, DayOff, Outcome, Ticket
from tickets.opening import Opening, open_ticket
from tickets.outcomes import reckon_outcomes
from tickets.resolving import resolve
from tickets.timing import clocks_of_many

As = Callable[[Person | None], Client]
# A Monday, nine o'clock in Kigali.
MONDAY = datetime(2026, 11, 16, 7, 0, tzinfo=UTC)
HOUR = timedelta(hours=1)


@pytest.fixture
def asked(cast: Cast, categories: None) -> Ticket:
    """A question to which a reply is due at two in the afternoon."""
    opening = Opening(category=Category.objects.get(code="INFO"), title="A question", organization=cast.importer_firm)
    return open_ticket(opening=opening, by=cast.importer, at=MONDAY)


def due() -> datetime | None:
    return Ticket.objects.get().next_breach_at


def enter(cast: Cast, country: str = "RW", *, is_closed: bool = True, reason: str = "Announced") -> DayOff:
    on = date(2026, 11, 16)
    day = enter_day(country=country, on=on, is_closed=is_closed, reason=reason, by=cast.officer, at=MONDAY)
    renew_due(at=MONDAY)
    return day


def test_a_day_that_is_closed_moves_what_is_due_and_taken_back_it_moves_back(asked: Ticket, cast: Cast) -> None:
    assert due() == MONDAY + 5 * HOUR
    day = enter(cast)
    assert due() == datetime(2026, 11, 17, 10, 0, tzinfo=UTC)
    for _again in range(2):
        take_day_back(day=day, by=cast.officer, at=MONDAY)
    # The page does not wait for it; whoever reads the journal does it once.
    assert [due(), renew_due(at=MONDAY), renew_due(at=MONDAY)] == [datetime(2026, 11, 17, 10, 0, tzinfo=UTC), 1, 0]
    assert due() == MONDAY + 5 * HOUR
    told = JournalEntry.objects.filter(subject="day_off").order_by("pk")
    assert list(told.values_list("kind", "key")) == [
        ("tickets.day_entered", "RW 2026-11-16"),
        ("tickets.day_taken_back", "RW 2026-11-16"),
    ]


def test_the_day_of_another_country_moves_nothing_of_ours(asked: Ticket, cast: Cast) -> None:
    enter(cast, "KE")
    assert due() == MONDAY + 5 * HOUR


def test_what_was_said_of_a_day_is_replaced(asked: Ticket, cast: Cast) -> None:
    enter(cast)
    enter(cast, is_closed=False, reason="It is open after all")
    assert (DayOff.objects.get().reason, due()) == ("It is open after all", MONDAY + 5 * HOUR)


@pytest.mark.parametrize(("country", "reason", "field"), [("TZ", "x", "country"), ("RW", " ", "reason")])
def test_a_day_has_a_country_of_ours_and_a_reason(cast: Cast, country: str, reason: str, field: str) -> None:
    with pytest.raises(ValidationError) as refused:
        enter(cast, country, reason=reason)
    assert (list(refused.value.message_dict), DayOff.objects.count()) == ([field], 0)


def reckoned() -> list[tuple[bool, timedelta]]:
    reckon_outcomes(at=MONDAY + 48 * HOUR)
    return list(Outcome.objects.order_by("started_at").values_list("is_late", "worked"))


def test_outcomes_of_what_is_over_move_with_a_day_that_their_log_reaches(asked: Ticket, cast: Cast) -> None:
    # Answered on Tuesday at nine, after seven hours of Monday and one of Tuesday.
    say(ticket=asked, saying=Saying(text="Yes."), by=cast.officer, at=MONDAY + 24 * HOUR)
    assert reckoned() == [(True, 8 * HOUR)]
    before = Outcome.objects.get().pk
    enter_day(country="RW", on=date(2026, 11, 20), is_closed=True, reason="x", by=cast.officer, at=MONDAY)
    renew_due(at=MONDAY)
    assert (reckoned(), Outcome.objects.get().pk) == ([(True, 8 * HOUR)], before)
    day = enter(cast)
    assert reckoned() == [(False, HOUR)]
    clocks = clocks_of_many([Ticket.objects.get()], at=MONDAY + 48 * HOUR)[asked.pk]
    assert [(clock.breached, clock.worked) for clock in clocks if clock.ended_at] == reckoned()
    take_day_back(day=day, by=cast.officer, at=MONDAY)
    renew_due(at=MONDAY)
    assert reckoned() == [(True, 8 * HOUR)]


def test_a_day_of_the_first_year_holds_up_nothing(asked: Ticket, cast: Cast) -> None:
    enter_day(country="RW", on=date.min, is_closed=True, reason="x", by=cast.officer, at=MONDAY)
    renew_due(at=MONDAY)
    assert renew_due(at=MONDAY) == 0
    assert JournalMark.objects.filter(entry__kind="tickets.day_entered").count() == 1


def test_the_log_is_as_it_was_and_many_cost_little(asked: Ticket, cast: Cast) -> None:
    for _more in range(4):
        opening = Opening(category=asked.category, title="More", organization=cast.importer_firm)
        open_ticket(opening=opening, by=cast.importer, at=MONDAY)
    version = Ticket.objects.get(pk=asked.pk).version
    DayOff.objects.create(country="RW", on=MONDAY.date(), reason="x", at=AT)
    with CaptureQueriesContext(connection) as queries:
        assert renew_breaches(at=MONDAY) == 5
    assert len(queries) <= 9
    assert (renew_breaches(at=MONDAY), Ticket.objects.get(pk=asked.pk).version) == (0, version)


def test_heads_enter_days_on_the_page_and_officers_look(asked: Ticket, cast: Cast, as_person: As) -> None:
    head = as_person(add_person(email="head@portal.example", role="supervisor", by=None, at=AT))
    officer = as_person(cast.officer)
    sent = {"country": "RW", "on": "2026-11-16", "is_closed": "yes", "reason": "Memorial"}
    assert "Enter the day" not in officer.get("/tickets/holidays/").content.decode()
    officer.post("/tickets/holidays/", sent)
    assert not DayOff.objects.exists()
    assert head.post("/tickets/holidays/", {**sent, "reason": ""}).status_code == 422
    assert head.post("/tickets/holidays/", sent).status_code == 302
    day = DayOff.objects.get()
    assert (day.is_closed, day.reason, day.by and day.by.email) == (True, "Memorial", "head@portal.example")
    assert "Memorial" in officer.get("/tickets/holidays/").content.decode()
    assert officer.post(f"/tickets/holidays/{day.pk}/remove/").status_code == 403
    assert head.post(f"/tickets/holidays/{day.pk}/remove/").status_code == 302
    assert not DayOff.objects.exists()
    assert head.post("/tickets/holidays/999/remove/").status_code == 404


def test_without_days_that_changed_nothing_is_reckoned(asked: Ticket) -> None:
    Ticket.objects.update(next_breach_at=None)
    assert (renew_due(at=MONDAY), due()) == (0, None)
    # Whoever asks for it all the same puts right what was wrong.
    assert (renew_breaches(at=MONDAY), due()) == (1, MONDAY + 5 * HOUR)


def test_what_is_over_has_no_deadline_whatever_days_are_entered(asked: Ticket, cast: Cast) -> None:
    resolve(ticket=asked, cause="answered", words="x", by=cast.officer, at=MONDAY + HOUR)
    enter(cast)
    assert (due(), renew_breaches(at=MONDAY)) == (None, 0)


def test_days_are_for_each_country_and_said_once(cast: Cast) -> None:
    for country in ("RW", "KE", "UG", "RW"):
        enter(cast, country)
    assert sorted(DayOff.objects.values_list("country", flat=True)) == ["KE", "RW", "UG"]
    told = JournalEntry.objects.filter(kind="tickets.day_entered").values_list("key", flat=True)
    assert sorted(told) == ["KE 2026-11-16", "RW 2026-11-16", "RW 2026-11-16", "UG 2026-11-16"]


def test_a_reason_is_kept_without_its_blanks_and_cut(cast: Cast) -> None:
    assert enter(cast, reason="  " + "x" * 200).reason == "x" * 120


def test_a_day_that_two_take_back_is_told_once(cast: Cast) -> None:
    day = enter(cast)
    same = DayOff.objects.get()
    take_day_back(day=day, by=cast.officer, at=MONDAY)
    take_day_back(day=same, by=cast.officer, at=MONDAY)
    assert JournalEntry.objects.filter(kind="tickets.day_taken_back").count() == 1


def test_a_day_of_the_past_moves_no_deadline_that_was_before_it(asked: Ticket, cast: Cast) -> None:
    enter_day(country="RW", on=date(2026, 11, 13), is_closed=True, reason="x", by=cast.officer, at=MONDAY)
    assert (renew_due(at=MONDAY), due()) == (0, MONDAY + 5 * HOUR)


def test_a_sunday_that_is_open_gives_no_office_hours_of_its_own(cast: Cast, categories: None) -> None:
    saturday = datetime(2026, 11, 14, 7, tzinfo=UTC)
    opening = Opening(category=Category.objects.get(code="INFO"), title="A question", organization=cast.importer_firm)
    open_ticket(opening=opening, by=cast.importer, at=saturday)
    before = due()
    enter_day(country="RW", on=date(2026, 11, 15), is_closed=False, reason="x", by=cast.officer, at=saturday)
    assert (renew_due(at=saturday), due()) == (0, before)


def test_days_are_for_the_eyes_of_the_office(cast: Cast) -> None:
    enter(cast)
    seen = {name: DayOff.objects.visible_to(person).count() for name, person in cast.people().items()}
    assert seen == dict.fromkeys(cast.people(), 0) | {"officer": 1}


@pytest.mark.parametrize(
    ("facts", "constraint"),
    [
        ({"country": "TZ"}, "day_off_country_known"),
        ({"reason": ""}, "day_off_has_reason"),
        ({"on": date(2026, 11, 17)}, "day_off_once"),
    ],
)
def test_what_must_never_be_false_of_a_day(cast: Cast, facts: dict[str, object], constraint: str) -> None:
    enter(cast)
    DayOff.objects.create(country="RW", on=date(2026, 11, 17), reason="x", at=AT)
    with pytest.raises(IntegrityError, match=constraint), transaction.atomic():
        DayOff.objects.filter(on=MONDAY.date()).update(**facts)
