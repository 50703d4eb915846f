"""Mails are read when the bell rings, and by timetable those for which it did not."""

from __future__ import annotations

import logging

import pytest
from django.utils import timezone

from tests.tickets.letters.mails import mail
from tickets import inbound
from tickets.inbound import receive_mail
from tickets.models import Category, Mail
from tickets.models.mails import MOST_ATTEMPTS
from tickets.tasks import read_mail, read_stored_mails


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
