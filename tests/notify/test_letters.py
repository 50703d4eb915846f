"""Letters: written with a change, sent like every row of the outbox, and forgotten once settled."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.db import IntegrityError, transaction
from pytest_django import DjangoCaptureOnCommitCallbacks

from liaison.models import JournalEntry
from notify.letters import News, write_letter, write_news
from notify.message_ids import message_id
from notify.models import Letter, Notice
from notify.retention import RULES
from notify.sending import LEASE, MOST_ATTEMPTS, claim, send, wait_after
from notify.tasks import send_due
from tests.conftest import AT, Cast
from tests.notify.conftest import DROP, PostOffice, Tell

SECOND = timedelta(seconds=1)


def letter(address: str = "keza@firm.example", subject: str = "Your code", body: str = "XKCD-BCDF\n") -> Letter:
    return write_letter(address=address, subject=subject, body=body, at=AT)


def held() -> list[tuple[str, str, str, str, int]]:
    return list(Letter.objects.order_by("pk").values_list("address", "subject", "body", "state", "attempts"))


def test_a_letter_is_sent_once_as_it_was_written_and_then_forgotten(post: PostOffice, db: None) -> None:
    written = letter()
    assert [send(claim(Letter, at=AT), at=AT), send(claim(Letter, at=AT + LEASE), at=AT + LEASE)] == [1, 0]
    (mail,) = post.mails
    assert (mail["To"], mail["Subject"], mail.get_content().strip()) == ("keza@firm.example", "Your code", "XKCD-BCDF")
    assert mail["Message-ID"] == message_id(written)
    assert held() == [("keza@firm.example", "", "", "sent", 1)]


def test_what_fails_for_now_is_kept_and_sent_later_under_the_same_name(post: PostOffice, db: None) -> None:
    letter()
    post.data_answers["keza@firm.example"] = DROP
    assert send(claim(Letter, at=AT), at=AT) == 0
    assert held() == [("keza@firm.example", "Your code", "XKCD-BCDF\n", "due", 1)]
    assert claim(Letter, at=AT + 29 * SECOND) == []
    post.data_answers.clear()
    assert send(claim(Letter, at=AT + 30 * SECOND), at=AT + 30 * SECOND) == 1
    first, second = post.mails
    assert first["Message-ID"] == second["Message-ID"]


def test_what_is_refused_is_forgotten_too(post: PostOffice, db: None) -> None:
    letter()
    post.answers["keza@firm.example"] = "550 5.1.1 No such mailbox"
    assert send(claim(Letter, at=AT), at=AT) == 0
    assert held() == [("keza@firm.example", "", "", "refused", 1)]
    assert "No such mailbox" in Letter.objects.get().error


def test_what_never_passes_is_given_up_and_forgotten(post: PostOffice, db: None) -> None:
    letter()
    post.answers["keza@firm.example"] = "450 4.2.0 Come again"
    at = AT
    for attempt in range(1, MOST_ATTEMPTS + 1):
        send(claim(Letter, at=at), at=at)
        at += wait_after(attempt)
    assert held() == [("keza@firm.example", "", "", "refused", MOST_ATTEMPTS)]


def test_a_lease_keeps_others_away_until_it_ends(db: None) -> None:
    written = letter()
    assert claim(Letter, at=AT) == [written]
    assert claim(Letter, at=AT + LEASE) == []
    assert claim(Letter, at=AT + LEASE + SECOND) == [written]


def test_letters_go_before_news(post: PostOffice, cast: Cast, tell: Tell) -> None:
    tell(cast.importer)
    letter()
    send_due()
    assert post.sent_to() == ["keza@firm.example", cast.importer.email]
    assert (Letter.objects.get().state, Notice.objects.get(channel="email").state) == ("sent", "sent")


@pytest.mark.parametrize("address", ["a@b.example\nBcc: thief@evil.example", "a@b.example, thief@evil.example"])
def test_an_address_with_a_second_one_in_it_reaches_nobody_else(post: PostOffice, db: None, address: str) -> None:
    letter(address=address)
    send(claim(Letter, at=AT), at=AT)
    assert "thief@evil.example" not in post.asked


def test_a_change_that_is_rolled_back_writes_to_nobody(
    db: None, django_capture_on_commit_callbacks: DjangoCaptureOnCommitCallbacks
) -> None:
    def change_that_fails() -> None:
        with transaction.atomic():
            letter()
            raise LookupError

    with django_capture_on_commit_callbacks() as rings, pytest.raises(LookupError):
        change_that_fails()
    assert (Letter.objects.count(), len(rings)) == (0, 0)
    with django_capture_on_commit_callbacks() as rings:
        letter()
    assert len(rings) == 1


def test_a_letter_does_not_tell_what_stands_in_it(db: None) -> None:
    written = letter()
    assert str(written) == f"letter {written.pk} to keza@firm.example"


def test_the_database_keeps_no_words_of_a_settled_letter(db: None) -> None:
    letter()
    with pytest.raises(IntegrityError, match="letter_forgotten_when_settled"), transaction.atomic():
        Letter.objects.update(state="refused")


def entry() -> JournalEntry:
    return JournalEntry.objects.create(kind="test.told", subject="test", key="1", at=AT)


def news(*numbers: int) -> list[News]:
    return [News(f"test:{n}", "email", f"s{n}@firm.example", "News", "Body", "https://x.example/end/") for n in numbers]


def test_news_is_written_once_for_an_entry_and_a_reader(db: None) -> None:
    first, second = entry(), entry()
    assert [write_news(news(1, 2), entry=first, at=AT), write_news(news(2, 3), entry=first, at=AT)] == [2, 1]
    assert write_news(news(2), entry=second, at=AT) == 1
    assert write_news([], entry=second, at=AT) == 0
    held = Letter.objects.order_by("pk").values_list("reader", "entry", "is_news", "state", "due_at")
    assert list(held) == [
        ("test:1", first.pk, True, "due", AT),
        ("test:2", first.pk, True, "due", AT),
        ("test:3", first.pk, True, "due", AT),
        ("test:2", second.pk, True, "due", AT),
    ]


@pytest.mark.parametrize("half", [{"reader": ""}, {"entry": None}])
def test_news_names_its_entry_and_its_reader(db: None, half: dict[str, object]) -> None:
    write_news(news(1), entry=entry(), at=AT)
    with pytest.raises(IntegrityError, match="letter_news_has_reader"), transaction.atomic():
        Letter.objects.update(**half)


def test_news_is_sent_after_the_letters_that_somebody_waits_for(post: PostOffice, db: None) -> None:
    write_news(news(1, 2), entry=entry(), at=AT)
    letter("keza@firm.example")
    send_due()
    assert post.sent_to() == ["keza@firm.example", "s1@firm.example", "s2@firm.example"]
    assert [mail["List-Unsubscribe"] for mail in post.mails] == [None, *["<https://x.example/end/>"] * 2]
    assert set(Letter.objects.values_list("state", "body", "unsubscribe")) == {("sent", "", "")}


def test_news_stays_as_the_proof_of_who_was_told_for_longer_than_letters(post: PostOffice, db: None) -> None:
    write_news(news(1), entry=entry(), at=AT)
    letter()
    send_due()
    rules = {rule.name: rule for rule in RULES}
    later = AT + timedelta(days=400)
    assert rules["letters"].remove(later, later) == 1
    assert list(Letter.objects.values_list("reader", flat=True)) == ["test:1"]
    assert rules["news"].remove(later, later) == 1
