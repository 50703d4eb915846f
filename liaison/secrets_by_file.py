"""Variables of the environment, each of which may instead be named with ``_FILE`` and then stands in a file."""

from __future__ import annotations

import math
from collections.abc import Mapping
from pathlib import Path

from django.core.exceptions import ImproperlyConfigured


def read(environ: Mapping[str, str], name: str) -> str:
    """The variable's value, or what its file says without the line's end; empty when neither is set.

    Raises ImproperlyConfigured when both are, or the file cannot be read or is empty: a secret that is left out by
    mistake must not become one that is made up.
    """
    given, file = environ.get(name, ""), environ.get(f"{name}_FILE", "")
    if not file:
        return given
    if given:
        raise ImproperlyConfigured(f"Both {name} and {name}_FILE are set; leave one out.")
    try:
        said = Path(file).read_text(encoding="utf-8").strip()
    except (OSError, UnicodeDecodeError) as error:
        raise ImproperlyConfigured(f"{name}_FILE: {file} cannot be read: {error}") from error
    if not said:
        raise ImproperlyConfigured(f"{name}_FILE: {file} is empty.")
    return said


def below(environ: Mapping[str, str], prefix: str, *, numbers: Mapping[str, float]) -> dict[str, str | float]:
    """By the rest of their names all variables that begin with ``prefix`` and are set, also by file.

    Those of ``numbers`` are numbers above zero, with what they are where nothing is said. Raises ImproperlyConfigured
    where one is no number.
    """
    names = {name.removesuffix("_FILE") for name in environ if name.startswith(prefix)}
    found = {name.removeprefix(prefix): read(environ, name) for name in sorted(names)}
    said = {name: value for name, value in found.items() if value}
    return {**numbers, **said, **{name: _number(prefix + name, said[name]) for name in numbers if name in said}}


def _number(name: str, said: str) -> float:
    try:
        number = float(said)
    except ValueError:
        number = 0
    if not 0 < number < math.inf:
        raise ImproperlyConfigured(f"{name} is a number above zero, and not “{said}”.")
    return number
