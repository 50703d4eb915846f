"""Texts are stored once, answered once, in the right language, and no telephone can drown the office."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

import pytest
from django.utils import timezone

from liaison.models import JournalEntry, Person
from notify.addresses import phone_of
from notify.correspondents import choose_language, has_stopped, language_of
from notify.models import Correspondent, Letter, Phone
from tests.conftest import Cast
from tests.tickets.talk.conftest import HERS, STRANGE, proven, said, text
from tickets.models import Talk
from tickets.talk.conversations import FLOOD, MOST_TALKS, answer_talk, language_for, receive_talk
from tickets.tasks import answer_stored_talks
from tickets.tasks import answer_talk as answer_task


def test_a_text_is_stored_and_answered_once(db: None) -> None:
    given: dict[str, Any] = {"channel": "sms", "provider_id": "ATPid_1", "address": STRANGE, "raw": {"id": "ATPid_1"}}
    first = receive_talk(text="HELP", at=timezone.now(), **given)
    again = receive_talk(text="HELP", at=timezone.now(), **given)
    assert (first.is_duplicate, again.is_duplicate, again.talk.pk) == (False, True, first.talk.pk)
    answer_task(talk_id=first.talk.pk)
    assert answer_talk(talk_id=first.talk.pk, at=timezone.now()) is None
    talk, letter = Talk.objects.get(), Letter.objects.get()
    assert (talk.state, talk.kind, talk.language, talk.letter) == ("answered", "help", "en", letter)
    assert (letter.channel, letter.address, letter.body, letter.is_answer) == ("sms", STRANGE, talk.answer, True)
    told = JournalEntry.objects.get(kind="tickets.talk_answered")
    assert (told.data["what"], told.data["channel"]) == ("help", "sms")


def test_what_nobody_rang_for_is_answered_by_the_timetable_and_what_fails_holds_up_no_other(db: None) -> None:
    at = timezone.now()
    broken = receive_talk(channel="sms", provider_id="1", address=STRANGE, text="REPORT it is stuck", raw={}, at=at)
    receive_talk(channel="sms", provider_id="2", address=STRANGE, text="HELP", raw={}, at=at)
    # Without the categories no ticket can be opened.
    for _time in range(6):
        answer_stored_talks()
    assert list(Talk.objects.order_by("pk").values_list("state", "attempts")) == [("stored", 5), ("answered", 1)]
    assert list(Talk.objects.waiting()) == []
    assert Letter.objects.count() == 1
    assert broken.talk.pk == Talk.objects.earliest("pk").pk


def test_answers_are_in_the_language_of_the_person_the_words_or_the_last_choice(cast: Cast) -> None:
    proven(cast.importer)
    cast.importer.language = "rw"
    cast.importer.save()
    assert text("AIDE", HERS).language == "rw"
    assert [text(words).language for words in ("HELP", "AIDE", "HELP", "MSAADA")] == ["en", "fr", "fr", "sw"]
    assert said("RW").startswith("Kuva ubu")
    assert language_of(channel="sms", address=STRANGE) == "rw"
    assert (text("HELP").language, text("HELP", channel="whatsapp").language) == ("rw", "en")
    assert said("FR", HERS).startswith("Nous")
    cast.importer.refresh_from_db()
    assert cast.importer.language == "fr"


def test_stop_is_kept_and_start_takes_it_back(cast: Cast) -> None:
    proven(cast.importer)
    assert "no more messages here" in said("Stop.", HERS)
    said("STOP", HERS)
    assert (has_stopped(channel="sms", address=HERS), has_stopped(channel="whatsapp", address=HERS)) == (True, False)
    held = Correspondent.objects.get(channel="sms")
    assert (held.stopped_by, Phone.objects.get().stopped_at) == ("user", held.stopped_at)
    assert JournalEntry.objects.filter(kind="notify.stopped").count() == 1
    assert "again" in said("START", HERS)
    assert (has_stopped(channel="sms", address=HERS), Phone.objects.get().stopped_at) == (False, None)
    assert JournalEntry.objects.filter(kind="notify.started").count() == 1


@pytest.mark.parametrize(
    ("words", "channel", "kept"), [("START", "sms", False), ("START", "whatsapp", True), ("HELP", "sms", True)]
)
def test_start_by_sms_alone_ends_a_stop_by_whatsapp_from_before_stop_was_by_channel(
    cast: Cast, words: str, channel: str, kept: bool
) -> None:
    held, at = proven(cast.importer), timezone.now()
    other = proven(cast.agent, STRANGE)
    Phone.objects.update(stopped_at=at)
    Correspondent.objects.create(channel="whatsapp", address=HERS, stopped_at=at, stopped_by="user")
    text(words, HERS, channel=channel)
    mute = {phone.pk: phone.stopped_at is not None for phone in Phone.objects.all()}
    assert mute == {held.pk: kept, other.pk: True}
    person = Person.objects.get(pk=cast.importer.pk)
    assert (has_stopped(channel="sms", address=HERS), phone_of(person)) == (kept, "" if kept else HERS)
    assert has_stopped(channel="whatsapp", address=HERS) is (channel != "whatsapp")
    started = JournalEntry.objects.filter(kind="notify.started").values_list("data__channel", flat=True)
    assert list(started) == ([channel] if words == "START" else [])


def test_who_writes_too_often_is_no_longer_answered(db: None) -> None:
    for _time in range(MOST_TALKS):
        text("HELP")
    flood = text("HELP")
    assert (flood.state, flood.reason, flood.answer) == ("left", "flood", "")
    assert text("HELP", "+250788000000").state == "answered"
    assert Letter.objects.count() == MOST_TALKS + 1
    assert JournalEntry.objects.get(kind="tickets.talk_left").data["reason"] == "flood"


def test_what_asks_for_nothing_is_kept_and_not_answered(db: None) -> None:
    given: dict[str, Any] = {
        "channel": "whatsapp",
        "provider_id": "w",
        "address": STRANGE,
        "text": "",
        "raw": {"type": "reaction"},
    }
    came = receive_talk(at=timezone.now(), is_silent=True, **given)
    assert (came.talk.state, came.talk.reason) == ("left", "silent")
    assert answer_talk(talk_id=came.talk.pk, at=timezone.now()) is None
    assert said("", channel="whatsapp").startswith("We can read text alone")


def stored(words: str, number: int, *, at: datetime, address: str = STRANGE) -> Talk:
    given: dict[str, Any] = {"channel": "sms", "provider_id": f"id-{number}", "address": address, "raw": {}}
    return receive_talk(text=words, at=at, **given).talk


def test_a_flood_that_waited_for_its_answers_is_a_flood_all_the_same(db: None) -> None:
    came = timezone.now()
    talks = [stored("HELP", number, at=came) for number in range(MOST_TALKS + 1)]
    calm = stored("HELP", 99, at=came, address="+250788000000")
    later = came + 6 * FLOOD
    states = [answered.state for talk in [*talks, calm] if (answered := answer_talk(talk_id=talk.pk, at=later))]
    assert states == [*["answered"] * MOST_TALKS, "left", "answered"]
    assert Letter.objects.filter(address=STRANGE).count() == MOST_TALKS


def test_who_was_left_is_answered_again_once_it_has_been_quiet(db: None) -> None:
    came = timezone.now()
    for number in range(MOST_TALKS):
        stored("HELP", number, at=came)
    on_the_stroke, after = (
        answer_talk(talk_id=stored("HELP", number, at=came + FLOOD + late).pk, at=came + 2 * FLOOD)
        for number, late in ((50, timedelta(0)), (51, timedelta(microseconds=1)))
    )
    assert on_the_stroke is not None
    assert after is not None
    assert (on_the_stroke.state, after.state) == ("left", "answered")


def test_the_same_number_of_another_channel_is_another_text(db: None) -> None:
    given: dict[str, Any] = {"provider_id": "1", "address": STRANGE, "text": "HELP", "raw": {}, "at": timezone.now()}
    sms, chat = (receive_talk(channel=channel, **given) for channel in ("sms", "whatsapp"))
    assert (sms.is_duplicate, chat.is_duplicate, sms.talk.pk == chat.talk.pk) == (False, False, False)


def test_what_came_again_changes_nothing_of_what_came_first(db: None) -> None:
    now = timezone.now()
    first = stored("HELP", 1, at=now)
    again = stored("STOP", 1, at=now + timedelta(hours=1), address=HERS)
    again.refresh_from_db()
    assert (again.pk, again.text, again.address, again.received_at) == (first.pk, "HELP", STRANGE, now)


def test_a_text_is_kept_without_zeros_and_no_longer_than_may_be(db: None) -> None:
    talk = stored("a\x00b" + "c" * 9_000, 1, at=timezone.now())
    assert (talk.text[:3], len(talk.text)) == ("abc", 8_000)


def test_what_is_not_there_is_answered_by_nobody(db: None) -> None:
    assert answer_talk(talk_id=999_999_999, at=timezone.now()) is None


@pytest.mark.parametrize(
    ("own", "used", "chosen", "language"),
    [
        ("rw", "fr", "sw", "rw"),
        ("", "fr", "sw", "en"),
        (None, "fr", "sw", "fr"),
        (None, "", "sw", "sw"),
        (None, "", "", "en"),
    ],
)
def test_whose_language_an_answer_has(db: None, own: str | None, used: str, chosen: str, language: str) -> None:
    if chosen:
        choose_language(channel="sms", address=STRANGE, language=chosen)
    person = None if own is None else Person(language=own)
    assert language_for(person, "sms", STRANGE, used=used) == language
    # What was chosen for one telephone is nobody else's choice.
    assert language_for(None, "sms", HERS) == "en"
