"""What the box can say of a number that it does not find: what was meant by a slip, and how to bring the number in."""

from __future__ import annotations

from dataclasses import dataclass
from urllib.parse import urlencode

from cargo.forms import FindForm
from cargo.numbers import recognize

# Under which name the form of registration takes a number of each kind; plates and the portal's own references are
# given by others.
_FIELDS = {
    "container": "containers",
    "chassis": "containers",
    "bill_of_lading": "bill_of_lading",
    "kra_entry": "kra_entry",
}


@dataclass(frozen=True, slots=True)
class Asked:
    """The words of the box, the number that was meant where they are a slip, and the form's query to register it."""

    words: str
    meant: str
    query: str


def asked_for(form: FindForm) -> Asked | None:
    """What was typed into the box; None for nothing."""
    words = (form.cleaned_data["q"] if form.is_valid() else "").strip()
    if not words:
        return None
    number = recognize(words)
    given = {_FIELDS[number.kind]: number.meant or number.text} if number.kind in _FIELDS else {}
    if number.kind == "chassis":
        given["cargo_kind"] = "roro"
    return Asked(words, number.meant, urlencode(given))
