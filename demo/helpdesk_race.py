"""A race against django-helpdesk: the same number of tickets and messages in it, and what its pages cost.

Run by the Python of an environment of its own that holds ``django-helpdesk`` and ``psycopg2-binary``, on an empty
database: ``HELPDESK/bin/python -P demo/helpdesk_race.py postgres://user@host/database 100000``. It knows nothing of
ours.
"""

from __future__ import annotations

import gc
import json
import statistics
import sys
import time
from base64 import b64encode
from collections.abc import Callable, Iterator
from functools import partial
from typing import Any
from urllib.parse import unquote, urlsplit

import django
from django.apps import apps
from django.conf import settings
from django.core.management import call_command
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import URLResolver, include, path

APPS = ("auth", "contenttypes", "sessions", "sites", "humanize", "messages", "staticfiles", "admin")
ROUNDS, MESSAGES = 5, 4
urlpatterns: list[URLResolver] = []

# The same words of the same vocabulary in as many places as in the set of demo/ticket_set.py.
_WORDS = """(
    SELECT string_agg('word' || ((n::bigint * 7919 + step * step * 31) %% 5000), ' ') FROM generate_series(0, %s) step
)"""
_TICKETS = f"""
    INSERT INTO helpdesk_ticket (id, title, queue_id, created, modified, submitter_email, assigned_to_id, status,
        on_hold, description, priority, secret_key)
    SELECT n, 'Trouble ' || {_WORDS}, 1 + n %% 12, now() - (%s - n) * interval '10 minutes', now(),
        'firm' || n %% 50 || '@firm.example', 1, CASE WHEN n %% 25 = 0 THEN 1 ELSE 3 END, false,
        'MSKU' || lpad((n / 5)::text, 7, '0') || ' ' || {_WORDS}, 3, 'k' || n
    FROM generate_series(1, %s) n
"""
_FOLLOW_UPS = f"""
    INSERT INTO helpdesk_followup (ticket_id, date, title, comment, public, user_id)
    SELECT 1 + (n - 1) / %s, now() - (%s - n) * interval '150 seconds', 'Comment', {_WORDS}, true, 1
    FROM generate_series(1, %s) n
"""


def configure(url: str) -> None:
    """A project with nothing in it but the helpdesk."""
    parts = urlsplit(url)
    database = {
        "ENGINE": "django.db.backends.postgresql",
        "HOST": unquote(parts.netloc.rpartition("@")[2]),
        "USER": parts.netloc.partition("@")[0],
        "NAME": parts.path[1:],
    }
    processors = ["request", "static", "i18n"]
    names = [f"django.template.context_processors.{name}" for name in processors]
    names += ["django.contrib.auth.context_processors.auth", "django.contrib.messages.context_processors.messages"]
    settings.configure(
        ROOT_URLCONF=__name__,
        SECRET_KEY="of no use to anybody",  # noqa: S106 - it lives as long as the race
        DATABASES={"default": database},
        INSTALLED_APPS=[*(f"django.contrib.{name}" for name in APPS), "rest_framework", "helpdesk"],
        MIDDLEWARE=[
            "django.contrib.sessions.middleware.SessionMiddleware",
            "django.contrib.auth.middleware.AuthenticationMiddleware",
            "django.contrib.messages.middleware.MessageMiddleware",
        ],
        TEMPLATES=[
            {
                "BACKEND": "django.template.backends.django.DjangoTemplates",
                "APP_DIRS": True,
                "OPTIONS": {"context_processors": names},
            }
        ],
        DEFAULT_AUTO_FIELD="django.db.models.BigAutoField",
        STATIC_URL="/static/",
        LOGIN_URL="/login/",
        SITE_ID=1,
        USE_TZ=True,
        ALLOWED_HOSTS=["*"],
        HELPDESK_TEAMS_MODE_ENABLED=False,
    )
    django.setup()
    urlpatterns.append(path("", include("helpdesk.urls", namespace="helpdesk")))


def _rows(model: str) -> Any:
    return apps.get_model(model).objects


def load(tickets: int) -> None:
    """Write the set where there is none."""
    call_command("migrate", verbosity=0)
    queues = _rows("helpdesk.Queue")
    if queues.exists():
        return
    _rows("auth.User").create_superuser("officer", "officer@portal.example", None)
    for number in range(1, 13):
        queues.create(id=number, title=f"Queue {number}", slug=f"q{number}")
    with connection.cursor() as cursor:
        cursor.execute(_TICKETS, [3, tickets, 29, tickets])
        cursor.execute(_FOLLOW_UPS, [MESSAGES, tickets * MESSAGES, 28, tickets * MESSAGES])
        cursor.execute("SELECT setval(pg_get_serial_sequence('helpdesk_ticket', 'id'), %s)", [tickets])
        cursor.execute("VACUUM ANALYZE")


def asked(tickets: int) -> dict[str, list[str]]:
    """By page the addresses that a browser asks for to show it: the list and its rows are two."""

    def rows(search: str, **filtering: object) -> str:
        said = {"filtering": filtering, "filtering_null": {}, "sorting": "created", "sortreverse": True}
        query = b64encode(json.dumps({**said, "search_string": search}).encode()).decode()
        return f"/datatables_ticket_list/{query}?draw=1&start=0&length=30&order[0][column]=5&order[0][dir]=desc"

    return {
        "list": ["/tickets/", rows("", status__in=[1, 2])],
        "container": ["/tickets/?q=MSKU0000042", rows("MSKU0000042")],
        "words": ["/tickets/?q=word838", rows("word838")],
        "board": ["/dashboard/"],
        "reports": ["/reports/", "/reports/queuestatus/"],
        "page": [f"/tickets/{tickets - 7}/"],
    }


def costs(tickets: int) -> Iterator[dict[str, object]]:
    """For each page the median in milliseconds, and its queries."""
    client = Client()
    client.force_login(_rows("auth.User").get())
    for name, urls in asked(tickets).items():
        with CaptureQueriesContext(connection) as counted:
            _open(client, urls)
            queries = len(counted)
        # As our own web server does once all is loaded.
        gc.collect()
        gc.freeze()
        taken = [_timed(partial(_open, client, urls)) for _round in range(ROUNDS)]
        yield {"name": f"helpdesk_{name}", "value": round(statistics.median(taken), 1), "queries": queries}


def _timed(work: Callable[[], None]) -> float:
    start = time.perf_counter()
    work()
    return (time.perf_counter() - start) * 1000


def _open(client: Client, urls: list[str]) -> None:
    for url in urls:
        answer = client.get(url)
        if answer.status_code != 200:
            raise RuntimeError(f"{url} answers {answer.status_code}")


if __name__ == "__main__":
    configure(sys.argv[1])
    load(int(sys.argv[2]))
    for line in costs(int(sys.argv[2])):
        print(json.dumps(line), flush=True)
