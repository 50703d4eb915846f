"""Sessions of the USSD menu: what each screen says, what is done, and what is kept of them."""

from __future__ import annotations

from datetime import datetime
from typing import NamedTuple

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils import translation

from liaison.journal import record
from notify.correspondents import choose_language, language_of, owner_of
from tickets.models import Talk, Ticket
from tickets.talk.conversations import FLOOD, MOST_TALKS
from tickets.talk.menu import Place, walk
from tickets.talk.requests import Asker, open_by_text
from tickets.talk.screens import LONGEST, MARK, SCREENS, ending, screen
from tickets.talk.tracking import borders, find, fitted, priced, told

ROOM = LONGEST - MARK


class _Shown(NamedTuple):
    """What is shown, and the ticket that was opened."""

    text: str
    ticket: Ticket | None = None


@transaction.atomic
def serve(*, session: str, number: str, text: str, at: datetime) -> str:
    """The next screen of a session, in the language chosen in it; the same inputs again do nothing a second time."""
    place = walk(text)
    key = {"channel": Talk.Channel.USSD, "provider_id": f"{number}:{session}"[:160]}
    given = {"address": number, "received_at": at, "answered_at": at, "state": Talk.State.ANSWERED}
    talk, is_new = Talk.objects.select_for_update().get_or_create(**key, defaults=given)
    asker = Asker(channel=Talk.Channel.SMS, address=number, person=owner_of(number, at=at), at=at)
    language = place.language or language_of(channel=asker.channel, address=number) or "en"
    with translation.override(language):
        if is_new and Talk.objects.lately_of(Talk.Channel.USSD, number, at - FLOOD).count() > MOST_TALKS:
            shown = _Shown(ending(str(SCREENS["trouble"])))
        else:
            shown = _shown(place, asker, talk)
    talk.text, talk.answer, talk.language = text[:2000], shown.text[MARK:], language
    talk.kind = "report" if place.screen in ("problem", "words") else place.screen
    talk.person, talk.answered_at, talk.ticket = asker.person, at, shown.ticket or talk.ticket
    talk.save()
    return shown.text


def _shown(place: Place, asker: Asker, talk: Talk) -> _Shown:
    if not place.is_asked:
        return _Shown(screen(place.screen, is_wrong=place.is_wrong))
    if place.screen == "words":
        return _reported(place, asker, talk)
    if place.screen == "borders":
        return _Shown(ending("\n".join(borders(at=asker.at)) or str(SCREENS["no_borders"])))
    return _Shown(_found(place, asker))


def _found(place: Place, asker: Asker) -> str:
    """Where the goods are, or what they cost; a number of which nothing is known is asked for again."""
    found = find(place.number, person=asker.person, address=asker.address)
    if found.why == "enough":
        return ending(str(SCREENS["enough"]))
    if found.why:
        again = "several" if found.why == "several" else "not_found"
        return screen(again, {"number": place.number[:20]} if again == "not_found" else None)
    if place.screen == "track":
        return ending(told(found, person=asker.person, at=asker.at, room=ROOM))
    costs = priced(found, person=asker.person, at=asker.at, room=ROOM)
    return ending(costs or str(SCREENS["not_told"]))


def _reported(place: Place, asker: Asker, talk: Talk) -> _Shown:
    """Open the ticket once, however often the network sends the last input; answers go out by SMS."""
    ticket = talk.ticket
    if ticket is None:
        try:
            with transaction.atomic():
                ticket = open_by_text(words=place.words, number=place.number, category=place.problem, asker=asker)
        except ValidationError:
            return _Shown(ending(str(SCREENS["trouble"])))
        choose_language(channel=asker.channel, address=asker.address, language=place.language)
        facts = {"channel": Talk.Channel.USSD, "what": "report", "ref": ticket.ref}
        record(kind="tickets.talk_answered", subject="talk", key=str(talk.pk), by=asker.person, at=asker.at, **facts)
    return _Shown(ending(fitted(str(SCREENS["opened"]) % {"ref": ticket.ref}, ROOM)), ticket)
