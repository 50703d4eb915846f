"""Mail by a provider through anymail: what it takes, refuses for now and for good, and says became of it."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from datetime import timedelta

import pytest
from django.core.management import call_command
from django.core.management.base import SystemCheckError
from django.test import Client
from pytest_django import Settings

from liaison.models import Person
from notify.addresses import mend_address
from notify.channels import PassingFailure, PermanentFailure, Receipt
from notify.channels.email import EmailChannel
from notify.checks import email_provider
from notify.letters import write_letter
from notify.models import Bounce, Letter, Notice, Report, Tally
from notify.sending import send
from tests.conftest import AT, Cast
from tests.fakes.mail_provider import KEY, MailProvider
from tests.fakes.serving import serving
from tests.notify.conftest import Tell

IMPORTER = "importer@portal.example"
DOOR = "/channels/email/report/open-sesame/"


def use(settings: Settings, provider: str) -> None:
    settings.EMAIL_PROVIDER, settings.EMAIL_BACKEND = provider, f"anymail.backends.{provider}.EmailBackend"


@pytest.fixture
def provider(settings: Settings) -> Iterator[MailProvider]:
    """Brevo, which the portal sends its mail by."""
    with serving(MailProvider()) as fake:
        settings.ANYMAIL, settings.EMAIL_REPORT_SECRET = fake.settings(), "open-sesame"
        settings.DEFAULT_FROM_EMAIL = "The Office <portal@office.example>"
        use(settings, "brevo")
        yield fake


@pytest.fixture
def notice(cast: Cast, tell: Tell) -> Notice:
    tell(cast.importer)
    return Notice.objects.select_related("person", "entry").get(channel="email")


def sent(row: Notice | Letter) -> Receipt:
    with EmailChannel() as channel:
        return channel.send(row)


def reported(event: dict[str, object] | bytes, **headers: str) -> tuple[int, dict[str, object]]:
    raw = event if isinstance(event, bytes) else json.dumps(event).encode()
    client = Client(enforce_csrf_checks=True)
    answer = client.post(DOOR, raw, content_type="application/json", headers=headers)
    return answer.status_code, answer.json()


def event(what: str, number: str = "<1@smtp-relay.mailin.fr>", to: str = IMPORTER) -> dict[str, object]:
    return {"event": what, "email": to, "message-id": number, "ts_epoch": 1_795_000_000_000}


def test_a_mail_goes_with_its_headers_and_is_given_the_providers_number(
    provider: MailProvider, notice: Notice, settings: Settings
) -> None:
    assert sent(notice) == Receipt("<1@smtp-relay.mailin.fr>")
    (mail,) = provider.mails
    assert (mail["sender"], mail["to"], mail["subject"]) == (
        {"email": "portal@office.example", "name": "The Office"},
        [{"email": IMPORTER}],
        "RW26-000042: Out of the gate, Port of Mombasa",
    )
    assert mail["textContent"].startswith("Hello Importer,")
    assert mail["headers"]["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"
    assert mail["headers"]["Auto-Submitted"] == "auto-generated"
    use(settings, "postmark")
    assert sent(notice) == Receipt("b7bc2f4a")
    provider.inactive.add(IMPORTER)
    with pytest.raises(PermanentFailure, match=r"All message recipients were rejected.*406"):
        sent(notice)


def test_refusals_are_for_now_or_for_good(provider: MailProvider, notice: Notice, settings: Settings) -> None:
    answers: list[tuple[tuple[int, dict[str, str], bytes] | None, type[Exception], str]] = [
        ((400, {}, b'{"code": "invalid_parameter"}'), PermanentFailure, 'HTTP 400: {"code": "invalid_parameter"}'),
        ((413, {}, b""), PermanentFailure, "HTTP 413: "),
        ((402, {}, b"not_enough_credits"), PassingFailure, "HTTP 402: not_enough_credits"),
        ((403, {}, b""), PassingFailure, "HTTP 403: "),
        ((429, {"Retry-After": "90"}, b"slow"), PassingFailure, "HTTP 429: slow"),
        ((503, {}, b"x" * 999), PassingFailure, "HTTP 503: " + "x" * 100),
        ((201, {}, b"<html>garbage"), PassingFailure, "HTTP 201: <html>garbage"),
        (None, PassingFailure, "ConnectionError: "),
    ]
    for answer, failure, words in answers:
        provider.answers = [answer]
        with pytest.raises(failure) as failed:
            sent(notice)
        assert str(failed.value).startswith(words), answer
        if isinstance(failed.value, PassingFailure):
            assert failed.value.rest == timedelta(seconds=90 if "429" in words else 0)
    # A key refused is the portal's own trouble: the message waits.
    settings.ANYMAIL = {**provider.settings(), "BREVO_API_KEY": "another"}
    with pytest.raises(PassingFailure, match="HTTP 401"):
        sent(notice)
    # Nothing of the key is in what is kept.
    assert not [mail for mail in provider.mails if KEY in json.dumps(mail)]


def test_what_the_provider_says_is_kept_in_any_order_and_once(
    provider: MailProvider, notice: Notice, cast: Cast, as_person: Callable[[Person], Client]
) -> None:
    letter = write_letter(address="Somebody@firm.example", subject="A code", body="123456", at=AT)
    assert send([notice, letter], at=AT) == 2
    numbers = {Notice.objects.get(pk=notice.pk).provider_id, Letter.objects.get().provider_id}
    assert numbers == {"<1@smtp-relay.mailin.fr>", "<2@smtp-relay.mailin.fr>"}
    known = {"state": "taken", "reports": 1, "unknown": 0}
    assert reported(event("delivered")) == (200, known)
    # Late, and again: never back from what is final. What is opened is nobody's business.
    assert reported(event("request")) == reported(event("delivered")) == (200, known)
    assert reported(event("unique_opened")) == (200, {"state": "taken", "reports": 0, "unknown": 0})
    assert Report.objects.values_list("channel", "state", "reason").get() == ("email", "delivered", "")
    assert "in the mailbox" in as_person(cast.officer).get(f"/outbox/?who={IMPORTER}").content.decode()
    # A full mailbox marks nobody; a mail that comes back for good marks the address that it went to, and no other.
    second = "<2@smtp-relay.mailin.fr>"
    assert reported(event("soft_bounce", second, "somebody@firm.example")) == (200, known)
    assert reported(event("hard_bounce", second, IMPORTER)) == (200, known)
    assert not Bounce.objects.exists()
    assert reported(event("hard_bounce", to=IMPORTER.title())) == (200, known)
    assert [(bounce.address, bounce.words) for bounce in Bounce.objects.all()] == [(IMPORTER, "bounced")]
    # Mended by its owner it stays so, whatever is handed in again.
    assert mend_address(person=cast.importer, by=cast.importer, at=AT)
    reported(event("hard_bounce"))
    assert not Bounce.objects.exists()
    assert set(Report.objects.values_list("provider_id", "state", "reason")) == {
        ("<1@smtp-relay.mailin.fr>", "failed", "bounced"),
        (second, "failed", "soft"),
    }


@pytest.mark.django_db
def test_what_is_forged_unknown_or_nonsense_changes_nothing(provider: MailProvider, settings: Settings) -> None:
    assert reported(event("hard_bounce", "<9@nobody.example>")) == (
        200,
        {"state": "taken", "reports": 1, "unknown": 1},
    )
    odd = [b"", b"{", b"[]", b"7", b"\xff", b'{"items": []}', b"[" * 99_999, b'{"event": {}, "message-id": []}']
    odd.append(b'{"event": "delivered", "message-id": "<1>", "ts_epoch": 1e300}')
    assert {reported(raw)[0] for raw in odd} == {200}
    assert reported(b"x" * (1024 * 1024 + 1)) == (413, {"state": "refused", "reason": "too_large"})
    # Where the provider signs, or is given a password, that is asked for beside the secret.
    settings.ANYMAIL = {**provider.settings(), "WEBHOOK_SECRET": "brevo:sesame"}
    assert reported(event("delivered"))[0] == 403
    assert reported(event("delivered"), authorization="Basic YnJldm86c2VzYW1l")[0] == 200
    assert Client().head(DOOR).status_code == 200
    assert (Client().get(DOOR).status_code, Client().post(f"{DOOR[:-2]}/").status_code) == (405, 404)
    settings.EMAIL_PROVIDER = ""
    assert Client().post(DOOR).status_code == 404
    assert not Bounce.objects.exists()
    counted = dict(Tally.objects.values_list("what", "count"))
    assert counted == {"unknown_report": 2, "odd_report": 9, "forged_email": 1, "wrong_secret": 2}


def test_a_provider_that_cannot_be_used_stops_the_start(settings: Settings) -> None:
    settings.EMAIL_PROVIDER = ""
    assert email_provider() == []
    use(settings, "brevo")
    settings.ANYMAIL = {"BREVO_API_KEY": KEY}
    assert email_provider() == []
    settings.ANYMAIL = {}
    assert [message.id for message in email_provider()] == ["notify.E002"]
    use(settings, "pigeon")
    with pytest.raises(SystemCheckError, match="EMAIL_PROVIDER"):
        call_command("check")
