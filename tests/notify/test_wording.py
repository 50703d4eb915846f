"""The words of a notice, in its reader's language."""

from __future__ import annotations

from pathlib import Path

import pytest
from django.conf import settings as portal_settings
from django.utils import translation
from django.utils.translation import gettext
from hypothesis import given
from hypothesis import settings as hypothesis_settings
from hypothesis import strategies as st

from cargo.telling import MOVED
from cargo.words import kind_label
from corridor.place_words import place_words
from corridor.settling import CHANGED
from corridor.telling import KINDS as CORRIDOR_KINDS
from liaison.models import Person
from notify.gsm import SINGLE, gsm, shortened
from notify.keys import notice_key, topic_of
from notify.kinds import KINDS, TOPICS
from notify.models import Notice
from notify.wording import MOST_TOGETHER, Words, fitted, foot, foot_of, sms_text, together, word
from notify.words import topic_label
from tests.conftest import Cast
from tests.notify.conftest import MOVE, Tell


def worded(language: str = "en") -> Words:
    notice = Notice.objects.select_related("person", "entry").get(channel="inbox")
    notice.person.language = language
    return word(notice)


@pytest.mark.parametrize("language", ["en", "fr", "rw", "sw"])
def test_it_speaks_the_persons_language_and_not_that_of_who_sends(cast: Cast, tell: Tell, language: str) -> None:
    tell(cast.importer)
    with translation.override("sw" if language == "fr" else "fr"):
        words = worded(language)
    with translation.override(language):
        hello = gettext("Hello %(name)s,") % {"name": "Importer"}
        why = gettext("You get this because your organisation is a party to this consignment.")
        what, where = kind_label("gate_out"), place_words("Port of Mombasa")
    assert words.subject == f"RW26-000042: {what}, {where}"
    assert (words.body.splitlines()[0], words.body.splitlines()[-1]) == (hello, why)
    assert f"- {what} · TGHU3054380" in words.body.splitlines()
    assert words.body.endswith(f"{why}\n")


def test_it_links_to_the_portal(cast: Cast, tell: Tell) -> None:
    tell(cast.importer)
    assert worded().url == f"{portal_settings.PORTAL_URL}/consignments/RW26-000042/"


@pytest.mark.parametrize(
    ("zone", "is_day", "time"),
    [
        ("Africa/Nairobi", False, "20 Nov 2026, 08:30 (EAT)"),
        ("Africa/Kigali", False, "20 Nov 2026, 07:30 (CAT)"),
        ("UTC", False, "20 Nov 2026, 05:30 (UTC)"),
        ("Africa/Nairobi", True, "20 Nov 2026"),
    ],
)
def test_a_time_is_that_of_its_place_and_a_day_has_no_hour(
    cast: Cast, tell: Tell, zone: str, is_day: bool, time: str
) -> None:
    tell(cast.importer, moves=[{**MOVE, "zone": zone, "is_day": is_day}])
    assert f"  {time} · Port of Mombasa · says Gate" in worded().body.splitlines()


def test_many_moves_are_one_piece_of_news(cast: Cast, tell: Tell) -> None:
    tell(cast.importer, moves=[MOVE, {**MOVE, "code": "sealed", "is_withdrawn": True, "place": ""}], more=3)
    lines = worded().body.splitlines()
    assert f"- WITHDRAWN: {kind_label('sealed')} · TGHU3054380" in lines
    assert "  20 Nov 2026, 08:30 (EAT) · says Gate" in lines
    assert "and 3 more" in lines


def test_a_withdrawal_says_so_in_the_subject(cast: Cast, tell: Tell) -> None:
    tell(cast.importer, moves=[{**MOVE, "is_withdrawn": True}])
    assert worded().subject == "RW26-000042: withdrawn: Out of the gate, Port of Mombasa"


def test_plain_text_is_not_escaped(cast: Cast, tell: Tell) -> None:
    cast.importer.name = "O'Brien & <Sons>"
    cast.importer.save()
    tell(cast.importer, goods='Tea "fine" & <black>')
    body = worded().body
    assert body.splitlines()[0] == "Hello O'Brien & <Sons>,"
    assert 'Tea "fine" & <black>' in body


def test_every_kind_of_news_that_is_told_has_its_three_templates() -> None:
    folder = Path(portal_settings.BASE_DIR) / "templates" / "notify"
    nominations = [f"cargo.{what}" for what in ("nominated", "nomination_accepted", "nomination_ended")]
    claims = [f"cargo.{what}" for what in ("claim_granted", "claim_refused", "consignment_given_over")]
    tickets = [
        f"tickets.{what}"
        for what in (
            *("opened", "assigned", "handed_over", "accepted", "given_back", "said", "replied", "noted", "mentioned"),
            *("resolved", "confirmed", "reopened", "escalated", "disruption"),
        )
    ]
    mine = (
        "api.webhook_paused",
        "cargo.message_written",
        "cargo.arrival_drifted",
        "cargo.money_burns",
        "cargo.alarm_raised",
        "notify.address_bounced",
    )
    kinds = (MOVED, *nominations, *claims, *CORRIDOR_KINDS, *tickets, *mine)
    assert set(KINDS) == set(kinds) - {CHANGED}
    assert {file.name for file in folder.glob("*.txt")} == {
        f"{kind}.{part}.txt" for kind in kinds for part in ("subject", "body", "url")
    }
    assert {file.name for file in (folder / "short").glob("*.txt")} == {f"{kind}.txt" for kind in KINDS}


LANGUAGES = ("en", "fr", "rw", "sw")


def pieces(count: int) -> list[Words]:
    return [Words(f"S{number}", f"B{number}\n", f"http://x/{number}") for number in range(count)]


