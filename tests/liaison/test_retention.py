"""The retention timetable: each rule takes out what is over its period, and not a day before."""

from __future__ import annotations

from datetime import datetime, timedelta

import pytest
from allauth.usersessions.models import UserSession
from django.contrib.sessions.models import Session
from django.db.models import Model
from django.utils import timezone
from pytest_django import Settings

from liaison.journal import record
from liaison.models import (
    Document,
    Invitation,
    JournalEntry,
    Membership,
    Organization,
    Person,
    Registration,
    RetentionRun,
    SheetDraft,
)
from liaison.retention import MONTH, apply, rules
from liaison.tasks import apply_retention
from notify.models import Letter, Notice
from notify.outbox import fan_out
from tests.conftest import AT, Cast

DAY = timedelta(days=1)
NAMES = [
    "sessions", "registrations", "invitations", "papers", "sheets", "sendings", "people", "reports", "correspondents",
    "notices", "letters", "news", "positions", "subscriptions", "looks", "links",
    "webhook_messages", "tokens", "answers", "uploads", "mails_left", "mails_raw", "presences", "talks",
]  # fmt: skip


def removed(at: datetime = AT) -> dict[str, int]:
    return {name: count for name, count in apply(at=at).removed.items() if count}


def left(model: type[Model], field: str) -> list[object]:
    return sorted(model._default_manager.values_list(field, flat=True))


def test_the_timetable_is_whole_and_in_words(settings: Settings) -> None:
    periods = {rule.name: rule.period_text for rule in rules()}
    assert periods == {
        "sessions": "at once",
        "sendings": "7 days",
        "registrations": "7 days",
        "invitations": "12 months",
        "papers": "6 months",
        "sheets": "1 day",
        "people": "24 months",
        "reports": "12 months",
        "correspondents": "24 months",
        "notices": "12 months",
        "letters": "30 days",
        "news": "12 months",
        "positions": "13 months",
        "subscriptions": "2 days",
        "looks": "6 months",
        "links": "12 months",
        "webhook_messages": "30 days",
        "tokens": "6 months",
        "answers": "1 day",
        "uploads": "30 days",
        "mails_left": "6 months",
        "mails_raw": "24 months",
        "presences": "1 day",
        "talks": "6 months",
    }
    assert list(periods) == NAMES
    assert all(len(str(rule.what)) > 10 and len(str(rule.basis)) > 10 for rule in rules())


def test_a_run_is_kept_and_told_even_if_there_was_nothing(db: None) -> None:
    run = apply(at=AT)
    assert (run.ran_at, run.removed) == (AT, dict.fromkeys(NAMES, 0))
    entry = JournalEntry.objects.get()
    assert (entry.kind, entry.subject, entry.key, entry.by, entry.at) == (
        "liaison.retention_applied", "retention", str(run.pk), None, AT,
    )  # fmt: skip
    assert entry.data == {"removed": run.removed}


def test_running_again_takes_nothing_more(cast: Cast) -> None:
    _registration("old@firm.example", AT - 8 * DAY)
    assert (removed(), removed()) == ({"registrations": 1}, {})
    assert RetentionRun.objects.count() == 2


def _registration(address: str, expires_at: datetime) -> None:
    Registration.objects.create(
        email=address, particulars={}, token_digest=address, asked_at=expires_at - DAY, expires_at=expires_at
    )


def test_applications_go_a_week_after_their_end(db: None) -> None:
    _registration("old@firm.example", AT - 7 * DAY - timedelta(seconds=1))
    _registration("new@firm.example", AT - 7 * DAY)
    assert removed() == {"registrations": 1}
    assert left(Registration, "email") == ["new@firm.example"]


def test_invitations_go_a_year_after_their_end(cast: Cast) -> None:
    old, new = AT - 12 * MONTH - DAY, AT - 12 * MONTH + DAY

    def invite(name: str, **dates: datetime) -> None:
        given = {"invited_at": old - 30 * DAY, "expires_at": old - 20 * DAY, **dates}
        Invitation.objects.create(
            organization=cast.importer_firm, email=f"{name}@x.example", role="member", token_digest=name, **given
        )

    invite("accepted-old", accepted_at=old)
    invite("withdrawn-old", withdrawn_at=old)
    invite("lapsed-old", expires_at=old)
    invite("accepted-new", accepted_at=new)
    invite("withdrawn-new", withdrawn_at=new)
    invite("lapsed-new", expires_at=new)
    invite("open", expires_at=AT + DAY)
    assert removed() == {"invitations": 3}
    assert left(Invitation, "token_digest") == ["accepted-new", "lapsed-new", "open", "withdrawn-new"]


