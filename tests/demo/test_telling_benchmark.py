"""The benchmarks of telling: the mail server that takes everything, what is collected from it, and what comes in."""

from __future__ import annotations

import queue
import smtplib
import time
from collections.abc import Iterator
from datetime import datetime, timedelta
from email.message import EmailMessage
from threading import Thread
from typing import Any

import pytest
from django.utils import timezone

from demo import telling_benchmark
from demo.telling_benchmark import _collected, _csv, _free_port, _people, _serve, fanned_out
from feeds.formats import READERS
from liaison.models import JournalEntry, Membership, Person
from notify.models import Notice


class Signal:
    """An event as processes share it."""

    def __init__(self) -> None:
        self.queue: queue.Queue[None] = queue.Queue()

    def wait(self) -> None:
        self.queue.get()


@pytest.fixture
def sink() -> Iterator[tuple[int, queue.Queue[Any]]]:
    """The server's port, and the queue of what came."""
    port, came, done = _free_port(), queue.Queue[Any](), Signal()
    thread = Thread(target=_serve, args=(port, came, done))
    thread.start()
    yield port, came
    done.queue.put(None)
    thread.join(5)
    assert not thread.is_alive()


def connected(port: int) -> smtplib.SMTP:
    ends = time.monotonic() + 5
    while True:
        try:
            return smtplib.SMTP("127.0.0.1", port, timeout=5)
        except ConnectionRefusedError:
            if time.monotonic() > ends:
                raise
            time.sleep(0.01)


def mail(to: str, text: str = "Moved.") -> EmailMessage:
    message = EmailMessage()
    message["From"], message["To"], message["Subject"] = "portal@example.org", to, "News"
    message.set_content(text)
    return message


def test_the_server_says_when_each_mail_came_and_for_whom(sink: tuple[int, queue.Queue[Any]]) -> None:
    port, came = sink
    before = time.monotonic()
    with connected(port) as client:
        client.send_message(mail("one@example.org"))
        # A line that is only a dot, or looks like a command, ends no mail.
        client.send_message(mail("two@example.org", ".\nDATA\nRCPT TO:<three@example.org>\n.."))
    with connected(port) as client:
        client.send_message(mail("one@example.org"))
    found = [came.get(timeout=5) for _mail in range(3)]
    assert [address for address, _moment in found] == ["one@example.org", "two@example.org", "one@example.org"]
    moments = [moment for _address, moment in found]
    assert before <= moments[0] <= moments[1] <= moments[2] <= time.monotonic()
    assert came.empty()


def test_who_leaves_in_the_middle_of_a_mail_has_sent_none(sink: tuple[int, queue.Queue[Any]]) -> None:
    port, came = sink
    client = connected(port)
    client.mail("portal@example.org")
    client.rcpt("one@example.org")
    client.close()
    with connected(port) as other:
        other.send_message(mail("two@example.org"))
    assert came.get(timeout=5)[0] == "two@example.org"
    assert came.empty()


def test_the_first_mail_of_each_address_counts_and_those_of_others_do_not() -> None:
    came: queue.Queue[tuple[str, float]] = queue.Queue()
    for told in (("a", 1.0), ("stranger", 2.0), ("a", 3.0), ("b", 4.0), ("c", 5.0)):
        came.put(told)
    assert _collected(came, {"a", "b"}) == {"a": 1.0, "b": 4.0}
    # Once all have come nobody waits for more.
    assert came.get_nowait() == ("c", 5.0)
    assert _collected(came, set()) == {}


def test_a_free_port_is_one_that_can_be_listened_on() -> None:
    ports = {_free_port() for _try in range(3)}
    assert all(1024 <= port <= 65535 for port in ports)


def test_what_comes_in_is_read_as_one_discharge_of_each_bill() -> None:
    bills = ["BN26112000001", "BN26112000002"]
    found = READERS["csv_events"](_csv(bills), {})
    assert (found.faults, [fact.bill_of_lading for fact in found.movements]) == ((), bills)
    assert {(fact.kind, fact.classifier) for fact in found.movements} == {("discharged", "ACT")}
    for fact in found.movements:
        assert isinstance(fact.when.value, datetime)
        assert timedelta(hours=1) <= timezone.now() - fact.when.value < timedelta(hours=1, minutes=1)


def test_the_people_are_made_once_and_each_is_of_the_firm(db: None, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(telling_benchmark, "PEOPLE", 3)
    first = _people(timezone.now())
    assert (len(first), _people(timezone.now())) == (3, first)
    firms = Membership.objects.filter(person__in=first).values_list("organization__name", "role")
    assert list(firms) == [("Bench Readers", "member")] * 3
    assert not Person.objects.filter(pk__in=first, email="bench-told@demo.example").exists()


def test_of_a_fan_out_nothing_is_left(db: None, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(telling_benchmark, "PEOPLE", 3)
    monkeypatch.setattr(telling_benchmark, "NOTICES", 12)
    result = fanned_out()
    assert (result.name, result.unit, result.baseline) == ("fan_out", "s", 60.0)
    assert not JournalEntry.objects.filter(key__startswith="BENCH-").exists()
    assert not Notice.objects.exists()


def test_a_fan_out_that_did_not_reach_everybody_is_no_measurement(db: None, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(telling_benchmark, "PEOPLE", 3)
    # Thirteen cannot be told to three people by two channels.
    monkeypatch.setattr(telling_benchmark, "NOTICES", 13)
    with pytest.raises(RuntimeError, match="12 notices were written, not 13"):
        fanned_out()
