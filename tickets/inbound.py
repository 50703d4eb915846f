"""Mails coming in: each is stored as it came, then read into a message on a ticket, or into a new ticket."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from dataclasses import asdict, replace
from datetime import datetime, timedelta
from typing import NamedTuple

from django.conf import settings
from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.models import F
from django.utils.translation import gettext as _

from liaison.bell import ring
from liaison.documents import check_content
from liaison.journal import record
from liaison.models import Organization, Person
from liaison.roles import OFFICE, TRADE, Role
from notify.addresses import note_returned
from tickets.conversation import MOST_PAPERS, Saying, say
from tickets.correspondence import person_of, speaks_for_agency, thread_of
from tickets.letters.letter import Letter, Unread
from tickets.letters.reading import read
from tickets.mail_words import declined_files
from tickets.models import Category, Entry, Mail, Message, Ticket
from tickets.opening import Opening, open_ticket
from tickets.posting import LANGUAGE, write_declined, write_to_strangers

Papers = tuple[tuple[str, bytes], ...]
MAIL_BELL = "tickets.tasks.read_mail"
# Until the office has sorted it, what comes by mail is a question.
UNSORTED = "INFO"
LONGEST_MESSAGE, LONGEST_BODY, LONGEST_TITLE = 20_000, 8_000, 140
# Who writes more than this in that time is a machine, or wants to do harm.
MOST_MAILS, FLOOD = 20, timedelta(minutes=10)
# Of so many mails in that time, whoever sent them, strangers open no further tickets: senders can be made up.
MOST_TOGETHER = 200
# A picture within the text is a photograph, and not the logo of a signature, from this size.
SMALLEST_PICTURE = 10_000
# Why a mail was left where it is, beside the reasons of reading and threading.
LEFT = frozenset({"auto_reply", "receipt", "bounce", "list", "loop", "flood", "nobody", "refused"})


class Received(NamedTuple):
    """A mail that was taken in, and whether the same bytes had come before."""

    mail: Mail
    is_duplicate: bool


@transaction.atomic
def receive_mail(*, raw: bytes, at: datetime) -> Received:
    """Store a mail as it came, once, and wake who reads it."""
    mail, is_new = Mail.objects.get_or_create(
        digest=hashlib.sha256(raw).hexdigest(), defaults={"raw": raw, "received_at": at}
    )
    if is_new:
        ring(MAIL_BELL, mail_id=mail.pk)
    return Received(mail, not is_new)


def read_mail(*, mail_id: int, at: datetime) -> Mail | None:
    """Read a stored mail into its ticket; None where it has been read, or is being read by somebody else."""
    Mail.objects.filter(pk=mail_id, state=Mail.State.STORED).update(attempts=F("attempts") + 1)
    with transaction.atomic():
        waiting = Mail.objects.select_for_update(skip_locked=True).filter(pk=mail_id, state=Mail.State.STORED)
        mail = waiting.first()
        if mail is not None:
            _settle(mail, at)
        return mail


@transaction.atomic
def open_left(*, mail: Mail, by: Person, at: datetime) -> Ticket:
    """Open a ticket from a mail that was left, in its sender's name. ValidationError where that cannot be done."""
    found = Mail.objects.select_for_update().get(pk=mail.pk)
    letter = _letter(found)
    if not found.may_open or isinstance(letter, Unread):
        raise ValidationError(_("No ticket can be opened from this mail."), code="mail")
    # Whoever it says has written it may not have: the ticket is that of a caller.
    found.ticket = _opened(letter, None, at)
    papers = tuple(_papers(found, letter))
    if papers or len(letter.fresh) > LONGEST_BODY:
        found.message = say(
            ticket=found.ticket, saying=_saying(letter, _rest(letter, papers), None, papers), by=None, at=at
        )
    found.state, found.reason = Mail.State.TAKEN, ""
    found.save()
    record(kind="tickets.mail_opened", subject="mail", key=str(found.pk), by=by, at=at, ref=found.ticket.ref)
    return found.ticket


