"""The channels by name. Each is one module with one contract: open it as a context, send, fail for now or for good."""

from __future__ import annotations

from notify.channels.contract import AddressGone, Channel, PassingFailure, PermanentFailure, Receipt
from notify.channels.email import EmailChannel
from notify.channels.push import PushChannel
from notify.channels.sms import SmsChannel
from notify.channels.whatsapp import WhatsAppChannel

CHANNELS: dict[str, type[Channel]] = {
    "email": EmailChannel,
    "sms": SmsChannel,
    "push": PushChannel,
    "whatsapp": WhatsAppChannel,
}

__all__ = ["CHANNELS", "AddressGone", "Channel", "PassingFailure", "PermanentFailure", "Receipt"]
