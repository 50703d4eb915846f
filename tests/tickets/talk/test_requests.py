"""What a text does: tickets opened, answered and rated by telephone, each only by who may."""

from __future__ import annotations

from datetime import timedelta

from django.utils import timezone

from cargo.models import Consignment
from liaison.models import Membership, Person
from notify.models import Letter
from tests.conftest import Cast, somebody
from tests.tickets.conftest import opened
from tests.tickets.talk.conftest import HERS, STRANGE, proven, said, text
from tickets.conversation import Saying, say
from tickets.models import Entry, Message, Ticket
from tickets.resolving import resolve
from tickets.talk.requests import LATELY


def solved(ticket: Ticket, cast: Cast) -> Ticket:
    return resolve(ticket=ticket, cause="port", words="Loaded this morning.", by=cast.officer, at=timezone.now())


def test_her_report_is_about_her_goods(cast: Cast, categories: None, consignment: Consignment) -> None:
    proven(cast.importer)
    answer = said("REPORT TGHU3054380 not loaded since Monday", HERS)
    ticket = Ticket.objects.get()
    assert answer.startswith(f"{ticket.ref} is open")
    assert (ticket.title, ticket.opener, ticket.organization, ticket.channel, ticket.caller) == (
        *("TGHU3054380: not loaded since Monday", cast.importer, cast.importer_firm, "sms", ""),
    )
    assert [row.consignment for row in ticket.concerned.all()] == [consignment]
    assert text("What is new?", HERS).message == Message.objects.get(author=cast.importer, text="What is new?")
    assert Ticket.objects.count() == 1


def test_a_stranger_s_report_is_a_caller_s_and_about_nothing_of_others(
    cast: Cast, categories: None, consignment: Consignment
) -> None:
    said("REPORT TGHU3054380 I saw it burn")
    ticket = Ticket.objects.get()
    assert (ticket.caller, ticket.caller_phone, ticket.opener, ticket.organization) == (STRANGE, STRANGE, None, None)
    assert (ticket.concerned.count(), ticket.category.code) == (0, "INFO")
    hidden = text("My box is lost somewhere", "RW.1349120865", channel="whatsapp").ticket
    assert hidden is not None
    assert (hidden.caller, hidden.caller_phone, hidden.channel) == ("RW.1349120865", "", "whatsapp")
    assert said("REPORT", "+250788000000").startswith("Write REPORT, the number of the goods")


def test_a_caller_is_told_by_text_and_answers_and_rates(cast: Cast, categories: None) -> None:
    said("SIGNALER Mon camion est en panne")
    ticket = Ticket.objects.get()
    say(ticket=ticket, saying=Saying(text="Where is it?\nTell us."), by=cast.officer, at=timezone.now())
    say(ticket=ticket, saying=Saying(text="Hm.", kind="note"), by=cast.officer, at=timezone.now())
    letters = list(Letter.objects.order_by("pk").values_list("channel", "address", "body", "is_answer"))
    words = f"{ticket.ref}, bureau de liaison KPA : Where is it? Tell us."
    assert letters[1:] == [("sms", STRANGE, words.replace("\u202f", " ").replace("\u00a0", " "), False)]
    assert said("Malaba") == f"Nous l'avons ajouté à {ticket.ref}. Nous répondons ici."
    message = Message.objects.latest("pk")
    assert (message.text, message.address, message.author, message.channel) == ("Malaba", STRANGE, None, "sms")
    solved(ticket, cast)
    assert Letter.objects.latest("pk").body.startswith(f"{ticket.ref} est résolu")
    assert said("4", "+250788000000").startswith("There is no solved ticket")
    assert said("4") == f"Merci : 4 sur 5 pour notre aide avec {ticket.ref}."
    # A number that is no rating is no complaint either.
    assert said("10").startswith(f"Notre aide pour {ticket.ref} ? Répondez de 1")
    ticket.refresh_from_db()
    assert (ticket.rating, ticket.state) == (4, "closed")
    assert list(ticket.entries.order_by("-number").values_list("kind", "party")[:2]) == [
        ("rated", "importer"),
        ("confirmed", "importer"),
    ]


