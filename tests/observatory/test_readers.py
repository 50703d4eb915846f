"""Readers of reports: told once of each in their language, with a link that ends it by one click."""

from __future__ import annotations

import re
from datetime import UTC, date, datetime, timedelta
from typing import Any

from django.contrib.auth.models import AnonymousUser
from django.test import Client

from liaison.holdings import held_of
from liaison.journal import record
from liaison.models import JournalEntry, Person
from notify.models import Letter
from observatory.models import Report, ReportReader
from observatory.readers import end, end_reader, find, forget, key_of, spans_of, subscribe, tell_readers
from tests.conftest import Cast

AT = datetime(2026, 11, 26, 6, tzinfo=UTC)
LATER = AT + timedelta(days=1)


def made(language: str, span: str = "week", at: datetime = LATER) -> Report:
    day = date(2026, 11, 16)
    report = Report.objects.create(span=span, starts_on=day, language=language, made_at=at, content=b"%PDF")
    record(kind="observatory.report_made", subject="report", key=f"{span} {day} {language}", by=None, at=at, size=4)
    return report


def in_language(person: Person, language: str) -> Person:
    person.language = language
    person.save(update_fields=["language"])
    return person


def test_each_is_told_once_in_her_language_of_the_span_that_she_asked_for(cast: Cast) -> None:
    for person, language in ((cast.official, "fr"), (cast.officer, "rw"), (cast.importer, "en")):
        subscribe(person=in_language(person, language), span="week", at=AT)
    subscribe(person=cast.official, span="week", at=AT)
    subscribe(person=cast.agent, span="month", at=AT)
    made("en", span="month", at=AT - timedelta(days=1))
    english, french = made("en"), made("fr")
    assert [tell_readers(at=LATER), tell_readers(at=LATER)] == [3, 0]
    told = {letter.address: letter for letter in Letter.objects.filter(is_news=True)}
    links = {address: re.findall(r"/observatory/reports/(\d+)\.pdf", one.body) for address, one in told.items()}
    assert links == {
        cast.official.email: [str(french.pk)],
        cast.officer.email: [str(english.pk)],
        cast.importer.email: [str(english.pk)],
    }
    assert told[cast.official.email].subject.startswith("Rapport hebdomadaire")
    # There is no report in Kinyarwanda: the letter is in hers, and leads to the English one.
    assert told[cast.officer.email].subject != told[cast.importer.email].subject
    assert "/observatory/reports/end/" in told[cast.importer.email].unsubscribe
    assert told[cast.importer.email].unsubscribe in told[cast.importer.email].body


def test_one_click_ends_it_and_what_waits_is_forgotten(cast: Cast) -> None:
    subscribe(person=cast.official, span="week", at=AT)
    reader = ReportReader.objects.get()
    made("en")
    assert tell_readers(at=LATER) == 1
    path = re.sub(r"^https?://[^/]+", "", Letter.objects.get(is_news=True).unsubscribe)
    assert Client().get(path).status_code == 200
    assert find(key_of(reader)) == reader
    assert Client(enforce_csrf_checks=True).post(path, {"List-Unsubscribe": "One-Click"}).status_code == 200
    assert (ReportReader.objects.count(), Letter.objects.filter(is_news=True).count(), find(key_of(reader))) == (
        0,
        0,
        None,
    )
    assert [find("1"), find(f"{reader.pk}:x"), Client().post(path).status_code] == [None, None, 200]
    kinds = JournalEntry.objects.filter(kind__startswith="observatory.reports_").order_by("pk")
    assert list(kinds.values_list("kind", flat=True)) == ["observatory.reports_asked", "observatory.reports_ended"]


def test_an_address_that_is_no_more_and_a_person_who_goes_end_it(cast: Cast) -> None:
    for span in ("week", "month"):
        subscribe(person=cast.official, span=span, at=AT)
        subscribe(person=cast.officer, span=span, at=AT)
    week = ReportReader.objects.get(person=cast.official, span="week")
    end_reader(reader=f"corridor.subscription:{week.pk}", at=AT)
    assert spans_of(cast.official) == {"week", "month"}
    end_reader(reader=f"observatory.report:{week.pk}", at=AT)
    assert (spans_of(cast.official), spans_of(AnonymousUser())) == ({"month"}, set())
    assert [each["span"] for each in held_of(cast.officer)["reports"]] == ["week", "month"]
    forget(person=cast.officer, at=AT)
    end(person=cast.officer, span="week", at=AT)
    assert spans_of(cast.officer) == set()


def test_the_page_offers_it_to_whoever_is_signed_in(cast: Cast, as_person: Any) -> None:
    client, url = as_person(cast.official), "/observatory/reports/"
    assert b"reports/mine/" not in Client().get(url).content
    assert b"reports/mine/" in client.get(url).content
    answer = client.post(f"{url}mine/", {"span": "month"}, follow=True)
    assert cast.official.email in answer.content.decode()
    assert spans_of(cast.official) == {"month"}
    assert client.post(f"{url}mine/", {"end": "month"}).status_code == 302
    assert spans_of(cast.official) == set()
    assert [client.post(f"{url}mine/", {"span": said}).status_code for said in ("", "year", "\x00")] == [404] * 3
