"""Telling subscribers: whom each entry concerns, in her language, once, and whole or not at all."""

from __future__ import annotations

import threading

import pytest
from django.db import connection
from pytest_django import DjangoAssertNumQueries, Settings

from cargo.models import Consignment
from corridor import telling
from corridor.advisories import correct_advisory, publish_advisory, withdraw_advisory
from corridor.audiences import PUBLISHED, receivers_of
from corridor.subscriptions import Wish, end_subscription, subscribe_browser
from corridor.telling import tell_subscribers
from feeds.models import Source
from liaison.models import JournalEntry, JournalMark
from notify.browsers import add_browser
from notify.gsm import SINGLE
from notify.models import Letter, Notice, Preference
from notify.outbox import fan_out
from notify.sending import claim, send
from tests.cargo.test_reading import take_in
from tests.conftest import AT, Cast, source_of
from tests.corridor.notices import DAY, HOUR, browser, changed, draft, published, subscriber
from tests.corridor.test_settling import said
from tests.notify.conftest import PostOffice, post

__all__ = ["post"]
MALABA, BUSIA = "xx-border-malaba", "xx-border-busia"


@pytest.fixture
def ura(network: None) -> Source:
    return source_of("ura", "status")


def told(kind: str = "") -> list[str]:
    """Who was written news of that kind."""
    rows = Letter.objects.filter(is_news=True, entry__kind__endswith=kind)
    return sorted(rows.values_list("address", flat=True))


@pytest.mark.parametrize(("digest", "is_told"), [("", False), ("weekly", True)])
def test_who_is_told_as_a_person_days_later_is_written_to_as_a_subscriber(
    cast: Cast, consignment: Consignment, digest: str, is_told: bool
) -> None:
    if digest:
        Preference.objects.create(person=cast.importer, digest=digest, digest_weekday=3, changed_at=AT)
    subscriber(cast.importer.email)
    published(cast.officer, MALABA)
    assert Notice.objects.filter(person=cast.importer, channel="email").count() == 1
    tell_subscribers(at=AT)
    assert told() == ([cast.importer.email] if is_told else [])


@pytest.mark.parametrize(
    ("nodes", "least", "is_told"),
    [
        ((), "normal", True),
        ((), "severe", True),
        ((), "shut", False),
        ((MALABA,), "slow", True),
        ((BUSIA,), "normal", False),
        ((BUSIA, MALABA), "severe", True),
        ((MALABA,), "shut", False),
    ],
)
def test_a_notice_goes_to_those_who_want_its_place_and_severity(
    cast: Cast, nodes: tuple[str, ...], least: str, is_told: bool
) -> None:
    subscriber("keza@firm.example", *nodes, least=least)
    advisory = draft(cast.officer, MALABA)
    assert receivers_of(advisory, at=AT).subscriptions == {"email": int(is_told), "sms": 0, "push": 0}
    publish_advisory(advisory=advisory, by=cast.officer, at=AT)
    assert tell_subscribers(at=AT) == int(is_told)
    assert told() == (["keza@firm.example"] if is_told else [])


def test_whoever_is_mailed_as_a_person_gets_no_second_mail_as_a_subscriber(cast: Cast) -> None:
    subscriber(cast.importer.email)
    subscriber("keza@firm.example")
    advisory = published(cast.officer, MALABA)
    entry = JournalEntry.objects.get(kind=PUBLISHED, key=advisory.reference)
    fan_out({entry.pk: [cast.importer.pk]}, at=AT)
    assert (tell_subscribers(at=AT), told()) == (1, ["keza@firm.example"])


@pytest.mark.parametrize("is_night", [False, True])
def test_a_browser_that_shows_it_to_a_person_shows_it_once(cast: Cast, settings: Settings, is_night: bool) -> None:
    settings.PERSONAL_CHANNELS = ["push"]
    for name in ("hers", "other"):
        subscribe_browser(browser=browser(name), wish=Wish(), at=AT)
    add_browser(person=cast.importer, browser=browser("hers"), name="Chrome", by=None, at=AT)
    advisory = published(cast.officer, MALABA)
    entry = JournalEntry.objects.get(kind=PUBLISHED, key=advisory.reference)
    fan_out({entry.pk: [cast.importer.pk]}, at=AT + 14 * HOUR * is_night)
    assert Notice.objects.get(channel="push").is_bundled is is_night
    assert tell_subscribers(at=AT) == 1
    assert Letter.objects.get(channel="push").address == browser("other").endpoint


def test_news_of_no_place_concerns_everybody(cast: Cast) -> None:
    subscriber("keza@firm.example", BUSIA)
    published(cast.officer, systems=["iCMS"])
    changed("", system="KWATOS", kind="system", place="")
    assert tell_subscribers(at=AT) == 2


def test_who_has_not_confirmed_or_came_later_is_told_nothing(cast: Cast) -> None:
    subscriber("waiting@firm.example", is_confirmed=False)
    changed()
    subscriber("later@firm.example", at=AT + 4000 * DAY)
    assert tell_subscribers(at=AT) == 0
    assert told() == []


