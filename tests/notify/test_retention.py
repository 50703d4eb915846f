"""How long the outbox keeps what it sent: to the day, and never what still waits or says STOP."""

from __future__ import annotations

from datetime import datetime, timedelta

import pytest

from liaison.models import JournalEntry
from liaison.retention import MONTH
from notify.letters import News, write_letter, write_news
from notify.models import Correspondent, Letter, Notice, Report, Tally
from notify.retention import RULES
from tests.conftest import AT, Cast
from tests.notify.conftest import Tell

BY_NAME = {rule.name: rule for rule in RULES}
MOMENT = timedelta(microseconds=1)


def test_every_rule_has_a_name_of_its_own_and_its_time() -> None:
    assert {name: rule.period for name, rule in BY_NAME.items()} == {
        "reports": 12 * MONTH,
        "correspondents": 24 * MONTH,
        "notices": 12 * MONTH,
        "letters": timedelta(days=30),
        "news": 12 * MONTH,
    }
    assert len(BY_NAME) == len(RULES)


@pytest.mark.parametrize(("written_at", "gone"), [(AT - MOMENT, 2), (AT, 0), (AT + MOMENT, 0)])
def test_notices_go_by_when_they_were_written(cast: Cast, tell: Tell, written_at: datetime, gone: int) -> None:
    tell(cast.importer)
    tell(cast.agent)
    Notice.objects.filter(person=cast.importer).update(written_at=written_at)
    assert BY_NAME["notices"].remove(AT, AT) == gone
    assert Notice.objects.filter(person=cast.agent).count() == 2


@pytest.mark.parametrize(("state", "gone"), [("due", 0), ("sent", 1), ("refused", 1), ("dropped", 1)])
def test_a_letter_that_still_waits_is_not_forgotten(db: None, state: str, gone: int) -> None:
    write_letter(address="keza@firm.example", subject="s", body="b", at=AT)
    Letter.objects.update(state=state, body="" if state != "due" else "b", sent_at=AT, written_at=AT - MOMENT)
    assert BY_NAME["letters"].remove(AT, AT) == gone
    assert Letter.objects.count() == 1 - gone


def test_news_goes_by_its_own_rule_and_letters_by_theirs(db: None) -> None:
    entry = JournalEntry.objects.create(kind="test.told", subject="test", key="1", at=AT)
    write_news([News("test:1", "email", "s1@firm.example", "News", "Body", "")], entry=entry, at=AT)
    write_letter(address="keza@firm.example", subject="s", body="b", at=AT)
    Letter.objects.update(state="sent", sent_at=AT, body="", written_at=AT - MOMENT)
    assert [BY_NAME[name].remove(AT, AT) for name in ("letters", "letters", "news", "news")] == [1, 0, 1, 0]
    assert JournalEntry.objects.filter(pk=entry.pk).exists()


def test_tallies_go_by_day_and_reports_by_moment(db: None) -> None:
    for days in (1, 0):
        Tally.objects.create(day=(AT - timedelta(days=days)).date(), what="x", count=3)
    for number, at in enumerate((AT - MOMENT, AT)):
        Report.objects.create(channel="sms", provider_id=str(number), state="read", reported_at=at)
    assert BY_NAME["reports"].remove(AT, AT) == 2
    assert (Tally.objects.get().day, Report.objects.get().provider_id) == (AT.date(), "1")


def test_whoever_chose_a_language_and_never_wrote_is_kept_as_is_whoever_said_stop(db: None) -> None:
    Correspondent.objects.create(channel="sms", address="+250788000001", language="fr")
    Correspondent.objects.create(
        channel="sms", address="+250788000002", heard_at=AT - MOMENT, stopped_at=AT, stopped_by="user"
    )
    Correspondent.objects.create(channel="sms", address="+250788000003", heard_at=AT - MOMENT)
    assert BY_NAME["correspondents"].remove(AT, AT) == 1
    kept = Correspondent.objects.order_by("address").values_list("address", flat=True)
    assert list(kept) == ["+250788000001", "+250788000002"]