@transaction.atomic
def put_left(*, mail: Mail, ticket: Ticket, by: Person, at: datetime) -> Ticket:
    """Put a mail that was left into the ticket to which it belongs, in its sender's name.

    ValidationError where that cannot be done: it was never read, is in a ticket, or the ticket is over.
    """
    found = Mail.objects.select_for_update().get(pk=mail.pk)
    letter = _letter(found)
    if not found.may_open or isinstance(letter, Unread):
        raise ValidationError(_("This mail cannot be put into a ticket."), code="mail")
    papers = tuple(_papers(found, letter))
    # Whoever it says has written it may not have: nothing is done in the name of an account.
    sender = letter.sender or str(_("sender unknown"))
    saying = replace(_saying(letter, _words(letter), None, papers, ticket), address=sender)
    found.message = say(ticket=ticket, saying=saying, by=None, at=at)
    found.ticket, found.state, found.reason = ticket, Mail.State.TAKEN, ""
    found.save()
    record(kind="tickets.mail_put", subject="mail", key=str(found.pk), by=by, at=at, ref=ticket.ref)
    return ticket


def hand_out(*, mail: Mail, by: Person, at: datetime) -> bytes:
    """The mail as it came; who took it away is noted, for it holds what the ticket does not show."""
    record(kind="tickets.mail_handed_out", subject="mail", key=str(mail.pk), by=by, at=at)
    return bytes(mail.raw)


def _letter(mail: Mail) -> Letter | Unread:
    ours, host = settings.EMAIL_INBOUND_ADDRESSES, settings.EMAIL_TRUSTED_HOST
    return read(bytes(mail.raw), mailboxes=ours, trusted_host=host)


def _settle(mail: Mail, at: datetime) -> None:
    """Note what became of it, and tell the journal."""
    mail.read_at = at
    letter = _letter(mail)
    reason = letter.reason if isinstance(letter, Unread) else _place(mail, letter, at)
    mail.reason, mail.state = reason, Mail.State.LEFT if reason else Mail.State.TAKEN
    mail.save()
    record(
        kind="tickets.mail_left" if reason else "tickets.mail_taken",
        subject="mail",
        key=str(mail.pk),
        by=None,
        at=at,
        reason=reason,
        ref=mail.ticket.ref if mail.ticket else "",
        files_declined=len(mail.declined),
    )


def _place(mail: Mail, letter: Letter, at: datetime) -> str:
    """Put the letter where it belongs; the code of the reason where it belongs nowhere."""
    mail.kind, mail.sender, mail.subject = letter.kind, letter.sender[:254], letter.subject
    mail.header_id, mail.text = letter.message_id, letter.text
    mail.checked = asdict(letter.authentication)
    found, mail.ticket = thread_of(letter, at=at)
    if letter.bounce is not None and letter.bounce.is_lasting:
        returned, words = letter.bounce.message_id, f"{letter.bounce.action} {letter.bounce.status}".strip()
        note_returned(message=returned, recipients=letter.bounce.recipients, words=words, at=at)
    if letter.kind != "letter" and not (letter.kind == "list" and found.by in ("token", "reference")):
        return letter.kind
    if not letter.sender:
        return "nobody"
    if found.refused:
        return found.refused
    if _is_flood(mail):
        return "flood"
    return _take(mail, letter, at)


def _is_flood(mail: Mail) -> bool:
    """Whether its sender writes too often, or strangers without a ticket do together."""
    since = mail.received_at - FLOOD
    if Mail.objects.before(mail, since=since).count() >= MOST_MAILS:
        return True
    is_strangers = mail.ticket is None and person_of(mail.sender) is None
    return is_strangers and Mail.objects.is_crowded(mail, most=MOST_TOGETHER, since=since)


