"""What providers say of messages: in every order the same in the end, and what it tells of a number."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import timedelta
from itertools import permutations

import pytest
from django.db import connection
from pytest_django import Settings

from notify.correspondents import BELIEVED, WINDOW, has_stopped, hear, is_open, owner_of, start
from notify.message_ids import name_of
from notify.models import Bounce, Correspondent, Notice, Phone, Report, Tally
from notify.reports import Said, heed_early, numbered, report, report_all
from notify.retention import RULES
from notify.tallies import count
from tests.conftest import AT, Cast
from tests.notify.conftest import Tell
from tests.notify.test_outbox import in_another_connection
from tests.notify.test_whatsapp import letter

NUMBER = "+250788123456"
DAY = timedelta(days=1)


@pytest.mark.parametrize(
    ("channel", "states", "last"),
    [
        ("sms", ("on_way", "delivered"), "delivered"),
        ("sms", ("on_way", "failed"), "failed"),
        ("whatsapp", ("on_way", "failed", "delivered"), "delivered"),
        ("whatsapp", ("on_way", "delivered", "read"), "read"),
        ("whatsapp", ("failed", "read"), "read"),
        ("email", ("on_way", "delivered"), "delivered"),
        ("email", ("on_way", "delivered", "failed"), "failed"),
    ],
)
def test_in_any_order_the_same_word_stays(db: None, channel: str, states: tuple[str, ...], last: str) -> None:
    for number, order in enumerate(permutations(states)):
        for state in (*order, order[0]):
            report(Said(channel=channel, provider_id=f"m{number}", state=state), at=AT)
        assert Report.objects.get(provider_id=f"m{number}").state == last


def test_by_sms_the_first_final_word_stays(db: None) -> None:
    for state in ("delivered", "failed", "on_way"):
        report(Said(channel="sms", provider_id="m", state=state, reason=state), at=AT)
    assert Report.objects.values_list("state", "reason").get() == ("delivered", "delivered")


def test_what_nobody_knows_is_counted_and_kept_under_our_name(db: None) -> None:
    row = letter()
    type(row).objects.filter(pk=row.pk).update(provider_id="wamid.1")
    said = [
        Said(channel="whatsapp", provider_id="wamid.1", state="read", ours=name_of(row)),
        Said(channel="whatsapp", provider_id="wamid.2", state="read"),
        Said(channel="sms", provider_id="wamid.1", state="on_way"),
    ]
    assert report_all(said, at=AT) == 2
    assert Report.objects.get(channel="whatsapp", provider_id="wamid.1").outgoing == f"letter-{row.pk}"


def test_a_failure_tells_of_a_number_that_is_nobody_s_or_wants_nothing(cast: Cast) -> None:
    Phone.objects.create(person=cast.importer, number=NUMBER, asked_at=AT, verified_at=AT)
    assert owner_of(NUMBER, at=AT + DAY) == cast.importer
    assert owner_of(NUMBER, at=AT + BELIEVED + DAY) is None
    report(Said(channel="sms", provider_id="1", state="on_way", reason="UserInactive", number=NUMBER), at=AT)
    assert owner_of(NUMBER, at=AT + DAY) == cast.importer
    report(Said(channel="sms", provider_id="2", state="failed", reason="User Inactive", number=NUMBER), at=AT)
    assert owner_of(NUMBER, at=AT + DAY) is None
    report(Said(channel="sms", provider_id="3", state="failed", reason="UserInBlackList", number=NUMBER), at=AT)
    assert Correspondent.objects.values_list("stopped_by", "stopped_at").get() == ("provider", AT)


def test_news_that_did_not_arrive_goes_by_the_next_channel_once(cast: Cast, tell: Tell, settings: Settings) -> None:
    settings.PERSONAL_CHANNELS = ["email", "sms"]
    Phone.objects.create(person=cast.importer, number=NUMBER, asked_at=AT, verified_at=AT)
    tell(cast.importer)
    mail = Notice.objects.filter(channel="email")
    # Late news has been overtaken; what arrived has arrived, also where its reader wants no more of it; what was said
    # before is not said anew.
    for number, (sent_at, said, reason, told) in enumerate(
        (
            (AT - 2 * DAY, "failed", "bounced", 0),
            (AT, "delivered", "", 0),
            (AT, "failed", "complained", 0),
            (AT, "failed", "unsubscribed", 0),
            (AT, "failed", "bounced", 1),
            (AT, "failed", "bounced", 1),
        )
    ):
        mail.update(state="sent", sent_at=sent_at, provider_id=f"m{number}", is_urgent=True)
        report(Said(channel="email", provider_id=f"m{number}", state=said, reason=reason), at=AT)
        assert Notice.objects.filter(channel="sms", state="due").count() == told, number


def test_no_mail_goes_to_an_address_that_is_none_and_some_to_one_whose_host_was_away(cast: Cast, tell: Tell) -> None:
    tell(cast.importer)
    to = cast.importer.email
    for reason, marked in (("timed_out", 0), ("soft", 0), ("other", 0), ("invalid", 1)):
        Notice.objects.filter(channel="email").update(state="sent", sent_at=AT, provider_id=reason)
        report(Said(channel="email", provider_id=reason, state="failed", reason=reason, number=to), at=AT)
        assert Bounce.objects.filter(address=to).count() == marked, reason


def test_a_mail_s_failure_is_learned_from_though_it_came_before_the_number(cast: Cast, tell: Tell) -> None:
    tell(cast.importer)
    row = Notice.objects.select_related("person").get(channel="email")
    report(Said(channel="email", provider_id="m", state="failed", reason="bounced", number="else@x.example"), at=AT)
    for number, marked in (("", 0), ("other", 0), ("m", 1), ("m", 1)):
        heed_early(row, number, at=AT)
        assert Bounce.objects.filter(address=cast.importer.email).count() == marked


@pytest.mark.django_db(transaction=True)
def test_a_report_that_comes_while_its_message_is_settled_waits_and_knows_it(cast: Cast, tell: Tell) -> None:
    tell(cast.importer)
    mail = Notice.objects.filter(channel="email")
    failed = Said(channel="email", provider_id="m", state="failed", reason="bounced", number=cast.importer.email)

    def come() -> bool:
        try:
            return report(failed, at=AT)
        finally:
            connection.close()

    with ThreadPoolExecutor(1) as pool:
        with numbered("email", "m"):
            coming = pool.submit(come)
            # The other one's message goes on meanwhile.
            assert in_another_connection(lambda: report(replace(failed, provider_id="n"), at=AT)) is False
            mail.update(state="sent", sent_at=AT, provider_id="m")
            heed_early(mail.select_related("person").get(), "m", at=AT)
            assert (coming.done(), Bounce.objects.count()) == (False, 0)
        assert coming.result(timeout=20) is True
    assert Bounce.objects.get().address == cast.importer.email


def test_what_is_said_again_teaches_nothing_anew(cast: Cast) -> None:
    opted_out = Said(channel="sms", provider_id="m", state="failed", reason="UserInBlacklist", number=NUMBER)
    report(opted_out, at=AT)
    assert start(channel="sms", address=NUMBER, at=AT)
    report(opted_out, at=AT)
    assert not has_stopped(channel="sms", address=NUMBER)


def test_a_window_is_open_for_a_day_and_never_moves_back(db: None) -> None:
    hear(channel="whatsapp", address=NUMBER, at=AT)
    hear(channel="whatsapp", address=NUMBER, at=AT - DAY)
    opened = [is_open(address=NUMBER, at=AT + after) for after in (timedelta(0), WINDOW - DAY / 100, WINDOW)]
    assert opened == [True, True, False]


def test_counts_reports_and_addresses_go_with_time_but_stop_stays(db: None) -> None:
    rules = {rule.name: rule for rule in RULES}
    count("x", at=AT)
    count("x", at=AT, times=2)
    assert Tally.objects.get().count == 3
    report(Said(channel="sms", provider_id="1", state="on_way"), at=AT)
    hear(channel="sms", address="+250788000001", at=AT)
    Correspondent.objects.create(
        channel="sms", address=NUMBER, heard_at=AT, stopped_at=AT, stopped_by=Correspondent.Stopped.USER
    )
    assert [rules[name].remove(AT, AT + DAY) for name in ("reports", "correspondents")] == [0, 0]
    assert [rules[name].remove(AT + DAY, AT + DAY) for name in ("reports", "correspondents")] == [2, 1]
    assert Correspondent.objects.get().address == NUMBER