@pytest.mark.parametrize(
    ("count", "begin", "listed", "more"),
    [
        (1, "1 piece of news: S0", 1, None),
        (2, "2 pieces of news: S0; S1", 2, None),
        (4, "4 pieces of news: S1; S2; S3", 4, None),
        (MOST_TOGETHER, "50 pieces of news: S47; S48; S49", 50, None),
        (MOST_TOGETHER + 7, "57 pieces of news: S54; S55; S56", 50, "and 7 more"),
    ],
)
def test_several_pieces_are_one_that_names_the_latest(count: int, begin: str, listed: int, more: str | None) -> None:
    notice = Notice(person=Person(pk=7, name="Marie", language="en"))
    words = together(pieces(count), notice)
    lines = words.body.splitlines()
    assert (words.subject, words.url) == (begin, f"{portal_settings.PORTAL_URL}/inbox/")
    assert [line for line in lines if line.startswith("- ")] == [f"- S{n}" for n in range(count - listed, count)]
    assert [line for line in lines if line.startswith("and ")] == ([more] if more else [])
    assert words.body.endswith(f"{words.url}\n")


@pytest.mark.parametrize("language", LANGUAGES)
def test_several_pieces_are_told_in_the_readers_language(language: str) -> None:
    notice = Notice(person=Person(pk=7, name="O'Brien & <Sons>", language=language))
    with translation.override("fr" if language == "en" else "en"):
        words = together(pieces(60), notice)
    with translation.override(language):
        hello = gettext("Hello %(name)s,") % {"name": "O'Brien & <Sons>"}
    assert (words.body.splitlines()[0], "60" in words.subject) == (hello, True)


def test_a_subject_of_several_is_never_too_long() -> None:
    long = [Words("x" * 150, "b\n", "http://x/") for _ in range(3)]
    subject = together(long, Notice(person=Person(pk=7, language="en"))).subject
    assert (len(subject), subject[-3:]) == (180, "...")


parts = st.lists(st.text(max_size=90), min_size=1, max_size=6)


@hypothesis_settings(max_examples=40, deadline=None)
@given(parts=parts, room=st.integers(23, 120), lead=st.sampled_from(["", "More:"]))
def test_an_sms_fits_and_ends_with_its_whole_address(parts: list[str], room: int, lead: str) -> None:
    url = "http://x/".ljust(SINGLE - 1 - room, "y")
    text, stopping = fitted(parts, url, lead=lead), fitted(parts, url, must="Reply STOP to end", lead=lead)
    assert (len(text) <= SINGLE, text.endswith(f" {url}")) == (True, True)
    assert (len(stopping) <= SINGLE, stopping.endswith(f" {url}"), "Reply STOP to end" in stopping) == (True,) * 3
    assert text.removesuffix(f" {url}") == shortened(gsm(parts[0]), room) or len(parts) > 1 or lead


@pytest.mark.parametrize(
    ("parts", "text"),
    [
        (["one"], "one http://x"),
        (["one", "two"], "one. two http://x"),
        (["a" * 149, "b"], "a" * 149 + " http://x"),
        (["a" * 148, "b"], "a" * 148 + ". b http://x"),
        (["a" * 151], "a" * 151 + " http://x"),
        (["a" * 152], "a" * 148 + "... http://x"),
        (["é€", "Ж"], "éEUR. ? http://x"),
        (["20 ugu.", "Done!", "more"], "20 ugu. Done! more http://x"),
        ([], " http://x"),
        (["one", "> " + "a" * 160, "two"], "one. " + "a" * 143 + "... http://x"),
        (["o" * 123, "> " + "a" * 30, "two"], "o" * 123 + ". " + "a" * 23 + "... http://x"),
        (["o" * 126, "> " + "a" * 30, "two"], "o" * 126 + " http://x"),
        (["one", "> two", "three"], "one. two. three http://x"),
    ],
)
def test_as_many_parts_as_fit_come_first_ones_first(parts: list[str], text: str) -> None:
    assert fitted(parts, "http://x") == text


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("topic", TOPICS)
def test_the_foot_names_the_topic_and_both_ways_to_change_it(language: str, topic: str) -> None:
    text, end = foot_of(Person(pk=7, language=language), topic)
    with translation.override(language):
        label = topic_label(topic)
    assert (text.count(end), label in text, f"{portal_settings.PORTAL_URL}/me/notifications/" in text) == (
        1,
        True,
        True,
    )
    assert topic_of(end.rstrip("/").rsplit("/", 1)[1]) == (7, topic, "email")


def test_a_notice_of_before_topics_were_kept_is_of_ones_account(cast: Cast, tell: Tell) -> None:
    tell(cast.importer)
    notice = Notice.objects.select_related("person").get(channel="email")
    assert foot(notice) == foot_of(cast.importer, "movement")
    notice.topic = ""
    assert foot(notice) == foot_of(cast.importer, "account")


def test_a_bundle_of_one_is_worded_as_itself(cast: Cast, tell: Tell) -> None:
    tell(cast.importer)
    notice = Notice.objects.select_related("person", "entry").get(channel="email")
    alone = (word(notice), sms_text(notice))
    notice.bundle = [notice]
    assert (word(notice), sms_text(notice)) == alone
    notice.bundle = [notice, notice]
    assert word(notice).subject.startswith("2 pieces of news: RW26-000042")
    assert sms_text(notice).startswith("2 pieces of news: RW26-000042: Out of the gate")
    assert {text.rpartition("/n/")[2] for text in (sms_text(notice), alone[1])} == {f"{notice_key(notice.pk)}/"}
