"""SMS by Africa's Talking: one HTTPS client for a batch; each number's own code says what became of it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from decimal import Decimal
from types import TracebackType
from typing import Any, Self

import httpx
from django.conf import settings
from django.utils import timezone

from notify.addresses import NO_PHONE, proven_phone_of
from notify.budget import is_spent
from notify.channels.contract import PassingFailure, PermanentFailure, Receipt
from notify.correspondents import doubt, has_stopped, stop
from notify.gsm import gsm
from notify.models import Correspondent, Letter, Notice
from notify.wording import sms_text

TIMEOUT_S = 10
# Of the answer to one number: processed, sent, queued; and never to be sent (wrong or unsupported number, opted out).
TAKEN = frozenset({100, 101, 102})
NOBODYS, BLACKLISTED = 403, 406
NEVER = frozenset({NOBODYS, 404, BLACKLISTED})
# How to end them is said in the first of so many days, for telephones without the internet.
STOP_SAID = timedelta(days=30)


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

    def pointless(self, rows: Sequence[Notice | Letter], *, at: datetime) -> dict[Notice | Letter, str]:
        """What can wait, once the month's budget is spent."""
        if not is_spent(at=at):
            return {}
        waiting = [row for row in rows if (row.is_news if isinstance(row, Letter) else not row.is_urgent)]
        return dict.fromkeys(waiting, "The month's budget for SMS is spent")

    def send(self, row: Notice | Letter) -> Receipt:
        """Send one row; raises PassingFailure or PermanentFailure."""
        if self._down:
            raise PassingFailure(self._down)
        number, text = compose(row)
        if not number:
            raise PermanentFailure(NO_PHONE)
        if not _is_answer(row) and has_stopped(channel="sms", address=number):
            raise PermanentFailure("Said STOP")
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
        return _settle(answer, number)


def _is_answer(row: Notice | Letter) -> bool:
    return isinstance(row, Letter) and row.is_answer


def _settle(answer: httpx.Response, number: str) -> Receipt:
    code, words, receipt = _said(answer)
    if code == BLACKLISTED:
        stop(channel="sms", address=number, stopped_by=Correspondent.Stopped.PROVIDER, at=timezone.now())
    if code == NOBODYS:
        doubt(number=number, reason="invalid", at=timezone.now())
    if code in NEVER:
        raise PermanentFailure(words)
    if code not in TAKEN:
        raise PassingFailure(words)
    return receipt


def _said(answer: httpx.Response) -> tuple[int, str, Receipt]:
    """The code, the words and the receipt for the one number asked for; (0, what came) where they cannot be read."""
    try:
        said: Any = answer.json()["SMSMessageData"]
        if not said["Recipients"]:
            return 0, str(said["Message"]), Receipt()
        recipient = said["Recipients"][0]
        code, words = int(recipient["statusCode"]), f"{recipient['statusCode']} {recipient['status']}"
    except (ValueError, KeyError, TypeError, IndexError):
        return 0, f"not understood: {answer.text[:100]}", Receipt()
    return code, words, _receipt(recipient)


def _receipt(recipient: Mapping[str, Any]) -> Receipt:
    """The provider's number and price ("RWF 9.0000"); a price that cannot be read is none."""
    currency, _space, amount = str(recipient.get("cost", "")).partition(" ")
    number = str(recipient.get("messageId", ""))[:120]
    try:
        cost = Decimal(amount)
    except ArithmeticError:
        return Receipt(number)
    is_price = cost.is_finite() and 0 <= cost < 100_000 and len(currency) == 3
    return Receipt(number, cost, currency) if is_price else Receipt(number)


def compose(row: Notice | Letter) -> tuple[str, str]:
    """The number and the text of one row: a letter as it was written, a notice as one SMS."""
    if isinstance(row, Letter):
        return row.address, gsm(row.body)
    return proven_phone_of(row.person), sms_text(row, says_stop=_says_stop(row))


def _says_stop(row: Notice) -> bool:
    """Whether she is to be told anew how to end them."""
    since = timezone.now() - STOP_SAID
    earlier = Notice.objects.filter(person=row.person_id, channel="sms", state="sent", written_at__gt=since)
    return not earlier.exists()