def test_running_twice_tells_once(cast: Cast) -> None:
    subscriber()
    published(cast.officer)
    changed()
    assert [tell_subscribers(at=AT) for _time in range(3)] == [2, 0, 0]
    JournalMark.objects.all().delete()
    assert tell_subscribers(at=AT) == 0
    assert told() == ["keza@firm.example"] * 2


@pytest.mark.parametrize(
    ("severity", "was", "least", "is_told"),
    [
        ("slow", "normal", "slow", True),
        ("slow", "normal", "severe", False),
        ("normal", "severe", "severe", True),
        ("normal", "slow", "severe", False),
        ("shut", "", "shut", True),
        ("normal", "", "slow", False),
    ],
)
def test_that_it_is_better_again_is_told_to_those_who_heard_that_it_was_bad(
    network: None, severity: str, was: str, least: str, is_told: bool
) -> None:
    subscriber(least=least)
    changed(severity=severity, was=was)
    assert tell_subscribers(at=AT) == int(is_told)


def test_a_correction_and_a_withdrawal_go_to_exactly_the_same_subscriptions(cast: Cast) -> None:
    same, gone = subscriber("same@firm.example", MALABA), subscriber("gone@firm.example", MALABA)
    subscriber("busia@firm.example", BUSIA)
    advisory = published(cast.officer, MALABA)
    assert tell_subscribers(at=AT) == 2
    subscriber("new@firm.example", at=AT)
    end_subscription(subscription=gone, at=AT)
    correction = correct_advisory(advisory=advisory, by=cast.officer, at=AT + HOUR)
    # What it says now would not concern her any more, and others.
    correction.severity = "normal"
    correction.save()
    assert receivers_of(correction, at=AT).subscriptions == {"email": 1, "sms": 0, "push": 0}
    publish_advisory(advisory=correction, by=cast.officer, at=AT + HOUR)
    withdraw_advisory(advisory=correction, reason="Wrong", by=cast.officer, at=AT + 2 * HOUR)
    assert tell_subscribers(at=AT + 2 * HOUR) == 2
    assert (told("corrected"), told("withdrawn")) == ([same.address], [same.address])


def test_a_correction_that_is_told_together_with_its_notice_reaches_the_same(cast: Cast) -> None:
    subscriber("same@firm.example", MALABA)
    advisory = published(cast.officer, MALABA)
    withdraw_advisory(advisory=advisory, reason="Wrong", by=cast.officer, at=AT)
    assert tell_subscribers(at=AT) == 2
    assert told("withdrawn") == ["same@firm.example"]


def test_a_crash_between_leaves_nothing_half_told(cast: Cast, monkeypatch: pytest.MonkeyPatch) -> None:
    subscriber("one@firm.example")
    subscriber("two@firm.example")
    published(cast.officer)

    def crash(*_args: object, **_more: object) -> None:
        raise RuntimeError("killed")

    with monkeypatch.context() as patch:
        patch.setattr(telling, "mark", crash)
        with pytest.raises(RuntimeError, match="killed"):
            tell_subscribers(at=AT)
    assert (told(), JournalMark.objects.count()) == ([], 0)
    assert tell_subscribers(at=AT) == 2
    assert told() == ["one@firm.example", "two@firm.example"]


def test_an_entry_that_cannot_be_told_holds_up_no_other_and_is_tried_again(cast: Cast) -> None:
    subscriber()
    broken = changed(since="yesterday")
    published(cast.officer)
    assert [tell_subscribers(at=AT) for _time in range(2)] == [1, 0]
    assert told("published") == ["keza@firm.example"]
    assert not JournalMark.objects.filter(entry=broken).exists()


@pytest.mark.parametrize(("severity", "was"), [("", ""), ("unknown", "shut"), ("slow", "contradictory")])
def test_a_state_that_nobody_knows_is_told_as_unknown(network: None, severity: str, was: str) -> None:
    subscriber(least="normal")
    Letter.objects.all().delete()
    changed(severity=severity, was=was)
    assert tell_subscribers(at=AT) == 1
    assert "unknown" in Letter.objects.get().subject + Letter.objects.get().body


