"""What a notice and a changed condition say, as plain facts that a journal entry carries and any language can word."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import asdict, dataclass, field
from datetime import datetime
from typing import Any

from corridor.models import Advisory, Condition, Node

LANGUAGES = ("en", "fr", "rw", "sw")
ZONE = "Africa/Kigali"
SEVERITIES = tuple(Condition.Severity.values)


@dataclass(frozen=True, slots=True, kw_only=True)
class Facts:
    """One version of a notice. ``nodes`` are slugs and ``places`` their names; times are ISO 8601, ``zone`` their own.

    ``texts`` is free text by language.
    """

    ref: str
    version: int
    kind: str
    severity: str
    nodes: list[str]
    places: list[str]
    systems: list[str]
    since: str
    until: str | None
    zone: str
    texts: dict[str, str] = field(default_factory=dict)

    def as_data(self) -> dict[str, Any]:
        """As plain JSON."""
        return asdict(self)


def facts_of(advisory: Advisory) -> Facts:
    """The facts of a version as it stands; one query where its nodes were not fetched before."""
    nodes = sorted(advisory.nodes.all(), key=lambda node: node.pk)
    return Facts(
        ref=advisory.reference,
        version=advisory.version,
        kind=advisory.kind,
        severity=advisory.severity,
        nodes=[node.slug for node in nodes],
        places=[node.name for node in nodes],
        systems=list(advisory.systems),
        since=advisory.since.isoformat(),
        until=advisory.until.isoformat() if advisory.until else None,
        zone=zone_of(nodes),
        texts={language: text for language in LANGUAGES if (text := getattr(advisory, f"text_{language}"))},
    )


def facts_from(data: Mapping[str, Any]) -> Facts:
    """The facts that a journal entry carries."""
    return Facts(**data)


def zone_of(nodes: Iterable[Node]) -> str:
    """The zone in which times are told: that of the places where they share one, else Kigali's."""
    zones = {node.time_zone for node in nodes}
    return zones.pop() if len(zones) == 1 else ZONE


def moment_of(text: str) -> datetime:
    """A time of the facts."""
    return datetime.fromisoformat(text)
