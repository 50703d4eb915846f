"""The box that finds: what can be looked for."""

from __future__ import annotations

import re
from typing import Any

import pytest

from cargo.forms import FindForm
from cargo.models import Consignment, Status


@pytest.mark.parametrize(
    ("data", "is_valid"),
    [
        ({}, True),
        ({"q": "B1", "state": "on_road", "kind": "roro"}, True),
        ({"state": "nowhere"}, False),
        ({"kind": "parcel"}, False),
        ({"q": "x" * 41}, False),
        ({"q": "\x00"}, False),
    ],
)
def test_what_can_be_looked_for(data: dict[str, Any], is_valid: bool) -> None:
    assert FindForm(data).is_valid() is is_valid


def test_every_stage_and_every_kind_can_be_looked_for() -> None:
    offered = {name: set(re.findall(r'value="(\w*)"', str(FindForm()[name]))) for name in ("state", "kind")}
    assert offered == {
        "state": {"", "open", "archived", *Status.State.values},
        "kind": {"", *Consignment.CargoKind.values},
    }
