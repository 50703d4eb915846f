"""What looks like a secret is found, what only speaks of one is not."""

from __future__ import annotations

from pathlib import Path

import pytest

from runner.leaks import leaks, main

LONG = "Zx81" * 6


@pytest.mark.parametrize(
    ("line", "found"),
    [
        ("-----BEGIN " + "EC PRIVATE KEY-----", True),
        ("key = AKIA" + "ABCDEFGHIJKLMNOP", True),
        ("ghp_" + "a1" * 18, True),
        (f'SECRET_KEY = "{LONG}"', True),
        (f"api_key: '{LONG}'", True),
        (f'{{"password": "{LONG}"}}', True),
        ('SECRET_KEY = _env("SECRET_KEY", "demo-only-secret")', False),
        ('PASSWORD_RESET_TOKEN_GENERATOR = "django.contrib.auth.tokens.Generator1"', False),
        ("SECRET_KEY_FILE: /run/secrets/secret_key", False),
        (f'digest = "{LONG}"', False),
        ("token = make_token(person=person, days=1)", False),
    ],
)
def test_what_is_found(tmp_path: Path, line: str, found: bool) -> None:
    (tmp_path / "code.py").write_text(f"first\n{line}\n")
    assert list(leaks(tmp_path, ["code.py"])) == (["code.py:2"] if found else [])


def test_files_for_secrets_are_none_of_the_repository_and_tests_may_make_some_up(tmp_path: Path) -> None:
    (tmp_path / "tests").mkdir()
    for name in (".env", "server.key", "tests/case.py"):
        (tmp_path / name).write_text(f'TOKEN = "{LONG}"\n' if name.startswith("tests") else "A=1\n")
    (tmp_path / "link").symlink_to("nowhere")
    names = [".env", "server.key", "tests/case.py", "link", "gone"]
    assert list(leaks(tmp_path, names)) == [".env: a file for secrets", "server.key: a file for secrets"]


def test_the_repository_has_none() -> None:
    assert main() == 0
