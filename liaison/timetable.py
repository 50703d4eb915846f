"""Which queue each task waits in, and the timetable by which tasks are rung: names, so that nothing is imported."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

from celery.schedules import crontab

QUEUES = ["pulling", "deriving", "notifying", "reports"]
ROUTES: dict[str, dict[str, str]] = {
    # Counting and replaying wait for no source.
    **{
        f"feeds.tasks.{name}": {"queue": "reports"}
        for name in ("watch_sources", "count_source_figures", "put_back", "put_back_unfinished")
    },
    "feeds.tasks.*": {"queue": "pulling"},
    "cargo.tasks.measure_waits": {"queue": "reports"},
    "cargo.tasks.measure_usual": {"queue": "reports"},
    "cargo.tasks.count_shared": {"queue": "reports"},
    "cargo.tasks.reckon_exposures": {"queue": "reports"},
    "cargo.tasks.tell_drifts": {"queue": "reports"},
    "cargo.tasks.watch_silences": {"queue": "reports"},
    "cargo.tasks.archive_done": {"queue": "reports"},
    **{
        f"cargo.tasks.{name}": {"queue": "reports"}
        for name in ("forecast_delivery", "forecast_open", "forecast_again", "score_forecasts")
    },
    "cargo.tasks.*": {"queue": "deriving"},
    "tickets.tasks.read_mail": {"queue": "deriving"},
    "tickets.tasks.read_stored_mails": {"queue": "deriving"},
    "tickets.tasks.answer_talk": {"queue": "notifying"},
    "tickets.tasks.answer_stored_talks": {"queue": "notifying"},
    "tickets.tasks.watch_stalls": {"queue": "deriving"},
    "tickets.tasks.escalate_due": {"queue": "deriving"},
    "tickets.tasks.*": {"queue": "reports"},
    "notify.tasks.*": {"queue": "notifying"},
    # A backup waits for pg_dump for minutes: one of sixteen threads does, and no other task for it.
    "liaison.tasks.make_backup": {"queue": "pulling"},
    "liaison.tasks.*": {"queue": "reports"},
    "corridor.tasks.tell_subscribers": {"queue": "notifying"},
    "corridor.tasks.publish_due": {"queue": "notifying"},
    "corridor.tasks.*": {"queue": "reports"},
    "observatory.tasks.*": {"queue": "reports"},
    "api.tasks.*": {"queue": "notifying"},
}
TIMETABLE: dict[str, dict[str, Any]] = {
    "pull-due-sources": {"task": "feeds.tasks.pull_due", "schedule": 10.0, "options": {"expires": 10}},
    "read-stored-deliveries": {"task": "cargo.tasks.read_stored", "schedule": 15.0, "options": {"expires": 15}},
    "watch-sources": {"task": "feeds.tasks.watch_sources", "schedule": 60.0, "options": {"expires": 60}},
    "count-source-figures": {
        "task": "feeds.tasks.count_source_figures",
        "schedule": 3600.0,
        "options": {"expires": 3600},
        # At once on a first start, so that the board knows something.
        "last_run_at": datetime(2026, 1, 1, tzinfo=UTC),
    },
    "put-back-unfinished": {"task": "feeds.tasks.put_back_unfinished", "schedule": 30.0, "options": {"expires": 30}},
    "extend-chain": {"task": "liaison.tasks.extend_chain", "schedule": 30.0, "options": {"expires": 30}},
    "apply-retention": {"task": "liaison.tasks.apply_retention", "schedule": crontab(hour="1", minute="30")},
    "make-backup": {"task": "liaison.tasks.make_backup", "schedule": crontab(hour="0", minute="10")},
    "settle-standings": {"task": "corridor.tasks.settle_standings", "schedule": 15.0, "options": {"expires": 15}},
    "keep-day": {
        "task": "corridor.tasks.keep_day",
        # By Kigali's clock, the last time just before midnight.
        "schedule": crontab(minute="14,29,44,59"),
        "options": {"expires": 300},
    },
    "run-jobs": {"task": "liaison.tasks.run_jobs", "schedule": 30.0, "options": {"expires": 30}},
    "register-uploads": {"task": "cargo.tasks.register_uploads", "schedule": 30.0, "options": {"expires": 30}},
    "measure-waits": {"task": "cargo.tasks.measure_waits", "schedule": 60.0, "options": {"expires": 60}},
    "count-shared": {"task": "cargo.tasks.count_shared", "schedule": 60.0, "options": {"expires": 60}},
    "reckon-exposures": {
        "task": "cargo.tasks.reckon_exposures",
        "schedule": 600.0,
        "options": {"expires": 600},
        "last_run_at": datetime(2026, 1, 1, tzinfo=UTC),
    },
    # A day ends at Kigali's midnight.
    "end-lapsed": {"task": "cargo.tasks.end_lapsed", "schedule": crontab(minute="1")},
    "archive-done": {"task": "cargo.tasks.archive_done", "schedule": crontab(hour="0", minute="40")},
    "tell-drifts": {"task": "cargo.tasks.tell_drifts", "schedule": 120.0, "options": {"expires": 120}},
    "watch-silences": {"task": "cargo.tasks.watch_silences", "schedule": 120.0, "options": {"expires": 120}},
    "measure-usual": {
        "task": "cargo.tasks.measure_usual",
        "schedule": 3600.0,
        "options": {"expires": 3600},
        "last_run_at": datetime(2026, 1, 1, tzinfo=UTC),
    },
    # Every morning by Kigali's clock; between these mornings what has waited on, the first time at once.
    "forecast-open": {"task": "cargo.tasks.forecast_open", "schedule": crontab(hour="6", minute="0")},
    "forecast-again": {
        "task": "cargo.tasks.forecast_again",
        "schedule": 600.0,
        "options": {"expires": 600},
        "last_run_at": datetime(2026, 1, 1, tzinfo=UTC),
    },
    "score-forecasts": {
        "task": "cargo.tasks.score_forecasts",
        "schedule": 86_400.0,
        "options": {"expires": 86_400},
        "last_run_at": datetime(2026, 1, 1, tzinfo=UTC),
    },
    "watch-stalls": {"task": "tickets.tasks.watch_stalls", "schedule": 30.0, "options": {"expires": 30}},
    "escalate-due": {"task": "tickets.tasks.escalate_due", "schedule": 20.0, "options": {"expires": 20}},
    "estimate-risks": {
        "task": "tickets.tasks.estimate_risks",
        "schedule": 600.0,
        "options": {"expires": 600},
        "last_run_at": datetime(2026, 1, 1, tzinfo=UTC),
    },
    "renew-due": {"task": "tickets.tasks.renew_due", "schedule": 60.0, "options": {"expires": 60}},
    "reckon-outcomes": {
        "task": "tickets.tasks.reckon_outcomes",
        "schedule": 300.0,
        "options": {"expires": 300},
        "last_run_at": datetime(2026, 1, 1, tzinfo=UTC),
    },
    "close-silent": {"task": "tickets.tasks.close_silent", "schedule": 3600.0, "options": {"expires": 3600}},
    "keep-trail": {"task": "corridor.tasks.keep_trail", "schedule": crontab(minute="20")},
    "publish-due-advisories": {"task": "corridor.tasks.publish_due", "schedule": 15.0, "options": {"expires": 15}},
    "tell-subscribers": {"task": "corridor.tasks.tell_subscribers", "schedule": 10.0, "options": {"expires": 10}},
    "write-webhooks": {"task": "api.tasks.write_webhooks", "schedule": 5.0, "options": {"expires": 5}},
    "send-webhooks": {"task": "api.tasks.send_webhooks", "schedule": 10.0, "options": {"expires": 10}},
    "read-stored-mails": {"task": "tickets.tasks.read_stored_mails", "schedule": 5.0, "options": {"expires": 5}},
    "count-indicators": {"task": "observatory.tasks.count", "schedule": 30.0, "options": {"expires": 30}},
    "make-reports": {
        "task": "observatory.tasks.make_reports",
        "schedule": 600.0,
        "options": {"expires": 600},
    },
    "count-scored-forecasts": {
        "task": "observatory.tasks.count_forecasts",
        "schedule": 3600.0,
        "options": {"expires": 3600},
        "last_run_at": datetime(2026, 1, 1, tzinfo=UTC),
    },
    "answer-stored-talks": {"task": "tickets.tasks.answer_stored_talks", "schedule": 5.0, "options": {"expires": 5}},
    "pass-on-unsent": {"task": "notify.tasks.pass_on_unsent", "schedule": 60.0, "options": {"expires": 60}},
    **{
        f"send-due-{channel}": {
            "task": "notify.tasks.send_due",
            "schedule": 10.0,
            "kwargs": {"channel": channel},
            "options": {"expires": 10},
        }
        for channel in ("email", "sms", "push", "whatsapp")
    },
    **{
        f"heartbeat-{queue}": {
            "task": "liaison.tasks.heartbeat",
            "schedule": 10.0,
            "kwargs": {"queue": queue},
            "options": {"queue": queue, "expires": 10},
            # Due at once on a first start: the portal is ready when every worker has answered.
            "last_run_at": datetime(2026, 1, 1, tzinfo=UTC),
        }
        for queue in QUEUES
    },
}


def apart(number: int) -> float:
    """Where the ``number``-th begins, as a share of its interval: multiples of the golden section lie evenly on it."""
    return number * 0.618034 % 1


def _spread(entries: dict[str, dict[str, Any]], started: datetime) -> None:
    """Have what is rung at intervals begin each at a moment of its own, and none later than its interval from now.

    Else all of it is rung at once every ten seconds, and pages wait for it where processors are few.
    """
    for number, entry in enumerate(entries.values()):
        if isinstance(entry["schedule"], float):
            ahead = timedelta(seconds=entry["schedule"] * apart(number))
            entry.setdefault("last_run_at", started - ahead)


_spread(TIMETABLE, datetime.now(UTC))
