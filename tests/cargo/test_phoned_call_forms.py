"""The form for what was told of a ship: what it takes, at which time of the port's clock, and what it refuses."""

from __future__ import annotations

from datetime import UTC, date, datetime
from typing import Any

import pytest
import time_machine

from cargo.phoned_call_forms import PhonedCallForm
from cargo.phoned_calls import ACTUAL, BERTHS, TIMES

NOW = datetime(2026, 11, 20, 6, 0, tzinfo=UTC)
SAID = {
    "vessel": "MV Abacus",
    "imo": "IMO 9321483",
    "voyage": "411E",
    "time": "ATB",
    "day": "2026-11-20",
    "hour": "08:30",
    "terminal": "ke-term-ct2",
    "caller": "Jane",
    "agency": "KPA marine",
}
pytestmark = pytest.mark.usefixtures("network")


def form(**more: str) -> PhonedCallForm:
    return PhonedCallForm({**SAID, **more})


def errors(**more: str) -> list[str]:
    with time_machine.travel(NOW, tick=False):
        return list(form(**more).errors)


def test_what_was_said_goes_on_as_it_was_said() -> None:
    with time_machine.travel(NOW, tick=False):
        filled = form(phone="+254 7", remark="twice")
        assert filled.is_valid()
    told = filled.told()
    names = ("vessel", "imo", "voyage", "time", "terminal", "caller", "agency", "phone", "remark")
    assert [getattr(told, name) for name in names] == [
        "MV Abacus",
        "9321483",
        "411E",
        "ATB",
        "ke-term-ct2",
        "Jane",
        "KPA marine",
        "+254 7",
        "twice",
    ]
    assert str(told.when) == "2026-11-20 08:30:00"


def test_only_the_day_and_no_terminal_may_be_known() -> None:
    with time_machine.travel(NOW, tick=False):
        filled = form(hour="", terminal="", imo="", voyage="")
        assert filled.is_valid()
    told = filled.told()
    assert (told.when, told.terminal, told.imo, told.voyage) == (date(2026, 11, 20), "", "", "")


@pytest.mark.parametrize(
    ("typed", "found"),
    [
        ("", []),
        ("9321483", []),
        ("imo9321483", []),
        ("932 1483", []),
        ("9321484", ["imo"]),
        ("0000000", ["imo"]),
        ("932148", ["imo"]),
        ("93214831", ["imo"]),
        ("ABCDEFG", ["imo"]),
        ("IMO", []),
        ("x" * 12, ["imo"]),
        ("\N{ARABIC-INDIC DIGIT NINE}321483", ["imo"]),
    ],
)
def test_an_imo_number_has_a_check_digit(typed: str, found: list[str]) -> None:
    assert errors(imo=typed) == found


@pytest.mark.parametrize("time", TIMES)
@pytest.mark.parametrize(
    ("day", "hour", "is_ahead"),
    [
        # Six o'clock UTC is nine at Mombasa.
        ("2026-11-20", "09:00", False),
        ("2026-11-20", "08:59", False),
        ("2026-11-20", "23:59", True),
        ("2026-11-20", "", False),
        ("2026-11-21", "", True),
        ("2026-11-21", "00:30", True),
        ("2020-01-01", "12:00", False),
    ],
)
def test_what_has_happened_lies_behind_and_what_is_expected_may_lie_ahead(
    time: str, day: str, hour: str, is_ahead: bool
) -> None:
    assert errors(time=time, day=day, hour=hour) == (["day"] if is_ahead and time in ACTUAL else [])


def test_the_day_is_the_port_s() -> None:
    late = datetime(2026, 11, 20, 21, 30, tzinfo=UTC)
    with time_machine.travel(late, tick=False):
        assert form(day="2026-11-21", hour="").is_valid()
        assert form(day="2026-11-21", hour="00:15").is_valid()
        assert not form(day="2026-11-22", hour="").is_valid()


@pytest.mark.parametrize(
    ("change", "field"),
    [
        ({"vessel": " "}, "vessel"),
        ({"vessel": "x" * 61}, "vessel"),
        ({"time": ""}, "time"),
        ({"time": "eta"}, "time"),
        ({"day": ""}, "day"),
        ({"day": "20/13/2026"}, "day"),
        ({"hour": "9 o'clock"}, "hour"),
        ({"terminal": "ke-port-mombasa"}, "terminal"),
        ({"terminal": "1"}, "terminal"),
        ({"caller": ""}, "caller"),
        ({"agency": "x" * 61}, "agency"),
        ({"phone": "x" * 31}, "phone"),
        ({"remark": "x" * 141}, "remark"),
        ({"voyage": "\x00"}, "voyage"),
    ],
)
def test_a_slip_is_named_at_its_field_alone(change: dict[str, str], field: str) -> None:
    assert errors(**change) == [field]


def test_an_empty_form_names_all_that_it_needs() -> None:
    empty = PhonedCallForm({})
    assert set(empty.errors) == {"vessel", "time", "day", "caller", "agency"}


def test_only_berths_of_the_port_are_offered() -> None:
    fields: Any = PhonedCallForm().fields
    assert set(fields["terminal"].queryset.values_list("slug", flat=True)) <= set(BERTHS)
    assert [value for value, _label in fields["time"].choices] == ["", *TIMES]
