"""What staff say of the corridor's state themselves: a delivery of the office's own source, read like any other."""

from __future__ import annotations

import hashlib
import json
from dataclasses import dataclass
from datetime import datetime

from feeds.intake import Receipt, receive
from feeds.sources import own_source
from liaison.models import Person

SLUG = "office-conditions"
NAME = "Liaison Office"
# After the agency in charge, before what the portal counts.
RANK = 40


@dataclass(frozen=True, slots=True, kw_only=True)
class Spoken:
    """A condition in plain words; times are the place's own, without an offset. ``evidence`` is who said so."""

    kind: str
    node: str
    system: str
    severity: str
    since: datetime
    until: datetime | None
    text: str
    evidence: str

    def as_json(self, *, said_at: datetime) -> bytes:
        """The documented JSON with one condition. Its reference names the subject, so that a later word replaces it.

        ``said_at`` keeps apart what is said again after something else was.
        """
        subject = f"{self.kind}:{self.system or self.node}"
        said = {
            "reference": f"office-{hashlib.blake2b(subject.encode(), digest_size=6).hexdigest()}",
            "node": self.node,
            "system": self.system,
            "kind": self.kind,
            "severity": self.severity,
            "from": self.since.isoformat(timespec="minutes"),
            "until": self.until.isoformat(timespec="minutes") if self.until else None,
            "text": f"{self.text} ({self.evidence})",
        }
        return json.dumps({"said_at": said_at.isoformat(), "conditions": [said]}, ensure_ascii=False, indent=1).encode()


def speak(*, spoken: Spoken, by: Person, at: datetime) -> Receipt:
    """Keep what was said as a delivery of the office's own source; it is read within seconds, like any other."""
    return receive(
        source=own_source(slug=SLUG, format="status", name=NAME, rank=RANK, at=at),
        raw=spoken.as_json(said_at=at),
        at=at,
        file_name="condition.json",
        content_type="application/json",
        by=by,
        note=spoken.evidence,
    )
