"""What the demo keeps between starts, whatever is found in its place."""

from __future__ import annotations

import json
import stat
from datetime import timedelta
from pathlib import Path

import pytest

from demo.cast import CAST
from demo.state import State, new_password, read_state, write_state, year_as_text, year_from
from demo.year import Year
from tests.demo.conftest import UNTIL

STATE = State("kivu-heron-4711", Year(seed=2026, until=UNTIL, consignments=40))


def test_what_is_kept_is_read_again(tmp_path: Path) -> None:
    write_state(tmp_path / "new", STATE)
    assert read_state(tmp_path / "new") == STATE
    write_state(tmp_path / "new", State("other", STATE.year))
    assert read_state(tmp_path / "new") == State("other", STATE.year)


def test_the_file_tells_who_signs_in_and_only_its_owner_may_read_it(tmp_path: Path) -> None:
    write_state(tmp_path, STATE)
    kept = json.loads((tmp_path / "demo.json").read_text())
    assert (kept["password"], len(kept["people"])) == (STATE.password, len(CAST))
    assert {"email": "importer@demo.example", "role": "owner"} in kept["people"]
    assert stat.S_IMODE((tmp_path / "demo.json").stat().st_mode) == 0o600
    assert [path.name for path in tmp_path.iterdir()] == ["demo.json"]


@pytest.mark.parametrize(
    "text",
    [
        "",
        "[]",
        "null",
        "{",
        '{"password": "x"}',
        '{"password": "x", "year": 5}',
        '{"password": "x", "year": {"seed": 1}}',
    ],
)
def test_a_damaged_file_is_none(tmp_path: Path, text: str) -> None:
    assert read_state(tmp_path) is None
    (tmp_path / "demo.json").write_text(text)
    assert read_state(tmp_path) is None


def test_a_year_is_kept_as_text_and_needs_its_offset() -> None:
    year = Year(seed=1, until=UNTIL + timedelta(microseconds=5), consignments=3)
    assert year_from(year_as_text(year)) == year
    with pytest.raises(ValueError, match="no offset"):
        year_from({**year_as_text(year), "until": "2026-11-20T06:00:00"})
    with pytest.raises(KeyError):
        year_from({})


def test_passwords_are_long_typeable_and_new_each_time() -> None:
    made = {new_password() for _ in range(50)}
    assert len(made) > 45
    assert all(len(password) >= 12 and password.isascii() and " " not in password for password in made)
