"""Reports: made once when the period is over, in two languages, printed as pages, kept as they were made."""

from __future__ import annotations

import sys
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from typing import Any

import pytest
from django.template.loader import render_to_string
from django.test import Client
from django.utils import timezone, translation
from hypothesis import given, settings
from hypothesis import strategies as st

from liaison.models import JournalEntry
from observatory import printing, reports
from observatory.models import Report, Rollup
from observatory.presenting import number, period_words
from observatory.printing import PrintingFailed, pdf
from observatory.rolling import end_of
from observatory.tasks import make_reports

AT = datetime(2026, 11, 26, 6, 0, tzinfo=UTC)


def dwell(grain: str, starts_on: date, p50: float) -> None:
    Rollup.objects.create(
        indicator="container_dwell_time", grain=grain, starts_on=starts_on, n=9, missing=1, total=Decimal(9), base=0,
        values=[p50], counts=[9], p10=p50, p50=p50, p90=p50, low=p50, high=p50, counted_at=AT,
    )  # fmt: skip


@pytest.mark.parametrize(
    ("today", "week", "month"),
    [
        # A Thursday; a Monday, on which the week's last reports are still awaited; the third of a month.
        (date(2026, 11, 26), date(2026, 11, 16), date(2026, 10, 1)),
        (date(2026, 11, 23), date(2026, 11, 9), date(2026, 10, 1)),
        (date(2026, 11, 24), date(2026, 11, 16), date(2026, 10, 1)),
        (date(2026, 12, 3), date(2026, 11, 23), date(2026, 10, 1)),
        (date(2026, 12, 4), date(2026, 11, 23), date(2026, 11, 1)),
        (date(2027, 1, 5), date(2026, 12, 28), date(2026, 12, 1)),
    ],
)
def test_what_is_due(today: date, week: date, month: date) -> None:
    assert list(reports.due(today)) == [("week", week), ("month", month)]


def test_of_nothing_none_is_made(network: None) -> None:
    assert reports.make_due(at=AT) == []
    make_reports()
    assert not Report.objects.exists()


def test_a_report_is_made_once_in_each_language_and_kept(network: None) -> None:
    dwell("month", date(2026, 10, 1), 81.5)
    made = reports.make_due(at=AT)
    assert [(one.span, one.starts_on, one.language) for one in made] == [
        ("month", date(2026, 10, 1), "en"),
        ("month", date(2026, 10, 1), "fr"),
    ]
    assert all(bytes(one.content).startswith(b"%PDF-") for one in made)
    assert reports.make_due(at=AT + timedelta(hours=1)) == []
    again = reports.make_report(span="month", starts_on=date(2026, 10, 1), language="en", at=timezone.now())
    assert (again.pk, again.made_at) == (made[0].pk, AT)
    assert JournalEntry.objects.filter(kind="observatory.report_made").count() == 2
    page = Client().get("/observatory/reports/").content.decode()
    assert "Français" in page
    answer = Client().get(f"/observatory/reports/{made[1].pk}.pdf")
    assert (answer["Content-Type"], answer.content[:5]) == ("application/pdf", b"%PDF-")
    assert answer["Content-Disposition"] == 'inline; filename="month-2026-10-01-fr.pdf"'
    assert Client().get("/observatory/reports/0.pdf").status_code == 404


def test_a_report_says_what_the_public_may_know(network: None) -> None:
    dwell("month", date(2026, 10, 1), 81.5)
    dwell("month", date(2026, 9, 1), 70)
    dwell("month", date(2026, 11, 1), 99)
    said = reports.context_of("month", date(2026, 10, 1), at=AT)
    lines = {line["indicator"].slug: line for _name, block in said["blocks"] for line in block}
    line = lines["container_dwell_time"]
    assert (line["now"]["value"], line["before"], line["now"]["coverage"]) == (
        "81.5\u00a0h",
        "70.0\u00a0h",
        "90.0\u00a0%",
    )
    assert line["target"].value == 60
    assert lines["icdn_dwell_time"]["now"]["words"] == "not enough data (n = 0)"
    # Only what is counted here; what others publish has its own page.
    assert "port_throughput_total" not in lines
    assert (said["least"], said["until"]) == (5, date(2026, 10, 31))
    drawn = {indicator.slug: chart for indicator, chart in said["charts"]}
    assert drawn["container_dwell_time"] is not None
    assert drawn["ship_to_kigali_time"] is None


