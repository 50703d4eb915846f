"""Sentry and OpenTelemetry, for whoever has them: loaded only where the settings name them."""

from __future__ import annotations

from importlib import import_module
from typing import Any

from django.conf import settings
from django.core.checks import CheckMessage, Error

from liaison.masking import masked


def begin() -> None:
    """Start what is set. Raises ImportError where its package is not installed; the check says which."""
    if settings.SENTRY_DSN:
        import_module("sentry_sdk").init(
            dsn=settings.SENTRY_DSN,
            send_default_pii=False,
            max_request_body_size="never",
            traces_sample_rate=settings.SENTRY_TRACES,
            before_send=without_people,
        )
    if settings.OTEL_ENDPOINT:
        import_module("opentelemetry.instrumentation.django").DjangoInstrumentor().instrument()
        import_module("opentelemetry.instrumentation.celery").CeleryInstrumentor().instrument()


def without_people(event: dict[str, Any], _hint: dict[str, Any]) -> dict[str, Any]:
    """What is sent away of an error: masked in every word, without the request's headers, cookies and query."""
    for name in ("headers", "cookies", "query_string", "data", "env"):
        event.get("request", {}).pop(name, None)
    event.pop("user", None)
    cleaned: dict[str, Any] = _masked(event)
    return cleaned


def _masked(part: Any) -> Any:
    if isinstance(part, str):
        return masked(part)
    if isinstance(part, dict):
        # Values of variables are the likeliest to be people's.
        return {key: _masked(value) for key, value in part.items() if key != "vars"}
    return [_masked(each) for each in part] if isinstance(part, list | tuple) else part


def installed(**_options: Any) -> list[CheckMessage]:
    """What is set can be loaded."""
    wanted = {
        "sentry_sdk": settings.SENTRY_DSN,
        "opentelemetry.instrumentation.django": settings.OTEL_ENDPOINT,
        "opentelemetry.instrumentation.celery": settings.OTEL_ENDPOINT,
    }
    missing = [name for name, value in wanted.items() if value and not _loads(name)]
    hint = "pip install the group `watch` of pyproject.toml, or leave its setting empty."
    return [Error(f"{name} is not installed.", hint=hint, id="liaison.E003") for name in missing]


def _loads(name: str) -> bool:
    try:
        import_module(name)
    except ImportError:
        return False
    return True
