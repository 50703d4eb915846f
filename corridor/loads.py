"""What a tracker rides with: the container and the plate that it named last, until another, and for so long at most."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import NamedTuple

# So long is also a seal or a truck taken to be with the container that it was last named together with.
RIDDEN = timedelta(days=45)


class Load(NamedTuple):
    """A container and a plate, empty where unknown, and when the fix was taken that named each of them last."""

    container: str = ""
    container_at: datetime | None = None
    plate: str = ""
    plate_at: datetime | None = None

    def is_other(self, container: str, plate: str) -> bool:
        """Whether who names these has changed its load: another container, or with none to compare another plate."""
        if self.container and container:
            return container != self.container
        return bool(self.plate and plate) and plate != self.plate

    def after(self, container: str, plate: str, at: datetime) -> Load:
        """What is ridden with after a fix that names these: of another load no more is known than what it names."""
        kept = NOTHING if self.is_other(container, plate) else self
        own, own_at = (container, at) if container else _lasting(kept.container, kept.container_at, at)
        truck, truck_at = (plate, at) if plate else _lasting(kept.plate, kept.plate_at, at)
        return Load(own, own_at, truck, truck_at)

    def named_at(self, at: datetime) -> tuple[str, str]:
        """The container and the plate that the fix of this moment named itself."""
        return self.container if self.container_at == at else "", self.plate if self.plate_at == at else ""


NOTHING = Load()


def _lasting(word: str, named_at: datetime | None, at: datetime) -> tuple[str, datetime | None]:
    return (word, named_at) if named_at is not None and named_at > at - RIDDEN else ("", None)
