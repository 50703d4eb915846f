"""What every channel promises to the outbox."""

from __future__ import annotations

from types import TracebackType
from typing import TYPE_CHECKING, Protocol, Self

if TYPE_CHECKING:
    from notify.models import Letter, Notice


class PassingFailure(Exception):
    """Not sent now; the same may go through later."""


class PermanentFailure(Exception):
    """Never to be sent this way: the address is wrong or the message refused."""


class Channel(Protocol):
    """Opened once for a batch, then asked to send each row of the outbox."""

    def __enter__(self) -> Self:
        """Open whatever connection the batch shares."""

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, traceback: TracebackType | None, /
    ) -> None:
        """Close it."""

    def send(self, row: Notice | Letter) -> None:
        """Send one row; raises PassingFailure or PermanentFailure."""