def test_the_opener_s_telephone_rates_what_she_opened_on_the_web(cast: Cast, ticket: Ticket) -> None:
    proven(cast.importer)
    proven(cast.stranger, "+250788999999")
    solved(ticket, cast)
    assert said("5", "+250788999999").startswith("There is no solved ticket")
    assert said("5", HERS).startswith("Thank you: 5 of 5")
    assert Entry.objects.get(kind="rated").by == cast.importer
    Ticket.objects.update(resolved_at=timezone.now() - timedelta(days=15))
    assert said("1", HERS).startswith("There is no solved ticket")


def test_who_may_write_in_it_no_more_rates_nothing(cast: Cast, ticket: Ticket) -> None:
    proven(cast.importer)
    solved(ticket, cast)
    hers = Membership.objects.filter(person=cast.importer)
    hers.update(role="readonly")
    assert said("1", HERS).startswith("There is no solved ticket")
    hers.update(role="member", organization=cast.stranger_firm)
    assert said("1", HERS).startswith("There is no solved ticket")
    ticket.refresh_from_db()
    assert (ticket.state, ticket.rating) == ("resolved", None)


def test_for_whom_she_acts_on_her_pages_narrows_no_text(cast: Cast, ticket: Ticket) -> None:
    proven(cast.importer)
    Membership.objects.create(person=cast.importer, organization=cast.stranger_firm, role="member")
    Person.objects.filter(pk=cast.importer.pk).update(acting_for=cast.stranger_firm)
    assert said(f"{ticket.ref} it moved", HERS).startswith("We have added it")
    solved(ticket, cast)
    assert said("5", HERS).startswith("Thank you: 5 of 5")


def test_a_ticket_is_written_in_by_its_number_from_telephones_that_may(cast: Cast, ticket: Ticket) -> None:
    proven(cast.importer)
    proven(cast.stranger, "+250788999999")
    proven(somebody(cast.importer_firm, "readonly"), "+250788555555")
    refused = [said(f"{ticket.ref} let me in", number) for number in ("+250788999999", STRANGE, "+250788555555")]
    assert refused == [f"This telephone cannot write in {ticket.ref}. Use the one that opened it, or the portal."] * 3
    assert said("T99-000001 hello", HERS) == refused[0].replace(ticket.ref, "T99-000001")
    assert said(ticket.ref, HERS) == f"Write {ticket.ref} and what you want to say, in one message."
    assert said(f"{ticket.ref.lower()}: it moved", HERS) == f"We have added it to {ticket.ref}. We answer here."
    assert list(Message.objects.values_list("text", "author__email")) == [("it moved", cast.importer.email)]
    solved(ticket, cast)
    Ticket.objects.update(state="closed", resolved_at=timezone.now() - timedelta(days=15))
    assert said(f"{ticket.ref} again", HERS).startswith(f"{ticket.ref} is over")


def test_a_text_without_a_number_belongs_to_the_last_ticket_from_there(
    cast: Cast, ticket: Ticket, consignment: Consignment
) -> None:
    proven(cast.importer)
    assert said("yes", HERS).startswith("We did not understand")
    said(f"{ticket.ref} first", HERS)
    second = opened(cast, consignment, title="Second")
    assert text("yes", HERS).ticket == ticket
    said(f"{second.ref} now this", HERS)
    assert text("no", HERS).ticket == second
    Ticket.objects.update(changed_at=timezone.now() - LATELY - timedelta(hours=1))
    assert said("yes", HERS).startswith("We did not understand")
    assert text("It is stuck again now", HERS).ticket not in (None, ticket, second)


def test_what_the_office_s_own_people_write_is_a_note(cast: Cast, ticket: Ticket) -> None:
    proven(cast.officer)
    assert text(f"{ticket.ref} I called the gate", HERS).ticket == ticket
    assert Message.objects.get().kind == "note"
    assert Letter.objects.count() == 1
