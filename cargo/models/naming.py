"""Which consignments a number names: one statement, of which each part has an index of its own."""

from __future__ import annotations

from django.db import connection

# So many of each part are looked at: a truck that has made more trips is better looked for by what it carries.
MOST_NAMED = 500
# The numbers of its own by which a consignment is found and its events are known, beside its reference.
NUMBERS = ("bill_of_lading", "own_reference", "rw_declaration", "kra_entry")
# With what people part a container's number.
_MARKS = str.maketrans("", "", "-./")
_WILD = str.maketrans({"\\": r"\\", "%": r"\%", "_": r"\_"})


def box_of(text: str) -> str:
    """A number as a container's is kept."""
    return text.translate(_MARKS) or text


def named_by(text: str) -> tuple[set[int], bool]:
    """The ids of those of which a number begins with ``text``, upper case without blanks; of a truck its whole plate.

    What was merged into another is found as that. False where more begin so with a number of their own than are
    looked at. It is said in SQL since saying it anew by querysets takes longer than the search.
    """
    values: dict[str, str | int | list[str]] = {
        "begins": text.translate(_WILD) + "%",
        "box": box_of(text).translate(_WILD) + "%",
        "seal": [text],
        "plates": sorted({text, text.replace("-", "")}),
        "most": MOST_NAMED,
        "one_more": MOST_NAMED + 1,
    }
    with connection.cursor() as cursor:
        cursor.execute(_NAMED, values)
        found: list[tuple[int, bool]] = cursor.fetchall()
    return {pk for pk, _is_own in found}, sum(is_own for _pk, is_own in found) <= MOST_NAMED


_BOXES = "SELECT consignment_id, true FROM cargo_unit WHERE container LIKE %(box)s LIMIT %(one_more)s"
_OWN = """
    SELECT COALESCE(merged_into_id, id), true FROM cargo_consignment
    WHERE {0} > '' AND {0} LIKE %(begins)s LIMIT %(one_more)s
"""
# The events of what was merged are the other's.
_TOLD = """
    SELECT DISTINCT m.consignment_id, false FROM cargo_event e JOIN cargo_eventmatch m ON m.event_id = e.id
    WHERE {} LIMIT %(most)s
"""
# Of several seals the first stands at the beginning of the column; the others are looked for in a list.
_SAID = (
    "e.declaration > '' AND e.declaration LIKE %(begins)s",
    "e.seals > '' AND e.seals LIKE %(begins)s",
    "e.seals LIKE '%% %%' AND string_to_array(e.seals, ' ') @> %(seal)s::text[]",
    "e.plate = ANY(%(plates)s)",
)
_PARTS = (_BOXES, *(_OWN.format(name) for name in ("ref", *NUMBERS)), *(_TOLD.format(said) for said in _SAID))
_NAMED = " UNION ALL ".join(f"({part})" for part in _PARTS)
