"""Sessions of the menu: what each screen tells to whom, and a report that is made once."""

from __future__ import annotations

from django.utils import timezone

from cargo.models import Consignment
from cargo.sharing import MOST_GUESSES, note_guess
from feeds.models import Source
from notify.correspondents import language_of
from tests.cargo.test_reading import BOX, csv, row, take_in
from tests.conftest import Cast
from tests.tickets.talk.conftest import HERS, STRANGE, proven
from tickets.models import Talk, Ticket
from tickets.talk.conversations import MOST_TALKS
from tickets.talk.screens import LONGEST
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
