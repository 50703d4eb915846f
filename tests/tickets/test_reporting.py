"""The figures of tickets: from the outcomes of promises, which come from the logs alone."""

from __future__ import annotations

import csv
import io
from collections.abc import Callable
from datetime import UTC, datetime, timedelta

import pytest
from django.core.exceptions import ValidationError
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import translation
from hypothesis import given
from hypothesis import settings as tries
from hypothesis import strategies as st

from liaison.concerns import Concern
from liaison.models import Organization, Person
from liaison.people import add_organization
from tests.conftest import Cast
from tickets import reporting
from tickets.comments import comment_on
from tickets.conversation import Saying, say
from tickets.handovers import accept, give_back, hand_over, pause, resume
from tickets.models import AgencyComment, Category, Outcome, Ticket
from tickets.models.categories import category_label
from tickets.opening import Opening, open_ticket
from tickets.outcomes import reckon_outcomes
from tickets.resolving import reopen, resolve
from tickets.tasks import reckon_outcomes as reckon_task

As = Callable[[Person | None], Client]
# A Monday, nine o'clock in Kigali.
MONDAY = datetime(2026, 11, 16, 7, 0, tzinfo=UTC)
HOUR, DAY, MOMENT = timedelta(hours=1), timedelta(days=1), timedelta(microseconds=1)
SPAN = {"since": MONDAY, "until": MONDAY + 10 * DAY}


def at(hours: float) -> datetime:
    return MONDAY + hours * HOUR


def lived(cast: Cast, *, reply: float = 1, handed: float | None = None, back: float = 0, end: float = 0) -> Ticket:
    """A queue at the border, answered, handed to KPA, given back and solved after so many hours; 0 is never."""
    border = Category.objects.get(code="BORDER_QUEUE")
    opening = Opening(category=border, title="A queue", organization=cast.importer_firm)
    ticket = open_ticket(opening=opening, by=cast.importer, at=MONDAY)
    if reply:
        say(ticket=ticket, saying=Saying(text="We ask"), by=cast.officer, at=at(reply))
    if handed is not None:
        kpa = Organization.objects.get(name="KPA")
        hand_over(ticket=ticket, agency=kpa, words="Look", by=cast.officer, at=at(handed))
        accept(ticket=ticket, by=cast.desk, at=at(handed + 1))
    if back:
        give_back(ticket=ticket, words="Done", by=cast.desk, at=at(back))
    if end:
        resolve(ticket=ticket, cause="border", words="x", reason="y", by=cast.officer, at=at(end))
    return ticket


def test_outcomes_are_what_the_logs_tell_and_are_made_anew(cast: Cast, categories: None) -> None:
    ticket = lived(cast, reply=1, handed=2, back=12, end=30)
    assert (reckon_outcomes(at=at(31)), reckon_outcomes(at=at(31))) == (1, 0)

    def kept() -> list[tuple[object, ...]]:
        rows = Outcome.objects.order_by("contract", "started_at", "kind")
        return [(row.contract, row.kind, row.worked / HOUR, row.span / HOUR, row.is_met, row.is_late) for row in rows]

    first = [
        ("agency", "first_reply", 1, 24, True, False),
        ("agency", "resolve", 10, 72, True, False),
        ("ours", "first_reply", 1, 2, True, False),
        ("ours", "resolve", 30, 24, True, True),
    ]
    assert (kept(), {row.agency for row in Outcome.objects.filter(contract="agency")}) == (
        first,
        {Organization.objects.get(name="KPA")},
    )
    reopen(ticket=ticket, reason="No", by=cast.officer, at=at(40))
    pause(ticket=ticket, waiting_on="importer", reason="Papers", by=cast.officer, at=at(41))
    resume(ticket=ticket, by=cast.officer, at=at(51))
    resolve(ticket=ticket, cause="border", words="x", by=cast.officer, at=at(52))
    reckon_task()
    # A pause is no time of a promise.
    assert kept() == [*first, ("ours", "resolve", 2, 24, True, False)]
    assert reporting.reopenings(**SPAN) == reporting.Reopened(resolved=2, reopened=1)


