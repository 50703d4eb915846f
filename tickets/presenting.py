"""Shaping a ticket for its page: who holds the ball, its clocks, and what was said and done in one line of time."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from cargo.words import headline
from liaison.models import Person
from tickets.clocks.reckoning import Clock
from tickets.finding import SOON, TODAY
from tickets.log import party_of
from tickets.mail_words import mail_row
from tickets.models import Attachment, Entry, Escalation, Mail, Message, Ticket
from tickets.models.categories import category_label
from tickets.questions import label
from tickets.sight import PUBLIC, SPOKEN, who_for_outsiders
from tickets.words import FOR_WHOM, did, holder_words, named_holder, stall_title, title_words

CLOCKS = {
    "first_reply": gettext_lazy("First reply"),
    "next_reply": gettext_lazy("Next reply"),
    "resolve": gettext_lazy("Resolution"),
}
# What is written in the portal's own pages goes without saying.
_OWN_WAYS = (Ticket.Channel.WEB, Ticket.Channel.PORTAL)


@dataclass(frozen=True, slots=True, kw_only=True)
class Ball:
    """Who holds the ball since when, in one line; ``is_over`` where nobody does any more."""

    words: str
    since: datetime
    is_over: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class ClockLine:
    """One clock: ``state`` is running, paused, kept or broken; ``due_at`` is empty while it stands still."""

    label: str
    who: str
    state: str
    due_at: datetime | None
    remaining: timedelta
    met_at: datetime | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Moment:
    """One line of time: a message with its papers, or something that was done.

    ``channel`` is the way by which a message came, where it was not written in the portal; ``mail`` is what the office
    sees of the mail behind it, see ``mail_words.mail_row``.
    """

    at: datetime
    who: str
    words: str
    kind: str
    message: Message | None = None
    papers: Sequence[Attachment] = field(default_factory=tuple)
    snapshot: dict[str, Any] | None = None
    for_whom: str = ""
    channel: str = ""
    mail: dict[str, Any] | None = None


def ball(ticket: Ticket, *, is_asked: bool) -> Ball:
    """Who has to move next; ``is_asked`` is whoever is to say whether what is called solved is solved."""
    if ticket.merged_into:
        words = _("It goes on as %(into)s.") % {"into": ticket.merged_into.ref}
    elif ticket.state == Ticket.State.RESOLVED:
        words = _("Solved, says the office. Tell us whether it is.") if is_asked else _("Solved, says the office.")
    elif ticket.state == Ticket.State.CLOSED:
        words = _("Solved and closed.")
    elif ticket.state == Ticket.State.NEW:
        words = _("The liaison office has it and will reply.")
    elif ticket.waiting_on == Ticket.Holder.AGENCY:
        words = _handed(ticket)
    else:
        words = _("In the hands of %(who)s.") % {"who": holder_words(ticket)}
    return Ball(words=words, since=ticket.waiting_since, is_over=not ticket.is_open)


def list_row(ticket: Ticket, *, is_asked: bool) -> dict[str, Any]:
    """What a list's template says of a ticket, found once and by one name each."""
    holding = ball(ticket, is_asked=is_asked)
    return {
        "ticket": ticket,
        "ref": ticket.ref,
        "title": title_words(ticket),
        "category": ticket.category.label,
        "organization": ticket.organization.name if ticket.organization else "",
        "words": holding.words,
        "since": holding.since,
    }


def _handed(ticket: Ticket) -> str:
    if ticket.accepted_at:
        return _("%(agency)s has it and has accepted it.") % {"agency": holder_words(ticket)}
    return _("%(agency)s has it and has not accepted it yet.") % {"agency": holder_words(ticket)}


def clock_lines(clocks: Iterable[Clock], *, at: datetime) -> list[ClockLine]:
    """The clocks for the page, those that still run first."""
    lines = [_clock_line(clock) for clock in clocks]
    return sorted(lines, key=lambda line: (line.state == "kept", line.due_at is None, line.due_at or at))


def _clock_line(clock: Clock) -> ClockLine:
    if clock.ended_at is not None:
        state = "broken" if clock.breached else "kept"
    else:
        state = "broken" if clock.breached else "paused" if clock.is_paused else "running"
    return ClockLine(
        label=str(CLOCKS[clock.kind]),
        who=clock.agency,
        state=state,
        due_at=clock.due_at if clock.ended_at is None else None,
        remaining=clock.remaining,
        met_at=clock.met_at,
    )


def answers_of(ticket: Ticket) -> list[tuple[str, str]]:
    """What was answered to the category's questions."""
    return [(label(code), said) for code, said in ticket.answers.items()]


