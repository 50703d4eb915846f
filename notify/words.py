"""The words for topics, channels and the states of the outbox."""

from __future__ import annotations

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from notify.kinds import ACCOUNT, ARRIVAL, CORRIDOR, HOLD, MONEY, MOVEMENT, TICKET

TOPICS: dict[str, Promise] = {
    MOVEMENT: _("Movements of my cargo"),
    ARRIVAL: _("The arrival in Kigali moves"),
    MONEY: _("Free days end, charges begin"),
    HOLD: _("My cargo is held or let go"),
    TICKET: _("Tickets"),
    CORRIDOR: _("Notices about the corridor"),
    ACCOUNT: _("Nominations, claims and my account"),
}
CHANNELS: dict[str, Promise] = {
    "email": _("E-mail"),
    "push": _("Browser"),
    "whatsapp": _("WhatsApp"),
    "sms": _("SMS"),
    "inbox": _("Inbox"),
}
STATES: dict[str, Promise] = {
    "due": _("to be sent"),
    "sent": _("sent"),
    "refused": _("could not be sent"),
    "dropped": _("called off"),
}


def topic_label(topic: str) -> str:
    """What a topic is called."""
    return str(TOPICS.get(topic, topic))


def channel_label(channel: str) -> str:
    """What a channel is called."""
    return str(CHANNELS.get(channel, channel))


def state_label(state: str) -> str:
    """What a state of the outbox is called."""
    return str(STATES.get(state, state))
