"""The outbox, what its readers want to hear and where they are reached, and how its channels are doing."""

from notify.models.channels import ChannelState, ChannelTally
from notify.models.outgoing import Letter, Notice, NoticeQuerySet, Outgoing, OutgoingQuerySet
from notify.models.providers import Correspondent, Report, Tally, Template
from notify.models.readers import Bounce, OwnBrowser, Phone, Preference, Stance, Wish

__all__ = [
    "Bounce",
    "ChannelState",
    "ChannelTally",
    "Correspondent",
    "Letter",
    "Notice",
    "NoticeQuerySet",
    "Outgoing",
    "OutgoingQuerySet",
    "OwnBrowser",
    "Phone",
    "Preference",
    "Report",
    "Stance",
    "Tally",
    "Template",
    "Wish",
]
