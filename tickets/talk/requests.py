"""What each request of a text does, and what it is answered."""

from __future__ import annotations

from collections.abc import Callable
from copy import copy
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.models import Q, QuerySet
from django.utils import translation

from cargo.models import Consignment
from liaison.models import Organization, Person
from liaison.people import correct_person
from liaison.roles import OFFICE, TRADE_WRITE
from notify.correspondents import choose_language, start, stop
from notify.models import Correspondent, Notice
from tickets.acting import may_write
from tickets.conversation import Saying, say
from tickets.inbound import LONGEST_MESSAGE, LONGEST_TITLE, UNSORTED, kind_from
from tickets.merging import goes_on_in, threads_of
from tickets.models import REOPEN_WINDOW, Category, Message, Talk, Ticket
from tickets.opening import Opening, open_ticket
from tickets.resolving import confirm
from tickets.talk.answers import answer
from tickets.talk.reading import Request
from tickets.talk.tracking import find, told

# So long after anything last happened in a ticket a text without its number still belongs to it.
LATELY = timedelta(days=14)
# So many merged tickets of one caller, the last of them, are followed to where they go on.
MOST_TICKETS = 20
_OPENERS = TRADE_WRITE | OFFICE
_BY_TEXT = (Ticket.Channel.SMS, Ticket.Channel.WHATSAPP)


@dataclass(frozen=True, slots=True, kw_only=True)
class Asker:
    """Who asks, by which channel; the person is known by her telephone alone."""

    channel: str
    address: str
    person: Person | None
    at: datetime

    @property
    def phone(self) -> str:
        """The number, where the channel shows it."""
        return self.address if self.address.startswith("+") else ""

    @property
    def writer(self) -> Person | None:
        """The person in all of her organisations: for which she acts on her pages narrows no text of hers."""
        writer = copy(self.person)
        if writer is not None:
            writer.acting_for = None
        return writer


@dataclass(frozen=True, slots=True, kw_only=True)
class Reply:
    """What is answered, and the ticket and message that came of it."""

    text: str
    ticket: Ticket | None = None
    message: Message | None = None


def respond(request: Request, asker: Asker) -> Reply:
    """Do what was asked for, and say so in the active language."""
    try:
        with transaction.atomic():
            return _RESPONSES[request.kind](request, asker)
    except ValidationError:
        return Reply(text=answer("not_taken"))


def _track(request: Request, asker: Asker) -> Reply:
    found = find(request.number, person=asker.person, address=asker.address)
    if found.why:
        return Reply(text=answer(found.why, number=request.number, meant=found.meant))
    return Reply(text=told(found, person=asker.person, at=asker.at))


def _help(request: Request, asker: Asker) -> Reply:
    return Reply(text=answer("help"))


def _stop(request: Request, asker: Asker) -> Reply:
    stop(channel=asker.channel, address=asker.address, stopped_by=Correspondent.Stopped.USER, at=asker.at)
    return Reply(text=answer("stopped"))


def _start(request: Request, asker: Asker) -> Reply:
    start(channel=asker.channel, address=asker.address, at=asker.at)
    return Reply(text=answer("started"))


def _language(request: Request, asker: Asker) -> Reply:
    choose_language(channel=asker.channel, address=asker.address, language=request.language)
    if asker.person is not None:
        person = asker.person
        correct_person(
            person=person,
            name=person.name,
            phone=person.phone,
            language=request.language,
            by=person,
            at=asker.at,
        )
    with translation.override(request.language):
        return Reply(text=answer("language"))


def _rating(request: Request, asker: Asker) -> Reply:
    ticket = next((each for each in _solved(asker) if _may_write(each, asker)), None)
    if ticket is None:
        return Reply(text=answer("nothing_to_rate"))
    confirm(ticket=ticket, rating=request.rating, by=asker.person, at=asker.at)
    return Reply(text=answer("rated", rating=request.rating, ref=_known_as(ticket, asker)), ticket=ticket)


def _solved(asker: Asker) -> QuerySet[Ticket]:
    """What was solved of late for who asks, the latest first; what was rated already can be rated anew."""
    done = Q(state__in=(Ticket.State.RESOLVED, Ticket.State.CLOSED), resolved_at__gte=asker.at - REOPEN_WINDOW)
    theirs, person = _callers_now(asker), asker.writer
    if person is not None:
        theirs |= Q(opener=person, pk__in=Ticket.objects.visible_to(person).order_by().values("pk"))
    return Ticket.objects.filter(done, theirs).order_by("-resolved_at", "-pk")


def _callers(asker: Asker) -> Q:
    """What was opened by a text from the same address, before anybody had shown that it is hers."""
    return Q(caller=asker.address, channel__in=_BY_TEXT, opener__isnull=True)


def _callers_now(asker: Asker) -> Q:
    """As ``_callers``, and where those go on that were merged into others."""
    merged = Ticket.objects.filter(_callers(asker), state=Ticket.State.MERGED).select_related("merged_into")
    left = [goes_on_in(ticket, asker.person).pk for ticket in merged.order_by("-changed_at")[:MOST_TICKETS]]
    return _callers(asker) | Q(pk__in=left)


def _ticket(request: Request, asker: Asker) -> Reply:
    ticket = Ticket.objects.filter(ref=request.number).first()
    if ticket is None or not _may_write(ticket, asker):
        # The same words whether there is no such ticket or it is somebody else's.
        return Reply(text=answer("foreign", ref=request.number))
    if not request.words:
        return Reply(text=answer("empty", ref=ticket.ref))
    left = goes_on_in(ticket, asker.person)
    if not left.is_open and not left.may_reopen(asker.at):
        return Reply(text=answer("over", ref=ticket.ref))
    return _said(left, request.words, asker)


