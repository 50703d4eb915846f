"""Escalation: at 75, 90 and 100 % of a promise, each step once, to whom the ladder names."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime, timedelta

import pytest
from django.core.exceptions import ValidationError
from django.db import IntegrityError, connection, transaction
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from liaison.models import FocalPoint, JournalEntry, Organization, Person
from liaison.people import add_person
from notify.models import Letter, Notice
from tests.conftest import AT, Cast
from tickets.conversation import Saying, say
from tickets.escalating import escalate_due, rung
from tickets.handling import assign, file_under, snooze
from tickets.handovers import hand_over, pause, resume
from tickets.models import AnswerLink, Category, Escalation, Ticket
from tickets.opening import Opening, open_ticket
from tickets.resolving import resolve
from tickets.tasks import escalate_due as escalate_task

# A Monday, nine o'clock in Kigali.
MONDAY = datetime(2026, 11, 16, 7, 0, tzinfo=UTC)
HOUR = timedelta(hours=1)


def at(hours: float) -> datetime:
    return MONDAY + hours * HOUR


@pytest.fixture
def heads(cast: Cast) -> dict[str, Person]:
    """A supervisor and an administrator."""
    return {
        role: add_person(email=f"{role}@portal.example", role=role, by=None, at=AT)
        for role in ("supervisor", "administrator")
    }


@pytest.fixture
def border(cast: Cast, categories: None, heads: dict[str, Person]) -> Ticket:
    """Round the clock: a reply within two hours, solved within a day."""
    opening = Opening(
        category=Category.objects.get(code="BORDER_QUEUE"), title="A queue", organization=cast.importer_firm
    )
    return open_ticket(opening=opening, by=cast.importer, at=MONDAY)


def told() -> list[tuple[int, str, list[str]]]:
    """For each entry of the journal its percent, its clock, and who was told in the portal."""
    entries = JournalEntry.objects.filter(kind="tickets.escalated").order_by("pk")
    rows = Notice.objects.filter(channel="inbox").order_by("person__email")
    return [
        (
            entry.data["percent"],
            entry.data["clock"],
            [row.person.email.partition("@")[0] for row in rows.filter(entry=entry).select_related("person")],
        )
        for entry in entries
    ]


def steps() -> list[tuple[str, int]]:
    return list(Escalation.objects.order_by("pk").values_list("kind", "percent"))


def test_each_step_is_taken_once_by_whom_the_ladder_names(border: Ticket, cast: Cast) -> None:
    assert (escalate_due(at=at(0)), escalate_due(at=at(1.49)), told()) == (0, 0, [])
    assert (escalate_due(at=at(1.5)), escalate_due(at=at(1.5)), escalate_due(at=at(1.6))) == (1, 0, 0)
    assign(ticket=border, to=cast.officer, by=cast.officer, at=at(1.7))
    assert [escalate_due(at=at(hours)) for hours in (1.8, 2, 2.1, 18)] == [1, 1, 0, 1]
    assert told() == [
        (75, "first_reply", ["supervisor"]),
        (90, "first_reply", ["supervisor"]),
        (100, "first_reply", ["administrator", "supervisor"]),
        (75, "resolve", ["officer"]),
    ]
    row = Escalation.objects.earliest("pk")
    assert (row.reached_at, row.started_at, row.told, row.rung) == (at(1.5), at(0), 1, "")
    assert Ticket.objects.get().next_step_at == at(24 * 0.9)
    row.pk = None
    with pytest.raises(IntegrityError), transaction.atomic():
        row.save()
    with pytest.raises(IntegrityError, match="never_at_the_start"), transaction.atomic():
        Escalation.objects.filter(percent=90).update(reached_at=MONDAY)


def test_a_pause_puts_the_steps_off_and_a_reply_ends_them(border: Ticket, cast: Cast) -> None:
    pause(ticket=border, waiting_on="importer", reason="Papers", by=cast.officer, at=at(1))
    assert (Ticket.objects.get().next_step_at, escalate_due(at=at(20))) == (None, 0)
    resume(ticket=border, by=cast.officer, at=at(20))
    assert (Ticket.objects.get().next_step_at, escalate_due(at=at(20.4))) == (at(20.5), 0)
    say(ticket=border, saying=Saying(text="We ask"), by=cast.officer, at=at(20.45))
    assert (escalate_due(at=at(36.9)), escalate_due(at=at(37)), steps()) == (0, 1, [("resolve", 75)])
    resolve(ticket=border, cause="border", words="Through", by=cast.officer, at=at(40))
    assert (Ticket.objects.get().next_step_at, escalate_due(at=at(400))) == (None, 0)


def test_what_has_been_reached_stays_to_be_taken_whatever_is_done_meanwhile(border: Ticket, cast: Cast) -> None:
    assign(ticket=border, to=cast.officer, by=cast.officer, at=at(1.55))
    assert (escalate_due(at=at(1.6)), told()) == (1, [(75, "first_reply", ["officer"])])


def test_a_shorter_promise_that_has_passed_tells_its_last_step_alone(border: Ticket, cast: Cast) -> None:
    say(ticket=border, saying=Saying(text="We ask"), by=cast.officer, at=at(1))
    Category.objects.filter(code="SECURITY").update(target=4 * HOUR)
    file_under(ticket=border, category=Category.objects.get(code="SECURITY"), by=cast.officer, at=at(10))
    assert escalate_due(at=at(10)) == 3
    assert told() == [(100, "resolve", ["administrator", "supervisor"])]
    assert list(Escalation.objects.order_by("pk").values_list("told", flat=True)) == [0, 0, 2]


def test_the_agency_that_holds_it_is_told_when_its_own_promise_breaks(border: Ticket, cast: Cast) -> None:
    say(ticket=border, saying=Saying(text="We ask"), by=cast.officer, at=at(1))
    kpa = Organization.objects.get(name="KPA")
    hand_over(ticket=border, agency=kpa, words="Look", by=cast.officer, at=at(1))
    Ticket.objects.update(next_step_at=at(1))
    assert escalate_due(at=at(25)) == 6
    last = JournalEntry.objects.filter(kind="tickets.escalated", data__agency="KPA").get()
    assert (last.data["percent"], last.data["clock"]) == (100, "first_reply")
    assert last.data["rung"] == "Joint border committee"
    people = Notice.objects.filter(entry=last, channel="inbox").order_by("person__email")
    assert [row.person.email.partition("@")[0] for row in people] == ["administrator", "desk", "supervisor"]


def test_the_focal_point_of_a_late_agency_is_mailed_once_with_its_link(border: Ticket, cast: Cast) -> None:
    say(ticket=border, saying=Saying(text="We ask"), by=cast.officer, at=at(1))
    kra = Organization.objects.get(name="KRA")
    FocalPoint.objects.filter(organization=kra).delete()
    FocalPoint.objects.create(organization=kra, name="Duty", email="duty@kra.example", concerns=["BORDER_QUEUE"])
    hand_over(ticket=border, agency=kra, words="Look", by=cast.officer, at=at(1))
    assert [escalate_due(at=at(hours)) for hours in (19.2, 22.7, 24.9)] == [2, 2, 1]
    assert list(Letter.objects.values_list("address", flat=True)) == ["duty@kra.example"]
    assert (escalate_due(at=at(25)), escalate_due(at=at(26))) == (1, 0)
    overdue = Letter.objects.latest("pk")
    assert (overdue.address, overdue.subject) == ("duty@kra.example", f"[{border.ref}] A queue")
    assert "which KRA has in hand, is overdue" in overdue.body
    assert (Letter.objects.count(), AnswerLink.objects.filter(revoked_at=None).count()) == (2, 1)
    assert "/tickets/answer/" in overdue.body
    assert Escalation.objects.filter(agency="KRA", percent=100).get().told == 3


def test_what_was_reached_long_ago_is_noted_and_told_to_nobody(border: Ticket) -> None:
    escalate_task()
    assert (len(steps()), told()) == (6, [])
    assert Escalation.objects.filter(told=0).count() == 6


def test_the_ladder_names_whom_by_the_step(categories: None) -> None:
    category = Category.objects.get(code="DEPOSIT")
    assert [rung(category, percent) for percent in (75, 90, 100)] == ["", "Liaison supervisor", "KMA, PSF"]
    assert rung(Category.objects.get(code="INFO"), 100) == "Liaison supervisor"


def test_many_tickets_cost_as_many_queries_as_one(border: Ticket, cast: Cast) -> None:
    opening = Opening(category=border.category, title="Another", organization=cast.importer_firm)

    def cost(hours: float) -> int:
        with CaptureQueriesContext(connection) as queries:
            assert escalate_due(at=at(hours)) > 0
        return len(queries)

    one = cost(1.5)
    for _number in range(8):
        open_ticket(opening=opening, by=cast.importer, at=at(2))
    assert cost(3.5) == one


def test_who_puts_an_overdue_ticket_off_or_solves_it_late_says_why(border: Ticket, cast: Cast) -> None:
    snooze(ticket=border, until=at(3), by=cast.officer, at=at(1))
    acts: tuple[Callable[[str], object], ...] = (
        lambda reason: snooze(ticket=border, until=at(9), reason=reason, by=cast.officer, at=at(5)),
        lambda reason: resolve(ticket=border, cause="port", words="x", reason=reason, by=cast.officer, at=at(5)),
    )
    for act in acts:
        with pytest.raises(ValidationError, match="say why"):
            act(" ")
        act("The network was down")
        assert border.entries.latest("number").data["late_reason"] == "The network was down"


def test_the_supervisors_board_shows_the_steps(
    border: Ticket, cast: Cast, as_person: Callable[[Person | None], Client]
) -> None:
    escalate_due(at=at(20))
    client = as_person(cast.officer)
    page = client.get("/tickets/escalations/")
    assert [(row.step.percent, row.clock, row.whose) for row in page.context["rows"]] == [
        *[(percent, "First reply", "the liaison office") for percent in (100, 90, 75)],
        (75, "Resolution", "the liaison office"),
    ]
    found = client.get(f"/tickets/escalations/?percent=90&q={border.ref.lower()}").context["rows"]
    assert [row.step.percent for row in found] == [90]
    resolve(ticket=border, cause="port", words="x", reason="y", by=cast.officer, at=timezone.now())
    shown = [len(client.get(f"/tickets/escalations/{asked}").context["rows"]) for asked in ("", "?over=on", "?q=none")]
    assert shown == [0, 4, 0]


@pytest.mark.parametrize("percent", [75, 90, 100])
@pytest.mark.parametrize(
    ("ladder", "named"),
    [(["A"], ["", "A", "A"]), (["A", "B"], ["", "A", "B"]), (["A", "B", "C"], ["", "A", "B, C"])],
)
def test_a_short_ladder_ends_with_its_last_rung(ladder: list[str], named: list[str], percent: int) -> None:
    assert rung(Category(ladder=ladder), percent) == named[[75, 90, 100].index(percent)]


def test_of_two_officers_the_one_who_has_it_is_told(border: Ticket, cast: Cast) -> None:
    other = add_person(email="other@portal.example", role="officer", by=None, at=AT)
    assign(ticket=border, to=other, by=cast.officer, at=at(1))
    escalate_due(at=at(1.5))
    assert told() == [(75, "first_reply", ["other"])]


def test_without_supervisors_the_heads_are_told_and_without_anybody_it_is_noted(border: Ticket) -> None:
    Person.objects.filter(email="supervisor@portal.example").update(is_active=False)
    escalate_due(at=at(1.5))
    assert told() == [(75, "first_reply", ["administrator"])]
    Person.objects.filter(email="administrator@portal.example").update(is_active=False)
    assert escalate_due(at=at(1.8)) == 1
    assert (told()[-1], Escalation.objects.latest("pk").told) == ((90, "first_reply", []), 0)


def test_what_was_reached_a_day_ago_is_late_to_the_moment(border: Ticket, cast: Cast) -> None:
    moment = timedelta(microseconds=1)
    say(ticket=border, saying=Saying(text="We ask"), by=cast.officer, at=at(1))
    # Three quarters of a day have passed at 18, all of it at 24: only the last is told, and that for a day.
    assert (escalate_due(at=at(48)), told()) == (3, [])
    Escalation.objects.all().delete()
    Ticket.objects.update(next_step_at=at(1))
    assert escalate_due(at=at(48) - moment) == 3
    assert told() == [(100, "resolve", ["administrator", "supervisor"])]


def test_a_ticket_that_another_worker_took_meanwhile_is_not_told_again(border: Ticket) -> None:
    assert escalate_due(at=at(1.5)) == 1
    # As a worker that had read the list before would: the moment stands as it was.
    Ticket.objects.update(next_step_at=at(1.5))
    assert (escalate_due(at=at(1.5)), len(told()), steps()) == (0, 1, [("first_reply", 75)])


def test_steps_of_one_ticket_are_none_of_another(border: Ticket, cast: Cast) -> None:
    opening = Opening(category=border.category, title="Another", organization=cast.importer_firm)
    escalate_due(at=at(1.5))
    other = open_ticket(opening=opening, by=cast.importer, at=at(1.5))
    assert [escalate_due(at=at(hours)) for hours in (1.6, 3)] == [0, 3]
    assert list(other.escalations.values_list("percent", flat=True)) == [75]


def test_steps_are_for_the_eyes_of_the_office_and_found_by_words(border: Ticket, cast: Cast) -> None:
    escalate_due(at=at(3))
    seen = {name: Escalation.objects.visible_to(person).count() for name, person in cast.people().items()}
    assert seen == dict.fromkeys(cast.people(), 0) | {"officer": 3}
    asked = [("", ""), ("QUEUE", ""), (border.ref.lower(), "75"), (border.ref[:-1], ""), ("%", ""), ("", "100")]
    rows = [
        Escalation.objects.asked_for(words=words, percent=percent, is_over_too=False).count()
        for words, percent in asked
    ]
    assert rows == [3, 3, 1, 0, 0, 1]
