"""Texts are stored once, answered once, in the right language, and no telephone can drown the office."""

from __future__ import annotations

from typing import Any

from django.utils import timezone

from liaison.models import JournalEntry
from notify.correspondents import has_stopped, language_of
from notify.models import Correspondent, Letter, Phone
from tests.conftest import Cast
from tests.tickets.talk.conftest import HERS, STRANGE, proven, said, text
from tickets.models import Talk
from tickets.talk.conversations import MOST_TALKS, answer_talk, receive_talk
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
    assert "no more messages" in said("Stop.", HERS)
    said("STOP", HERS)
    assert (has_stopped(channel="sms", address=HERS), has_stopped(channel="whatsapp", address=HERS)) == (True, False)
    held = Correspondent.objects.get(channel="sms")
    assert (held.stopped_by, Phone.objects.get().stopped_at) == ("user", held.stopped_at)
    assert JournalEntry.objects.filter(kind="notify.stopped").count() == 1
    assert "again" in said("START", HERS)
    assert (has_stopped(channel="sms", address=HERS), Phone.objects.get().stopped_at) == (False, None)
    assert JournalEntry.objects.filter(kind="notify.started").count() == 1


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
