"""A secret by file is what its file says, or the portal does not start."""

from __future__ import annotations

from pathlib import Path

import pytest
from django.core.exceptions import ImproperlyConfigured

from liaison.secrets_by_file import below, read


def test_a_variable_or_its_file(tmp_path: Path) -> None:
    file = tmp_path / "key"
    file.write_text("from the file é\n")
    assert read({"KEY": "given", "OTHER_FILE": "/nowhere"}, "KEY") == "given"
    assert read({"KEY": "", "KEY_FILE": str(file)}, "KEY") == "from the file é"
    assert read({}, "KEY") == read({"KEY_FILE": ""}, "KEY") == ""


def test_a_file_that_cannot_be_the_secret_is_refused_by_name(tmp_path: Path) -> None:
    file = tmp_path / "key"
    for content, words in ((None, "cannot be read"), (b"\n", "is empty"), (b"\xff\xfe", "cannot be read")):
        if content is not None:
            file.write_bytes(content)
        with pytest.raises(ImproperlyConfigured, match=f"KEY_FILE: .*{words}"):
            read({"KEY_FILE": str(file)}, "KEY")
    with pytest.raises(ImproperlyConfigured, match="Both KEY and KEY_FILE"):
        read({"KEY": "given", "KEY_FILE": str(file)}, "KEY")


def test_all_below_a_prefix_by_value_or_by_file(tmp_path: Path) -> None:
    file = tmp_path / "key"
    file.write_text("secret\n")
    environ = {"POST_A": "1", "POST_B_FILE": str(file), "POST_C": "", "OTHER": "2", "POST": "3"}
    assert below(environ, "POST_", numbers={}) == {"A": "1", "B": "secret"}
    assert below({}, "POST_", numbers={"A": 10}) == {"A": 10}
    assert below(environ, "POST_", numbers={"A": 10, "C": 5}) == {"A": 1.0, "B": "secret", "C": 5}


@pytest.mark.parametrize("said", ["ten", "10 s", "0", "-1", "nan", "inf", "1e999", "٣٠x"])
def test_what_must_be_a_number_and_is_none_stops_the_start_by_its_name(said: str) -> None:
    with pytest.raises(ImproperlyConfigured, match=r"^POST_A is a number above zero, and not “"):
        below({"POST_A": said}, "POST_", numbers={"A": 10})