def test_what_is_reported_is_counted_in_its_period(cast: Cast, categories: None) -> None:
    for reply, end in ((1, 10), (3, 20), (1.5, 30), (0, 0)):
        lived(cast, reply=reply, end=end)
    lived(cast, reply=1, handed=2, back=90)
    reckon_outcomes(at=at(100))
    in_all, by_category = reporting.office_promises(**SPAN)
    own = {kept.kind: kept for kept in in_all}
    replies, cures = own["first_reply"], own["resolve"]
    assert (replies.n, replies.met, replies.late, replies.breach_rate) == (4, 4, 1, 0.25)
    assert (replies.p50_h, cures.p50_h, cures.n, cures.late) == (1.25, 20, 3, 1)
    assert cures.p90_h == pytest.approx(28)
    assert [(kept.name, kept.kind, kept.n, kept.p50_h) for kept in by_category] == [
        ("BORDER_QUEUE", "resolve", 3, 20),
        ("BORDER_QUEUE", "first_reply", 4, 1.25),
    ]
    theirs = reporting.promises_by_agency(**SPAN)
    assert [(kept.name, kept.kind, kept.n, kept.late, kept.p50_h) for kept in theirs] == [
        ("KPA", "resolve", 1, 1, 88),
        ("KPA", "first_reply", 1, 0, 1),
    ]
    assert reporting.causes(**SPAN) == [("border", "The border", 3)]
    assert [(age.days, age.n, age.late) for age in reporting.open_ages(at=at(100))] == [
        (1, 0, 0),
        (3, 0, 0),
        (7, 2, 2),
        (30, 0, 0),
        (None, 0, 0),
    ]
    before = {"since": MONDAY - DAY, "until": MONDAY}
    assert (reporting.office_promises(**before), reporting.reopenings(**before).rate) == (([], []), None)
    assert reporting.causes(**before) == []


def test_few_cases_are_hidden_on_the_scoreboard_and_an_agency_replies(
    cast: Cast, categories: None, as_person: As
) -> None:
    lived(cast, handed=2, back=12)
    reckon_outcomes(at=at(13))
    kpa = Organization.objects.get(name="KPA")
    few = reporting.scoreboard(**SPAN)
    assert [(row.agency, row.n, row.answer_breach_rate, row.answered_p50_h) for row in few] == [("KPA", 1, None, None)]
    one = Outcome.objects.get(contract="agency", kind="resolve")
    for number in range(9):
        one.pk, one.is_late, one.worked = None, number == 0, (number + 1) * HOUR
        one.save()
    comment_on(organization_id=kpa.pk, text="Before", by=cast.desk, at=at(14))
    page = as_person(cast.desk)
    assert page.post("/tickets/scoreboard/", {"text": " "}).status_code == 422
    assert page.post("/tickets/scoreboard/", {"text": "The crane was down."}).status_code == 302
    for person in (None, cast.importer, cast.officer):
        assert as_person(person).post("/tickets/scoreboard/", {"text": "x"}).status_code == 403
    [row] = reporting.scoreboard(**SPAN)
    assert (row.n, row.answer_breach_rate, row.comment, row.acknowledge_breach_rate) == (
        10,
        0.1,
        "The crane was down.",
        None,
    )
    shown = as_person(None).get("/tickets/scoreboard/?days=365").content.decode()
    assert "The crane was down." in shown
    assert "A queue" not in shown


