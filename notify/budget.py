"""What SMS cost in a month, and whether the month's budget is spent."""

from __future__ import annotations

from datetime import datetime
from decimal import Decimal
from zoneinfo import ZoneInfo

from django.conf import settings
from django.core.cache import cache
from django.db.models import Sum

from notify.models import ChannelTally

# Asked for so often that the answer is kept for so many seconds.
KEPT_S = 20
_KEY = "notify.budget.spent"
KIGALI = ZoneInfo("Africa/Kigali")


def month_of(at: datetime) -> datetime:
    """When the month of ``at`` began by Kigali's calendar."""
    return at.astimezone(KIGALI).replace(day=1, hour=0, minute=0, second=0, microsecond=0)


def spent(*, at: datetime) -> Decimal:
    """What the SMS of the month of ``at`` cost so far by Kigali's calendar, in settings.SMS_CURRENCY."""
    paid = ChannelTally.objects.filter(channel="sms", starts_at__gte=month_of(at), starts_at__lte=at)
    return paid.aggregate(cost=Sum("cost"))["cost"] or Decimal(0)


def is_spent(*, at: datetime) -> bool:
    """Whether nothing is left for what can wait."""
    month = f"{_KEY}.{at.astimezone(KIGALI):%Y-%m}"
    said = cache.get(month)
    if said is None:
        said = spent(at=at) >= settings.SMS_MONTHLY_BUDGET
        cache.set(month, said, KEPT_S)
    return bool(said)


def forget_spent(*, at: datetime) -> None:
    """Have it counted anew."""
    cache.delete(f"{_KEY}.{at.astimezone(KIGALI):%Y-%m}")
