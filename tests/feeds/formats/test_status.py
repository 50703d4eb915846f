"""Conditions as partners send them, and notices of maintenance as agencies write them."""

from __future__ import annotations

import json
from datetime import UTC, date, datetime, timedelta, timezone
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from feeds.facts import Condition, Moment, Place, Reading
from feeds.formats.status import read
from feeds.notices import MOST_CHARS, SYSTEMS, system_of

EAT = timezone(timedelta(hours=3))
RAIN: dict[str, Any] = {
    "reference": "KeNHA-77",
    "node": "xx-border-malaba",
    "kind": "road",
    "severity": "severe",
    "from": "2026-11-24T06:00:00+03:00",
    "until": "2026-11-25T18:00:00+03:00",
    "text": "Flooded near Webuye",
}


def read_json(body: object) -> Reading:
    return read(json.dumps(body).encode(), {})


def one(**changes: object) -> Condition:
    found = read_json({"conditions": [{k: v for k, v in {**RAIN, **changes}.items() if v is not None}]})
    assert found.faults == ()
    (fact,) = found.of(Condition)
    return fact


def test_every_word_of_a_condition() -> None:
    assert one() == Condition(
        reference="KeNHA-77",
        kind="road",
        severity="severe",
        since=Moment(value=datetime(2026, 11, 24, 6, tzinfo=EAT), words="2026-11-24T06:00:00+03:00"),
        until=Moment(value=datetime(2026, 11, 25, 18, tzinfo=EAT), words="2026-11-25T18:00:00+03:00"),
        place=Place(node="xx-border-malaba"),
        text="Flooded near Webuye",
        words="KeNHA-77 xx-border-malaba road severe 2026-11-24T06:00:00+03:00 2026-11-25T18:00:00+03:00 Flooded near Webuye",
        line=1,
    )


@pytest.mark.parametrize("body", [RAIN, [RAIN], {"conditions": [RAIN], "made_at": 7}])
@pytest.mark.parametrize("mark", [b"", b"\xef\xbb\xbf", b"\r\n "])
def test_whatever_it_is_wrapped_in(body: object, mark: bytes) -> None:
    assert read(mark + json.dumps(body).encode(), {}).facts == (one(),)


@pytest.mark.parametrize("body", [[], {"conditions": []}])
def test_no_conditions_are_no_fault(body: object) -> None:
    assert read_json(body) == Reading()


@pytest.mark.parametrize(
    ("change", "field", "value"),
    [
        ({"until": None}, "until", None),
        ({"until": ""}, "until", None),
        ({"kind": "Road", "severity": "SEVERE"}, "kind", "road"),
        ({"node": "XX-Border-Malaba"}, "place", Place(node="xx-border-malaba")),
        ({"node": None}, "place", Place()),
        ({"node": "nowhere"}, "place", Place(node="nowhere")),
        ({"reference": 77}, "reference", "77"),
        ({"from": "2026-11-24T06:00:00"}, "since.value", datetime(2026, 11, 24, 6)),  # noqa: DTZ001
        ({"from": "2026-11-24"}, "since.value", date(2026, 11, 24)),
        ({"from": "2026-11-25", "until": "2026-11-25"}, "until.value", date(2026, 11, 25)),
        ({"until": "2026-11-24T06:00:00+03:00"}, "severity", "severe"),
        ({"from": "2026-11-24T12:00:00", "until": "2026-11-24T06:00:00Z"}, "severity", "severe"),
        ({"cancelled": True}, "function", "cancel"),
        ({"cancelled": True, "severity": None}, "severity", "normal"),
        ({"cancelled": "no"}, "function", "original"),
        ({"kind": "system", "system": "icms"}, "system", "iCMS"),
        ({"kind": "system", "system": "Orbus"}, "system", "Orbus"),
        ({"kind": "system", "text": "The Rwanda Electronic Single Window is down"}, "system", "ReSW"),
        ({"kind": "system", "reference": "KWATOS-3"}, "system", "KWATOS"),
        ({"kind": "system"}, "system", ""),
        ({"text": "RECTS seals"}, "system", ""),
    ],
)
def test_partners_deviate(change: dict[str, object], field: str, value: object) -> None:
    found: object = one(**change)
    for name in field.split("."):
        found = getattr(found, name)
    assert found == value