def test_the_report_is_a_page_and_a_file_of_few_queries(cast: Cast, categories: None, as_person: As) -> None:
    lived(cast, reply=1, handed=2, back=12, end=30)
    reckon_outcomes(at=at(31))
    client = as_person(cast.officer)
    client.get("/tickets/reports/")
    with CaptureQueriesContext(connection) as queries:
        page = client.get("/tickets/reports/?days=30")
    assert (page.status_code, len(queries) <= 12) == (200, True)
    assert [row["clock"] for row in page.context["own"]] == ["First reply", "Resolution"]
    assert client.get("/tickets/reports/?days=7").context["period"].days == 90
    file = client.get("/tickets/reports/?days=365&as=csv")
    rows = list(csv.DictReader(io.StringIO(file.content.decode())))
    assert [(row["by"], row["name"], row["promise"], row["p50_hours"]) for row in rows][:2] == [
        ("office", "", "first_reply", "1.0"),
        ("office", "", "resolve", "30.0"),
    ]


def ended(n: int, *, late: int = 0, kind: str = "resolve", agency: str = "KPA", ended_at: datetime = MONDAY) -> None:
    """So many promises of an agency that ended then, so many of them late; the first took an hour, the next two."""
    found = Organization.objects.get(name=agency)
    rows = [
        Outcome(
            ticket=Ticket.objects.earliest("pk"), contract="agency", agency=found, kind=kind, is_met=True,
            started_at=MONDAY - DAY, ended_at=ended_at, worked=(number + 1) * HOUR, span=DAY, is_late=number < late,
        )
        for number in range(n)
    ]  # fmt: skip
    Outcome.objects.bulk_create(rows)


def test_of_nothing_there_are_no_figures(cast: Cast, categories: None) -> None:
    found = (
        reporting.office_promises(**SPAN),
        reporting.promises_by_agency(**SPAN),
        reporting.causes(**SPAN),
        reporting.scoreboard(**SPAN),
        reporting.reopenings(**SPAN),
    )
    assert found == (([], []), [], [], [], reporting.Reopened(resolved=0, reopened=0))
    assert [(age.days, age.n, age.late) for age in reporting.open_ages(at=MONDAY)] == [
        (days, 0, 0) for days in (1, 3, 7, 30, None)
    ]


@pytest.mark.parametrize(
    ("age", "step"),
    [
        (timedelta(0), 0),
        (-HOUR, 0),
        (DAY - MOMENT, 0),
        (DAY, 1),
        (3 * DAY - MOMENT, 1),
        (3 * DAY, 2),
        (7 * DAY, 3),
        (30 * DAY - MOMENT, 3),
        (30 * DAY, 4),
        (999 * DAY, 4),
    ],
)
def test_an_open_ticket_stands_in_the_step_of_its_age(cast: Cast, categories: None, age: timedelta, step: int) -> None:
    lived(cast, reply=0)
    Ticket.objects.update(opened_at=MONDAY - age)
    assert [row.n for row in reporting.open_ages(at=MONDAY)] == [int(each == step) for each in range(5)]


def test_a_promise_is_late_from_the_moment_that_it_is_due(cast: Cast, categories: None) -> None:
    lived(cast, reply=0)
    late = [sum(row.late for row in reporting.open_ages(at=at(2) + after)) for after in (-MOMENT, timedelta(0))]
    assert late == [0, 1]


@pytest.mark.parametrize(("since", "until", "n"), [(0, 1, 1), (-1, 0, 0), (0, 0, 0), (0.5, 2, 0)])
def test_a_period_holds_its_beginning_and_not_its_end(
    cast: Cast, categories: None, since: float, until: float, n: int
) -> None:
    lived(cast, reply=0)
    ended(1)
    assert sum(kept.n for kept in reporting.promises_by_agency(since=at(since), until=at(until))) == n


@pytest.mark.parametrize("n", [reporting.SMALLEST_CELL - 1, reporting.SMALLEST_CELL])
def test_figures_of_fewer_than_ten_are_hidden_each_kind_by_itself(cast: Cast, categories: None, n: int) -> None:
    lived(cast, reply=0)
    ended(n, late=3)
    ended(reporting.SMALLEST_CELL, kind="first_reply", late=1)
    [row] = reporting.scoreboard(**SPAN)
    shown = (row.answered_p50_h, row.answered_p90_h, row.answer_breach_rate)
    assert shown == ((5.5, pytest.approx(9.1), 0.3) if n == reporting.SMALLEST_CELL else (None, None, None))
    assert (row.n, row.acknowledged_n, row.acknowledge_breach_rate) == (n, 10, 0.1)
    assert (row.comment, row.commented_at) == ("", None)


