"""The API's description for machines, and its pages for people, both made from the same marks on the views."""

from __future__ import annotations

import json
from collections.abc import Iterator
from functools import lru_cache
from threading import Lock
from typing import Any

import yaml
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _
from django.views.decorators.cache import cache_control
from django.views.decorators.http import conditional_page, require_safe
from drf_spectacular.generators import SchemaGenerator

from api.answers import opened
from api.description.vocabulary import Schema

_TITLES = {
    "token": _("Tokens"),
    "consignments": _("Consignments"),
    "tickets": _("Tickets"),
    "corridor": _("The corridor"),
    "indicators": _("Indicators"),
    "webhooks": _("Webhooks"),
    "sources": _("Deliveries of sources"),
    "deliveries": _("Deliveries of sources"),
    "dcsa": _("DCSA Track & Trace"),
}
_MAKING = Lock()
_YAML, _JSON = "application/vnd.oai.openapi", "application/vnd.oai.openapi+json"


def description_of(language: str) -> Schema:
    """The whole description; what people read in it is in the language that is active, which ``language`` names."""
    # What makes it loads its parts the first time that they are asked for, which two threads must not do at once.
    with _MAKING:
        return _described(language)


@lru_cache(maxsize=8)
def _described(language: str) -> Schema:
    found: Schema = json.loads(json.dumps(SchemaGenerator().get_schema(request=None, public=True), default=str))
    return found


@opened
@cache_control(public=True, max_age=300)
@conditional_page
@require_safe
def schema(request: HttpRequest) -> HttpResponse:
    """OpenAPI 3.1 as JSON, or as YAML where ``?format=yaml`` or Accept asks for it."""
    found, accepted = description_of(get_language()), request.headers.get("Accept", "")
    asked = request.GET.get("format", "")
    if asked == "yaml" or (not asked and (_YAML in accepted.replace(_JSON, "") or "yaml" in accepted)):
        return HttpResponse(yaml.safe_dump(found, allow_unicode=True, sort_keys=False), content_type=_YAML)
    kind = _JSON if _JSON in accepted else "application/json"
    return HttpResponse(json.dumps(found, ensure_ascii=False), content_type=kind)


@require_safe
def docs(request: HttpRequest) -> HttpResponse:
    """The reference, call by call, with a form to try each out."""
    found = description_of(get_language())
    groups: dict[str, list[dict[str, Any]]] = {}
    for call in _calls(found):
        groups.setdefault(str(_TITLES.get(call["tag"], call["tag"])), []).append(call)
    shapes = [_shape(name, shape) for name, shape in found["components"]["schemas"].items()]
    return render(request, "api/docs.html", {"groups": groups, "shapes": shapes})


def _calls(found: Schema) -> Iterator[dict[str, Any]]:
    for path, operations in found["paths"].items():
        for method, operation in operations.items():
            body = next(iter(operation.get("requestBody", {}).get("content", {}).items()), None)
            example = _example(found, body[1]["schema"]) if body else None
            yield {
                "id": operation["operationId"],
                "tag": operation["tags"][0],
                "method": method.upper(),
                "path": path,
                "summary": operation["summary"],
                "is_open": not operation.get("security"),
                "parameters": [
                    {**each, "type": type_of(each["schema"]), "is_in": each["in"]}
                    for each in operation.get("parameters", [])
                ],
                "body": {"type": body[0], "shape": type_of(body[1]["schema"]), "example": example} if body else None,
                "answers": [
                    {"status": status, "words": answer["description"], "shape": _shape_of(answer)}
                    for status, answer in sorted(operation["responses"].items())
                ],
            }


def _shape_of(answer: Schema) -> str:
    content = next(iter(answer.get("content", {}).values()), None)
    return type_of(content["schema"]) if content else ""


def _example(found: Schema, body: Schema) -> str:
    name = body.get("$ref", "").rpartition("/")[2]
    example = found["components"]["schemas"].get(name, {}).get("example")
    return json.dumps(example, ensure_ascii=False, indent=2) if example else ""


def _shape(name: str, shape: Schema) -> dict[str, Any]:
    fields = [{"name": field, "type": type_of(said)} for field, said in shape.get("properties", {}).items()]
    return {"name": name, "fields": fields, "is_array": shape.get("type") == "array"}


def type_of(schema: Schema) -> str:
    """A shape in few words: its type or the name of its component, its values, and whether it may be null."""
    if "$ref" in schema:
        return str(schema["$ref"]).rpartition("/")[2]
    if "anyOf" in schema:
        return " | ".join(dict.fromkeys(map(type_of, schema["anyOf"])))
    if "enum" in schema:
        return " | ".join("null" if value is None else str(value) or '""' for value in schema["enum"][:24])
    kind = schema.get("type", "any")
    if isinstance(kind, list):
        return " | ".join(kind)
    if kind == "array":
        return f"[{type_of(schema.get('items', {}))}]"
    if "results" in schema.get("properties", {}):
        return f"{{next, previous, results: {type_of(schema['properties']['results'])}}}"
    return str(schema.get("format", kind))