@pytest.mark.parametrize(
    ("standing", "months", "count"), [("refused", 7, 1), ("refused", 5, 0), ("suspended", 7, 0), ("verified", 7, 0)]
)
def test_papers_of_the_refused_go_after_six_months(cast: Cast, standing: str, months: int, count: int) -> None:
    Organization.objects.filter(pk=cast.importer_firm.pk).update(
        standing=standing, decision="Papers do not fit", decided_at=AT - months * MONTH
    )
    Document.objects.create(
        organization=cast.importer_firm, kind="tax", file_name="tax.pdf", content_type="application/pdf", size=1,
        sha256="s", content=b"x", uploaded_at=AT - 8 * MONTH,
    )  # fmt: skip
    assert removed() == ({"papers": 1} if count else {})
    assert Document.objects.count() == 1 - count
    assert Organization.objects.filter(pk=cast.importer_firm.pk).exists()


def test_spreadsheets_that_nobody_imported_go_after_a_day(cast: Cast) -> None:
    for name, at in (("old", AT - DAY - timedelta(seconds=1)), ("new", AT - DAY)):
        SheetDraft.objects.create(by=cast.officer, at=at, file_name=name)
    assert removed() == {"sheets": 1}
    assert left(SheetDraft, "file_name") == ["new"]


def test_notices_go_after_a_year_and_letters_after_a_month(cast: Cast) -> None:
    for key, at in (("old", AT - 12 * MONTH - DAY), ("new", AT - 12 * MONTH + DAY)):
        entry = record(kind="test.done", subject="test", key=key, by=None, at=at)
        fan_out({entry.pk: [cast.importer.pk]}, at=at)
        Notice.objects.filter(entry=entry).update(written_at=at)
    for name, state, at in (
        ("sent-old", "sent", AT - 31 * DAY),
        ("refused-old", "refused", AT - 31 * DAY),
        ("due-old", "due", AT - 31 * DAY),
        ("sent-new", "sent", AT - 29 * DAY),
    ):
        Letter.objects.create(
            address=f"{name}@x.example", subject=name, body="x" if state == "due" else "", state=state, sent_at=at,
            written_at=at,
        )  # fmt: skip
    assert removed() == {"notices": 2, "letters": 2}
    assert left(Notice, "entry__key") == ["new", "new"]
    assert left(Letter, "subject") == ["due-old", "sent-new"]


def test_sessions_go_with_what_was_noted_of_their_device(cast: Cast) -> None:
    def session(key: str, ends: datetime | None, seen: datetime) -> None:
        if ends:
            Session.objects.create(session_key=key, session_data="x", expire_date=ends)
        UserSession.objects.create(
            user=cast.importer, session_key=key, ip="192.0.2.7", user_agent="Phone", last_seen_at=seen
        )

    session("ended", AT - DAY, AT - 2 * DAY)
    session("running", AT + DAY, AT - 2 * DAY)
    session("gone", None, AT - 2 * DAY)
    session("beginning", None, AT)
    assert removed() == {"sessions": 1}
    assert left(Session, "session_key") == ["running"]
    assert left(UserSession, "session_key") == ["beginning", "running"]


def _loner(name: str, joined_at: datetime, **more: datetime | bool) -> Person:
    return Person.objects.create(email=f"{name}@x.example", name=name, joined_at=joined_at, **more)


def test_people_without_an_organisation_are_erased_after_two_years_of_silence(cast: Cast) -> None:
    old, new = AT - 24 * MONTH - DAY, AT - 24 * MONTH + DAY
    silent, earlier_heard = _loner("silent", old), _loner("earlier-heard", old, last_login=old)
    record(kind="test.done", subject="test", key="1", by=earlier_heard, at=old)
    _loner("new", new)
    _loner("signed-in", old, last_login=new)
    Membership.objects.create(person=_loner("member", old), organization=cast.importer_firm, role="member")
    record(kind="test.done", subject="test", key="1", by=_loner("active", old), at=new)
    left_lately = _loner("left-lately", old)
    record(kind="liaison.member_left", subject="person", key=str(left_lately.pk), by=None, at=new)
    _loner("erased", old, erased_at=old, is_active=False)
    Person.objects.filter(pk__in=[person.pk for person in cast.people().values()]).update(joined_at=old)
    assert removed() == {"people": 2}
    erased = Person.objects.filter(erased_at=AT).order_by("pk")
    assert list(erased.values_list("pk", "name")) == [(pk, f"#{pk}") for pk in sorted([silent.pk, earlier_heard.pk])]
    assert removed() == {}


def test_a_failing_rule_leaves_everything_as_it_was(cast: Cast, settings: Settings) -> None:
    _registration("old@firm.example", AT - 8 * DAY)
    settings.RETENTION = [*settings.RETENTION, "liaison.retention.NO_SUCH"]
    with pytest.raises(ImportError):
        apply(at=AT)
    assert (Registration.objects.count(), RetentionRun.objects.count()) == (1, 0)


def test_the_daily_task_applies_it_now(db: None, settings: Settings) -> None:
    before = timezone.now()
    apply_retention()
    assert before <= RetentionRun.objects.get().ran_at <= timezone.now()
    entry = settings.CELERY_BEAT_SCHEDULE["apply-retention"]
    assert entry["task"] == "liaison.tasks.apply_retention"
    assert (entry["schedule"].hour, entry["schedule"].day_of_week) == ({1}, set(range(7)))
