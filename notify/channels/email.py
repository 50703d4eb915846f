"""E-mail over SMTP: one connection for a batch, opened again after a failure."""

from __future__ import annotations

import smtplib
from types import TracebackType
from typing import Self

from django.conf import settings
from django.core.mail import EmailMessage, get_connection
from django.core.mail.backends.base import BaseEmailBackend

from notify.channels.contract import PassingFailure, PermanentFailure
from notify.models import Notice
from notify.wording import word

GONE_FOR_GOOD = range(500, 600)


class EmailChannel:
    """Sends notices as plain-text mail. The Message-ID is the notice's own, so a second copy can be recognised."""

    def __init__(self) -> None:
        self._connection: BaseEmailBackend | None = None

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, traceback: TracebackType | None
    ) -> None:
        self._close()

    def send(self, notice: Notice) -> None:
        """Send one notice; raises PassingFailure or PermanentFailure."""
        message = compose(notice)
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


def compose(notice: Notice) -> EmailMessage:
    """The mail for one notice in its reader's language."""
    words = word(notice)
    domain = settings.DEFAULT_FROM_EMAIL.rpartition("@")[2].strip("> ")
    return EmailMessage(
        subject=words.subject,
        body=words.body,
        to=[notice.person.email],
        headers={"Message-ID": f"<notice-{notice.pk}@{domain}>", "Auto-Submitted": "auto-generated"},
    )
