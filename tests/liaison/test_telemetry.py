"""Sentry and OpenTelemetry are loaded where they are set, and are sent nobody's data."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Any

import pytest

from liaison.telemetry import begin, installed, without_people


def test_nothing_is_loaded_unless_it_is_set(settings: Any) -> None:
    settings.SENTRY_DSN = settings.OTEL_ENDPOINT = ""
    begin()
    assert (installed(), "sentry_sdk" in sys.modules, "opentelemetry" in sys.modules) == ([], False, False)


def test_what_is_set_and_not_installed_is_told(settings: Any) -> None:
    settings.SENTRY_DSN, settings.OTEL_ENDPOINT = "", "http://127.0.0.1:4318"
    assert [message.id for message in installed()] == ["liaison.E003", "liaison.E003"]
    with pytest.raises(ImportError):
        begin()


def test_sentry_is_started_without_personal_data(
    settings: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "sentry_sdk.py").write_text("given = {}\ndef init(**options): given.update(options)\n")
    monkeypatch.syspath_prepend(tmp_path)
    settings.SENTRY_DSN, settings.SENTRY_TRACES = "https://key@sentry.example/1", 0.1
    assert installed() == []
    begin()
    given = sys.modules.pop("sentry_sdk").given
    assert given == {
        "dsn": "https://key@sentry.example/1", "send_default_pii": False, "max_request_body_size": "never",
        "traces_sample_rate": 0.1, "before_send": without_people,
    }  # fmt: skip


def test_what_is_sent_of_an_error_names_nobody() -> None:
    event = {
        "message": "Letter to keza@umucyo.rw",
        "user": {"id": 7},
        "request": {
            "url": "https://portal/t/dGhpcyBpcyBhIHRva2Vu/",
            "headers": {"Cookie": "a"},
            "query_string": "q=keza",
        },
        "exception": [{"value": "+250788123456", "vars": {"person": "Keza"}, "lineno": 3}],
    }
    assert without_people(event, {}) == {
        "message": "Letter to …@…",
        "request": {"url": "https://portal/t/…/"},
        "exception": [{"value": "+…", "lineno": 3}],
    }
