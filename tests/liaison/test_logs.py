"""A line of the log says what it is about, in one object, without people."""

from __future__ import annotations

import json
import logging
import sys
from collections.abc import Iterator

import pytest
from celery import shared_task
from django.test import Client

from liaison.celery import app
from liaison.logs import JsonFormatter, LineFormatter, LoggedTask, about
from tests.conftest import Cast


@pytest.fixture
def lines(caplog: pytest.LogCaptureFixture) -> Iterator[list[dict[str, object]]]:
    """What would be written, as it is written."""
    written: list[dict[str, object]] = []

    class Kept(logging.Handler):
        def emit(self, record: logging.LogRecord) -> None:
            written.append(json.loads(JsonFormatter().format(record)))

    logger, handler = logging.getLogger("portal"), Kept()
    logger.addHandler(handler)
    logging.getLogger("portal.requests").setLevel(logging.INFO)
    yield written
    logger.removeHandler(handler)
    logging.getLogger("portal.requests").setLevel(logging.WARNING)


def test_a_request_is_one_line_with_its_number_and_no_query(cast: Cast, lines: list[dict[str, object]]) -> None:
    client = Client()
    client.force_login(cast.importer)
    answer = client.get("/consignments/RW26-999999/?q=keza@umucyo.rw")
    (line,) = lines
    assert line.pop("at")
    assert float(str(line.pop("ms"))) > 0
    assert line == {
        "level": "INFO", "logger": "portal.requests", "message": "GET /consignments/RW26-999999/ 404",
        "request_id": answer.headers["X-Request-ID"], "method": "GET", "path": "/consignments/RW26-999999/",
        "status": 404, "consignment": "RW26-999999", "person": cast.importer.pk,
    }  # fmt: skip
    assert Client().get("/healthz").headers["X-Request-ID"] != answer.headers["X-Request-ID"]
    assert "person" not in lines[-1]


def test_a_task_says_what_it_was_given(lines: list[dict[str, object]]) -> None:
    @shared_task(base=LoggedTask)
    def read(*, delivery_id: int, words: str) -> None:
        logging.getLogger("portal.test").warning("Letter to %s", words)

    read(delivery_id=7, words="keza@umucyo.rw")
    logging.getLogger("portal.test").warning("after")
    assert [(line.get("task"), line.get("delivery"), line["message"]) for line in lines] == [
        (read.name, "7", "Letter to …@…"),
        (None, None, "after"),
    ]
    assert issubclass(app.Task, LoggedTask)


def test_an_error_has_its_trace_without_people() -> None:
    try:
        raise ValueError("no such person: keza@umucyo.rw")
    except ValueError:
        record = logging.LogRecord("portal", logging.ERROR, __file__, 1, "Failed\n%s", ("twice",), sys.exc_info())
    with about(delivery=7), about(consignment="RW26-000042"):
        line = JsonFormatter().format(record)
        told = json.loads(line)
        assert (
            LineFormatter("%(levelname)s %(message)s").format(record).endswith("[delivery=7 consignment=RW26-000042]")
        )
    assert "\n" not in line
    assert "ValueError: no such person: …@…" in told["trace"]
    assert (told["message"], told["delivery"], told["consignment"]) == ("Failed\ntwice", "7", "RW26-000042")
