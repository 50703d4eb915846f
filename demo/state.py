"""What the demo keeps between starts: its sign-ins and the year it was made from, in the state folder's demo.json."""

from __future__ import annotations

import json
import os
import secrets
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from demo.cast import CAST
from demo.year import Year

# Two words and a number: to be read from a terminal and typed into a phone.
_WORDS = ("akagera", "amahoro", "baobab", "bandari", "heron", "imigongo", "kilindini", "kivu", "malaba", "papyrus")


@dataclass(frozen=True, slots=True)
class State:
    """The one password of all sign-ins, and the year."""

    password: str
    year: Year


def new_password() -> str:
    """A password that nobody has had before."""
    return f"{secrets.choice(_WORDS)}-{secrets.choice(_WORDS)}-{secrets.randbelow(9000) + 1000}"


def read_state(folder: Path) -> State | None:
    """What demo.json holds; None where there is none or it is damaged."""
    try:
        kept = json.loads((folder / "demo.json").read_text())
        return State(str(kept["password"]), year_from(kept["year"]))
    except (OSError, ValueError, KeyError, TypeError):
        return None


def write_state(folder: Path, state: State) -> None:
    """Replace demo.json in one piece; only we may read it."""
    folder.mkdir(parents=True, exist_ok=True)
    people = [{"email": part.email, "role": part.role} for part in CAST]
    kept = {"password": state.password, "people": people, "year": year_as_text(state.year)}
    unfinished = folder / "demo.json.part"
    with open(unfinished, "w", opener=lambda path, flags: os.open(path, flags, 0o600)) as out:
        json.dump(kept, out, indent=1)
    unfinished.replace(folder / "demo.json")


def year_as_text(year: Year) -> dict[str, str]:
    """The year in plain text, for JSON."""
    return {"seed": str(year.seed), "until": year.until.isoformat(), "consignments": str(year.consignments)}


def year_from(kept: Mapping[str, str]) -> Year:
    """The year that ``year_as_text`` wrote; KeyError or ValueError for anything else."""
    until = datetime.fromisoformat(kept["until"])
    if until.tzinfo is None:
        raise ValueError("The moment of the load has no offset")
    return Year(seed=int(kept["seed"]), until=until, consignments=int(kept["consignments"]))
