"""WhatsApp by Meta's Cloud API: free text while the user's own message is a day old at most, else an approved template.

Sources: Cloud API, messages and error codes. What a code means for us stands in ``PASSING``, ``ACCOUNT`` and ``SHUT``;
every other one is an answer to this message and stays what it is.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from types import TracebackType
from typing import Any, Self

import httpx
from django.conf import settings
from django.utils import timezone

from notify.addresses import NO_PHONE, proven_phone_of
from notify.channels.contract import PassingFailure, PermanentFailure, Receipt
from notify.correspondents import has_stopped, is_open, language_of, owner_of, shut
from notify.message_ids import name_of
from notify.models import Letter, Notice
from notify.templates import judge, usable
from notify.wording import link_of, why_of, word

TIMEOUT_S = 10
LONGEST_TEXT, LONGEST_PARAMETER = 4096, 600
# Try again: too many for the number, the account or this user; something went wrong at Meta's.
PASSING = frozenset({1, 2, 4, 80007, 130429, 131000, 131016, 131048, 131056, 131057, 133004, 133005})
# The account or its token is in trouble, and no message goes: codes of Graph (0, 3, 10, 190, 200...) and of WhatsApp.
ACCOUNT = frozenset({0, 3, 10, 190, 368, 131005, 131031, 131042, 131045, 133010, *range(200, 300)})
# The window has closed, whatever our clock says: next time the template goes.
SHUT = 131047
# The template is not what we think it is: number of places, name or language, paused, disabled.
TEMPLATE = {132000: "PARAMETERS", 132001: "MISSING", 132015: "PAUSED", 132016: "DISABLED"}


class WhatsAppChannel:
    """Sends one message a request. Once Meta does not answer, the rest of the batch waits for the next one."""

    def __init__(self) -> None:
        headers = {"Authorization": f"Bearer {settings.WHATSAPP_TOKEN}"}
        self._client = httpx.Client(base_url=settings.WHATSAPP_URL, headers=headers, timeout=TIMEOUT_S)
        self._down = ""

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, traceback: TracebackType | None
    ) -> None:
        self._client.close()

    def pointless(self, rows: Sequence[Notice | Letter], *, at: datetime) -> dict[Notice | Letter, str]:
        """Nothing is known of any before it is sent."""
        return {}

    def send(self, row: Notice | Letter) -> Receipt:
        """Send one row; raises PassingFailure or PermanentFailure."""
        if self._down:
            raise PassingFailure(self._down)
        message = compose(row)
        try:
            answer = self._client.post(f"/{settings.WHATSAPP_PHONE_NUMBER_ID}/messages", json=message)
        except httpx.HTTPError as error:
            self._down = f"{type(error).__name__}: {error}"
            raise PassingFailure(self._down) from error
        if answer.status_code == httpx.codes.OK:
            return Receipt(_id_of(answer))
        self._fail(answer, message)
        raise AssertionError("unreachable")

    def _fail(self, answer: httpx.Response, message: dict[str, Any]) -> None:
        code, words = _error_of(answer)
        if code in TEMPLATE and "template" in message:
            template = message["template"]
            status, at = TEMPLATE[code], timezone.now()
            judge(name=template["name"], language=template["language"]["code"], at=at, status=status, reason=words)
        if code == SHUT:
            shut(address=address_of(message))
            raise PassingFailure(words)
        if code in PASSING:
            raise PassingFailure(words)
        if code is None or code in ACCOUNT:
            # No code of Meta's, or one of the account's: it speaks of no message.
            self._down = words
            raise PassingFailure(words)
        raise PermanentFailure(words)


def _id_of(answer: httpx.Response) -> str:
    """Meta's own number of a message that it took; empty where its answer cannot be read."""
    try:
        return str(answer.json()["messages"][0]["id"])[:120]
    except (ValueError, KeyError, TypeError, IndexError):
        return ""


def _error_of(answer: httpx.Response) -> tuple[int | None, str]:
    """The code of an error and its words; (None, status) where there is none, or too many asked at once."""
    words = f"HTTP {answer.status_code}"
    try:
        error: Any = answer.json()["error"]
        code, said = int(error["code"]), str(error.get("message", ""))[:200]
    except (ValueError, KeyError, TypeError):
        return None, words
    # A message is refused with 400; anything else is the door, and not what stands before it.
    return (code, f"{code} {said}") if answer.status_code < 500 else (None, f"{words}: {code} {said}")


def compose(row: Notice | Letter) -> dict[str, Any]:
    """The message of one row; PermanentFailure where there is nobody to send it to, or nothing that may be sent."""
    address, language, text, url = _said(row)
    if not address:
        raise PermanentFailure(NO_PHONE)
    is_answer = isinstance(row, Letter) and row.is_answer
    if not is_answer and has_stopped(channel="whatsapp", address=address):
        raise PermanentFailure("Said STOP")
    to = {"to": address.removeprefix("+")} if address.startswith("+") else {"recipient": address}
    message = {"messaging_product": "whatsapp", "recipient_type": "individual", **to}
    message["biz_opaque_callback_data"] = name_of(row)
    if is_open(address=address, at=timezone.now()):
        why = why_of(row) if isinstance(row, Notice) else ""
        body = "\n\n".join(filter(None, (f"{text}\n{url}" if url else text, why)))
        return message | {"type": "text", "text": {"body": body[:LONGEST_TEXT], "preview_url": False}}
    url = link_of(row) if isinstance(row, Notice) else url
    return message | {"type": "template", "template": _template(language, text, url)}


def _said(row: Notice | Letter) -> tuple[str, str, str, str]:
    """To whom, in which language, what, and where more stands."""
    if isinstance(row, Letter):
        owner = owner_of(row.address, at=timezone.now())
        language = owner.language if owner else language_of(channel="whatsapp", address=row.address)
        return row.address, language or "en", row.body.strip(), ""
    words = word(row)
    return proven_phone_of(row.person), row.person.language, f"{words.subject}\n\n{words.body.strip()}", words.url


def _template(language: str, text: str, url: str) -> dict[str, Any]:
    """The template of news with its two places filled: the first line of the text, and an address."""
    name = settings.WHATSAPP_TEMPLATE
    # Meta knows no Kinyarwanda of its own for templates of some kinds: where ours is not usable, the English one goes.
    code = next((code for code in (language, "en") if usable(name, code)), None)
    if code is None:
        raise PermanentFailure(f"The template {name} may not be sent")
    parameters = [{"type": "text", "text": part} for part in places(text, url)]
    return {
        "name": name,
        "language": {"code": code},
        "components": [{"type": "body", "parameters": parameters}],
    }


def places(text: str, url: str) -> tuple[str, str]:
    """What stands in the template's two places; no line breaks, tabs or four blanks in a row may stand in one."""
    return " ".join(text.partition("\n\n")[0].split())[:LONGEST_PARAMETER], url or settings.PORTAL_URL


def address_of(message: dict[str, Any]) -> str:
    """To whom a message goes, as correspondents are kept."""
    return f"+{message['to']}" if "to" in message else str(message["recipient"])
