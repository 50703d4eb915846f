"""The words in which shapes are described: JSON Schema as OpenAPI 3.1 takes it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from django.db.models import Choices

Schema = dict[str, Any]

TEXT: Schema = {"type": "string"}
FLAG: Schema = {"type": "boolean"}
COUNT: Schema = {"type": "integer"}
NUMBER: Schema = {"type": "number"}
MOMENT: Schema = {"type": "string", "format": "date-time"}
DAY: Schema = {"type": "string", "format": "date"}
# A day alone where the hour is not known.
MOMENT_OR_DAY: Schema = {"anyOf": [MOMENT, DAY]}
MONEY: Schema = {"type": "string", "pattern": r"^-?[0-9]+\.[0-9]{2}$"}
ADDRESS: Schema = {"type": "string", "format": "uri-reference"}
UUID: Schema = {"type": "string", "format": "uuid"}


def text(most: int, **more: Any) -> Schema:
    """A text of so many characters at most."""
    return {"type": "string", "maxLength": most, **more}


def one_of(choices: type[Choices] | Sequence[str]) -> Schema:
    """One of known words."""
    words = choices.values if isinstance(choices, type) else choices
    return {"type": "string", "enum": list(words)}


def maybe(schema: Schema) -> Schema:
    """It, or null where it is unknown or not for the caller."""
    return {"anyOf": [schema, {"type": "null"}]}


def listed(schema: Schema) -> Schema:
    """Any number of them."""
    return {"type": "array", "items": schema}


def record(fields: Mapping[str, Schema]) -> Schema:
    """An object that has each of ``fields`` and no other."""
    return {**part(fields), "required": list(fields)}


def part(fields: Mapping[str, Schema], needs: Sequence[str] = ()) -> Schema:
    """An object with some of ``fields`` and no other; those of ``needs`` always."""
    needed = {"required": list(needs)} if needs else {}
    return {"type": "object", "properties": dict(fields), **needed, "additionalProperties": False}


def ref(name: str) -> Schema:
    """The component of that name."""
    return {"$ref": f"#/components/schemas/{name}"}


def page(name: str) -> Schema:
    """A page of them."""
    return record({"next": maybe(ADDRESS), "previous": maybe(ADDRESS), "results": listed(ref(name))})


def json_of(name: str) -> dict[str, Schema]:
    """A body of JSON of the component of that name."""
    return {"application/json": ref(name)}
