"""The archive: the picture of each day as it was last shown, kept for good under the day's own address."""

from __future__ import annotations

from datetime import datetime
from zoneinfo import ZoneInfo

from corridor.models import DayRecord
from corridor.picture import picture

KIGALI = ZoneInfo("Africa/Kigali")


def keep_day(*, at: datetime) -> DayRecord:
    """Keep the picture at ``at`` as that of its day in Kigali; the last one of a day stays."""
    record, _made = DayRecord.objects.update_or_create(
        day=at.astimezone(KIGALI).date(), defaults={"picture": picture(at), "made_at": at}
    )
    return record
