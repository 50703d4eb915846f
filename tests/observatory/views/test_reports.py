"""The reports' pages: public, the latest first, each file as it was made."""

from __future__ import annotations

import re
from datetime import UTC, date, datetime, timedelta

import pytest
from django.test import Client

from observatory.models import Report
from observatory.views.reports import MOST

AT = datetime(2026, 11, 26, 6, 0, tzinfo=UTC)
LIST = "/observatory/reports/"


def report(starts_on: date, span: str = "week", language: str = "en", content: bytes = b"%PDF-x") -> Report:
    return Report.objects.create(span=span, starts_on=starts_on, language=language, made_at=AT, content=content)


def listed(client: Client) -> list[int]:
    return [int(pk) for pk in re.findall(r"/observatory/reports/(\d+)\.pdf", client.get(LIST).content.decode())]


def test_without_any_it_is_said(db: None) -> None:
    assert "No report has been made yet." in Client().get(LIST).content.decode()


def test_the_latest_come_first_in_both_languages_and_no_more_than_can_be_read(db: None) -> None:
    made = [report(date(2026, 11, 16) - timedelta(days=7 * number)) for number in range(MOST + 3)]
    french = report(made[0].starts_on, language="fr")
    month = report(made[0].starts_on, span="month")
    assert listed(Client()) == [month.pk, made[0].pk, french.pk, *(one.pk for one in made[1 : MOST - 2])]


def test_the_list_does_not_load_the_files(db: None, django_assert_max_num_queries: object) -> None:
    for number in range(5):
        report(date(2026, 11, 16) - timedelta(days=7 * number), content=b"x" * 10_000)
    with django_assert_max_num_queries(1) as queries:  # type: ignore[operator]
        Client().get(LIST)
    assert "content" not in " ".join(query["sql"] for query in queries.captured_queries)


def test_a_file_is_given_as_it_was_made_to_everybody(db: None) -> None:
    content = b"%PDF-\x00\xff"
    one = report(date(2026, 10, 1), span="month", language="fr", content=content)
    answer = Client().get(f"{LIST}{one.pk}.pdf")
    assert (answer.content, answer["Content-Type"]) == (content, "application/pdf")
    assert answer["Content-Disposition"] == 'inline; filename="month-2026-10-01-fr.pdf"'
    assert Client().head(f"{LIST}{one.pk}.pdf").content == b""


@pytest.mark.parametrize("pk", ["0", "9" * 30, "-1", "x", "1.pdf"])
def test_a_report_that_is_none_is_not_found(db: None, pk: str) -> None:
    assert Client().get(f"{LIST}{pk}.pdf").status_code == 404


@pytest.mark.parametrize("method", ["post", "put", "delete"])
def test_they_are_only_read(db: None, method: str) -> None:
    one = report(date(2026, 11, 16))
    assert [getattr(Client(), method)(url).status_code for url in (LIST, f"{LIST}{one.pk}.pdf")] == [405, 405]
    assert Report.objects.count() == 1
