"""Times at their place, ages in words, and icons."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from xml.etree import ElementTree

import pytest
import time_machine
from babel import Locale
from django.template import Context, Template, TemplateSyntaxError
from django.template.defaultfilters import floatformat
from django.utils import translation
from django.utils.translation import gettext

from liaison.models import FocalPoint
from liaison.templatetags.contacts import reach
from liaison.templatetags.icons import _PATHS, icon
from liaison.templatetags.times import age, heard, lasting, locale_now, moment, short_moment

NOW = datetime(2026, 11, 24, 12, 0, tzinfo=UTC)
AT = datetime(2026, 11, 20, 22, 30, tzinfo=UTC)


@pytest.mark.parametrize(
    ("value", "zone", "shown"),
    [
        (AT, "Africa/Nairobi", '<time datetime="2026-11-21T01:30+03:00">Sat 21 Nov, 01:30 <abbr title="UTC+3">EAT</abbr></time>'),
        (AT, "Africa/Kigali", '<time datetime="2026-11-21T00:30+02:00">Sat 21 Nov, 00:30 <abbr title="UTC+2">CAT</abbr></time>'),
        (AT, "UTC", '<time datetime="2026-11-20T22:30+00:00">Fri 20 Nov, 22:30 <abbr title="UTC+0000">UTC</abbr></time>'),
        (AT.replace(year=2025), "UTC", '<time datetime="2025-11-20T22:30+00:00">20 Nov 2025, 22:30 <abbr title="UTC+0000">UTC</abbr></time>'),
        (date(2026, 11, 20), "Africa/Nairobi", '<time datetime="2026-11-20">Fri 20 Nov</time>'),
        (date(2027, 1, 1), "Africa/Nairobi", '<time datetime="2027-01-01">1 Jan 2027</time>'),
        (None, "Africa/Nairobi", '<span class="unknown">unknown</span>'),
    ],
)  # fmt: skip
def test_a_moment_is_shown_at_its_place(value: datetime | date | None, zone: str, shown: str) -> None:
    with time_machine.travel(NOW, tick=False), translation.override("en"):
        assert moment(value, zone).replace("Fri,", "Fri").replace("Sat,", "Sat") == shown


@pytest.mark.parametrize("language", ["en", "fr", "rw", "sw"])
def test_a_date_stays_a_date_in_every_language(language: str) -> None:
    with time_machine.travel(NOW, tick=False), translation.override(language):
        shown = moment(date(2026, 11, 20))
        assert ":" not in shown.replace("datetime=", "")
        assert "20" in ElementTree.fromstring(shown).itertext().__next__()
        assert locale_now() == Locale.parse("en_GB" if language == "en" else language)


@pytest.mark.parametrize(
    ("language", "day", "with_hour"),
    [("fr", "ven. 20 nov", "sam. 21 nov., 01:30"), ("rw", "ugu. 20, gnu", "ugu. 21, gnd., 01:30")],
)
def test_a_date_at_the_end_of_a_sentence_leaves_the_full_stop_to_it(language: str, day: str, with_hour: str) -> None:
    with time_machine.travel(NOW, tick=False), translation.override(language):
        assert f">{day}<" in moment(date(2026, 11, 20))
        assert with_hour.partition(",")[2] in moment(AT, "Africa/Nairobi")
        assert f"{with_hour} <" in moment(AT, "Africa/Nairobi")


def test_the_year_is_that_of_kigali() -> None:
    with time_machine.travel(datetime(2026, 12, 31, 22, 30, tzinfo=UTC), tick=False), translation.override("en"):
        assert moment(date(2026, 12, 31)) == '<time datetime="2026-12-31">31 Dec 2026</time>'
        assert "2027<" not in moment(date(2027, 1, 1))


@pytest.mark.parametrize(
    ("language", "delta", "words"),
    [
        ("en", timedelta(minutes=-5), "5 minutes ago"),
        ("en", timedelta(hours=-30), "1 day ago"),
        ("en", timedelta(days=3), "in 3 days"),
        ("en", timedelta(seconds=80), "in 1 minute"),
        ("fr", timedelta(minutes=-5), "il y a 5 minutes"),
        ("fr", timedelta(days=3), "dans 3 jours"),
        ("sw", timedelta(minutes=-5), "dakika 5 zilizopita"),
        ("sw", timedelta(days=3), "baada ya siku 3"),
    ],
)
def test_an_age_is_told_in_the_coarsest_unit_that_tells(language: str, delta: timedelta, words: str) -> None:
    with time_machine.travel(NOW, tick=False), translation.override(language):
        assert age(NOW + delta) == words


@pytest.mark.parametrize(
    ("delta", "frame"), [(timedelta(days=-3), "%(length)s ago"), (timedelta(days=3), "in %(length)s")]
)
def test_kinyarwanda_has_a_past_and_a_future_though_cldr_gives_only_a_sign(delta: timedelta, frame: str) -> None:
    with time_machine.travel(NOW, tick=False), translation.override("rw"):
        words = age(NOW + delta)
        before, _, after = (gettext(frame) % {"length": "#"}).partition("#")
    assert words.startswith(before)
    assert words.endswith(after)
    assert words[len(before) : len(words) - len(after)] == "iminsi 3"


@pytest.mark.parametrize(
    ("length", "said"),
    [
        (timedelta(seconds=30), "amasegonda 30"),
        (timedelta(minutes=5), "iminota 5"),
        (timedelta(hours=5), "amasaha 5"),
        (timedelta(days=-5), "iminsi 5"),
        (timedelta(days=9), "icyumweru 1"),
        (timedelta(days=40), "ukwezi 1"),
        (timedelta(days=800), "imyaka 2"),
    ],
)
def test_kinyarwanda_has_words_for_lengths_though_cldr_gives_only_signs(length: timedelta, said: str) -> None:
    with translation.override("rw"):
        assert lasting(length) == said
        # Numbers, too, are written as CLDR has them where Django knows no formats.
        assert (floatformat(1234.5, "1g"), floatformat(60.0, "-1g")) == ("1.234,5", "60")


@pytest.mark.parametrize("language", ["en", "fr", "rw", "sw"])
def test_just_now_and_never(language: str) -> None:
    with time_machine.travel(NOW, tick=False), translation.override(language):
        assert [age(NOW + timedelta(seconds=s)) for s in (-59, 0, 59)] == [gettext("just now")] * 3
        assert age(None) == gettext("never")


def test_templates_use_them_by_name() -> None:
    text = "{% load times icons %}{% moment at 'Africa/Nairobi' %}|{% age at %}|{% icon 'bell' %}|{% heard who at %}"
    with time_machine.travel(NOW, tick=False), translation.override("en"):
        shown, words, drawing, said = Template(text).render(Context({"at": AT, "who": "<KPA>"})).split("|")
        assert (shown, words, drawing) == (moment(AT, "Africa/Nairobi"), "4 days ago", icon("bell"))
        assert said == f'<span class="quiet">says &lt;KPA&gt; · heard {moment(AT)}, 4 days ago</span>'


@pytest.mark.parametrize(
    ("language", "said"),
    [("en", "says unknown · heard "), ("fr", "selon inconnu · reçu ")],
)
def test_who_says_it_and_when_it_was_heard_may_both_be_unknown(language: str, said: str) -> None:
    """In one language after the other: what is kept of a moment is kept for its language, and for its year."""
    with translation.override(language):
        unknown = moment(None)
        assert heard("", None) == f'<span class="quiet">{said}{unknown}, {age(None)}</span>'
        days = []
        for year in (2026, 2027):
            with time_machine.travel(NOW.replace(year=year), tick=False):
                days.append(moment(AT, "UTC"))
        assert ["2026," in day for day in days] == [False, True]


@pytest.mark.parametrize("name", sorted(_PATHS))
def test_every_icon_is_a_drawing_that_a_screen_reader_passes_over(name: str) -> None:
    drawing = ElementTree.fromstring(icon(name))
    assert (drawing.tag, drawing.get("aria-hidden"), drawing.get("viewBox")) == ("svg", "true", "0 0 24 24")
    assert [(path.tag, path.get("d")) for path in drawing] == [("path", _PATHS[name])]


def test_an_unknown_icon_is_a_mistake_that_shows() -> None:
    with pytest.raises((KeyError, TemplateSyntaxError)):
        Template("{% load icons %}{% icon 'nothing' %}").render(Context())


@pytest.mark.parametrize(
    ("phone", "email", "name", "shown"),
    [
        ("", "", "", ""),
        ("", "", "Keza", '<p class="small"><strong>Keza</strong> </p>'),
        ("+250788123456", "", "", '<p class="small"><a class="tap" href="tel:+250788123456">+250788123456</a></p>'),
        ("", "k@x.example", "", '<p class="small"><a class="tap" href="mailto:k@x.example">k@x.example</a></p>'),
        ("", '"><b>@x', "<i>", '<p class="small"><strong>&lt;i&gt;</strong> <a class="tap" '
         'href="mailto:&quot;&gt;&lt;b&gt;@x">&quot;&gt;&lt;b&gt;@x</a></p>'),
    ],
    ids=range(5),
)  # fmt: skip
def test_somebody_is_reached_by_links_and_nothing_gets_out_of_them(
    phone: str, email: str, name: str, shown: str
) -> None:
    assert reach(FocalPoint(phone=phone, email=email), name) == shown


def test_a_short_moment_is_that_of_its_place() -> None:
    with translation.override("en"):
        assert (short_moment(AT, "Africa/Nairobi"), short_moment(AT, "UTC")) == ("21 Nov 01:30", "20 Nov 22:30")


@pytest.mark.parametrize(
    ("length", "words"),
    [
        (timedelta(seconds=40), "amasegonda 40"),
        (timedelta(minutes=1), "amasegonda 60"),
        (timedelta(minutes=12), "iminota 12"),
        (timedelta(hours=9), "amasaha 9"),
        (timedelta(days=1, hours=6), "umunsi 1"),
        (timedelta(days=3), "iminsi 3"),
        (timedelta(days=16), "ibyumweru 2"),
        (timedelta(days=65), "amezi 2"),
        (timedelta(days=-800), "imyaka 2"),
    ],
)
def test_kinyarwanda_has_words_for_lengths(length: timedelta, words: str) -> None:
    with time_machine.travel(NOW, tick=False), translation.override("rw"):
        assert lasting(length) == words
        assert (words in age(NOW + length)) is (abs(length) >= timedelta(minutes=1))
