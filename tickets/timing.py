"""What the log of a ticket and the promises of its category make of its clocks."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from tickets.models import Ticket

Clock = Any


def clocks_of_ticket(ticket: Ticket, *, at: datetime) -> list[Clock]:
    """The clocks of a ticket as they stand."""
    return []


def next_breach_of(ticket: Ticket, *, at: datetime) -> datetime | None:
    """When the next promise breaks."""
    return None
