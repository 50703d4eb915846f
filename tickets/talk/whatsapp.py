"""What one webhook of WhatsApp tells, put where it belongs."""

from __future__ import annotations

from datetime import datetime

from notify.correspondents import doubt
from notify.reports import Said, report_all
from notify.tallies import count
from notify.templates import judge
from tickets.talk.conversations import receive_talk
from tickets.talk.webhook import Hook


def take_hook(hook: Hook, *, at: datetime) -> dict[str, int]:
    """Store its messages, statuses and judgments, each by itself; returns how many there were of each kind."""
    duplicates = 0
    for came in hook.came:
        received = receive_talk(
            channel="whatsapp",
            provider_id=came.provider_id,
            address=came.address,
            text=came.text,
            raw=came.raw,
            at=at,
            is_silent=came.is_silent,
        )
        duplicates += received.is_duplicate
    said = [
        Said(
            channel="whatsapp",
            provider_id=status.provider_id,
            state=status.state,
            reason=status.reason,
            number=status.number,
            ours=status.ours,
        )
        for status in hook.statuses
    ]
    unknown = report_all(said, at=at)
    for judged in hook.judged:
        judge(
            name=judged.name,
            language=judged.language,
            at=at,
            status=judged.status,
            category=judged.category,
            quality=judged.quality,
            reason=judged.reason,
        )
    for number in hook.moved:
        doubt(number=number, reason="number_changed", at=at)
    for what, times in (("unknown_report", unknown), ("odd_whatsapp", hook.left_out)):
        if times:
            count(what, at=at, times=times)
    return {"messages": len(hook.came) - duplicates, "duplicates": duplicates, "statuses": len(said)}
