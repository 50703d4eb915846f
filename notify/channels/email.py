"""E-mail over SMTP: one connection for a batch, opened again after a failure."""

from __future__ import annotations

import smtplib
from types import TracebackType
from typing import Self

from django.core.mail import EmailMessage, get_connection
from django.core.mail.backends.base import BaseEmailBackend

from notify.channels.contract import PassingFailure, PermanentFailure
from notify.message_ids import message_id
from notify.models import Letter, Notice
from notify.wording import foot, word

GONE_FOR_GOOD = range(500, 600)


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

    def send(self, row: Notice | Letter) -> None:
        """Send one row; raises PassingFailure or PermanentFailure."""
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
        except (OSError, smtplib.SMTPException) as error:
            self._close()
            raise PassingFailure(f"{type(error).__name__}: {error}") from error

    def _open(self) -> BaseEmailBackend:
        if self._connection is None:
            self._connection = get_connection(fail_silently=False)
            self._connection.open()
        return self._connection

    def _close(self) -> None:
        connection, self._connection = self._connection, None
        if connection is not None:
            connection.close()


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
        headers=headers,
    )