def test_without_pango_it_is_said_what_is_missing(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "weasyprint", None)
    with pytest.raises(PrintingFailed, match="apt-get install libpango"):
        pdf("<p>x</p>")


def test_the_task_says_so_and_does_not_fail(
    network: None, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    monkeypatch.setitem(sys.modules, "weasyprint", None)
    week = next(reports.due(timezone.localdate()))[1]
    dwell("week", week, 70)
    make_reports()
    assert "apt-get install libpango" in caplog.text
    assert not Report.objects.exists()


def test_a_report_asks_for_nothing_from_outside() -> None:
    with pytest.raises(ValueError, match="nothing from outside"):
        printing._nothing("https://example.org/x.png")


def lines_of(span: str, starts_on: date) -> dict[str, dict[str, Any]]:
    said = reports.context_of(span, starts_on, at=AT)
    return {line["indicator"].slug: line for _name, block in said["blocks"] for line in block}


def test_the_period_before_is_the_one_before_and_no_older_one(network: None) -> None:
    dwell("month", date(2026, 8, 1), 70)
    dwell("month", date(2026, 10, 1), 80)
    line = lines_of("month", date(2026, 10, 1))["container_dwell_time"]
    assert (line["now"]["value"], line["before"]) == ("80.0\u00a0h", "–")
    # Of a month without a row nothing is said, also where another is known.
    later = lines_of("month", date(2026, 11, 1))["container_dwell_time"]
    assert (later["now"]["words"], later["before"]) == ("not enough data (n = 0)", "80.0\u00a0h")


def test_a_report_keeps_small_cells_to_itself(network: None) -> None:
    dwell("month", date(2026, 10, 1), 81.5)
    Rollup.objects.update(n=4, counts=[4])
    line = lines_of("month", date(2026, 10, 1))["container_dwell_time"]
    assert line["now"]["words"] == "not enough data (n = 4)"
    assert {line["now"][name] for name in ("value", "p10", "p50", "p90")} == {"–"}


def test_a_weeks_worse_is_against_the_four_weeks_before(network: None) -> None:
    monday = date(2026, 11, 16)
    for weeks in range(1, 9):
        dwell("week", monday - timedelta(days=7 * weeks), 50 if weeks <= 4 else 500)
    dwell("week", monday, 100)
    said = reports.context_of("week", monday, at=AT)
    assert [(one["indicator"].slug, one["usual"]) for one in said["worse"]] == [("container_dwell_time", "50.0\u00a0h")]
    assert reports.context_of("month", date(2026, 10, 1), at=AT)["worse"] == []


@pytest.mark.parametrize("language", ["en", "fr", "sw", "rw"])
def test_a_report_can_be_told_in_every_language(network: None, language: str) -> None:
    dwell("month", date(2026, 10, 1), 81.5)
    with translation.override(language):
        html = render_to_string("observatory/report.html", reports.context_of("month", date(2026, 10, 1), at=AT))
        assert period_words("month", date(2026, 10, 1)) in html
        assert number(81.5, "h") in html


@settings(max_examples=40, deadline=None)
@given(st.dates(date(2000, 3, 1), date(2100, 1, 1)))
def test_what_is_due_is_over_and_settled_and_the_one_after_is_not(today: date) -> None:
    settled = {"week": timedelta(days=1), "month": timedelta(days=3)}
    for span, starts_on in reports.due(today):
        end = end_of(span, starts_on)
        assert end + settled[span] <= today < end_of(span, end) + settled[span]
