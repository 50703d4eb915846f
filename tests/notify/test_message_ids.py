"""The name of a mail: the same for each copy, and nobody else can make one that leads to a row of ours."""

from __future__ import annotations

import re

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pytest_django import Settings

from notify.addresses import note_returned
from notify.message_ids import message_id, row_of
from notify.models import Bounce, Letter, Notice
from tests.conftest import AT, Cast
from tests.notify.conftest import Tell

SEAL = "0" * 16


def letter(address: str = "keza@firm.example", channel: str = "email") -> Letter:
    return Letter.objects.create(address=address, channel=channel, subject="s", body="b")


@pytest.fixture
def notice(cast: Cast, tell: Tell) -> Notice:
    tell(cast.importer)
    return Notice.objects.get(channel="email")


@pytest.mark.parametrize("sender", ["portal@office.example", "The Office <portal@office.example>"])
def test_it_leads_back_to_its_own_row(notice: Notice, settings: Settings, sender: str) -> None:
    settings.DEFAULT_FROM_EMAIL = sender
    for row in (letter(), notice):
        name = message_id(row)
        assert name == message_id(type(row).objects.get(pk=row.pk))
        assert re.fullmatch(r"<(notice|letter)-\d+\.[0-9a-f]{16}@office\.example>", name)
        assert (row_of(name), row_of(f"  {name}\r\n")) == (row, row)


def test_the_seal_of_one_row_opens_no_other(notice: Notice) -> None:
    mine = message_id(notice)
    other = letter()
    for forged in (
        mine.replace(f"notice-{notice.pk}.", f"letter-{other.pk}."),
        mine.replace(f"notice-{notice.pk}.", f"notice-{notice.pk + 1}."),
        mine.replace(f"notice-{notice.pk}.", f"notice-0{notice.pk}."),
        re.sub(r"\.[0-9a-f]{16}@", f".{SEAL}@", mine),
        mine.replace("@", "@evil."),
        mine.strip("<>"),
        f"{mine} {message_id(other)}",
        mine.upper(),
    ):
        assert row_of(forged) is None, forged


def test_another_key_of_the_portal_makes_other_names(notice: Notice, settings: Settings) -> None:
    before = message_id(notice)
    settings.SECRET_KEY = "another"
    assert (message_id(notice) == before, row_of(before), row_of(message_id(notice))) == (False, None, notice)


@settings(max_examples=40, deadline=None)
@given(st.text(max_size=80) | st.from_regex(r"<(notice|letter)-\d{1,20}\.[0-9a-f]{16}@[a-z.]{1,20}>", fullmatch=True))
def test_whatever_comes_in_is_no_row_and_no_error(text: str) -> None:
    assert row_of(text) is None


def test_a_row_that_is_gone_is_none(notice: Notice) -> None:
    names = [message_id(row) for row in (letter(), notice)]
    Letter.objects.all().delete()
    Notice.objects.all().delete()
    assert [row_of(name) for name in names] == [None, None]


def returned(name: str, *recipients: str) -> bool:
    return note_returned(message=name, recipients=recipients, words="failed 5.1.1", at=AT)


def marked() -> list[str]:
    return list(Bounce.objects.order_by("address").values_list("address", flat=True))


@pytest.mark.parametrize("recipients", [(), ("Importer@Portal.Example",), ("x@y.example", "importer@portal.example")])
def test_a_mail_that_came_back_marks_the_address_to_which_it_went(notice: Notice, recipients: tuple[str, ...]) -> None:
    assert returned(message_id(notice), *recipients)
    assert marked() == ["importer@portal.example"]
    assert not returned(message_id(notice), *recipients)


def test_a_report_about_somebody_elses_address_marks_nobody(notice: Notice, cast: Cast) -> None:
    assert not returned(message_id(notice), cast.agent.email)
    assert not returned(f"<notice-{notice.pk}.{SEAL}@localhost>", cast.importer.email)
    assert not returned("", cast.importer.email)
    assert marked() == []


def test_what_went_by_another_channel_came_back_from_no_mailbox(notice: Notice) -> None:
    Notice.objects.filter(pk=notice.pk).update(channel="sms")
    assert not returned(message_id(notice))
    assert not returned(message_id(letter("+250788000001", "sms")))
    assert marked() == []


def test_a_letter_to_somebody_unknown_marks_the_address_in_small_letters(db: None) -> None:
    assert returned(message_id(letter("Keza@Firm.Example")), "keza@firm.example")
    assert (marked(), Notice.objects.count()) == (["keza@firm.example"], 0)