def _called(ticket: Ticket, asker: Asker) -> list[Ticket]:
    """Those of a caller's own that go on in this one, itself first."""
    rows = Ticket.objects.filter(_callers(asker), pk__in=threads_of(ticket)).select_related("merged_into")
    mine = [each for each in rows.order_by("pk") if each == ticket or goes_on_in(each, asker.person) == ticket]
    return sorted(mine, key=lambda each: each != ticket)


def _known_as(ticket: Ticket, asker: Asker) -> str:
    """The reference by which who asks knows it: a caller whose ticket was merged into it by that of her own."""
    return next((each.ref for each in _called(ticket, asker)), ticket.ref)


def _may_write(ticket: Ticket, asker: Asker) -> bool:
    if _called(ticket, asker):
        return True
    person = asker.writer
    is_seen = person is not None and Ticket.objects.visible_to(person).filter(pk=ticket.pk).exists()
    return is_seen and person is not None and may_write(person, ticket)


def _said(ticket: Ticket, words: str, asker: Asker) -> Reply:
    saying = Saying(
        text=words[:LONGEST_MESSAGE],
        kind=kind_from(asker.person),
        channel=asker.channel,
        address="" if asker.person else asker.address,
    )
    message = say(ticket=ticket, saying=saying, by=asker.person, at=asker.at)
    return Reply(text=answer("added", ref=_known_as(ticket, asker)), ticket=ticket, message=message)


def _words(request: Request, asker: Asker) -> Reply:
    ticket = _current(asker)
    if ticket is not None:
        return _said(ticket, request.words, asker)
    return _opened(request.words, "", asker)


def _unknown(request: Request, asker: Asker) -> Reply:
    if not request.words:
        return Reply(text=answer("only_text"))
    ticket = _current(asker)
    if ticket is not None and not ticket.is_open and request.words.isdecimal():
        # Asked for a number, she has given one that is none of ours: that is no complaint.
        return Reply(text=answer("which_rating", ref=_known_as(ticket, asker)))
    # A short answer is one to what we last asked; without that nobody knows what it means.
    return _said(ticket, request.words, asker) if ticket is not None else Reply(text=answer("unknown"))


def _report(request: Request, asker: Asker) -> Reply:
    if not request.words and not request.number:
        return Reply(text=answer("what"))
    return _opened(request.words, request.number, asker)


def _opened(words: str, number: str, asker: Asker) -> Reply:
    ticket = open_by_text(words=words, number=number, category=UNSORTED, asker=asker)
    return Reply(text=answer("opened", ref=ticket.ref), ticket=ticket)


def open_by_text(*, words: str, number: str, category: str, asker: Asker) -> Ticket:
    """Open a ticket: a person's about her own goods of that number, a stranger's as a caller, about none.

    Whoever may open none in the portal is a caller, too, and hears of it as callers do.
    """
    person = asker.person if asker.person and asker.person.roles & _OPENERS else None
    said = ": ".join(part for part in (number, words) if part)
    firms = sorted(person.organization_ids(*TRADE_WRITE)) if person else []
    about = _about(number, person)
    opening = Opening(
        category=Category.objects.get(code=category),
        title=said[:LONGEST_TITLE],
        body=said,
        consignments=about,
        organization=Organization.objects.get(pk=firms[0]) if firms and not about else None,
        channel=Ticket.Channel.WHATSAPP if asker.channel == Talk.Channel.WHATSAPP else Ticket.Channel.SMS,
        caller="" if person else asker.address[:120],
        caller_phone="" if person else asker.phone,
    )
    return open_ticket(opening=opening, by=person, at=asker.at)


def _about(number: str, person: Person | None) -> list[Consignment]:
    """The one consignment of that number on which the person may act."""
    if person is None or not number:
        return []
    found = list(Consignment.objects.actionable_by(person).search(number)[:2])
    return found if len(found) == 1 else []


def _current(asker: Asker) -> Ticket | None:
    """The ticket that a text without a number belongs to: the last that was told or written to from here."""
    since = asker.at - LATELY
    living = Q(state__in=Ticket.OPEN_STATES) | Q(resolved_at__gte=asker.at - REOPEN_WINDOW)
    tickets = Ticket.objects.filter(living, changed_at__gte=since).exclude(state=Ticket.State.MERGED)
    if asker.person is None:
        return tickets.filter(_callers_now(asker)).order_by("-changed_at", "-pk").first()
    written = Talk.objects.lately_of(asker.channel, asker.address, since).filter(ticket__isnull=False)
    named: list[tuple[datetime | None, str | None]] = []
    named += list(written.order_by("-pk").values_list("received_at", "ticket__ref")[:1])
    heard = Notice.objects.filter(
        person=asker.person, channel__in=_BY_TEXT, entry__subject="ticket", sent_at__gte=since
    )
    named += list(heard.order_by("-sent_at").values_list("sent_at", "entry__key")[:1])
    for _at, ref in sorted(named, key=_when, reverse=True):
        ticket = Ticket.objects.filter(ref=ref).first()
        if ticket is not None and _may_write(ticket, asker):
            left = tickets.filter(pk=goes_on_in(ticket, asker.person).pk).first()
            if left is not None:
                return left
    return None


def _when(named: tuple[datetime | None, str | None]) -> float:
    return named[0].timestamp() if named[0] else 0.0


_RESPONSES: dict[str, Callable[[Request, Asker], Reply]] = {
    "track": _track,
    "help": _help,
    "stop": _stop,
    "start": _start,
    "language": _language,
    "rating": _rating,
    "ticket": _ticket,
    "words": _words,
    "unknown": _unknown,
    "report": _report,
}
