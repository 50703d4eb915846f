"""What the trusted host says of the sender, and nobody else's word for it."""

from __future__ import annotations

import pytest

from tests.tickets.letters.mails import HOST
from tickets.letters.authentication import authentication_of
from tickets.letters.letter import Authentication

SENDER = "alice@importer.example"
OTHERS = "mx.elsewhere.example"
Headers = list[tuple[str, str]]


def told(*values: str, host: str = HOST) -> Headers:
    return [("Authentication-Results", f"{host}; {value}") for value in values]


def found(headers: Headers, sender: str = SENDER) -> Authentication:
    return authentication_of(headers, trusted_host=HOST, sender=sender)


@pytest.mark.parametrize(
    ("said", "expected"),
    [
        ("dmarc=pass header.from=importer.example", Authentication("", "", "pass", "pass")),
        ("dmarc=fail (p=NONE) header.from=importer.example", Authentication("", "", "fail", "fail")),
        ("spf=pass smtp.mailfrom=alice@importer.example", Authentication("pass", "", "", "pass")),
        ("spf=pass smtp.mailfrom=bounce@list.example", Authentication("pass", "", "", "")),
        ("spf=fail smtp.mailfrom=alice@importer.example", Authentication("fail", "", "", "fail")),
        ("spf=softfail smtp.mailfrom=alice@importer.example", Authentication("softfail", "", "", "")),
        ("dkim=pass header.d=mail.importer.example", Authentication("", "pass", "", "pass")),
        ("dkim=pass header.i=@other.example header.s=k", Authentication("", "pass", "", "")),
        (
            "spf=fail (comment; dkim=fail) smtp.mailfrom=x@list.example; dkim=pass header.d=importer.example",
            Authentication("fail", "pass", "", "pass"),
        ),
        ("dkim=fail header.d=importer.example; dkim=pass header.d=list.example", Authentication("", "pass", "", "")),
        ("none", Authentication()),
        ("dkim=pass header.d=example", Authentication("", "pass", "", "")),
    ],
)
def test_the_words_of_the_trusted_host(said: str, expected: Authentication) -> None:
    assert found(told(said)) == expected


def test_the_words_of_another_host_and_without_a_trusted_one_count_for_nothing() -> None:
    assert found(told("dmarc=pass", host=OTHERS)) == Authentication()
    assert authentication_of(told("dmarc=pass", host=""), trusted_host="", sender=SENDER) == Authentication()


def test_what_stood_in_the_mail_before_it_came_to_the_host_counts_for_nothing() -> None:
    forged = told("dmarc=pass header.from=importer.example")
    stamped: Headers = [("Received", "from inner"), *told("spf=fail"), ("Received", "from outside"), *forged]
    assert found(stamped) == Authentication("fail", "", "", "fail")


def test_two_headers_of_the_host_are_read_together() -> None:
    said = told("spf=neutral", "dkim=pass header.d=importer.example")
    assert found(said) == Authentication("neutral", "pass", "", "pass")


def test_headers_without_end_are_read_at_their_beginning() -> None:
    assert found(told("(" * 100_000 + "; dmarc=pass")) == Authentication()
    assert found(told("dkim=pass header.d=" + "a." * 50_000)).dkim == "pass"
