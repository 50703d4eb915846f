"""The body of a WhatsApp webhook: messages, what became of ours, and what Meta decided of templates; pure.

Source: WhatsApp Cloud API, webhooks. Whatever has not the shape that it should have is left out, and the rest is read.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from math import isfinite
from typing import Any

STATES = {"sent": "on_way", "delivered": "delivered", "read": "read", "played": "read", "failed": "failed"}
LONGEST_ID, LONGEST_ADDRESS = 160, 140
# What says nothing that is to be answered.
_SILENT = frozenset({"reaction", "system", "unsupported", "request_welcome", "ephemeral"})


@dataclass(frozen=True, slots=True, kw_only=True)
class Came:
    """A message: who wrote (a number in E.164, or the user's own id), what, and whether it is to be answered."""

    provider_id: str
    address: str
    text: str
    is_silent: bool
    raw: dict[str, Any]


@dataclass(frozen=True, slots=True, kw_only=True)
class Status:
    """What became of a message of ours; ``reason`` is the code of an error with its title."""

    provider_id: str
    state: str
    reason: str
    number: str
    ours: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Judged:
    """What Meta says of a template: only what is not empty is new."""

    name: str
    language: str
    status: str = ""
    category: str = ""
    quality: str = ""
    reason: str = ""


@dataclass(slots=True)
class Hook:
    """All that one body tells, and how much of it was left out; ``moved`` are numbers that somebody has given up."""

    came: list[Came] = field(default_factory=list)
    statuses: list[Status] = field(default_factory=list)
    judged: list[Judged] = field(default_factory=list)
    moved: list[str] = field(default_factory=list)
    left_out: int = 0


def read_hook(body: bytes) -> Hook:
    """Read one body; ValueError where it is no JSON object of Meta's at all."""
    try:
        found = _storable(json.loads(body, parse_constant=str))
    except RecursionError as error:
        raise ValueError("nested too deep") from error
    if not isinstance(found, dict) or not isinstance(found.get("entry"), list):
        raise ValueError("no body of a webhook")
    hook = Hook()
    for entry in _dicts(found["entry"]):
        for change in _dicts(entry.get("changes")):
            _take(hook, _text(change.get("field")), _dict(change.get("value")))
    return hook


def _storable(value: Any) -> Any:
    """The same without what a database does not keep: zeros and halves of characters, and numbers without end."""
    if isinstance(value, str):
        return value.replace("\x00", "").encode("utf-8", "replace").decode()
    if isinstance(value, list):
        return [_storable(each) for each in value]
    if isinstance(value, dict):
        return {_storable(name): _storable(each) for name, each in value.items()}
    if isinstance(value, float) and not isfinite(value):
        return str(value)
    return value


def _take(hook: Hook, name: str, value: dict[str, Any]) -> None:
    if name == "messages":
        _messages(hook, value)
    elif name in _JUDGING:
        template = {
            "name": _text(value.get("message_template_name")),
            "language": _text(value.get("message_template_language")),
        }
        if all(template.values()):
            said = {ours: _text(value.get(theirs)) for ours, theirs in _JUDGING[name].items()}
            hook.judged.append(Judged(**template, **said))
        else:
            hook.left_out += 1
    else:
        hook.left_out += 1


_JUDGING = {
    "message_template_status_update": {
        "status": "event",
        "category": "message_template_category",
        "reason": "reason",
    },
    "template_category_update": {"category": "new_category"},
    "message_template_quality_update": {"quality": "new_quality_score"},
}


def _messages(hook: Hook, value: dict[str, Any]) -> None:
    contacts = list(_dicts(value.get("contacts")))
    for message in _dicts(value.get("messages")):
        address, provider_id = _address(message, contacts), _text(message.get("id"))[:LONGEST_ID]
        if not address or not provider_id:
            hook.left_out += 1
            continue
        kind = _text(message.get("type"))
        system = _dict(message.get("system"))
        if _text(system.get("type")) == "user_changed_number":
            hook.moved.append(address)
        hook.came.append(
            Came(
                provider_id=provider_id,
                address=address,
                text=_words(kind, message),
                is_silent=kind in _SILENT,
                raw=message,
            )
        )
    for status in _dicts(value.get("statuses")):
        _status(hook, status)


def _status(hook: Hook, status: dict[str, Any]) -> None:
    state, provider_id = STATES.get(_text(status.get("status"))), _text(status.get("id"))[:LONGEST_ID]
    # A message to a group is delivered and read once for each who is in it; ours go to one person.
    if state is None or not provider_id or _text(status.get("recipient_type")) == "group":
        hook.left_out += 1
        return
    errors = [
        f"{_text(error.get('code'))} {_text(error.get('title'))}".strip() for error in _dicts(status.get("errors"))
    ]
    hook.statuses.append(
        Status(
            provider_id=provider_id,
            state=state,
            reason="; ".join(errors)[:100],
            number=_number(_text(status.get("recipient_id"))),
            ours=_text(status.get("biz_opaque_callback_data"))[:60],
        )
    )


def _address(message: dict[str, Any], contacts: list[dict[str, Any]]) -> str:
    """Her number where it is shown, else the id that she has towards us alone."""
    number = _number(_text(message.get("from")))
    if number:
        return number
    ids = [_text(message.get("from_user_id")), *(_text(contact.get("user_id")) for contact in contacts)]
    return next((each[:LONGEST_ADDRESS] for each in ids if each), "")


def _number(digits: str) -> str:
    """A WhatsApp id, which is a number without its plus, in E.164; empty where it is none."""
    return f"+{digits}" if re.fullmatch(r"[1-9][0-9]{6,14}", digits) else ""


def _words(kind: str, message: dict[str, Any]) -> str:
    """What was written, or the words of the button that was pressed."""
    part = _dict(message.get(kind))
    if kind == "text":
        return _text(part.get("body"))
    if kind == "button":
        return _text(part.get("text"))
    if kind == "interactive":
        return _text(_dict(part.get(_text(part.get("type")))).get("title"))
    return ""


def _dicts(value: object) -> Iterator[dict[str, Any]]:
    return (each for each in value if isinstance(each, dict)) if isinstance(value, list) else iter(())


def _dict(value: object) -> dict[str, Any]:
    return value if isinstance(value, dict) else {}


def _text(value: object) -> str:
    if isinstance(value, bool) or not isinstance(value, str | int):
        return ""
    return str(value)
