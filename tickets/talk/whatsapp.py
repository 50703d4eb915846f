"""What one webhook of WhatsApp tells, put where it belongs."""

from __future__ import annotations

from dataclasses import asdict
from datetime import datetime

from notify.correspondents import doubt
from notify.reports import Said, report_all
from notify.tallies import count
from notify.templates import judge
from tickets.talk.conversations import receive_talk
from tickets.talk.webhook import Hook


def take_hook(hook: Hook, *, at: datetime) -> dict[str, int]:
    """Store its messages, statuses and judgments, each by itself; returns how many there were of each kind."""
    received = [receive_talk(channel="whatsapp", at=at, **asdict(came)) for came in hook.came]
    duplicates = sum(each.is_duplicate for each in received)
    unknown = report_all((Said(channel="whatsapp", **asdict(status)) for status in hook.statuses), at=at)
    for judged in hook.judged:
        judge(at=at, **asdict(judged))
    for number in hook.moved:
        doubt(number=number, reason="number_changed", at=at)
    for what, times in (("unknown_report", unknown), ("odd_whatsapp", hook.left_out)):
        if times:
            count(what, at=at, times=times)
    return {"messages": len(received) - duplicates, "duplicates": duplicates, "statuses": len(hook.statuses)}
