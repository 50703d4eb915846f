"""Sessions of the menu: what each screen tells to whom, and a report that is made once."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.utils import timezone

from cargo.models import Consignment
from cargo.sharing import MOST_GUESSES, note_guess
from feeds.models import Source
from liaison.models import JournalEntry
from notify.correspondents import language_of
from tests.cargo.test_reading import BOX, csv, row, take_in
from tests.conftest import Cast
from tests.tickets.talk.conftest import HERS, STRANGE, proven
from tickets.models import Category, Talk, Ticket
from tickets.talk.conversations import FLOOD, MOST_TALKS
from tickets.talk.screens import LONGEST, screen
from tickets.talk.ussd import serve


def dial(text: str, number: str = STRANGE, session: str = "s1") -> str:
    shown = serve(session=session, number=number, text=text, at=timezone.now())
    assert (shown[:4] in ("CON ", "END "), len(shown) <= LONGEST, shown.isascii()) == (True, True, True)
    return shown


def test_goods_and_money_are_told_by_whose_telephone_it_is(cast: Cast, consignment: Consignment, clerk: Source) -> None:
    take_in(clerk, csv(row("discharged", 40), row("gate_out", 5)))
    proven(cast.importer)
    assert dial("") == "CON KPA Liaison Office Kigali\n1 Kinyarwanda\n2 English\n3 Francais\n4 Kiswahili"
    assert dial(f"2*1*{BOX}").startswith("END TGHU****380")
    hers = dial(f"2*1*{BOX}", HERS)
    assert hers.startswith(f"END {consignment.ref}: ")
    assert "Umwe" not in hers
    stranger, money = dial(f"2*2*{BOX}"), dial(f"2*2*{BOX}", HERS)
    assert stranger == "END Deadlines and costs are told to the telephone that the firm has verified in the portal."
    assert money.startswith(f"END {consignment.ref}: ")
    assert dial("2*1*NOTHING12") == "CON We know nothing of NOTHING12. Type it again\n0 Back"
    assert dial(f"2*1*NOTHING12*{BOX}").startswith("END TGHU****380")
    for _time in range(MOST_GUESSES):
        note_guess(STRANGE)
    assert dial(f"2*1*{BOX}").startswith("END You asked for many numbers")
    assert dial("2*4") == "END Nothing is known of the borders just now."


def test_a_session_in_kinyarwanda_reports_once_and_is_kept(cast: Cast, categories: None) -> None:
    steps = ["1", "1*3", "1*3*9", "1*3*9*4", "1*3*9*4*Ikamyo yahagaze i Malaba"]
    shown = [dial(step, HERS) for step in steps]
    assert [each.splitlines()[0] for each in shown[:4]] == [
        "CON Ibiro by'imikoranire bya KPA",
        "CON Menyesha ikibazo. Andika nimero y'umuzigo, cyangwa 9 niba ntayo",
        "CON Ni iki?",
        "CON Vuga mu magambo make ibyabaye n'aho byabereye",
    ]
    ticket = Ticket.objects.get()
    assert shown[4].startswith(f"END {ticket.ref} yafunguwe.")
    assert dial(steps[-1], HERS) == shown[4]
    assert (Ticket.objects.count(), ticket.category.code, ticket.channel, ticket.caller_phone) == (
        *(1, "BORDER_QUEUE", "sms", HERS),
    )
    talk = Talk.objects.get()
    assert (talk.channel, talk.address, talk.text, talk.answer, talk.ticket, talk.language) == (
        *("ussd", HERS, steps[-1], shown[4][4:], ticket, "rw"),
    )
    assert language_of(channel="sms", address=HERS) == "rw"
    dial(steps[-1], HERS, session="s2")
    dial(steps[-1], STRANGE)
    assert Ticket.objects.count() == 3


def test_who_dials_on_and_on_is_put_off(db: None) -> None:
    for number in range(MOST_TALKS):
        dial("2", session=f"s{number}")
    assert dial("2", session="more").startswith("END This does not work just now")
    assert dial("2", HERS, session="more").startswith("CON KPA Liaison Office\n1 Where is my cargo")


def test_two_telephones_with_the_same_session_have_each_their_own(db: None) -> None:
    dial("1", HERS, session="same")
    dial("2", STRANGE, session="same")
    kept = Talk.objects.order_by("pk").values_list("address", "language", "provider_id")
    assert list(kept) == [(HERS, "rw", f"{HERS}:same"), (STRANGE, "en", f"{STRANGE}:same")]


def test_a_report_too_short_opens_nothing_and_what_failed_may_be_sent_again(cast: Cast, categories: None) -> None:
    assert dial("2*3*9*4*no").startswith("CON Not one of these.\nSay in a few words")
    assert Ticket.objects.count() == 0
    shown = dial("2*3*9*4*no*The lorry burns")
    ticket = Ticket.objects.get()
    assert (ticket.body, shown[:4], ref_of(shown)) == ("no*The lorry burns", "END ", ticket.ref)
    # The network sends the last input again, a minute later.
    at = timezone.now() + timedelta(minutes=1)
    assert serve(session="s1", number=STRANGE, text="2*3*9*4*no*The lorry burns", at=at) == shown
    assert (Ticket.objects.count(), Talk.objects.get().answered_at) == (1, at)
    assert JournalEntry.objects.filter(kind="tickets.talk_answered").count() == 1


def ref_of(shown: str) -> str:
    return shown[4:].partition(" ")[0]


def test_what_fails_in_a_session_leaves_nothing_half_done(db: None) -> None:
    with pytest.raises(Category.DoesNotExist):
        dial("2*3*9*4*The lorry burns")
    assert (Ticket.objects.count(), Talk.objects.count()) == (0, 0)


def test_a_session_is_in_the_language_that_was_last_chosen_until_another_is(cast: Cast, categories: None) -> None:
    dial("3*3*9*7*Une question simple", session="first")
    assert language_of(channel="sms", address=STRANGE) == "fr"
    assert (dial("", session="second"), Talk.objects.latest("pk").language) == (screen("language"), "fr")
    assert dial("2", session="second").startswith("CON KPA Liaison Office\n1 Where")
    # A screen alone is no choice for letters.
    assert language_of(channel="sms", address=STRANGE) == "fr"


def test_a_flood_ends_when_it_is_long_ago(db: None) -> None:
    now = timezone.now()
    for number in range(MOST_TALKS):
        serve(session=f"s{number}", number=STRANGE, text="2", at=now)
    begun = serve(session="s0", number=STRANGE, text="2*1", at=now)
    late = serve(session="late", number=STRANGE, text="2", at=now + FLOOD)
    later = serve(session="later", number=STRANGE, text="2", at=now + FLOOD + timedelta(seconds=1))
    # Whoever had begun goes on.
    assert (begun[:10], late[:4], later[:4]) == ("CON Type a", "END ", "CON ")


def test_long_inputs_are_kept_by_their_beginning(db: None) -> None:
    dial("2*1*" + "9" * 5000, session="s" * 400)
    talk = Talk.objects.get()
    assert (len(talk.text), len(talk.provider_id), talk.kind) == (2000, 160, "track")
