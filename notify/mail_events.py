"""What a provider of mail says became of mails, read and checked by anymail's own classes."""

from __future__ import annotations

from collections.abc import Iterator
from functools import cache
from typing import Any

import anymail.urls
from anymail.exceptions import AnymailWebhookValidationFailure
from django.core.exceptions import ImproperlyConfigured
from django.http import HttpRequest

from notify.models import Report
from notify.reports import Said

# By anymail's words. What follows on reading (opened, clicked) is nobody's business here.
_STATES: dict[str, str] = {
    "queued": Report.State.ON_WAY,
    "sent": Report.State.ON_WAY,
    "deferred": Report.State.ON_WAY,
    "delivered": Report.State.DELIVERED,
    "bounced": Report.State.FAILED,
    "rejected": Report.State.FAILED,
    "failed": Report.State.FAILED,
    "complained": Report.State.FAILED,
    "unsubscribed": Report.State.FAILED,
}
# A mailbox that is full or a host that is away for days.
SOFT = "soft"


class Forged(Exception):
    """Not signed as the provider signs, or without its password."""


def read_events(request: HttpRequest, provider: str) -> list[Said]:
    """What the provider (by anymail's name) says in one call; raises Forged, or ValueError for what it never says."""
    try:
        view = _reader(provider)()
        view.run_validators(request)
        return list(_said(view.parse_events(request)))
    except AnymailWebhookValidationFailure as error:
        raise Forged(str(error)) from error
    except (ImproperlyConfigured, LookupError, TypeError, AttributeError, ArithmeticError, RecursionError) as error:
        raise ValueError(f"{type(error).__name__}: {error}") from error


@cache
def _reader(provider: str) -> type[Any]:
    """Anymail's class for that provider's calls; LookupError where it has none. The address's secret is enough."""
    by_name = {pattern.name: pattern.callback.view_class for pattern in anymail.urls.urlpatterns}
    return type("Reader", (by_name[f"{provider}_tracking_webhook"],), {"warn_if_no_basic_auth": False})


def _said(events: list[Any]) -> Iterator[Said]:
    for event in events:
        state, number = _STATES.get(event.event_type), _text(event.message_id)
        if state is None or not number:
            continue
        yield Said(
            channel="email",
            provider_id=number,
            state=state,
            reason=_reason(event) if state == Report.State.FAILED else "",
            number=_text(event.recipient).lower(),
        )


def _reason(event: Any) -> str:
    """The code word of a failure: what reports.py acts on."""
    raw = event.esp_event if isinstance(event.esp_event, dict) else {}
    if any(SOFT in _text(raw.get(name)).lower() for name in ("event", "Type", "type")):
        return SOFT
    return event.event_type if event.event_type in ("complained", "unsubscribed") else _text(event.reject_reason)


def _text(value: object) -> str:
    return value.replace("\x00", "").strip() if isinstance(value, str) else ""
