"""The portal's log: one JSON object a line with what it is about, and nobody's personal data in it."""

from __future__ import annotations

import json
import logging
import secrets
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from datetime import UTC, datetime
from time import perf_counter
from typing import Any

from celery import Task
from django.http import HttpRequest, HttpResponse

from liaison.masking import masked

_about: ContextVar[dict[str, str] | None] = ContextVar("about", default=None)
_requests = logging.getLogger("portal.requests")
# What tasks and addresses call the numbers of things.
_NAMES = {"delivery_id": "delivery", "consignment_id": "consignment", "ticket_id": "ticket", "source_id": "source"}
_PAGES = {"consignment_detail": "consignment", "ticket_detail": "ticket", "delivery_detail": "delivery"}


@contextmanager
def about(**what: object) -> Iterator[None]:
    """Every line written meanwhile says that it is about this, too."""
    token = _about.set({**(_about.get() or {}), **{name: str(value) for name, value in what.items()}})
    try:
        yield
    finally:
        _about.reset(token)


class JsonFormatter(logging.Formatter):
    """A record as one line of JSON."""

    def format(self, record: logging.LogRecord) -> str:
        """Time, level, logger, words, what it is about, and the trace of an error."""
        line: dict[str, Any] = {
            "at": datetime.fromtimestamp(record.created, UTC).isoformat(timespec="milliseconds"),
            "level": record.levelname,
            "logger": record.name,
            "message": masked(record.getMessage()),
            **(_about.get() or {}),
            **getattr(record, "figures", {}),
        }
        if record.exc_info:
            line["trace"] = masked(self.formatException(record.exc_info))
        return json.dumps(line, ensure_ascii=False, default=str)


class LineFormatter(logging.Formatter):
    """A record as a line for people's eyes."""

    def format(self, record: logging.LogRecord) -> str:
        """As Python's own, masked, with what it is about at its end."""
        what = " ".join(f"{name}={value}" for name, value in (_about.get() or {}).items())
        return masked(super().format(record)) + (f" [{what}]" if what else "")


def log_requests(get_response: Callable[[HttpRequest], HttpResponse]) -> Callable[[HttpRequest], HttpResponse]:
    """Middleware: a number for each request, told to its sender, and a line when it was answered; no query, no name."""

    def respond(request: HttpRequest) -> HttpResponse:
        number, began = secrets.token_hex(8), perf_counter()
        with about(request_id=number):
            response = get_response(request)
            figures = {
                "method": request.method,
                "path": masked(request.path),
                "status": response.status_code,
                "ms": round(1000 * (perf_counter() - began), 1),
                **_thing(request),
            }
            # Only where somebody has asked who it is: the log itself asks the database nothing.
            if person := getattr(getattr(request, "_cached_user", None), "pk", None):
                figures["person"] = person
            _requests.info(
                "%s %s %s", figures["method"], figures["path"], figures["status"], extra={"figures": figures}
            )
        response.headers["X-Request-ID"] = number
        return response

    return respond


def _thing(request: HttpRequest) -> dict[str, str]:
    match = request.resolver_match
    name = _PAGES.get(match.url_name or "") if match else None
    key = next(iter(match.kwargs.values()), None) if match and name else None
    return {name: str(key)} if name and key is not None else {}


class LoggedTask(Task):  # type: ignore[type-arg]
    """A task of which every line says its name, its number and what it was given."""

    def __call__(self, *args: Any, **kwargs: Any) -> Any:
        """Run it."""
        given = {_NAMES[name]: value for name, value in kwargs.items() if name in _NAMES}
        number = {"task_id": self.request.id} if self.request.id else {}
        with about(task=self.name, **number, **given):
            return super().__call__(*args, **kwargs)
