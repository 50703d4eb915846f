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
from tickets.merging import merge
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


OTHER = "+250788999888"


def two_callers(cast: Cast) -> tuple[Ticket, Ticket]:
    """The tickets of two callers, the second of them merged into the first."""
    left, gone = text("REPORT trucks stand in Malaba").ticket, text("REPORT nothing moves in Malaba", OTHER).ticket
    assert left
    assert gone
    merge(ticket=gone, into=left, by=cast.officer, at=timezone.now())
    Letter.objects.all().delete()
    return left, gone


def test_a_caller_whose_ticket_was_merged_goes_on_under_her_own_reference(cast: Cast, categories: None) -> None:
    left, gone = two_callers(cast)
    say(ticket=left, saying=Saying(text="It opens at noon."), by=cast.officer, at=timezone.now())
    assert list(Letter.objects.order_by("pk").values_list("address", "body")) == [
        (STRANGE, f"{left.ref}, KPA Liaison Office: It opens at noon."),
        (OTHER, f"{gone.ref}, KPA Liaison Office: It opens at noon."),
    ]
    added = f"We have added it to {gone.ref}. We answer here."
    assert [said(words, OTHER) for words in ("thanks", f"{gone.ref} and today", f"{left.ref} so?")] == [added] * 3
    assert said("thanks") == f"We have added it to {left.ref}. We answer here."
    assert list(Message.objects.order_by("pk").values_list("ticket__ref", "address")) == [
        (left.ref, address) for address in ("", OTHER, OTHER, OTHER, STRANGE)
    ]
    assert not Letter.objects.filter(address=STRANGE, body__contains="today").exists()
    solved(left, cast)
    assert Letter.objects.filter(address=OTHER).latest("pk").body.startswith(f"{gone.ref} is solved")
    assert said("4", OTHER) == f"Thank you: 4 of 5 for our help with {gone.ref}."
    assert said("9", OTHER).startswith(f"How was our help with {gone.ref}?")
    assert Ticket.objects.get(pk=left.pk).rating == 4
    assert Ticket.objects.count() == 2


def test_a_caller_of_both_is_told_once(cast: Cast, categories: None) -> None:
    two_callers(cast)
    third = text("REPORT Malaba again", OTHER).ticket
    assert third
    merge(ticket=third, into=Ticket.objects.get(caller=STRANGE), by=cast.officer, at=timezone.now())
    Letter.objects.all().delete()
    solved(Ticket.objects.get(caller=STRANGE), cast)
    assert list(Letter.objects.order_by("pk").values_list("address", flat=True)) == [STRANGE, OTHER]


def test_a_caller_writes_nothing_where_somebody_with_an_account_and_no_firm_would_read_it(
    cast: Cast, categories: None
) -> None:
    left, gone = two_callers(cast)
    Membership.objects.filter(person=cast.stranger).delete()
    Ticket.objects.filter(pk=left.pk).update(opener=cast.stranger)
    assert said(f"{gone.ref} and today", OTHER).startswith(f"{gone.ref} is over")
    assert said(f"{left.ref} and today", OTHER).startswith("This telephone cannot write")
    assert Message.objects.count() == 0
    Ticket.objects.filter(pk=left.pk).update(opener=cast.officer)
    assert said(f"{gone.ref} and today", OTHER).startswith("We have added it")


def test_the_ticket_last_written_in_is_the_one_in_which_it_goes_on(
    cast: Cast, ticket: Ticket, consignment: Consignment
) -> None:
    proven(cast.importer)
    second = opened(cast, consignment, title="Second")
    said(f"{second.ref} first", HERS)
    merge(ticket=second, into=ticket, by=cast.officer, at=timezone.now())
    assert text("yes", HERS).ticket == ticket
    assert said(f"{second.ref} again", HERS) == f"We have added it to {ticket.ref}. We answer here."
