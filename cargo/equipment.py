"""What a container is by its size and type code: dry, reefer, tank, out of gauge.

Source: ISO 6346:1995 and 2022, annexes D and E: the first sign is the length, the third the type group.
"""

from __future__ import annotations

from typing import Literal

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django_stubs_ext import StrPromise

Equipment = Literal["dry", "reefer", "tank", "out_of_gauge", "bulk"]

# G and V: general purpose and ventilated; R and H: refrigerated, heated, insulated; T and K: tanks for liquids, gases
# and under pressure; U and P: open top, and platforms with or without ends, for what is too high or too wide; B: dry
# bulk. S (named cargo) and A (air) say nothing of what a trader asks.
_GROUPS: dict[str, Equipment] = {
    **dict.fromkeys("GV", "dry"),
    **dict.fromkeys("RH", "reefer"),
    **dict.fromkeys("TK", "tank"),
    **dict.fromkeys("UP", "out_of_gauge"),
    "B": "bulk",
}
# The digits that the code had before 1995 (ISO 6346:1984): the same groups.
_OLD_GROUPS: dict[str, Equipment] = {
    "0": "dry", "1": "dry", "3": "reefer", "4": "reefer", "5": "out_of_gauge", "6": "out_of_gauge",
    "7": "tank", "8": "bulk",
}  # fmt: skip
_FEET = {"1": 10, "2": 20, "3": 30, "4": 40, "L": 45, "9": 45, "M": 48}
_LABELS: dict[Equipment, StrPromise] = {
    "dry": gettext_lazy("dry"),
    "reefer": gettext_lazy("reefer"),
    "tank": gettext_lazy("tank"),
    "out_of_gauge": gettext_lazy("out of gauge"),
    "bulk": gettext_lazy("dry bulk"),
}


def equipment_of(size_type: str) -> Equipment | None:
    """What it is; None where the code does not say or is none."""
    if len(size_type) != 4 or not size_type.isalnum():
        return None
    return _GROUPS.get(size_type[2]) or _OLD_GROUPS.get(size_type[2])


def feet_of(size_type: str) -> int | None:
    """Its length in feet; None where the code does not say."""
    return _FEET.get(size_type[:1]) if len(size_type) == 4 else None


def equipment_words(size_type: str) -> str:
    """Length and kind in words; the code itself where it says neither; empty for no code."""
    feet, kind = feet_of(size_type), equipment_of(size_type)
    if kind is None:
        return size_type
    return _("%(feet)s ft, %(kind)s") % {"feet": feet, "kind": _LABELS[kind]} if feet else str(_LABELS[kind])