def _take(mail: Mail, letter: Letter, at: datetime) -> str:
    papers = tuple(_papers(mail, letter))
    person, ticket = person_of(letter.sender), mail.ticket
    is_living = ticket is not None and (ticket.is_open or ticket.may_reopen(at))
    try:
        with transaction.atomic():
            if ticket is None or not is_living:
                ticket = _opened(letter, person, at)
                _acknowledge(ticket, letter, at)
            if is_living or papers or len(letter.fresh) > LONGEST_BODY:
                text = _words(letter) if is_living else _rest(letter, papers)
                saying = _saying(letter, text, person, papers, ticket)
                mail.message = say(ticket=ticket, saying=saying, by=person, at=at)
    except ValidationError:
        return "refused"
    mail.ticket = ticket
    if mail.declined and letter.is_answerable:
        language = person.language if person else LANGUAGE
        write_declined(ticket, letter.sender, declined_files(mail), language=language, at=at)
    return ""


def _acknowledge(ticket: Ticket, letter: Letter, at: datetime) -> None:
    """Tell a stranger that we have it; never a list or a machine."""
    if letter.is_answerable:
        write_to_strangers([ticket], "received", words="", at=at)


def _saying(letter: Letter, text: str, person: Person | None, papers: Papers, ticket: Ticket | None = None) -> Saying:
    """What the sender says; one without an account is named by the address, and speaks for the agency where he was
    asked as one of it.
    """
    address, channel = "" if person else letter.sender, Ticket.Channel.EMAIL
    said = Saying(text=text[:LONGEST_MESSAGE], kind=kind_from(person), channel=channel, address=address, papers=papers)
    if address and ticket is not None and speaks_for_agency(address, ticket):
        return replace(said, kind=Message.Kind.AGENCY, side=Entry.Party.AGENCY)
    return said


def _rest(letter: Letter, papers: Papers) -> str:
    """What a new ticket's own words leave out: their end, and which papers came with them."""
    names = ", ".join(name for name, _content in papers)
    return "\n\n".join(filter(None, [letter.fresh[LONGEST_BODY:].strip(), names]))


def kind_from(person: Person | None) -> str:
    """The office's own mail is a note: what it answers the importer, it writes in the portal."""
    roles = person.roles if person else set()
    if roles & OFFICE:
        return Message.Kind.NOTE
    return Message.Kind.AGENCY if Role.DESK in roles and not roles & TRADE else Message.Kind.REPLY


def _opened(letter: Letter, person: Person | None, at: datetime) -> Ticket:
    firms = sorted(person.organization_ids(*TRADE)) if person else []
    opening = Opening(
        category=Category.objects.get(code=UNSORTED),
        title=(letter.topic or _words(letter).partition("\n")[0])[:LONGEST_TITLE],
        body=letter.fresh[:LONGEST_BODY],
        organization=Organization.objects.get(pk=firms[0]) if firms else None,
        channel=Ticket.Channel.EMAIL,
        caller="" if person else (letter.sender or _("sender unknown"))[:120],
    )
    return open_ticket(opening=opening, by=person, at=at)


def _words(letter: Letter) -> str:
    """What is new in the letter; of one without words its subject, of one without that who wrote it."""
    return letter.fresh.strip() or letter.subject.strip() or letter.sender or _("(no subject)")


def _papers(mail: Mail, letter: Letter) -> Iterator[tuple[str, bytes]]:
    """The files that a ticket keeps; those that it does not are noted with the reason, and stay in the mail."""
    mail.declined = [{"name": file.name, "reason": file.reason} for file in letter.declined]
    files = [file for file in letter.attachments if not file.is_inline or len(file.content) >= SMALLEST_PICTURE]
    kept = 0
    for file in files:
        try:
            check_content(file.content)
        except ValidationError as error:
            mail.declined.append({"name": file.name, "reason": error.code or "type"})
            continue
        kept += 1
        if kept <= MOST_PAPERS:
            yield file.name, file.content
        else:
            mail.declined.append({"name": file.name, "reason": "too_many"})
