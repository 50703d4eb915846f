"""Words and marks for how the corridor stands: one for every code there is, in every language, and none for others."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta

import pytest
from django.db.models import TextChoices
from django.template import Context, Template
from django.utils import translation
from hypothesis import given
from hypothesis import strategies as st

from corridor.facts import LANGUAGES
from corridor.models import Condition, Node, Standing, VesselCall
from corridor.templatetags import corridor_words as words
from liaison.templatetags.icons import icon
from tests.shape import ROOT

AT = datetime(2026, 11, 25, 21, 30, tzinfo=UTC)
CODES: list[tuple[Callable[[str], str], type[TextChoices]]] = [
    (words.severity_words, Standing.Severity),
    (words.condition_kind, Condition.Kind),
    (words.call_state, VesselCall.State),
    (words.node_kind, Node.Kind),
]


@pytest.mark.parametrize(("filter_", "codes"), CODES)
@pytest.mark.parametrize("language", LANGUAGES)
def test_every_code_has_words_of_its_own_in_every_language(
    filter_: Callable[[str], str], codes: type[TextChoices], language: str
) -> None:
    with translation.override(language):
        said = [filter_(code) for code in codes.values]
    assert [one for one in said if not one.strip()] == []
    assert len(set(said)) == len(said)


@pytest.mark.parametrize(("filter_", "_codes"), CODES)
@pytest.mark.parametrize("code", ["", "no such code", "Normal", "SHUT"])
def test_what_is_no_code_has_no_words(filter_: Callable[[str], str], _codes: type[TextChoices], code: str) -> None:
    with pytest.raises(ValueError, match="is not a valid"):
        filter_(code)


@pytest.mark.parametrize(
    ("code", "badge", "icon"),
    [
        ("normal", "good", "check"),
        ("slow", "soon", "clock"),
        ("severe", "bad", "alert"),
        ("shut", "bad", "cross"),
        ("unknown", "", "question"),
    ],
)
def test_each_severity_has_its_badge_and_its_icon(code: str, badge: str, icon: str) -> None:
    assert (words.severity_badge(code), words.severity_icon(code)) == (badge, icon)


def test_no_two_severities_have_one_icon_and_nothing_unknown_looks_good() -> None:
    icons = [words.severity_icon(code) for code in Standing.Severity.values]
    assert len(set(icons)) == len(icons)
    assert [code for code in Standing.Severity.values if words.severity_badge(code) == "good"] == ["normal"]


def test_every_icon_is_drawn_and_every_badge_has_its_colour() -> None:
    style = "".join(path.read_text() for path in (ROOT / "static" / "css").glob("*.css"))
    for code in Standing.Severity.values:
        # An icon that nobody drew is a KeyError.
        assert icon(words.severity_icon(code)).startswith('<svg class="icon"')
        assert not words.severity_badge(code) or f".{words.severity_badge(code)}" in style


@given(st.datetimes(timezones=st.just(UTC)) | st.none())
def test_an_instant_comes_back_from_the_text_it_was_kept_as(at: datetime | None) -> None:
    assert words.instant(at.isoformat() if at else None) == at


@pytest.mark.parametrize("text", ["", None])
def test_no_text_is_no_instant(text: str | None) -> None:
    assert words.instant(text) is None


@pytest.mark.parametrize("text", ["yesterday", "2026-13-01T00:00:00+00:00"])
def test_other_text_is_refused_rather_than_guessed(text: str) -> None:
    with pytest.raises(ValueError, match=r"isoformat|month"):
        words.instant(text)


@pytest.mark.parametrize(
    ("at", "zone", "day"),
    [
        (AT, "Africa/Nairobi", date(2026, 11, 26)),
        (AT, "Africa/Kigali", date(2026, 11, 25)),
        (AT + timedelta(minutes=30), "Africa/Kigali", date(2026, 11, 26)),
        (None, "Africa/Kigali", None),
    ],
)
def test_a_day_is_that_of_the_place(at: datetime | None, zone: str, day: date | None) -> None:
    assert words.day_in(at, zone) == day


@pytest.mark.parametrize(
    ("value", "length"), [(None, None), (0, timedelta()), (90, timedelta(seconds=90)), (86400, timedelta(days=1))]
)
def test_nothing_measured_is_not_a_time_of_nought(value: int | None, length: timedelta | None) -> None:
    assert words.seconds(value) == length


@pytest.mark.parametrize(
    ("language", "portal"),
    [("en", "measured by the portal"), ("fr", None), ("rw", None), ("sw", None)],
)
def test_who_says_so_is_the_source_or_the_portal_in_the_reader_s_language(language: str, portal: str | None) -> None:
    with translation.override(language):
        assert words.said_by({"source_name": "KRA"}) == "KRA"
        measured = str(words.said_by({"source_name": ""}))
    assert measured == portal if portal else measured not in ("", "measured by the portal")


def test_what_a_source_calls_itself_is_escaped() -> None:
    page = Template("{% load corridor_words %}{{ report|said_by }} {{ code|severity_words }}")
    shown = page.render(Context({"report": {"source_name": "<b>URA</b>"}, "code": "severe"}))
    assert shown == "&lt;b&gt;URA&lt;/b&gt; Severe delays"
