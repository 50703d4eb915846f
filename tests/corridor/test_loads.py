"""What a tracker rides with after each of its fixes."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from corridor.loads import NOTHING, RIDDEN, Load

START = datetime(2026, 11, 1, tzinfo=UTC)
A, B, P, Q = "CSQU3054383", "TGHU3054380", "RAD123B", "KDA123A"
NONE = ("", "")


def after(*named: tuple[str, str], days_apart: float = 1) -> Load:
    load = NOTHING
    for number, (container, plate) in enumerate(named):
        load = load.after(container, plate, START + timedelta(days=days_apart) * number)
    return load


@pytest.mark.parametrize(
    ("named", "ridden"),
    [
        ([NONE], NONE),
        ([(A, P)], (A, P)),
        ([(A, ""), NONE, NONE], (A, "")),
        ([(A, ""), ("", P)], (A, P)),
        ([("", P), (A, "")], (A, P)),
        ([(A, P), ("", P)], (A, P)),
        ([(A, P), (B, "")], (B, "")),
        ([(A, P), (B, P)], (B, P)),
        ([(A, P), ("", Q)], ("", Q)),
        ([(A, P), (A, Q)], (A, Q)),
        ([("", P), (A, Q)], (A, Q)),
        ([(A, ""), (B, ""), (A, "")], (A, "")),
    ],
)
def test_a_load_is_added_to_until_another_is_named(named: list[tuple[str, str]], ridden: tuple[str, str]) -> None:
    load = after(*named)
    assert (load.container, load.plate) == ridden


def test_each_is_ridden_with_for_so_long_after_it_was_named_last() -> None:
    days = RIDDEN / timedelta(days=1)
    assert after((A, ""), NONE, days_apart=days - 0.01).container == A
    assert after((A, ""), NONE, days_apart=days) == NOTHING
    assert after((A, P), ("", P), ("", P), days_apart=days - 1)[::2] == ("", P)
    assert after((A, ""), (A, ""), NONE, days_apart=days - 1).container == A


def test_a_fix_named_what_was_named_at_its_own_time() -> None:
    load = after((A, ""), ("", P))
    times = [START + timedelta(days=number) for number in range(3)]
    assert [load.named_at(at) for at in times] == [(A, ""), ("", P), NONE]
