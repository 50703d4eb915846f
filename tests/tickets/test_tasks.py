"""Mails are read when the bell rings, and by timetable those for which it did not."""

from __future__ import annotations

import logging
from datetime import date, timedelta

import pytest
from django.utils import timezone

from liaison.journal import unmarked
from tests.conftest import Cast
from tests.tickets.letters.mails import mail
from tickets import inbound
from tickets.holidays import ENTERED, READER, enter_day
from tickets.inbound import receive_mail
from tickets.models import Category, Escalation, Mail, Outcome, Talk, Ticket
from tickets.models.mails import MOST_ATTEMPTS
from tickets.opening import Opening, open_ticket
from tickets.tasks import (
    answer_stored_talks,
    answer_talk,
    close_silent,
    escalate_due,
    estimate_risks,
    read_mail,
    read_stored_mails,
    reckon_outcomes,
    renew_due,
    watch_stalls,
)


def test_a_mail_is_read_once(categories: None) -> None:
    stored = receive_mail(raw=mail().as_bytes(), at=timezone.now()).mail
    read_mail(mail_id=stored.pk)
    read_mail(mail_id=stored.pk)
    stored.refresh_from_db()
    assert (stored.state, stored.attempts) == ("taken", 1)


def test_one_that_fails_holds_up_no_other_and_is_tried_so_many_times(
    categories: None, caplog: pytest.LogCaptureFixture
) -> None:
    first = receive_mail(raw=mail(Subject="Quite new").as_bytes(), at=timezone.now()).mail
    Category.objects.filter(code=inbound.UNSORTED).delete()
    receive_mail(raw=mail(Auto_Submitted="auto-replied").as_bytes(), at=timezone.now())
    with caplog.at_level(logging.CRITICAL):
        for _time in range(MOST_ATTEMPTS + 2):
            read_stored_mails()
    first.refresh_from_db()
    assert (first.state, first.attempts) == ("stored", MOST_ATTEMPTS)
    assert list(Mail.objects.exclude(pk=first.pk).values_list("state", "reason")) == [("left", "auto_reply")]


def test_what_was_read_or_answered_meanwhile_or_is_not_there_does_no_harm(categories: None) -> None:
    for task, name in ((read_mail, "mail_id"), (answer_talk, "talk_id")):
        task(**{name: 999_999_999})
    assert (Mail.objects.count(), Talk.objects.count()) == (0, 0)


def test_each_of_the_timetable_has_nothing_to_do_on_an_empty_portal(categories: None) -> None:
    for task in (
        read_stored_mails, answer_stored_talks, watch_stalls, escalate_due, estimate_risks, renew_due, reckon_outcomes,
        close_silent,
    ):  # fmt: skip
        task()
    assert (Ticket.objects.count(), Escalation.objects.count(), Outcome.objects.count()) == (0, 0, 0)


def test_the_tasks_escalate_and_reckon_what_there_is_once(cast: Cast, categories: None) -> None:
    border = Category.objects.get(code="BORDER_QUEUE")
    opening = Opening(category=border, title="A queue", organization=cast.importer_firm)
    open_ticket(opening=opening, by=cast.importer, at=timezone.now() - timedelta(hours=25))
    for _time in range(2):
        escalate_due()
        reckon_outcomes()
    rows = Escalation.objects.order_by("kind", "percent").values_list("kind", "percent")
    assert list(rows) == [(kind, percent) for kind in ("first_reply", "resolve") for percent in (75, 90, 100)]
    ticket = Ticket.objects.get()
    assert ticket.reckoned_version == ticket.version


def test_a_day_that_was_entered_is_dealt_with_by_the_task_once(cast: Cast, categories: None) -> None:
    enter_day(country="RW", on=date(2026, 12, 1), is_closed=True, reason="x", by=cast.officer, at=timezone.now())
    assert unmarked(reader=READER, kinds=[ENTERED]).count() == 1
    renew_due()
    assert unmarked(reader=READER, kinds=[ENTERED]).count() == 0
