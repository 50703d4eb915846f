"""Who is told of new reports: asked for by a person, ended by her or with one click in a letter, told once of each."""

from __future__ import annotations

from datetime import datetime

from django.conf import settings
from django.core.signing import BadSignature, Signer
from django.db import transaction
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils import translation
from django.utils.translation import gettext_lazy as _

from liaison.holdings import Holding, Rows
from liaison.journal import mark, record, unmarked
from liaison.models import JournalEntry, Person, Viewer
from notify.letters import News, write_news
from notify.models import Letter
from observatory.models import Report, ReportReader
from observatory.presenting import period_words
from observatory.reports import LANGUAGES

READER = "observatory.report"
KINDS = ["observatory.report_made"]
_KEYS = Signer(salt="observatory.readers")


def spans_of(viewer: Viewer) -> set[str]:
    """Of which spans the viewer gets the reports."""
    if not isinstance(viewer, Person):
        return set()
    return set(ReportReader.objects.filter(person=viewer).values_list("span", flat=True))


@transaction.atomic
def subscribe(*, person: Person, span: str, at: datetime) -> None:
    """Tell her of each report of that span from now on."""
    _reader, is_new = ReportReader.objects.get_or_create(person=person, span=span, defaults={"asked_at": at})
    if is_new:
        _record("observatory.reports_asked", person, span, at)


@transaction.atomic
def end(*, person: Person, span: str, at: datetime) -> None:
    """Tell her no more, and forget what is still to be sent."""
    for reader in ReportReader.objects.filter(person=person, span=span):
        Letter.objects.filter(reader=f"{READER}:{reader.pk}", is_news=True, state=Letter.State.DUE).delete()
        reader.delete()
        _record("observatory.reports_ended", person, span, at)


def end_reader(*, reader: str, at: datetime) -> None:
    """End the subscription of a reader of letters whose address is no more (settings.READER_ENDERS)."""
    noun, _colon, number = reader.rpartition(":")
    if noun == READER:
        for held in ReportReader.objects.filter(pk=int(number)).select_related("person"):
            end(person=held.person, span=held.span, at=at)


def key_of(reader: ReportReader) -> str:
    """The part of the address with which it is ended; only its own reader is told of it."""
    return _KEYS.sign(str(reader.pk))


def find(key: str) -> ReportReader | None:
    """The reader of that key; None where it has ended, or the key is false."""
    try:
        number = int(_KEYS.unsign(key))
    except (BadSignature, ValueError):
        return None
    return ReportReader.objects.filter(pk=number).select_related("person").first()


@transaction.atomic
def tell_readers(*, at: datetime) -> int:
    """Write the letters of all reports that nobody was told of yet; returns how many. May run twice at any moment."""
    seen = list(unmarked(reader=READER, kinds=KINDS))
    written = sum(_tell(entry, at) for entry in seen)
    mark(seen, reader=READER)
    return written


def _tell(entry: JournalEntry, at: datetime) -> int:
    """Each reader is told of the report of her language, and of the English one where there is none in hers."""
    span, day, language = entry.key.split()
    report = Report.objects.defer("content").filter(span=span, starts_on=day, language=language).first()
    if report is None:
        return 0
    readers = ReportReader.objects.filter(span=span, asked_at__lte=entry.at, person__is_active=True)
    news = [
        _letter(reader, report)
        for reader in readers.select_related("person").order_by("pk")
        if (reader.person.language if reader.person.language in LANGUAGES else "en") == language
    ]
    return write_news(news, entry=entry, at=at)


def _letter(reader: ReportReader, report: Report) -> News:
    ending = settings.PORTAL_URL + reverse("observatory:report_end", args=[key_of(reader)])
    with translation.override(reader.person.language):
        context = {
            "title": report.get_span_display(),
            "period": period_words(report.span, report.starts_on),
            "office_name": settings.OFFICE_NAME,
            "link": settings.PORTAL_URL + reverse("observatory:report_download", args=[report.pk]),
            "change": settings.PORTAL_URL + reverse("observatory:report_list"),
            "end": ending,
        }
        subject, body = (
            render_to_string(f"observatory/letters/report.{part}.txt", context).strip() for part in ("subject", "body")
        )
    subject = " ".join(subject.split())[:200]
    return News(f"{READER}:{reader.pk}", "email", reader.person.email, subject, f"{body}\n", ending)


def _record(kind: str, person: Person, span: str, at: datetime) -> None:
    record(kind=kind, subject="person", key=str(person.pk), by=person, at=at, span=span)


def _asked(person: Person) -> Rows:
    return ReportReader.objects.filter(person=person).order_by("pk").values("span", "asked_at")


def forget(*, person: Person, at: datetime) -> None:
    """End all that is sent to her."""
    for span in spans_of(person):
        end(person=person, span=span, at=at)


HELD = [Holding("reports", _("Reports of the observatory that are sent to you"), _asked)]