def line_of_time(
    ticket: Ticket,
    entries: Iterable[Entry],
    messages: Iterable[Message],
    *,
    viewer: Person,
    sees_money: bool,
    mails: Iterable[Mail] = (),
) -> list[Moment]:
    """What was said and done, the latest first. ``messages`` are those that the viewer may read, with their papers;
    ``mails`` those of them, and of the opening, that she may see.
    """
    is_inside = party_of(viewer, ticket) == Entry.Party.OFFICE
    came = {mail.message_id: mail_row(mail) for mail in mails}
    done = [
        _done(entry, is_inside=is_inside, sees_money=sees_money, mail=came.get(None))
        for entry in entries
        if entry.kind not in SPOKEN and (is_inside or entry.kind in PUBLIC)
    ]
    spoken = [replace(said(message), mail=came.get(message.pk)) for message in messages]
    return sorted([*done, *spoken], key=lambda moment: moment.at, reverse=True)


def _done(entry: Entry, *, is_inside: bool, sees_money: bool, mail: dict[str, Any] | None) -> Moment:
    who = "" if is_inside else who_for_outsiders(entry)
    snapshot = _snapshot(entry.data, sees_money=sees_money) if entry.kind == Entry.Kind.ATTACHED else None
    opening = mail if entry.kind == Entry.Kind.OPENED else None
    return Moment(at=entry.at, who=who, words=did(entry, who=who), kind=entry.kind, snapshot=snapshot, mail=opening)


def _snapshot(data: dict[str, Any], *, sees_money: bool) -> dict[str, Any]:
    """How a consignment stood when it was attached; the money only for who may see it."""
    since = _time(data["since"])
    shown = {
        "consignment": data["consignment"],
        "headline": headline(last_kind=data["last_kind"], place=data["place"], is_held=data["is_held"], since=since),
        "since": since,
        "zone": data["zone"],
        "source": data["source"],
        "received_at": _time(data["received_at"]),
        "to_ship": data.get("to_ship", False),
        "p10": _time(data["p10"]),
        "p90": _time(data["p90"]),
    }
    return shown | ({"accrued": data["accrued"], "tomorrow": data["tomorrow"]} if sees_money else {})


def _time(text: str | None) -> datetime | None:
    return datetime.fromisoformat(text) if text else None


def said(message: Message) -> Moment:
    """A message with its papers, which must have been fetched with it."""
    return Moment(
        at=message.at,
        who=_author(message),
        words=message.text,
        kind=message.kind,
        message=message,
        papers=list(message.attachments.all()),
        for_whom=str(FOR_WHOM[message.kind]) if message.kind != Message.Kind.REPLY else "",
        channel="" if message.channel in _OWN_WAYS else str(Ticket.Channel(message.channel).label),
    )


def _author(message: Message) -> str:
    return str(message.author) if message.author else message.address or _("The portal")


@dataclass(frozen=True, slots=True, kw_only=True)
class StepRow:
    """A step of escalation on the supervisor's board: of which clock, whose, and who holds the ball now."""

    step: Escalation
    clock: str
    whose: str
    holder: str


def step_row(step: Escalation) -> StepRow:
    """How a step stands on the board."""
    whose = step.agency or str(_("the liaison office"))
    return StepRow(step=step, clock=str(CLOCKS[step.kind]), whose=whose, holder=holder_words(step.ticket))


# Of what a row of the board is made: the columns of a ticket and of what it refers to are nearly a hundred.
BOARD_COLUMNS = (
    "pk", "ref", "title", "stands", "state", "priority", "waiting_on", "waiting_since", "next_breach_at", "usd_at_risk",
    "risk_at", "tags", "category__code", "organization__name", "agency__name", "assignee__name", "assignee__email",
    "team__name",
)  # fmt: skip


def board_row(ticket: Mapping[str, Any], *, at: datetime) -> dict[str, Any]:
    """How a ticket, of which these are the ``BOARD_COLUMNS``, stands on the board: what its template says of it."""
    who = named_holder(ticket["waiting_on"], ticket["agency__name"])
    return {
        **ticket,
        "title": stall_title(ticket["stands"]) if ticket["stands"] else ticket["title"],
        "category": category_label(ticket["category__code"]),
        "organization": ticket["organization__name"],
        "assignee": ticket["assignee__name"] or ticket["assignee__email"],
        "team": ticket["team__name"],
        "holder": _("In the hands of %(who)s") % {"who": who},
        "urgency": urgency(ticket["next_breach_at"], at=at),
    }


def urgency(breach: datetime | None, *, at: datetime) -> str:
    """How soon a promise breaks: broken, soon, today, later or none."""
    if breach is None:
        return "none"
    if breach <= at:
        return "broken"
    return "soon" if breach <= at + SOON else "today" if breach <= at + TODAY else "later"
