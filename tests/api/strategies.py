"""Bodies and parameters as the API's description has them, and as it has not."""

from __future__ import annotations

import string
from typing import Any

from hypothesis import strategies as st

from tests.api.described import described

# What has broken somebody's interface before.
ODD: list[Any] = [
    None, True, "", "\x00", "\ud83d", "'", "%", "%00", "../", "<b>", "RW26-000001", "9" * 400, "é" * 300, "2026-13-45",
    "0001-01-01T00:00:00+14:00", "9999-12-31T23:59:59-14:00", "NaN", "1e400", 0, -1, 2**63, 10**40, 0.1, [], {}, [[]],
    {"a": {}}, ["\x00"], "٣", "ﬀ", "\u202e", "--", "*/*",
]  # fmt: skip
odd = st.sampled_from(ODD)


def resolved(schema: Any) -> Any:
    """The component that a reference names."""
    name = schema.get("$ref", "").rpartition("/")[2]
    return described()["components"]["schemas"][name] if name else schema


def values(schema: Any) -> st.SearchStrategy[Any]:
    """Values that fit the schema, and every now and then one that does not."""
    schema = resolved(schema)
    if "anyOf" in schema:
        fitting = st.one_of(*map(values, schema["anyOf"]))
    elif "enum" in schema:
        fitting = st.sampled_from(schema["enum"])
    else:
        kind = schema.get("type", "string")
        kinds = kind if isinstance(kind, list) else [kind]
        fitting = st.one_of(*(_of(each, schema) for each in kinds))
    return st.one_of(fitting, fitting, fitting, odd)


def _of(kind: str, schema: Any) -> st.SearchStrategy[Any]:
    if kind == "object":
        return objects(schema)
    if kind == "array":
        return st.lists(values(schema.get("items", {})), max_size=3)
    simple: dict[str, st.SearchStrategy[Any]] = {
        "null": st.none(),
        "boolean": st.booleans(),
        "integer": st.integers(-5, 1000),
        "number": st.floats(-10, 1000, allow_nan=False) | st.integers(0, 100),
        "string": st.text(string.printable + "éﬀ٣", max_size=40),
    }
    if schema.get("format") == "date-time":
        return st.datetimes(timezones=st.timezones()).map(lambda at: at.isoformat())
    return simple[kind]


def objects(schema: Any) -> st.SearchStrategy[dict[str, Any]]:
    """Objects with what they need, some of the rest, and sometimes a field that nobody knows."""
    fields = {name: values(each) for name, each in schema.get("properties", {}).items()}
    needed = {name: fields[name] for name in schema.get("required", ())}
    rest = {name: each for name, each in fields.items() if name not in needed}
    return st.fixed_dictionaries(needed, optional={**rest, "colour": odd} if len(fields) % 3 == 0 else rest)