@pytest.mark.parametrize(
    ("change", "code", "detail"),
    [
        ({"reference": ""}, "no_reference", "reference"),
        ({"kind": "river"}, "unknown_code", "river"),
        ({"kind": None}, "unknown_code", "kind"),
        ({"severity": "grim"}, "unknown_code", "grim"),
        ({"severity": None}, "unknown_code", "severity"),
        ({"from": None}, "no_time", "from"),
        ({"from": "24/11/2026"}, "no_time", "from 24/11/2026"),
        ({"until": "later"}, "no_time", "until later"),
        ({"until": 7}, "no_time", "until 7"),
        ({"until": "2026-11-24T02:59:00Z"}, "bad_period", "2026-11-24T06:00:00+03:00 – 2026-11-24T02:59:00Z"),
        ({"until": "2026-11-23"}, "bad_period", "2026-11-24T06:00:00+03:00 – 2026-11-23"),
        ({"from": "2026-11-24", "until": "2026-11-23"}, "bad_period", "2026-11-24 – 2026-11-23"),
    ],
)
def test_one_bad_condition_is_a_fault_and_the_others_are_read(
    change: dict[str, object], code: str, detail: str
) -> None:
    found = read_json([RAIN, {**RAIN, **change}, RAIN])
    if change.get("until") == "2026-11-23" and "from" not in change:
        # A local day may still be that of the beginning elsewhere.
        assert [fault.code for fault in found.faults] in ([], [code])
        return
    assert [fact.line for fact in found.of(Condition)] == [1, 3]
    assert [(fault.code, fault.line, fault.detail) for fault in found.faults] == [(code, 2, detail)]


@pytest.mark.parametrize("item", [None, 7, "rain", [RAIN], "\ud800"])
def test_what_is_no_condition_is_a_fault(item: object) -> None:
    found = read_json([item, RAIN])
    assert ([fault.code for fault in found.faults], len(found.facts)) == (["wrong_shape"], 1)


@pytest.mark.parametrize(
    ("body", "code"),
    [
        *(
            (b"", "empty"),
            (b'{"conditions": [', "not_json"),
            (b'{"conditions": 7}', "wrong_shape"),
            (b"{}", "wrong_shape"),
        ),
        *(
            (b"[" * 100_000, "not_json"),
            (b"null", "wrong_shape"),
            (b"Hello", "wrong_shape"),
            (b"<html>Sign in</html>", "html"),
        ),
        *((b"iCMS is down", "no_time"), (b"iCMS until 9 Feb 2026", "no_time"), (b"x" * (MOST_CHARS + 1), "too_large")),
        (b"iCMS is down on 12 Oct 2025. See you on 13 Oct 2025 at 06:00.", "no_time"),
        (b"The office shuts 12 Oct 2025 06:00-14:00", "wrong_shape"),
    ],
)
def test_what_says_nothing_of_the_corridor_is_one_fault(body: bytes, code: str) -> None:
    found = read(body, {})
    assert (found.facts, [fault.code for fault in found.faults]) == ((), [code])


def test_a_notice_without_a_known_system_says_which_were_looked_for() -> None:
    (fault,) = read(b"Hello", {}).faults
    assert (fault.detail, fault.excerpt) == ("iCMS, KWATOS, ReSW, RECTS, eCitizen, TradeNet, ASYCUDA", "Hello")


def local(*parts: int) -> datetime:
    return datetime(*parts)  # type: ignore[arg-type]  # noqa: DTZ001


def eat(*parts: int) -> datetime:
    return datetime(*parts, tzinfo=EAT)  # type: ignore[misc,arg-type]


