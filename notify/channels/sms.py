"""SMS by Africa's Talking: one HTTPS client for a batch; each number's own code says what became of it."""

from __future__ import annotations

from types import TracebackType
from typing import Any, Self

import httpx
from django.conf import settings

from notify.channels.contract import PassingFailure, PermanentFailure
from notify.gsm import SINGLE, gsm, shortened
from notify.models import Letter, Notice
from notify.wording import word

TIMEOUT_S = 10
# Of the answer to one number: processed, sent, queued; and never to be sent (wrong or unsupported number, opted out).
TAKEN = frozenset({100, 101, 102})
NEVER = frozenset({403, 404, 406})


class SmsChannel:
    """Sends one message a request. Once the provider does not answer, the rest of the batch waits for the next one."""

    def __init__(self) -> None:
        headers = {"apiKey": settings.AFRICASTALKING_API_KEY, "Accept": "application/json"}
        self._client = httpx.Client(base_url=settings.AFRICASTALKING_URL, headers=headers, timeout=TIMEOUT_S)
        self._down = ""

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, traceback: TracebackType | None
    ) -> None:
        self._client.close()

    def send(self, row: Notice | Letter) -> None:
        """Send one row; raises PassingFailure or PermanentFailure."""
        if self._down:
            raise PassingFailure(self._down)
        number, text = compose(row)
        form = {"username": settings.AFRICASTALKING_USERNAME, "to": number, "message": text, "enqueue": "1"}
        if settings.AFRICASTALKING_SENDER:
            form["from"] = settings.AFRICASTALKING_SENDER
        try:
            answer = self._client.post("/version1/messaging", data=form)
        except httpx.HTTPError as error:
            self._down = f"{type(error).__name__}: {error}"
            raise PassingFailure(self._down) from error
        if answer.status_code != httpx.codes.CREATED:
            # A key refused or a limit reached speaks of the portal's account, not of this message.
            self._down = f"HTTP {answer.status_code}: {answer.text[:100]}"
            raise PassingFailure(self._down)
        _settle(answer)


def _settle(answer: httpx.Response) -> None:
    code, words = _said(answer)
    if code in NEVER:
        raise PermanentFailure(words)
    if code not in TAKEN:
        raise PassingFailure(words)


def _said(answer: httpx.Response) -> tuple[int, str]:
    """The code and the words for the one number that was asked for; (0, what came) where they cannot be read."""
    try:
        said: Any = answer.json()["SMSMessageData"]
        if not said["Recipients"]:
            return 0, str(said["Message"])
        recipient = said["Recipients"][0]
        return int(recipient["statusCode"]), f"{recipient['statusCode']} {recipient['status']}"
    except (ValueError, KeyError, TypeError, IndexError):
        return 0, f"not understood: {answer.text[:100]}"


def compose(row: Notice | Letter) -> tuple[str, str]:
    """The number and the text of one row: a letter as it was written, a notice by its subject and its address."""
    if isinstance(row, Letter):
        return row.address, gsm(row.body)
    words = word(row)
    return row.person.phone, f"{shortened(gsm(words.subject), SINGLE - len(words.url) - 1)} {words.url}"
