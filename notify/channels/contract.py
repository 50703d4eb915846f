"""What every channel promises to the outbox."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from decimal import Decimal
from types import TracebackType
from typing import TYPE_CHECKING, Protocol, Self

if TYPE_CHECKING:
    from notify.models import Letter, Notice


@dataclass(frozen=True, slots=True)
class Receipt:
    """What the other side said of a message that it took: its own number of it, and its price where it names one."""

    number: str = ""
    cost: Decimal | None = None
    currency: str = ""


class PassingFailure(Exception):
    """Not sent now; the same may go through later, not before ``rest`` where the other side asked for one."""

    def __init__(self, words: str, *, rest: timedelta = timedelta()) -> None:
        super().__init__(words)
        self.rest = rest


class PermanentFailure(Exception):
    """Never to be sent this way: the address is wrong or the message refused."""


class AddressGone(PermanentFailure):
    """The address is no more: nothing else is to be sent to it either."""


class Channel(Protocol):
    """Opened once for a batch, then asked to send each row of the outbox."""

    def __enter__(self) -> Self:
        """Open whatever connection the batch shares."""

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, traceback: TracebackType | None, /
    ) -> None:
        """Close it."""

    def pointless(self, rows: Sequence[Notice | Letter], *, at: datetime) -> Mapping[Notice | Letter, str]:
        """Those of a batch that need not be tried at all, each with the reason; they are refused for good."""

    def send(self, row: Notice | Letter) -> Receipt | None:
        """Send one row, or all that is bundled with it as one message; raises PassingFailure or PermanentFailure."""