def test_the_most_reliable_stand_first_and_what_is_hidden_last(cast: Cast, categories: None) -> None:
    lived(cast, reply=0)
    for name, n, late in (("Worse", 10, 5), ("Better", 20, 1), ("Few", 9, 0), ("Also better", 20, 1)):
        add_organization(name=name, kind="agency", country="KE", by=None, at=MONDAY)
        ended(n, late=late, agency=name)
    assert [row.agency for row in reporting.scoreboard(**SPAN)] == ["Also better", "Better", "Worse", "Few"]
    # In the office's own report the most broken promises stand first.
    assert [kept.name for kept in reporting.promises_by_agency(**SPAN)] == ["Worse", "Also better", "Better", "Few"]


def test_the_latest_comment_of_each_agency_stands_beside_its_own_line(cast: Cast, categories: None) -> None:
    lived(cast, reply=0)
    add_organization(name="Other", kind="agency", country="KE", by=None, at=MONDAY)
    for name in ("KPA", "Other", "KRA"):
        pk = Organization.objects.get(name=name).pk
        for text in ("First", f"Of {name}"):
            comment_on(organization_id=pk, text=text, by=cast.desk, at=MONDAY)
    ended(1)
    ended(1, agency="Other")
    assert {row.agency: row.comment for row in reporting.scoreboard(**SPAN)} == {"KPA": "Of KPA", "Other": "Of Other"}


@pytest.mark.parametrize("text", ["", "  \n", "\x00"])
def test_a_comment_without_words_is_none(cast: Cast, text: str) -> None:
    pk = Organization.objects.get(name="KPA").pk
    with pytest.raises(ValidationError) as refused:
        comment_on(organization_id=pk, text=text, by=cast.desk, at=MONDAY)
    assert (list(refused.value.message_dict), AgencyComment.objects.count()) == (["text"], 0)
    assert (
        comment_on(organization_id=pk, text="  a\n b" + "c" * 1200, by=cast.desk, at=MONDAY).text == "a b" + "c" * 997
    )


def test_an_opening_again_belongs_to_the_resolution_before_it(cast: Cast, categories: None) -> None:
    ticket = lived(cast, end=10)
    reopen(ticket=ticket, reason="No", by=cast.officer, at=at(11 * 24))
    resolve(ticket=ticket, cause="port", words="x", reason="y", by=cast.officer, at=at(12 * 24))
    lived(cast, end=20)
    assert reporting.reopenings(**SPAN) == reporting.Reopened(resolved=2, reopened=1)
    later = {"since": SPAN["until"], "until": SPAN["until"] + 10 * DAY}
    assert reporting.reopenings(**later) == reporting.Reopened(resolved=1, reopened=0)
    # What was opened again has no cause of that time any more.
    assert (reporting.causes(**SPAN), reporting.causes(**later)) == (
        [("border", "The border", 1)],
        [("port", "The port's work or equipment", 1)],
    )


@given(st.integers(0, 50), st.integers(0, 50))
@tries(max_examples=20)
def test_a_rate_lies_between_nothing_and_all_and_is_none_of_none(n: int, m: int) -> None:
    whole, part = max(n, m), min(n, m)
    kept = reporting.Kept(name="", kind="resolve", n=whole, met=0, late=part, p50_h=None, p90_h=None)
    again = reporting.Reopened(resolved=whole, reopened=part)
    assert kept.breach_rate == again.rate == (part / whole if whole else None)


@pytest.mark.parametrize("language", ["en", "fr", "rw", "sw"])
def test_every_category_has_a_name_in_every_language(language: str) -> None:
    with translation.override(language):
        names = [category_label(code) for code in Concern.values]
    assert (len(set(names)), "" in names) == (len(Concern.values), False)
