"""The kinds of news by the topics of which people choose, and the channels; plain data, without Django's models."""

from __future__ import annotations

from typing import NamedTuple

INBOX = "inbox"
# In the order in which one stands in for another.
SENT_BY = ("email", "push", "whatsapp", "sms")
CHANNELS = (*SENT_BY, INBOX)
# Those that make a telephone ring.
RINGING = frozenset({"push", "whatsapp", "sms"})
MOVEMENT, ARRIVAL, MONEY, HOLD, TICKET, CORRIDOR, ACCOUNT = TOPICS = (
    "movement",
    "arrival",
    "money",
    "hold",
    "ticket",
    "corridor",
    "account",
)


class Kind(NamedTuple):
    """A kind of journal entry that is told: its topic, and whether it is urgent; an entry's own data may say more."""

    topic: str
    is_urgent: bool = False


KINDS = {
    "cargo.consignment_moved": Kind(MOVEMENT),
    "cargo.message_written": Kind(MOVEMENT),
    "cargo.arrival_drifted": Kind(ARRIVAL),
    "cargo.money_burns": Kind(MONEY, is_urgent=True),
    "cargo.alarm_raised": Kind(MONEY),
    **dict.fromkeys(
        ("cargo.nominated", "cargo.nomination_accepted", "cargo.nomination_ended", "cargo.claim_granted"),
        Kind(ACCOUNT),
    ),
    **dict.fromkeys(("cargo.claim_refused", "cargo.consignment_given_over"), Kind(ACCOUNT)),
    **dict.fromkeys(
        ("corridor.advisory_published", "corridor.advisory_corrected", "corridor.advisory_withdrawn"), Kind(CORRIDOR)
    ),
    **dict.fromkeys(
        (
            *("tickets.opened", "tickets.assigned", "tickets.handed_over", "tickets.accepted", "tickets.given_back"),
            *("tickets.said", "tickets.replied", "tickets.noted", "tickets.mentioned", "tickets.resolved"),
            *("tickets.confirmed", "tickets.reopened", "tickets.disruption"),
        ),
        Kind(TICKET),
    ),
    "tickets.escalated": Kind(TICKET, is_urgent=True),
    "api.webhook_paused": Kind(ACCOUNT),
    "notify.address_bounced": Kind(ACCOUNT, is_urgent=True),
}
OTHER = Kind(ACCOUNT)


def kind_of(name: str, data_topic: str | None = None, *, is_urgent: bool | None = None) -> Kind:
    """What is known of a kind of entry, where its own data does not say otherwise; an unknown one concerns accounts."""
    known = KINDS.get(name, OTHER)
    topic = data_topic if data_topic in TOPICS else known.topic
    return Kind(topic, known.is_urgent if is_urgent is None else is_urgent)
