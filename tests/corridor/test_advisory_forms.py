"""Forms on notices and subscriptions: what is asked for reaches the office whole, and nothing else is taken."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

import pytest
from django.http import QueryDict
from pytest_django import Settings

from corridor.advisory_forms import (
    LEAST,
    AdvisoryForm,
    CodeForm,
    ScheduleForm,
    SubscriptionForm,
    WishForm,
    WithdrawForm,
    said_by,
)
from corridor.facts import LANGUAGES
from corridor.models import Advisory, Condition, Node
from corridor.models.advisories import System
from corridor.subscriptions import Wish
from tests.conftest import Cast
from tests.corridor.notices import draft

MALABA, BUSIA = "xx-border-malaba", "xx-border-busia"


def posted(given: dict[str, Any]) -> QueryDict:
    data = QueryDict(mutable=True)
    for name, value in given.items():
        data.setlist(name, value if isinstance(value, list) else [value])
    return data


def keys(*slugs: str) -> list[str]:
    return [str(Node.objects.get(slug=slug).pk) for slug in slugs]


def notice(**more: Any) -> AdvisoryForm:
    given = {"kind": "border_queue", "severity": "severe", "since": "2026-11-21T08:00", "text_en": "Bring water."}
    return AdvisoryForm(posted(given | more))


def test_what_a_notice_says_in_the_time_of_kigali(network: None) -> None:
    form = notice(
        nodes=keys(MALABA, BUSIA), systems=["iCMS", "KWATOS"], until="2026-11-22T08:00", text_rw="Muzane amazi."
    )
    assert form.errors == {}
    content = form.content()
    assert (content.kind, content.severity, content.systems) == ("border_queue", "severe", ["iCMS", "KWATOS"])
    assert {node.slug for node in content.nodes} == {MALABA, BUSIA}
    assert (content.since, content.until) == (
        datetime(2026, 11, 21, 6, tzinfo=UTC),
        datetime(2026, 11, 22, 6, tzinfo=UTC),
    )
    assert content.texts == {"en": "Bring water.", "fr": "", "rw": "Muzane amazi.", "sw": ""}


def test_a_notice_of_the_whole_corridor_names_nothing_and_may_have_no_end(network: None) -> None:
    form = notice(text_en="")
    assert form.errors == {}
    content = form.content()
    assert (content.nodes, content.systems, content.until, set(content.texts.values())) == ([], [], None, {""})


@pytest.mark.parametrize(
    ("more", "fields"),
    [
        ({"kind": "weather"}, ["kind"]),
        ({"kind": ""}, ["kind"]),
        ({"severity": "unknown"}, ["severity"]),
        ({"nodes": ["0"]}, ["nodes"]),
        ({"nodes": ["malaba"]}, ["nodes"]),
        ({"systems": ["Windows"]}, ["systems"]),
        ({"since": ""}, ["since"]),
        ({"since": "tomorrow"}, ["since"]),
        ({"until": "2026-11-21T08:00"}, ["until"]),
        ({"until": "2026-11-20T08:00"}, ["until"]),
        ({"until": "never"}, ["until"]),
        ({"text_en": "x" * 2001}, ["text_en"]),
        ({"text_sw": "x" * 2001}, ["text_sw"]),
        ({"since": "", "until": "2026-11-20T08:00"}, ["since"]),
    ],
    ids=str,
)
def test_each_fault_of_a_notice_is_told_at_its_own_field(
    network: None, more: dict[str, Any], fields: list[str]
) -> None:
    assert list(notice(**more).errors) == fields


def test_every_kind_severity_system_and_language_can_be_written(network: None) -> None:
    form = AdvisoryForm()
    offered = {name: [code for code, _label in form.fields[name].choices] for name in ("kind", "severity", "systems")}  # type: ignore[attr-defined]
    assert offered == {
        "kind": Advisory.Kind.values,
        "severity": Condition.Severity.values,
        "systems": System.values,
    }
    assert [name for name in form.fields if name.startswith("text_")] == [f"text_{language}" for language in LANGUAGES]
    assert [form.fields[f"text_{language}"].widget.attrs["lang"] for language in LANGUAGES] == list(LANGUAGES)


def test_what_a_draft_says_comes_back_unchanged_through_its_own_form(cast: Cast) -> None:
    kept = draft(cast.officer, MALABA, BUSIA, systems=["iCMS"], kind="closing")
    form = AdvisoryForm(initial=said_by(kept))
    given: dict[str, Any] = {}
    for bound in form:
        value = bound.value()
        given[bound.name] = [str(each) for each in value] if bound.name == "nodes" else value
    for name in ("since", "until"):
        given[name] = form[name].subwidgets[0].data["value"]
    again = AdvisoryForm(posted({name: value for name, value in given.items() if value is not None}))
    assert again.errors == {}
    content = again.content()
    assert {node.slug for node in content.nodes} == {MALABA, BUSIA}
    assert (content.kind, content.severity, content.systems) == ("closing", kept.severity, ["iCMS"])
    assert (content.since, content.until) == (kept.since, kept.until)
    assert content.texts == {language: getattr(kept, f"text_{language}") for language in LANGUAGES}


@pytest.mark.parametrize(
    ("text", "at"),
    [
        ("2026-11-21T08:00", datetime(2026, 11, 21, 6, tzinfo=UTC)),
        ("2026-11-21T08:00:30", datetime(2026, 11, 21, 6, 0, 30, tzinfo=UTC)),
        ("21/11/2026", None),
        ("", None),
    ],
)
def test_a_notice_is_published_at_a_time_of_kigali(text: str, at: datetime | None) -> None:
    form = ScheduleForm({"due_at": text})
    assert form.is_valid() is (at is not None)
    assert form.cleaned_data.get("due_at") == at


@pytest.mark.parametrize(("reason", "is_fine"), [("Wrong day", True), ("", False), ("  ", False), ("x" * 301, False)])
def test_a_withdrawal_says_why(reason: str, is_fine: bool) -> None:
    assert WithdrawForm({"reason": reason}).is_valid() is is_fine


def test_a_wish_is_of_slugs(network: None) -> None:
    form = WishForm(posted({"language": "rw", "least": "shut", "nodes": keys(BUSIA, MALABA)}))
    assert form.errors == {}
    wish = form.wish()
    assert (wish.least, wish.language, sorted(wish.nodes)) == ("shut", "rw", [BUSIA, MALABA])
    assert wish.values() == {"nodes": [BUSIA, MALABA], "least": "shut", "language": "rw"}
    everything = WishForm(posted({"language": "en", "least": "normal"}))
    assert everything.is_valid()
    assert everything.wish() == Wish(nodes=[], least="normal", language="en")


def test_every_severity_can_be_the_least() -> None:
    assert list(LEAST) == list(Condition.Severity.values)


@pytest.fixture
def with_sms(settings: Settings) -> None:
    settings.AFRICASTALKING_API_KEY = "key"


def asked(**more: Any) -> SubscriptionForm:
    return SubscriptionForm(posted({"language": "en", "least": "normal"} | more))


def test_without_a_way_to_send_sms_none_is_offered(network: None, settings: Settings) -> None:
    settings.AFRICASTALKING_API_KEY = ""
    form = asked(channel="sms", phone="+250788123456", email="Keza@Firm.example")
    assert {"channel", "phone"} & set(form.fields) == set()
    assert form.errors == {}
    assert (form.channel_name, form.address) == ("email", "keza@firm.example")


@pytest.mark.parametrize(
    ("number", "kept"),
    [
        ("+250 788 123 456", "+250788123456"),
        ("0788 123 456", "+250788123456"),
        ("+254700000001", "+254700000001"),
        ("+256 772 123456", "+256772123456"),
        ("+255712345678", "+255712345678"),
        ("+25779123456", "+25779123456"),
        ("+243812345678", "+243812345678"),
        ("+211912345678", "+211912345678"),
    ],
)
def test_an_sms_goes_to_numbers_along_the_corridor(with_sms: None, network: None, number: str, kept: str) -> None:
    form = asked(channel="sms", phone=number)
    assert form.errors == {}
    assert (form.channel_name, form.address) == ("sms", kept)


@pytest.mark.parametrize("number", ["+88213000000", "+1900555000", "+447700900123", "+250", "keza"])
def test_an_sms_goes_nowhere_else(with_sms: None, network: None, number: str) -> None:
    assert list(asked(channel="sms", phone=number).errors) == ["phone"]


@pytest.mark.parametrize(
    ("more", "fields"),
    [
        ({"channel": "email"}, ["email"]),
        ({"channel": "email", "email": "keza"}, ["email"]),
        ({"channel": "email", "phone": "+250788123456"}, ["email"]),
        ({"channel": "sms"}, ["phone"]),
        ({"channel": "sms", "email": "keza@firm.example"}, ["phone"]),
        ({"channel": "pigeon", "email": "keza@firm.example"}, ["channel"]),
        ({"channel": "email", "email": "keza@firm.example", "least": "odd"}, ["least"]),
        ({"channel": "email", "email": "keza@firm.example", "language": "de"}, ["language"]),
        ({"channel": "email", "email": f"{'k' * 250}@firm.example"}, ["email"]),
    ],
    ids=str,
)
def test_the_address_of_the_channel_chosen_is_asked_for_once(
    with_sms: None, network: None, more: dict[str, Any], fields: list[str]
) -> None:
    errors = asked(**more).errors
    assert list(errors) == fields


@pytest.mark.parametrize(
    ("typed", "code"), [("123456", "123456"), (" 123 456 ", "123456"), ("12 34 5", "12345"), ("12345678901", None)]
)
def test_a_code_may_be_typed_with_blanks(typed: str, code: str | None) -> None:
    form = CodeForm({"code": typed})
    assert form.is_valid() is (code is not None)
    assert form.cleaned_data.get("code") == code
