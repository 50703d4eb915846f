"""E-mail over SMTP or by a provider through anymail: one connection for a batch, opened again after a failure."""

from __future__ import annotations

import smtplib
from collections.abc import Sequence
from datetime import datetime, timedelta
from types import TracebackType
from typing import Self

from anymail.exceptions import AnymailAPIError, AnymailError
from django.conf import settings
from django.core.mail import EmailMessage, get_connection
from django.core.mail.backends.base import BaseEmailBackend
from django.utils import timezone

from liaison.patience import retry_after
from notify.addresses import address_of
from notify.channels.contract import PassingFailure, PermanentFailure, Receipt
from notify.message_ids import message_id
from notify.models import Bounce, Letter, Notice
from notify.wording import foot, word

GONE_FOR_GOOD = range(500, 600)
# What a provider answers to a message that it will never take; a key or an account refused is the portal's trouble.
REFUSED = frozenset({400, 413, 422})
LONGEST_NUMBER = 120


class EmailChannel:
    """Sends notices and letters as plain text. The Message-ID is the row's own, so a second copy can be recognised."""

    def __init__(self) -> None:
        self._connection: BaseEmailBackend | None = None

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, traceback: TracebackType | None
    ) -> None:
        self._close()

    def pointless(self, rows: Sequence[Notice | Letter], *, at: datetime) -> dict[Notice | Letter, str]:
        """Mail to addresses from which it came back; a letter that somebody awaits is tried all the same."""
        addresses = {row: address_of(row) for row in rows if isinstance(row, Notice) or row.is_news}
        bounced = set(Bounce.objects.filter(address__in=addresses.values()).values_list("address", flat=True))
        return {row: "Mail to this address came back" for row, address in addresses.items() if address in bounced}

    def send(self, row: Notice | Letter) -> Receipt:
        """Send one row; raises PassingFailure or PermanentFailure. A server of SMTP gives no number of it."""
        message = compose(row)
        try:
            message.connection = self._open()
            message.send()
        except smtplib.SMTPRecipientsRefused as error:
            self._close()
            codes = {code for code, _words in error.recipients.values()}
            raise (PermanentFailure if codes <= set(GONE_FOR_GOOD) else PassingFailure)(str(error)) from error
        except smtplib.SMTPResponseException as error:
            self._close()
            # A greeting, a password or a sender refused speaks of the portal's set-up, not of this message.
            lasting = error.smtp_code in GONE_FOR_GOOD and isinstance(error, smtplib.SMTPDataError)
            raise (PermanentFailure if lasting else PassingFailure)(str(error)) from error
        except AnymailError as error:
            self._close()
            raise _failure(error) from error
        except (OSError, smtplib.SMTPException) as error:
            self._close()
            raise PassingFailure(f"{type(error).__name__}: {error}") from error
        return Receipt(_number(message))

    def _open(self) -> BaseEmailBackend:
        if self._connection is None:
            self._connection = get_connection(fail_silently=False)
            self._connection.open()
        return self._connection

    def _close(self) -> None:
        connection, self._connection = self._connection, None
        if connection is not None:
            connection.close()


def _failure(error: AnymailError) -> PassingFailure | PermanentFailure:
    """What a provider's refusal means: of the message for good, of the portal for now."""
    said = error.response.text[:100] if error.response is not None else ""
    if not isinstance(error, AnymailAPIError):
        # All its recipients, or what it is made of.
        return PermanentFailure(f"{error.args[0] if error.args else type(error).__name__} {said}".strip())
    if error.status_code is None:
        return PassingFailure(f"{type(error.__cause__).__name__}: {error.__cause__}")
    words = f"HTTP {error.status_code}: {said}"
    if error.status_code in REFUSED:
        return PermanentFailure(words)
    rest = retry_after(error.response.headers.get("Retry-After", ""), timezone.now())
    return PassingFailure(words, rest=timedelta(seconds=rest or 0))


def _number(message: EmailMessage) -> str:
    """The provider's own number of what it took; empty where it gave none."""
    status = getattr(message, "anymail_status", None)
    number = status.message_id if status is not None else None
    return number if isinstance(number, str) and len(number) <= LONGEST_NUMBER else ""


def compose(row: Notice | Letter) -> EmailMessage:
    """The mail for one row: a letter as it was written, a notice in its reader's language."""
    if isinstance(row, Letter):
        address, subject, body, end = row.address, row.subject, row.body, row.unsubscribe
    else:
        words = word(row)
        below, end = foot(row)
        address, subject, body = row.person.email, words.subject, f"{words.body}\n-- \n{below}"
    headers = {
        "Message-ID": message_id(row),
        "Auto-Submitted": "auto-generated",
        # What comes back to us with it is our own, and goes round no second time.
        "X-Liaison-Portal": "1",
    }
    if end:
        # RFC 8058: the reader's mail program ends it with one POST.
        headers["List-Unsubscribe"] = f"<{end}>"
        headers["List-Unsubscribe-Post"] = "List-Unsubscribe=One-Click"
    return EmailMessage(
        subject=subject,
        body=body,
        to=[address],
        # Where mail is handed in to us, people's answers come to the address that they write to.
        reply_to=[settings.OFFICE_EMAIL] if settings.EMAIL_INBOUND_SECRET else None,
        headers=headers,
    )
