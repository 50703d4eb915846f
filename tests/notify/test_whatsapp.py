"""WhatsApp over Meta's own protocol: free text in the window, the template outside, and what each error means."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from django.utils import timezone
from pytest_django import Settings

from notify.channels import PassingFailure, PermanentFailure
from notify.channels.whatsapp import ACCOUNT, PASSING, TEMPLATE, WhatsAppChannel
from notify.correspondents import choose_language, hear, is_open, stop
from notify.keys import notice_key
from notify.letters import write_letter
from notify.models import Letter, Notice, Phone, Template
from notify.templates import judge
from tests.conftest import AT, Cast
from tests.fakes.serving import serving
from tests.fakes.whatsapp import PHONE_ID, TOKEN, WhatsApp
from tests.notify.conftest import Tell, free_port

NUMBER, USER = "+250788123456", "250788123456"


@pytest.fixture
def meta(settings: Settings) -> Iterator[WhatsApp]:
    """The API, with our account at it."""
    with serving(WhatsApp()) as fake:
        settings.WHATSAPP_URL, settings.WHATSAPP_TOKEN, settings.WHATSAPP_PHONE_NUMBER_ID = fake.url, TOKEN, PHONE_ID
        yield fake


def letter(body: str = "Where is it?", address: str = NUMBER, *, is_answer: bool = False) -> Letter:
    return write_letter(channel="whatsapp", address=address, subject="", body=body, at=AT, is_answer=is_answer)


def wrote(address: str = NUMBER, fake: WhatsApp | None = None) -> None:
    """The user wrote to us a moment ago."""
    hear(channel="whatsapp", address=address, at=timezone.now())
    if fake is not None:
        fake.open.add(address.removeprefix("+"))


def deliver(*rows: Letter | Notice) -> list[str]:
    """The number of each at Meta, or its failure, sent over one channel."""
    found = []
    with WhatsAppChannel() as channel:
        for row in rows:
            try:
                found.append(channel.send(row).number)
            except (PassingFailure, PermanentFailure) as failure:
                found.append(type(failure).__name__)
    return found


def test_in_the_window_the_words_go_as_they_are_and_name_our_row(meta: WhatsApp, db: None) -> None:
    wrote(NUMBER, meta)
    wrote("RW.13491208", meta)
    first, hidden = letter(), letter("You asked", "RW.13491208")
    assert deliver(first, hidden) == ["wamid.1", "wamid.2"]
    assert meta.taken[0] == {
        "messaging_product": "whatsapp",
        "recipient_type": "individual",
        "to": USER,
        "type": "text",
        "text": {"body": "Where is it?", "preview_url": False},
        "biz_opaque_callback_data": f"letter-{first.pk}",
    }
    assert (meta.taken[1]["recipient"], "to" in meta.taken[1]) == ("RW.13491208", False)


def test_outside_the_window_the_template_goes_in_a_language_that_may_be_sent(
    meta: WhatsApp, cast: Cast, tell: Tell, settings: Settings
) -> None:
    Phone.objects.create(person=cast.importer, number=NUMBER, asked_at=AT, verified_at=timezone.now())
    entry = tell(cast.importer)
    cast.importer.language = "fr"
    cast.importer.save()
    notice = Notice.objects.create(person=cast.importer, entry=entry, channel="whatsapp")
    assert deliver(notice) == ["wamid.1"]
    template = meta.taken[0]["template"]
    subject, url = (place["text"] for place in template["components"][0]["parameters"])
    assert (template["name"], template["language"]) == ("portal_news", {"code": "fr"})
    assert subject.startswith("RW26-000042")
    # It says why, for which a template has no place, and leads on.
    assert url == f"{settings.PORTAL_URL}/n/{notice_key(notice.pk)}/"
    judge(name="portal_news", language="fr", category="MARKETING", at=AT)
    assert deliver(notice) == ["wamid.2"]
    assert meta.taken[1]["template"]["language"] == {"code": "en"}
    judge(name="portal_news", language="en", status="PAUSED", at=AT)
    assert deliver(notice) == ["PermanentFailure"]
    wrote(NUMBER, meta)
    assert deliver(notice) == ["wamid.3"]
    told, why = meta.taken[2]["text"]["body"].rsplit("\n\n", 1)
    assert told.endswith(f"{settings.PORTAL_URL}/consignments/RW26-000042/")
    assert why.splitlines()[-1].endswith(f" {settings.PORTAL_URL}/me/notifications/")


def test_without_a_telephone_of_hers_and_after_stop_nothing_goes_but_answers(
    meta: WhatsApp, cast: Cast, tell: Tell
) -> None:
    entry = tell(cast.importer)
    notice = Notice.objects.create(person=cast.importer, entry=entry, channel="whatsapp")
    assert deliver(notice) == ["PermanentFailure"]
    stop(channel="whatsapp", address=NUMBER, stopped_by="user", at=AT)
    wrote(NUMBER, meta)
    assert deliver(letter(), letter(is_answer=True)) == ["PermanentFailure", "wamid.1"]


def test_a_window_that_closed_early_leads_to_the_template(meta: WhatsApp, db: None) -> None:
    wrote()
    choose_language(channel="whatsapp", address=NUMBER, language="fr")
    row = letter("T26-000001\n\nNews")
    assert (deliver(row), is_open(address=NUMBER, at=timezone.now())) == (["PassingFailure"], False)
    assert deliver(row) == ["wamid.1"]
    assert meta.taken[0]["template"]["components"][0]["parameters"][0]["text"] == "T26-000001"
    assert meta.taken[0]["template"]["language"] == {"code": "fr"}


@pytest.mark.parametrize(
    ("code", "first", "second"),
    [
        *((code, "PassingFailure", "wamid.1") for code in sorted(PASSING)),
        *((code, "PassingFailure", "PassingFailure") for code in sorted(ACCOUNT) if code in (0, 10, 190, 131031)),
        *((code, "PermanentFailure", "wamid.1") for code in (131026, 131049, 130472, 131051, 100, 132000)),
    ],
)
def test_an_error_s_code_says_whom_it_is_about(meta: WhatsApp, db: None, code: int, first: str, second: str) -> None:
    wrote(NUMBER, meta)
    wrote("+254700000001", meta)
    meta.errors[USER] = code
    assert deliver(letter(), letter(address="+254700000001")) == [first, second]


@pytest.mark.parametrize("code", list(TEMPLATE))
def test_a_template_that_meta_takes_no_more_is_not_tried_again(meta: WhatsApp, db: None, code: int) -> None:
    meta.errors[USER] = code
    assert deliver(letter()) == ["PermanentFailure"]
    assert (Template.objects.get().status, Template.objects.get().may_be_sent) == (TEMPLATE[code], False)


@pytest.mark.parametrize(
    "answer", [(429, b""), (500, b"<html>"), (503, b'{"error": {"code": 2}}'), (401, b"{}"), (400, b"[]"), (302, b"")]
)
def test_an_api_in_trouble_ends_the_batch_and_refuses_nothing_for_good(
    meta: WhatsApp, db: None, answer: tuple[int, bytes]
) -> None:
    wrote(NUMBER, meta)
    meta.answers.append(answer)
    assert deliver(letter(), letter()) == ["PassingFailure", "PassingFailure"]
    assert meta.taken == []


def test_an_answer_that_cannot_be_read_is_still_a_yes(meta: WhatsApp, db: None) -> None:
    wrote(NUMBER, meta)
    meta.answers += [(200, b"{}"), (200, b"\xff"), (200, b'{"messages": [{}]}')]
    assert deliver(letter(), letter(), letter()) == ["", "", ""]


def test_an_api_that_is_not_there_or_slow_holds_up_a_batch_once(
    meta: WhatsApp, db: None, settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    wrote(NUMBER, meta)
    monkeypatch.setattr("notify.channels.whatsapp.TIMEOUT_S", 0.2)
    meta.pause_s = 0.5
    assert deliver(letter(), letter()) == ["PassingFailure"] * 2
    settings.WHATSAPP_URL = f"http://127.0.0.1:{free_port()}"
    assert deliver(letter(), letter()) == ["PassingFailure"] * 2
