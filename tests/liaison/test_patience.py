"""How long a server asks to be left alone."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from liaison.patience import retry_after
from tests.conftest import AT


@pytest.mark.parametrize(
    ("said", "seconds"),
    [
        ("0", 0), (" 7 ", 7), ("99999999999", 86400), ("", None), ("soon", None), ("-5", None),
        ("Fri, 20 Nov 2026 05:00:00 GMT", 0), ("Fri, 20 Nov 2026 06:00:09 -0000", 9), ("Fri, 99 Nov 2026", None),
        ("Fri, 1 Nov 99999999999999999999 10:00:00 GMT", None),
    ],
)  # fmt: skip
def test_how_long_to_leave_a_server_alone(said: str, seconds: int | None) -> None:
    assert retry_after(said, AT) == seconds


@given(st.text(max_size=40))
def test_whatever_a_server_says_of_its_rest_is_a_day_at_most_or_nothing(said: str) -> None:
    seconds = retry_after(said, AT)
    assert seconds is None or 0 <= seconds <= 86_400