NOTICES: list[tuple[str, str, str, list[tuple[datetime, datetime]]]] = [
    (
        "iCMS will be unavailable on 12 Oct 2025 06:00–14:00 EAT",
        "iCMS",
        "shut",
        [(eat(2025, 10, 12, 6), eat(2025, 10, 12, 14))],
    ),
    (
        "Scheduled maintenance of iCMS: 7 Feb 2026 18:00 – 9 Feb 06:00 EAT",
        *("iCMS", "severe", [(eat(2026, 2, 7, 18), eat(2026, 2, 9, 6))]),
    ),
    (
        "The Kenya TradeNet System will be down from 6:00 p.m. on Saturday, 7th February 2026\nto 6.00am on Monday 9th February 2026.",
        *("TradeNet", "shut", [(local(2026, 2, 7, 18), local(2026, 2, 9, 6))]),
    ),
    (
        "<html><body><h1>Notice</h1><p>KWATOS upgrade: from <b>3/11/2026</b> at 2200 hrs to 4/11/2026 at 0400&nbsp;hrs</p></body>",
        *("KWATOS", "severe", [(local(2026, 11, 3, 22), local(2026, 11, 4, 4))]),
    ),
    ("ReSW slow on 3 Nov 2026 from 22:00 to 04:00", "ReSW", "slow", [(local(2026, 11, 3, 22), local(2026, 11, 4, 4))]),
    (
        "RECTS delays 06:00 to 14:00 on 12 Oct 2025",
        "RECTS",
        "slow",
        [(local(2025, 10, 12, 6), local(2025, 10, 12, 14))],
    ),
    (
        "eCitizen outages: 12 Oct 2025 06:00-14:00; 13 Oct 06:00-14:00 UTC",
        *("eCitizen", "shut"),
        [(datetime(2025, 10, day, 6, tzinfo=UTC), datetime(2025, 10, day, 14, tzinfo=UTC)) for day in (12, 13)],
    ),
]


@pytest.mark.parametrize(("text", "system", "severity", "periods"), NOTICES)
def test_notices_of_maintenance(
    text: str, system: str, severity: str, periods: list[tuple[datetime, datetime]]
) -> None:
    found = read(text.encode(), {"node": "ke-port-mombasa"})
    assert found.faults == ()
    facts = found.of(Condition)
    assert [(fact.since.value, fact.until and fact.until.value) for fact in facts] == periods
    assert {(fact.system, fact.severity, fact.kind, fact.place, fact.line) for fact in facts} == {
        (system, severity, "system", Place(node="ke-port-mombasa"), 1)
    }
    assert [fact.reference for fact in facts] == [f"{system}-{fact.since.value:%Y%m%d%H%M}" for fact in facts]
    assert all(fact.since.words in " ".join(fact.text.split()) for fact in facts)


def test_a_notice_without_a_year_is_of_the_time_when_it_came() -> None:
    found = read(b"iCMS is down 9 Jan 06:00 to 14:00", {"received_at": "2026-12-30T08:00:00Z"})
    assert [fact.since.value for fact in found.of(Condition)] == [local(2027, 1, 9, 6)]
    assert [fault.code for fault in read(b"iCMS is down 9 Jan 06:00 to 14:00", {}).faults] == ["no_time"]


@given(st.sampled_from(sorted(SYSTEMS)), st.text(" .,;:-\n", max_size=5), st.text("abc", max_size=5))
def test_a_system_is_named_by_a_word_of_its_own(system: str, sign: str, word: str) -> None:
    assert system_of(f"{word} {sign}{system.upper()} {sign}{word}") == system
    assert system_of(f"{word}x{system}x") == ""


@given(st.text("iCMS 0123456789:/-to.Feb\n", max_size=80))
def test_no_notice_makes_it_raise(text: str) -> None:
    found = read(f"KWATOS {text}".encode(), {})
    assert found.facts or found.faults
