"""The figures of tickets: from the outcomes of promises, which come from the logs alone."""

from __future__ import annotations

import csv
import io
from collections.abc import Callable
from datetime import UTC, datetime, timedelta

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from liaison.models import Organization, Person
from tests.conftest import Cast
from tickets import reporting
from tickets.comments import comment_on
from tickets.conversation import Saying, say
from tickets.handovers import accept, give_back, hand_over, pause, resume
from tickets.models import Category, Outcome, Ticket
from tickets.opening import Opening, open_ticket
from tickets.outcomes import reckon_outcomes
from tickets.resolving import reopen, resolve
from tickets.tasks import reckon_outcomes as reckon_task

As = Callable[[Person | None], Client]
# A Monday, nine o'clock in Kigali.
MONDAY = datetime(2026, 11, 16, 7, 0, tzinfo=UTC)
HOUR, DAY = timedelta(hours=1), timedelta(days=1)
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
    own = {kept.kind: kept for kept in reporting.own_promises(**SPAN)}
    replies, cures = own["first_reply"], own["resolve"]
    assert (replies.n, replies.met, replies.late, replies.breach_rate) == (4, 4, 1, 0.25)
    assert (replies.p50_h, cures.p50_h, cures.n, cures.late) == (1.25, 20, 3, 1)
    assert cures.p90_h == pytest.approx(28)
    assert [(kept.name, kept.kind) for kept in reporting.promises_by_category(**SPAN)] == [
        ("BORDER_QUEUE", "resolve"),
        ("BORDER_QUEUE", "first_reply"),
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
    assert (reporting.own_promises(**before), reporting.reopenings(**before).rate, reporting.causes(**before)) == (
        [],
        None,
        [],
    )


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
