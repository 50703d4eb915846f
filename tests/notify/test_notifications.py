"""The page of what one is told, the way out of a mail, and the number of unread news."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from pytest_django import Settings

from liaison.models import Person
from notify.channels.email import compose
from notify.correspondents import start, stop
from notify.keys import topic_key
from notify.models import Bounce, Letter, Notice, Phone, Preference, Wish
from notify.outbox import mark_read
from notify.preferences import stance_on
from tests.conftest import AT, Cast
from tests.notify.conftest import Tell

As = Callable[[Person | None], Client]
PAGE = "/me/notifications/"
HOURS = {
    "digest": "weekly",
    "digest_hour": "6",
    "digest_weekday": "4",
    "threshold_h": "24",
    "quiet_from": "21:30",
    "quiet_until": "05:00",
}


def test_what_is_chosen_is_kept_and_shown(cast: Cast, as_person: As, settings: Settings) -> None:
    settings.PERSONAL_CHANNELS = ["email", "sms"]
    client = as_person(cast.importer)
    page = client.get(PAGE).content.decode()
    assert [f'value="{box}"' in page for box in ("movement:email", "hold:sms", "movement:push")] == [True, True, False]
    sent = client.post(PAGE, HOURS | {"told": ["movement:email", "ticket:sms"]})
    assert (sent.status_code, sent["Location"]) == (302, PAGE)
    held = Preference.objects.get()
    assert (held.digest, held.digest_hour, held.threshold_h, str(held.quiet_from)) == ("weekly", 6, 24, "21:30:00")
    wanted = Wish.objects.filter(is_wanted=True).values_list("topic", "channel")
    assert (list(wanted), Wish.objects.filter(topic="movement").count()) == ([("ticket", "sms")], 0)
    # What was not offered is left as it is usual.
    assert not Wish.objects.filter(channel="push").exists()
    again = client.get(PAGE).content.decode()
    assert 'value="21:30"' in again


@pytest.mark.parametrize(
    "wrong",
    [{"quiet_until": ""}, {"quiet_from": "05:00"}, {"digest": "hourly"}, {"threshold_h": "5"}, {"digest_hour": "24"}],
)
def test_what_means_nothing_is_refused(cast: Cast, as_person: As, wrong: dict[str, str]) -> None:
    assert as_person(cast.importer).post(PAGE, HOURS | wrong).status_code == 422
    assert not Preference.objects.exists()


def test_a_telephone_is_asked_for_and_forgotten_on_the_page(cast: Cast, as_person: As, settings: Settings) -> None:
    client = as_person(cast.importer)
    client.post(f"{PAGE}phone/", {"number": "0788 123 456"})
    assert not Phone.objects.exists()
    settings.PERSONAL_CHANNELS = ["email", "sms"]
    client.post(f"{PAGE}phone/", {"number": "12"})
    client.post(f"{PAGE}phone/", {"number": "0788 123 456"})
    assert list(Phone.objects.values_list("person", "number")) == [(cast.importer.pk, "+250788123456")]
    page = client.post(f"{PAGE}phone/code/", {"code": "1"}, follow=True).content.decode()
    assert "This code does not fit" in page
    client.post(f"{PAGE}phone/forget/")
    assert not Phone.objects.exists()


@pytest.mark.parametrize(
    ("language", "words"),
    [
        ("en", "you said STOP: no SMS is sent there"),
        ("fr", "vous avez dit STOP : aucun SMS n’y est envoyé"),
        ("rw", "mwavuze STOP: nta SMS yoherezwayo"),
        ("sw", "ulisema STOP: hakuna SMS inayotumwa huko"),
    ],
)
def test_the_page_says_stop_where_sms_is_stopped_and_nowhere_else(
    cast: Cast, as_person: As, settings: Settings, language: str, words: str
) -> None:
    settings.PERSONAL_CHANNELS, number = ["email", "sms", "whatsapp"], "+250788123456"
    Phone.objects.create(person=cast.importer, number=number, asked_at=AT, verified_at=AT)
    Person.objects.filter(pk=cast.importer.pk).update(language=language)

    def says() -> bool:
        person = Person.objects.get(pk=cast.importer.pk)
        return words in as_person(person).get(PAGE, headers={"accept-language": language}).content.decode()

    assert not says()
    stop(channel="whatsapp", address=number, stopped_by="user", at=AT)
    assert not says()
    stop(channel="sms", address=number, stopped_by="user", at=AT)
    assert says()
    start(channel="whatsapp", address=number, at=AT)
    assert says()
    start(channel="sms", address=number, at=AT)
    assert not says()
    # As a STOP by WhatsApp was kept before STOP was by channel.
    Phone.objects.update(stopped_at=AT)
    assert says()


def test_a_dead_address_is_shown_and_mended(cast: Cast, as_person: As) -> None:
    Bounce.objects.create(address=cast.importer.email, at=AT, words="550 gone")
    assert "550 gone" in as_person(cast.importer).get(PAGE).content.decode()
    assert "550 gone" not in as_person(cast.agent).get(PAGE).content.decode()
    as_person(cast.importer).post(f"{PAGE}email/mend/")
    assert not Bounce.objects.exists()


def test_one_post_from_a_mail_program_ends_a_topic_without_a_login(cast: Cast, tell: Tell, settings: Settings) -> None:
    settings.PORTAL_URL = "https://portal.example"
    tell(cast.importer)
    mail = compose(Notice.objects.select_related("person", "entry").get(channel="email"))
    link = mail.extra_headers["List-Unsubscribe"].strip("<>")
    assert mail.extra_headers["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"
    assert link in mail.body
    assert f"https://portal.example{PAGE}" in mail.body
    client, path = Client(enforce_csrf_checks=True), link.removeprefix("https://portal.example")
    assert client.get(path).status_code == 200
    assert not Wish.objects.exists()
    assert client.post(path, {"List-Unsubscribe": "One-Click"}).status_code == 200
    wishes = Wish.objects.values_list("person", "topic", "channel", "is_wanted")
    assert list(wishes) == [(cast.importer.pk, "movement", "email", False)]
    tell(cast.importer)
    assert Notice.objects.filter(channel="email").count() == 1


@pytest.mark.parametrize("key", ["1.movement", "1.movement:forged", topic_key(0, "movement"), topic_key(1, "weather")])
def test_a_false_key_ends_nothing(db: None, key: str) -> None:
    path = reverse("notify:topic_end", args=[key])
    assert [Client().get(path).status_code, Client().post(path).status_code] == [404, 404]
    assert not Wish.objects.exists()


def test_the_number_of_unread_news_is_asked_for_less_often_while_it_is_the_same(
    cast: Cast, as_person: As, tell: Tell
) -> None:
    client = as_person(cast.importer)
    tell(cast.importer, cast.agent)
    url = "/inbox/unread/"
    first = client.get(url, {"seen": "0"}).content.decode()
    assert ("every 15s" in first, "seen=1&amp;wait=15" in first) == (True, True)
    assert "every 30s" in client.get(url, {"seen": "1", "wait": "15"}).content.decode()
    assert client.get(url, {"seen": "1", "wait": "120"}).status_code == 204
    tell(cast.importer)
    assert "every 15s" in client.get(url, {"seen": "1", "wait": "120"}).content.decode()
    mark_read(person=cast.importer, at=AT)
    assert client.get(url, {"seen": "0", "wait": "60"}).status_code == 204


def test_a_consignment_is_watched_and_muted_by_those_who_see_it(cast: Cast, as_person: As, consignment: object) -> None:
    ref = getattr(consignment, "ref", "")
    path = f"/consignments/{ref}/told/"
    assert as_person(cast.stranger).post(path, {"stance": "watch"}).status_code == 404
    for stance in ("watch", "mute", ""):
        assert as_person(cast.agent).post(path, {"stance": stance}).status_code == 302
        assert stance_on(cast.agent, "consignment", ref) == stance
    as_person(cast.agent).post(path, {"stance": "mute"})
    assert ref in as_person(cast.agent).get(PAGE).content.decode()
    assert ref not in as_person(cast.importer).get(PAGE).content.decode()


def test_codes_to_a_number_are_few_a_day_and_none_goes_after_stop(
    cast: Cast, as_person: As, settings: Settings
) -> None:
    settings.PERSONAL_CHANNELS, number = ["email", "sms"], "+250788000009"
    client, too_many = as_person(cast.importer), "Too many codes were asked for today. Try again tomorrow."

    def ask(number: str = number, *, after_pause: bool = True) -> str:
        Phone.objects.update(asked_at=AT if after_pause else timezone.now())
        answer = client.post("/me/notifications/phone/", {"number": number}, follow=True)
        return str(next(iter(answer.context["messages"])))

    # What was not sent costs nothing: too soon, a number that said STOP, one that the provider refused.
    stop(channel="sms", address="+250788000008", stopped_by="user", at=AT)
    assert ask() == "A code is on its way."
    assert {ask(after_pause=False) for _try in range(6)} == {"A code was sent a moment ago. Please wait a minute."}
    assert {"has said STOP" in ask("+250788000008") for _try in range(6)} == {True}
    Letter.objects.update(state="refused", body="")
    # A number is the same, however it is written.
    ways = ["+250788000009", "0788 000 009", "+250-788-000-009", " +250 788 000 009 ", "0788000009", number]
    assert [ask(way) for way in ways] == ["A code is on its way."] * 5 + [too_many]
    assert (ask("12") != too_many, ask("+250788000020")) == (True, "A code is on its way.")
    stop(channel="sms", address="+250788000020", stopped_by="user", at=AT)
    page = client.get(PAGE).content.decode()
    assert ("you said STOP" in page, "A code was sent to" in page) == (True, False)
    sent = Letter.objects.filter(channel="sms", state="due").values_list("address", flat=True)
    assert sorted(sent) == [number] * 5 + ["+250788000020"]
