"""Addresses that write to us: whose they are and for how long, what they chose, what they want no more."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest

from liaison.models import JournalEntry
from notify.correspondents import (
    BELIEVED,
    choose_language,
    doubt,
    has_stopped,
    hear,
    is_open,
    language_of,
    owner_of,
    shut,
    start,
    stop,
)
from notify.models import Correspondent, Phone, Report, Tally, Template
from tests.conftest import AT, Cast
from tests.liaison.models.conftest import refused

NUMBER, OTHER = "+250788123456", "+250788654321"
DAY = timedelta(days=1)


@pytest.mark.parametrize(
    ("model", "facts", "constraint"),
    [
        (Correspondent, {"channel": "fax", "address": NUMBER}, "correspondent_channel_known"),
        (Correspondent, {"channel": "sms", "address": NUMBER, "language": "de"}, "correspondent_language_known"),
        (Correspondent, {"channel": "sms", "address": NUMBER, "stopped_at": AT}, "correspondent_stopped_by_somebody"),
        (Correspondent, {"channel": "sms", "address": "+1"}, "correspondent_once"),
        (Report, {"channel": "sms", "provider_id": "", "state": "read", "reported_at": AT}, "report_names_a_message"),
        (Report, {"channel": "sms", "provider_id": "1", "state": "odd", "reported_at": AT}, "report_state_known"),
        (Report, {"channel": "sms", "provider_id": "7", "state": "read", "reported_at": AT}, "report_once"),
        (Tally, {"day": AT.date(), "what": "x"}, "tally_once_a_day"),
        (Template, {"name": "news", "language": "fr", "changed_at": AT}, "template_once"),
    ],
)
def test_what_must_never_be_false(db: None, model: Any, facts: dict[str, Any], constraint: str) -> None:
    Correspondent.objects.create(channel="sms", address="+1")
    Report.objects.create(channel="sms", provider_id="7", state="on_way", reported_at=AT)
    Tally.objects.create(day=AT.date(), what="x")
    Template.objects.create(name="news", language="fr", changed_at=AT)
    refused(constraint, model, **facts)


def test_a_number_is_hers_who_showed_it_until_it_is_old_doubted_or_her_account_shut(cast: Cast) -> None:
    Phone.objects.create(person=cast.importer, number=NUMBER, asked_at=AT, verified_at=AT)
    Phone.objects.create(person=cast.agent, number=OTHER, asked_at=AT)
    later = [AT, AT + BELIEVED - DAY, AT + BELIEVED]
    assert [owner_of(NUMBER, at=at) for at in later] == [cast.importer, cast.importer, None]
    assert owner_of(OTHER, at=AT) is None
    assert owner_of("RW.123", at=AT) is None
    assert (doubt(number=NUMBER, reason="invalid", at=AT), doubt(number=NUMBER, reason="invalid", at=AT)) == (
        *(True, False),
    )
    assert owner_of(NUMBER, at=AT) is None
    entry = JournalEntry.objects.get(kind="notify.phone_doubted")
    assert (entry.key, entry.data["reason"]) == (str(cast.importer.pk), "invalid")
    Phone.objects.filter(person=cast.importer).update(verified_at=AT)
    cast.importer.is_active = False
    cast.importer.save()
    assert owner_of(NUMBER, at=AT) is None


def test_stop_and_start_are_of_one_channel_and_told_once(cast: Cast) -> None:
    Phone.objects.create(person=cast.importer, number=NUMBER, asked_at=AT, verified_at=AT)
    user, provider = Correspondent.Stopped
    assert not start(channel="sms", address=NUMBER, at=AT)
    assert [stop(channel="sms", address=NUMBER, stopped_by=who, at=AT) for who in (user, provider)] == [True, False]
    assert [has_stopped(channel=channel, address=NUMBER) for channel in ("sms", "whatsapp")] == [True, False]
    assert Phone.objects.filter(stopped_at=None).count() == 0
    assert [start(channel="sms", address=NUMBER, at=AT + DAY) for _time in range(2)] == [True, False]
    assert (has_stopped(channel="sms", address=NUMBER), Phone.objects.filter(stopped_at=None).count()) == (False, 1)
    kinds = JournalEntry.objects.filter(kind__startswith="notify.st").order_by("pk")
    assert list(kinds.values_list("kind", flat=True)) == ["notify.stopped", "notify.started"]
    assert NUMBER not in str(list(kinds.values_list("data", "key")))


def test_a_language_is_chosen_by_channel_and_the_last_one_counts(db: None) -> None:
    assert language_of(channel="sms", address=NUMBER) == ""
    for language in ("fr", "rw"):
        choose_language(channel="sms", address=NUMBER, language=language)
    assert [language_of(channel=channel, address=NUMBER) for channel in ("sms", "whatsapp")] == ["rw", ""]


def test_hearing_keeps_what_was_chosen_and_opens_the_window_until_it_is_shut(db: None) -> None:
    choose_language(channel="whatsapp", address=NUMBER, language="sw")
    held = hear(channel="whatsapp", address=NUMBER, at=AT)
    assert (held.language, held.heard_at, is_open(address=NUMBER, at=AT)) == ("sw", AT, True)
    shut(address=NUMBER)
    assert not is_open(address=NUMBER, at=AT)
    hear(channel="sms", address=NUMBER, at=AT)
    assert not is_open(address=NUMBER, at=AT)