@pytest.mark.django_db(transaction=True)
def test_workers_that_tell_at_the_same_moment_tell_once(cast: Cast) -> None:
    for number in range(5):
        subscriber(f"s{number}@firm.example")
    advisory = published(cast.officer)
    withdraw_advisory(advisory=advisory, reason="Wrong", by=cast.officer, at=AT)
    counts: list[int] = []

    def tell() -> None:
        try:
            counts.append(tell_subscribers(at=AT))
        finally:
            connection.close()

    threads = [threading.Thread(target=tell) for _number in range(3)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(counts) == [0, 0, 10]
    assert len(told("published")) == len(told("withdrawn")) == 5


def test_it_costs_the_same_for_one_and_for_many(
    network: None, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    for number in range(30):
        subscriber(f"s{number}@firm.example", language=("en", "fr", "rw", "sw")[number % 4])
    changed()
    with django_assert_num_queries(10):
        assert tell_subscribers(at=AT) == 30


@pytest.mark.parametrize(
    ("language", "subject", "line"),
    [
        ("en", "Queue at a border: Malaba one-stop border post (severe delays)", "Bring water."),
        ("fr", "File à une frontière : Poste-frontière à arrêt unique de Malaba (forts retards)", "Apportez de l’eau."),
        ("rw", "Umurongo ku mupaka – Umupaka uhuriweho wa Malaba (ubukererwe bukabije)", "[English]"),
        ("sw", "Foleni mpakani – Kituo cha pamoja cha mpaka cha Malaba (ucheleweshaji mkubwa)", "Bring water."),
    ],
)
def test_each_is_told_in_her_language_with_the_way_out(
    cast: Cast, post: PostOffice, language: str, subject: str, line: str
) -> None:
    subscriber(language=language)
    Letter.objects.all().delete()
    published(cast.officer, MALABA)
    tell_subscribers(at=AT)
    letter = Letter.objects.get()
    lines = letter.body.splitlines()
    assert (letter.subject, line in lines) == (subject, True)
    assert any(letter.unsubscribe in said for said in lines[-2:])
    assert send(claim(Letter, at=AT), at=AT) == 1
    (mail,) = post.mails
    assert mail["List-Unsubscribe"].strip() == f"<{letter.unsubscribe}>"
    assert mail["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"
    assert Letter.objects.values_list("subject", "body", "unsubscribe").get() == ("", "", "")


@pytest.mark.parametrize("language", ["en", "fr", "rw", "sw"])
@pytest.mark.parametrize(
    "kind", ["maintenance", "border_queue", "road_cut", "port_delay", "naivasha", "closing", "general"]
)
def test_an_sms_fits_into_one_message_and_names_the_page(cast: Cast, language: str, kind: str) -> None:
    subscriber("+250788123456", language=language)
    Letter.objects.all().delete()
    advisory = published(cast.officer, MALABA, BUSIA, "xx-border-gatuna", "xx-border-kagitumba", kind=kind)
    withdraw_advisory(advisory=advisory, reason="Wrong", by=cast.officer, at=AT)
    assert tell_subscribers(at=AT) == 2
    for body in Letter.objects.values_list("body", flat=True):
        assert len(body) <= SINGLE
        assert body.endswith(f"/corridor/advisories/{advisory.reference}/")


def test_a_changed_condition_says_what_it_was_since_when_and_who_says_so(network: None) -> None:
    subscriber()
    Letter.objects.all().delete()
    changed(severity="shut", was="slow", until=(AT + DAY).isoformat())
    tell_subscribers(at=AT)
    letter = Letter.objects.get()
    assert letter.subject == "Border post: Malaba (shut)"
    assert letter.body.splitlines()[2:6] == [
        "Before: slow.",
        "From Fri 20 Nov 2026, 08:00 (CAT) until Sat 21 Nov 2026, 08:00 (CAT).",
        "A queue of 3 km",
        "Source: URA",
    ]


def test_an_evil_text_writes_no_header(cast: Cast, post: PostOffice) -> None:
    subscriber()
    Letter.objects.all().delete()
    changed(place="Malaba\r\nBcc: thief@evil.example", source="\r\nX: y")
    published(cast.officer, texts={"en": "<script>\r\n.\r\nQUIT"})
    assert tell_subscribers(at=AT) == 2
    assert send(claim(Letter, at=AT), at=AT) == 2
    assert {str(mail["Bcc"]) for mail in post.mails} == {"None"}


def test_what_a_source_takes_back_is_told_as_unknown_to_those_who_heard_of_it(ura: Source) -> None:
    """From the source's word to the letter, nothing between made by hand."""
    subscriber("shut@firm.example", least="shut")
    subscriber("all@firm.example", least="normal")
    subscriber("busia@firm.example", BUSIA)
    Letter.objects.all().delete()
    take_in(ura, said("shut"))
    tell_subscribers(at=AT)
    take_in(ura, said("shut", cancelled=True))
    assert tell_subscribers(at=AT) == 2
    assert told() == ["all@firm.example"] * 2 + ["shut@firm.example"] * 2
    last = Letter.objects.order_by("-pk")[0]
    assert last.subject == "Border post: Malaba one-stop border post (unknown)"
    assert last.body.splitlines()[2:4] == ["Before: shut.", "Source: unknown"]


def test_what_cannot_be_told_never_keeps_all_the_others_from_being_told(cast: Cast) -> None:
    subscriber()
    for number in range(telling.BATCH):
        changed(at=AT, severity="slow", since="yesterday", place=str(number))
    published(cast.officer)
    assert sum(tell_subscribers(at=AT) for _time in range(2)) == 1
    assert told("published") == ["keza@firm.example"]
